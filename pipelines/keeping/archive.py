"""What was received, exactly as received, and what was decided: never changed, never deleted.

`files/` holds bytes under their SHA-256. `journal.jsonl` holds one signed entry a line, each with the hash
of the one before; a line is on disk (fsync) before anything is answered.
"""

import datetime as dt
import hashlib
import json
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from filelock import FileLock

from schemas.clock import SHANGHAI

START = "0" * 64


@dataclass(frozen=True)
class JournalEntry:
    """One line of the journal: a fact of that moment."""

    seq: int
    kind: str  # received | judged
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


@dataclass(frozen=True)
class Receipt:
    """Proof of arrival: which bytes came when, from whom, and for what as the sender said."""

    no: str
    sha256: str
    size: int
    filename: str
    sent_by: str
    unit: str | None
    obligation: str | None
    received_at: dt.datetime  # aware, UTC

    @property
    def entry(self) -> int:
        """The number of its line in the journal: the order in which things truly came."""
        return int(self.no.rpartition("-")[2])

    def same_sending(self, other: "Receipt") -> bool:
        """Whether both are of the same bytes, stated to be for the same unit and matter."""
        return (self.sha256, self.unit, self.obligation) == (other.sha256, other.unit, other.obligation)


ENTRY_FIELDS = tuple(field.name for field in fields(JournalEntry))


class ArchiveDamaged(Exception):
    """The archive is not as it was written; its text names the place."""


class Archive:
    """The archive folder of one campaign. Threads and processes may share it: writing holds a lock on it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.files, self.journal = root / "files", root / "journal.jsonl"
        self.files.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(root / "lock")
        self._reading = threading.RLock()
        self._entries: list[JournalEntry] = []
        self._offset = 0

    def entries(self) -> list[JournalEntry]:
        """Every entry, oldest first; lines added since by another process included."""
        with self._reading:
            self._catch_up()
            return list(self._entries)

    def receipts(self) -> list[Receipt]:
        """Every receipt, in the order of arrival."""
        return [receipt_of(entry) for entry in self.entries() if entry.kind == "received"]

    def numbers(self) -> set[str]:
        return {receipt.no for receipt in self.receipts()}

    def verdicts(self) -> dict[str, Mapping[str, Any]]:
        """The signed verdict of each receipt number that has one, with the number of its event (`nth`)."""
        judged = [e for e in self.entries() if e.kind == "judged"]
        # before verdicts bore the number of their event, they were recorded one after the other
        return {e.facts["no"]: {"nth": n, **e.facts} for n, e in enumerate(judged, 1)}

    def keep(self, content: bytes) -> str:
        """Put bytes on disk under their SHA-256 and return it; kept once, and a damaged file is mended."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._path(sha256)
        if not path.exists() or not self._is_whole(path):
            path.parent.mkdir(exist_ok=True)
            _sync_folder(self.files)
            made = path.with_name(f"{sha256}.{os.getpid()}.{threading.get_ident()}.new")
            with made.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            made.replace(path)
            _sync_folder(path.parent)
        return sha256

    def bytes_of(self, sha256: str) -> bytes:
        """The bytes kept under a SHA-256 (hexadecimal).

        Raises ArchiveDamaged where there are none, or others than were kept.
        """
        path = self._path(sha256)
        content = path.read_bytes() if path.is_file() else None
        if content is None or hashlib.sha256(content).hexdigest() != sha256:
            raise ArchiveDamaged(f"原件{sha256[:12]}…缺失或与指纹不符")
        return content

    def receive(
        self,
        content: bytes,
        filename: str,
        sent_by: str,
        unit: str | None,
        obligation: str | None,
        received_at: dt.datetime,
    ) -> tuple[Receipt, bool]:
        """Keep an upload and sign its arrival. The same sending again gives the first receipt, and True."""
        sha256 = self.keep(content)
        with self._lock:
            unnumbered = Receipt("", sha256, len(content), filename, sent_by, unit, obligation, received_at)
            for earlier in self.receipts():
                if earlier.same_sending(unnumbered):
                    return earlier, True
            no = f"{received_at.astimezone(SHANGHAI):%Y%m%d}-{len(self._entries) + 1:05d}"
            facts = {**vars(unnumbered), "no": no, "received_at": received_at.isoformat()}
            return receipt_of(self._append("received", facts)), False

    def sign(self, no: str, verdict: Mapping[str, Any]) -> None:
        """Sign what was decided on a receipt; a verdict is given once."""
        with self._lock:
            if no not in self.verdicts():
                self._append("judged", {"no": no, **verdict})

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep every other writer out for a while."""
        with self._lock:
            yield

    def verify(self) -> list[str]:
        """Every place where the archive differs from what was written, in Chinese; empty when whole."""
        try:
            entries = list(_read(self.journal.read_bytes())) if self.journal.exists() else []
        except ArchiveDamaged as why:
            return [str(why)]
        named = {e.facts[key] for e in entries for key in ("sha256", "judgement") if e.facts.get(key)}
        kept = sorted(p for p in self.files.rglob("*") if p.is_file() and p.suffix != ".new")
        missing = [sha256 for sha256 in sorted(named) if not self._path(sha256).exists()]
        changed = [path.relative_to(self.root) for path in kept if not self._is_whole(path)]
        return [*(f"文件缺失：{x}" for x in missing), *(f"文件内容与指纹不符：{x}" for x in changed)]

    def _is_whole(self, path: Path) -> bool:
        return hashlib.sha256(path.read_bytes()).hexdigest() == path.name and path == self._path(path.name)

    def _append(self, kind: str, facts: Mapping[str, Any]) -> JournalEntry:
        """Write one entry and wait until it is on disk; the lock is held."""
        with self._reading:
            self._catch_up()
            self._set_torn_tail_aside()
            prev = self._entries[-1].hash if self._entries else START
            now = dt.datetime.now(tz=dt.UTC).isoformat(timespec="microseconds")
            entry = JournalEntry(len(self._entries) + 1, kind, now, dict(facts), prev)
            with self.journal.open("ab") as file:
                file.write((entry.line() + "\n").encode())
                file.flush()
                os.fsync(file.fileno())
            self._catch_up()
            return entry

    def _catch_up(self) -> None:
        if not self.journal.exists():
            return
        with self.journal.open("rb") as file:
            file.seek(self._offset)
            added = file.read()
        whole = added[: added.rfind(b"\n") + 1]
        self._entries += _read(whole, after=self._entries)
        self._offset += len(whole)

    def _set_torn_tail_aside(self) -> None:
        """A line cut short by a crash was never answered for: moved to a file of its own, not deleted."""
        if not self.journal.exists() or self.journal.stat().st_size == self._offset:
            return
        with self.journal.open("rb+") as file:
            file.seek(self._offset)
            (self.root / f"torn-{self._offset}").write_bytes(file.read())
            file.truncate(self._offset)

    def _path(self, sha256: str) -> Path:
        return self.files / sha256[:2] / sha256


def receipt_of(entry: JournalEntry) -> Receipt:
    facts = entry.facts
    return Receipt(**{**facts, "received_at": dt.datetime.fromisoformat(facts["received_at"])})


def _dump(plain: Mapping[str, Any]) -> str:
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _read(lines: bytes, after: list[JournalEntry] | None = None) -> Iterator[JournalEntry]:
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


def _sync_folder(folder: Path) -> None:
    """Make a rename durable; Windows has no such call and needs none."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
