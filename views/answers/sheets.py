"""The sheets of a sending, by their titles."""

import duckdb

from views import Scope


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope, submission: str) -> list[str]:
    """The sheets that a sending answers with rows, in their order; none of what is not reached."""
    asked = """
        SELECT a.sheet FROM sheet_answer a JOIN came(?) s ON s.id = a.submission
        WHERE a.submission = ? AND a.answer = 'rows' AND is_reached(s.unit, NULL, ?)
        ORDER BY a.position"""
    rows = con.execute(asked, [scope.as_of, submission, scope.reached]).fetchall()
    return [sheet for (sheet,) in rows]
