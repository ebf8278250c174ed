"""The sender's own workbook back, with each faulty cell coloured and explained, and a list that links to them.

Formats, merges, other sheets, pictures and print settings stay: only the parts that carry a mark are changed.
Marked again, it first loses its earlier marks; a reader ignores them.
"""

import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from typing import Protocol
from xml.sax.saxutils import escape

from lxml import etree

from pipelines.forms import MARKS_SHEET
from pipelines.package import MAIN, REL, WORKBOOK, Package
from pipelines.reader import read
from pipelines.workbook import copy_of
from schemas.problems import LEVELS, MUST, Problem

AUTHOR = "系统核对"
MOST = 5_000  # cells marked and lines listed; beyond it the list says how many more there are
COLOURS = {MUST: "FFF4B6B0", "verify": "FFFCE8B2"}
HEADINGS = ("位置", "列", "现值", "问题", "怎么改", "级别", "规则")
WIDTHS = (26, 20, 20, 38, 42, 8, 12)
NOTE = "点“位置”可跳到单元格；红色必须改正，黄色请核实。改好后直接重新报送本工作簿，标记不影响读取。"
COPIED = "原文件不是通用的 .xlsx 格式，已转存为 .xlsx(只保留数值和文字),请在本文件上修改后重新报送"
FIRST_LINE = 4
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
AFTER_LEGACY = (
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
)
SHAPE = re.compile(r"<(\w+:)?shape\b(?:(?!</?(?:\w+:)?shape\b).)*</(?:\w+:)?shape>", re.DOTALL)
PLACE = {axis: re.compile(rf"<(?:\w+:)?{axis}>(\d+)</") for axis in ("Row", "Column")}
CELL = re.compile(r"^([A-Z]{1,3})(\d+)$")
ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
EMPTY_VML = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"></xml>'
)
NOTE_SHAPE = (
    '<v:shape xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel" id="_x0000_s{id}" type="#_x0000_t202" '
    'style="position:absolute;width:300px;height:120px;z-index:1;visibility:hidden" fillcolor="#ffffe1" '
    'o:insetmode="auto"><v:fill color2="#ffffe1"/><v:textbox/><x:ClientData ObjectType="Note"><x:MoveWithCells/>'
    "<x:SizeWithCells/><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column>"
    "</x:ClientData></v:shape>"
)
NOTE_TYPE = (
    '<v:shapetype xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"/>'
)


class Judged(Protocol):
    """What marking needs to know of a judgement."""

    @property
    def problems(self) -> Sequence[Problem]: ...


def q(tag: str) -> str:
    return f"{{{MAIN}}}{tag}"


def marked_up(content: bytes, judgement: Judged, title: str = "") -> bytes:
    """The sender's workbook with its marks; one that is no common .xlsx comes back as a copy of its values."""
    try:
        return _marked(content, judgement, title)
    except (KeyError, ValueError, etree.XMLSyntaxError, zipfile.BadZipFile):
        return _marked(copy_of(read(content), COPIED), judgement, title)


def _marked(content: bytes, judgement: Judged, title: str) -> bytes:
    package = Package(content)
    parts = package.sheets()
    styles = _Styles(package)
    for name, cell, style in _earlier(package, parts):
        if name in parts:
            _Sheet(package, parts[name]).restyle(cell, lambda _, style=style: style)
    for name, part in parts.items():
        if name != MARKS_SHEET:
            _Notes(package, part).clear()
    by_sheet: dict[str, list[Problem]] = defaultdict(list)
    for problem in judgement.problems[:MOST]:
        if problem.cell and problem.sheet in parts:
            by_sheet[problem.sheet].append(problem)
    lines = []
    for name, problems in by_sheet.items():
        lines += _mark(package, parts[name], name, problems, styles)
    _List(package, styles).write(judgement.problems, lines, title or "问题清单")
    return package.write()


