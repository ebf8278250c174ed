"""What was done to cases by hand: received and answered by their units, closed by the office."""

import duckdb
import pandas as pd
import pandera.pandas as pa

from views import TO_THE_MINUTE, Scope, query

ANSWER = pa.DataFrameSchema(
    {
        "case": pa.Column(str),
        "unit": pa.Column(str),
        "reply_state": pa.Column(str),
        "reply": pa.Column(str, title="答复"),
        "replied_by": pa.Column(str, title="答复人"),
        "replied_at": pa.Column("datetime64[us]", title="答复时间", nullable=True, metadata=TO_THE_MINUTE),
        "promised": pa.Column("datetime64[us]", title="承诺办结", nullable=True),
        "closing_state": pa.Column(str),
        "closing_on": pa.Column("datetime64[us]", title="销号", nullable=True),
    },
    strict=True,
    coerce=True,
)


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """One row for each case to which anything was done."""
    return query(con, ANSWER, "FROM case_acted(?, ?)", [scope.as_of, scope.reached])
