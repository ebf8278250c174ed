"""A territory's score out of 100 (K25), and how much of it could be measured."""

import duckdb
import pandas as pd
import pandera.pandas as pa

from views import Scope, query

ANSWER = pa.DataFrameSchema(
    {
        "unit": pa.Column(str),
        "unit_title": pa.Column(str, title="县市（园区）"),
        "score": pa.Column(float, pa.Check.in_range(0, 100), title="综合得分"),
        "measured": pa.Column(int, title="可计权重"),
    },
    coerce=True,
    strict=True,
)


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """One row for each territory of which anything can be measured; none is ranked for want of a duty."""
    return query(con, ANSWER, "FROM score(?, ?)", [scope.phase, scope.as_of])
