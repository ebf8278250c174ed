"""What calamine does not tell of an .xlsx: where cells end, what is hidden, errors, formulas with no result.

The last two it gives as empty cells; here they keep their address, and become a problem and not a blank.
"""

import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from itertools import compress
from xml.etree import ElementTree

from pipelines.reading import guard
from pipelines.reading.a1 import address, column_number
from pipelines.reading.as_shown import Broken
from pipelines.reading.guard import Refused
from pipelines.reading.xls_records import OldBook, OldSheet
from pipelines.reading.xlsx_cells import (
    DATA,
    NAMELESS,
    NOTHING,
    PICTURE,
    Noted,
    farthest,
    hidden_rows,
    noted,
    wants_a_look,
)
from pipelines.reading.xlsx_cut import MAX_BOX, WORTH_CUTTING, cut, holds_far, near, plain_cells
from pipelines.reading.xlsx_parts import BookParts
from pipelines.reading.xlsx_styles import SheetStyles, Strings, rich_strings, styles
from schemas.self_check import CHECKS_SHEET

HIDING = (b"hidden=", b' ht="0', b" ht='0")
COLUMN = re.compile(rb"<(?:\w+:)?col\s[^>]*>")
HIDDEN_COLUMN = re.compile(rb"\bhidden=[\"'](?:1|true)[\"']|\bwidth=[\"']0(?:\.0+)?[\"']")
BOUND = re.compile(rb"\b(min|max)=[\"'](\d{1,5})[\"']")
MERGE = re.compile(rb"<(?:\w+:)?mergeCell\s")
MERGED = re.compile(
    rb"<(?:\w+:)?mergeCell\s[^>]*?\bref=[\"']([A-Z]{1,3})(\d{1,7})(?::([A-Z]{1,3})(\d{1,7}))?[\"']",
    re.IGNORECASE,
)
LAST_COLUMN = 16_384
MAX_MERGES = 20_000
MAX_STRING = 200_000  # bytes of one shared string
WORTH_ASKING = 1 << 14  # bytes: in a smaller part every cell is asked where it stands
END_OF_STRING = b"</si>"
ODD = (
    b"\xef\xbf\xbd",
    b"\xef\xbf\xbe",
    b"\xef\xbf\xbf",
    b"&#",
    b"_x00",
    PICTURE,
)  # of text that is no text, or stands for a picture, in a part
REMARKS = {
    "vbaproject.bin": "has_macros",
    "externallinks/": "has_links",
    "connections.xml": "has_links",
    "embeddings/": "has_embeddings",
}  # how the name of a part begins, from where the workbook lies → the rule
MergedArea = tuple[int, int, int, int]  # first row, first column, last row, last column, from 1


@dataclass(frozen=True)
class Scan:
    """What the parts say: the epoch of dates; by sheet the cells to note, and what is hidden and merged."""

    since_1904: bool = False
    noted: Mapping[str, Noted] = field(default_factory=dict)
    hidden: Mapping[str, tuple[frozenset[int], frozenset[int]]] = field(default_factory=dict)  # rows, columns
    merges: Mapping[str, Sequence[MergedArea]] = field(
        default_factory=dict
    )  # as written, also beyond the cells
    odd_text: bool = False  # characters that are no text may stand somewhere
    remarks: Sequence[str] = ()  # rules that tell what is carried besides cells, never run and never followed


class Parts:
    """An .xlsx taken apart once: whether it may be read at all is told before the rest is looked at."""

    def __init__(self, content: bytes) -> None:
        book = BookParts(zipfile.ZipFile(BytesIO(content)))
        self.styles = styles(book.linked("styles"))
        strings = book.linked("sharedStrings")
        self.strings = rich_strings(strings, self.styles)
        self.has_long_string, is_odd = _holds_a_long_one(strings), _is_odd(strings)
        del strings  # what is large is not held beside a sheet
        plain = plain_cells(self.styles, self.strings)
        told = {title: name for name, title in book.titles.items() if title != CHECKS_SHEET}
        self.sheets = {title: _Part(book, name, plain) for title, name in told.items()}
        self.odd_text = is_odd or any(_is_odd(sheet.remainder) for sheet in self.sheets.values())
        self.since_1904 = _since_1904(book.book)
        self.remarks = sorted({rule for at, rule in REMARKS.items() if book.holds(at)})

    def refuse_what_is_too_large(self) -> None:
        """Raises Refused for a string of absurd length, and for a cell absurdly far out."""
        if self.has_long_string:
            raise Refused("too_large")
        for title, sheet in self.sheets.items():
            if sheet.too_far:
                raise Refused("too_far", sheet=title, cell=sheet.too_far)

    def scan(self) -> Scan:
        cells = {title: sheet.noted(self.styles, self.strings) for title, sheet in self.sheets.items()}
        hidden = {title: sheet.hidden() for title, sheet in self.sheets.items()}
        merges = {title: _merges(sheet.remainder) for title, sheet in self.sheets.items()}
        return Scan(self.since_1904, cells, hidden, merges, self.odd_text, self.remarks)


