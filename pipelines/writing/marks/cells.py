"""The cells of a worksheet part and the formats of its workbook: another fill, and nothing else changed."""

from collections.abc import Callable, Iterable
from copy import deepcopy

from lxml import etree

from pipelines.reading import a1
from pipelines.writing.package import MAIN, Package

PLAIN_FORMAT = (("fillId", "0"), ("borderId", "0"), ("applyFont", "1"), ("applyAlignment", "1"))


def q(tag: str) -> str:
    """A tag of the main namespace, qualified as lxml wants it."""
    return f"{{{MAIN}}}{tag}"


def child(tree: etree._Element, tag: str) -> etree._Element:
    """The first child of this tag; raises KeyError where there is none."""
    element = tree.find(q(tag))
    if element is None:
        raise KeyError(tag)
    return element


class Styles:
    """The workbook's cell formats: ours are the sender's with another fill."""

    def __init__(self, package: Package) -> None:
        self.tree = package.edit(package.related(package.book, "styles") or "")
        self.formats = child(self.tree, "cellXfs")
        self.made: dict[tuple[int, str], int] = {}
        self.fills: dict[str, int] = {}

    def filled(self, base: int, colour: str) -> int:
        """The number of a format like `base` with a fill of this colour; made once."""
        key = (base, colour)
        if key not in self.made:
            own = deepcopy(self.formats[min(base, len(self.formats) - 1)])
            own.set("fillId", str(self._fill(colour)))
            own.set("applyFill", "1")
            self.made[key] = self._append(own)
        return self.made[key]

    def plain(self, *, bold: bool) -> int:
        """The number of a format for the list of faults: wrapped, top-aligned."""
        font = deepcopy(child(self.tree, "fonts")[0])
        for weight in font.findall(q("b")):
            font.remove(weight)
        if bold:
            font.insert(0, etree.Element(q("b")))
        own = etree.Element(q("xf"), numFmtId="0", fontId=str(self._grow("fonts", font)))
        for name, value in PLAIN_FORMAT:
            own.set(name, value)
        etree.SubElement(own, q("alignment"), wrapText="1", vertical="top")
        return self._append(own)

    def _fill(self, colour: str) -> int:
        if colour not in self.fills:
            fill = etree.Element(q("fill"))
            pattern = etree.SubElement(fill, q("patternFill"), patternType="solid")
            etree.SubElement(pattern, q("fgColor"), rgb=colour)
            self.fills[colour] = self._grow("fills", fill)
        return self.fills[colour]

    def _append(self, own: etree._Element) -> int:
        return self._grow("cellXfs", own)

    def _grow(self, tag: str, own: etree._Element) -> int:
        held = child(self.tree, tag)
        held.append(own)
        held.set("count", str(len(held)))
        return len(held) - 1


class SheetPart:
    """The cells of one worksheet part, by their addresses."""

    def __init__(self, package: Package, part: str) -> None:
        sheet = package.edit(part)
        self.columns = list(sheet.iter(q("col")))
        self.data = child(sheet, "sheetData")
        self.rows = dict(_numbered(self.data, int))

    def restyle(self, cell: str, style: Callable[[int], int]) -> int:
        """Give a cell the style made from its own; returns the number it had. A missing cell is made."""
        element = self._cell(cell)
        had = int(element.get("s", "0"))
        element.set("s", str(style(had)))
        return had

    def _cell(self, cell: str) -> etree._Element:
        number, column = a1.place(cell)
        row = self.rows.get(number)
        if row is None:
            row = etree.Element(q("row"), r=str(number))
            at = next((n for n, key in enumerate(self.rows) if key > number), len(self.data))
            self.data.insert(at, row)
            self.rows = dict(_numbered(self.data, int))
        cells = dict(_numbered(row, lambda name: a1.place(name)[1]))
        if column not in cells:
            made = etree.Element(q("c"), r=cell, s=self._style_of(row, column))
            row.insert(next((n for n, key in enumerate(cells) if key > column), len(row)), made)
            return made
        return cells[column]

    def _style_of(self, row: etree._Element, column: int) -> str:
        """The style an empty cell shows: its row's, else its column's."""
        if row.get("customFormat") == "1":
            return row.get("s", "0")
        mine = (c for c in self.columns if int(c.get("min", "0")) <= column <= int(c.get("max", "0")))
        return next((c.get("style", "0") for c in mine), "0")


def _numbered(parent: etree._Element, read: Callable[[str], int]) -> Iterable[tuple[int, etree._Element]]:
    """Rows or cells by their number; one without an address follows the one before it."""
    last = 0
    for element in parent:
        named = element.get("r")
        last = read(named) if named else last + 1
        yield last, element
