"""X14, for whoever said zero: institutions that others tell of where a survey in force is a zero report."""

import duckdb
import pandas as pd
import pandera.pandas as pa

from views import Scope, query
from views.columns import MATTER

ANSWER = pa.DataFrameSchema(
    {
        **{name: column for name, column in MATTER.items() if name != "subject"},
        "field": pa.Column(str),
        "field_title": pa.Column(str, title="领域"),
        "submission": pa.Column(str, title="零报告回执"),
        "entity": pa.Column("uint64"),
        "entity_name": pa.Column(str, title="机构名称"),
    },
    strict=True,
    coerce=True,
)


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """One row for each institution under a zero report, by the unit that gave it."""
    return query(con, ANSWER, "FROM under_zero(?, ?)", [scope.as_of, scope.reached])
