"""Entries of registers placed by their own day: for which matter each was sent, for which it counts."""

import duckdb
import pandas as pd
import pandera.pandas as pa

from views import TO_THE_MINUTE, Scope, query

ANSWER = pa.DataFrameSchema(
    {
        "unit": pa.Column(str),
        "unit_title": pa.Column(str, title="单位"),
        "return_": pa.Column(str),
        "sent_for": pa.Column(str),
        "entry_day": pa.Column("datetime64[us]", title="日期"),
        "arrived": pa.Column("datetime64[us]", title="最早报来", metadata=TO_THE_MINUTE),
        "placed_words": pa.Column(str, title="另定时间"),
        "counts_for": pa.Column(str),
        "counts_title": pa.Column(str, title="计入"),
    },
    coerce=True,
    strict=True,
)


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """One row for each entry and the matter it was sent for; `counts_for` is '' where it counts for none."""
    return query(con, ANSWER, "FROM registered(?, ?)", [scope.as_of, scope.reached])
