"""The read side: each view is a question with two parameters, which phase and as of which day."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pandera.pandas as pa

from schemas import survey
from schemas.returns import RETURNS, is_survey

# a macro binds when it is made: the base comes first
IN_ORDER = (
    "current", "register", "compliance", "matrix", "surveyed", "ledger", "tally", "descent", "coverage", "quality",
    "league", "pace", "score",
)  # fmt: skip


@dataclass(frozen=True)
class Scope:
    """What a view is asked: a phase (None for all) as of the end of a day, Asia/Shanghai."""

    phase: str | None
    as_of: dt.date


def install(con: duckdb.DuckDBPyConnection) -> None:
    """Make every view's macro in an open warehouse."""
    for name in IN_ORDER:
        con.execute(surveyed() if name == "surveyed" else _words(name))


def _words(name: str) -> str:
    return (Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8")


def surveyed() -> str:
    """The macro that puts the fields' surveys together: what they share, made from their declarations."""
    shared = ", ".join(f'r."{name}"' for name in ("submission", "sheet", "sheet_row", "entity", *survey.core(())))
    parts = (
        f"""
        SELECT {shared} FROM "{code}" r
        JOIN standing(as_of) s ON s.submission = r.submission AND s.sheet = r.sheet
        WHERE s.return_ = '{code}' AND s.answer = 'rows'"""
        for code in RETURNS
        if is_survey(code)
    )
    return "CREATE OR REPLACE MACRO surveyed(as_of) AS TABLE" + " UNION ALL ".join(parts)


def ask(
    con: duckdb.DuckDBPyConnection, answer: pa.DataFrameSchema, question: str, given: Sequence[Any]
) -> pd.DataFrame:
    """The rows that answer a question, held against what the view promises."""
    return answer.validate(con.execute(question, list(given)).df())
