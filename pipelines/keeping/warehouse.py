"""What the archive means, in DuckDB: tables made from the schemas, rows of what was received.

It can be deleted and rebuilt at any time. Append-only; no keys, no sequences, no UPDATE: the same statements
run on a lake of files (`docs/decisions/`). Uniqueness lives in `record`, under one lock.
"""

import datetime as dt
import errno
import hashlib
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb
import pandas as pd
import pandera.pandas as pa
import pyarrow

from pipelines.judging.judgement import SheetAnswer
from pipelines.keeping import in_force
from pipelines.keeping.archive import Receipt
from pipelines.keeping.journal import JournalEntry
from schemas.columns import may_be_unknown
from schemas.plan import PLAN, frames
from schemas.problems import MUST, Problem
from schemas.returns import RETURNS, lists_entities

TYPES = {"money": "DECIMAL(18,4)", "number": "DOUBLE", "whole": "BIGINT", "day": "DATE"}
TABLES = {
    "submission": "id VARCHAR NOT NULL, unit VARCHAR, obligation VARCHAR, sha256 VARCHAR, filename VARCHAR, "
    "sent_by VARCHAR, received_at TIMESTAMP, verdict VARCHAR, reason VARCHAR, musts BIGINT, verifies BIGINT, "
    "entry BIGINT, is_placed BOOLEAN",
    "sheet_answer": "submission VARCHAR NOT NULL, position BIGINT, return_ VARCHAR, field VARCHAR, "
    "sheet VARCHAR, answer VARCHAR, row_count BIGINT, checked BIGINT",
    "problem": "submission VARCHAR NOT NULL, level VARCHAR, rule VARCHAR, return_ VARCHAR, sheet VARCHAR, "
    "cell VARCHAR, row BIGINT, column_name VARCHAR, title VARCHAR, value VARCHAR, message VARCHAR, "
    "remedy VARCHAR",
    "heading": "submission VARCHAR NOT NULL, sheet VARCHAR, column_name VARCHAR, letters VARCHAR",
    # everything recorded, in the order in which it could be seen: `seq` is its entry in the journal
    "event": "nth BIGINT NOT NULL, seq BIGINT NOT NULL, kind VARCHAR, happened_at TIMESTAMP",
    # sendings that were placed at another time later, by hand
    "placed": "submission VARCHAR NOT NULL, nth BIGINT NOT NULL, received_at TIMESTAMP, reason VARCHAR",
    "made_of": "fingerprint VARCHAR",
}
# Before the declared columns: in every return where a row stands, in those that list institutions their keys.
PLACE = ("submission VARCHAR NOT NULL", "sheet VARCHAR NOT NULL", "sheet_row BIGINT NOT NULL")
KEYS = ("entity UBIGINT", "territory_code VARCHAR", "field_code VARCHAR")
SENDING, PLACED = "sending", "placed"  # the kinds of an event
WRITING = threading.Lock()
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


class Busy(Exception):
    """Another process holds the warehouse."""


def connect(path: Path | str) -> duckdb.DuckDBPyConnection:
    """Open or make the warehouse; raises Busy while another process has it."""
    try:
        return duckdb.connect(str(path), config={"autoinstall_known_extensions": False})
    except duckdb.IOException as why:
        if HELD.search(str(why)):
            raise Busy(str(path)) from why
        raise of_machine(why) or why from why


def of_machine(why: Exception) -> OSError | None:
    """What DuckDB tells of the machine (a full disk, no right to write), as the OSError that it is."""
    said = str(why).lower() if isinstance(why, duckdb.Error) else ""
    number = next((number for words, number in MACHINE.items() if words in said), None)
    return OSError(number, said.splitlines()[0]) if number else None


