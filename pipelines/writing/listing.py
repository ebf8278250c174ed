"""A table of the screen as a workbook: what it is, as of when, how filtered; no cell runs as a formula."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.reading.a1 import letters
from pipelines.writing import footer

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEET, FORMULA_STARTS, WIDEST = "明细", ("=", "+", "-", "@", "\t", "\r"), 44


def workbook(title: str, lines: Sequence[str], rows: pd.DataFrame) -> bytes:
    """The bytes of an .xlsx: title and lines on top, then the columns of `rows`, ready to be printed."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = SHEET
    for words in (title, *lines):
        _put(sheet, sheet.max_row + (sheet.cell(1, 1).value is not None), 1, words)
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    heading = len(lines) + 3
    for column, name in enumerate(rows.columns, 1):
        _put(sheet, heading, column, str(name))
        sheet.cell(heading, column).font = Font(bold=True)
    for n, cells in enumerate(rows.itertuples(index=False), heading + 1):
        for column, value in enumerate(cells, 1):
            _put(sheet, n, column, value)
    _fit(sheet, rows, heading)
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def _put(sheet: Worksheet, row: int, column: int, value: Any) -> None:
    """Words are always words: what begins like a formula is kept as text, also when the cell is edited."""
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return
    cell = sheet.cell(row, column)
    if isinstance(value, bool | np.bool_):
        cell.value = "是" if value else "否"
    elif isinstance(value, str):
        cell.value = value
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(FORMULA_STARTS)
    else:
        cell.value = _plain(value)


def _plain(value: Any) -> Any:
    """A value as Excel takes it: a midnight is a day, a number of numpy one of Python."""
    if isinstance(value, pd.Timestamp) and value == value.normalize():
        return value.date()
    return value.item() if hasattr(value, "item") else value


def _fit(sheet: Worksheet, rows: pd.DataFrame, heading: int) -> None:
    for column, name in enumerate(rows.columns, 1):
        longest = max([len(str(name)), *(len(str(v)) for v in rows.iloc[:200, column - 1])])
        sheet.column_dimensions[letters(column)].width = min(WIDEST, 2 * longest + 2)
    sheet.freeze_panes = f"A{heading + 1}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{heading}:{heading}"
    footer.put(sheet)
    sheet.cell(1, 1).alignment = Alignment(vertical="center")
