"""What calamine does not tell of an .xls, from its records: code page, errors, what is hidden."""

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pipelines.reading import xls_styles
from pipelines.reading.ole import BrokenContainer, Container, Piece
from pipelines.reading.xlsx_cells import Place
from pipelines.reading.xlsx_styles import SheetStyles, Strings, standing

BOF, EOF, CODEPAGE, FILEPASS, BOUNDSHEET = 0x0809, 0x000A, 0x0042, 0x002F, 0x0085
FORMULA, BOOLERR, ROW, COLINFO, SUPBOOK, ADDIN = 0x0006, 0x0205, 0x0208, 0x007D, 0x01AE, 0x0087
SHARED, NUMBERS, DATES = 0x00FD, 0x00BD, 0x0022
CELLS = frozenset({FORMULA, BOOLERR, SHARED, NUMBERS, 0x0203, 0x0204, 0x027E, 0x00D6})
BIFF8, BIFF5, UNICODE = 0x0600, 0x0500, 1200
WORKSHEET, MACRO_SHEET = 0, 1
ZERO_HEIGHT = 0x20
LAST_COLUMN = 256
NOT_AVAILABLE = "#N/A"
ERROR_CODES = (0x00, 0x07, 0x0F, 0x17, 0x1D, 0x24, 0x2A)
ERROR_WORDS = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", NOT_AVAILABLE)
ERRORS = dict(zip(ERROR_CODES, ERROR_WORDS, strict=True))
OURSELVES = (b"\x01\x04", b"\x01\x3a")
BOOK = "Workbook"  # the name of its stream


class Record(NamedTuple):
    """A record of a stream: its kind, where its data stands, the data."""

    kind: int
    at: int
    data: bytes


@dataclass(frozen=True)
class OldSheet:
    """A worksheet of an .xls: how far its cells reach, and by place what is odd about them; what is hidden.

    Odd are errors, formats that count, words of which a part is struck out, and cells struck out whole.
    """

    title: str
    height: int = 0
    width: int = 0
    errors: Mapping[Place, str] = field(default_factory=dict)
    formats: Mapping[Place, str] = field(default_factory=dict)
    struck_words: Mapping[Place, tuple[str, str]] = field(default_factory=dict)
    struck: frozenset[Place] = frozenset()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()


@dataclass(frozen=True)
class OldBook:
    """The facts of an .xls; of one that is encrypted, or of before 1997, no sheets."""

    version: int
    encrypted: bool
    macro_sheets: bool
    macros: bool
    links: bool
    embeddings: bool
    addin: bool
    since_1904: bool
    code_page_at: int  # in the stream; -1 where it is as it should be
    sheets: Sequence[OldSheet]


def look(container: Container) -> OldBook:
    """Read the records of the workbook's stream. Raises BrokenContainer when they are not whole."""
    stream = container.read(BOOK)
    try:
        return _book(stream, container.names)
    except (struct.error, IndexError) as why:
        raise BrokenContainer from why


def _book(stream: bytes, names: set[str]) -> OldBook:
    heads = _globals(stream)
    version, encrypted = _version(heads[0]), heads[-1].kind == FILEPASS
    bounds = [_bound(r.data) for r in heads if r.kind == BOUNDSHEET] if version == BIFF8 else []
    places = [(place, title) for place, kind, title in bounds if kind == WORKSHEET and not encrypted]
    return OldBook(
        version=version,
        encrypted=encrypted,
        macro_sheets=any(kind == MACRO_SHEET for _, kind, _ in bounds),
        macros=any(name.startswith("_VBA_PROJECT") for name in names),
        links=any(r.kind == SUPBOOK and r.data[2:4] not in OURSELVES for r in heads),
        embeddings=any(name.startswith("MBD") for name in names),
        addin=any(r.kind == ADDIN for r in heads),
        since_1904=any(r.kind == DATES and r.data[:1] == b"\x01" for r in heads),
        code_page_at=_code_page_at(heads),
        sheets=_sheets(stream, heads, places),
    )


def _sheets(stream: bytes, heads: Sequence[Record], places: Sequence[tuple[int, str]]) -> list[OldSheet]:
    """The worksheets that begin at some places. Raises BrokenContainer when one does not."""
    if not places:
        return []
    styles, strings = xls_styles.styles(heads), xls_styles.rich_strings(heads)
    return [_sheet(stream, place, title, styles, strings) for place, title in places]


def repaired(content: bytes) -> bytes:
    """The same workbook saying that its text is Unicode, as that of every BIFF8 is, its stream by its name.

    Raises BrokenContainer when the bytes of the container or of the workbook's own records are not whole.
    """
    container = Container(content)
    try:
        at = _code_page_at(_globals(container.read(BOOK)))
    except struct.error as why:
        raise BrokenContainer from why
    bent = bytearray(content)
    if at >= 0:
        struct.pack_into("<H", bent, _in_file(container.pieces(BOOK), at), UNICODE)
    for stream in container.streams:  # one of an embedded workbook is not to be read for it
        if stream.is_called(BOOK):
            name = (BOOK if stream.is_top else f"_{BOOK[1:]}").encode("utf-16-le")
            bent[stream.at : stream.at + len(name)] = name
    return bytes(bent)


