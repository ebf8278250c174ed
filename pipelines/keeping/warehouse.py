"""What the archive means, in DuckDB: rows of what was received, in the tables of `ddl.py`.

It can be deleted and rebuilt at any time. Append-only; no keys, no sequences, no UPDATE: the same statements
run in a file and on a lake (`docs/decisions/`). Uniqueness lives in `written`, under one lock.
"""

import datetime as dt
import errno
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow

from pipelines.judging.judgement import Judgement, SheetAnswer
from pipelines.keeping import ddl
from pipelines.keeping.gate import Gate
from pipelines.keeping.journal import JournalEntry
from pipelines.keeping.receipt import Receipt
from schemas.problems import MUST, Problem
from schemas.returns import RETURNS, lists_entities

SENDING, PLACED = "sending", "placed"  # the kinds of an event
TRIES = 5  # of a transaction that another server's came before
MACHINE = {  # what DuckDB says of the machine, not of its file
    "no space": errno.ENOSPC,
    "disk full": errno.ENOSPC,
    "quota": errno.ENOSPC,
    "too large": errno.EFBIG,
    "permission denied": errno.EACCES,
    "read-only": errno.EROFS,
    "could not write": errno.EIO,
}
HELD = re.compile(r"could not set lock|conflicting lock|being used by another", re.IGNORECASE)
# One institution, one key, whichever return speaks of it: its field, territory and name without spaces; and
# the codes of both, since short words are grouped several times faster than titles.
KEYED = r"""
SELECT r.*,
       md5_number_lower(
           concat_ws('|', r.field, r.territory, regexp_replace(r.entity_name, '\s', '', 'g'))
       ) AS entity,
       u.unit AS territory_code, f.field AS field_code
FROM {rows} r
LEFT JOIN unit u ON u.title = r.territory
LEFT JOIN field f ON f.title = r.field"""


@dataclass(frozen=True)
class AcceptedSheet:
    """The accepted rows of one sheet, and in which of its columns each value stands."""

    frame: pd.DataFrame  # indexed by the rows of Excel
    letters: Mapping[str, str]  # column of the return → column of Excel


@dataclass(frozen=True)
class Decision:
    """What was decided on a sending, as it is recorded."""

    verdict: Mapping[str, object]  # unit, obligation, verdict, reason; `nth` where it is signed
    answers: Sequence[SheetAnswer]
    problems: Sequence[Problem]
    rows: Mapping[int, AcceptedSheet] = field(default_factory=dict)  # by the position of their answer


@dataclass(frozen=True)
class Event:
    """Something to be recorded; `nth` where its number is signed already."""

    kind: str
    seq: int
    happened_at: dt.datetime  # aware
    nth: int | None


def rows_of(judgement: Judgement, answers: Sequence[SheetAnswer]) -> Mapping[int, AcceptedSheet]:
    """Rows by the position of their sheet among `answers`, which may have been signed under other rules."""
    by_sheet = {
        judgement.answers[n].sheet: AcceptedSheet(frame, judgement.letters[n])
        for n, frame in judgement.frames.items()
    }
    return {n: by_sheet[a.sheet] for n, a in enumerate(answers) if a.answer == "rows" and a.sheet in by_sheet}


class Busy(Exception):
    """Another process holds the warehouse."""


def memory() -> duckdb.DuckDBPyConnection:
    """An empty database in memory, to which a warehouse is attached; it fetches nothing by itself."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    return duckdb.connect(":memory:", config=config)


def connect(path: Path | str) -> duckdb.DuckDBPyConnection:
    """Open or make the warehouse of a file; raises Busy while another process has it."""
    con = memory()
    try:
        con.execute(f"ATTACH {quoted(path)} AS warehouse")
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
    """What DuckDB tells of the machine (a full disk, no right to write), as the OSError that it is."""
    said = str(why).lower() if isinstance(why, duckdb.Error) else ""
    number = next((number for words, number in MACHINE.items() if words in said), None)
    return OSError(number, said.splitlines()[0]) if number else None


def remembered(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The SHA-256 of every submission that a warehouse holds, by receipt number."""
    if "submission" not in ddl.tables(con):
        return {}
    return dict(con.execute("SELECT id, sha256 FROM warehouse.submission").fetchall())


def record(con: duckdb.DuckDBPyConnection, gate: Gate, receipt: Receipt, decision: Decision) -> int:
    """Record a judged submission; returns the number of its event, as `written` does."""
    verdict, answers = decision.verdict, decision.answers
    nth = None if verdict.get("nth") is None else int(str(verdict["nth"]))

    def rows(_: int) -> None:
        row = _submission_row(receipt, verdict, decision.problems)
        con.execute(f"INSERT INTO warehouse.submission VALUES ({', '.join('?' * len(row))})", row)
        _insert(con, "sheet_answer", [_answer_row(receipt.no, n, a) for n, a in enumerate(answers)])
        _insert(con, "problem", [_problem_row(receipt.no, p) for p in decision.problems])
        for position, accepted in decision.rows.items():
            _insert_sheet(con, receipt.no, answers[position], accepted)

    return written(con, gate, Event(SENDING, receipt.entry, receipt.received_at, nth), rows)


