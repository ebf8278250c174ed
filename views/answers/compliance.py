"""Deadline compliance: who owed what by when, and whether it came."""

import duckdb
import pandas as pd
import pandera.pandas as pa

from schemas.plan import PLAN
from views import TO_THE_MINUTE, Scope, query

ANSWER = pa.DataFrameSchema(
    {
        "phase": pa.Column(str),
        "obligation": pa.Column(str),
        "title": pa.Column(str, title="应报事项"),
        "node": pa.Column(str),
        "unit": pa.Column(str),
        "unit_title": pa.Column(str, title="单位"),
        "field": pa.Column(str),
        "field_title": pa.Column(str, title="领域"),
        "group_name": pa.Column(str),
        "opens": pa.Column("datetime64[us]"),
        "due": pa.Column("datetime64[us]", title="截止日"),
        "first_due": pa.Column("datetime64[us]", title="原定截止日"),
        "is_extended": pa.Column(bool),
        "moved_words": pa.Column(str, title="改期"),
        "basis": pa.Column(str),
        "is_internal": pa.Column(bool, title="时限"),
        "is_apart": pa.Column(bool),  # the leading group's own: in no rate of units
        "scored": pa.Column(bool, title="计入考核"),
        "clause": pa.Column(str, title="依据"),
        "quote": pa.Column(str),
        "at_least": pa.Column(int, title="应报"),
        "received": pa.Column(int, title="已收"),
        "accepted": pa.Column(int, title="已受理"),
        "arrived": pa.Column(
            "datetime64[us]", title="受理版本报送时间", nullable=True, metadata=TO_THE_MINUTE
        ),
        "placed_words": pa.Column(str, title="另定时间"),
        "status": pa.Column(str),
        "status_title": pa.Column(str, title="状态"),
        "is_due": pa.Column(bool),
        "days": pa.Column(pd.Int64Dtype(), title="工作日", nullable=True),
    },
    strict=True,
    coerce=True,
)

BASES = ("is_past", "is_asked_for", "light_ahead")


def macro() -> str:
    """The macro `light_ahead(days_left)`: the light of what is not over yet, by the working days left."""
    near = " ".join(f"WHEN days_left <= {within} THEN '{light}'" for light, within in PLAN.nearness)
    return f"CREATE OR REPLACE MACRO light_ahead(days_left) AS CASE {near} ELSE 'pending' END;"


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """One row for each duty of the phase, as of the day."""
    return query(con, ANSWER, "FROM compliance(?, ?, ?)", [scope.phase, scope.as_of, scope.reached])