def _code_page_at(heads: Sequence[Record]) -> int:
    """Where in the stream the last code page that is not Unicode stands; -1 for none."""
    pages = ((r.at, struct.unpack_from("<H", r.data)[0]) for r in heads if r.kind == CODEPAGE)
    return max((at for at, page in pages if page != UNICODE), default=-1)


def _in_file(pieces: Sequence[Piece], at: int) -> int:
    """Where in the file a byte of a stream stands. Raises BrokenContainer when the stream ends before it."""
    for start, length in pieces:
        if at < length:
            return start + at
        at -= length
    raise BrokenContainer


def records(stream: bytes, at: int) -> Iterator[Record]:
    """The records from an offset to the EOF of the same depth.

    Raises BrokenContainer when one reaches beyond the stream.
    """
    depth = 0
    while True:
        kind, length = struct.unpack_from("<2H", stream, at)
        if at + 4 + length > len(stream):
            raise BrokenContainer
        yield Record(kind, at + 4, stream[at + 4 : at + 4 + length])
        depth += (kind == BOF) - (kind == EOF)
        at += 4 + length
        if depth <= 0:
            return


def _globals(stream: bytes) -> list[Record]:
    """The records about the workbook as a whole, up to the one that says it is encrypted."""
    heads = []
    for record in records(stream, 0):
        heads.append(record)
        if record.kind == FILEPASS:
            break
    return heads


def _version(first: Record) -> int:
    """The version that the first record states. Raises BrokenContainer when it states none."""
    if first.kind != BOF:
        raise BrokenContainer
    return int(struct.unpack_from("<H", first.data)[0])


def _bound(data: bytes) -> tuple[int, int, str]:
    """A sheet as the workbook lists it: where its records begin, its kind, its title."""
    place, _, kind, length, wide = struct.unpack_from("<IBBBB", data)
    is_wide = bool(wide & 1)
    letters = data[8 : 8 + (2 * length if is_wide else length)]
    return place, kind, letters.decode("utf-16-le", "replace") if is_wide else letters.decode("latin-1")


def _sheet(stream: bytes, place: int, title: str, styles: SheetStyles, strings: Strings) -> OldSheet:
    """A worksheet read in one pass. Raises BrokenContainer when no sheet begins at this place."""
    if struct.unpack_from("<H", stream, place)[0] != BOF:
        raise BrokenContainer
    sheet = _SheetSoFar(styles, strings)
    for kind, _, data in records(stream, place):
        if kind in CELLS:
            sheet.add_cell(kind, data)
        elif kind == ROW and struct.unpack_from("<I", data, 12)[0] & ZERO_HEIGHT:
            sheet.hidden_rows.add(struct.unpack_from("<H", data)[0] + 1)
        elif kind == COLINFO and data[8] & 1:
            first, last = struct.unpack_from("<2H", data)
            sheet.hidden_columns.update(range(first + 1, min(last, LAST_COLUMN) + 2))
    return OldSheet(
        title,
        sheet.height,
        sheet.width,
        sheet.errors,
        sheet.formats,
        sheet.struck_words,
        frozenset(sheet.struck),
        frozenset(sheet.hidden_rows),
        frozenset(sheet.hidden_columns),
    )


class _SheetSoFar:
    """A worksheet while its records are read."""

    def __init__(self, styles: SheetStyles, strings: Strings) -> None:
        self.styles, self.strings = styles, strings
        self.noted = frozenset(styles.noted)
        self.height = self.width = 0
        self.errors: dict[Place, str] = {}
        self.formats: dict[Place, str] = {}
        self.struck_words: dict[Place, tuple[str, str]] = {}
        self.struck: set[Place] = set()
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()

    def add_cell(self, kind: int, data: bytes) -> None:
        row, column = struct.unpack_from("<2H", data)
        last = column + (len(data) - 6) // 6 - 1 if kind == NUMBERS else column  # several numbers in a row
        self.height, self.width = max(self.height, row + 1), max(self.width, last + 1)
        if error := _error(kind, data):
            self.errors[row + 1, column + 1] = error
        elif self.noted or self.strings:
            for n in range(last - column + 1):
                (style,) = struct.unpack_from("<H", data, 4 + 6 * n)
                self.note((row + 1, column + n + 1), style)
            if kind == SHARED:
                self.note_words((row + 1, column + 1), struct.unpack_from("<I", data, 6)[0])

    def note(self, place: Place, style: int) -> None:
        if style in self.styles.formats:
            self.formats[place] = self.styles.formats[style]
        if style in self.styles.struck:
            self.struck.add(place)

    def note_words(self, place: Place, number: int) -> None:
        words = standing(self.strings.get(number, ()), is_struck=place in self.struck)
        if words and words[0].strip():
            self.struck_words[place] = words
            self.struck.discard(place)
        elif words:
            self.struck.add(place)


def _error(kind: int, data: bytes) -> str:
    """The error that a cell shows: typed in, or the last result of its formula; '' for none."""
    if kind == BOOLERR and data[7]:
        return ERRORS.get(data[6], NOT_AVAILABLE)
    if kind == FORMULA and data[12:14] == b"\xff\xff" and data[6] == 2:
        return ERRORS.get(data[8], NOT_AVAILABLE)
    return ""
