"""How well returns are filled in: what passed at once, and what is wrong most often (K24)."""

import duckdb
import pandas as pd
import pandera.pandas as pa

from views import Scope, query

ANSWER = pa.DataFrameSchema(
    {
        "unit": pa.Column(str),
        "unit_title": pa.Column(str, title="单位"),
        "group_name": pa.Column(str),
        "uploads": pa.Column(int, title="报送次数"),
        "returns": pa.Column(int, title="报送事项"),
        "first_passed": pa.Column(int, title="首次通过"),
        "sent_back": pa.Column(int, title="退回次数"),
    },
    coerce=True,
    strict=True,
)

FAULTS = pa.DataFrameSchema(
    {
        "rule": pa.Column(str, title="规则"),
        "title": pa.Column(str, title="列"),
        "level": pa.Column(str),
        "cells": pa.Column(int, title="处数"),
        "workbooks": pa.Column(int, title="工作簿（份）"),
        "units": pa.Column(int, title="单位（个）"),
        "message": pa.Column(str, title="问题"),
        "remedy": pa.Column(str, title="怎么改"),
    },
    coerce=True,
    strict=True,
)


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """One row for each unit from which anything came."""
    return query(con, ANSWER, "FROM quality(?, ?)", [scope.as_of, scope.reached])


def faults(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """One row for each rule and column that was broken, most often first."""
    return query(con, FAULTS, "FROM common_fault(?, ?)", [scope.as_of, scope.reached])
