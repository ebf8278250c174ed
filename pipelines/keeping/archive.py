"""What was received, exactly as received, and what was decided: never changed, never deleted.

`files/` holds bytes by SHA-256, `journal.jsonl` the signed entries; each is on disk (fsync) before an answer.
"""

import datetime as dt
import hashlib
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock

from pipelines.keeping import names, private, rules, sealing
from pipelines.keeping.index import Index, Known, collected_later, says
from pipelines.keeping.journal import ArchiveDamaged, Head, Journal, JournalEntry, JournalLines, read_entries
from pipelines.keeping.lines import FileLines
from pipelines.keeping.receipt import Arrival, Receipt, receipt_of
from pipelines.keeping.signing import KeyFile
from schemas.clock import SHANGHAI

ENDINGS = {b"PK": ".xlsx", b"\xd0\xcf\x11\xe0": ".xls"}
Turn = AbstractContextManager[object]  # of a writer; who has it may take it again
KEPT = ("sha256", "judgement", "digests")  # the facts of an entry that name a kept file


class Archive:
    """The archive folder of one campaign. Threads and processes may share it: writing holds a lock on it."""

    def __init__(
        self,
        root: Path,
        lines: JournalLines | None = None,
        lock: Turn | None = None,
        keys: KeyFile | None = None,
    ) -> None:
        """An archive whose files stand in a folder; its journal there too, if not elsewhere. Nothing is
        written before it is asked for.

        Raises ArchiveDamaged where files are kept and there is no journal.
        """
        self.root, self.keys = root, keys
        self.files = root / "files"
        self._lines = lines or FileLines(root / "journal.jsonl")
        self._lock: Turn = lock or FileLock(root / "lock", mode=0o600)
        self._journal = Journal(self._lines, keys)
        self._index, self._reading = Index(), threading.RLock()
        self._is_begun = self._lines.begun()
        if not self._is_begun and any(path.is_file() for path in self.files.rglob("*")):
            raise ArchiveDamaged("有留存的原件，没有流水（journal.jsonl）")

    def _known(self) -> Index:
        """Everything written so far, by whichever process."""
        with self._reading, collected_later():
            self._index.extend(self._journal.added())
            return self._index

    @property
    def head(self) -> Head:
        """Where the journal ends, and by which key it is signed."""
        with self._reading:
            self._known()
            return self._journal.head

    def entries(self, kind: str | None = None) -> list[JournalEntry]:
        """Every entry, or those of a kind, oldest first."""
        known = self._known()
        return list(known.entries if kind is None else known.of_kind[kind])

    def receipts(self) -> list[Receipt]:
        """Every receipt, in the order of arrival, at the time to which it was last placed."""
        known = self._known()
        return [receipt for no in known.numbers() if (receipt := known.receipt(no))]

    def unsigned(self) -> list[JournalEntry]:
        """The arrivals on which nothing is signed yet."""
        return list(self._known().unsigned.values())

    def arrival(self, no: str) -> Receipt:
        """The receipt of a number as it was signed at first. Raises KeyError where there is none."""
        return self._known().arrival(no)

    def receipt(self, no: str) -> Receipt | None:
        """The receipt of a number, at the time to which it was last placed, where there is one."""
        return self._known().receipt(no)

    def numbers(self) -> list[str]:
        """Every receipt number, in the order of arrival."""
        return self._known().numbers()

    def fingerprint_of(self, no: str) -> str | None:
        """The SHA-256 of the bytes received under a number."""
        return self._known().fingerprint_of(no)

    def latest_before(self, receipt: Receipt) -> dt.datetime:
        """The latest time that the clock gave an ordinary arrival before this one."""
        return self._known().before[receipt.no]

    def verdict(self, no: str) -> Mapping[str, Any] | None:
        """What was signed on a receipt, with the number of its event (`nth`)."""
        return self._known().verdicts.get(no)

    def verdicts(self) -> list[tuple[str, Mapping[str, Any]]]:
        """Every receipt number on which something was signed, with what that is."""
        return list(self._known().verdicts.items())

    def events(self) -> Mapping[int, JournalEntry]:
        """The entry by which the number of each event was signed (`nth`): what names a state of the data."""
        return self._known().events

    def acts(self, *, unrecorded: bool = False) -> list[JournalEntry]:
        """What people did, oldest first; or only that for which no number of an event was signed."""
        return self._known().acted(unrecorded=unrecorded)

    def number_of(self, act: JournalEntry) -> int | None:
        """The number of an act's event, where it was signed."""
        return self._known().taken.get(act.seq)

    def done(self, matter: str, subject: str) -> list[JournalEntry]:
        """The acts of a matter on a subject, oldest first."""
        return list(self._known().done.get((matter, subject), ()))

    def pressed(self, actor: str, token: str) -> JournalEntry | None:
        """The act that somebody did with a token."""
        return self._known().pressed.get((actor, token))

    def deaths(self, no: str) -> int:
        """How often a reader died or took too long over a receipt."""
        return self._known().deaths[no]

    def keep(self, content: bytes) -> str:
        """Put bytes on disk under their SHA-256 and return it; kept once, and a damaged file is mended."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._path(sha256)
        if not path.exists() or not self._is_whole(path):
            private.folder(path.parent)
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
        today or not judged yet, give the first receipt, and True; not where it was refused for what was in
        force, and that has changed since.
        """
        sha256 = self.keep(content)
        with self.held():
            earlier = self._standing(sha256, (unit, obligation))
            if earlier is not None:
                return earlier, True
            day = f"{arrival.received_at.astimezone(SHANGHAI):%Y%m%d}"
            no = f"{day}-{len(self._known().entries) + 1:05d}"
            facts = {
                "no": no,
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
            return receipt_of(self.write("received", facts, arrival.by)), False

    def _standing(self, sha256: str, said: Known) -> Receipt | None:
        """The receipt that answers these bytes once more; the lock is held."""
        known = self._known()
        for no in known.same_bytes(sha256):
            receipt, verdict, found = known.receipt(no), known.verdicts.get(no), known.found(no)
            if receipt and says(said, (receipt.unit, receipt.obligation), found):
                is_newest = (verdict is not None and None in found) or known.is_newest(no)
                is_of_today = verdict is None or verdict.get("rules") == rules.fingerprint()
                is_over = known.is_withdrawn(no) or (verdict is not None and known.is_overtaken(no))
                return receipt if is_newest and is_of_today and not is_over else None
        return None

    def sign(self, no: str, verdict: Mapping[str, Any]) -> None:
        """Sign what was decided on a receipt; a verdict is given once."""
        with self.held():
            if self.verdict(no) is None:
                self.write("judged", {"no": no, **verdict})

    def write(self, kind: str, facts: Mapping[str, Any], by: str = "") -> JournalEntry:
        """Write any other entry: by an account, by the machine's user, or by the program itself ('').

        Raises WrongSetting where the journal is signed and its key is not here.
        """
        with self.held(), self._reading:
            self._known()
            self._journal.append(kind, facts, by)
            return self._known().entries[-1]

    def hold(self) -> list[str]:
        """Hold the journal against its key; the first time, seal it. Returns and raises as `sealing.hold`."""
        with self.held(), self._reading:
            said = sealing.hold(self._journal, self._known().entries)
            self._known()
            return said

    def replace_key(self, reason: str, by: str) -> bool:
        """Go on with a new key; whether the old one was lost. Raises as `sealing.replace`."""
        with self.held(), self._reading:
            self._known()
            was_lost = sealing.replace(self._journal, reason, by)
            self._known()
            return was_lost

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep every other writer out for a while; who writes first begins the archive."""
        if not self._is_begun:
            private.folder(self.files)
        with self._lock:
            if not self._is_begun and not self._lines.begun():
                self._lines.begin()
            self._is_begun = True
            yield

    def close(self) -> None:
        """Give back what the journal holds open."""
        self._lines.close()

    def journal(self) -> bytes:
        """The lines of the journal, as they stand."""
        return self._lines.whole()

    def verify(self) -> list[str]:
        """Where the archive differs from what was written, in Chinese; every signature is asked."""
        try:
            entries = list(read_entries(self._lines.whole()))
        except ArchiveDamaged as why:
            return [str(why)]
        named = {e.facts[key] for e in entries for key in KEPT if e.facts.get(key)}
        plans, acts = ([e for e in entries if e.kind == kind] for kind in ("plan", "act"))
        named |= {sha256 for e in plans for sha256 in e.facts["files"].values()}
        named |= {file["sha256"] for e in acts for file in e.facts.get("files", ())}
        kept = sorted(p for p in self.files.rglob("*") if p.is_file() and p.suffix != ".new")
        missing = [sha256 for sha256 in sorted(named) if not self._path(sha256).exists()]
        changed = [path.relative_to(self.root) for path in kept if not self._is_whole(path)]
        return [*(f"文件缺失：{x}" for x in missing), *(f"文件内容与指纹不符：{x}" for x in changed)]

    def _is_whole(self, path: Path) -> bool:
        return hashlib.sha256(path.read_bytes()).hexdigest() == path.name and path == self._path(path.name)

    def _path(self, sha256: str) -> Path:
        return self.files / sha256[:2] / sha256


def _sync_folder(folder: Path) -> None:
    """Make a rename durable; Windows has no such call and needs none."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
