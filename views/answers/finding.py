"""What the inspectors found, and whether it has been mended (四(四))."""

import duckdb
import pandas as pd
import pandera.pandas as pa

from views import Scope, query

ANSWER = pa.DataFrameSchema(
    {
        "entity": pa.Column("uint64"),
        "entity_code": pa.Column(str, nullable=True, title="编号"),
        "entity_name": pa.Column(str, title="机构名称"),
        "field": pa.Column(str, title="领域"),
        "territory": pa.Column(str, title="县市（园区）"),
        "inspected_on": pa.Column("datetime64[us]", title="核查日期"),
        "checked": pa.Column(str, title="核查内容"),
        "conclusion": pa.Column(str, title="核查结论"),
        "finding": pa.Column(str, nullable=True, title="发现的问题"),
        "finding_level": pa.Column(str, nullable=True, title="问题程度"),
        "mend_due": pa.Column("datetime64[us]", nullable=True, title="整改时限"),
        "result": pa.Column(str, nullable=True, title="整改结果"),
        "mended_on": pa.Column("datetime64[us]", nullable=True, title="整改完成日期"),
        "submission": pa.Column(str, title="回执"),
        "sheet": pa.Column(str, title="工作表"),
        "sheet_row": pa.Column(int, title="行"),
        "is_fault": pa.Column(bool),
        "is_open": pa.Column(bool, nullable=True),
        "is_overdue": pa.Column(bool, nullable=True),
    },
    coerce=True,
    strict=True,
)


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """One row for each institution inspected and finding, the open and overdue first."""
    return query(
        con,
        ANSWER,
        "FROM finding(?, ?) ORDER BY is_overdue DESC, is_open DESC, mend_due, entity_name",
        [scope.as_of, scope.reached],
    )