def _mark(
    package: Package, part: str, name: str, problems: Sequence[Problem], styles: "_Styles"
) -> list[tuple[str, str, int]]:
    """Colour and explain the cells of one sheet; returns for each cell the style that it had."""
    sheet, notes = _Sheet(package, part), _Notes(package, part)
    told: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        told[problem.cell].append(problem)
    had = []
    for cell, found in told.items():
        colour = COLOURS[MUST if any(p.level == MUST for p in found) else "verify"]
        had.append((name, cell, sheet.restyle(cell, lambda base, colour=colour: styles.filled(base, colour))))
    notes.add({cell: "\n".join(_said(p) for p in found) for cell, found in told.items()})
    return had


def _said(problem: Problem) -> str:
    return f"[{LEVELS[problem.level]}] {problem.message}。{problem.remedy}。({problem.rule})"


def _earlier(package: Package, parts: Mapping[str, str]) -> Iterable[tuple[str, str, int]]:
    """The cells that an earlier answer coloured, with the style each had, as its list of faults keeps them."""
    if MARKS_SHEET not in parts:
        return
    for cell in package.tree(parts[MARKS_SHEET]).iter(q("c")):
        words = _words(cell)
        if cell.get("r", "").startswith("H") and words.count("!") == 2:
            name, place, style = words.rsplit("!", 2)
            yield name, place, int(style)


class _Styles:
    """The workbook's cell formats: ours are the sender's with another fill."""

    def __init__(self, package: Package) -> None:
        self.tree = package.edit(package.related(WORKBOOK, "styles") or "")
        self.formats = _child(self.tree, "cellXfs")
        self.made: dict[tuple[int, str], int] = {}
        self.fills: dict[str, int] = {}

    def filled(self, base: int, colour: str) -> int:
        key = (base, colour)
        if key not in self.made:
            own = deepcopy(self.formats[min(base, len(self.formats) - 1)])
            own.set("fillId", str(self._fill(colour)))
            own.set("applyFill", "1")
            self.made[key] = self._append(own)
        return self.made[key]

    def plain(self, *, bold: bool) -> int:
        """A format for the list of faults: wrapped, top-aligned."""
        font = deepcopy(_child(self.tree, "fonts")[0])
        for weight in font.findall(q("b")):
            font.remove(weight)
        if bold:
            font.insert(0, etree.Element(q("b")))
        own = etree.Element(q("xf"), numFmtId="0", fontId=str(self._grow("fonts", font)), fillId="0", borderId="0",
                            applyFont="1", applyAlignment="1")  # fmt: skip
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
        held = _child(self.tree, tag)
        held.append(own)
        held.set("count", str(len(held)))
        return len(held) - 1


def _child(tree: etree._Element, tag: str) -> etree._Element:
    found = tree.find(q(tag))
    if found is None:
        raise KeyError(tag)
    return found


class _Sheet:
    """The cells of one worksheet part."""

    def __init__(self, package: Package, part: str) -> None:
        sheet = package.edit(part)
        self.columns = list(sheet.iter(q("col")))
        self.data = _child(sheet, "sheetData")
        self.rows = dict(_numbered(self.data, "r", int))

    def restyle(self, cell: str, style: object) -> int:
        """Give a cell another style, made from the one it had, which is returned; a missing cell is made."""
        element = self._cell(cell)
        had = int(element.get("s", "0"))
        element.set("s", str(style(had)))  # type: ignore[operator]
        return had

    def _cell(self, cell: str) -> etree._Element:
        column, number = _split(cell)
        row = self.rows.get(number)
        if row is None:
            row = etree.Element(q("row"), r=str(number))
            at = next((n for n, key in enumerate(self.rows) if key > number), len(self.data))
            self.data.insert(at, row)
            self.rows = dict(_numbered(self.data, "r", int))
        cells = dict(_numbered(row, "r", lambda name: _split(name)[0]))
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


def _numbered(parent: etree._Element, key: str, read: object) -> Iterable[tuple[int, etree._Element]]:
    """Rows or cells by their number; one without an address follows the one before it."""
    last = 0
    for element in parent:
        named = element.get(key)
        last = read(named) if named else last + 1  # type: ignore[operator]
        yield last, element


