"""缺行 (X15): which institutions stood in the last period or an earlier version and are missing now."""

import duckdb
import pandas as pd
import pandera.pandas as pa

from views import TO_THE_MINUTE, Scope, query
from views.columns import MATTER

ANSWER = pa.DataFrameSchema(
    {
        **MATTER,
        "entity": pa.Column("uint64"),
        "entity_code": pa.Column(str, title="编号"),
        "entity_name": pa.Column(str, title="机构名称"),
        "stood_in": pa.Column(str, title="此前所在回执"),
        "fate": pa.Column(str, title="去向"),
        "another": pa.Column(str, title="转到哪里、与哪家相同"),
        "reason": pa.Column(str, title="说明"),
        "person": pa.Column(str, title="答复人"),
        "answered_at": pa.Column("datetime64[us]", title="答复时间", nullable=True, metadata=TO_THE_MINUTE),
        "seen_act": pa.Column(int),
    },
    strict=True,
    coerce=True,
)


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """One row for each institution that is missing from what a unit's last period has in force."""
    return query(con, ANSWER, "FROM gap(?, ?)", [scope.as_of, scope.reached])
