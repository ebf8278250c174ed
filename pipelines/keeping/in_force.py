"""What is in force as of a day, as macros made with the tables: views build on them, judging may use them.

`in_force.sql` and `rows_in_force.sql` hold them; what the declarations say (the offset of the clock, the
settled answers, the registers) is made from the declarations here.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandera.pandas as pa

from schemas.characters import KEY_SIGNS
from schemas.clock import AHEAD
from schemas.cover import SETTLED
from schemas.kinds import day_columns
from schemas.returns import RETURNS, key_of, lists_entities
from schemas.rules import answered_by_gap

HERE = Path(__file__).parent


def install(con: duckdb.DuckDBPyConnection) -> None:
    """Make the macros in an open warehouse, each after those that it asks: a macro binds when it is made."""
    for statement in statements():
        con.execute(statement)


def statements() -> tuple[str, ...]:
    """The SQL that makes the macros, in an order in which each finds those it asks."""
    rows = (keyed_row(), register_row(), _written("rows_in_force"), institution())
    return (declared(), _written("in_force"), *rows)


def _written(name: str) -> str:
    return (HERE / f"{name}.sql").read_text(encoding="utf-8")


def declared() -> str:
    """The macros `ahead()`, the clock's offset, `is_settled(code)`, whether an answer settles a sheet, and
    `is_of_gap(rule)`, whether its breach is answered for as 缺行, `key_form(text)`, a key as compared.
    """
    settled, of_gap = (", ".join(f"'{code}'" for code in codes) for codes in (SETTLED, answered_by_gap()))
    key = "upper(written)"
    for pattern, stays in KEY_SIGNS:
        key = f"regexp_replace({key}, '{pattern}', '{stays}', 'g')"
    return (
        f"CREATE OR REPLACE MACRO ahead() AS INTERVAL {AHEAD.seconds} SECOND;\n"
        f"CREATE OR REPLACE MACRO is_settled(sheet_answer_code) AS sheet_answer_code IN ({settled});\n"
        f"CREATE OR REPLACE MACRO is_of_gap(rule_code) AS rule_code IN ({of_gap});\n"
        f"CREATE OR REPLACE MACRO key_form(written) AS {key};"
    )


def keyed_row() -> str:
    """The statement that makes the table macro `keyed_row()`: every row of every return, with what tells it
    apart from sending to sending: its institution, the key of its register, else its place.

    Columns: submission, sheet, sheet_row, return_, row_key, entity.
    """
    rows = "\nUNION ALL\n".join(_keyed(code) for code in RETURNS)
    return f"CREATE OR REPLACE MACRO keyed_row() AS TABLE\n{rows}"


def register_row() -> str:
    """The statement that makes the table macro `register_row()`: the rows of every return with a key.

    An entry has a row of `dated_by` '', and one for each of its day columns, by which a matter may place it.
    Columns: submission, return_, entry_key, dated_by, entry_day.
    """
    entries = "\nUNION ALL\n".join(
        entry for code, schema in RETURNS.items() if key_of(code) for entry in _entries(code, schema)
    )
    return f"CREATE OR REPLACE MACRO register_row() AS TABLE\n{entries}"


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
