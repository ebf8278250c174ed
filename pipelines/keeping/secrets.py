"""What must not stand in the archive: hashes of passwords, sessions, failed attempts.

They stand in a file of this machine that only its user can read, or in rows of the shared PostgreSQL. Losing
them loses nothing of the campaign: everybody is given a new one-time code.
"""

import hashlib
import hmac
import math
import secrets as chance
import sqlite3
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from pipelines.keeping.place import Location
from pipelines.keeping.postgres import ATTACH, Server, locked

FILE = "door.sqlite"
IDLE, LONGEST = 8 * 3600, 24 * 3600  # seconds: a session without a click; a session at all
MOST_SESSIONS = 50  # of an account: one more ends the one that was used longest ago
TOUCHED = 60  # seconds between two notes of when a session was used last
ONCE = 7 * 24 * 3600  # seconds for which a one-time code is good
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 128
# so many failures within so many seconds, of one account from one address, of one account, of one address:
# then nobody is let in for so many seconds after the last
LIMITS = ((5, 900, 60, ("account", "address")), (20, 3600, 600, ("account",)), (100, 3600, 600, ("address",)))
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # of a one-time code: none looks like another
HASHES = threading.BoundedSemaphore(2)  # an argon2 hash holds 64 MiB
HASHER = PasswordHasher()
SESSIONS = "SELECT handle, account, address, must_change, began_at, seen_at FROM door_session"
TABLES = (
    "CREATE TABLE IF NOT EXISTS door_password (account TEXT PRIMARY KEY, hash TEXT NOT NULL, "
    "is_once INTEGER NOT NULL, set_at DOUBLE PRECISION NOT NULL)",
    "CREATE TABLE IF NOT EXISTS door_session (handle TEXT PRIMARY KEY, token TEXT NOT NULL, "
    "account TEXT NOT NULL, address TEXT NOT NULL, must_change INTEGER NOT NULL, "
    "began_at DOUBLE PRECISION NOT NULL, seen_at DOUBLE PRECISION NOT NULL)",
    "CREATE TABLE IF NOT EXISTS door_failure (account TEXT NOT NULL, address TEXT NOT NULL, "
    "happened_at DOUBLE PRECISION NOT NULL)",
    "CREATE TABLE IF NOT EXISTS door_setting (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
)


