"""The read side: each view is a question with two parameters, which phase and as of which day."""

import datetime as dt
import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pandera.pandas as pa

# a macro binds when it is made: the base comes first
IN_ORDER = (
    "current", "register", "compliance", "matrix", "surveyed", "ledger", "descent", "coverage", "quality",
    "league", "pace", "score",
)  # fmt: skip
TO_THE_MINUTE = {"clock": True}  # of a column of moments; without it the column is one of days


@dataclass(frozen=True)
class Scope:
    """What a view is asked: a phase (None for all) as of the end of a day, Asia/Shanghai."""

    phase: str | None
    as_of: dt.date


def install(con: duckdb.DuckDBPyConnection) -> None:
    """Make every view's macro in an open warehouse: from NAME.sql, or from the declarations that NAME.py holds."""
    for name in IN_ORDER:
        con.execute(statement(name))


def statement(name: str) -> str:
    path = Path(__file__).parent / f"{name}.sql"
    if path.exists():
        return path.read_text(encoding="utf-8")
    made: str = importlib.import_module(f"views.{name}").macro()
    return made


def ask(
    con: duckdb.DuckDBPyConnection, answer: pa.DataFrameSchema, question: str, given: Sequence[Any]
) -> pd.DataFrame:
    """The rows that answer a question, held against what the view promises."""
    return answer.validate(con.execute(question, list(given)).df())
