"""The journal: one signed entry a line, each with the hash of the one before; on disk before it is answered.

Its lines stand in a file, or in rows of a database (`lake.py`): the same bytes in both. A line that a crash
cut short was never answered for and is set aside. A journal that is shorter than it was read stops
everything: nothing is ever written behind a gap.
"""

import datetime as dt
import hashlib
import json
import os
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

START = "0" * 64
HASH = b'"hash":"'  # before the hash in a line; the hash is that of the line without it
AFTER_HASH = b'",'


@dataclass(frozen=True)
class JournalEntry:
    """One line of the journal: a fact of that moment."""

    seq: int
    kind: str  # demo | plan | received | died | judged | placed | recorded
    written_at: str
    facts: Mapping[str, Any]
    prev: str
    hash: str


class ArchiveDamaged(Exception):
    """The archive is not as it was written; its text names the place."""


class JournalLines(Protocol):
    """Where the lines of a journal stand."""

    def begun(self) -> bool:
        """Whether there is a journal, be it empty."""
        ...

    def begin(self) -> None:
        """Make an empty one."""
        ...

    def whole(self) -> bytes:
        """Every line, as it stands."""
        ...

    def added(self) -> bytes:
        """The whole lines that came since this was asked last. Raises ArchiveDamaged where lines are gone."""
        ...

    def add(self, seq: int, line: bytes) -> None:
        """Write one more and wait until it is on disk; the archive's lock is held."""
        ...

    def close(self) -> None:
        """Give back what was opened."""
        ...


class FileLines:
    """JournalLines in a file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._offset = 0

    def begun(self) -> bool:
        return self.path.exists()

    def begin(self) -> None:
        self.path.touch()

    def whole(self) -> bytes:
        return self.path.read_bytes()

    def added(self) -> bytes:
        """The lines added. Raises ArchiveDamaged where the file is shorter than it was."""
        size = self.path.stat().st_size if self.path.exists() else 0
        if size < self._offset:
            raise ArchiveDamaged("流水变短了：已经读过的内容有缺失")
        if size == self._offset:
            return b""
        with self.path.open("rb") as file:
            file.seek(self._offset)
            added = file.read()
        whole = added[: added.rfind(b"\n") + 1]
        self._offset += len(whole)
        return whole

    def add(self, seq: int, line: bytes) -> None:  # noqa: ARG002  a file has an order of its own
        self._set_torn_tail_aside()
        with self.path.open("ab") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())

    def close(self) -> None:
        """A file is open only while it is read or written."""

    def _set_torn_tail_aside(self) -> None:
        """A line cut short by a crash was never answered for: moved to a file of its own, not deleted."""
        if not self.path.exists() or self.path.stat().st_size == self._offset:
            return
        with self.path.open("rb+") as file:
            file.seek(self._offset)
            self.path.with_name(f"torn-{self._offset}").write_bytes(file.read())
            file.truncate(self._offset)


class Journal:
    """The journal, read once and then what was added; who appends holds the archive's lock."""

    def __init__(self, lines: JournalLines) -> None:
        self.lines = lines
        self._reading = threading.RLock()
        self._last: JournalEntry | None = None

    def added(self) -> list[JournalEntry]:
        """The entries that came since this was asked last, oldest first, by whichever process.

        Raises ArchiveDamaged where a line is not as it was signed, or lines that were read are gone.
        """
        with self._reading:
            entries = list(read_entries(self.lines.added(), self._last))
            self._last = entries[-1] if entries else self._last
            return entries

    def append(self, kind: str, facts: Mapping[str, Any]) -> None:
        """Write one entry after all others and wait until it is on disk; all others have been read."""
        with self._reading:
            seq, prev = (self._last.seq + 1, self._last.hash) if self._last else (1, START)
            now = dt.datetime.now(tz=dt.UTC).isoformat(timespec="microseconds")
            self.lines.add(seq, _line(seq=seq, kind=kind, written_at=now, facts=dict(facts), prev=prev))


def _line(**plain: Any) -> bytes:
    """An entry as JSON with the hash of the same JSON without it."""
    return (_dump({**plain, "hash": hashlib.sha256(_dump(plain).encode()).hexdigest()}) + "\n").encode()


def read_entries(lines: bytes, last: JournalEntry | None = None) -> Iterator[JournalEntry]:
    """The entries of journal lines; raises ArchiveDamaged at the first line that is not as it was signed.

    What is signed are the bytes as written, not what a reader makes of them.
    """
    if lines and not lines.endswith(b"\n"):
        raise ArchiveDamaged("流水末行没有写完")
    number, prev = (last.seq, last.hash) if last else (0, START)
    for line in lines.split(b"\n")[:-1]:
        number += 1
        entry = _entry(line)
        if entry is None or entry.seq != number or entry.prev != prev:
            raise ArchiveDamaged(f"流水第{number}行与签记不符")
        prev = entry.hash
        yield entry


def _entry(line: bytes) -> JournalEntry | None:
    """The entry of a line; None where its hash is not that of its bytes."""
    at = line.rfind(HASH)  # what follows it holds no free text
    end = at + len(HASH) + 64
    hashed = hashlib.sha256(line[:at] + line[end + len(AFTER_HASH) :]).hexdigest()
    try:
        entry = JournalEntry(**json.loads(line))
    except (ValueError, TypeError):
        return None
    return entry if entry.hash == hashed and line[end:].startswith(AFTER_HASH) else None


def _dump(plain: Mapping[str, Any]) -> str:
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
