"""The ledger of what a campaign registers for itself: every entry with the step to which it has come."""

import duckdb
import pandas as pd
import pandera.pandas as pa

from schemas.plan import PLAN
from schemas.returns import RETURNS
from schemas.said import TERRITORY
from views import TO_THE_MINUTE, Scope, query
from views.answers.measured import steps_of, text

NOT_BEGUN = "未开始"
ANSWER = pa.DataFrameSchema(
    {
        "return_": pa.Column(str),
        "return_title": pa.Column(str, title="登记"),
        "written": pa.Column(str, title="编号"),
        "territory": pa.Column(str),
        "territory_title": pa.Column(str, title=TERRITORY),
        "field": pa.Column(str),
        "field_title": pa.Column(str, title="领域"),
        "entity_name": pa.Column(str, title="机构名称"),
        "step_title": pa.Column(str, title="办到哪一步"),
        "unit_title": pa.Column(str, title="填报单位"),
        "told_at": pa.Column("datetime64[us]", title="最近报送", metadata=TO_THE_MINUTE),
    },
    coerce=True,
    strict=True,
)


def macro() -> str:
    """The statement that makes `stepped(as_of, of_scope)`: the entries, those furthest behind first."""
    titles = " ".join(f"WHEN '{code}' THEN {text(str(RETURNS[code].title))}" for code in PLAN.counted)
    steps = " ".join(
        f"WHEN e.return_ = '{code}' AND e.step = {n} THEN {text(title)}"
        for code in PLAN.counted
        for n, title in enumerate(steps_of(code), 1)
    )
    return f"""
CREATE OR REPLACE MACRO stepped(as_of, of_scope) AS TABLE
SELECT e.return_, {f"CASE e.return_ {titles} END" if titles else "''"} AS return_title,
       e.written, t.unit AS territory, t.title AS territory_title,
       coalesce(f.field, '') AS field, coalesce(f.title, '') AS field_title, e.entity_name,
       {f"CASE {steps} ELSE '{NOT_BEGUN}' END" if steps else "''"} AS step_title, u.title AS unit_title,
       local_time(e.told_at) AS told_at
FROM own_entry(as_of) e
JOIN unit u ON u.unit = e.unit
JOIN unit t ON t.unit = e.territory_code
LEFT JOIN field f ON f.field = e.field_code
WHERE is_reached(e.territory_code, e.field_code, of_scope)
ORDER BY e.return_, e.step, t.position, e.entry_key;"""


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """One row for each entry, as of the day."""
    return query(con, ANSWER, "FROM stepped(?, ?)", [scope.as_of, scope.reached])
