"""How a unit stands among its like: its own figures, and of the others their median, which names nobody."""

from collections.abc import Mapping
from dataclasses import replace

import duckdb
import pandas as pd
import pandera.pandas as pa

from views import Scope, query
from views.answers import ledger_cache
from views.answers.tally import COUNTS

DONE, HANDLED = COUNTS["done"][1], COUNTS["handling"][1]
FEWEST = 3  # units measured, from which on their median is told: that of two tells the other's figure
EVERYBODY, TERRITORIES = ("on_time", "passed"), ("answered", "done", "score")
FIGURES: Mapping[str, str] = {
    "on_time": "按时率",
    "passed": "首次通过率",
    "answered": "摸底答复率",
    "done": "整改处置完成率",
    "score": "综合得分",
}

ANSWER = pa.DataFrameSchema(
    {
        "unit": pa.Column(str),
        "unit_title": pa.Column(str, title="单位"),
        "figure": pa.Column(str, pa.Check.isin(list(FIGURES))),
        "part": pa.Column("Int64", nullable=True, title="分子"),
        "whole": pa.Column("Int64", nullable=True, title="分母"),
        "own": pa.Column(float, nullable=True, title="本单位"),
        "median": pa.Column(float, nullable=True, title="同类单位中位数"),
    },
    coerce=True,
    strict=True,
)


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """One row for each unit reached and figure, in per cent or points; medians are those of all its like."""
    everyone = replace(scope, reach=None)
    with ledger_cache.reached(con, everyone) as (rows, whose):
        phase, day = [scope.phase, scope.dates, scope.as_of], scope.as_of
        given = [*whose, *phase, day, day, *phase, [*EVERYBODY], [*TERRITORIES], scope.reached]
        return query(con, ANSWER, _question(rows), given)


def _question(rows: str) -> str:
    """The figures of every unit, each beside the median of its block; `rows` is the ledger."""
    return f"""
        WITH held AS NOT MATERIALIZED (FROM {rows}),
        taken(unit, figure, part, whole, own) AS (
            SELECT unit, 'on_time', on_time, due_count, 100 * rate FROM league(?, ?, ?, NULL)
            UNION ALL
            SELECT unit, 'passed', first_passed, returns, 100 * first_passed / nullif(returns, 0)
            FROM quality(?, NULL)
            UNION ALL
            SELECT territory, 'answered', count(*) FILTER (is_settled(answer)), count(*),
                   100 * count(*) FILTER (is_settled(answer)) / count(*)
            FROM coverage(?, NULL)
            GROUP BY territory
            UNION ALL
            SELECT territory_code, 'done', count(*) FILTER ({DONE}), count(*) FILTER ({HANDLED}),
                   100 * count(*) FILTER ({DONE}) / nullif(count(*) FILTER ({HANDLED}), 0)
            FROM ({ledger_cache.once("held", "territory_code")})
            WHERE field_code IS NOT NULL
            GROUP BY territory_code
            UNION ALL
            SELECT unit, 'score', NULL, NULL, score FROM score(?, ?, ?, NULL)
        ),
        figured AS (
            SELECT unit, title, block, position, unnest(?) AS figure FROM unit
            UNION ALL
            SELECT unit, title, block, position, unnest(?) FROM unit WHERE block = 'territory'
        ),
        compared AS (
            SELECT u.*, t.part, t.whole, t.own, count(t.own) OVER alike AS measured,
                   median(t.own) OVER alike AS middle
            FROM figured u
            LEFT JOIN taken t ON t.unit = u.unit AND t.figure = u.figure
            WINDOW alike AS (PARTITION BY u.block, u.figure)
        )
        SELECT unit, title AS unit_title, figure, part, whole, own,
               CASE WHEN measured >= {FEWEST} THEN middle END AS median
        FROM compared
        WHERE is_reached(unit, NULL, ?)
        ORDER BY position, list_position({[*FIGURES]}, figure)"""
