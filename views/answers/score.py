"""A territory's score out of 100 (K25), and how much of it could be measured."""

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import pandas as pd
import pandera.pandas as pa

from schemas.said import TERRITORY
from views import Scope, query

ANSWER = pa.DataFrameSchema(
    {
        "unit": pa.Column(str),
        "unit_title": pa.Column(str, title=TERRITORY),
        "score": pa.Column(float, pa.Check.in_range(0, 100), title="综合得分"),
        "measured": pa.Column(int, title="可计权重"),
    },
    coerce=True,
    strict=True,
)


@dataclass(frozen=True)
class Weight:
    """How many of the 100 points a part of the score takes up, and what it is called."""

    points: int
    title: str
    measure: str  # as 口径 names it


WEIGHTS: Mapping[str, Weight] = {
    "on_time": Weight(40, "按时", "按时率"),
    "answered": Weight(20, "答复", "摸底答复率"),
    "mended": Weight(20, "整改", "整改完成率"),
    "passed": Weight(20, "首次通过", "首次通过率"),
}
SPREAD = "无可计的部分不占权重"
BASES = ("weight_of",)


def macro() -> str:
    """The statement that makes `weight_of(part)`: the points of a part, for score.sql."""
    cases = " ".join(f"WHEN '{part}' THEN {weight.points}" for part, weight in WEIGHTS.items())
    return f"CREATE OR REPLACE MACRO weight_of(part) AS CASE part {cases} END;"


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """One row for each territory of which anything can be measured; none is ranked for want of a duty."""
    return query(
        con, ANSWER, "FROM score(?, ?, ?, ?)", [scope.phase, scope.dates, scope.as_of, scope.reached]
    )
