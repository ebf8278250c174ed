"""What was received, exactly as received, and what was decided: never changed, never deleted.

`files/` holds bytes under their SHA-256, `journal.jsonl` the signed entries; an entry is on disk (fsync)
before anything is answered.
"""

import datetime as dt
import hashlib
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from filelock import FileLock

from pipelines.keeping import names, rules
from pipelines.keeping.journal import ArchiveDamaged, Journal, JournalEntry, read_entries
from schemas.clock import SHANGHAI

Known = tuple[str | None, ...]  # a unit and a matter, as far as they are known
ENDINGS = {b"PK": ".xlsx", b"\xd0\xcf\x11\xe0": ".xls"}
KEPT = ("sha256", "judgement")  # the facts of an entry that name a kept file


@dataclass(frozen=True)
class Arrival:
    """When something came: the time that counts, and what the clock said when it was taken in."""

    received_at: dt.datetime  # aware
    stamped_at: dt.datetime | None = None  # the clock's, where that is another
    reason: str | None = None  # why it is placed by hand; None: it is where the clock put it


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
    received_at: dt.datetime  # aware, UTC: when it counts as having come
    stamped_at: dt.datetime  # the same, or what the clock said where it was placed by hand
    reason: str | None  # why it was placed by hand; None: an ordinary arrival

    @property
    def entry(self) -> int:
        """The number of its line in the journal: the order in which things truly came."""
        return int(self.no.rpartition("-")[2])

    @property
    def is_moved(self) -> bool:
        """Whether it counts at another time than the clock said: then both are shown, with the reason."""
        return self.received_at != self.stamped_at


