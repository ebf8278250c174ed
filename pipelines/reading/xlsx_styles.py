"""The styles of an .xlsx whose cells show something else than they keep: formats that count, struck fonts."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from xml.etree import ElementTree

from pipelines.reading import number_format

SIGNS = (b"formatCode", b"strike", b'numFmtId="9"', b'numFmtId="10"', b"numFmtId='9'", b"numFmtId='10'")
OFF = frozenset({"0", "false"})
STRIKE = b"strike"
STRING = re.compile(rb"<(?:\w+:)?si(?:\s[^>]*)?(?:/>|>(.*?)</(?:\w+:)?si>)", re.DOTALL)
SPOKEN = re.compile(rb"<(?:\w+:)?rPh\b.*?</(?:\w+:)?rPh>", re.DOTALL)
RUN = re.compile(rb"<(?:\w+:)?r(?:\s[^>]*)?>(.*?)</(?:\w+:)?r>", re.DOTALL)
STRUCK = re.compile(rb"<(?:\w+:)?strike(?!\s+val=[\"'](?:0|false)[\"'])\s*[^>]*>")
TEXT = re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?>(.*?)</(?:\w+:)?t>", re.DOTALL)
PROPERTIES = re.compile(rb"<(?:\w+:)?rPr[\s/>]")
Runs = Sequence[tuple[str, bool | None]]  # words, and whether struck out; None where the font is the cell's
Strings = Mapping[int, Runs]  # place among the shared strings → its runs


@dataclass(frozen=True)
class SheetStyles:
    """By the number of a style its format, where it counts, and the styles whose font is struck out."""

    formats: Mapping[int, str] = field(default_factory=dict)
    struck: frozenset[int] = frozenset()

    @property
    def noted(self) -> list[int]:
        """The styles whose cells want a look."""
        return sorted({*self.formats, *self.struck})


def styles(part: bytes) -> SheetStyles:
    """What the part of the styles says; nothing where it names neither a format of its own nor a stroke."""
    if not any(sign in part for sign in SIGNS):
        return SheetStyles()
    root = ElementTree.fromstring(part)  # noqa: S314  the guard refused entities
    codes = {_number(e, "numFmtId"): e.get("formatCode", "") for e in _named(root, "numFmt")}
    fonts = next(_named(root, "fonts"), ())
    struck_fonts = {n for n, font in enumerate(fonts) if any(map(_is_on, _named(font, "strike")))}
    cells = list(next(_named(root, "cellXfs"), ()))
    return of_cells(
        [(_number(e, "numFmtId"), _number(e, "fontId")) for e in cells],
        {**number_format.BUILT_IN, **codes},
        struck_fonts.__contains__,
    )


def of_cells(
    cells: Sequence[tuple[int, int]], codes: Mapping[int, str], is_struck: Callable[[int], bool]
) -> SheetStyles:
    """The styles that want a look, of all given by the number of their format and that of their font."""
    counting = {n for n, code in codes.items() if number_format.counts(code)}
    formats = {n: codes[code] for n, (code, _) in enumerate(cells) if code in counting}
    return SheetStyles(formats, frozenset(n for n, (_, font) in enumerate(cells) if is_struck(font)))


def _named(element: ElementTree.Element, name: str) -> "filter[ElementTree.Element]":
    return filter(lambda e: e.tag.rpartition("}")[2] == name, element.iter())


def _number(element: ElementTree.Element, name: str) -> int:
    value = element.get(name, "0")
    return int(value) if value.isascii() and value.isdigit() else 0


def _is_on(element: ElementTree.Element) -> bool:
    return element.get("val", "1") not in OFF


def rich_strings(part: bytes, of_book: SheetStyles) -> Strings:
    """The shared strings of several fonts, where any font is struck out."""
    if STRIKE not in part and not of_book.struck:
        return {}
    found = ((n, runs_of(string[1] or b"")) for n, string in enumerate(STRING.finditer(part)))
    return {n: runs for n, runs in found if runs}


def runs_of(string: bytes) -> Runs:
    """The runs of a string; none where it has no font of its own."""
    found = RUN.findall(SPOKEN.sub(b"", string)) if PROPERTIES.search(string) else []
    return [(_words(run), _is_struck(run)) for run in found]


def _is_struck(run: bytes) -> bool | None:
    return STRUCK.search(run) is not None if PROPERTIES.search(run) else None


def standing(runs: Runs, *, is_struck: bool) -> tuple[str, str] | None:
    """What stands of a string and what it keeps; None where nothing of it is struck out.

    `is_struck` tells of the font of the cell, which a run without one of its own takes.
    """
    drawn = [(words, is_struck if struck is None else struck) for words, struck in runs]
    if not any(struck for _, struck in drawn):
        return None
    return "".join(words for words, struck in drawn if not struck), "".join(words for words, _ in drawn)


def _words(run: bytes) -> str:
    return "".join(unescape(text.decode("utf-8", "replace")) for text in TEXT.findall(run))
