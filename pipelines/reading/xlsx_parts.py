"""Which part of an .xlsx is what: the workbook, its styles, strings and sheets, wherever they lie."""

import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from io import BytesIO
from xml.etree import ElementTree

ROOT_LINKS, USUAL_BOOK, USUAL_BASE = "_rels/.rels", "xl/workbook.xml", "workbook.xml"
BLOCK = 1 << 20  # bytes of a part that are unpacked at a time
LINK = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")
ATTRIBUTE = re.compile(r"\b(Id|Type|Target|TargetMode)=(?:\"([^\"]*)\"|'([^']*)')")


def plain(name: str) -> str:
    """The name of a part as parts are compared."""
    return name.replace("\\", "/").lstrip("/").lower()


def parsed(part: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(part)  # noqa: S314  the guard refuses entities


def blocks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """A part bit by bit. Raises what `zipfile` raises, at the end when its CRC is wrong."""
    with archive.open(name) as part:
        while block := part.read(BLOCK):
            yield block


@dataclass(frozen=True)
class PartLink:
    """From one part to another: its number, what the other part is, and the name of that."""

    id: str
    kind: str
    target: str


def links(part: bytes, home: str) -> list[PartLink]:
    """The links that a part lists, of a part in the folder `home`; told by patterns, as the guard asks it."""
    is_wide = part[:2] in {b"\xff\xfe", b"\xfe\xff"}
    tags = LINK.findall(part.decode("utf-16" if is_wide else "utf-8", "replace"))
    stated = ({name: unescape(a or b) for name, a, b in ATTRIBUTE.findall(tag)} for tag in tags)
    return [
        PartLink(e.get("Id", ""), e.get("Type", "").rpartition("/")[2], _resolved(e.get("Target", ""), home))
        for e in stated
        if e.get("TargetMode") != "External"
    ]


def _resolved(target: str, home: str) -> str:
    rooted = target.replace("\\", "/")
    return plain(posixpath.normpath(rooted if rooted.startswith("/") else posixpath.join(home, rooted)))


def links_of(name: str) -> str:
    """The name of the part that lists the links of another."""
    home, base = posixpath.split(name)
    return posixpath.join(home, "_rels", f"{base}.rels")


def book_name(names: Iterable[str], root_links: bytes) -> str:
    """The name of the workbook's part; where no link leads to one that is there, the usual name."""
    known = set(names)
    named = (link.target for link in links(root_links, "") if link.kind == "officeDocument")
    return next((name for name in named if name in known), USUAL_BOOK)


class BookParts:
    """The parts of an .xlsx by what they are."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.names: Mapping[str, str] = {plain(name): name for name in archive.namelist()}
        self.book_name = book_name(self.names, self.part(ROOT_LINKS))
        self.home = posixpath.dirname(self.book_name)
        self.book = parsed(self.archive.read(self.names[self.book_name]))
        self.links: Sequence[PartLink] = links(self.part(links_of(self.book_name)), self.home)

    def part(self, name: str) -> bytes:
        """The bytes of a part; none where it is not there."""
        return self.archive.read(self.names[name]) if name in self.names else b""

    def size(self, name: str) -> int:
        """The bytes of a part that is there, as it claims."""
        return self.archive.getinfo(self.names[name]).file_size

    def blocks(self, name: str) -> Iterator[bytes]:
        """The same bytes of a part that is there, bit by bit."""
        return blocks(self.archive, self.names[name])

    def holds(self, name: str) -> bool:
        """Whether the name of a part begins so, seen from where the workbook lies."""
        return any(each.startswith(posixpath.join(self.home, name)) for each in self.names)

    def linked(self, kind: str) -> bytes:
        """The bytes of the part of this kind that the workbook links to, or that has the usual name."""
        usual = plain(posixpath.join(self.home, f"{kind}.xml"))
        return self.part(next((link.target for link in self.links if link.kind == kind), usual))

    @cached_property
    def titles(self) -> dict[str, str]:
        """The title of the sheet in each part that is there."""
        targets = {link.id: link.target for link in self.links}
        titles = {}
        for sheet in self.book.iter():
            if sheet.tag.endswith("}sheet"):
                link = next((value for name, value in sheet.attrib.items() if name.endswith("}id")), "")
                titles[targets.get(link, "")] = str(sheet.get("name"))
        return {name: title for name, title in titles.items() if name in self.names}


def with_usual_book(content: bytes) -> bytes:
    """The same workbook with its book under the name by which the reader finds it."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        names = {plain(name): name for name in archive.namelist()}
        book = book_name(names, archive.read(names[ROOT_LINKS]) if ROOT_LINKS in names else b"")
        usual = posixpath.join(posixpath.dirname(book), USUAL_BASE)
        if book == usual or book not in names or usual in names:
            return content
        moved = {book: usual, links_of(book): links_of(usual)}
        out = BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as renamed:
            for name, written in names.items():
                part = archive.read(written)
                if name in {ROOT_LINKS, "[content_types].xml"}:
                    part = part.replace(posixpath.basename(names[book]).encode(), USUAL_BASE.encode())
                renamed.writestr(moved.get(name, written), part)
    return out.getvalue()
