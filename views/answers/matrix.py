"""The status matrix: where each unit or field stands with each dated matter."""

import duckdb
import pandas as pd
import pandera.pandas as pa

from schemas.plan import GROUPS, PLAN
from views import Scope, query

ANSWER = pa.DataFrameSchema(
    {
        "group_name": pa.Column(str, pa.Check.isin(GROUPS), title="类别"),
        "subject": pa.Column(str),
        "subject_title": pa.Column(str, title="单位或领域"),
        "subject_order": pa.Column(int),
        "obligation": pa.Column(str),
        "title": pa.Column(str, title="应报事项"),
        "node": pa.Column(str),
        "phase": pa.Column(str, pa.Check.isin(list(PLAN.phases))),
        "due": pa.Column("datetime64[us]", title="截止日期"),
        "moved_words": pa.Column(str, title="改期"),
        "basis": pa.Column(str, pa.Check.isin(["plan", "derived", "internal"])),
        "is_internal": pa.Column(bool, title="内部时限"),
        "scored": pa.Column(bool, title="计入考核"),
        "clause": pa.Column(str, title="条款"),
        "quote": pa.Column(str, title="原文"),
        "answered": pa.Column(int, title="已答"),
        "expected": pa.Column(int, title="应答"),
        "status": pa.Column(str, pa.Check.isin(list(PLAN.lights)), title="状态"),
        "days": pa.Column("Int64", nullable=True, title="工作日"),
    },
    strict=True,
    coerce=True,
)


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    return query(con, ANSWER, "FROM matrix(?, ?, ?)", [scope.phase, scope.as_of, scope.reached])
