"""Whose workbook is this, and for which matter? By our own identity, else by its words, else a question."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pandera.pandas as pa

from pipelines.judging.cover import Cover, Identity
from pipelines.reading.reader import Sheet
from pipelines.tables.foreign import is_headed
from pipelines.tables.heading import HeadingPlace, HeadingSearch, normal, of_all_returns, search
from pipelines.tables.plain_rows import is_filled
from pipelines.tables.table import Table, find, names_in, places_before
from pipelines.values.clean import unsealed
from pipelines.values.days import day
from pipelines.values.meaning import Manner, Unreadable, words_of
from schemas.forms import OURS, Form, forms
from schemas.plan import PLAN
from schemas.reasons import REASONS
from schemas.returns import RETURNS, is_survey

ENOUGH_OF_REQUIRED = 0.6
SOME_OF_REQUIRED, FULLER = 0.4, 2  # of a return of which that many times more columns are named
MANY = 10  # columns that are not named by chance
BY_FIELD = frozenset(
    form.return_
    for o in PLAN.obligations
    for unit in PLAN.submitters(o)
    for form in forms(o, unit)
    if form.field
)  # returns owed for each field by itself
MOST_HEADINGS = 100_000  # cells that may head a column, in all sheets: some seconds of looking
MOST_TABLES = 60  # returns in one workbook: several times what any matter asks for
TOP = 4  # rows in which a sheet says of what it is
FIELD_OF: dict[str, str] = {}  # the name of a field → the field that is first called so
for _field in PLAN.fields.values():
    for _name in (_field.title, *_field.aliases):
        FIELD_OF.setdefault(_name, _field.field)
FIELD_NAMES = re.compile("|".join(re.escape(name) for name in FIELD_OF if len(name) > 2) or "(?!)")
SHAPE_WITHIN = 200  # rows in which the shape of a foreign sheet shows
CARD_WITHIN, CARD_LABELS, ON_A_LINE = 60, 8, 4  # a card: labels in many rows, few in each


class Unknown(Exception):
    """The workbook does not say whose it is or what it answers; the text is the question, in Chinese."""


def recognise(
    sheets: Sequence[Sheet], identity: Identity, cover: Cover
) -> tuple[list[Form], dict[str, Table], list[Sheet]]:
    """The forms of the workbook, the table of each by sheet title, and the sheets that are none of them.

    Raises Unknown where no sheet is one.
    """
    marked = {form.title: form for form in identity.forms}
    tables: dict[str, Table] = {}
    strange: list[Sheet] = []
    held = list(identity.forms)
    looked_at = 0
    for sheet in sheets:
        if sheet.title in OURS | {cover.sheet} or not sheet.rows:
            continue
        headings = cover.searched.get(sheet.title) or search(sheet)
        looked_at += sum(len(place.paths) for place in headings.places)
        if looked_at > MOST_HEADINGS:
            raise Unknown(REASONS["too_much_to_search"].format(most=MOST_HEADINGS, sheet=sheet.title))
        form = marked.get(sheet.title) or _form_of(sheet, headings)
        table = find(sheet, form.schema, headings) if form else None
        if form is None or table is None:
            strange.append(sheet)
            continue
        if len(tables) == MOST_TABLES:
            raise Unknown(REASONS["too_many_tables"].format(most=MOST_TABLES, sheet=sheet.title))
        tables[sheet.title] = replace(table, before=_before(sheet, table, headings.places))
        if sheet.title not in marked:
            held.append(form)
    if not held:
        raise Unknown(REASONS["fields_unsaid" if any(map(_is_of_a_survey, strange)) else shape_of(strange)])
    return held, tables, [s for s in strange if s.title not in marked]


def _is_of_a_survey(sheet: Sheet) -> bool:
    """Whether its heading is that of surveys: only the field is not said, or there are several in it."""
    places = search(sheet).places
    surveys = (schema for code, schema in RETURNS.items() if is_survey(code))
    return any(_share(places, schema) >= ENOUGH_OF_REQUIRED for schema in surveys)


def shape_of(sheets: Sequence[Sheet]) -> str:
    """Why nothing could be recognised: a card of labels, rows without a heading, or headings not ours."""
    known = of_all_returns()
    for sheet in sheets:
        labels = [
            sum(isinstance(c, str) and known.may_end(c) and normal(c) in known.columns for c in cells)
            for cells in sheet.rows[:CARD_WITHIN]
        ]
        with_labels = [n for n in labels if n]
        if (
            sum(with_labels) >= CARD_LABELS
            and len(with_labels) >= CARD_LABELS // 2
            and max(with_labels) <= ON_A_LINE
        ):
            return "form_like"
        full = [cells for cells in sheet.rows[:SHAPE_WITHIN] if sum(map(is_filled, cells)) > ON_A_LINE]
        if len(full) > 1:
            return "not_ours" if max(labels, default=0) > 1 or is_headed(full) else "headless"
    return "no_known_sheet"


def _form_of(sheet: Sheet, headings: HeadingSearch) -> Form | None:
    """The return that a plain sheet holds: the named field's survey, else the closest, then the largest."""
    if not headings.places:
        return None
    best: tuple[tuple[float, int], Form] | None = None
    field = _field_of(sheet, headings)
    for code, schema in RETURNS.items():
        if is_survey(code) and (field is None or PLAN.fields[field].return_ != code):
            continue
        close = (_share(headings.places, schema), len(schema.columns))
        if close[0] >= ENOUGH_OF_REQUIRED and (best is None or close > best[0]):
            best = (
                close,
                Form(sheet.title, code, field or "" if is_survey(code) or code in BY_FIELD else ""),
            )
    form = best[1] if best else None
    fuller = _much_fuller(form, headings)
    if fuller is None:
        return form
    if not is_survey(fuller):
        return Form(sheet.title, fuller, "")
    return Form(sheet.title, fuller, field) if field and PLAN.fields[field].return_ == fuller else None


