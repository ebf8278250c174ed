"""What left the house and names an entry of the journal: a shortened or rewritten journal does not hold it.

A paper or a copy carries the number of the last event that it counts (`nth`) and number and hash of the entry
that signed it; never the newest line, which every export would move. A receipt carries its own entry.
"""

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipelines.keeping.archive import Archive
from pipelines.keeping.journal import ArchiveDamaged, read_entries
from pipelines.keeping.signing import Anchor
from pipelines.reading.guard import BAD_ZIP

MANIFEST, JOURNAL = "manifest.json", "archive/journal.jsonl"  # in a copy
WRITTEN = re.compile(r"(?<!\d)(\d{1,12})\s+([0-9a-f]{64})(?![0-9a-f])")
HASHED = re.compile(r"[0-9a-f]{64}")
LONGEST = 50_000_000  # bytes of a text in which anchors are looked for


class NoAnchor(Exception):
    """Nothing in a file names an entry; its text says so, in Chinese."""


def of_event(archive: Archive, nth: int | None = None) -> dict[str, Any]:
    """The state of the data up to an event, the newest if none is named: its number, and its entry's number
    and hash; the number alone before the first.
    """
    events = archive.events()
    last = max(events, default=0) if nth is None else nth
    entry = events.get(last)
    return {"nth": last, **({"entry": entry.seq, "hash": entry.hash} if entry else {})}


def read(path: Path) -> list[Anchor]:
    """The entries that a file names: a copy, a receipt as JSON, or lines of number and hash.

    Raises NoAnchor where there are none, OSError where it cannot be read.
    """
    path.stat()
    try:
        found = list(_of_copy(path) if zipfile.is_zipfile(path) else _of_text(path.read_bytes()[:LONGEST]))
    except (*BAD_ZIP, ArchiveDamaged, KeyError) as why:
        raise NoAnchor(f"{path} 不是完整的备份文件") from why
    if not found:
        raise NoAnchor(f"{path} 中没有流水的条目号和指纹")
    return sorted(set(found))


def _of_copy(path: Path) -> Iterator[Anchor]:
    """The entry that a copy names, and the last line that it holds. Raises ArchiveDamaged."""
    with zipfile.ZipFile(path) as copy:
        if MANIFEST in copy.namelist():
            yield from _walked(json.loads(copy.read(MANIFEST)))
        for entry in list(read_entries(copy.read(JOURNAL)))[-1:]:
            yield Anchor(entry.seq, entry.hash)


def _of_text(content: bytes) -> Iterator[Anchor]:
    text = content.decode("utf-8", "replace")
    try:
        yield from _walked(json.loads(text))
    except (ValueError, RecursionError):
        yield from (Anchor(int(seq), hashed) for seq, hashed in WRITTEN.findall(text))


def _walked(plain: Any) -> Iterator[Anchor]:
    """Every entry named anywhere in plain data."""
    if isinstance(plain, dict):
        seq, hashed = plain.get("entry"), plain.get("hash")
        if isinstance(seq, int) and isinstance(hashed, str) and HASHED.fullmatch(hashed):
            yield Anchor(seq, hashed)
    for part in plain.values() if isinstance(plain, dict) else plain if isinstance(plain, list) else ():
        yield from _walked(part)
