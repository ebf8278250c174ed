"""Which part of an .xlsx is what: the workbook, its styles, strings and sheets, wherever they lie."""

import posixpath
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from xml.etree import ElementTree

ROOT_LINKS, USUAL_BOOK = "_rels/.rels", "xl/workbook.xml"


def plain(name: str) -> str:
    """The name of a part as parts are compared."""
    return name.replace("\\", "/").lstrip("/").lower()


def parsed(part: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(part)  # noqa: S314  the guard refuses entities


@dataclass(frozen=True)
class PartLink:
    """From one part to another: its number, what the other part is, and the name of that."""

    id: str
    kind: str
    target: str


def links(part: bytes, home: str) -> list[PartLink]:
    """The links that a part lists, of a part that lies in the folder `home`."""
    return [
        PartLink(e.get("Id", ""), e.get("Type", "").rpartition("/")[2], _resolved(e.get("Target", ""), home))
        for e in parsed(part)
        if e.get("TargetMode") != "External"
    ]


def _resolved(target: str, home: str) -> str:
    rooted = target.replace("\\", "/")
    return plain(posixpath.normpath(rooted if rooted.startswith("/") else posixpath.join(home, rooted)))


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
        self.book_name = book_name(self.names, self.part(ROOT_LINKS) or b"<Relationships/>")
        home, base = posixpath.split(self.book_name)
        self.book = parsed(self.archive.read(self.names[self.book_name]))
        self.links: Sequence[PartLink] = links(
            self.archive.read(self.names[f"{home}/_rels/{base}.rels".lstrip("/")]), home
        )

    def part(self, name: str) -> bytes:
        """The bytes of a part; none where it is not there."""
        return self.archive.read(self.names[name]) if name in self.names else b""

    def linked(self, kind: str) -> bytes:
        """The bytes of the part of this kind that the workbook links to, or that has the usual name."""
        usual = plain(posixpath.join(posixpath.dirname(self.book_name), f"{kind}.xml"))
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