def _much_fuller(form: Form | None, headings: HeadingSearch) -> str | None:
    """The return of which a sheet names far more columns than of the one, if any, that it names enough of.

    It lacks columns that must be there, which is then told: such a sheet is never accepted.
    """
    known = len(names_in(headings.places, form.schema)) if form else 0
    able = [
        (len(names), code)
        for code, schema in RETURNS.items()
        if (names := names_in(headings.places, schema))
        and len(names) >= max(FULLER * known, MANY)
        and _share(headings.places, schema) >= SOME_OF_REQUIRED
    ]
    return max(able, key=lambda each: each[0])[1] if able else None


def _share(places: Sequence[HeadingPlace], schema: pa.DataFrameSchema) -> float:
    """How much of what a return requires the best of these headings names."""
    required = {name for name, column in schema.columns.items() if not column.nullable}
    return len(required & names_in(places, schema)) / len(required)


def _headings(places: Sequence[HeadingPlace]) -> Iterator[tuple[HeadingPlace, pa.DataFrameSchema]]:
    """The places, each by itself, that may be the heading of some return, and that return."""
    for schema in RETURNS.values():
        yield from ((place, schema) for place in places if _share([place], schema) >= ENOUGH_OF_REQUIRED)


def _before(sheet: Sheet, table: Table, places: Sequence[HeadingPlace]) -> int:
    """The row where another table stands above the one that was found; 0 where none does."""
    higher = [place for place in places if place.last + 1 < table.heading_row]
    able = (
        p.first for p, schema in _headings(higher) if places_before(sheet, table.heading_row, [p], schema)
    )
    return min(able, default=0)


def _field_of(sheet: Sheet, headings: HeadingSearch) -> str | None:
    """The field a sheet speaks of: by its title, the lines above its heading, or its column 所属领域."""
    able = (
        place.first - 1 for place, _ in _headings([place for place in headings.places if place.first <= TOP])
    )
    above = sheet.rows[: min(able, default=TOP)]
    lines = [sheet.title, *(words_of(c) for cells in above for c in cells if isinstance(c, str))]
    fields = filter(None, map(_first_field, dict.fromkeys(lines)))
    return next(fields, None) or _field_in_column(sheet, headings)


def _first_field(words: str) -> str | None:
    """The field that words name first; 第三方支付(含网络借贷代付) speaks of 第三方支付."""
    named = FIELD_NAMES.search(words)
    return FIELD_OF[named[0]] if named else None


