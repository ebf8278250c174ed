"""One sheet judged: what it answers, its rows, and everything that is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from pipelines.judging import headings
from pipelines.judging.check import Checked, Context, check
from pipelines.judging.cover import COVER_RETURN, Cover
from pipelines.judging.grid import Grid, grid_of
from pipelines.judging.judgement import SheetAnswer
from pipelines.judging.totals import totals
from pipelines.reading.a1 import address, letters
from pipelines.reading.reader import Sheet
from pipelines.tables import layout_problems
from pipelines.tables.reporting import Reporter
from pipelines.tables.table import Table
from schemas.cover import ANSWERS, SHEET_ANSWERS
from schemas.forms import Form
from schemas.plan import PLAN
from schemas.problems import VERIFY, Problem, Repair, Unchecked
from schemas.units import KEPT_IN


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
    if answered.code in {"zero", "not_applicable"}:  # the cover says it, and the sheet only says it again
        of_layout = [p for p in of_layout if p.rule != "nil_row"]
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
    context = replace(around.context, must_be=must_be(form, around.unit))
    checked = check(grid, form.schema, context)
    summed = totals(table, grid, checked, form.schema)
    return SheetJudged(
        SheetAnswer(form.return_, form.field, form.title, "", 0),
        [
            *headings.problems(table, form),
            *_units(table, form, grid, checked, around),
            *checked.problems,
            *summed.problems,
        ],
        [
            *layout_problems.repairs(table, form),
            *headings.units_converted(grid.units, table),
            *checked.repairs,
        ],
        [*checked.unchecked, *summed.unchecked],
        checked.frame,
        {name: letters(heading.column) for name, heading in table.columns().items()},
    )


def _units(table: Table, form: Form, grid: Grid, checked: Checked, around: Around) -> list[Problem]:
    """What is wrong with the units that cover, lines and headings name, each held against the others."""
    cover, named = around.cover, around.amount_unit
    at = cover.labelled["amount_unit"][0] if cover.sheet and named else None
    return [
        *(headings.unit_of_cover(grid.units, form, cover.sheet, at, named) if at else []),
        *headings.unit_of_lines(table, form, grid.units),
        *([] if named else headings.unit_unsaid(table, form, checked.frame)),
    ]


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
    about = {"title": "排查户数", "value": line.checked}
    doubtful = (
        [reporter.problem("approximate", line.checked_at, level=VERIFY, **about)] if line.is_about else []
    )
    signer = cover.labelled.get("approver", (line.place, None))[0]
    at = {"zero_without_signer": signer}
    told = [reporter.problem(rule, at.get(rule, line.place), **facts) for rule in broken]
    return Answered(line.answer, [*told, *doubtful])


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


def must_be(form: Form, unit: str) -> dict[str, tuple[str, str]]:
    """Columns with one right value in this sheet, and the rule for it: its field, the unit's territory."""
    fixed = {}
    if form.field and "field" in form.schema.columns:
        fixed["field"] = ("wrong_field", PLAN.fields[form.field].title)
    if "territory" in PLAN.units[unit].roles and "territory" in form.schema.columns:
        fixed["territory"] = ("wrong_territory", PLAN.units[unit].title)
    return fixed
