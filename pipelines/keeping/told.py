"""What rows tell, asked only of the returns that any sending filled in.

Of a lake an empty table costs more to ask than one with rows, and most are empty for weeks.
"""

import duckdb

from schemas.acts.numbering import ELSEWHERE
from schemas.columns import CODE
from schemas.returns import RETURNS, lists_entities

LISTING = [code for code in RETURNS if lists_entities(code) and code not in ELSEWHERE]


def with_rows(con: duckdb.DuckDBPyConnection) -> set[str]:
    """The returns of which any sheet that came had rows."""
    asked = "SELECT DISTINCT return_ FROM sheet_answer WHERE row_count > 0"
    return {code for (code,) in con.execute(asked).fetchall()}


def numbers(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Every number that a row tells of an institution."""
    if not (rows := _rows(con)):
        return []
    asked = f"SELECT DISTINCT entity_code FROM ({rows}) WHERE regexp_full_match(entity_code, ?)"  # noqa: S608  our own names
    return [code for (code,) in con.execute(asked, [CODE]).fetchall()]


def without_number(con: duckdb.DuckDBPyConnection, no: str) -> list[tuple[int, str]]:
    """The records of which a sending tells, of which no row ever told a number, with the code of their field:
    in the order of its sheets and rows.
    """
    if not (rows := _rows(con)):
        return []
    asked = f"""
WITH told AS ({rows}),
bare AS (
    SELECT t.entity, any_value(t.field_code) AS field_code, min((a.position, t.sheet_row)) AS place
    FROM told t
    JOIN sheet_answer a ON a.submission = t.submission AND a.sheet = t.sheet
    WHERE t.submission = ? AND t.entity_code IS NULL
    GROUP BY t.entity
)
SELECT entity, field_code
FROM bare
WHERE NOT EXISTS (SELECT 1 FROM told t WHERE t.entity = bare.entity AND t.entity_code IS NOT NULL)
ORDER BY place"""  # noqa: S608  likewise
    return con.execute(asked, [no]).fetchall()


def _rows(con: duckdb.DuckDBPyConnection) -> str:
    """The query of all rows that may tell a number; '' while there are none."""
    there = with_rows(con)
    return "\nUNION ALL\n".join(
        f'SELECT submission, sheet, sheet_row, entity, entity_code, field_code FROM "{code}"'  # noqa: S608  likewise
        for code in LISTING
        if code in there
    )
