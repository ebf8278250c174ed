"""The cells of a sheet's part one by one: where each stands, also where it does not say so itself."""

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import NamedTuple

from pipelines.reading.a1 import column_number
from pipelines.reading.as_shown import Broken
from pipelines.reading.xlsx_styles import STRIKE, Runs, SheetStyles, Strings, runs_of, standing

DATA = b"sheetData"
CELL = re.compile(
    rb"<(?:\w+:)?(?:row(?=[\s/>])([^>]*)>|c(?=[\s/>])([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>))", re.DOTALL
)
NAMELESS = re.compile(rb"<(?:\w+:)?(?:row|c)(?=[\s/>])(?![^>]*\sr=)")
NAME = re.compile(rb"([A-Z]{1,3})(\d{1,7})")
ATTRIBUTE = re.compile(rb"(?<=\s)(r|s|t)=[\"']([^\"']*)[\"']")
VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>(.*?)</", re.DOTALL)
FORMULA = re.compile(rb"<(?:\w+:)?f(?:\s[^>]*?)?(?:/>|>(.*?)</(?:\w+:)?f>)", re.DOTALL)
ROW = re.compile(rb"<(?:\w+:)?row(?=[\s/>])([^>]*)>")
NUMBER = re.compile(rb"\sr=[\"'](\d{1,7})[\"']")
HIDDEN = re.compile(rb"\bhidden=[\"'](?:1|true)[\"']|\bht=[\"']0(?:\.0+)?[\"']")
FILLED = re.compile(
    rb"<(?:\w+:)?c\s[^>]*?\br=[\"']([A-Z]{1,3})(\d{1,7})[\"'](?:[^>]*[^>/])?>"
    rb"(?!\s*(?:<(?:\w+:)?v\s*(?:/>|></(?:\w+:)?v>)\s*)?</)"
)  # the name of a cell that holds something
PICTURE = b"DISPIMG("  # the formula by which WPS puts a picture in a cell
SUSPECT = (b"<f", b":f", b't="e"', b"t='e'")  # without any of these no cell of a part is broken
Place = tuple[int, int]  # row, column, from 1


class PartCell(NamedTuple):
    """A cell as it is written: its place, its attributes, and what stands between its tags."""

    place: Place
    attributes: dict[bytes, bytes]
    inside: bytes


class Noted(NamedTuple):
    """By place the cells that show something else than they hold, and the places of those struck out."""

    broken: Mapping[Place, Broken]
    formats: Mapping[Place, str]
    struck_words: Mapping[Place, tuple[str, str]]  # what stands, what the cell keeps
    struck: frozenset[Place]


NOTHING = Noted({}, {}, {}, frozenset())


def cells(part: bytes) -> Iterator[PartCell]:
    """Every cell; a row or a cell without a name follows the one before it."""
    row = column = 0
    for found in CELL.finditer(part, max(part.find(DATA), 0)):
        attributes = dict(ATTRIBUTE.findall(found[2] if found[1] is None else found[1]))
        name = attributes.get(b"r", b"")
        if found[1] is not None:
            row, column = int(name) if name.isdigit() else row + 1, 0
            continue
        named = NAME.fullmatch(name)
        place = (int(named[2]), column_number(named[1].decode())) if named else (row, column + 1)
        column = place[1]
        yield PartCell(place, attributes, found[3] or b"")


def hidden_rows(part: bytes) -> frozenset[int]:
    """The rows that are hidden, or drawn with no height."""
    hidden = set()
    row = 0
    for found in ROW.finditer(part, max(part.find(DATA), 0)):
        name = NUMBER.search(found[1])
        row = int(name[1]) if name else row + 1
        if HIDDEN.search(found[1]):
            hidden.add(row)
    return frozenset(hidden)


def wants_a_look(part: bytes, styles: SheetStyles, strings: Strings) -> bool:
    """Whether a part may hold cells that the reader does not tell truly."""
    first, last = max(part.find(DATA), 0), part.rfind(DATA)  # behind the cells other formulas may stand
    signs = (STRIKE, *SUSPECT)
    return bool(styles.noted or strings or any(part.find(sign, first, last) >= 0 for sign in signs))


def noted(part: bytes, styles: SheetStyles, strings: Strings) -> Noted:
    """The cells of a part that the reader does not tell truly."""
    broken: dict[Place, Broken] = {}
    formats: dict[Place, str] = {}
    partly: dict[Place, tuple[str, str]] = {}
    struck: set[Place] = set()
    for cell in cells(part):
        kind, style = cell.attributes.get(b"t", b"n"), cell.attributes.get(b"s", b"0")
        number = int(style) if style.isdigit() else 0
        is_struck = number in styles.struck
        words = standing(_runs(kind, cell.inside, strings), is_struck=is_struck)
        if fault := _fault(kind, cell.inside):
            broken[cell.place] = fault
        elif words and words[0].strip():
            partly[cell.place] = words
        elif cell.inside and (words or is_struck):
            struck.add(cell.place)
        if number in styles.formats:
            formats[cell.place] = styles.formats[number]
    return Noted(broken, formats, partly, frozenset(struck))


def _runs(kind: bytes, inside: bytes, strings: Strings) -> Runs:
    """The runs of a cell's words; none where they have one font."""
    if kind == b"s" and strings:
        value = VALUE.search(inside)
        return strings.get(int(value[1]), ()) if value and value[1].strip().isdigit() else ()
    return runs_of(inside) if kind == b"inlineStr" else ()


def farthest(part: bytes) -> tuple[int, str]:
    """How many cells the area from A1 has that holds every filled cell, and the outermost of these."""
    places = {(int(found[2]), found[1]) for found in FILLED.finditer(part)}
    numbers = {name: column_number(name.decode()) for name in {name for _, name in places}}
    row, column = max(places, key=lambda at: at[0] * numbers[at[1]], default=(0, b""))
    last_row = max((row for row, _ in places), default=0)
    return last_row * max(numbers.values(), default=0), f"{column.decode()}{row}"


def _fault(kind: bytes, inside: bytes) -> Broken | None:
    if kind != b"e" and b"<f" not in inside and b":f" not in inside:
        return None
    value, formula = VALUE.search(inside), FORMULA.search(inside)
    if formula and PICTURE in (formula[1] or b"").upper():
        return Broken(f"={_plain(formula[1])}", "picture")
    if kind == b"e":
        return Broken(_plain(value[1]) if value else "#N/A", "error_value")
    if formula and kind != b"str" and not (value and value[1].strip()):
        return Broken(f"={_plain(formula[1] or b'')}", "never_calculated")
    return None


def _plain(words: bytes) -> str:
    return unescape(words.decode("utf-8", "replace")).strip()
