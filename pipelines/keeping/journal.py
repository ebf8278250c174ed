"""The journal: one signed entry a line, each with the hash of the one before; on disk before it is answered.

A line that a crash cut short was never answered for and is set aside. A journal that is shorter than it was
read stops everything: nothing is ever written behind a gap.
"""

import datetime as dt
import hashlib
import json
import os
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

START = "0" * 64


@dataclass(frozen=True)
class JournalEntry:
    """One line of the journal: a fact of that moment."""

    seq: int
    kind: str  # demo | plan | received | died | judged | placed | recorded
    written_at: str
    facts: Mapping[str, Any]
    prev: str

    @property
    def hash(self) -> str:
        return hashlib.sha256(_dump(self._plain()).encode()).hexdigest()

    def _plain(self) -> dict[str, Any]:
        return dict(vars(self))

    def line(self) -> str:
        """The entry as JSON with its hash, without the line's end."""
        return _dump({**self._plain(), "hash": self.hash})


ENTRY_FIELDS = tuple(field.name for field in fields(JournalEntry))


class ArchiveDamaged(Exception):
    """The archive is not as it was written; its text names the place."""


class Journal:
    """The journal's file, read once and then what was added; who appends holds the archive's lock."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._reading = threading.RLock()
        self._entries: list[JournalEntry] = []
        self._offset = 0

    def entries(self) -> list[JournalEntry]:
        """Every entry, oldest first; lines added since by another process included.

        Raises ArchiveDamaged where a line is not as it was signed, or lines that were read are gone.
        """
        with self._reading:
            self._catch_up()
            return list(self._entries)

    def append(self, kind: str, facts: Mapping[str, Any]) -> JournalEntry:
        """Write one entry and wait until it is on disk. Raises ArchiveDamaged as `entries` does."""
        with self._reading:
            self._catch_up()
            self._set_torn_tail_aside()
            prev = self._entries[-1].hash if self._entries else START
            now = dt.datetime.now(tz=dt.UTC).isoformat(timespec="microseconds")
            entry = JournalEntry(len(self._entries) + 1, kind, now, dict(facts), prev)
            with self.path.open("ab") as file:
                file.write((entry.line() + "\n").encode())
                file.flush()
                os.fsync(file.fileno())
            self._catch_up()
            return entry

    def _catch_up(self) -> None:
        """Read what was added. Raises ArchiveDamaged where the file is shorter than it was."""
        if self._offset and (not self.path.exists() or self.path.stat().st_size < self._offset):
            raise ArchiveDamaged(f"流水变短了：第{len(self._entries)}行及以前的内容有缺失")
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            file.seek(self._offset)
            added = file.read()
        whole = added[: added.rfind(b"\n") + 1]
        self._entries += read_entries(whole, after=self._entries)
        self._offset += len(whole)

    def _set_torn_tail_aside(self) -> None:
        """A line cut short by a crash was never answered for: moved to a file of its own, not deleted."""
        if not self.path.exists() or self.path.stat().st_size == self._offset:
            return
        with self.path.open("rb+") as file:
            file.seek(self._offset)
            self.path.with_name(f"torn-{self._offset}").write_bytes(file.read())
            file.truncate(self._offset)


def read_entries(lines: bytes, after: list[JournalEntry] | None = None) -> Iterator[JournalEntry]:
    """The entries of journal lines; raises ArchiveDamaged at the first line that is not as it was signed."""
    prev = after[-1] if after else None
    number = len(after or [])
    if lines and not lines.endswith(b"\n"):
        raise ArchiveDamaged("流水末行没有写完")
    for line in lines.split(b"\n")[:-1]:
        number += 1
        try:
            plain = json.loads(line)
            entry = JournalEntry(**{name: plain[name] for name in ENTRY_FIELDS})
            right = entry.line().encode() == line
        except (ValueError, KeyError, TypeError):
            right = False
        if not right or entry.seq != number or entry.prev != (prev.hash if prev else START):
            raise ArchiveDamaged(f"流水第{number}行与签记不符")
        prev = entry
        yield entry


def _dump(plain: Mapping[str, Any]) -> str:
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
