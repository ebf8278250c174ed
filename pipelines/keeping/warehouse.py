"""What the archive means, in DuckDB: rows of what was received, in the tables of `ddl.py`.

It can be deleted and rebuilt at any time. Append-only; no keys, no sequences, no UPDATE: the same statements
run in a file and on a lake (`docs/decisions/`). Uniqueness lives in `written`, under one lock.
"""

import datetime as dt
import errno
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.keeping import acted_rows, ddl, rows
from pipelines.keeping.acted_rows import Values
from pipelines.keeping.gate import Gate
from pipelines.keeping.journal import JournalEntry
from pipelines.keeping.receipt import Receipt
from pipelines.keeping.rows import Decision, Sending

SENDING = "sending"  # the kind of an event; the others are the kinds of `acted_rows.ROWS`
EventNumbers = Mapping[int, int]  # of events, by their entries in the journal
Recorded = tuple[int, str]  # the number of a sending's event, and the digest of its rows
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


def record(con: duckdb.DuckDBPyConnection, gate: Gate, sendings: Sequence[Sending]) -> list[Recorded]:
    """Record judged submissions, all or none; of each the number of its event, as `written` gives it, and the
    digest of its rows.
    """
    parts = rows.of(sendings)
    digests = rows.digests(con.cursor(), parts)

    def put(new: EventNumbers) -> None:
        missing = [(receipt, decision) for receipt, decision in sendings if receipt.entry in new]
        for table, given in parts if len(new) == len(sendings) else rows.of(missing):
            rows.insert(con, table, given)

    numbers = written(con, gate, [_event(receipt, decision) for receipt, decision in sendings], put)
    return [(numbers[receipt.entry], digests[receipt.no]) for receipt, _ in sendings]


def _event(receipt: Receipt, decision: Decision) -> Event:
    signed = decision.verdict.get("nth")
    nth = None if signed is None else int(str(signed))
    return Event(SENDING, receipt.entry, receipt.received_at, nth)


def record_acts(
    con: duckdb.DuckDBPyConnection, gate: Gate, acts: Sequence[JournalEntry], signed: EventNumbers
) -> EventNumbers:
    """Record what people did, each in the table of its kind, all or none, under the numbers that were signed,
    or the next; returns the numbers of their events.
    """

    def put(new: EventNumbers) -> None:
        for kind in acted_rows.ROWS:
            missing = [act for act in acts if act.kind == kind and act.seq in new]
            _insert(con, kind, [(new[act.seq], *acted_rows.row(act)) for act in missing])

    events = [Event(act.kind, act.seq, acted_rows.happened(act), signed.get(act.seq)) for act in acts]
    return written(con, gate, events, put)


def written(
    con: duckdb.DuckDBPyConnection, gate: Gate, events: Sequence[Event], put: Callable[[EventNumbers], None]
) -> EventNumbers:
    """Write events with their rows in one transaction, or nothing; `put` is handed the numbers of those that
    did not stand yet.

    Returns the numbers of all: the one signed, else the next, which is taken under the write lock and so
    follows every other that can be seen; of an event that stands already (a retry after a lost answer) the
    one it has. A transaction that another server's came before is done again as a whole, a few times. Raises
    what the gate calls an error of DuckDB.
    """
    for left in reversed(range(TRIES)):
        try:
            with gate.held(), _transaction(con):
                numbers = _once(con, events, put)
        except duckdb.Error as why:
            if not (left and gate.is_conflict(why)):
                raise gate.named(why) from why
            continue
        gate.tell(max(numbers.values(), default=0))
        return numbers
    raise AssertionError("the last try returns or raises")


def _once(
    con: duckdb.DuckDBPyConnection, events: Sequence[Event], put: Callable[[EventNumbers], None]
) -> EventNumbers:
    stand = standing(con, [event.seq for event in events])
    missing = [event for event in events if event.seq not in stand]
    if not missing:
        return stand
    new = {e.seq: newest(con) + 1 + n if e.nth is None else e.nth for n, e in enumerate(missing)}
    _insert(con, "event", [(new[e.seq], e.seq, e.kind, rows.utc(e.happened_at)) for e in missing])
    put(new)
    return {**stand, **new}


def _insert(con: duckdb.DuckDBPyConnection, table: str, values: Sequence[Values]) -> None:
    """Append a few rows to a table, in the order of its columns."""
    if values:
        one = f"({', '.join('?' * len(values[0]))})"
        given = [value for row in values for value in row]
        con.execute(f"INSERT INTO warehouse.{table} VALUES {', '.join([one] * len(values))}", given)


def standing(con: duckdb.DuckDBPyConnection, seqs: Sequence[int]) -> EventNumbers:
    """The numbers of those of some events that were recorded, by their entries in the journal."""
    asked = f"SELECT seq, nth FROM warehouse.event WHERE seq IN ({', '.join('?' * len(seqs))})"
    return dict(con.execute(asked, list(seqs)).fetchall())


def numbered(con: duckdb.DuckDBPyConnection) -> set[int]:
    """The entries in the journal of all events that were recorded."""
    return {seq for (seq,) in con.execute("SELECT seq FROM warehouse.event").fetchall()}


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
