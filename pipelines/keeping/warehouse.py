"""What the archive means, in DuckDB: rows of what was received, in the tables of `ddl.py`.

It can be deleted and rebuilt at any time. Append-only; no keys, no sequences, no UPDATE: the same statements
run in a file and on a lake (`docs/decisions/`). Uniqueness lives in `written`, under one lock.
"""

import datetime as dt
import errno
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.keeping import acted_rows, ddl, rows
from pipelines.keeping.gate import Gate
from pipelines.keeping.journal import JournalEntry
from pipelines.keeping.receipt import Receipt
from pipelines.keeping.rows import Decision

SENDING = "sending"  # the kind of an event; the others are the kinds of `acted_rows.ROWS`
TRIES = 5  # of a transaction that another server's came before
MACHINE = {  # what a database says of the machine, not of its file
    "no space": errno.ENOSPC,
    "disk full": errno.ENOSPC,
    "disk is full": errno.ENOSPC,
    "quota": errno.ENOSPC,
    "too large": errno.EFBIG,
    "permission denied": errno.EACCES,
    "read-only": errno.EROFS,
    "readonly": errno.EROFS,
    "unable to open": errno.EACCES,
    "disk i/o": errno.EIO,
    "could not write": errno.EIO,
}
HELD = re.compile(r"could not set lock|conflicting lock|being used by another", re.IGNORECASE)


@dataclass(frozen=True)
class Event:
    """Something to be recorded; `nth` where its number is signed already."""

    kind: str
    seq: int
    happened_at: dt.datetime  # aware
    nth: int | None


class Busy(Exception):
    """Another process holds the warehouse."""


def memory() -> duckdb.DuckDBPyConnection:
    """An empty database in memory, to which a warehouse is attached; it fetches nothing by itself."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    return duckdb.connect(":memory:", config=config)


def connect(path: Path | str, *, to_read: bool = False) -> duckdb.DuckDBPyConnection:
    """Open or make the warehouse of a file, or only read it; raises Busy while another process has it."""
    con = memory()
    try:
        con.execute(f"ATTACH {quoted(path)} AS warehouse{' (READ_ONLY)' if to_read else ''}")
    except duckdb.IOException as why:
        con.close()
        if HELD.search(str(why)):
            raise Busy(str(path)) from why
        raise of_machine(why) or why from why
    except BaseException:
        con.close()
        raise
    return con


def quoted(text: object) -> str:
    """A text as SQL writes it, where it takes no parameter."""
    return "'" + str(text).replace("'", "''") + "'"


def create(con: duckdb.DuckDBPyConnection) -> None:
    """Make every table in an empty warehouse, or none."""
    with _transaction(con):
        ddl.create(con)


def of_machine(why: Exception) -> OSError | None:
    """What a database tells of the machine (a full disk, no right to write), as the OSError that it is."""
    said = str(why).lower() if isinstance(why, duckdb.Error | sqlite3.Error) else ""
    number = next((number for words, number in MACHINE.items() if words in said), None)
    return OSError(number, said.splitlines()[0]) if number else None


def remembered(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The SHA-256 of every submission that a warehouse holds, by receipt number."""
    try:
        return dict(con.execute("SELECT id, sha256 FROM warehouse.submission").fetchall())
    except duckdb.CatalogException:  # there is no such table yet
        return {}


def record(
    con: duckdb.DuckDBPyConnection, gate: Gate, receipt: Receipt, decision: Decision
) -> tuple[int, str]:
    """Record a judged submission; returns the number of its event, as `written` does, and the digest of its
    rows.
    """
    verdict, parts = decision.verdict, rows.of(receipt, decision)
    nth = None if verdict.get("nth") is None else int(str(verdict["nth"]))
    event = Event(SENDING, receipt.entry, receipt.received_at, nth)
    digest = rows.digest(con.cursor(), parts)

    def put(_: int) -> None:
        for table, given in parts:
            rows.insert(con, table, given)

    return written(con, gate, event, put), digest


def record_act(con: duckdb.DuckDBPyConnection, gate: Gate, act: JournalEntry, nth: int | None) -> int:
    """Record what a person did, in the table of its kind; returns the number of its event."""

    def put(nth: int) -> None:
        row = [nth, *acted_rows.row(act)]
        con.execute(f"INSERT INTO warehouse.{act.kind} VALUES ({', '.join('?' * len(row))})", row)

    return written(con, gate, Event(act.kind, act.seq, acted_rows.happened(act), nth), put)


def written(con: duckdb.DuckDBPyConnection, gate: Gate, event: Event, put: Callable[[int], None]) -> int:
    """Write an event with its rows in one transaction, or nothing; `put` is handed its number.

    Returns the number: the one signed, else the next, which is taken under the write lock and so follows
    every other that can be seen; of an event that stands already (a retry after a lost answer) the one it
    has. A transaction that another server's came before is done again as a whole, a few times. Raises
    what the gate calls an error of DuckDB.
    """
    for left in reversed(range(TRIES)):
        try:
            with gate.held(), _transaction(con):
                nth = _once(con, event, put)
        except duckdb.Error as why:
            if not (left and gate.is_conflict(why)):
                raise gate.named(why) from why
            continue
        gate.tell(nth)
        return nth
    raise AssertionError("the last try returns or raises")


def _once(con: duckdb.DuckDBPyConnection, event: Event, put: Callable[[int], None]) -> int:
    earlier = standing(con, event.kind, event.seq)
    if earlier is not None:
        return earlier
    nth = newest(con) + 1 if event.nth is None else event.nth
    row = [nth, event.seq, event.kind, rows.utc(event.happened_at)]
    con.execute("INSERT INTO warehouse.event VALUES (?, ?, ?, ?)", row)
    put(nth)
    return nth


def standing(con: duckdb.DuckDBPyConnection, kind: str, seq: int) -> int | None:
    """The number of an event that was recorded; None where it was not."""
    asked = "SELECT nth FROM warehouse.event WHERE kind = ? AND seq = ?"
    found = con.execute(asked, [kind, seq]).fetchone()
    return int(found[0]) if found else None


def newest(con: duckdb.DuckDBPyConnection) -> int:
    """The number of the last event; 0 before the first."""
    row = con.execute("SELECT coalesce(max(nth), 0) FROM warehouse.event").fetchone()
    return int(row[0]) if row else 0


@contextmanager
def _transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All statements inside, or none; what was raised inside is raised again once they are rolled back.

    Raises OSError where the machine cannot write them.
    """
    con.execute("BEGIN")
    try:
        yield
    except BaseException:
        con.execute("ROLLBACK")
        raise
    try:
        con.execute("COMMIT")
    except duckdb.Error as why:
        raise of_machine(why) or why from why
