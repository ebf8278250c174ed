"""What calamine does not tell of an .xls, from its records: code page, errors, what is hidden, and whether it is whole."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipelines.reading.ole import Container, Damaged

BOF, EOF, CODEPAGE, FILEPASS, BOUNDSHEET = 0x0809, 0x000A, 0x0042, 0x002F, 0x0085
FORMULA, BOOLERR, ROW, COLINFO, SUPBOOK, ADDIN = 0x0006, 0x0205, 0x0208, 0x007D, 0x01AE, 0x0087
CELLS = frozenset({FORMULA, BOOLERR, 0x0203, 0x0204, 0x00FD, 0x027E, 0x00BD, 0x00D6})
BIFF8, UNICODE = 0x0600, 1200
WORKSHEET, MACRO_SHEET = 0, 1
ZERO_HEIGHT = 0x20
ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
OURSELVES = (b"\x01\x04", b"\x01\x3a")


@dataclass
class OldSheet:
    """A worksheet of an .xls: the errors it shows by address, and what is hidden in it; rows and columns from 1."""

    title: str
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    height: int = 0
    width: int = 0


@dataclass
class OldBook:
    """The facts of an .xls; raises Damaged when it is made from one that is not whole."""

    version: int = 0
    encrypted: bool = False
    macro_sheets: bool = False
    macros: bool = False
    links: bool = False
    addin: bool = False
    code_page_at: int = -1  # in the stream; -1 where it is as it should be
    sheets: list[OldSheet] = field(default_factory=list)


def look(content: bytes) -> OldBook:
    """Read the records of the Workbook stream."""
    container = Container(content)
    book = OldBook(macros=any(name.startswith("_VBA_PROJECT") for name in container.names))
    stream = container.stream("Workbook")
    try:
        places = _globals(stream, book)
        if not book.encrypted and book.version == BIFF8:
            for place, title in places:
                book.sheets.append(_sheet(stream, place, title))
    except (struct.error, IndexError) as why:
        raise Damaged from why
    return book


def repaired(content: bytes) -> bytes:
    """The same workbook saying that its text is Unicode, as that of every BIFF8 is, whatever its code page claims."""
    at = look(content).code_page_at
    if at < 0:
        return content
    container = Container(content)
    place = _place(container.pieces(container.find("Workbook")), at)
    return content[:place] + struct.pack("<H", UNICODE) + content[place + 2 :]


def _place(pieces: list[tuple[int, int]], at: int) -> int:
    for start, length in pieces:
        if at < length:
            return start + at
        at -= length
    raise Damaged


def records(stream: bytes, at: int) -> Iterator[tuple[int, int, bytes]]:
    """The records from an offset to the EOF of the same depth: kind, where the data stands, data."""
    depth = 0
    while True:
        kind, length = struct.unpack_from("<2H", stream, at)
        if at + 4 + length > len(stream):
            raise Damaged
        yield kind, at + 4, stream[at + 4 : at + 4 + length]
        depth += (kind == BOF) - (kind == EOF)
        at += 4 + length
        if depth <= 0:
            return


def _globals(stream: bytes, book: OldBook) -> list[tuple[int, str]]:
    """The facts of the whole workbook, and where each worksheet begins."""
    places = []
    for n, (kind, at, data) in enumerate(records(stream, 0)):
        if n == 0:
            book.version = _version(kind, data)
        elif kind == FILEPASS:
            book.encrypted = True
            return []
        elif kind == BOUNDSHEET and book.version == BIFF8:
            places += _bound(data, book)
        else:
            _fact(kind, at, data, book)
    return places


def _version(kind: int, data: bytes) -> int:
    if kind != BOF:
        raise Damaged
    return int(struct.unpack_from("<H", data)[0])


def _fact(kind: int, at: int, data: bytes, book: OldBook) -> None:
    if kind == CODEPAGE and struct.unpack_from("<H", data)[0] != UNICODE:
        book.code_page_at = at
    book.links = book.links or (kind == SUPBOOK and data[2:4] not in OURSELVES)
    book.addin = book.addin or kind == ADDIN


def _bound(data: bytes, book: OldBook) -> list[tuple[int, str]]:
    place, _, kind, length, wide = struct.unpack_from("<IBBBB", data)
    book.macro_sheets = book.macro_sheets or kind == MACRO_SHEET
    title = (
        data[8 : 8 + 2 * length].decode("utf-16-le", "replace")
        if wide & 1
        else data[8 : 8 + length].decode("latin-1")
    )
    return [(place, title)] if kind == WORKSHEET else []


def _sheet(stream: bytes, place: int, title: str) -> OldSheet:
    sheet = OldSheet(title)
    for n, (kind, _, data) in enumerate(records(stream, place)):
        if n == 0 and kind != BOF:
            raise Damaged
        if kind in CELLS:
            row, column = struct.unpack_from("<2H", data)
            sheet.height, sheet.width = max(sheet.height, row + 1), max(sheet.width, column + 1)
            if error := _error(kind, data):
                sheet.errors[row + 1, column + 1] = error
        elif kind == ROW and struct.unpack_from("<I", data, 12)[0] & ZERO_HEIGHT:
            sheet.hidden_rows.add(struct.unpack_from("<H", data)[0] + 1)
        elif kind == COLINFO and data[8] & 1:
            first, last = struct.unpack_from("<2H", data)
            sheet.hidden_columns.update(range(first + 1, min(last, 256) + 2))
    return sheet


def _error(kind: int, data: bytes) -> str:
    """The error that a cell shows: typed in, or the last result of its formula."""
    if kind == BOOLERR and data[7]:
        return ERRORS.get(data[6], "#N/A")
    if kind == FORMULA and data[12:14] == b"\xff\xff" and data[6] == 2:
        return ERRORS.get(data[8], "#N/A")
    return ""