class Rows(Protocol):
    """Where the rows stand; `?` stands for a value."""

    def ask(self, question: str, given: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows of an answer; none of a command."""
        ...

    def close(self) -> None:
        """Give back what was opened."""
        ...


class FileRows:
    """Rows in a file of SQLite that only its user can read."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.chmod(0o600)
        self._turn = threading.Lock()
        self._line = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)

    def ask(self, question: str, given: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self._turn:
            return self._line.execute(question, given).fetchall()

    def close(self) -> None:
        self._line.close()


class SharedRows:
    """Rows in PostgreSQL. Raises `postgres.Away` where it cannot be reached."""

    def __init__(self, dsn: str) -> None:
        self._server = Server(dsn, asks_again=True)

    def ask(self, question: str, given: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        return self._server.ask(cast("Any", question.replace("?", "%s")), given)

    def close(self) -> None:
        self._server.close()


@dataclass(frozen=True)
class Session:
    """Somebody who is signed in, on one browser."""

    handle: str  # by which it is named; not what the browser holds
    account: str
    address: str
    must_change: bool  # the password was a one-time code: nothing is shown before a new one is set
    began_at: float  # seconds since 1970, as the others
    seen_at: float


class Secrets:
    """The secrets of one campaign."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        for table in TABLES:
            rows.ask(table)
        self.key = self._kept("key", lambda: chance.token_hex(32)).encode()
        self._nobody = HASHER.hash(chance.token_hex())

    def _kept(self, name: str, make: Any) -> str:
        """A value made once and kept."""
        asked = "SELECT value FROM door_setting WHERE name = ?"
        if not self.rows.ask(asked, [name]):
            with suppress(Exception):  # another server made it at the same moment
                self.rows.ask("INSERT INTO door_setting VALUES (?, ?)", [name, make()])
        return str(self.rows.ask(asked, [name])[0][0])

    def close(self) -> None:
        self.rows.close()

    def signed(self, *words: str) -> str:
        """A code that nobody else can make of these words."""
        return hmac.new(self.key, "\0".join(words).encode(), hashlib.sha256).hexdigest()

    # passwords

    def set_password(self, account: str, password: str, *, is_once: bool = False) -> None:
        """Set a password; whoever is signed in with the old one stays."""
        with HASHES:
            hashed = HASHER.hash(password)
        self.forget(account)
        self.rows.ask(
            "INSERT INTO door_password VALUES (?, ?, ?, ?)", [account, hashed, int(is_once), time.time()]
        )

    def one_time_code(self, account: str) -> str:
        """A new code with which the account signs in once, to set a password; the old one is no more."""
        code = "-".join("".join(chance.choice(LETTERS) for _ in range(4)) for _ in range(3))
        self.set_password(account, code, is_once=True)
        return code

    def forget(self, account: str) -> None:
        """Let nobody in under this account until it has a new password."""
        self.rows.ask("DELETE FROM door_password WHERE account = ?", [account])

    def set_at(self, account: str) -> tuple[float, bool] | None:
        """When the password was set, and whether it is a one-time code; None where there is none."""
        rows = self.rows.ask("SELECT set_at, is_once FROM door_password WHERE account = ?", [account])
        return (float(rows[0][0]), bool(rows[0][1])) if rows else None

    def is_password(self, account: str, password: str) -> bool:
        """Whether it is the account's; it takes as long where there is no such account."""
        rows = self.rows.ask("SELECT hash, is_once, set_at FROM door_password WHERE account = ?", [account])
        hashed, is_once, set_at = rows[0] if rows else (self._nobody, 0, 0.0)
        with HASHES:
            try:
                HASHER.verify(hashed, password[: LONGEST_PASSWORD + 1])
            except VerificationError:
                return False
        return bool(rows) and not (is_once and time.time() - set_at > ONCE)

    # failures

    def failed(self, account: str, address: str) -> None:
        """Note that somebody was not let in."""
        now = time.time()
        self.rows.ask("INSERT INTO door_failure VALUES (?, ?, ?)", [account, address, now])
        longest = max(within for _, within, _, _ in LIMITS)
        self.rows.ask("DELETE FROM door_failure WHERE happened_at < ?", [now - longest])

    def wait(self, account: str, address: str) -> int:
        """For how many seconds nobody is let in under this account from this address."""
        now, named = time.time(), {"account": account, "address": address}
        waits = [0.0]
        for most, within, seconds, columns in LIMITS:
            where = " AND ".join(f"{column} = ?" for column in columns)
            asked = f"SELECT count(*), max(happened_at) FROM door_failure WHERE {where} AND happened_at > ?"  # noqa: S608  columns of ours
            ((count, last),) = self.rows.ask(asked, [*(named[column] for column in columns), now - within])
            if count >= most:
                waits.append(last + seconds - now)
        return math.ceil(max(waits))

    def forgive(self, account: str, address: str) -> None:
        """Forget failures of an account from an address: it was let in."""
        self.rows.ask("DELETE FROM door_failure WHERE account = ? AND address = ?", [account, address])

    # sessions

    def begin(self, account: str, address: str, *, must_change: bool = False) -> tuple[str, Session]:
        """A new session: what the browser is given to hold, and the session."""
        older = self.rows.ask(
            "SELECT handle FROM door_session WHERE account = ? ORDER BY seen_at DESC, handle", [account]
        )
        for (handle,) in older[MOST_SESSIONS - 1 :]:
            self.end(handle)
        token, now = chance.token_urlsafe(16), time.time()
        session = Session(chance.token_hex(8), account, address, must_change, now, now)
        self.rows.ask(
            "INSERT INTO door_session VALUES (?, ?, ?, ?, ?, ?, ?)",
            [session.handle, _hashed(token), account, address, int(must_change), now, now],
        )
        return token, session

    def session(self, token: str) -> Session | None:
        """The session of what a browser holds, while it is good; that it was used is noted."""
        return self._found("token", _hashed(token), is_used=True)

    def named(self, handle: str) -> Session | None:
        """The session of a handle, while it is good."""
        return self._found("handle", handle, is_used=False)

    def _found(self, column: str, value: str, *, is_used: bool) -> Session | None:
        asked = f"{SESSIONS} WHERE {column} = ? AND began_at > ? AND seen_at > ?"
        now = time.time()
        rows = self.rows.ask(asked, [value, now - LONGEST, now - IDLE])
        if not rows:
            return None
        found = _of_row(rows[0])
        if is_used and now - found.seen_at > TOUCHED:
            self.rows.ask("UPDATE door_session SET seen_at = ? WHERE handle = ?", [now, found.handle])
        return found

    def changed(self, handle: str) -> None:
        """The password of a session's account was changed: now everything is shown."""
        self.rows.ask("UPDATE door_session SET must_change = 0 WHERE handle = ?", [handle])

    def end(self, handle: str) -> None:
        """End one session, at once."""
        self.rows.ask("DELETE FROM door_session WHERE handle = ?", [handle])

    def end_all(self, account: str, but: str = "") -> None:
        """End every session of an account, but for one."""
        self.rows.ask("DELETE FROM door_session WHERE account = ? AND handle <> ?", [account, but])

    def sessions(self) -> list[Session]:
        """Everybody who is signed in, the latest first."""
        now = time.time()
        self.rows.ask(
            "DELETE FROM door_session WHERE began_at <= ? OR seen_at <= ?", [now - LONGEST, now - IDLE]
        )
        rows = self.rows.ask(f"{SESSIONS} ORDER BY seen_at DESC")
        return [_of_row(row) for row in rows]


def opened(place: Location) -> Secrets:
    """The secrets of a campaign, made where there are none. Raises `postgres.Away`."""
    if place.shared is None:
        return Secrets(FileRows(place.home / FILE))
    with locked(place.shared.dsn, ATTACH):
        return Secrets(SharedRows(place.shared.dsn))


def _of_row(row: tuple[Any, ...]) -> Session:
    handle, account, address, must_change, began_at, seen_at = row
    return Session(handle, account, address, bool(must_change), began_at, seen_at)


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
