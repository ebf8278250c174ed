"""The ledger of a day, worked out once for each state of the data and kept in memory beside the warehouse.

Whoever filters asks the same ledger again and again: of a million institutions in a tenth of the time.
"""

import datetime as dt
import threading

import duckdb

MOST = 3  # ledgers kept at once, each of a million institutions half a gigabyte; the oldest goes
WORKING = threading.Lock()


def ledger(con: duckdb.DuckDBPyConnection, as_of: dt.date) -> str:
    """The table that holds `ledger(as_of)`, as far as this reader has been shown."""
    with WORKING:
        con.execute("ATTACH IF NOT EXISTS ':memory:' AS worked")
        wanted = f"{as_of} {_last(con, as_of)}"
        tables = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'worked' ORDER BY table_oid"
        held = [name for (name,) in con.execute(tables).fetchall()]
        if wanted not in held:
            con.execute(f"CREATE TABLE worked.\"{wanted}\" AS FROM ledger(DATE '{as_of}')")
            for old in held[: max(len(held) + 1 - MOST, 0)]:
                con.execute(f'DROP TABLE worked."{old}"')
    return f'worked."{wanted}"'


def _last(con: duckdb.DuckDBPyConnection, as_of: dt.date) -> int:
    """The last event of what was accepted by then: what came later, or was refused, changes nothing."""
    row = con.execute(
        "SELECT coalesce(max(nth), 0) FROM came(?) WHERE verdict = 'acceptable'", [as_of]
    ).fetchone()
    return int(row[0]) if row else 0
