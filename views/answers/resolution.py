"""例会议定: what was settled at meetings, as it was told last."""

import duckdb
import pandas as pd
import pandera.pandas as pa

from views import Scope, query

ANSWER = pa.DataFrameSchema(
    {
        "subject": pa.Column(str),
        "position": pa.Column(int),
        "unit": pa.Column(str),
        "what": pa.Column(str, title="事项"),
        "meeting": pa.Column(str, title="哪次例会"),
        "next_step": pa.Column(str, title="下一步"),
        "by_when": pa.Column("datetime64[us]", title="何时前"),
        "opened_on": pa.Column("datetime64[us]", title="立项"),
    },
    strict=True,
    coerce=True,
)


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """One row for each matter, in the order in which they were opened."""
    return query(con, ANSWER, "FROM resolution(?, ?) ORDER BY position", [scope.as_of, scope.reached])
