"""The entries of registers: briefs, bulletins, meetings and other things that are counted one by one."""

import duckdb
import pandas as pd
import pandera.pandas as pa

from views import TO_THE_MINUTE, Scope, query
from views.columns import MATTER

ANSWER = pa.DataFrameSchema(
    {
        **MATTER,
        "return_": pa.Column(str),
        "entry_key": pa.Column(str, title="登记的一条"),
        "submission": pa.Column(str, title="最近所在回执"),
        "came_at": pa.Column("datetime64[us]", title="报来", metadata=TO_THE_MINUTE),
        "stands": pa.Column(bool, title="计入"),
    },
    strict=True,
    coerce=True,
)


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """One row for each entry that was ever accepted; what was taken out is told as that."""
    return query(con, ANSWER, "FROM entry(?, ?)", [scope.as_of, scope.reached])
