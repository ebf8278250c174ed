"""The journal: one entry a line, each with the hash of the one before; on disk before it is answered.

From its seal on every line is signed. What is hashed and signed are the bytes of a line as written, so a
field added later breaks no old line. Any chain of lines can be one, with a key or without.
"""

import datetime as dt
import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, Protocol

from pydantic_core import from_json

from pipelines.keeping.place import WrongSetting
from pipelines.keeping.signing import SETTING, SIGNATURE, Anchor, Key, KeyFile, is_signed

START = "0" * 64
HASH, SIG = b'"hash":"', b'"sig":"'  # before them in a line stands free text, behind them none
AFTER = b'",'
VERSION = 2  # of the form of a line; 1: without `by`, `sig` and `v`
SEAL, REPLACED = "seal", "key"  # the entries that say by which key the lines after them are signed
CHANGES = {SEAL, REPLACED}


class JournalEntry(NamedTuple):
    """One line of the journal: a fact of that moment."""

    seq: int
    kind: (
        str  # demo | seal | key | plan | received | died | judged | placed | act | recorded | made | restored
    )
    written_at: str
    facts: Mapping[str, Any]
    prev: str
    hash: str
    by: str = ""  # an account, or the machine's user; '': the program itself
    sig: str = ""
    v: int = 1


class Head(NamedTuple):
    """Where a journal ends, and by which key the next line is signed; '' before the seal."""

    seq: int = 0
    hash: str = START
    key: str = ""


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

    def drop(self, seq: int, count: int) -> None:
        """Take the first lines, up to a number, away."""
        ...

    def close(self) -> None:
        """Give back what was opened."""
        ...


class Journal:
    """The journal, read once and then what was added; who appends holds the archive's lock."""

    def __init__(self, lines: JournalLines, keys: KeyFile | None = None) -> None:
        """`keys`: where the key stands by which it is signed once it is sealed (`sealing.py`)."""
        self.lines, self.keys = lines, keys
        self._reading = threading.RLock()
        self.head = Head()
        self._key: Key | None = None

    def added(self) -> list[JournalEntry]:
        """The entries that came since this was asked last, oldest first, by whichever process.

        Raises ArchiveDamaged where a line is not as it was signed, or lines that were read are gone.
        """
        with self._reading:
            entries, self.head = read_on(self.lines.added(), self.head)
            return entries

    def append(
        self, kind: str, facts: Mapping[str, Any], by: str = "", *, signer: Key | None = None
    ) -> Anchor:
        """Write one entry after all others and wait until it is on disk; all others have been read.

        Raises what `_signer` does.
        """
        with self._reading:
            key, seq = signer or self._signer(), self.head.seq + 1
            plain = {"by": by, "facts": dict(facts), "kind": kind, "prev": self.head.hash, "seq": seq}
            now = dt.datetime.now(tz=dt.UTC).isoformat(timespec="microseconds")
            line, hashed = _line({**plain, "v": VERSION, "written_at": now}, key)
            self.lines.add(seq, line)
            written = Anchor(seq, hashed)
            if key and self.keys:
                self.keys.saw(written)
            return written

    def _signer(self) -> Key | None:
        """The key of the next line; None before the seal.

        Raises WrongSetting where it is not here, ArchiveDamaged where a seal was made that is gone.
        """
        public = self.head.key
        if not public:
            if self.keys and (key := self.keys.read()) and self.keys.name in key.began:
                raise ArchiveDamaged(unsealed(self.keys, key))
            return None
        if self._key is None or self._key.public != public:
            self._key = self.keys.read(public) if self.keys else None
        if self._key is None or self._key.public != public:
            raise WrongSetting(missing(self.keys))
        return self._key


def missing(keys: KeyFile | None) -> str:
    """What is said where a signed journal is to be gone on with and its key is not here."""
    where = f"不在 {keys.path}" if keys else "没有给出"
    return (
        f"流水已经签名，签名私钥{where}：请把原来的私钥文件放回，或用 {SETTING} 指明它；"
        "私钥确已丢失的，运行 key replace --reason 理由。已给出的回执都在，verify、receipts、backup 照常可用"
    )


