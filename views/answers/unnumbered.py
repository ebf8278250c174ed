"""Which institutions have no number yet (一企一号), and the next that is free for each."""

import duckdb
import pandas as pd
import pandera.pandas as pa

from views import Scope, query

ANSWER = pa.DataFrameSchema(
    {
        "entity": pa.Column("uint64"),
        "entity_name": pa.Column(str, title="机构名称"),
        "territory": pa.Column(str, title="县市（园区）"),
        "field": pa.Column(str, title="领域"),
        "code": pa.Column(str, title="下一个编号"),
    },
    coerce=True,
    strict=True,
)


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """One row for each institution of the ledger without a number, in the order in which they get theirs."""
    return query(con, ANSWER, "FROM unnumbered(?, ?)", [scope.as_of, scope.reached])