def _split(cell: str) -> tuple[int, int]:
    """Column and row of an address, from 1."""
    found = CELL.match(cell)
    if not found:
        raise KeyError(cell)
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return column, int(found[2])


class _Notes:
    """The comments of one worksheet: their texts, and the shapes that show them."""

    def __init__(self, package: Package, part: str) -> None:
        self.package, self.part = package, part
        self.comments = package.related(part, "comments")
        self.shapes = package.related(part, "vmlDrawing")

    def clear(self) -> None:
        """Take away what an earlier answer wrote."""
        if not self.comments or AUTHOR not in self.package.text(self.comments):
            return
        tree = self.package.edit(self.comments)
        ours = self._author(tree)
        gone = set()
        for comment in list(_child(tree, "commentList")):
            if comment.get("authorId") == ours:
                column, row = _split(comment.get("ref", ""))
                gone.add((row - 1, column - 1))
                _child(tree, "commentList").remove(comment)
            for run in list(comment.iter(q("r"))):
                if _words(run).startswith(f"\n{AUTHOR}:"):
                    _parent(run).remove(run)
        if self.shapes:
            kept = SHAPE.sub(lambda m: "" if _place(m[0]) in gone else m[0], self.package.text(self.shapes))
            self.package.put(self.shapes, kept)

    def add(self, texts: Mapping[str, str]) -> None:
        tree = self._comments()
        author = self._author(tree)
        held = {c.get("ref"): c for c in _child(tree, "commentList")}
        fresh = []
        for cell, words in texts.items():
            if cell in held:
                self._append_to(held[cell], words)
                continue
            comment = etree.SubElement(_child(tree, "commentList"), q("comment"), ref=cell, authorId=author)
            run = etree.SubElement(etree.SubElement(comment, q("text")), q("r"))
            etree.SubElement(run, q("t")).text = _legal(words)
            fresh.append(cell)
        self._draw(fresh)

    def _append_to(self, comment: etree._Element, words: str) -> None:
        """The sender's own comment stays; ours follows it."""
        text = _child(comment, "text")
        for plain in text.findall(q("t")):
            run = etree.Element(q("r"))
            text.replace(plain, run)
            run.append(plain)
        run = etree.SubElement(text, q("r"))
        said = etree.SubElement(run, q("t"))
        said.text = _legal(f"\n{AUTHOR}:{words}")
        said.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")

    def _comments(self) -> etree._Element:
        if not self.comments:
            self.comments = self.package.free("xl/commentsMarks{}.xml")
            empty = f'<comments xmlns="{MAIN}"><authors/><commentList/></comments>'
            self.package.add(self.comments, empty, COMMENTS_TYPE)
            self.package.relate(self.part, "comments", self.comments)
        return self.package.edit(self.comments)

    def _author(self, tree: etree._Element) -> str:
        authors = _child(tree, "authors")
        names = [a.text for a in authors]
        if AUTHOR not in names:
            etree.SubElement(authors, q("author")).text = AUTHOR
            names.append(AUTHOR)
        return str(names.index(AUTHOR))

    def _draw(self, cells: Sequence[str]) -> None:
        if not self.shapes:
            self.shapes = self.package.free("xl/drawings/vmlMarks{}.vml")
            self.package.put(self.shapes, EMPTY_VML)
            self.package.default_type("vml", VML_TYPE)
            made = etree.Element(q("legacyDrawing"))
            made.set(f"{{{REL}}}id", self.package.relate(self.part, "vmlDrawing", self.shapes))
            sheet = self.package.edit(self.part)
            later = [n for n, e in enumerate(sheet) if etree.QName(e).localname in AFTER_LEGACY]
            sheet.insert(later[0] if later else len(sheet), made)
        words = self.package.text(self.shapes)
        first = max([1024, *(int(n) for n in re.findall(r'"_x0000_s(\d+)"', words))]) + 1
        drawn = "" if "_x0000_t202" in words else NOTE_TYPE
        for n, cell in enumerate(cells, first):
            column, row = _split(cell)
            drawn += NOTE_SHAPE.format(id=n, row=row - 1, column=column - 1)
        end = words.rindex("</xml>")
        self.package.put(self.shapes, words[:end] + drawn + words[end:])