def unsealed(keys: KeyFile, key: Key) -> str:
    """What is said where a key was used for a seal that the journal does not hold."""
    return (
        f"签名私钥 {keys.path} 记着流水自第{key.began[keys.name].seq}条起签名，而流水中没有那一条："
        "流水被换过或截短，或私钥是另一份流水的（确要另开一份的，请先移走私钥文件）"
    )


def _line(plain: Mapping[str, Any], key: Key | None) -> tuple[bytes, str]:
    """An entry as JSON with its signature and its hash: both of the same JSON without them; and the hash."""
    signed = {**plain, "sig": key.signature(_dump(plain))} if key else plain
    hashed = hashlib.sha256(_dump(signed)).hexdigest()
    return _dump({**signed, "hash": hashed}) + b"\n", hashed


def _dump(plain: Mapping[str, Any]) -> bytes:
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def read_entries(lines: bytes, head: Head | None = None) -> Iterator[JournalEntry]:
    """The entries of journal lines, every signature asked; raises ArchiveDamaged as `read_on` does."""
    yield from read_on(lines, head or Head(), every=True)[0]


def read_on(lines: bytes, head: Head, *, every: bool = False) -> tuple[list[JournalEntry], Head]:
    """The entries of the lines that follow a head, and the new head.

    A line vouches for all before it, whose hashes it holds: where not every signature is asked, the last
    one is, and those that seal or change the key. Raises ArchiveDamaged at the first line that is not as
    it was signed.
    """
    if lines and not lines.endswith(b"\n"):
        raise ArchiveDamaged("流水末行没有写完")
    rows = lines.split(b"\n")[:-1]
    entries, (number, prev, key), last = [], head, head.seq + len(rows)
    for line in rows:
        number += 1
        entry = _entry(line)
        if entry is None or entry.seq != number or entry.prev != prev:
            raise ArchiveDamaged(f"流水第{number}行与签记不符")
        is_plain = entry.kind not in CHANGES and bool(key) == bool(entry.sig)
        if not is_plain or (key and (every or number == last)):
            key = _key_after(entry, key, line)
        prev = entry.hash
        entries.append(entry)
    return entries, Head(number, prev, key)


def _entry(line: bytes) -> JournalEntry | None:
    """The entry of a line; None where its hash is not that of its bytes.

    Raises ArchiveDamaged where a later program wrote it in a form of its own.
    """
    at = line.rfind(HASH)
    end = at + len(HASH) + 64
    hashed = hashlib.sha256(line[:at] + line[end + len(AFTER) :]).hexdigest()
    try:
        plain = from_json(line)
        if plain["hash"] != hashed or not line.startswith(AFTER, end):
            return None
        if plain.get("v", 1) > VERSION:
            raise ArchiveDamaged(f"流水第{plain['seq']}行由更新的程序写成，请用新版本打开")
        return JournalEntry(**plain)
    except (ValueError, TypeError, KeyError):
        return None


def _key_after(entry: JournalEntry, key: str, line: bytes) -> str:
    """The key by which the line after an entry is signed; raises ArchiveDamaged where this one is not signed
    as it must be.
    """
    facts, changes = entry.facts, entry.kind in CHANGES
    fits = {
        SEAL: not key and facts.get("count") == entry.seq - 1 and facts.get("head") == entry.prev,
        REPLACED: bool(key) and facts.get("was") == key,
    }.get(entry.kind, bool(key))
    by = facts.get("key") if entry.kind == SEAL or (changes and facts.get("is_lost")) else key
    if not (fits and len(entry.sig) == SIGNATURE and isinstance(by, str)):
        raise ArchiveDamaged(f"流水第{entry.seq}行没有签名，或签名不在应在之处")
    if not is_signed(_signed(line), entry.sig, by):
        raise ArchiveDamaged(f"流水第{entry.seq}行的签名不是这份流水的私钥所签")
    return str(facts["key"]) if changes else key


def _signed(line: bytes) -> bytes:
    """The bytes of a line that its signature is of: without hash and signature."""
    hash_at, sig_at = line.rfind(HASH), line.rfind(SIG)
    hash_end = hash_at + len(HASH) + 64 + len(AFTER)
    return line[:hash_at] + line[hash_end:sig_at] + line[sig_at + len(SIG) + SIGNATURE + len(AFTER) :]
