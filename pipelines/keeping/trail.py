"""The trail (留痕): who did what when, from where, to what; a chain of its own, only ever added to.

Nothing secret stands in it: no password, no token, no telephone. What cannot be written stops nothing: it is
told in the log of the machine.
"""

import datetime as dt
import itertools
import logging
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from filelock import FileLock

from pipelines.keeping import lake, names, private
from pipelines.keeping.archive import Archive, Turn
from pipelines.keeping.journal import ArchiveDamaged, Head, Journal, JournalEntry, JournalLines, read_entries
from pipelines.keeping.lines import FileLines
from pipelines.keeping.place import Location
from schemas.clock import SHANGHAI

LOG = logging.getLogger("campaign")
FILE = "trail.jsonl"
HEAD = "trail"  # the kind of the archive's entry that holds the head of a day
SEALED = "trail_sealed"  # that which holds the head of lines that were kept long enough
ONCE_IN = 600  # seconds in which the same opening in the same session is written once
LONGEST = 200  # signs of a part
PRIVATE = re.compile(r"(?<!\d)(?:1\d{10}|0\d{2,3}[- ]?\d{7,8}|\d{17}[\dXx])(?!\d)")
KINDS: Mapping[str, str] = {  # what is done → its word
    "signed_in": "登录",
    "signed_out": "退出",
    "not_let_in": "登录失败",
    "refused": "被拒：不在范围内",
    "password": "修改口令",
    "sent": "上传",
    "acted": "办理",
    "opened": "查看",
    "exported": "导出",
    "account": "账户变更",
    "session_ended": "退出会话",
    "command": "命令",
}


@dataclass(frozen=True)
class Deed:
    """One thing that was done."""

    seq: int
    done_at: dt.datetime  # aware
    kind: str  # one of KINDS
    account: str
    unit: str
    subject: str  # to what
    detail: str
    address: str  # from where
    session: str
    prev: str
    hash: str


class Trail:
    """The trail of a campaign. Threads and processes may share it: writing holds its own lock."""

    def __init__(self, lines: JournalLines, lock: Turn, archive: Archive) -> None:
        self._lines, self._lock, self._archive = lines, lock, archive
        self._reading = threading.RLock()
        self._begin()
        self._lately: dict[tuple[str, ...], float] = {}

    def _begin(self) -> None:
        """Read on from the head of what was sealed and taken away."""
        self._journal, self._deeds = Journal(self._lines), list[Deed]()
        self._journal.head = self._sealed()

    def _sealed(self) -> Head:
        """Where the trail begins: behind the lines that were kept long enough."""
        sealed = self._archive.entries(SEALED)
        return Head(sealed[-1].facts["seq"], sealed[-1].facts["hash"]) if sealed else Head()

    def seal(self, until: dt.datetime) -> int:
        """Take away what was done before an instant; its head enters the archive. Returns how many lines.

        Another process that holds the trail has to be started anew. Raises ArchiveDamaged.
        """
        with self._lock, self._reading:
            every = self.deeds()
            over = list(itertools.takewhile(lambda deed: deed.done_at < until, every))
            if over:
                self._archive.write(
                    SEALED, {"seq": over[-1].seq, "hash": over[-1].hash, "until": until.isoformat()}
                )
                self._lines.drop(over[-1].seq, len(over))
                self._begin()
        return len(over)

    def write(self, kind: str, account: str = "", **parts: str) -> None:
        """Write that something was done; `parts` are of a Deed. Never raises."""
        try:
            facts = {"account": account, **parts}
            clean = {name: _plain(words) for name, words in facts.items() if words}
            with self._lock:
                if not self._lines.begun():
                    self._lines.begin()
                self.deeds()
                self._journal.append(kind, clean)
            self._note_head()
        except Exception:
            LOG.exception("the trail was not written: %s", kind)

    def opened(self, account: str, session: str, subject: str, **parts: str) -> None:
        """Write that somebody looked at something; once for each session, subject and ten minutes."""
        now, what = time.monotonic(), (session, subject)
        with self._reading:
            self._lately = {key: at for key, at in self._lately.items() if now - at < ONCE_IN}
            if what in self._lately:
                return
            self._lately[what] = now
        self.write("opened", account, session=session, subject=subject, **parts)

    def deeds(self) -> list[Deed]:
        """Everything that was done, oldest first. Raises ArchiveDamaged where a line is not as written."""
        with self._reading:
            self._deeds += [_deed(entry) for entry in self._journal.added()]
            return list(self._deeds)

    def verify(self) -> int:
        """How many lines there are, every one held against the one before.

        Raises ArchiveDamaged at the first that is not as it was written, or where a head that the archive
        holds is not in it.
        """
        begun = self._sealed()
        entries = list(read_entries(self._lines.whole(), begun))
        hashes = {begun.seq: begun.hash, **{entry.seq: entry.hash for entry in entries}}
        for head in self._archive.entries(HEAD):
            if head.facts["seq"] >= begun.seq and hashes.get(head.facts["seq"]) != head.facts["hash"]:
                raise ArchiveDamaged(f"留痕第{head.facts['seq']}条与流水中登记的不符")
        return len(entries)

    def close(self) -> None:
        """Give back what was opened."""
        self._lines.close()

    def _note_head(self) -> None:
        """Once a day the head of the trail enters the archive."""
        deeds, today = self.deeds(), f"{dt.datetime.now(tz=SHANGHAI):%Y-%m-%d}"
        heads = self._archive.entries(HEAD)
        if deeds and not (heads and heads[-1].facts["day"] == today):
            with self._archive.held():
                heads = self._archive.entries(HEAD)
                if not (heads and heads[-1].facts["day"] == today):
                    self._archive.write(HEAD, {"day": today, "seq": deeds[-1].seq, "hash": deeds[-1].hash})


def opened(place: Location, archive: Archive) -> Trail:
    """The trail of a campaign, begun where there is none. Raises `postgres.Away`."""
    if place.shared:
        return Trail(*lake.trail(place.shared), archive)
    private.folder(place.home)
    return Trail(FileLines(place.home / FILE), FileLock(place.home / f"{FILE}.lock", mode=0o600), archive)


def faults(place: Location, archive: Archive) -> list[str]:
    """Where the trail is not as it was written; nothing is written."""
    if not archive.entries():
        return []
    kept = opened(place, archive)
    try:
        kept.verify()
    except ArchiveDamaged as why:
        return [f"留痕：{why}"]
    finally:
        kept.close()
    return []


def _plain(words: object) -> str:
    """Words as they may stand in the trail: on one line, bounded, without telephones."""
    return PRIVATE.sub("…", names.line(str(words)))[:LONGEST]


def _deed(entry: JournalEntry) -> Deed:
    said: Mapping[str, Any] = entry.facts
    words = {
        name: str(said.get(name, ""))
        for name in ("account", "unit", "subject", "detail", "address", "session")
    }
    written = dt.datetime.fromisoformat(entry.written_at)
    return Deed(entry.seq, written, entry.kind, **words, prev=entry.prev, hash=entry.hash)
