"""抽查: the drafts of samples, and the institutions of each with who is to go and what was checked since."""

import duckdb
import pandas as pd
import pandera.pandas as pa

from schemas.said import TERRITORY
from views import TO_THE_MINUTE, Scope, query

ANSWER = pa.DataFrameSchema(
    {
        "draft": pa.Column(str, title="抽样稿"),
        "entity": pa.Column("uint64"),
        "code": pa.Column(str, title="编号"),
        "entity_name": pa.Column(str, title="机构名称"),
        "territory": pa.Column(str, title=TERRITORY),
        "field": pa.Column(str, title="领域"),
        "risk_level": pa.Column(str, title="风险程度"),
        "stratum": pa.Column(str, title="层"),
        "way": pa.Column(str),
        "why": pa.Column(str),
        "weight": pa.Column(int, title="权"),
        "draw_key": pa.Column(float, title="键"),
        "place": pa.Column(int, title="层内第几"),
        "is_out": pa.Column(bool),
        "out_reason": pa.Column(str, title="换出原因"),
        "whom": pa.Column(str, title="核查人"),
        "visit_on": pa.Column("datetime64[us]", nullable=True, title="约定日期"),
        "checks": pa.Column(int),
        "faults": pa.Column(int, title="发现问题（个）"),
        "checked_on": pa.Column("datetime64[us]", nullable=True, title="核查日期"),
    },
    coerce=True,
    strict=True,
)
DRAFT = pa.DataFrameSchema(
    {
        "draft": pa.Column(str, title="抽样稿"),
        "state": pa.Column(str),
        "seen_act": pa.Column(int),
        "seed": pa.Column(str, title="种子"),
        "size": pa.Column(int, title="总数（家）"),
        "snapshot": pa.Column("datetime64[us]", title="快照"),
        "strata": pa.Column(str, title="分层"),
        "must": pa.Column(str, title="必查"),
        "weights": pa.Column(str, title="权重（高·中·低）"),
        "units": pa.Column(str),
        "fields": pa.Column(str),
        "drawer": pa.Column(str),
        "drawn_by": pa.Column(str, title="抽样人"),
        "drawn_at": pa.Column("datetime64[us]", title="抽样时间", metadata=TO_THE_MINUTE),
        "final_by": pa.Column(str, title="定稿人"),
        "final_at": pa.Column("datetime64[us]", nullable=True, title="定稿时间", metadata=TO_THE_MINUTE),
    },
    coerce=True,
    strict=True,
)


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """One row for each institution of each draft, those swapped out included."""
    return query(con, ANSWER, "FROM sample(?, ?)", [scope.as_of, scope.reached])


def drafts(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """One row for each draft, in the order in which they were drawn."""
    return query(con, DRAFT, "FROM sample_draft(?, ?)", [scope.as_of, scope.reached])
