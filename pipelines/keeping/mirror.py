"""What every question asks of a lake, kept in memory: which sendings there are, and what they answer.

The catalog is asked several times for each table that a question names. These tables are small, and rows are
only ever added: what has come since is added here before the number of its event is told to any reader.
"""

import threading

import duckdb

from schemas.returns import RETURNS, key_of

A_SENDING, OF_ACT = "EXISTS (FROM fresh WHERE kind = 'sending')", "nth IN (SELECT nth FROM fresh)"
OF_SENDING = "submission IN (SELECT id FROM submission WHERE entry IN (SELECT seq FROM fresh))"
# In this order: each with its rows that stand for events not here yet, and whether there can be any:
# that is asked of what is in memory, and most often it spares asking the catalog.
FRESH = {
    "submission": ("entry IN (SELECT seq FROM fresh WHERE kind = 'sending')", A_SENDING),
    "sheet_answer": (OF_SENDING, A_SENDING),
    **{  # registers, asked by whoever counts duties
        code: (OF_SENDING, f"EXISTS (FROM sheet_answer WHERE return_ = '{code}' AND {OF_SENDING})")
        for code in RETURNS
        if key_of(code)
    },
    "placed": (OF_ACT, "EXISTS (FROM fresh WHERE kind = 'placed')"),
    "act": (OF_ACT, "EXISTS (FROM fresh WHERE kind = 'act')"),
    "event": (OF_ACT, "EXISTS (FROM fresh)"),
}


class Mirror:
    """The copies beside one open warehouse; whoever opens it makes them before any view is made."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con, self._turn = con, threading.Lock()
        copies = [f'CREATE TABLE "{name}" AS FROM warehouse."{name}"' for name in FRESH]
        con.execute(";\n".join(["BEGIN", *copies, "COMMIT"]))  # the catalog is read once for all

    def follow(self) -> None:
        """Add what has come since, all of an event or nothing."""
        with self._turn, self._con.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(
                "CREATE TEMP TABLE fresh AS FROM warehouse.event WHERE nth NOT IN (SELECT nth FROM event)"
            )
            for name, (rows, can_be) in FRESH.items():
                if cursor.execute(f"SELECT {can_be}").fetchone() == (True,):
                    cursor.execute(f'INSERT INTO "{name}" FROM warehouse."{name}" WHERE {rows}')
            cursor.execute("DROP TABLE fresh")
            cursor.execute("COMMIT")
