"""What calamine does not tell of an .xlsx: where cells end, what is hidden, errors, formulas with no result.

The last two it gives as empty cells; here they keep their address, and become a problem and not a blank.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from io import BytesIO
from itertools import compress
from xml.etree import ElementTree

from pipelines.reading import guard
from pipelines.reading.a1 import column_number, letters
from pipelines.reading.guard import Refused
from pipelines.reading.xls_records import OldBook

MAX_BOX = 3_000_000
BOOK, LINKS, STRINGS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedstrings.xml"
SHEET_DATA = b"sheetData"
ROW = b'<row r="'
ROW_NAME = re.compile(ROW + rb'(\d{1,7})"')
# No group is repeated possessively: Python before 3.11.5 then loses what a vain attempt had read (gh-106052).
PLAIN_CELLS = r'(?:<c r="(?:{column})(?:{row})"(?: s="\d++")?(?: t="[snb]")?(?:/>|><v>[-+.\dEe]*+</v></c>))*'
PLAIN_ROW = r'<row r="(?:{row})"(?![^>]*(?:hidden|ht=.0))[^>]*+(?:(?<=/)>|>{cells}</row>)'
FAR = r"r=(?<=\sr=)[\"'](?!(?:{column})?(?:{row})[\"'])"
CELL_NAME = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
NAME = re.compile(rb"([A-Z]{1,3})(\d{1,7})")
CELL = re.compile(rb"<(?:\w+:)?c(\s[^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
ATTRIBUTE = re.compile(rb"\b(r|t)=[\"']([^\"']*)[\"']")
VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>(.*?)</", re.DOTALL)
FORMULA = re.compile(rb"<(?:\w+:)?f(?:\s[^>]*?)?(?:/>|>(.*?)</(?:\w+:)?f>)", re.DOTALL)
HIDDEN_ROW = re.compile(
    rb"<(?:\w+:)?row\s(?=[^>]*(?:\bhidden=[\"'](?:1|true)[\"']|\bht=[\"']0(?:\.0+)?[\"']))"
    rb"[^>]*?\br=[\"'](\d+)[\"']"
)
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
WORTH_CUTTING = 1 << 20  # bytes: a smaller part is looked through whole, cell by cell
END_OF_STRING = b"</si>"
ODD = (
    b"\xef\xbf\xbd",
    b"\xef\xbf\xbe",
    b"\xef\xbf\xbf",
    b"&#",
    b"_x00",
)  # of text that is no text, in a part
SUSPECT = (b"<f", b":f", b't="e"', b"t='e'")  # without any of these no cell of a part is broken
REMARKS = {
    "xl/vbaproject.bin": "has_macros",
    "xl/externallinks/": "has_links",
    "xl/connections.xml": "has_links",
    "xl/embeddings/": "has_embeddings",
}  # how the name of a part begins → the rule
MergedArea = tuple[int, int, int, int]  # first row, first column, last row, last column, from 1


@dataclass(frozen=True)
class Broken:
    """A cell that shows something but holds no value: an error, or a formula that was never calculated."""

    words: str
    rule: str

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True)
class Scan:
    """What the parts say: the epoch of dates; by sheet its broken cells, and what is hidden and merged."""

    since_1904: bool = False
    broken: Mapping[str, Mapping[tuple[int, int], Broken]] = field(default_factory=dict)
    hidden: Mapping[str, tuple[frozenset[int], frozenset[int]]] = field(default_factory=dict)  # rows, columns
    merges: Mapping[str, Sequence[MergedArea]] = field(
        default_factory=dict
    )  # as written, also beyond the cells
    odd_text: bool = False  # characters that are no text may stand somewhere
    remarks: Sequence[str] = ()  # rules that tell what is carried besides cells, never run and never followed


class Parts:
    """An .xlsx taken apart once: whether it may be read at all is told before the rest is looked at."""

    def __init__(self, content: bytes) -> None:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = {name.replace("\\", "/").lower(): name for name in archive.namelist()}
            sheets = {name: _Part(archive.read(at)) for name, at in names.items() if is_sheet(name)}
            strings = archive.read(names[STRINGS]) if STRINGS in names else b""
            self.book, self.links = archive.read(names[BOOK]), archive.read(names[LINKS])
        self.too_large = _holds_a_long_one(strings) or any(sheet.too_large for sheet in sheets.values())
        self.sheets = {name: sheet.remainder for name, sheet in sheets.items()}
        self.odd_text = any(sign in part for sign in ODD for part in (strings, *self.sheets.values()))
        self.remarks = sorted(
            {rule for start, rule in REMARKS.items() if any(n.startswith(start) for n in names)}
        )

    def scan(self) -> Scan:
        book = _parsed(self.book)
        titles = _titles(book, _parsed(self.links))
        parts = {title: self.sheets[name] for name, title in titles.items() if name in self.sheets}
        broken = {title: dict(_broken(part)) for title, part in parts.items()}
        hidden = {title: (_hidden_rows(part), _hidden_columns(part)) for title, part in parts.items()}
        merges = {title: _merges(part) for title, part in parts.items()}
        return Scan(_since_1904(book), broken, hidden, merges, self.odd_text, self.remarks)


class _Part:
    """A sheet's part, and what remains of it without rows of the plainest shape, which need no look.

    Plain are cells that hold a number or a shared string and stand near: in a row up to the last, and in a
    column that so many rows leave room for. Where a cell of the remainder does not stand near, every cell is
    asked where it stands.
    """

    def __init__(self, part: bytes) -> None:
        if len(part) < WORTH_CUTTING:
            self.remainder, self.too_large = part, _box(part) > MAX_BOX
        else:
            self.cut(part)

    def cut(self, part: bytes) -> None:
        _parsed(_frame(part))  # the reader does not look so far
        named = ROW_NAME.match(part, max(part.rfind(ROW), 0))
        last = int(named[1]) if named else 0
        row, column = _up_to(str(last), "0", "9"), _up_to(letters(MAX_BOX // max(last, 1)), "A", "Z")
        plain = PLAIN_ROW.format(row=row, cells=PLAIN_CELLS.format(row=row, column=column))
        self.remainder = re.sub(plain.encode(), b"", part)
        far = re.compile(FAR.format(row=row, column=column).encode())
        stands_far = far.search(self.remainder, max(self.remainder.find(SHEET_DATA), 0)) is not None
        self.too_large = stands_far and _box(part) > MAX_BOX


class OldParts:
    """The same questions asked of the records of an .xls."""

    def __init__(self, book: OldBook) -> None:
        self.book = book
        self.too_large = any(s.height * s.width > MAX_BOX for s in book.sheets)

    def scan(self) -> Scan:
        sheets = self.book.sheets
        broken = {s.title: {at: Broken(w, "error_value") for at, w in s.errors.items()} for s in sheets}
        hidden = {s.title: (s.hidden_rows, s.hidden_columns) for s in sheets}
        return Scan(broken=broken, hidden=hidden, odd_text=True, remarks=self._remarks())

    def _remarks(self) -> list[str]:
        held = (self.book.macros, self.book.links, self.book.embeddings)
        return list(compress(("has_macros", "has_links", "has_embeddings"), held))


def look(content: bytes) -> Scan:
    """What the parts of a workbook say; runs in a child.

    Raises Refused when they are not sound, or too large.
    """
    parts = _apart(content)
    if parts.too_large:
        raise Refused("too_large")
    return parts.scan()


def _apart(content: bytes) -> Parts | OldParts:
    if guard.glance(content) == "xls":
        return OldParts(guard.old_book(content))
    guard.inspect_parts(content)
    return Parts(content)


def _parsed(part: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(part)  # noqa: S314  the guard refused entities


def _frame(part: bytes) -> bytes:
    """A sheet's part without its cells."""
    start, end = part.find(SHEET_DATA), part.rfind(SHEET_DATA + b">")
    return part[:start] + SHEET_DATA + b"/>" + part[end + len(SHEET_DATA) + 1 :] if 0 < start < end else part


