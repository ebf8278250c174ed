"""What a workbook says against the unit and the matter for which it was recognised: all of it is told.

A template of July with August written on it, a title that names another county, figures of last month.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from pipelines.judging.cover import COVER_RETURN, Cover
from pipelines.judging.recognise import data_day
from pipelines.tables.heading import PAIR, CellPlace
from pipelines.tables.reporting import Reporter
from pipelines.tables.signs import is_note
from pipelines.tables.table import Table
from pipelines.values.meaning import words_of
from schemas.cover import COVER
from schemas.forms import forms
from schemas.plan import PLAN, Obligation
from schemas.problems import Problem

LONGEST_TITLE = 40
SHORTEST_NAME = 3  # characters: a shorter one stands in the name of the place above
TERRITORY_OF = {
    name: code
    for code in PLAN.units_as("territory")
    for name in (PLAN.units[code].title, *PLAN.units[code].called)
    if len(name) >= SHORTEST_NAME
}
TERRITORY_NAMES = re.compile(
    "|".join(map(re.escape, sorted(TERRITORY_OF, key=len, reverse=True))) or "(?!)"
)  # the longest first: a name before one that it ends with


def contradictions(unit: str, obligation: str, above: Cover, tables: Mapping[str, Table]) -> list[Problem]:
    """What cover, titles and the day of the figures say of another unit or another matter."""
    owed = PLAN.obligations[obligation]
    return [
        *_matter_of_cover(unit, owed, above),
        *_day_of_other(unit, owed, above),
        *(problem for table in tables.values() for problem in _of_titles(unit, owed, table)),
    ]


def _matter_of_cover(unit: str, owed: Obligation, cover: Cover) -> Iterator[Problem]:
    """报送事项 that names another matter of the unit: the workbook is that of a copied template."""
    other = _other_named(unit, owed, [cover.text("matter")])
    if other:
        facts = {"value": cover.text("matter"), "named": other.title, "matter": owed.title}
        yield _at_cover(cover, "matter", "wrong_matter", facts)


def _day_of_other(unit: str, owed: Obligation, cover: Cover) -> Iterator[Problem]:
    """Figures that end before this matter was open, when another of its series was: a copied date."""
    day = data_day(cover)
    if day is None or day >= owed.opens:
        return
    other = next((o for o in _series(unit, owed) if o.opens <= day <= o.due), None)
    if other:
        facts = {"value": f"{day}", "named": other.title, "matter": owed.title}
        yield _at_cover(cover, "data_as_of", "day_of_other", facts)


def _at_cover(cover: Cover, name: str, rule: str, facts: Mapping[str, str]) -> Problem:
    place, _ = cover.labelled[name]
    title = str(COVER.columns[name].title)
    return Reporter(cover.sheet, COVER_RETURN).problem(rule, place, column=name, title=title, **facts)


def _of_titles(unit: str, owed: Obligation, table: Table) -> Iterator[Problem]:
    """A title above a table, or the name of its sheet, that names another matter or another territory."""
    titles = list(_titles(table))
    reporter = Reporter(table.sheet.title)
    for place, words in titles:
        if other := _other_named(unit, owed, [words]):
            facts = {"value": words, "named": other.title, "matter": owed.title}
            yield reporter.problem("matter_in_title", place, **facts)
            break
    if "territory" not in PLAN.units[unit].roles:
        return
    named = [(place, words, TERRITORY_NAMES.findall(words)) for place, words in titles]
    if any(TERRITORY_OF[name] == unit for _, _, names in named for name in names):
        return
    for place, words, names in named:
        if names:
            facts = {"value": words, "named": names[0], "unit": PLAN.units[unit].title}
            yield reporter.problem("unit_in_title", place, **facts)
            break


def _titles(table: Table) -> Iterator[tuple[CellPlace, str]]:
    """The name of the sheet, and the short lines above its heading that are no label, value or note."""
    yield (1, 1), table.sheet.title
    for row, cells in enumerate(table.sheet.rows[: table.heading_row - 1], 1):
        for column, cell in enumerate(cells, 1):
            words = words_of(cell) if isinstance(cell, str) else ""
            is_title = 0 < len(words) <= LONGEST_TITLE and not PAIR.match(words)
            if is_title and not is_note(words, is_alone=False):
                yield (row, column), words


def _series(unit: str, owed: Obligation) -> list[Obligation]:
    """The other matters of the unit that differ in their month, stage or half-month alone."""
    return [
        o
        for o in PLAN.obligations_of(unit)
        if o != owed and _kind(o) == _kind(owed) and _returns(o, unit) == _returns(owed, unit)
    ]


def _kind(owed: Obligation) -> str:
    """What a matter has in common with the others of its series, as 进展; of the only one its whole node."""
    return owed.node.partition("|")[2] or owed.node


def _returns(owed: Obligation, unit: str) -> set[tuple[str, str]]:
    return {(form.return_, form.field) for form in forms(owed.obligation, unit)}


def _other_named(unit: str, owed: Obligation, lines: Sequence[str]) -> Obligation | None:
    """The matter of the unit that lines name, by title or place in the series, and not this one."""
    words = "\n".join(lines)
    if not words or owed.title in words:
        return None
    mark = _mark(owed)
    if not _says(words, mark):
        for other in _series(unit, owed):
            if _mark(other) != mark and _says(words, _mark(other)):
                return other
    return next((o for o in PLAN.obligations_of(unit) if o != owed and o.title in words), None)


def _mark(owed: Obligation) -> str:
    """What tells a matter from the others of its series, as 8月 or 第2阶段."""
    return owed.node.split("|")[0]


def _says(words: str, mark: str) -> bool:
    """Whether words name a place in a series; 3月4日 and 11月 are not 3月 and 1月."""
    return re.search(rf"(?<!\d){re.escape(mark)}(?!\d)", words) is not None
