"""What the layout of a table itself tells: what was set apart, filled in or hidden, and what could not be read."""

from collections.abc import Iterator, Mapping

from pipelines.reading.reader import Sheet, address
from pipelines.tables.heading import normal
from pipelines.tables.plain_rows import is_filled
from pipelines.tables.rows import NIL, said
from pipelines.tables.table import Table
from schemas.forms import Form
from schemas.problems import MUST, VERIFY, Problem, Repair, sentence

SHOWN = 10


def problems(table: Table, form: Form) -> list[Problem]:
    """What a person must mend or look at in the layout of a table."""
    return [
        Problem(
            level,
            rule,
            form.return_,
            table.sheet.title,
            address(row, column),
            row,
            "",
            "",
            value,
            *sentence(rule, **facts),
        )
        for level, rule, row, column, value, facts in _found(table)
    ]


Found = tuple[str, str, int, int, str, Mapping[str, object]]


def _found(table: Table) -> Iterator[Found]:
    sheet, body = table.sheet, table.body
    if table.before:
        column = _first(sheet, table.before)
        yield MUST, "table_before", table.before, column, said(sheet.at(table.before, column)), {}
    if table.beside:
        words = said(sheet.at(table.heading_row, table.beside))
        yield MUST, "side_by_side", table.heading_row, table.beside, words, {}
    if body.other:
        column = _first(sheet, body.other)
        yield MUST, "second_table", body.other, column, said(sheet.at(body.other, column)), {}
    for row in body.guidance:
        column = _first(sheet, row)
        yield VERIFY, "guidance_row", row, column, said(sheet.at(row, column)), {}
    for row in body.passed:
        column = _first(sheet, row)
        yield VERIFY, "row_after_note", row, column, said(sheet.at(row, column)), {}
    for row in body.nil[:1]:
        column = next(n for n, c in enumerate(sheet.rows[row - 1], 1) if is_filled(c) and said(c) in NIL)
        words = said(sheet.at(row, column))
        yield VERIFY, "nil_row", row, column, words, {"value": words}
    if not table.unit.is_clear:
        yield (
            MUST,
            "unit_unclear",
            table.unit.row,
            table.unit.column,
            table.unit.words,
            {"value": table.unit.words},
        )
    yield from _hidden(table)
    yield from _unheaded(table)


def _hidden(table: Table) -> Iterator[Found]:
    """Rows and columns that the person did not see and that hold data, and the sheet itself."""
    sheet, rows = table.sheet, table.rows
    if sheet.hidden and rows:
        yield VERIFY, "hidden_sheet", 1, 1, sheet.title, {}
    unseen = [row for row in rows if row in sheet.hidden_rows]
    if unseen:
        facts = {"rows": len(unseen), "value": _listed(f"第{row}行" for row in unseen)}
        yield VERIFY, "hidden_row", unseen[0], 1, "", facts
    held = [h for h in table.headings if h.column in sheet.hidden_columns and _first_row(table, h.column)]
    if held:
        facts = {"rows": len(held), "value": _listed(h.words for h in held)}
        yield VERIFY, "hidden_column", held[0].row, held[0].column, held[0].words, facts


def _unheaded(table: Table) -> Iterator[Found]:
    """Columns that hold data below no heading: they are not read."""
    headed = {h.column for h in table.headings}
    width = len(table.sheet.columns)
    for column in range(1, min(width, table.beside - 1 if table.beside else width) + 1):
        row = _first_row(table, column) if column not in headed else 0
        if row:
            yield VERIFY, "no_heading_above", row, column, said(table.sheet.at(row, column)), {}


def _first_row(table: Table, column: int) -> int:
    """The first row of data that holds something in a column; 0 where none does."""
    cells = table.sheet.columns[column - 1]
    filled = any(map(is_filled, cells.values))
    return next((row for row in table.rows if is_filled(cells[row - 1])), 0) if filled else 0


def _first(sheet: Sheet, row: int) -> int:
    return next((n for n, c in enumerate(sheet.rows[row - 1], 1) if str(c).strip()), 1)


def _listed(words: Iterator[str]) -> str:
    found = list(words)
    return "、".join(found[:SHOWN]) + ("等" if len(found) > SHOWN else "")


def repairs(table: Table, form: Form) -> list[Repair]:
    """What reading understood otherwise than it is written: headings by a synonym, merged cells, lines between parts."""
    sheet = table.sheet
    found = [
        Repair(sheet.title, address(row, column), "", said(value), "merged_down")
        for (row, column), value in sorted(table.filled.items(), key=lambda at: at[0][::-1])
    ]
    for row in table.body.sections:
        column = _first(sheet, row)
        found.append(
            Repair(sheet.title, address(row, column), said(sheet.at(row, column)), "", "section_row")
        )
    for heading in table.headings:
        title = str(form.schema.columns[heading.name].title) if heading.name else ""
        if title and not normal(heading.words.removesuffix(f"-{heading.unit}")).endswith(normal(title)):
            place = address(heading.row, heading.column)
            found.append(Repair(sheet.title, place, heading.words, title, "heading_synonym"))
    return found


def of_file(rules: list[str], sheet: str) -> list[Problem]:
    """What the file carries besides cells."""
    return [Problem(VERIFY, rule, "", sheet, "A1", 1, "", "", "", *sentence(rule)) for rule in rules]