def record_placed(con: duckdb.DuckDBPyConnection, gate: Gate, act: JournalEntry, nth: int | None) -> int:
    """Record that a sending was placed at another time; returns the number of its event."""
    facts, happened = act.facts, dt.datetime.fromisoformat(act.written_at)
    came = _utc(dt.datetime.fromisoformat(facts["received_at"]))

    def rows(nth: int) -> None:
        row = [facts["no"], nth, came, facts["reason"]]
        con.execute("INSERT INTO warehouse.placed VALUES (?, ?, ?, ?)", row)

    return written(con, gate, Event(PLACED, act.seq, happened, nth), rows)


def written(con: duckdb.DuckDBPyConnection, gate: Gate, event: Event, rows: Callable[[int], None]) -> int:
    """Write an event with its rows in one transaction, or nothing; `rows` is handed its number.

    Returns the number: the one signed, else the next, which is taken under the write lock and so follows
    every other that can be seen; of an event that stands already (a retry after a lost answer) the one it
    has. A transaction that another server's came before is done again as a whole, a few times. Raises
    what the gate calls an error of DuckDB.
    """
    for left in reversed(range(TRIES)):
        try:
            with gate.held(), _transaction(con):
                nth = _once(con, event, rows)
        except duckdb.Error as why:
            if not (left and gate.is_conflict(why)):
                raise gate.named(why) from why
            continue
        gate.tell(nth)
        return nth
    raise AssertionError("the last try returns or raises")


def _once(con: duckdb.DuckDBPyConnection, event: Event, rows: Callable[[int], None]) -> int:
    asked = "SELECT nth FROM warehouse.event WHERE kind = ? AND seq = ?"
    if earlier := con.execute(asked, [event.kind, event.seq]).fetchone():
        return int(earlier[0])
    nth = newest(con) + 1 if event.nth is None else event.nth
    row = [nth, event.seq, event.kind, _utc(event.happened_at)]
    con.execute("INSERT INTO warehouse.event VALUES (?, ?, ?, ?)", row)
    rows(nth)
    return nth


def newest(con: duckdb.DuckDBPyConnection) -> int:
    """The number of the last event; 0 before the first."""
    row = con.execute("SELECT coalesce(max(nth), 0) FROM warehouse.event").fetchone()
    return int(row[0]) if row else 0


def _utc(moment: dt.datetime) -> dt.datetime:
    """A moment as tables hold it."""
    return moment.astimezone(dt.UTC).replace(tzinfo=None)


def _submission_row(
    receipt: Receipt, verdict: Mapping[str, object], problems: Sequence[Problem]
) -> list[object]:
    musts = sum(p.level == MUST for p in problems)
    return [
        *(receipt.no, verdict["unit"], verdict["obligation"]),
        *(receipt.sha256, receipt.filename, receipt.sent_by),
        _utc(receipt.received_at),
        *(verdict["verdict"], verdict["reason"]),
        *(musts, len(problems) - musts, receipt.entry, receipt.reason is not None),
        *(_utc(receipt.stamped_at), receipt.reason),
    ]


def _answer_row(no: str, position: int, answer: SheetAnswer) -> dict[str, object]:
    return {
        "submission": no,
        "position": position,
        "return_": answer.return_,
        "field": answer.field,
        "sheet": answer.sheet,
        "answer": answer.answer,
        "row_count": answer.rows,
        "checked": answer.checked,
    }


def _problem_row(no: str, problem: Problem) -> dict[str, object]:
    facts = asdict(problem)
    return {"submission": no, "column_name": facts.pop("column"), **facts}


def _insert_sheet(
    con: duckdb.DuckDBPyConnection, no: str, answer: SheetAnswer, accepted: AcceptedSheet
) -> None:
    frame, place = accepted.frame, {"submission": no, "sheet": answer.sheet}
    _insert(con, answer.return_, frame.assign(**place, sheet_row=frame.index))
    headings = [{**place, "column_name": name, "letters": at} for name, at in accepted.letters.items()]
    _insert(con, "heading", headings)


def _insert(
    con: duckdb.DuckDBPyConnection, table: str, rows: pd.DataFrame | Sequence[Mapping[str, object]]
) -> None:
    """Append rows by their columns' names; of a return that lists institutions with the keys of `KEYED`."""
    frame = pd.DataFrame(rows)
    if frame.empty:
        return
    rows_in = pyarrow.Table.from_pandas(frame, preserve_index=False)
    con.register("rows_in", rows_in)
    keyed = table in RETURNS and lists_entities(table)
    source = KEYED.format(rows="rows_in") if keyed else "SELECT * FROM rows_in"
    con.execute(f'INSERT INTO warehouse."{table}" BY NAME {source}')
    con.unregister("rows_in")


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