def remembered(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The SHA-256 of every submission that a warehouse holds, by receipt number."""
    if not con.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'submission'").fetchall():
        return {}
    return dict(con.execute("SELECT id, sha256 FROM submission").fetchall())


def fingerprint() -> str:
    """The SHA-256 of what the tables are made of today: their columns, and the plan."""
    plan = {name: rows.to_csv() for name, rows in frames(PLAN).items()}
    return hashlib.sha256(repr([sorted(plan.items()), ddl()]).encode()).hexdigest()


def is_current(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether the warehouse was made of today's schemas and plan."""
    made = con.execute(
        "SELECT count(*) FROM information_schema.tables WHERE table_name = 'made_of'"
    ).fetchone()
    if not made or not made[0]:
        return False
    return con.execute("SELECT fingerprint FROM made_of").fetchall() == [(fingerprint(),)]


def create(con: duckdb.DuckDBPyConnection) -> None:
    """Make every table in an empty database, and fill in the plan."""
    with _transaction(con):
        for statement in ddl():
            con.execute(statement)
        for name, rows in frames(PLAN).items():
            plan_rows = pyarrow.Table.from_pandas(rows, preserve_index=False)
            con.register("plan_rows", plan_rows)
            con.execute(f'CREATE TABLE "{name}" AS SELECT * FROM plan_rows')
            con.unregister("plan_rows")
        con.execute("INSERT INTO made_of VALUES (?)", [fingerprint()])
        in_force.install(con)


def ddl() -> list[str]:
    """The statements that make the tables; those of the returns derive from their declarations."""
    fixed = [f"CREATE TABLE {name} ({columns})" for name, columns in TABLES.items()]
    return [*fixed, *(_ddl_of(schema) for schema in RETURNS.values())]


def _ddl_of(schema: pa.DataFrameSchema) -> str:
    columns = [f'"{name}" {sql_type(column)}' for name, column in schema.columns.items()]
    keys = KEYS if lists_entities(str(schema.name)) else ()
    states = ["unknown VARCHAR"] if may_be_unknown(schema) else []  # names of columns that say 未掌握
    return f'CREATE TABLE "{schema.name}" ({", ".join([*PLACE, *keys, *columns, *states])})'


def sql_type(column: pa.Column) -> str:
    """The type of a return's column in its table, by its kind."""
    return TYPES.get((column.metadata or {})["kind"], "VARCHAR")


def record(
    con: duckdb.DuckDBPyConnection,
    receipt: Receipt,
    verdict: Mapping[str, object],
    answers: Sequence[SheetAnswer],
    problems: Sequence[Problem],
    rows: Mapping[int, AcceptedSheet],
) -> int:
    """Record a judged submission in one transaction, or nothing; `rows` by the position of their answer.

    Returns the number of the event: the one signed with the verdict, else the next, which is taken under the
    write lock and so follows every other that can be seen; of a submission that stands already (a retry
    after a lost answer) the one it has.
    """
    with WRITING, _transaction(con):
        recorded = con.execute("SELECT nth FROM event WHERE kind = ? AND seq = ?", [SENDING, receipt.entry])
        if earlier := recorded.fetchone():
            return int(earlier[0])
        nth = _next(con) if verdict.get("nth") is None else int(str(verdict["nth"]))
        con.execute(
            "INSERT INTO event VALUES (?, ?, ?, ?)", [nth, receipt.entry, SENDING, _utc(receipt.received_at)]
        )
        submission = _submission_row(receipt, verdict, problems)
        con.execute("INSERT INTO submission VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", submission)
        _insert(con, "sheet_answer", [_answer_row(receipt.no, n, a) for n, a in enumerate(answers)])
        _insert(con, "problem", [_problem_row(receipt.no, p) for p in problems])
        for position, accepted in rows.items():
            _insert_sheet(con, receipt.no, answers[position], accepted)
    return nth


def _next(con: duckdb.DuckDBPyConnection) -> int:
    """The number of the next event; the write lock is held."""
    row = con.execute("SELECT coalesce(max(nth), 0) + 1 FROM event").fetchone()
    return int(row[0]) if row else 1


def record_placed(
    con: duckdb.DuckDBPyConnection, entry: JournalEntry, no: str, came: dt.datetime, nth: int | None
) -> int:
    """Record that a sending was placed at another time; returns the number of the event, as `record` does."""
    with WRITING, _transaction(con):
        recorded = con.execute("SELECT nth FROM event WHERE kind = ? AND seq = ?", [PLACED, entry.seq])
        if earlier := recorded.fetchone():
            return int(earlier[0])
        nth = _next(con) if nth is None else nth
        happened = _utc(dt.datetime.fromisoformat(entry.written_at))
        con.execute("INSERT INTO event VALUES (?, ?, ?, ?)", [nth, entry.seq, PLACED, happened])
        con.execute("INSERT INTO placed VALUES (?, ?, ?, ?)", [no, nth, _utc(came), entry.facts["reason"]])
    return nth


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
    con.execute(f'INSERT INTO "{table}" BY NAME {source}')
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
