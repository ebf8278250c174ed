"""What is heavy of a day, its ledger and its months of 双降, worked out once for each state of the data.

It is kept in memory beside the warehouse.

Whoever filters asks the same ledger again and again: of a million institutions in a tenth of the time. What
is kept is everybody's and never leaves this module whole: it is handed out as far as it is reached.
"""

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import uuid4

import duckdb

from schemas.returns import RETURNS, lists_entities
from views import Scope

BOUND = 2**30  # bytes of ledgers kept at once, over those that are being asked
ROW = 512  # bytes that an institution takes at least, whatever else is let go while it is measured
TELLERS = [code for code in RETURNS if lists_entities(code)]
TOLD = " UNION ALL ".join(
    f"SELECT submission, territory_code, field_code, entity, entity_code, {1 << n}::UINTEGER AS teller "
    f'FROM "{code}"'
    for n, code in enumerate(TELLERS)
)


class Worked(NamedTuple):
    """Something worked out of a day, and which of its columns say whose a row is."""

    name: str
    question: str  # `{day}`: the day; `{rows}`: the rows of what it is made of
    territory: str
    field: str
    made_of: "Worked | None" = None


LEDGER = Worked("ledger", "FROM ledger({day})", "territory_code", "field_code")
DESCENT = Worked("descent", "FROM descent({day}, NULL)", "territory", "field")
LIKELY = Worked("likely", "FROM likely({day})", "territory_code", "field_code")
TELLINGS = Worked(  # under which key and code ever, by which returns: a bit for each of TELLERS
    "tellings",
    f"""
        SELECT territory_code, field_code, entity, entity_code, bit_or(teller) AS tellers
        FROM ({TOLD})
        WHERE submission IN (SELECT id FROM came({{day}}) WHERE verdict = 'acceptable')
        GROUP BY ALL""",
    "territory_code",
    "field_code",
)
LOOKING, WORKING = threading.Lock(), threading.Lock()  # what is kept is looked at while one is worked out


MEMORY = "SELECT coalesce(sum(memory_usage_bytes), 0) FROM duckdb_memory() WHERE tag = 'IN_MEMORY_TABLE'"


@dataclass
class Kept:
    """A ledger that is kept, or about to be; `readers` are asking it now."""

    size: int | None = None  # bytes; None until it has been worked out
    readers: int = 0


_kept: dict[str, OrderedDict[str, Kept]] = {}  # by open database; in each, what was asked last stands last


def once(rows: str, *within: str) -> str:
    """Rows of a ledger, each institution once within each of `within`: as its first record says."""
    parts = ", ".join((*within, "firm"))
    return f"""
        FROM {rows} WHERE firm IS NULL
        UNION ALL
        FROM {rows} WHERE firm IS NOT NULL
        QUALIFY row_number() OVER (PARTITION BY {parts} ORDER BY firm_place) = 1"""


@contextmanager
def reached(
    con: duckdb.DuckDBPyConnection, scope: Scope, what: Worked = LEDGER
) -> Iterator[tuple[str, list[Any]]]:
    """The rows of a day that may be seen, as a table to ask, and the values for its places.

    It goes as far as this reader has been shown, and stands as long as this lasts.
    """
    with _held(con, scope.as_of, what) as table:
        yield f"(FROM {table} WHERE is_reached({what.territory}, {what.field}, ?))", [scope.reached]


def tellings(
    con: duckdb.DuckDBPyConnection, scope: Scope, column: str, values: Sequence[Any]
) -> list[tuple[int, str | None, list[str]]]:
    """Key, code and the returns that told of it by `scope.as_of`, of some values of `column`.

    The column is `entity` or `entity_code`. It is the same whoever looks: all keys of a firm are to be known
    before its rows are asked as far as they are reached.
    """
    with _held(con, scope.as_of, TELLINGS) as table:
        asked = f"SELECT entity, entity_code, tellers FROM {table} WHERE {column} IN (SELECT unnest(?))"
        rows = con.execute(asked, [values]).fetchall()
    return [
        (key, code, [teller for n, teller in enumerate(TELLERS) if tellers >> n & 1])
        for key, code, tellers in rows
    ]


@contextmanager
def _held(con: duckdb.DuckDBPyConnection, as_of: dt.date, what: Worked) -> Iterator[str]:
    """The table that holds what is worked out of a day; while it is asked, it does not go."""
    name, ledgers = f"{as_of} {_last(con, as_of)} {what.name}", _of_database(con)
    with LOOKING:
        kept = ledgers.setdefault(name, Kept())
        ledgers.move_to_end(name)
        kept.readers += 1
    try:
        if kept.size is None:
            made_of = _held(con, as_of, what.made_of) if what.made_of else nullcontext("")
            with made_of as rows, WORKING:
                if kept.size is None:  # nobody else has meanwhile
                    asked = what.question.format(day=f"DATE '{as_of}'", rows=rows)
                    kept.size = _work_out(con, name, asked)
        yield f'worked."{name}"'
    finally:
        with LOOKING:
            kept.readers -= 1
            _let_go(con, ledgers)


def _of_database(con: duckdb.DuckDBPyConnection) -> OrderedDict[str, Kept]:
    """What is kept beside this database, the least recently asked first."""
    with LOOKING:
        con.execute("ATTACH IF NOT EXISTS ':memory:' AS worked")
        con.execute(f"CREATE TABLE IF NOT EXISTS worked.known AS SELECT '{uuid4()}' AS database")
        (database,) = con.execute("FROM worked.known").fetchone() or ("",)
        return _kept.setdefault(database, OrderedDict())


def _work_out(con: duckdb.DuckDBPyConnection, name: str, asked: str) -> int:
    """Put what is asked of a day into its table; returns how many bytes of memory it takes."""
    before = _number(con, MEMORY)
    con.execute(f'CREATE TABLE worked."{name}" AS {asked}')
    return max(_number(con, MEMORY) - before, ROW * _number(con, f'SELECT count(*) FROM worked."{name}"'))


def _number(con: duckdb.DuckDBPyConnection, question: str, *given: Any) -> int:
    row = con.execute(question, list(given)).fetchone()
    return int(row[0]) if row else 0


def _let_go(con: duckdb.DuckDBPyConnection, ledgers: OrderedDict[str, Kept]) -> None:
    """Drop what was not asked for longest and is not asked now, until the rest is within the bound."""
    sizes = sum(each.size or 0 for each in ledgers.values())
    for name, each in list(ledgers.items())[:-1]:
        if sizes <= BOUND:
            return
        if not each.readers:
            con.execute(f'DROP TABLE IF EXISTS worked."{name}"')
            sizes -= ledgers.pop(name).size or 0


def _last(con: duckdb.DuckDBPyConnection, as_of: dt.date) -> int:
    """The last event of what was accepted by then, or of what people did: what came later, or was refused,
    changes nothing.
    """
    asked = """
        SELECT greatest(coalesce(max(nth), 0), (
            SELECT coalesce(max(nth), 0) FROM event
            WHERE kind <> 'sending' AND is_shown(nth)))
        FROM came(?) WHERE verdict = 'acceptable'"""
    return _number(con, asked, as_of)
