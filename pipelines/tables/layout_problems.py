"""What the layout of a table tells: what was set apart, filled in or hidden, and what could not be read."""

from collections.abc import Iterator, Sequence
from typing import Any

from pipelines.reading.a1 import address
from pipelines.reading.reader import Sheet
from pipelines.tables.heading import normal
from pipelines.tables.plain_rows import is_filled
from pipelines.tables.reporting import Reporter
from pipelines.tables.signs import half_width, says_nothing_found
from pipelines.tables.table import COUNTER, Table
from schemas.forms import Form
from schemas.problems import Problem, Repair

SHOWN = 10


def problems(table: Table, form: Form) -> list[Problem]:
    """What a person must mend or look at in the layout of a table."""
    reporter = Reporter(table.sheet.title, form.return_)
    return [
        *_other_tables(table, reporter),
        *_rows_set_apart(table, form, reporter),
        *_unit(table, reporter),
        *_hidden(table, reporter),
        *_struck(table, reporter),
        *_unheaded(table, reporter),
    ]


def _other_tables(table: Table, reporter: Reporter) -> Iterator[Problem]:
    """Tables above, beside and below the one that was read."""
    sheet = table.sheet
    places = {
        "table_before": (table.before, _first(sheet, table.before) if table.before else 0),
        "side_by_side": (table.heading_row if table.beside else 0, table.beside),
        "second_table": (table.body.other, _first(sheet, table.body.other) if table.body.other else 0),
    }
    for rule, at in places.items():
        if at[0]:
            yield reporter.problem(rule, at, value=half_width(sheet.at(*at)))


def _rows_set_apart(table: Table, form: Form, reporter: Reporter) -> Iterator[Problem]:
    """Rows that were not read and may have been meant: guidance, what follows a note, 无 for an answer."""
    sheet, body = table.sheet, table.body
    rows = [("guidance_row", row) for row in body.guidance] + [("row_after_note", row) for row in body.passed]
    for rule, row in rows:
        at = (row, _first(sheet, row))
        yield reporter.problem(rule, at, value=half_width(sheet.at(*at)))
    for row in body.nil[:1]:
        cells = enumerate(sheet.rows[row - 1], 1)
        at = (row, next(n for n, cell in cells if is_filled(cell) and says_nothing_found(half_width(cell))))
        yield reporter.problem("nil_row", at, value=half_width(sheet.at(*at)), others=form.without_rows)


def _unit(table: Table, reporter: Reporter) -> Iterator[Problem]:
    """A line that speaks of the unit of money and cannot be understood."""
    unit = table.unit
    if not unit.is_clear:
        yield reporter.problem("unit_unclear", (unit.row, unit.column), value=unit.words)


def _hidden(table: Table, reporter: Reporter) -> Iterator[Problem]:
    """Rows and columns that the person did not see and that hold data, and the sheet itself."""
    sheet, rows = table.sheet, table.rows
    if sheet.hidden and rows:
        yield reporter.problem("hidden_sheet", value=sheet.title)
    unseen = [row for row in rows if row in sheet.hidden_rows]
    if unseen:
        facts: dict[str, Any] = {"rows": len(unseen), "which": _listed(f"第{row}行" for row in unseen)}
        yield reporter.problem("hidden_row", (unseen[0], 1), **facts)
    held = [h for h in table.headings if h.column in sheet.hidden_columns and _first_row(table, h.column)]
    if held:
        facts = {"rows": len(held), "which": _listed(h.words for h in held), "value": held[0].words}
        yield reporter.problem("hidden_column", (held[0].row, held[0].column), **facts)


def _struck(table: Table, reporter: Reporter) -> Iterator[Problem]:
    """Rows and cells of data that are struck out: they may have been meant to go."""
    struck: dict[int, list[int]] = {}
    rows, columns = set(table.rows), {heading.column for heading in table.headings}
    for row, column in sorted(table.sheet.struck):
        if row in rows and column in columns:
            struck.setdefault(row, []).append(column)
    whole = [row for row, places in struck.items() if set(places) >= _filled_columns(table, row)]
    if whole:
        facts: dict[str, Any] = {"rows": len(whole), "which": _listed(f"第{row}行" for row in whole)}
        yield reporter.problem("struck_row", (whole[0], struck[whole[0]][0]), **facts)
    single = [(row, column) for row, places in struck.items() if row not in whole for column in places]
    if single:
        facts = {"rows": len(single), "which": _listed(address(*place) for place in single)}
        yield reporter.problem(
            "struck_cell", single[0], value=half_width(table.sheet.at(*single[0])), **facts
        )


def _filled_columns(table: Table, row: int) -> set[int]:
    """The columns under a heading in which something stands in a row; of a 序号 it does not matter."""
    columns = (h.column for h in table.headings if h.name != COUNTER)
    return {column for column in columns if is_filled(table.sheet.at(row, column))}


def _unheaded(table: Table, reporter: Reporter) -> Iterator[Problem]:
    """Columns that hold data below no heading: they are not read."""
    headed = {h.column for h in table.headings}
    width = len(table.sheet.columns)
    for column in range(1, min(width, table.beside - 1 if table.beside else width) + 1):
        row = _first_row(table, column) if column not in headed else 0
        if row:
            at = (row, column)
            yield reporter.problem("no_heading_above", at, value=half_width(table.sheet.at(*at)))


def _first_row(table: Table, column: int) -> int:
    """The first row of data that holds something in a column; 0 where none does."""
    cells = table.sheet.columns[column - 1]
    filled = any(map(is_filled, cells.values))
    return next((row for row in table.rows if is_filled(cells[row - 1])), 0) if filled else 0


def _first(sheet: Sheet, row: int) -> int:
    return next((n for n, c in enumerate(sheet.rows[row - 1], 1) if str(c).strip()), 1)


def _listed(words: Iterator[str]) -> str:
    names = list(words)
    return "、".join(names[:SHOWN]) + ("等" if len(names) > SHOWN else "")


def repairs(table: Table, form: Form) -> list[Repair]:
    """What was read otherwise than written: merged cells, lines between parts, headings by a synonym."""
    sheet = table.sheet
    repairs_of_table = [
        Repair(sheet.title, address(row, column), "", half_width(value), "merged_down")
        for (row, column), value in sorted(table.filled.items(), key=lambda at: at[0][::-1])
    ]
    for row in table.body.sections:
        column = _first(sheet, row)
        repairs_of_table.append(
            Repair(sheet.title, address(row, column), half_width(sheet.at(row, column)), "", "section_row")
        )
    for heading in table.headings:
        title = str(form.schema.columns[heading.name].title) if heading.name else ""
        if title and not normal(heading.words.removesuffix(f"-{heading.unit}")).endswith(normal(title)):
            place = address(heading.row, heading.column)
            repairs_of_table.append(Repair(sheet.title, place, heading.words, title, "heading_synonym"))
    return repairs_of_table


def of_file(rules: Sequence[str], sheet: str) -> list[Problem]:
    """What the file carries besides cells."""
    return [Reporter(sheet).problem(rule) for rule in rules]
