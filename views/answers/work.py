"""What the units told of their own parts in the campaign, by kind: the standing matters of 三."""

import duckdb
import pandas as pd
import pandera.pandas as pa

from schemas.returns.work_record import KINDS
from schemas.said import TERRITORY
from views import Scope, query

ANSWER = pa.DataFrameSchema(
    {
        "unit": pa.Column(str),
        "unit_title": pa.Column(str, title="单位"),
        "kind": pa.Column(str, pa.Check.isin(KINDS), title="事项类别"),
        "territory": pa.Column(str, title=TERRITORY),
        "field": pa.Column(str, title="领域"),
        "told": pa.Column(int, pa.Check.ge(1), title="件数"),
        "settled": pa.Column(int, pa.Check.ge(0), title="已办结（件）"),
        "recovered": pa.Column(float, title="追赃挽损（万元）"),
        "repaid": pa.Column(float, title="已兑付（万元）"),
        "last_on": pa.Column("datetime64[us]", title="最近办理"),
    },
    coerce=True,
    strict=True,
)
STEPS = pa.DataFrameSchema(
    {
        "subject": pa.Column(str),
        "unit": pa.Column(str),
        "serial": pa.Column(str),
        "kind": pa.Column(str),
        "whom": pa.Column(str),
        "field": pa.Column(str),
        "next_step": pa.Column(str),
        "next_due": pa.Column("datetime64[us]"),
        "happened_on": pa.Column("datetime64[us]"),
        "is_settled": pa.Column(bool),
    },
    coerce=True,
    strict=True,
)
BASES = ("work_told",)
ADDED = ("told", "settled", "recovered", "repaid")


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """One row for each unit, kind, territory and field told of; '' where a row names none."""
    return query(con, ANSWER, "FROM work(?, ?)", [scope.as_of, scope.reached])


def steps(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """One row for each entry that names a next step, also those that are settled."""
    return query(con, STEPS, "FROM work_step(?, ?)", [scope.as_of, scope.reached])


def by_kind(rows: pd.DataFrame) -> pd.DataFrame:
    """The same for each unit and kind, in the order of the plan."""
    sums = {name: (name, "sum") for name in ADDED}
    named = rows.groupby(["unit", "unit_title", "kind"], sort=False, as_index=False)
    return named.agg(**sums, last_on=("last_on", "max"))
