"""What the layout of a table tells: what was set apart, filled in or hidden, and what could not be read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from pipelines.reading.a1 import address
from pipelines.reading.reader import Sheet
from pipelines.tables.heading import Heading, normal
from pipelines.tables.plain_rows import is_filled
from pipelines.tables.rows import NIL
from pipelines.tables.signs import half_width
from pipelines.tables.table import Table
from schemas.forms import Form
from schemas.problems import MUST, VERIFY, Problem, Repair, sentence

SHOWN = 10


class LayoutFault(NamedTuple):
    """A fault of the layout: level, rule, its cell and what stands there, the facts of its sentence."""

    level: str
    rule: str
    row: int
    column: int
    value: str
    facts: Mapping[str, object] = {}


def problems(table: Table, form: Form) -> list[Problem]:
    """What a person must mend or look at in the layout of a table."""
    return [_problem(fault, form.return_, table.sheet.title) for fault in _faults(table)]


def _problem(fault: LayoutFault, return_: str, sheet: str) -> Problem:
    cell, words = address(fault.row, fault.column), sentence(fault.rule, **fault.facts)
    return Problem(fault.level, fault.rule, return_, sheet, cell, fault.row, "", "", fault.value, *words)


def _faults(table: Table) -> Iterator[LayoutFault]:
    sheet, body, unit = table.sheet, table.body, table.unit
    if table.before:
        yield _at_row(sheet, MUST, "table_before", table.before)
    if table.beside:
        words = half_width(sheet.at(table.heading_row, table.beside))
        yield LayoutFault(MUST, "side_by_side", table.heading_row, table.beside, words)
    if body.other:
        yield _at_row(sheet, MUST, "second_table", body.other)
    yield from (_at_row(sheet, VERIFY, "guidance_row", row) for row in body.guidance)
    yield from (_at_row(sheet, VERIFY, "row_after_note", row) for row in body.passed)
    yield from (_nil_row(sheet, row) for row in body.nil[:1])
    if not unit.is_clear:
        yield LayoutFault(MUST, "unit_unclear", unit.row, unit.column, unit.words, {"value": unit.words})
    yield from _hidden(table)
    yield from _unheaded(table)


def _at_row(sheet: Sheet, level: str, rule: str, row: int) -> LayoutFault:
    """A fault of a whole row, told at its first cell that is filled."""
    column = _first(sheet, row)
    return LayoutFault(level, rule, row, column, half_width(sheet.at(row, column)))


def _nil_row(sheet: Sheet, row: int) -> LayoutFault:
    cells = enumerate(sheet.rows[row - 1], 1)
    column, words = next((n, half_width(c)) for n, c in cells if is_filled(c) and half_width(c) in NIL)
    return LayoutFault(VERIFY, "nil_row", row, column, words, {"value": words})


def _hidden(table: Table) -> Iterator[LayoutFault]:
    """Rows and columns that the person did not see and that hold data, and the sheet itself."""
    sheet, rows = table.sheet, table.rows
    if sheet.hidden and rows:
        yield LayoutFault(VERIFY, "hidden_sheet", 1, 1, sheet.title)
    unseen = [row for row in rows if row in sheet.hidden_rows]
    if unseen:
        yield LayoutFault(VERIFY, "hidden_row", unseen[0], 1, "", _listed([f"第{row}行" for row in unseen]))
    hidden = [h for h in table.headings if h.column in sheet.hidden_columns and _first_row(table, h.column)]
    if hidden:
        first, facts = hidden[0], _listed([heading.words for heading in hidden])
        yield LayoutFault(VERIFY, "hidden_column", first.row, first.column, first.words, facts)


def _unheaded(table: Table) -> Iterator[LayoutFault]:
    """Columns that hold data below no heading: they are not read."""
    headed = {heading.column for heading in table.headings}
    width = len(table.sheet.columns)
    for column in range(1, min(width, table.beside - 1 if table.beside else width) + 1):
        row = _first_row(table, column) if column not in headed else 0
        if row:
            words = half_width(table.sheet.at(row, column))
            yield LayoutFault(VERIFY, "no_heading_above", row, column, words)


def _first_row(table: Table, column: int) -> int:
    """The first row of data that holds something in a column; 0 where none does."""
    cells = table.sheet.columns[column - 1]
    is_used = any(map(is_filled, cells.values))
    return next((row for row in table.rows if is_filled(cells[row - 1])), 0) if is_used else 0


def _first(sheet: Sheet, row: int) -> int:
    """The first column in which something stands in a row."""
    return next((n for n, cell in enumerate(sheet.rows[row - 1], 1) if str(cell).strip()), 1)


def _listed(names: Sequence[str]) -> dict[str, object]:
    """How many there are, and the first of them by name, as the facts of a sentence."""
    return {"rows": len(names), "value": "、".join(names[:SHOWN]) + ("等" if len(names) > SHOWN else "")}


def repairs(table: Table, form: Form) -> list[Repair]:
    """What was read otherwise than written: merged cells, lines between parts, headings by a synonym."""
    sheet = table.sheet
    merged = sorted(table.filled.items(), key=lambda item: item[0][::-1])
    sections = [(row, _first(sheet, row)) for row in table.body.sections]
    called = [(h, title) for h in table.headings if (title := _title(form, h)) and not _is_called(h, title)]
    return [
        *(
            Repair(sheet.title, address(*place), "", half_width(cell), "merged_down")
            for place, cell in merged
        ),
        *(
            Repair(sheet.title, address(*place), half_width(sheet.at(*place)), "", "section_row")
            for place in sections
        ),
        *(
            Repair(sheet.title, address(h.row, h.column), h.words, title, "heading_synonym")
            for h, title in called
        ),
    ]


def _title(form: Form, heading: Heading) -> str:
    """The title of the column that a heading means; '' for none."""
    return str(form.schema.columns[heading.name].title) if heading.name else ""


def _is_called(heading: Heading, title: str) -> bool:
    """Whether a heading says the title of its column."""
    return normal(heading.words.removesuffix(f"-{heading.unit}")).endswith(normal(title))


def of_file(rules: Iterable[str], sheet: str) -> list[Problem]:
    """What the file carries besides cells, told at the first sheet."""
    return [_problem(LayoutFault(VERIFY, rule, 1, 1, ""), "", sheet) for rule in rules]
