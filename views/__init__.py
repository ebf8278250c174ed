"""The read side: each view is a question with two parameters, which phase and as of which day."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import duckdb

IN_ORDER = ("current", "register", "compliance", "matrix")  # a macro binds when it is made: the base comes first


@dataclass(frozen=True)
class Scope:
    """What a view is asked: a phase (None for all) as of the end of a day, Asia/Shanghai."""

    phase: str | None
    as_of: dt.date


def install(con: duckdb.DuckDBPyConnection) -> None:
    """Make every view's macro in an open warehouse."""
    for name in IN_ORDER:
        con.execute((Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8"))
