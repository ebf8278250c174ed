"""What calamine does not tell of a workbook: how far cells reach, what is hidden, errors, formulas never calculated.

The last two it gives as empty cells; here they keep their address, so that they become a problem and not a blank.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from io import BytesIO
from xml.etree import ElementTree

from pipelines import biff

MAX_BOX = 3_000_000
CELL_NAME = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
CELL = re.compile(rb"<(?:\w+:)?c(\s[^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
ATTRIBUTE = re.compile(rb"\b(r|t)=[\"']([^\"']*)[\"']")
VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>(.*?)</", re.DOTALL)
FORMULA = re.compile(rb"<(?:\w+:)?f(?:\s[^>]*?)?(?:/>|>(.*?)</(?:\w+:)?f>)", re.DOTALL)
HIDDEN_ROW = re.compile(
    rb"<(?:\w+:)?row\s(?=[^>]*(?:\bhidden=[\"'](?:1|true)[\"']|\bht=[\"']0(?:\.0+)?[\"']))[^>]*?\br=[\"'](\d+)[\"']"
)
COLUMN = re.compile(rb"<(?:\w+:)?col\s[^>]*>")
HIDDEN_COLUMN = re.compile(rb"\bhidden=[\"'](?:1|true)[\"']|\bwidth=[\"']0(?:\.0+)?[\"']")
BOUND = re.compile(rb"\b(min|max)=[\"'](\d{1,5})[\"']")
LAST_COLUMN = 16_384
MAX_STRING = 200_000  # bytes of one shared string
ODD = (b"\xef\xbf\xbd", b"&#65533;", b"&#xFFFD;", b"&#xfffd;", b"_x00")  # how text that is no text shows in a part
ERROR_CELL = re.compile(rb"\bt=[\"']e[\"']")


@dataclass(frozen=True)
class Broken:
    """A cell that shows something but holds no value: an error, or a formula that was never calculated."""

    words: str
    rule: str

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True)
class Scan:
    """What the parts say: the epoch of dates, whether a cell stands absurdly far out, and broken cells by sheet."""

    since_1904: bool = False
    too_large: bool = False
    broken: Mapping[str, Mapping[tuple[int, int], Broken]] = field(default_factory=dict)
    hidden: Mapping[str, tuple[frozenset[int], frozenset[int]]] = field(default_factory=dict)  # rows, columns
    odd_text: bool = False  # characters that are no text may stand somewhere


def scan(content: bytes) -> Scan:
    """Look through the parts of a zip workbook, or the records of an older one."""
    if not content.startswith(b"PK"):
        return _of_old(biff.look(content))
    with zipfile.ZipFile(BytesIO(content)) as archive:
        names = {name.replace("\\", "/").lower(): name for name in archive.namelist()}
        parts = {name: archive.read(at) for name, at in names.items() if _is_sheet(name)}
        strings = archive.read(names["xl/sharedstrings.xml"]) if "xl/sharedstrings.xml" in names else b""
        if any(map(_reaches_too_far, parts.values())) or max(map(len, strings.split(b"</si>"))) > MAX_STRING:
            return Scan(too_large=True)
        book = ElementTree.fromstring(archive.read(names["xl/workbook.xml"]))  # noqa: S314  the guard refused entities
        titles = _titles(book, ElementTree.fromstring(archive.read(names["xl/_rels/workbook.xml.rels"])))  # noqa: S314
    known = {title: parts[part] for part, title in titles.items() if part in parts}
    broken = {title: dict(_broken(part)) for title, part in known.items()}
    hidden = {title: (_hidden_rows(part), _hidden_columns(part)) for title, part in known.items()}
    odd = any(sign in part for sign in ODD for part in (strings, *parts.values()))
    return Scan(_since_1904(book), broken=broken, hidden=hidden, odd_text=odd)


def _is_sheet(name: str) -> bool:
    return name.startswith("xl/worksheets/") and name.endswith(".xml")


def _of_old(book: biff.OldBook) -> Scan:
    broken = {s.title: {at: Broken(words, "error_value") for at, words in s.errors.items()} for s in book.sheets}
    hidden = {s.title: (frozenset(s.hidden_rows), frozenset(s.hidden_columns)) for s in book.sheets}
    too_large = any(s.height * s.width > MAX_BOX for s in book.sheets)
    return Scan(too_large=too_large, broken=broken, hidden=hidden, odd_text=True)


def _hidden_rows(part: bytes) -> frozenset[int]:
    if b"hidden=" not in part and b' ht="0' not in part:
        return frozenset()
    return frozenset(int(row) for row in HIDDEN_ROW.findall(part))


def _hidden_columns(part: bytes) -> frozenset[int]:
    found: set[int] = set()
    for column in COLUMN.findall(part[: part.find(b"sheetData")]):
        bounds = {name: int(value) for name, value in BOUND.findall(column)}
        if HIDDEN_COLUMN.search(column) and len(bounds) == 2:
            found.update(range(bounds[b"min"], min(bounds[b"max"], LAST_COLUMN) + 1))
    return frozenset(found)


def _reaches_too_far(part: bytes) -> bool:
    named = CELL_NAME.findall(part)
    columns = max(map(column_number, {letters for letters, _ in named}), default=0)
    return columns * max(map(int, {row for _, row in named}), default=0) > MAX_BOX


def column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
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
    if b"<f" not in part and b":f" not in part and not ERROR_CELL.search(part):
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
