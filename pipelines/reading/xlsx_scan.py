"""What calamine does not tell of a workbook: how far cells reach, what is hidden, errors, formulas never calculated.

The last two it gives as empty cells; here they keep their address, so that they become a problem and not a blank.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from io import BytesIO
from xml.etree import ElementTree

from pipelines.reading import guard, xls_records
from pipelines.reading.guard import Refused

MAX_BOX = 3_000_000
BOOK, LINKS, STRINGS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedstrings.xml"
SHEET_DATA = b"sheetData"
ROW = b'<row r="'
ROW_NAME = re.compile(ROW + rb'(\d{1,7})"')
# No group is repeated possessively: Python before 3.11.5 then swallows what an attempt in vain had read (gh-106052).
PLAIN_CELLS = r'(?:<c r="(?:{column})(?:{row})"(?: s="\d++")?(?: t="[snb]")?(?:/>|><v>[-+.\dEe]*+</v></c>))*'
PLAIN_ROW = r'<row r="(?:{row})"(?![^>]*(?:hidden|ht=.0))[^>]*+(?:(?<=/)>|>{cells}</row>)'
FAR = r"r=(?<=\sr=)[\"'](?!(?:{column})?(?:{row})[\"'])"
CELL_NAME = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
CELL = re.compile(rb"<(?:\w+:)?c(\s[^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
ATTRIBUTE = re.compile(rb"\b(r|t)=[\"']([^\"']*)[\"']")
VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>(.*?)</", re.DOTALL)
FORMULA = re.compile(rb"<(?:\w+:)?f(?:\s[^>]*?)?(?:/>|>(.*?)</(?:\w+:)?f>)", re.DOTALL)
HIDDEN_ROW = re.compile(
    rb"<(?:\w+:)?row\s(?=[^>]*(?:\bhidden=[\"'](?:1|true)[\"']|\bht=[\"']0(?:\.0+)?[\"']))[^>]*?\br=[\"'](\d+)[\"']"
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
)  # how text that is no text shows in a part
SUSPECT = (b"<f", b":f", b't="e"', b"t='e'")  # without any of these no cell of a part is broken


Area = tuple[int, int, int, int]  # first row, first column, last row, last column, from 1


@dataclass(frozen=True)
class Broken:
    """A cell that shows something but holds no value: an error, or a formula that was never calculated."""

    words: str
    rule: str

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True)
class Scan:
    """What the parts say: the epoch of dates, and by sheet broken cells, what is hidden and what is merged."""

    since_1904: bool = False
    broken: Mapping[str, Mapping[tuple[int, int], Broken]] = field(default_factory=dict)
    hidden: Mapping[str, tuple[frozenset[int], frozenset[int]]] = field(default_factory=dict)  # rows, columns
    merges: Mapping[str, Sequence[Area]] = field(default_factory=dict)  # as written, also beyond the cells
    odd_text: bool = False  # characters that are no text may stand somewhere


class Parts:
    """A workbook taken apart once: whether it may be read at all is told before the rest is looked at."""

    def __init__(self, content: bytes) -> None:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = {name.replace("\\", "/").lower(): name for name in archive.namelist()}
            sheets = {name: _Part(archive.read(at)) for name, at in names.items() if is_sheet(name)}
            strings = archive.read(names[STRINGS]) if STRINGS in names else b""
            self.book, self.links = archive.read(names[BOOK]), archive.read(names[LINKS])
        self.too_large = _holds_a_long_one(strings) or any(sheet.too_large for sheet in sheets.values())
        self.sheets = {name: sheet.rest for name, sheet in sheets.items()}
        self.odd_text = any(sign in part for sign in ODD for part in (strings, *self.sheets.values()))

    def scan(self) -> Scan:
        book = _parsed(self.book)
        titles = _titles(book, _parsed(self.links))
        known = {title: self.sheets[part] for part, title in titles.items() if part in self.sheets}
        broken = {title: dict(_broken(part)) for title, part in known.items()}
        hidden = {title: (_hidden_rows(part), _hidden_columns(part)) for title, part in known.items()}
        merges = {title: _merges(part) for title, part in known.items()}
        return Scan(_since_1904(book), broken, hidden, merges, self.odd_text)


class _Part:
    """A sheet's part, and its rest: without the rows of the plainest shape, of whose cells nothing is to be said.

    Plain are cells that hold a number or a shared string and stand near: in a row up to the last, and in a column that
    so many rows leave room for. Where a cell of the rest does not stand near, every cell is asked where it stands.
    """

    def __init__(self, part: bytes) -> None:
        if len(part) < WORTH_CUTTING:
            self.rest, self.too_large = part, _box(part) > MAX_BOX
        else:
            self.cut(part)

    def cut(self, part: bytes) -> None:
        _parsed(_frame(part))  # the reader does not look so far
        named = ROW_NAME.match(part, max(part.rfind(ROW), 0))
        last = int(named[1]) if named else 0
        row, column = _up_to(str(last), "0", "9"), _up_to(letters(MAX_BOX // max(last, 1)), "A", "Z")
        plain = PLAIN_ROW.format(row=row, cells=PLAIN_CELLS.format(row=row, column=column))
        self.rest = re.sub(plain.encode(), b"", part)
        far = re.compile(FAR.format(row=row, column=column).encode())
        found = far.search(self.rest, max(self.rest.find(SHEET_DATA), 0))
        self.too_large = found is not None and _box(part) > MAX_BOX


class OldParts:
    """The same questions asked of the records of an .xls."""

    def __init__(self, content: bytes) -> None:
        self.sheets = xls_records.look(content).sheets
        self.too_large = any(s.height * s.width > MAX_BOX for s in self.sheets)

    def scan(self) -> Scan:
        errors = {
            s.title: {at: Broken(words, "error_value") for at, words in s.errors.items()} for s in self.sheets
        }
        hidden = {s.title: (frozenset(s.hidden_rows), frozenset(s.hidden_columns)) for s in self.sheets}
        return Scan(broken=errors, hidden=hidden, odd_text=True)


def look(content: bytes) -> Scan:
    """Whether the bytes are sound, and what their parts say; raises Refused. Runs in a child."""
    parts = Parts(content) if guard.inspect(content) == "xlsx" else OldParts(content)
    if parts.too_large:
        raise Refused("too_large")
    return parts.scan()


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
    found: set[int] = set()
    for column in COLUMN.findall(part[: part.find(SHEET_DATA)]):
        bounds = {name: int(value) for name, value in BOUND.findall(column)}
        if HIDDEN_COLUMN.search(column) and len(bounds) == 2:
            found.update(range(bounds[b"min"], min(bounds[b"max"], LAST_COLUMN) + 1))
    return frozenset(found)


def _merges(part: bytes) -> list[Area]:
    """Raises Refused where there are absurdly many."""
    start = part.find(b"mergeCells")
    found = MERGED.findall(part, start) if start >= 0 else []
    if len(found) > MAX_MERGES:
        raise Refused("too_large")
    if len(found) < len(MERGE.findall(part, max(start, 0))):
        raise Refused(
            "unreadable"
        )  # an area that cannot be told; the reader itself refuses it in a small sheet
    return [
        (int(top), column_number(left.upper()), int(bottom or top), column_number((right or left).upper()))
        for left, top, right, bottom in found
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
    columns, rows = set(), set()
    for name in CELL_NAME.finditer(part):
        columns.add(name[1])
        rows.add(name[2])
    return max(map(column_number, columns), default=0) * max(map(int, rows), default=0)


def letters(column: int) -> str:
    """The name of a column, as `AB`; counts from 1."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def column_number(name: bytes) -> int:
    number = 0
    for letter in name:
        number = number * 26 + letter - ord("A") + 1
    return number


