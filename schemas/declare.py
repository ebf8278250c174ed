"""Rules that look at more than one cell of a row, declared with their id, level, sentence and basis."""

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import NotRequired, TypedDict, TypeVar, Unpack

import pandas as pd
import pandera.pandas as pa

from schemas.problems import MUST

# which answers a return may be given on the cover, declared as its `answers`; without it, none but the first
FILLED_IN = ("rows", "unfinished")  # it is filled in: nothing else meets the duty
OR_NOTHING_FOUND = ("rows", "zero", "unfinished")
OR_NOT_APPLICABLE = ("rows", "zero", "not_applicable", "unfinished")
Test = Callable[[pd.DataFrame], pd.Series]
T = TypeVar("T")


class RuleWords(TypedDict):
    """The fault, how to mend it, the clause it rests on, and its level (`must` where none is given).

    `first`: of a rule against repeating, the label of the first row that is alike, for each row.
    """

    wrong: str
    mend: str
    basis: str
    level: NotRequired[str]
    first: NotRequired[Test]


def rule(id: str, *, on: str, test: Test, needs: Sequence[str] = (), **words: Unpack[RuleWords]) -> pa.Check:
    """A rule of a return: `test` gives True for each row that keeps it; a fault is told at column `on`.

    Where it gives neither True nor False, for want of a cell, the row keeps the rule.
    """
    facts = {"on": on, "needs": [on, *needs], "level": MUST, **words}
    return pa.Check(
        _unless_it_fails(test),
        name=id,
        title=on,
        description=words["wrong"],
        statistics=facts,
        ignore_na=False,
    )


def _unless_it_fails(test: Test) -> Test:
    """A test whose answer is False where the given one's is, and True elsewhere."""

    @wraps(test)
    def kept(rows: pd.DataFrame) -> pd.Series:
        answer = test(rows)
        return answer if answer.dtype == bool else answer.astype("boolean").fillna(True).astype(bool)

    return kept


def required_when(id: str, on: str, when: Test, needs: Sequence[str], why: str, basis: str) -> pa.Check:
    """`on` must be filled in on the rows where `when` holds."""
    return rule(
        id,
        on=on,
        needs=needs,
        test=lambda rows: ~when(rows) | rows[on].notna(),
        basis=basis,
        wrong=f"{why}，此处必填",
        mend="请补充",
    )


def has_happened(*days: str) -> list[pa.Check]:
    """X25: what is reported as done cannot lie behind the day on which the report arrived."""
    return [_has_happened(day) for day in days]


def _has_happened(day: str) -> pa.Check:
    return rule(
        "X25",
        on=day,
        basis="填报的是已经发生的事",
        test=lambda rows: ~(rows[day] > rows["arrived_on"]),
        wrong="晚于报送当天",
        mend="请核对日期，尤其是年份",
    )


def within(rows: pd.DataFrame, part: str, whole: str) -> pd.Series:
    """`part` is not larger (or later) than `whole`; rows where either is blank keep the rule."""
    return rows[part].isna() | rows[whole].isna() | (rows[part] <= rows[whole]).astype("boolean").fillna(True)


def equals(left: pd.Series, right: pd.Series, tolerance: float = 0.01) -> pd.Series:
    """Two amounts agree within the stated rounding; rows where either is blank keep the rule."""
    return left.isna() | right.isna() | ((left - right).abs() <= tolerance + 1e-9)


def is_in(rows: pd.DataFrame, column: str, *options: str) -> pd.Series:
    return rows[column].isin(options)


def asked_of(checks: Iterable[pa.Check], prefix: str) -> list[str]:
    """The columns of which rules ask under a prefix, without it."""
    needs = {name for check in checks for name in (check.statistics or {})["needs"]}
    return sorted(name.removeprefix(prefix) for name in needs if name.startswith(prefix))


def once_each(work: Callable[[pa.DataFrameSchema], T]) -> Callable[[pa.DataFrameSchema], T]:
    """The same function, that works once on each return: none is ever changed, and none can be hashed."""
    kept: dict[int, tuple[pa.DataFrameSchema, T]] = {}  # with its return, so that no id comes twice

    def asked(schema: pa.DataFrameSchema) -> T:
        if id(schema) not in kept:
            kept[id(schema)] = schema, work(schema)
        return kept[id(schema)][1]

    return asked
