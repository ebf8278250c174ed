"""The surveys of all fields as one: the columns they share, by their declarations; the base of the ledger."""

from schemas import survey
from schemas.returns import RETURNS, is_survey

PLACE = ("submission", "sheet", "sheet_row", "entity", "territory_code", "field_code")


def macro() -> str:
    """The statement that makes `surveyed(as_of)`: one row for each institution of the surveys that stand."""
    shared = ", ".join(f'r."{name}"' for name in (*PLACE, *survey.core(()), "unknown"))
    parts = (
        f"""
        SELECT {shared} FROM "{code}" r
        JOIN sheets_in_force(as_of) s ON s.submission = r.submission AND s.sheet = r.sheet
        WHERE s.return_ = '{code}' AND s.answer = 'rows'"""
        for code in RETURNS
        if is_survey(code)
    )
    return "CREATE OR REPLACE MACRO surveyed(as_of) AS TABLE" + " UNION ALL ".join(parts)
