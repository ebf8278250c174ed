"""What is in force as of a day, as macros made with the tables: views build on them, judging may use them.

`in_force.sql` holds them; what the declarations say (the offset of the clock, the settled answers, the
registers) is made from the declarations here.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandera.pandas as pa

from schemas.clock import AHEAD
from schemas.columns import day_columns
from schemas.cover import SETTLED
from schemas.returns import RETURNS, key_of

SQL = Path(__file__).with_name("in_force.sql")


def install(con: duckdb.DuckDBPyConnection) -> None:
    """Make the macros in an open warehouse, each after those that it asks: a macro binds when it is made."""
    for statement in statements():
        con.execute(statement)


def statements() -> tuple[str, ...]:
    """The SQL that makes the macros, in an order in which each finds those it asks."""
    return (declared(), SQL.read_text(encoding="utf-8"), register())


def declared() -> str:
    """The macros `ahead()`, the clock's offset, and `is_settled(code)`, whether an answer settles a sheet."""
    settled = ", ".join(f"'{code}'" for code in SETTLED)
    return (
        f"CREATE OR REPLACE MACRO ahead() AS INTERVAL {AHEAD.seconds} SECOND;\n"
        f"CREATE OR REPLACE MACRO is_settled(sheet_answer_code) AS sheet_answer_code IN ({settled});"
    )


def register() -> str:
    """The statement that makes the table macro `register(as_of)`, from every return that declares a key.

    It has a row for each entry ever accepted, told apart by its key, and one for each of its day columns,
    by which a matter may place it. Columns: unit, obligation, return_, entry_key, dated_by, entry_day,
    received_at, placed_words.
    """
    entries = "\nUNION ALL\n".join(
        entry for code, schema in RETURNS.items() if key_of(code) for entry in _entries(code, schema)
    )
    return f"""
CREATE OR REPLACE MACRO register(as_of) AS TABLE
WITH entry AS (
{entries}
)
SELECT s.unit, s.obligation, e.return_, e.entry_key, e.dated_by,
       arg_max(e.entry_day, (s.ranked_at, s.entry)) AS entry_day,
       min(s.received_at) AS received_at, arg_min(s.placed_words, (s.received_at, s.entry)) AS placed_words
FROM entry e
JOIN came(as_of) s ON s.id = e.submission
WHERE s.verdict = 'acceptable'
GROUP BY s.unit, s.obligation, e.return_, e.entry_key, e.dated_by"""


def _entries(code: str, schema: pa.DataFrameSchema) -> Iterator[str]:
    key = ", ".join(f'key_form("{name}"::VARCHAR)' for name in key_of(code))
    entry = f"SELECT submission, '{code}' AS return_, concat_ws(chr(31), {key}) AS entry_key"
    yield f"{entry}, '' AS dated_by, NULL::DATE AS entry_day FROM \"{code}\""
    for name in day_columns(schema):
        yield f'{entry}, \'{name}\', "{name}" FROM "{code}"'
