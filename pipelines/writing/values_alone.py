"""The values of a workbook that could be read and not changed in place, in a workbook of their own."""

from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from pipelines.reading.as_shown import Broken
from pipelines.reading.reader import Sheet
from pipelines.writing.template import TITLE, written
from schemas.forms import COPY_SHEET


def copy_of(sheets: Sequence[Sheet], note: str) -> bytes:
    """The values of a workbook that could be read but not changed in place, as an .xlsx that says so."""
    book = Workbook()
    front = book.active or book.create_sheet()
    front.title = COPY_SHEET
    front["A1"], front["A1"].font = note, TITLE
    for sheet in sheets:
        made = book.create_sheet(sheet.title)
        for r, cells in enumerate(sheet.rows, 1):
            for c, value in enumerate(cells, 1):
                if value not in ("", None):
                    _put(made.cell(r, c), value)
        for top, left, bottom, right in sheet.merges:
            made.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
        made.sheet_state = "hidden" if sheet.hidden else "visible"
    return written(book)


def _put(cell: Any, value: Any) -> None:
    """A value as it was read; text stays text, whatever it starts with, and a broken cell shows its words."""
    words = str(value) if isinstance(value, str | Broken) else None
    cell.value = value if words is None else ILLEGAL_CHARACTERS_RE.sub("", words)
    if words is not None:
        cell.data_type = "s"
