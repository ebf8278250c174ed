"""The survey's cells: which of the five answers each territory gave for each field."""

import duckdb
import pandas as pd
import pandera.pandas as pa

from schemas.cover import SHEET_ANSWERS
from schemas.said import TERRITORY
from views import TO_THE_MINUTE, Scope, query

ANSWER = pa.DataFrameSchema(
    {
        "obligation": pa.Column(str),
        "territory": pa.Column(str),
        "territory_title": pa.Column(str, title=TERRITORY),
        "field": pa.Column(str),
        "field_title": pa.Column(str, title="领域"),
        "due": pa.Column("datetime64[us]", title="截止日"),
        "answer": pa.Column(str, pa.Check.isin(list(SHEET_ANSWERS)), title="回答"),
        "found": pa.Column(int, title="排查表所填（家）"),
        "checked": pa.Column(int, title="检查户数（户）"),
        "submission": pa.Column(str, nullable=True, title="回执"),
        "arrived": pa.Column("datetime64[us]", nullable=True, title="到达", metadata=TO_THE_MINUTE),
    },
    coerce=True,
    strict=True,
)


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """One row for each territory and field of the survey."""
    return query(con, ANSWER, "FROM coverage(?, ?)", [scope.as_of, scope.reached])
