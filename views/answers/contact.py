"""联络员名册: whom the units named, with telephones for those who need them."""

import duckdb
import pandas as pd
import pandera.pandas as pa

from views import Scope, of_scope, query

ANSWER = pa.DataFrameSchema(
    {
        "unit": pa.Column(str),
        "unit_title": pa.Column(str, title="单位"),
        "matter_title": pa.Column(str, title="事项"),
        "person_name": pa.Column(str, title="姓名"),
        "post": pa.Column(str, title="职务"),
        "telephone": pa.Column(str, title="联系电话"),
        "named_on": pa.Column("datetime64[us]", title="确定日期"),
    },
    strict=True,
    coerce=True,
)


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """One row for each person named, by unit; telephones are those of `scope.people`."""
    return query(con, ANSWER, "FROM contact(?, ?, ?)", [scope.as_of, of_scope(scope.people), scope.reached])
