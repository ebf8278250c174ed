"""Files that go with an act: known by their content, never by their name; kept under their SHA-256."""

from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.keeping import names
from pipelines.keeping.archive import Archive

LARGEST = 20 << 20  # bytes of one file
MOST = 10  # files of one act
HEADS = {b"\xff\xd8\xff": ".jpg", b"\x89PNG\r\n\x1a\n": ".png", b"%PDF-": ".pdf"}


@dataclass(frozen=True)
class Attachment:
    """A file as it is handed in."""

    name: str
    content: bytes


def ending_of(content: bytes) -> str:
    """The ending that a file of these bytes should have; '' of one that is not taken."""
    return next((ending for head, ending in HEADS.items() if content.startswith(head)), "")


def faults(given: Iterable[Attachment], least: int | None) -> list[str]:
    """What is wrong with the files of an act that takes at least so many (None: none), in sentences."""
    files = list(given)
    if least is None and files:
        return ["这一步不收附件"]
    told = [f"至少要有 {least} 份附件（照片或 PDF）"] if least and len(files) < least else []
    if len(files) > MOST:
        told.append(f"一次最多 {MOST} 份附件")
    for each in files:
        if len(each.content) > LARGEST:
            told.append(f"附件“{names.filename(each.name)}”超过 {LARGEST >> 20} MB，请压缩后再传")
        elif not ending_of(each.content):
            told.append(f"附件“{names.filename(each.name)}”的内容不是 JPG、PNG 或 PDF，请另存后再传")
    return told


def keep(archive: Archive, given: Iterable[Attachment]) -> list[dict[str, object]]:
    """Put files into the archive; returns what is signed of each: its fingerprint, name and size.

    A name ends as the content is, whatever it was called. Raises OSError where they cannot be kept.
    """
    return [
        {"sha256": archive.keep(each.content), "name": _named(each), "size": len(each.content)}
        for each in given
    ]


def _named(file: Attachment) -> str:
    name, ending = names.filename(file.name), ending_of(file.content)
    same = {".jpg", ".jpeg"} if ending == ".jpg" else {ending}
    return name if any(name.lower().endswith(each) for each in same) else f"{name}{ending}"