def is_sheet(name: str) -> bool:
    return name.startswith("xl/worksheets/") and name.endswith(".xml")


def _hidden_rows(part: bytes) -> frozenset[int]:
    if not any(sign in part for sign in HIDING):
        return frozenset()
    return frozenset(int(row) for row in HIDDEN_ROW.findall(part))


def _hidden_columns(part: bytes) -> frozenset[int]:
    hidden: set[int] = set()
    for column in COLUMN.findall(part[: part.find(SHEET_DATA)]):
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


def _holds_a_long_one(strings: bytes) -> bool:
    """Whether one string is absurdly long: none is where each ends before so many bytes."""
    start = 0
    while len(strings) - start > MAX_STRING:
        end = strings.rfind(END_OF_STRING, start, start + MAX_STRING + len(END_OF_STRING))
        if end < 0:
            return True
        start = end + len(END_OF_STRING)
    return False


def _up_to(last: str, least: str, most: str) -> str:
    """A pattern for every number, or every name of a column, up to the last."""
    shorter = [f"[{least}-{most}]{{1,{len(last) - 1}}}"] if len(last) > 1 else []
    smaller = [
        f"{last[:n]}[{least}-{chr(ord(sign) - 1)}][{least}-{most}]{{{len(last) - n - 1}}}"
        for n, sign in enumerate(last)
        if sign > least
    ]
    return "|".join([*shorter, *smaller, last])


