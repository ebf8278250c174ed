"""The comments of a worksheet: their texts, and the shapes that show them. The sender's own stay."""

import re
from collections.abc import Mapping, Sequence

from lxml import etree

from pipelines.reading import a1
from pipelines.writing.marks.cells import child, q
from pipelines.writing.package import MAIN, REL, Package

AUTHOR = "系统核对"
COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
AFTER_LEGACY = {
    *("legacyDrawingHF", "drawingHF", "picture", "oleObjects"),
    *("controls", "webPublishItems", "tableParts", "extLst"),
}
SHAPE = re.compile(r"<(\w+:)?shape\b(?:(?!</?(?:\w+:)?shape\b).)*</(?:\w+:)?shape>", re.DOTALL)
PLACE = {axis: re.compile(rf"<(?:\w+:)?{axis}>(\d+)</") for axis in ("Row", "Column")}
ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
EMPTY_VML = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"></xml>'
)
NOTE_SHAPE = (
    '<v:shape xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel" id="_x0000_s{id}" type="#_x0000_t202" '
    'style="position:absolute;width:300px;height:120px;z-index:1;visibility:hidden" fillcolor="#ffffe1" '
    'o:insetmode="auto"><v:fill color2="#ffffe1"/><v:textbox/><x:ClientData ObjectType="Note">'
    "<x:MoveWithCells/><x:SizeWithCells/><x:AutoFill>False</x:AutoFill>"
    "<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
NOTE_TYPE = (
    '<v:shapetype xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"/>'
)


class Notes:
    """The comments of one worksheet: their texts, and the shapes that show them."""

    def __init__(self, package: Package, part: str) -> None:
        self.package, self.part = package, part
        self.comments = package.related(part, "comments")
        self.shapes = package.related(part, "vmlDrawing")

    def clear(self) -> None:
        """Take away the comments and shapes of an earlier marking."""
        if not self.comments or AUTHOR not in self.package.text(self.comments):
            return
        tree = self.package.edit(self.comments)
        ours = self._author(tree)
        gone = set()
        for comment in list(child(tree, "commentList")):
            if comment.get("authorId") == ours:
                row, column = a1.place(comment.get("ref", ""))
                gone.add((row - 1, column - 1))
                child(tree, "commentList").remove(comment)
            for run in list(comment.iter(q("r"))):
                if words_in(run).startswith(f"\n{AUTHOR}:"):
                    _parent(run).remove(run)
        if self.shapes:
            kept = SHAPE.sub(lambda m: "" if _place(m[0]) in gone else m[0], self.package.text(self.shapes))
            self.package.put(self.shapes, kept)

    def add(self, texts: Mapping[str, str]) -> None:
        """Write a comment for each cell address of `texts`, after the sender's own where there is one."""
        tree = self._comments()
        author = self._author(tree)
        held = {c.get("ref"): c for c in child(tree, "commentList")}
        fresh = []
        for cell, words in texts.items():
            if cell in held:
                self._append_to(held[cell], words)
                continue
            comment = etree.SubElement(child(tree, "commentList"), q("comment"), ref=cell, authorId=author)
            run = etree.SubElement(etree.SubElement(comment, q("text")), q("r"))
            etree.SubElement(run, q("t")).text = legal(words)
            fresh.append(cell)
        self._draw(fresh)

    def _append_to(self, comment: etree._Element, words: str) -> None:
        """The sender's own comment stays; ours follows it."""
        text = child(comment, "text")
        for plain in text.findall(q("t")):
            run = etree.Element(q("r"))
            text.replace(plain, run)
            run.append(plain)
        run = etree.SubElement(text, q("r"))
        ours = etree.SubElement(run, q("t"))
        ours.text = legal(f"\n{AUTHOR}:{words}")
        ours.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")

    def _comments(self) -> etree._Element:
        if not self.comments:
            self.comments = self.package.free("xl/commentsMarks{}.xml")
            empty = f'<comments xmlns="{MAIN}"><authors/><commentList/></comments>'
            self.package.add(self.comments, empty, COMMENTS_TYPE)
            self.package.relate(self.part, "comments", self.comments)
        return self.package.edit(self.comments)

    def _author(self, tree: etree._Element) -> str:
        authors = child(tree, "authors")
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
            row, column = a1.place(cell)
            drawn += NOTE_SHAPE.format(id=n, row=row - 1, column=column - 1)
        end = words.rindex("</xml>")
        self.package.put(self.shapes, words[:end] + drawn + words[end:])


def words_in(element: etree._Element) -> str:
    return "".join(str(part) for part in element.itertext())


def _parent(element: etree._Element) -> etree._Element:
    """The element around another; raises KeyError for a root."""
    parent = element.getparent()
    if parent is None:
        raise KeyError("parent")
    return parent


def _place(shape: str) -> tuple[int, int] | None:
    """Row and column of the cell that a shape belongs to, from 0; None where it names none."""
    row, column = (PLACE[axis].search(shape) for axis in ("Row", "Column"))
    return (int(row[1]), int(column[1])) if row and column else None


def legal(words: str) -> str:
    """Words without the characters that XML cannot hold."""
    return ILLEGAL.sub("\ufffd", words)
