"""What only one field's survey asks: payment without a licence, and what was done about advertisements."""

import duckdb
import pandas as pd
import pandera.pandas as pa

from schemas.said import TERRITORY
from views import Scope, query
from views.answers import ledger_cache

ANSWER = pa.DataFrameSchema(
    {
        "territory": pa.Column(str),
        "territory_title": pa.Column(str, title=TERRITORY),
        "field": pa.Column(str),
        "risk_level": pa.Column(str, title="风险程度"),
        "payers": pa.Column(int, title="支付机构（家）"),
        "unlicensed": pa.Column(int, title="无证支付（家）"),
        "advertisers": pa.Column(int, title="广告主和发布者（家）"),
        "monitored": pa.Column(int, title="监测条次"),
        "illegal": pa.Column(int, title="涉嫌违法条次"),
        "talks": pa.Column(int, title="约谈人次"),
        "halted": pa.Column(int, title="责令停止（家）"),
        "fined": pa.Column(int, title="罚没（家）"),
        "fine": pa.Column(float, title="罚没金额（万元）"),
    },
    coerce=True,
    strict=True,
)
ADDED = ("payers", "unlicensed", "advertisers", "monitored", "illegal", "talks", "halted", "fined", "fine")


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """One row for each cell and level that holds an institution of such a survey; what is blank adds 0."""
    sums = ", ".join(f"sum(p.{name}) AS {name}" for name in ADDED)
    with ledger_cache.reached(con, scope) as (rows, whose):
        question = f"""
            SELECT l.territory_code AS territory, u.title AS territory_title, l.field_code AS field,
                   l.risk_level, {sums}
            FROM particular(?, ?) p
            JOIN {rows} l ON l.entity = p.entity
            JOIN unit u ON u.unit = l.territory_code
            GROUP BY ALL
            ORDER BY min(u.position), l.field_code, l.risk_level"""
        return query(con, ANSWER, question, [scope.as_of, scope.reached, *whose])