class _Part:
    """A sheet's part, and what remains of it without rows of the plainest shape, which need no look.

    Plain are cells that hold a number or a shared string and stand near: in a row up to the last, and in a
    column that so many rows leave room for. Where a cell of the remainder does not stand near, every cell is
    asked where it stands. `too_far` names the outermost cell where the box of all is too large.
    """

    def __init__(self, book: BookParts, name: str, plain: str) -> None:
        self.book, self.name, self.too_far = book, name, ""
        size, (row, column) = book.size(name), near(book.blocks(name))
        is_large = size >= WORTH_CUTTING
        self.remainder = cut(book.blocks(name), plain, row, column) if is_large else self.part
        if size < WORTH_ASKING or holds_far(self.remainder, row, column):
            box, outermost = farthest(self.part)
            self.too_far = outermost if box > MAX_BOX else ""

    @cached_property
    def part(self) -> bytes:
        """The whole part; of a large one seldom asked."""
        return self.book.part(self.name)

    @cached_property
    def telling(self) -> bytes:
        """What is to be looked through: the whole part where a row or cell does not say where it stands."""
        at = max(self.remainder.find(DATA), 0)
        return self.part if NAMELESS.search(self.remainder, at) else self.remainder

    def noted(self, of_book: SheetStyles, strings: Strings) -> Noted:
        """The cells to be noted."""
        return (
            noted(self.telling, of_book, strings)
            if wants_a_look(self.remainder, of_book, strings)
            else NOTHING
        )

    def hidden(self) -> tuple[frozenset[int], frozenset[int]]:
        """The rows and the columns that are hidden."""
        has_hidden = any(sign in self.remainder for sign in HIDING)
        return hidden_rows(self.telling) if has_hidden else frozenset(), _hidden_columns(self.remainder)


class OldParts:
    """The same questions asked of the records of an .xls."""

    def __init__(self, book: OldBook) -> None:
        self.book = book

    def refuse_what_is_too_large(self) -> None:
        """Raises Refused for a cell absurdly far out."""
        for sheet in self.book.sheets:
            if sheet.height * sheet.width > MAX_BOX:
                raise Refused("too_far", sheet=sheet.title, cell=address(sheet.height, sheet.width))

    def scan(self) -> Scan:
        sheets = self.book.sheets
        cells = {s.title: _noted(s) for s in sheets}
        hidden = {s.title: (s.hidden_rows, s.hidden_columns) for s in sheets}
        return Scan(self.book.since_1904, cells, hidden, odd_text=True, remarks=self._remarks())

    def _remarks(self) -> list[str]:
        held = (self.book.macros, self.book.links, self.book.embeddings)
        return list(compress(("has_macros", "has_links", "has_embeddings"), held))


def _noted(sheet: OldSheet) -> Noted:
    broken = {at: Broken(words, "error_value") for at, words in sheet.errors.items()}
    return Noted(broken, sheet.formats, sheet.struck_words, sheet.struck)


def look(content: bytes) -> Scan:
    """What the parts of a workbook say; runs in a child.

    Raises Refused when they are not sound, or too large.
    """
    parts = _apart(content)
    parts.refuse_what_is_too_large()
    return parts.scan()


def _apart(content: bytes) -> Parts | OldParts:
    if guard.glance(content) == "xls":
        return OldParts(guard.old_book(content))
    guard.inspect_parts(content)
    return Parts(content)


def is_sheet(name: str) -> bool:
    return name.startswith("xl/worksheets/") and name.endswith(".xml")


def _hidden_columns(part: bytes) -> frozenset[int]:
    hidden: set[int] = set()
    for column in COLUMN.findall(part[: part.find(DATA)]):
        bounds = {name: int(value) for name, value in BOUND.findall(column)}
        if HIDDEN_COLUMN.search(column) and len(bounds) == 2:
            hidden.update(range(bounds[b"min"], min(bounds[b"max"], LAST_COLUMN) + 1))
    return frozenset(hidden)


def _merges(part: bytes) -> list[MergedArea]:
    """The merged areas. Raises Refused when there are absurdly many, or one cannot be told."""
    start = part.find(b"mergeCells")
    areas = MERGED.findall(part, start) if start >= 0 else []
    if len(areas) > MAX_MERGES:
        raise Refused("too_large")
    if len(areas) < len(MERGE.findall(part, max(start, 0))):
        raise Refused("unreadable")  # as the reader itself refuses it in a small sheet
    return [
        (int(top), _column(left.upper()), int(bottom or top), _column((right or left).upper()))
        for left, top, right, bottom in areas
    ]


def _is_odd(part: bytes) -> bool:
    """Whether text that is no text, or stands for a picture, may stand in a part."""
    return any(sign in part for sign in ODD)


def _holds_a_long_one(strings: bytes) -> bool:
    """Whether one string is absurdly long: none is where each ends before so many bytes."""
    start = 0
    while len(strings) - start > MAX_STRING:
        end = strings.rfind(END_OF_STRING, start, start + MAX_STRING + len(END_OF_STRING))
        if end < 0:
            return True
        start = end + len(END_OF_STRING)
    return False


def _column(name: bytes) -> int:
    return column_number(name.decode())


def _since_1904(book: ElementTree.Element) -> bool:
    marks = [e.get("date1904") for e in book.iter() if e.tag.endswith("}workbookPr")]
    return any(mark in {"1", "true"} for mark in marks)
