"""缺行 (X15): which institutions stood in the last period or an earlier version and are missing now."""

import duckdb
import pandas as pd
import pandera.pandas as pa

from schemas.returns import RETURNS, lists_entities
from views import TO_THE_MINUTE, Scope

ANSWER = pa.DataFrameSchema(
    {
        "subject": pa.Column(str),
        "unit": pa.Column(str),
        "unit_title": pa.Column(str, title="单位"),
        "obligation": pa.Column(str),
        "matter_title": pa.Column(str, title="事项"),
        "entity": pa.Column("uint64"),
        "entity_code": pa.Column(str, title="编号"),
        "entity_name": pa.Column(str, title="机构名称"),
        "stood_in": pa.Column(str, title="此前所在回执"),
        "fate": pa.Column(str, title="去向"),
        "another": pa.Column(str, title="转到哪里、与哪家相同"),
        "reason": pa.Column(str, title="说明"),
        "person": pa.Column(str, title="答复人"),
        "answered_at": pa.Column("datetime64[us]", title="答复时间", nullable=True, metadata=TO_THE_MINUTE),
        "seen_act": pa.Column(int),
    },
    strict=True,
    coerce=True,
)


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """One row for each institution that is missing from what a unit's last period has in force."""
    rows = con.execute("FROM gap(?, ?)", [scope.as_of, scope.reached]).df()
    known = {key: (code or "", name) for key, code, name in _named(con, rows["entity"].tolist())}
    rows["entity_code"] = [known[key][0] for key in rows["entity"]]
    rows["entity_name"] = [known[key][1] for key in rows["entity"]]
    return ANSWER.validate(rows[list(ANSWER.columns)])


def _named(con: duckdb.DuckDBPyConnection, entities: list[int]) -> list[tuple[int, str, str]]:
    """The code and the name of some institutions."""
    if not entities:
        return []
    told = " UNION ALL ".join(
        f'SELECT entity, entity_code, entity_name FROM "{code}" WHERE list_contains($1, entity)'
        for code in RETURNS
        if lists_entities(code)
    )
    asked = f"SELECT entity, max(entity_code), any_value(entity_name) FROM ({told}) GROUP BY entity"
    return con.execute(asked, [entities]).fetchall()