def _titles(book: ElementTree.Element, links: ElementTree.Element) -> dict[str, str]:
    """The title of the sheet in each part."""
    targets = {link.get("Id"): str(link.get("Target")) for link in links}
    found = {}
    for sheet in book.iter():
        if sheet.tag.endswith("}sheet"):
            link = next((value for name, value in sheet.attrib.items() if name.endswith("}id")), None)
            target = targets.get(link, "").replace("\\", "/").lower()
            found[target.lstrip("/") if target.startswith("/") else f"xl/{target}"] = str(sheet.get("name"))
    return found


def _since_1904(book: ElementTree.Element) -> bool:
    marks = [e.get("date1904") for e in book.iter() if e.tag.endswith("}workbookPr")]
    return any(mark in {"1", "true"} for mark in marks)


def _broken(part: bytes) -> Iterator[tuple[tuple[int, int], Broken]]:
    if not any(sign in part for sign in SUSPECT):
        return
    for cell in CELL.finditer(part):
        said = dict(ATTRIBUTE.findall(cell[1]))
        at = re.fullmatch(rb"([A-Z]{1,3})(\d{1,7})", said.get(b"r", b""))
        fault = _fault(said.get(b"t", b"n"), cell[2] or b"")
        if at and fault:
            yield (int(at[2]), column_number(at[1])), fault


def _fault(kind: bytes, inside: bytes) -> Broken | None:
    value, formula = VALUE.search(inside), FORMULA.search(inside)
    if kind == b"e":
        return Broken(_plain(value[1]) if value else "#N/A", "error_value")
    if formula and kind != b"str" and not (value and value[1].strip()):
        return Broken(f"={_plain(formula[1] or b'')}", "never_calculated")
    return None


def _plain(words: bytes) -> str:
    return unescape(words.decode("utf-8", "replace")).strip()
