"""The column 检查 put into a template: its cells, the colours of all cells, and the names that they ask.

Put into the parts as words: the same few bytes for each row, whatever the workbook.
"""

import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from io import BytesIO

from pipelines.judging.sheet import must_be
from pipelines.reading.a1 import letters
from pipelines.reading.xlsx_scan import is_sheet
from pipelines.writing.self_check import LACKING, SelfCheck, SheetPlaces, quoted, self_check
from schemas.cover import COVER
from schemas.forms import COVER_SHEET, forms
from schemas.problems import MUST, VERIFY
from schemas.returns import RETURNS

HEADING_ROW, LAST_ROW = 3, 2000  # of every sheet of a template
FIRST_COVER_ROW = 5
ROW = re.compile(rb'<row r="(\d+)"([^>]*?)(?:/>|>(.*?)</row>)', re.DOTALL)
NO_CELLS = b"<sheetData></sheetData>"
END_OF_CELLS, END_OF_NAMES, END_OF_STYLES = b"</sheetData>", b"</definedNames>", b"</cellStyles>"
COLOURS = {MUST: "FFC7CE", VERIFY: "FFE0B3", LACKING: "FFF2CC"}  # red, orange, yellow; the gravest first
FILL = (
    '<dxf><fill><patternFill patternType="solid"><fgColor rgb="FF{0}"/><bgColor rgb="FF{0}"/></patternFill>'
    "</fill></dxf>"
)


@dataclass(frozen=True)
class CheckedSheet:
    """A sheet to be checked: its return, and where it has what the formulas ask."""

    number: int  # of the sheet in the workbook
    return_: str
    first_column: int  # of the hidden sheet, where its rows are worked out
    title: str
    heading_row: int
    last_row: int
    days: tuple[tuple[str, str], ...]
    must_be: tuple[tuple[str, tuple[str, str]], ...]


def sheets_checked(unit: str, obligation: str) -> list[CheckedSheet]:
    """What the column 检查 of each sheet of a workbook asks."""
    days = tuple(
        (name, f"{quoted(COVER_SHEET)}!$B${row}")
        for row, (name, column) in enumerate(COVER.columns.items(), FIRST_COVER_ROW)
        if (column.metadata or {})["kind"] == "day"
    )
    sheets: list[CheckedSheet] = []
    for n, form in enumerate(forms(obligation, unit), 2):
        first = sheets[-1].first_column + len(check_of(sheets[-1]).cells) if sheets else 1
        fixed = tuple(must_be(form, unit).items())
        sheets.append(CheckedSheet(n, form.return_, first, form.title, HEADING_ROW, LAST_ROW, days, fixed))
    return sheets


@lru_cache(maxsize=256)
def check_of(sheet: CheckedSheet) -> SelfCheck:
    """The names by which a sheet checks itself."""
    days, fixed = dict(sheet.days), dict(sheet.must_be)
    places = SheetPlaces(sheet.number, sheet.title, sheet.heading_row, sheet.first_column, days, fixed)
    return self_check(RETURNS[sheet.return_], places)


def checked(content: bytes, sheets: Sequence[CheckedSheet]) -> bytes:
    """The workbook with its sheets checking themselves; its last sheet holds what is worked out for them."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as held, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        parts = {f"xl/worksheets/sheet{sheet.number}.xml": sheet for sheet in sheets}
        count = sum(map(is_sheet, held.namelist()))
        last = f"xl/worksheets/sheet{count}.xml"
        for info in held.infolist():
            part = held.read(info)
            if info.filename in parts:
                part = _with_cells(part, parts[info.filename])
            elif info.filename == last:
                part = part.replace(NO_CELLS, b"<sheetData>" + _worked_out(tuple(sheets)) + END_OF_CELLS)
            elif info.filename == "xl/workbook.xml":
                part = part.replace(END_OF_NAMES, b"".join(map(_names, sheets)) + END_OF_NAMES)
            elif info.filename == "xl/styles.xml":
                part = part.replace(END_OF_STYLES, END_OF_STYLES + _fills())
            made.writestr(info, part)
    return out.getvalue()


def _fills() -> bytes:
    fills = "".join(FILL.format(colour) for colour in COLOURS.values())
    return f'<dxfs count="{len(COLOURS)}">{fills}</dxfs>'.encode()


@lru_cache(maxsize=256)
def _names(sheet: CheckedSheet) -> bytes:
    made = (
        f'<definedName name="{name}" hidden="1">{escape(formula, quote=False)}</definedName>'
        for name, formula in check_of(sheet).names.items()
    )
    return "".join(made).encode()


def _with_cells(part: bytes, sheet: CheckedSheet) -> bytes:
    """A sheet's part with a cell of the column in each row, and the colours."""
    check, span = check_of(sheet), range(sheet.heading_row + 1, sheet.last_row + 1)
    style = re.search(rb'<col (?=[^>]*min="%d")[^>]*style="(\d+)"' % (check.width + 1), part)
    number = style[1].decode() if style else "0"
    start, end = part.index(b"<sheetData"), part.index(END_OF_CELLS)
    rows = {int(row[1]): (row[2], row[3] or b"") for row in ROW.finditer(part, start)}
    first = [_row(n, rows[n]) for n in sorted(rows) if n not in span]
    cells = zip(span, _cells(letters(check.width + 1), number, check.asked, span), strict=True)
    later = [_row(n, (*rows[n][:1], rows[n][1] + cell) if n in rows else (b"", cell)) for n, cell in cells]
    body = b"".join([b"<sheetData>", *first, *later])
    return part[:start] + body + END_OF_CELLS + _colours(sheet) + part[end + len(END_OF_CELLS) :]


def _row(n: int, row: tuple[bytes, bytes]) -> bytes:
    return b'<row r="%d"%s>%s</row>' % (n, *row)


@lru_cache(maxsize=256)
def _cells(letter: str, style: str, name: str, span: range) -> tuple[bytes, ...]:
    """A cell of a column for each of some rows; without a result, for none is reckoned yet."""
    return tuple(f'<c r="{letter}{n}" s="{style}" t="str"><f>{name}</f></c>'.encode() for n in span)


@lru_cache(maxsize=64)
def _worked_out(sheets: tuple[CheckedSheet, ...]) -> bytes:
    """The rows of the hidden sheet, with the cells of each sheet beside each other."""
    span = range(sheets[0].heading_row + 1, sheets[0].last_row + 1)
    columns = [
        _cells(letters(sheet.first_column + k), "0", name, span)
        for sheet in sheets
        for k, name in enumerate(check_of(sheet).cells)
    ]
    return b"".join(_row(n, (b"", b"".join(cells))) for n, *cells in zip(span, *columns, strict=True))


@lru_cache(maxsize=256)
def _colours(sheet: CheckedSheet) -> bytes:
    """Rules for the colour of each cell, as it is said to be wrong, doubtful or lacking."""
    made = []
    for n, tests in check_of(sheet).colours.items():
        rules = "".join(
            f'<cfRule type="expression" dxfId="{k}" priority="{len(COLOURS) * n + k}" stopIfTrue="1">'
            f"<formula>{escape(tests[what], quote=False)}</formula></cfRule>"
            for k, what in enumerate(COLOURS)
            if what in tests
        )
        span = f"{letters(n)}{sheet.heading_row + 1}:{letters(n)}{sheet.last_row}"
        made.append(f'<conditionalFormatting sqref="{span}">{rules}</conditionalFormatting>')
    return "".join(made).encode()