class Archive:
    """The archive folder of one campaign. Threads and processes may share it: writing holds a lock on it."""

    def __init__(self, root: Path) -> None:
        """Open or begin an archive. Raises ArchiveDamaged where files are kept and there is no journal."""
        self.root = root
        self.files, self._journal = root / "files", Journal(root / "journal.jsonl")
        self.files.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(root / "lock")
        self._making = threading.Lock()
        self._arrivals: list[Receipt] = []  # made once: an entry never changes
        if not self.journal.exists():
            if any(path.is_file() for path in self.files.rglob("*")):
                raise ArchiveDamaged("有留存的原件，没有流水（journal.jsonl）")
            self.journal.touch()

    @property
    def journal(self) -> Path:
        return self._journal.path

    def entries(self, kind: str | None = None) -> list[JournalEntry]:
        """Every entry, or those of a kind, oldest first; lines added since by another process included."""
        return [entry for entry in self._journal.entries() if kind in {None, entry.kind}]

    def receipts(self) -> list[Receipt]:
        """Every receipt, in the order of arrival, at the time to which it was last placed."""
        placed = {entry.facts["no"]: entry.facts for entry in self.entries("placed")}
        return [_placed(receipt, placed.get(receipt.no)) for receipt in self.arrivals()]

    def arrivals(self) -> list[Receipt]:
        """Every receipt as it was signed at first, in the order of arrival."""
        with self._making:
            for entry in self.entries("received")[len(self._arrivals) :]:
                self._arrivals.append(receipt_of(entry))
            return list(self._arrivals)

    def receipt(self, no: str) -> Receipt | None:
        """The receipt of that number, where there is one."""
        return next((receipt for receipt in self.receipts() if receipt.no == no), None)

    def numbers(self) -> set[str]:
        return {entry.facts["no"] for entry in self.entries("received")}

    def verdicts(self) -> dict[str, Mapping[str, Any]]:
        """The signed verdict of each receipt number that has one, with the number of its event (`nth`)."""
        # before verdicts bore the number of their event, they were recorded one after the other
        return {e.facts["no"]: {"nth": n, **e.facts} for n, e in enumerate(self.entries("judged"), 1)}

    def deaths(self, no: str) -> int:
        """How often a reader died or took too long over a receipt."""
        return sum(entry.facts["no"] == no for entry in self.entries("died"))

    def keep(self, content: bytes) -> str:
        """Put bytes on disk under their SHA-256 and return it; kept once, and a damaged file is mended."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._path(sha256)
        if not path.exists() or not self._is_whole(path):
            path.parent.mkdir(exist_ok=True)
            _sync_folder(self.files)
            made = path.with_name(f"{sha256}.{os.getpid()}.{threading.get_ident()}.new")
            try:
                with made.open("wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                made.replace(path)
            except OSError:
                made.unlink(missing_ok=True)  # half a file on a full disk is of no use to anybody
                raise
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

    def ending_of(self, sha256: str) -> str:
        """The ending that a file of these bytes should have, whatever its sender called it."""
        path = self._path(sha256)
        with path.open("rb") as file:
            head = file.read(max(map(len, ENDINGS)))
        return next((ending for magic, ending in ENDINGS.items() if head.startswith(magic)), ".bin")

    def receive(
        self,
        content: bytes,
        filename: str,
        sent_by: str,
        unit: str | None,
        obligation: str | None,
        arrival: Arrival,
    ) -> tuple[Receipt, bool]:
        """Keep an upload and sign its arrival under cleaned names.

        The same bytes as the newest sending of that unit and matter, judged under the rules and the plan of
        today or not judged yet, give the first receipt, and True.
        """
        sha256 = self.keep(content)
        with self._lock:
            earlier = self._standing(sha256, unit, obligation)
            if earlier is not None:
                return earlier, True
            day = f"{arrival.received_at.astimezone(SHANGHAI):%Y%m%d}"
            facts = {
                "no": f"{day}-{len(self._journal.entries()) + 1:05d}",
                "sha256": sha256,
                "size": len(content),
                "filename": names.filename(filename),
                "sent_by": names.person(sent_by),
                "unit": unit,
                "obligation": obligation,
                "received_at": arrival.received_at.isoformat(),
                "stamped_at": (arrival.stamped_at or arrival.received_at).isoformat(),
                "reason": arrival.reason,
            }
            return receipt_of(self._journal.append("received", facts)), False

    def _standing(self, sha256: str, unit: str | None, obligation: str | None) -> Receipt | None:
        """The receipt that answers these bytes once more; the lock is held."""
        signed = self.verdicts()
        later: list[Known] = []  # unit and matter of what came after
        for receipt in reversed(self.receipts()):
            verdict = signed.get(receipt.no, {})
            found = tuple(verdict.get(k) or getattr(receipt, k) for k in ("unit", "obligation"))
            stated = (receipt.unit, receipt.obligation)
            if receipt.sha256 == sha256 and _says((unit, obligation), stated, found):
                is_newest = (bool(verdict) and None in found) or not any(_may_be(x, found) for x in later)
                is_of_today = not verdict or verdict.get("rules") == rules.fingerprint()
                return receipt if is_newest and is_of_today else None
            later.append(found)
        return None

    def sign(self, no: str, verdict: Mapping[str, Any]) -> None:
        """Sign what was decided on a receipt; a verdict is given once."""
        with self._lock:
            if no not in self.verdicts():
                self._journal.append("judged", {"no": no, **verdict})

    def write(self, kind: str, facts: Mapping[str, Any]) -> JournalEntry:
        """Sign any other entry."""
        with self._lock:
            return self._journal.append(kind, facts)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep every other writer out for a while."""
        with self._lock:
            yield

    def verify(self) -> list[str]:
        """Every place where the archive differs from what was written, in Chinese; empty when whole."""
        try:
            entries = list(read_entries(self.journal.read_bytes()))
        except ArchiveDamaged as why:
            return [str(why)]
        named = {e.facts[key] for e in entries for key in KEPT if e.facts.get(key)}
        named |= {sha256 for e in entries if e.kind == "plan" for sha256 in e.facts["files"].values()}
        kept = sorted(p for p in self.files.rglob("*") if p.is_file() and p.suffix != ".new")
        missing = [sha256 for sha256 in sorted(named) if not self._path(sha256).exists()]
        changed = [path.relative_to(self.root) for path in kept if not self._is_whole(path)]
        return [*(f"文件缺失：{x}" for x in missing), *(f"文件内容与指纹不符：{x}" for x in changed)]

    def _is_whole(self, path: Path) -> bool:
        return hashlib.sha256(path.read_bytes()).hexdigest() == path.name and path == self._path(path.name)

    def _path(self, sha256: str) -> Path:
        return self.files / sha256[:2] / sha256


def _says(mine: Known, stated: Known, found: Known) -> bool:
    """Whether a statement of unit and matter is that of an earlier sending, or says what was found of it."""
    return all(new in {old, told} for new, old, told in zip(mine, stated, found, strict=True))


def _may_be(one: Known, other: Known) -> bool:
    """Whether two sendings may be of the same unit and matter, as far as these are known."""
    return all(a == b or None in {a, b} for a, b in zip(one, other, strict=True))


def receipt_of(entry: JournalEntry) -> Receipt:
    """The receipt of an entry; names are clean, whoever wrote them.

    Before reasons were asked for, a time might be the clock's or stated: it stands as placed by hand.
    """
    facts = entry.facts
    moments = {"received_at": facts["received_at"], "stamped_at": facts["received_at"], **facts}
    return Receipt(
        **{
            "reason": "",
            **facts,
            "filename": names.filename(facts["filename"]),
            "sent_by": names.person(facts["sent_by"]),
            "received_at": dt.datetime.fromisoformat(moments["received_at"]),
            "stamped_at": dt.datetime.fromisoformat(moments["stamped_at"]),
        }
    )


def _placed(receipt: Receipt, facts: Mapping[str, Any] | None) -> Receipt:
    """The receipt at the time to which it was placed by hand, where it was."""
    if facts is None:
        return receipt
    came = dt.datetime.fromisoformat(facts["received_at"])
    return replace(receipt, received_at=came, reason=facts["reason"])


def _sync_folder(folder: Path) -> None:
    """Make a rename durable; Windows has no such call and needs none."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
