"""The S-curve: how many duties were due and how many had been met, day by day."""

import duckdb
import pandas as pd
import pandera.pandas as pa

from views import Scope, query

ANSWER = pa.DataFrameSchema(
    {
        "day": pa.Column("datetime64[us]", title="日期"),
        "planned": pa.Column(int, title="应报（累计）"),
        "actual": pa.Column("Int64", nullable=True, title="已报（累计）"),
        "altogether": pa.Column(int, title="全部应报"),
    },
    coerce=True,
    strict=True,
)


def fetch(
    con: duckdb.DuckDBPyConnection, scope: Scope, territory: str | None = None, field: str | None = None
) -> pd.DataFrame:
    """One row for each day of the campaign; `actual` stops at the day looked at."""
    return query(con, ANSWER, "FROM pace(?, ?, ?, ?)", [territory, field, scope.as_of, scope.reached])
