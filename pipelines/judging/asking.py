"""Asking the rules of a return of rows whose cells were read, and which rows broke one.

The rules are pandera's and each is run as pandera runs it. Only what `validate` does around them is left out:
whether each column is of its kind (it was read as that), and a table of failure cases of all rules together.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pandera.pandas as pa

from schemas.problems import MUST

NOT_BLANK = "not_nullable"  # as pandera calls it


@dataclass(frozen=True)
class BrokenRule:
    """A rule of a return, and the rows that break it, by the index of their frame."""

    column: str  # whose rule it is, or where a rule across a row is told
    rule: str
    facts: Mapping[str, Any]  # what its declaration says of it
    rows: frozenset[int]
    is_across: bool = False  # whether it looks at more than one cell of a row

    @property
    def level(self) -> str:
        return str(self.facts.get("level", MUST))


def broken_rules(schema: pa.DataFrameSchema, frame: pd.DataFrame) -> list[BrokenRule]:
    """What the rules have against the rows, beside which stand the days that rules ask of.

    First the rules of each column, in the order of the return, then those across a row. Raises whatever a
    rule raises that itself failed.
    """
    return [*_of_columns(schema, frame), *_across(schema, frame)]


def _of_columns(schema: pa.DataFrameSchema, frame: pd.DataFrame) -> Iterator[BrokenRule]:
    """The rules of columns, but of optional ones that hold nothing: nothing breaks none of them."""
    for name, column in schema.columns.items():
        cells = frame[name]
        blank = cells.isna().to_numpy()
        if blank.any():
            if not column.nullable:
                yield BrokenRule(name, NOT_BLANK, {}, frozenset(cells.index[blank].tolist()))
            elif blank.all():
                continue
            cells = cells[~blank]
        for check in column.checks:
            if rows := _breaking(check, cells):
                yield BrokenRule(name, str(check.name), check.statistics or {}, rows)


def _across(schema: pa.DataFrameSchema, frame: pd.DataFrame) -> Iterator[BrokenRule]:
    for check in schema.checks:
        if rows := _breaking(check, frame):
            yield BrokenRule(check.statistics["on"], str(check.name), check.statistics, rows, is_across=True)


def _breaking(check: pa.Check, asked: "pd.Series[Any] | pd.DataFrame") -> frozenset[int]:
    """The rows that break a rule."""
    asked_of = check(asked)
    if asked_of.check_passed:
        return frozenset()
    kept = asked_of.check_output.to_numpy(bool)
    return frozenset(asked_of.check_output.index[~kept].tolist())
