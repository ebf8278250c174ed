"""A whole workbook → a judgement: whose it is, what it answers, and everything that is wrong with it.

Pure: it touches no store, so the screen, the command line and a rebuild say the same.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd
import pandera.pandas as pa

from pipelines.judging.check import Checked, Context, Grid, check, grid_of, totals
from pipelines.judging.cover import COVER_NAMES, Cover, Identity, check_cover, identity, read_cover
from pipelines.judging.recognise import Unknown, matter_of, recognise, unit_of
from pipelines.reading import guard, reader
from pipelines.reading.a1 import address, letters, row_of
from pipelines.reading.reader import Sheet
from pipelines.tables import layout_problems
from pipelines.tables.heading import normal
from pipelines.tables.table import COMMON, Table
from schemas.clock import SHANGHAI
from schemas.cover import ANSWERS, COVER
from schemas.forms import Form, forms
from schemas.plan import PLAN
from schemas.problems import MUST, REASONS, VERIFY, Problem, Repair, Unchecked, sentence
from schemas.units import AMOUNT_UNITS, MONEY_UNITS

ACCEPTABLE, REFUSED, UNREADABLE = "acceptable", "refused", "unreadable"
ANSWER_WORDS = {code: words for words, code in ANSWERS.items()}


@dataclass(frozen=True)
class SheetAnswer:
    """What one sheet answers: rows | zero | not_applicable | unfinished, or '' for no answer."""

    return_: str
    field: str
    sheet: str
    answer: str
    rows: int


@dataclass(frozen=True)
class Judgement:
    """What a workbook was found to be; `frames` hold the rows of each answered sheet."""

    sha256: str
    verdict: str
    unit: str | None = None
    obligation: str | None = None
    reason: str | None = None
    answers: Sequence[SheetAnswer] = ()
    problems: Sequence[Problem] = ()
    repairs: Sequence[Repair] = ()
    unchecked: Sequence[Unchecked] = ()
    frames: Mapping[int, pd.DataFrame] = field(default_factory=dict)  # position in `answers` → rows
    letters: Mapping[int, Mapping[str, str]] = field(
        default_factory=dict
    )  # the same → column of the return → of Excel


def judge(
    content: bytes,
    *,
    unit: str | None = None,
    obligation: str | None = None,
    arrived_on: dt.date | None = None,
) -> Judgement:
    """Judge a workbook as of the day it arrived; `unit` and `obligation` are what the sender says they are."""
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        book = reader.open_book(content)
    except guard.Refused as why:
        return Judgement(sha256, UNREADABLE, unit, obligation, REASONS[str(why)])
    arrived_on = arrived_on or dt.datetime.now(tz=SHANGHAI).date()
    reading = _Reading(book.sheets, unit, obligation, arrived_on)
    reading.problems += layout_problems.of_file(book.remarks, book.sheets[0].title)
    return replace(reading.judgement(), sha256=sha256)


class _Reading:
    """One workbook being judged."""

    def __init__(
        self, sheets: list[Sheet], unit: str | None, obligation: str | None, arrived_on: dt.date
    ) -> None:
        self.sheets, self.said_unit, self.said_matter = sheets, unit, obligation
        self.context = Context(arrived_on)
        self.marks: Identity = identity(sheets)
        self.cover: Cover = read_cover(sheets)
        self.problems: list[Problem] = []
        self.repairs: list[Repair] = []
        self.unchecked: list[Unchecked] = []
        self.answers: list[SheetAnswer] = []
        self.frames: dict[int, pd.DataFrame] = {}
        self.letters: dict[int, dict[str, str]] = {}
        self.amount_unit = ""

    def judgement(self) -> Judgement:
        unit = obligation = None
        try:
            found, tables, strange = recognise(self.sheets, self.marks, self.cover)
            unit = unit_of(self.said_unit, self.marks, self.cover, tables)
            on_top = self.cover if self.cover.sheet else _cover_above(tables)
            matter = self.said_matter or self.marks.obligation
            obligation = matter_of(unit, matter, found, on_top, self.context.arrived_on, tables)
        except Unknown as why:
            return Judgement("", REFUSED, unit or self.said_unit, self.said_matter, str(why))
        self.read_cover(unit, on_top, next(iter(tables), ""))
        asked = forms(obligation, unit)
        for form in found:
            self.read_form(_as_asked(form, asked), tables.get(form.title), unit)
        self.problems += _of_no_field(self.answers, asked)
        self.problems += _twice(self.answers)
        self.answers += _absent(obligation, unit, self.answers)
        self.problems += [_stranger(sheet) for sheet in strange]
        reason = None
        if not any(a.answer for a in self.answers):
            reason = REASONS["nothing_filled"]
            self.problems = [p for p in self.problems if p.rule != "unanswered"]
        refused = reason or any(p.level == MUST for p in self.problems)
        return Judgement(
            "",
            REFUSED if refused else ACCEPTABLE,
            unit,
            obligation,
            reason,
            self.answers,
            self.problems,
            self.repairs,
            self.unchecked,
            self.frames,
            self.letters,
        )

    def read_cover(self, unit: str, cover: Cover, sheet: str) -> None:
        """Check the cover; from here on rules know the day to which the figures run."""
        if not self.cover.sheet:
            self.problems += _no_cover(cover, sheet)
        checked = check_cover(cover, self.context)
        if self.cover.sheet:
            self.add(checked)
            self.problems += self.wrong_unit(unit, checked)
        else:
            self.problems += _to_verify(checked, cover)
            self.problems += self.other_unit(unit, cover)
        as_of = checked.frame["data_as_of"].iloc[0]
        self.context = replace(self.context, data_as_of=None if pd.isna(as_of) else as_of.date())
        amount_unit = (
            checked.frame["amount_unit"].iloc[0] if self.cover.sheet else None
        )  # a plain table names its own
        self.amount_unit = "" if pd.isna(amount_unit) or amount_unit not in AMOUNT_UNITS else str(amount_unit)

    def wrong_unit(self, unit: str, checked: Checked) -> list[Problem]:
        said, right = checked.frame["unit"].iloc[0], PLAN.units[unit].title
        if pd.isna(said) or said == right or said not in {u.title for u in PLAN.units.values()}:
            return []
        cell = self.cover.labelled["unit"][0]
        return [self.of_cover("wrong_unit", cell, "unit", str(said), title=right)]

    def other_unit(self, unit: str, cover: Cover) -> list[Problem]:
        """A plain sheet that names another unit above its table than the one that sends it."""
        said = cover.text("unit")
        named = PLAN.named("unit", said) if said else None
        if named in {None, unit}:
            return []
        cell = cover.labelled["unit"][0]
        told = sentence("wrong_unit", title=PLAN.units[unit].title)
        return [
            Problem(
                MUST, "wrong_unit", "cover", cover.sheet, cell, row_of(cell), "unit", "填报单位", said, *told
            )
        ]

    def of_cover(self, rule: str, cell: str, column: str, value: str, **facts: object) -> Problem:
        title = str(COVER.columns[column].title) if column else "回答"
        level = VERIFY if rule == "unanswered" else MUST
        said = sentence(rule, **{"value": value, **facts})
        return Problem(
            level, rule, "cover", self.cover.sheet, cell, row_of(cell), column, title, value, *said
        )

    def add(self, checked: Checked) -> None:
        self.problems += checked.problems
        self.repairs += checked.repairs
        self.unchecked += checked.unchecked

    def read_form(self, form: Form, table: Table | None, unit: str) -> None:
        schema = form.schema
        count = len(table.rows) if table else 0
        line = self.cover.lines.get(form.title)
        answer = self.answer(form, count, line is not None)
        self.answers.append(
            SheetAnswer(form.return_, form.field, form.title, answer, count if answer == "rows" else 0)
        )
        if table is None:
            if answer == "rows" or self.holds(form.title):
                self.problems.append(self.not_found(form))
            return
        self.problems += layout_problems.problems(table, form)
        if answer != "rows" and not count:
            return
        grid = grid_of(table, schema, self.amount_unit or "万元")
        must_be = _must_be(form, unit)
        checked = check(grid, schema, replace(self.context, must_be=must_be))
        self.problems += _of_headings(table, form)
        self.repairs += layout_problems.repairs(table, form)
        self.repairs += _of_units(grid.units, table)
        self.unit_of_amount(grid, schema)
        self.unit_missing(table, form, checked.frame)
        of_totals = totals(table, grid, checked, schema)
        self.add(checked)
        self.problems += of_totals
        if answer == "rows":
            self.frames[len(self.answers) - 1] = checked.frame
            self.letters[len(self.answers) - 1] = {
                name: letters(h.column) for name, h in table.columns().items()
            }

    def holds(self, title: str) -> bool:
        """Whether a sheet of the workbook holds anything: with its heading lost, it must not pass for empty."""
        return any(sheet.title == title and sheet.rows for sheet in self.sheets)

    def unit_of_amount(self, grid: Grid, schema: pa.DataFrameSchema) -> None:
        """The cover names one unit for amounts and every heading another: one of them is a slip."""
        units = {
            u for name, u in grid.units.items() if (schema.columns[name].metadata or {})["kind"] == "money"
        }
        told = any(p.rule == "unit_of_amount" for p in self.problems)
        if self.cover.sheet and self.amount_unit and units and self.amount_unit not in units and not told:
            cell = self.cover.labelled["amount_unit"][0]
            self.problems.append(self.of_cover("unit_of_amount", cell, "amount_unit", self.amount_unit))

    def unit_missing(self, table: Table, form: Form, frame: pd.DataFrame) -> None:
        """Amounts whose heading names no unit, beside others that name one, where nothing else does."""
        if self.amount_unit or table.unit.unit:
            return
        kinds = {name: (column.metadata or {})["kind"] for name, column in form.schema.columns.items()}
        amounts = [
            h for name, h in table.columns().items() if kinds[name] == "money" and frame[name].gt(0).any()
        ]
        named = dict.fromkeys(h.unit for h in amounts if h.unit in MONEY_UNITS)
        for heading in (h for h in amounts if h.unit not in MONEY_UNITS and set(named) - {"万元"}):
            said = sentence("unit_missing", unit="万元", value="、".join(named))
            self.problems.append(
                Problem(
                    VERIFY,
                    "unit_missing",
                    form.return_,
                    table.sheet.title,
                    address(heading.row, heading.column),
                    heading.row,
                    str(heading.name),
                    heading.words,
                    heading.words,
                    *said,
                )
            )

    def answer(self, form: Form, count: int, has_line: bool) -> str:
        """The answer for a sheet, and what is wrong with it."""
        if not has_line:
            return "rows" if count else ""
        line = self.cover.lines[form.title]
        if not line.words:
            if count:
                self.repairs.append(
                    Repair(self.cover.sheet, line.cell, "", ANSWER_WORDS["rows"], "inferred_rows")
                )
                return "rows"
            self.problems.append(self.of_cover("unanswered", line.cell, "", ""))
            return ""
        if line.answer not in ANSWER_WORDS:
            self.problems.append(
                self.of_cover("isin", line.cell, "", line.words, allowed_values=list(ANSWERS))
            )
            return "rows" if count else ""
        for rule in self.wrong_answers(line.answer, count, line.checked, line.basis):
            self.problems.append(self.of_cover(rule, line.cell, "", line.words, rows=count))
        return line.answer

    def wrong_answers(self, answer: str, count: int, checked: str, basis: str) -> list[str]:
        if answer == "rows":
            return [] if count else ["no_rows"]
        if answer != "unfinished" and count:
            return ["zero_with_rows"]
        if answer == "zero":
            unsigned = [] if self.cover.text("approver") else ["zero_without_signer"]
            return ([] if checked or basis else ["zero_without_work"]) + unsigned
        return ["not_applicable_without_basis"] if answer == "not_applicable" and not basis else []

    def not_found(self, form: Form) -> Problem:
        is_there = any(sheet.title == form.title for sheet in self.sheets)
        rule, sheet = (
            ("no_heading", form.title)
            if is_there
            else ("missing_sheet", self.cover.sheet or self.sheets[0].title)
        )
        said = sentence(rule, value=form.title)
        return Problem(MUST, rule, form.return_, sheet, "A1", 1, "", "", "", *said)


def _as_asked(form: Form, asked: Sequence[Form]) -> Form:
    """A plain sheet whose title names a field, where the matter asks for the return as a whole: for none."""
    wanted = {(each.return_, each.field) for each in asked}
    is_whole = (form.return_, form.field) not in wanted and (form.return_, "") in wanted
    return replace(form, field="") if is_whole else form


def _of_no_field(answers: Sequence[SheetAnswer], asked: Sequence[Form]) -> list[Problem]:
    """Plain sheets that name no field, of a return that the matter asks for field by field."""
    wanted = {(form.return_, form.field) for form in asked}
    lost = [
        a
        for a in answers
        if a.answer == "rows"
        and not a.field
        and (a.return_, "") not in wanted
        and a.return_ in {return_ for return_, _ in wanted}
    ]
    said = sentence("field_unclear")
    return [Problem(MUST, "field_unclear", a.return_, a.sheet, "A1", 1, "", "", "", *said) for a in lost]


def _twice(answers: Sequence[SheetAnswer]) -> list[Problem]:
    """Two sheets that answer the same: only one of them could stand."""
    first: dict[tuple[str, str], str] = {}
    found = []
    for a in (a for a in answers if a.rows or a.answer not in {"", "rows"}):
        other = first.setdefault((a.return_, a.field), a.sheet)
        if other != a.sheet:
            said = sentence("same_return_twice", value=other)
            found.append(Problem(MUST, "same_return_twice", a.return_, a.sheet, "A1", 1, "", "", "", *said))
    return found


def _absent(obligation: str, unit: str, given: Sequence[SheetAnswer]) -> list[SheetAnswer]:
    """The sheets that the matter asks for and the workbook does not hold: not answered."""
    held = {(a.return_, a.field) for a in given}
    return [
        SheetAnswer(form.return_, form.field, form.title, "", 0)
        for form in forms(obligation, unit)
        if (form.return_, form.field) not in held
    ]


def _must_be(form: Form, unit: str) -> dict[str, tuple[str, str]]:
    fixed = {}
    if form.field and "field" in form.schema.columns:
        fixed["field"] = ("wrong_field", PLAN.fields[form.field].title)
    if "territory" in PLAN.units[unit].roles and "territory" in form.schema.columns:
        fixed["territory"] = ("wrong_territory", PLAN.units[unit].title)
    return fixed


def _of_headings(table: Table, form: Form) -> list[Problem]:
    """Headings that match nothing, match twice, or are missing."""
    found, columns = table.columns(), form.schema.columns
    place = address(table.heading_row, min((h.column for h in table.headings), default=1))
    problems = [
        Problem(
            MUST,
            "missing_column",
            form.return_,
            table.sheet.title,
            place,
            table.heading_row,
            name,
            str(column.title),
            "",
            *sentence("missing_column", title=column.title),
        )
        for name, column in columns.items()
        if name not in found and not column.nullable
    ]
    for heading in table.headings:
        if heading.name is None or found[heading.name] is not heading:
            is_twice = heading.name is not None and normal(heading.words) not in COMMON
            rule, level = ("twice_column", MUST) if is_twice else ("extra_column", VERIFY)
            title = str(columns[heading.name].title) if heading.name else ""
            said = sentence(rule, value=heading.words, title=title)
            cell = address(heading.row, heading.column)
            problems.append(
                Problem(
                    level,
                    rule,
                    form.return_,
                    table.sheet.title,
                    cell,
                    heading.row,
                    heading.name or "",
                    title,
                    heading.words,
                    *said,
                )
            )
    return problems


def _of_units(units: Mapping[str, str], table: Table) -> list[Repair]:
    """A heading whose unit is not 万元: said once for the column."""
    found = table.columns()
    return [
        Repair(table.sheet.title, address(found[name].row, found[name].column), unit, "万元", "heading_unit")
        for name, unit in units.items()
        if unit in MONEY_UNITS and unit != "万元"
    ]


def _cover_above(tables: Mapping[str, Table]) -> Cover:
    """What plain tables say of themselves above their heading."""
    for table in tables.values():
        values = {
            COVER_NAMES[label]: at
            for label, at in table.pairs.items()
            if label in COVER_NAMES and at[1] != ""
        }
        if values:
            return Cover(table.sheet.title, values, {})
    return Cover()


def _to_verify(checked: Checked, cover: Cover) -> list[Problem]:
    """What is wrong with the lines above a plain table; of 单位 only the amounts' own are ours to judge."""
    told = [p for p in checked.problems if p.column in cover.labelled and p.column != "amount_unit"]
    return [replace(p, level=VERIFY) for p in told]


def _no_cover(cover: Cover, sheet: str) -> list[Problem]:
    """A plain table: what the cover would have said and nothing says."""
    names = [n for n, column in COVER.columns.items() if n not in cover.labelled and not column.nullable]
    title = "、".join(str(COVER.columns[n].title) for n in names if n != "unit")
    said = sentence("no_cover", title=title)
    return [Problem(VERIFY, "no_cover", "cover", sheet, "A1", 1, "", "", "", *said)] if title else []


def _stranger(sheet: Sheet) -> Problem:
    return Problem(VERIFY, "strange_sheet", "", sheet.title, "A1", 1, "", "", "", *sentence("strange_sheet"))
