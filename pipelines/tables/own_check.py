"""The column 检查 that our template wrote, left aside when the workbook comes back.

It is known by its heading and by what it says; what a clerk wrote in a column of that name stays.
"""

from dataclasses import replace
from typing import Any

from pipelines.reading.as_shown import Broken
from pipelines.reading.columns import CellColumn, coded
from pipelines.reading.reader import Sheet
from pipelines.tables.plain_rows import is_filled
from schemas.self_check import ASKS, HEADING, OURS

WITHIN = 16  # rows from the top in which a heading may stand


def without_check(sheet: Sheet) -> Sheet:
    """The sheet without what our column says, and without the rows at its end in which nothing else stands.

    What a clerk wrote in the column stays, and its heading with it.
    """
    kept = [_without_ours(cells) for cells in sheet.columns]
    if all(cells is before for cells, before in zip(kept, sheet.columns, strict=True)):
        return sheet
    height = max(map(_last, kept), default=0)
    return replace(sheet, columns=[CellColumn(cells.values, cells.codes[:height]) for cells in kept])


def _without_ours(cells: CellColumn) -> CellColumn:
    """A column without our heading and words; the same where it has another heading."""
    at = next((n for n, code in enumerate(cells.codes[:WITHIN]) if cells.values[code] == HEADING), -1)
    if at < 0:
        return cells
    said = [*cells]
    left = ["" if n > at and _is_said_by_us(cell) else cell for n, cell in enumerate(said)]
    if not any(map(is_filled, left[at + 1 :])):
        left[at] = ""
    return coded(left)


def _is_said_by_us(cell: Any) -> bool:
    if isinstance(cell, Broken):
        return cell.words.startswith("#") or ASKS.fullmatch(cell.words) is not None
    return cell == "" or (isinstance(cell, str) and OURS.match(cell) is not None)


def _last(cells: CellColumn) -> int:
    """How many rows there are up to the last that holds something."""
    filled = {code for code, value in enumerate(cells.values) if is_filled(value)}
    return next((n for n in range(len(cells.codes), 0, -1) if cells.codes[n - 1] in filled), 0)