def _field_in_column(sheet: Sheet, headings: HeadingSearch) -> str | None:
    asked = (schema for code, schema in RETURNS.items() if is_survey(code) or code in BY_FIELD)
    table = next(
        (t for schema in asked if (t := find(sheet, schema, headings)) and "field" in t.columns()), None
    )
    if table is None:
        return None
    cells = sheet.columns[table.columns()["field"].column - 1].take(table.rows)
    named = {PLAN.named("field", words) for cell in cells.held if (words := words_of(cell))}
    fields = named - {None}  # a word that names none is a fault of its own cell
    return fields.pop() if len(fields) == 1 else None


def unit_of(stated: str | None, identity: Identity, cover: Cover, tables: Mapping[str, Table]) -> str:
    """The unit: as the sender states, else by our identity, else as cover or lines above a table say.

    Raises Unknown where nothing tells it.
    """
    if stated:
        return stated
    if identity.unit in PLAN.units:
        return identity.unit
    words = [cover.text("unit")]
    for table in tables.values():
        words += [
            words_of(v) for label, (_, v) in table.pairs.items() if normal(label).startswith("填报单位")
        ]
    told = [name for name in words if name]
    for name in told:
        if unit := PLAN.named("unit", name) or PLAN.named("unit", unsealed(name)):
            return unit
    raise Unknown(REASONS["unit_of_no_plan"].format(words=told[0]) if told else REASONS["unknown_unit"])


def matter_of(
    unit: str,
    stated: str,
    held: Sequence[Form],
    cover: Cover,
    arrived_on: dt.date,
    tables: Mapping[str, Table],
) -> str:
    """The matter: as stated, else the unit's own with these returns, by the day to which the figures run.

    Raises Unknown where the stated one does not fit, or several do.
    """
    returns = {form.return_ for form in held}
    if stated:
        return _answered(unit, _owed(unit, stated), returns)
    able = [o for o in PLAN.obligations_of(unit) if returns <= {f.return_ for f in forms(o.obligation, unit)}]
    titles = {cover.text("matter"), *_titles(tables)}
    named = [o for o in able if o.title in titles] or [
        o for o in able if any(o.title in words for words in titles)
    ]
    if len(named) == 1 or len(able) == 1:
        return (named or able)[0].obligation
    today = data_day(cover) or arrived_on
    now = [o for o in able if o.opens <= today <= o.due]
    if len(now) != 1:
        raise Unknown(REASONS["unknown_obligation"])
    return now[0].obligation


def _titles(tables: Mapping[str, Table]) -> set[str]:
    """What stands above the tables, as 8月清理整顿进展表."""
    above = (
        cell
        for table in tables.values()
        for cells in table.sheet.rows[: table.heading_row - 1]
        for cell in cells
    )
    return {words_of(cell) for cell in above if isinstance(cell, str) and cell.strip()}


def _owed(unit: str, obligation: str) -> str:
    """The matter, when it is one of the unit's; raises Unknown where it is not."""
    if obligation not in PLAN.obligations or unit not in PLAN.submitters(obligation):
        owed = PLAN.obligations.get(obligation)
        matter = owed.title if owed else obligation
        raise Unknown(REASONS["not_owed"].format(unit=PLAN.units[unit].title, matter=matter))
    return obligation


def _answered(unit: str, obligation: str, returns: set[str]) -> str:
    """The matter, when it asks for any of the workbook's returns; raises Unknown where it does not."""
    if returns.isdisjoint(form.return_ for form in forms(obligation, unit)):
        held = "、".join(sorted(str(RETURNS[code].title) for code in returns))
        raise Unknown(REASONS["other_matter"].format(held=held, matter=PLAN.obligations[obligation].title))
    return obligation


def data_day(cover: Cover) -> dt.date | None:
    """The day to which the figures run, as cover or lines say; None where they say none."""
    if "data_as_of" not in cover.labelled:
        return None
    try:
        meaning = day(cover.labelled["data_as_of"][1], Manner("day"))
    except Unreadable:
        return None
    return meaning.value.date() if meaning.value else None
