"""What is to be verified (核实) in what is in force, and how it was explained (说明)."""

from collections.abc import Mapping

import duckdb
import pandas as pd
import pandera.pandas as pa

from views import TO_THE_MINUTE, Scope, query
from views.columns import CELL

WORDS: Mapping[str, str] = {"explained": "✓ 已说明", "lapsed": "↺ 已失效", "open": "! 待说明"}
ANSWER = pa.DataFrameSchema(
    {
        **CELL,
        "row": pa.Column(int),
        "column_name": pa.Column(str),
        "title": pa.Column(str, title="列"),
        "value": pa.Column(str, title="现值"),
        "message": pa.Column(str, title="问题"),
        "remedy": pa.Column(str, title="怎么改"),
        "rule": pa.Column(str),
        "entity": pa.Column(pd.UInt64Dtype(), nullable=True),
        "explained": pa.Column(str, pa.Check.isin([*WORDS]), title="说明状态"),
        "told_value": pa.Column(str, title="所说明的值"),
        "reason": pa.Column(str, title="说明"),
        "person": pa.Column(str, title="说明人"),
        "told_at": pa.Column("datetime64[us]", title="说明时间", nullable=True, metadata=TO_THE_MINUTE),
        "seen_act": pa.Column(int),
    },
    strict=True,
    coerce=True,
)


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """One row for each value to be verified, as of the day, in the order of units and matters."""
    return query(con, ANSWER, "FROM explanation(?, ?)", [scope.as_of, scope.reached])