def _words(element: etree._Element) -> str:
    return "".join(str(part) for part in element.itertext())


def _parent(element: etree._Element) -> etree._Element:
    found = element.getparent()
    if found is None:
        raise KeyError("parent")
    return found


def _place(shape: str) -> tuple[int, int] | None:
    found = [PLACE[axis].search(shape) for axis in ("Row", "Column")]
    return (int(found[0][1]), int(found[1][1])) if found[0] and found[1] else None


def _legal(words: str) -> str:
    return ILLEGAL.sub("\ufffd", words)


class _List:
    """The sheet 问题清单: one line for each fault, with a link to its cell."""

    def __init__(self, package: Package, styles: _Styles) -> None:
        self.package = package
        self.head, self.body = styles.plain(bold=True), styles.plain(bold=False)

    def write(self, problems: Sequence[Problem], had: Sequence[tuple[str, str, int]], title: str) -> None:
        more = len(problems) - MOST
        note = NOTE + (f" 另有 {more} 处未列出，改好后再次报送时列出。" if more > 0 else "")
        rows = [self._row(1, (title,), self.head), self._row(2, (note,), None), self._row(3, HEADINGS, self.head)]
        links = []
        for n, p in enumerate(problems[:MOST], FIRST_LINE):
            place = f"{p.sheet}!{p.cell}" if p.cell else p.sheet
            kept = "!".join(map(str, had[n - FIRST_LINE])) if n - FIRST_LINE < len(had) else ""
            words = (place, p.title, p.value, p.message, p.remedy, LEVELS[p.level], p.rule, kept)
            rows.append(self._row(n, words, self.body))
            if p.cell:
                target = f"'{p.sheet.replace(chr(39), chr(39) * 2)}'!{p.cell}"
                links.append(f'<hyperlink ref="A{n}" location="{escape(_legal(target), {chr(34): "&quot;"})}"/>')
        self._put("".join(rows), "".join(links))

    def _row(self, number: int, words: Iterable[str], style: int | None) -> str:
        look = "" if style is None else f' s="{style}"'
        cells = "".join(
            f'<c r="{chr(64 + n)}{number}"{look} t="inlineStr"><is><t xml:space="preserve">{escape(_legal(w))}</t></is></c>'
            for n, w in enumerate(words, 1)
        )
        return f'<row r="{number}">{cells}</row>'

    def _put(self, rows: str, links: str) -> None:
        columns = "".join(f'<col min="{n}" max="{n}" width="{w}" customWidth="1"/>' for n, w in enumerate(WIDTHS, 1))
        columns += '<col min="8" max="8" hidden="1" width="10" customWidth="1"/>'
        frozen = '<pane ySplit="3" topLeftCell="A4" activePane="bottomLeft" state="frozen"/>'
        xml = (
            f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="{MAIN}">'
            f'<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
            f'<sheetViews><sheetView workbookViewId="0">{frozen}</sheetView></sheetViews><cols>{columns}</cols>'
            f"<sheetData>{rows}</sheetData>" + (f"<hyperlinks>{links}</hyperlinks>" if links else "")
            + '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
        )  # fmt: skip
        parts = self.package.sheets()
        if MARKS_SHEET in parts:
            self.package.put(parts[MARKS_SHEET], xml)
            return
        part = self.package.free("xl/worksheets/sheetMarks{}.xml")
        self.package.add(part, xml, SHEET_TYPE)
        book = self.package.edit(WORKBOOK)
        sheets = _child(book, "sheets")
        number = max((int(s.get("sheetId", "0")) for s in sheets), default=0) + 1
        made = etree.SubElement(sheets, q("sheet"), name=MARKS_SHEET, sheetId=str(number))
        made.set(f"{{{REL}}}id", self.package.relate(WORKBOOK, "worksheet", part))
        for view in book.iter(q("workbookView")):
            view.set("activeTab", str(len(sheets) - 1))
