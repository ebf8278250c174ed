"""Workbooks as others make them: plain sheets, and the same bytes bent in one place."""

import zipfile
from io import BytesIO

from openpyxl import Workbook


def plain(*rows, title="Sheet1", merges=(), at=(1, 1)):
    """A workbook of one plain sheet, its first cell at row and column `at`."""
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for r, row in enumerate(rows, at[0]):
        for c, value in enumerate(row, at[1]):
            sheet.cell(r, c, value)
    for area in merges:
        sheet.merge_cells(area)
    return saved(book)


def saved(book):
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def bent(content, part, change):
    """The same workbook with one of its parts changed by `change(bytes)`; a part that is not there is made."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
        if part not in old.namelist():
            new.writestr(part, change(b""))
    return out.getvalue()


def zipped(*parts, compression=zipfile.ZIP_DEFLATED):
    out = BytesIO()
    with zipfile.ZipFile(out, "w", compression) as made:
        for name, content in parts:
            made.writestr(name, content)
    return out.getvalue()