def _box(part: bytes) -> int:
    """How many cells the smallest area from A1 has that holds every cell of a part."""
    columns, rows = set(), set()
    for name in CELL_NAME.finditer(part):
        columns.add(name[1])
        rows.add(name[2])
    return max(map(_column, columns), default=0) * max(map(int, rows), default=0)


def _column(name: bytes) -> int:
    return column_number(name.decode())


def _titles(book: ElementTree.Element, links: ElementTree.Element) -> dict[str, str]:
    """The title of the sheet in each part."""
    targets = {link.get("Id"): str(link.get("Target")) for link in links}
    titles = {}
    for sheet in book.iter():
        if sheet.tag.endswith("}sheet"):
            link = next((value for name, value in sheet.attrib.items() if name.endswith("}id")), None)
            target = targets.get(link, "").replace("\\", "/").lower()
            titles[target.lstrip("/") if target.startswith("/") else f"xl/{target}"] = str(sheet.get("name"))
    return titles


def _since_1904(book: ElementTree.Element) -> bool:
    marks = [e.get("date1904") for e in book.iter() if e.tag.endswith("}workbookPr")]
    return any(mark in {"1", "true"} for mark in marks)


def _broken(part: bytes) -> Iterator[tuple[tuple[int, int], Broken]]:
    if not any(sign in part for sign in SUSPECT):
        return
    for cell in CELL.finditer(part):
        attributes = dict(ATTRIBUTE.findall(cell[1]))
        name = NAME.fullmatch(attributes.get(b"r", b""))
        fault = _fault(attributes.get(b"t", b"n"), cell[2] or b"")
        if name and fault:
            yield (int(name[2]), _column(name[1])), fault


def _fault(kind: bytes, inside: bytes) -> Broken | None:
    value, formula = VALUE.search(inside), FORMULA.search(inside)
    if kind == b"e":
        return Broken(_plain(value[1]) if value else "#N/A", "error_value")
    if formula and kind != b"str" and not (value and value[1].strip()):
        return Broken(f"={_plain(formula[1] or b'')}", "never_calculated")
    return None


def _plain(words: bytes) -> str:
    return unescape(words.decode("utf-8", "replace")).strip()
