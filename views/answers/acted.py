"""What units asked for and what was decided (撤回、延期): the last act on each that they concern."""

import duckdb
import pandas as pd
import pandera.pandas as pa

from views import TO_THE_MINUTE, Scope, query

WAITING = "asked"
ANSWER = pa.DataFrameSchema(
    {
        "seq": pa.Column(int),
        "kind": pa.Column(str),
        "matter": pa.Column(str),
        "state": pa.Column(str),
        "subject": pa.Column(str),
        "unit": pa.Column(str),
        "unit_title": pa.Column(str, title="单位"),
        "actor": pa.Column(str),
        "person": pa.Column(str, title="经办"),
        "done_at": pa.Column("datetime64[us]", title="时间", metadata=TO_THE_MINUTE),
        "reason": pa.Column(str, title="理由"),
        "about": pa.Column(str, title="事项"),
        "field_title": pa.Column(str, title="领域"),
        "entry": pa.Column(str, title="登记的一条"),
        "first_due": pa.Column("datetime64[us]", title="原定截止日", nullable=True),
        "new_due": pa.Column("datetime64[us]", title="延至", nullable=True),
    },
    strict=True,
    coerce=True,
)


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """One row for each of them of which something was asked or decided, the latest first."""
    return query(con, ANSWER, "FROM acted(?, ?)", [scope.as_of, scope.reached])
