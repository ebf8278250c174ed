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
from schemas.returns import RETURNS, key_of, lists_entities

SQL = Path(__file__).with_name("in_force.sql")


def install(con: duckdb.DuckDBPyConnection) -> None:
    """Make the macros in an open warehouse, each after those that it asks: a macro binds when it is made."""
    for statement in statements():
        con.execute(statement)


def statements() -> tuple[str, ...]:
    """The SQL that makes the macros, in an order in which each finds those it asks."""
    return (declared(), SQL.read_text(encoding="utf-8"), register(), to_explain(), institution())


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


def institution() -> str:
    """The statement that makes the table macro `institution(as_of)`: what every accepted return called each
    institution of which it told, and when.
    """
    names = "entity, entity_code, entity_name, field, territory, territory_code, field_code"
    told = "\nUNION ALL\n".join(
        f'SELECT submission, {names} FROM "{code}"' for code in RETURNS if lists_entities(code)
    )
    return f"""
CREATE OR REPLACE MACRO institution(as_of) AS TABLE
SELECT t.* EXCLUDE (submission), s.ranked_at, s.entry
FROM ({told}) t
JOIN came(as_of) s ON s.id = t.submission
WHERE s.verdict = 'acceptable'"""


def to_explain() -> str:
    """The statement that makes the table macro `cell_to_explain(as_of)`: each 核实 of what is in force.

    `subject` tells it apart whichever sending it stands in: the unit, the return, the institution or entry of
    its row, the column. Columns: subject, unit, obligation, submission, return_, sheet, cell, row,
    column_name, title, value, message, remedy, rule, entity.
    """
    rows = "\nUNION ALL\n".join(_keyed(code) for code in RETURNS)
    return f"""
CREATE OR REPLACE MACRO cell_to_explain(as_of) AS TABLE
WITH keyed AS (
{rows}
)
SELECT concat_ws('|', s.unit, p.return_, coalesce(k.row_key, p.sheet || '!' || p.cell), p.column_name)
           AS subject,
       s.unit, s.obligation, p.submission, p.return_, p.sheet, p.cell, p."row", p.column_name, p.title,
       p.value, p.message, p.remedy, p.rule, k.entity
FROM problem p
JOIN came(as_of) s ON s.id = p.submission
JOIN obligation o ON o.obligation = s.obligation
LEFT JOIN keyed k ON k.return_ = p.return_ AND k.submission = p.submission AND k.sheet = p.sheet
                 AND k.sheet_row = p."row"
WHERE p.level = 'verify' AND s.verdict = 'acceptable'
  AND (o.counts = 'row' OR p.submission IN (SELECT submission FROM current_answer(as_of)))
QUALIFY row_number() OVER (PARTITION BY subject ORDER BY s.ranked_at DESC, s.entry DESC, p.cell) = 1"""


def _keyed(code: str) -> str:
    """The rows of a return with what tells each apart from sending to sending."""
    key, entity = "sheet || '!' || sheet_row", "NULL::UBIGINT"
    if lists_entities(code):
        key, entity = "entity::VARCHAR", "entity"
    elif key_of(code):
        names = ", ".join(f'key_form("{name}"::VARCHAR)' for name in key_of(code))
        key = f"concat_ws(chr(31), {names})"
    return (
        f"SELECT submission, sheet, sheet_row, '{code}' AS return_, {key} AS row_key, {entity} AS entity "
        f'FROM "{code}"'
    )


def _entries(code: str, schema: pa.DataFrameSchema) -> Iterator[str]:
    key = ", ".join(f'key_form("{name}"::VARCHAR)' for name in key_of(code))
    entry = f"SELECT submission, '{code}' AS return_, concat_ws(chr(31), {key}) AS entry_key"
    yield f"{entry}, '' AS dated_by, NULL::DATE AS entry_day FROM \"{code}\""
    for name in day_columns(schema):
        yield f'{entry}, \'{name}\', "{name}" FROM "{code}"'
