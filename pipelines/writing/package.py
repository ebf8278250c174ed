"""An .xlsx file as its parts, so that a few can be changed and every other part stays byte for byte."""

import posixpath
import zipfile
from io import BytesIO

from lxml import etree

REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_REL = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
CONTENT_TYPES = "[Content_Types].xml"
USUAL_BOOK = "xl/workbook.xml"


class Package:
    """The parts of a workbook by name; trees that were edited are written back, the rest is copied."""

    def __init__(self, content: bytes) -> None:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            self._infos = {info.filename: info for info in archive.infolist()}
            self._bytes = {name: archive.read(name) for name in self._infos}
        self._trees: dict[str, etree._Element] = {}
        self._edited: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return name in self._bytes

    def tree(self, name: str) -> etree._Element:
        """The part's root element, to be looked at; entities are not resolved."""
        if name not in self._trees:
            parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
            self._trees[name] = etree.fromstring(self._bytes[name], parser)
        return self._trees[name]

    def edit(self, name: str) -> etree._Element:
        """The part's root element, to be changed in place."""
        self._edited.add(name)
        return self.tree(name)

    def text(self, name: str) -> str:
        return self._bytes[name].decode("utf-8", errors="replace")

    def put(self, name: str, words: str) -> None:
        self._trees.pop(name, None)
        self._edited.discard(name)
        self._bytes[name] = words.encode("utf-8")

    def add(self, name: str, words: str, content_type: str) -> None:
        """A new part, declared by its name."""
        self.put(name, words)
        types = self.edit(CONTENT_TYPES)
        etree.SubElement(types, f"{{{TYPES}}}Override", PartName=f"/{name}", ContentType=content_type)

    def default_type(self, extension: str, content_type: str) -> None:
        """Declare what parts of this extension are, if no one has."""
        types = self.edit(CONTENT_TYPES)
        declared = {e.get("Extension", "").lower() for e in types if e.tag.endswith("}Default")}
        if extension not in declared:
            made = etree.Element(f"{{{TYPES}}}Default", Extension=extension, ContentType=content_type)
            types.insert(0, made)

    def related(self, part: str, kind: str) -> str | None:
        """The part that `part` names in a relation of this kind."""
        rels = self._rels(part)
        for rel in self.tree(rels) if rels in self else ():
            if rel.get("Type", "").endswith(f"/relationships/{kind}"):
                return self._target(part, rel.get("Target", ""))
        return None

    def relate(self, part: str, kind: str, target: str) -> str:
        """Add a relation; returns its id."""
        rels = self._rels(part)
        if rels not in self:
            self.put(rels, f'<Relationships xmlns="{PACKAGE_REL}"/>')
        tree = self.edit(rels)
        taken = {rel.get("Id") for rel in tree}
        new = next(f"rId{n}" for n in range(1, len(taken) + 2) if f"rId{n}" not in taken)
        made = etree.SubElement(tree, f"{{{PACKAGE_REL}}}Relationship", Id=new)
        made.set("Type", f"{REL}/{kind}")
        made.set("Target", f"/{target}")
        return new

    @property
    def book(self) -> str:
        """The part of the workbook itself."""
        return self.related("", "officeDocument") or USUAL_BOOK

    def sheets(self) -> dict[str, str]:
        """The part of each sheet, by its title."""
        book = self.book
        targets = {
            rel.get("Id"): self._target(book, rel.get("Target", "")) for rel in self.tree(self._rels(book))
        }
        listed = self.tree(book).iter(f"{{{MAIN}}}sheet")
        return {s.get("name", ""): targets[s.get(f"{{{REL}}}id")] for s in listed}

    def free(self, pattern: str) -> str:
        """A part name of this pattern that is not taken."""
        return next(name for n in range(1, 10_000) if (name := pattern.format(n)) not in self)

    def write(self) -> bytes:
        out = BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self._bytes.items():
                body = _serialised(self._trees[name]) if name in self._edited else content
                archive.writestr(self._infos.get(name, name), body, zipfile.ZIP_DEFLATED)
        return out.getvalue()

    @staticmethod
    def _rels(part: str) -> str:
        folder, name = posixpath.split(part)
        return posixpath.join(folder, "_rels", f"{name}.rels")

    @staticmethod
    def _target(part: str, target: str) -> str:
        if target.startswith("/"):
            return target[1:]
        return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))


def _serialised(tree: etree._Element) -> bytes:
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
