"""One sheet judged: what it answers, its rows, and everything that is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
import pandera.pandas as pa

from pipelines.judging.check import Checked, Context, check
from pipelines.judging.cover import COVER_RETURN, Cover
from pipelines.judging.grid import Grid, grid_of
from pipelines.judging.judgement import SheetAnswer
from pipelines.judging.totals import totals
from pipelines.reading.a1 import address, letters
from pipelines.reading.reader import Sheet
from pipelines.tables import layout_problems
from pipelines.tables.heading import CellPlace, Heading, normal
from pipelines.tables.reporting import Reporter
from pipelines.tables.table import COMMON, Table
from schemas.cover import ANSWERS, COVER, SHEET_ANSWERS
from schemas.forms import Form
from schemas.plan import PLAN
from schemas.problems import Problem, Repair, Unchecked
from schemas.units import KEPT_IN, MONEY_UNITS


@dataclass(frozen=True)
class SheetJudged:
    """What judging one sheet gave; `frame` and `letters` only where its rows are the answer."""

    answer: SheetAnswer
    problems: Sequence[Problem] = ()
    repairs: Sequence[Repair] = ()
    unchecked: Sequence[Unchecked] = ()
    frame: pd.DataFrame | None = None
    letters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answered:
    """The answer for a sheet by its code, and what is wrong with it or was inferred."""

    code: str
    problems: Sequence[Problem] = ()
    repairs: Sequence[Repair] = ()


@dataclass(frozen=True)
class Around:
    """What the rest of the workbook says to the judging of one sheet."""

    unit: str
    cover: Cover  # an empty one in a plain workbook
    context: Context
    amount_unit: str  # of money, as the cover names it; '' where none does
    sheets: Sequence[Sheet]


def judge_sheet(form: Form, table: Table | None, around: Around) -> SheetJudged:
    """Judge the sheet of a form; `table` is None where its heading was not found."""
    count = len(table.rows) if table else 0
    answered = answer_of(form, count, around.cover)
    is_rows = answered.code == "rows"
    line = around.cover.lines.get(form.title)
    answer = SheetAnswer(
        form.return_,
        form.field,
        form.title,
        answered.code,
        count if is_rows else 0,
        line.households if line else None,
    )
    if table is None:
        lost = not_found(form, around) if is_rows or _holds_rows(form.title, around.sheets) else []
        return SheetJudged(answer, [*answered.problems, *lost], answered.repairs)
    of_layout = layout_problems.problems(table, form)
    if not is_rows and not count:
        return SheetJudged(answer, [*answered.problems, *of_layout], answered.repairs)
    judged = _rows_judged(form, table, around)
    return replace(
        judged,
        answer=answer,
        problems=[*answered.problems, *of_layout, *judged.problems],
        repairs=[*answered.repairs, *judged.repairs],
        frame=judged.frame if is_rows else None,
    )


def _rows_judged(form: Form, table: Table, around: Around) -> SheetJudged:
    """The rows of a table checked against their return; the answer of the sheet is left open."""
    grid = grid_of(table, form.schema, around.amount_unit or KEPT_IN)
    context = replace(around.context, must_be=_must_be(form, around.unit))
    checked = check(grid, form.schema, context)
    summed = totals(table, grid, checked, form.schema)
    return SheetJudged(
        SheetAnswer(form.return_, form.field, form.title, "", 0),
        [
            *headings(table, form),
            *unit_of_amount(grid, form.schema, around),
            *([] if around.amount_unit else unit_missing(table, form, checked)),
            *checked.problems,
            *summed.problems,
        ],
        [*layout_problems.repairs(table, form), *heading_units(grid.units, table), *checked.repairs],
        [*checked.unchecked, *summed.unchecked],
        checked.frame,
        {name: letters(heading.column) for name, heading in table.columns().items()},
    )


def not_found(form: Form, around: Around) -> list[Problem]:
    """A sheet that should hold a table and has no heading, or is not there at all."""
    if any(sheet.title == form.title for sheet in around.sheets):
        return [Reporter(form.title, form.return_).problem("no_heading")]
    front = around.cover.sheet or around.sheets[0].title
    return [Reporter(front, form.return_).problem("missing_sheet", wanted=form.title)]


def _holds_rows(title: str, sheets: Sequence[Sheet]) -> bool:
    """Whether a sheet of the workbook holds anything: with its heading lost, it must not pass for empty."""
    return any(sheet.title == title and sheet.rows for sheet in sheets)


def answer_of(form: Form, count: int, cover: Cover) -> Answered:
    """What a sheet with `count` rows of data answers: by its line on the cover, without one by its rows."""
    line = cover.lines.get(form.title)
    by_rows = "rows" if count else ""
    if line is None:
        return Answered(by_rows)
    reporter = Reporter(cover.sheet, COVER_RETURN)
    if not line.words:
        if count:
            inferred = Repair(cover.sheet, address(*line.place), "", SHEET_ANSWERS["rows"], "inferred_rows")
            return Answered("rows", repairs=[inferred])
        unsaid = reporter.problem("unanswered", line.place, title="回答", allowed_values=list(form.answers))
        return Answered("", [unsaid])
    if line.answer not in form.answers.values():
        rule = "answer_not_offered" if line.answer in ANSWERS.values() else "isin"
        about: dict[str, Any] = {"title": "回答", "value": line.words, "allowed_values": list(form.answers)}
        return Answered(by_rows, [reporter.problem(rule, line.place, **about)])
    broken = wrong_answers(line.answer, count, is_backed=bool(line.checked), basis=line.basis, cover=cover)
    facts: dict[str, Any] = {"title": "回答", "value": line.words, "rows": count, "others": form.without_rows}
    return Answered(line.answer, [reporter.problem(rule, line.place, **facts) for rule in broken])


def wrong_answers(answer: str, count: int, *, is_backed: bool, basis: str, cover: Cover) -> list[str]:
    """The rules that an answer breaks: against the rows of its sheet, or for want of work, signer, basis."""
    if answer == "rows":
        return [] if count else ["no_rows"]
    if answer != "unfinished" and count:
        return ["zero_with_rows"]
    if answer == "zero":
        unsigned = [] if cover.text("approver") else ["zero_without_signer"]
        return ([] if is_backed or basis else ["zero_without_work"]) + unsigned
    return ["not_applicable_without_basis"] if answer == "not_applicable" and not basis else []


def unit_of_amount(grid: Grid, schema: pa.DataFrameSchema, around: Around) -> list[Problem]:
    """The cover names one unit for amounts and every heading of a sheet another: one of them is a slip."""
    cover, named = around.cover, around.amount_unit
    units = {unit for name, unit in grid.units.items() if _kind(schema, name) == "money"}
    if not (cover.sheet and named and units) or named in units:
        return []
    reporter = Reporter(cover.sheet, COVER_RETURN, COVER.columns)
    at, _ = cover.labelled["amount_unit"]
    return [reporter.problem("unit_of_amount", at, column="amount_unit", value=named)]


def unit_missing(table: Table, form: Form, checked: Checked) -> list[Problem]:
    """Amounts whose heading names no unit, beside others that name one, where nothing else does."""
    if table.unit.unit:
        return []
    amounts = [
        heading
        for name, heading in table.columns().items()
        if _kind(form.schema, name) == "money" and checked.frame[name].gt(0).any()
    ]
    named = dict.fromkeys(h.unit for h in amounts if h.unit in MONEY_UNITS)
    if not set(named) - {KEPT_IN}:
        return []
    reporter = Reporter(table.sheet.title, form.return_)
    facts = {"unit": KEPT_IN, "others": "、".join(named)}
    return [
        reporter.problem("unit_missing", _place(h), column=str(h.name), title=h.words, value=h.words, **facts)
        for h in amounts
        if h.unit not in MONEY_UNITS
    ]


def headings(table: Table, form: Form) -> list[Problem]:
    """Columns of the return that no heading names, then headings that match nothing or match twice."""
    reporter = Reporter(table.sheet.title, form.return_, form.schema.columns)
    by_column = table.columns()
    first = (table.heading_row, min((h.column for h in table.headings), default=1))
    missing = [
        reporter.problem("missing_column", first, column=name)
        for name, column in form.schema.columns.items()
        if name not in by_column and not column.nullable
    ]
    astray = [h for h in table.headings if h.name is None or by_column[h.name] is not h]
    return [*missing, *(_astray(reporter, heading) for heading in astray)]


def _astray(reporter: Reporter, heading: Heading) -> Problem:
    is_twice = heading.name is not None and normal(heading.words) not in COMMON
    rule = "twice_column" if is_twice else "extra_column"
    return reporter.problem(rule, _place(heading), column=heading.name or "", value=heading.words)


def heading_units(units: Mapping[str, str], table: Table) -> list[Repair]:
    """Headings whose unit is not the one in which amounts are kept: told once for the column."""
    by_column = table.columns()
    return [
        Repair(table.sheet.title, address(*_place(by_column[name])), unit, KEPT_IN, "heading_unit")
        for name, unit in units.items()
        if unit in MONEY_UNITS and unit != KEPT_IN
    ]


def _must_be(form: Form, unit: str) -> dict[str, tuple[str, str]]:
    """Columns with one right value in this sheet, and the rule for it: its field, the unit's territory."""
    fixed = {}
    if form.field and "field" in form.schema.columns:
        fixed["field"] = ("wrong_field", PLAN.fields[form.field].title)
    if "territory" in PLAN.units[unit].roles and "territory" in form.schema.columns:
        fixed["territory"] = ("wrong_territory", PLAN.units[unit].title)
    return fixed


def _kind(schema: pa.DataFrameSchema, name: str) -> str:
    return str((schema.columns[name].metadata or {})["kind"])


def _place(heading: Heading) -> CellPlace:
    return heading.row, heading.column
