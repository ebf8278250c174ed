"""双降: month by month the institutions not yet dealt with and the amounts not yet in order."""

import datetime as dt

import duckdb
import pandas as pd
import pandera.pandas as pa

from views import Scope, query
from views.answers import ledger_cache
from views.answers.tally import FIRM

ANSWER = pa.DataFrameSchema(
    {
        "tells_of": pa.Column("datetime64[us]", title="月末"),
        "territory": pa.Column(str),
        "field": pa.Column(str),
        "risk_level": pa.Column(str, title="风险程度"),
        **FIRM,
        "active": pa.Column(int, title="在营非合规（家）"),
        "firms": pa.Column(int, title="整改类（家）"),
        "mending": pa.Column(int, title="正在整改（家）"),
        "mended": pa.Column(int, title="已完成整改（家）"),
        "unhanded": pa.Column(int, title="取缔未交接（家）"),
        "handed": pa.Column(int, title="取缔已交接（家）"),
        "scale_init": pa.Column(float, title="整改初始存量规模（万元）"),
        "scale_end": pa.Column(float, title="月末存量规模（万元）"),
        "nc_init": pa.Column(float, title="整改初始不合规规模（万元）"),
        "nc_end": pa.Column(float, title="月末不合规规模（万元）"),
    },
    coerce=True,
    strict=True,
)
BASELINE = pa.DataFrameSchema(
    {
        "territory": pa.Column(str),
        "field": pa.Column(str),
        "risk_level": pa.Column(str, title="风险程度"),
        **FIRM,
        "active": pa.Column(int, title="基线在营非合规（家）"),
    },
    coerce=True,
    strict=True,
)


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """One row for each month of which a sheet tells, each cell and level that holds an institution."""
    with ledger_cache.reached(con, scope, ledger_cache.DESCENT) as (rows, whose):
        asked = f"""
            SELECT r.* FROM {rows} r
            JOIN unit u ON u.unit = r.territory
            JOIN field f ON f.field = r.field
            ORDER BY r.tells_of, u.position, f.position, r.risk_level, r.firm, r.firm_place"""
        return query(con, ANSWER, asked, whose)


def baseline(con: duckdb.DuckDBPyConnection, scope: Scope, known_on: dt.date | None = None) -> pd.DataFrame:
    """Institutions not 合规类 in the surveys accepted by `scope.as_of`, on which the baseline was frozen;
    merged is what is known to be on another day, where one is given.
    """
    given = [scope.as_of, known_on or scope.as_of, scope.reached]
    return query(con, BASELINE, "FROM baseline(?, ?, ?)", given)
