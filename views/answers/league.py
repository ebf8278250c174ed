"""Who is late, unit by unit: on time, late and overdue among what has fallen due (K1–K3)."""

import duckdb
import pandas as pd
import pandera.pandas as pa

from views import Scope, query

ANSWER = pa.DataFrameSchema(
    {
        "unit": pa.Column(str),
        "unit_title": pa.Column(str, title="单位"),
        "group_name": pa.Column(str),
        "is_apart": pa.Column(bool),
        "due_count": pa.Column(int, title="已到期"),
        "on_time": pa.Column(int, title="按时"),
        "late": pa.Column(int, title="迟报"),
        "overdue": pa.Column(int, title="逾期未报"),
        "internal_due": pa.Column(int, title="其中内部时限已到期"),
        "internal_on_time": pa.Column(int, title="内部时限按时"),
        "internal_late": pa.Column(int, title="内部时限迟报"),
        "internal_overdue": pa.Column(int, title="内部时限逾期"),
        "rate": pa.Column(float, nullable=True, title="按时率"),
        "mean_days": pa.Column(float, nullable=True, title="平均逾期工作日"),
        "worst_days": pa.Column("Int64", nullable=True, title="最长工作日"),
    },
    coerce=True,
    strict=True,
)


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """One row for each unit that owes anything, the worst first."""
    return query(
        con, ANSWER, "FROM league(?, ?, ?, ?)", [scope.phase, scope.dates, scope.as_of, scope.reached]
    )
