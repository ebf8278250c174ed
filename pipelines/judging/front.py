"""The front of a workbook judged: its cover, or in a plain workbook the lines above its first table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from pipelines.judging.check import Checked, Context
from pipelines.judging.cover import COVER_NAMES, COVER_RETURN, Cover, check_cover, missing
from pipelines.tables.reporting import Reporter
from pipelines.tables.table import Table
from schemas.cover import AMOUNT_UNITS, COVER
from schemas.plan import PLAN
from schemas.problems import VERIFY, Problem, Repair, Unchecked


@dataclass(frozen=True)
class FrontJudged:
    """What the front says, and what is wrong with it; `context` knows the day to which the figures run."""

    context: Context
    amount_unit: str  # of money, as a cover names it; '' where none does
    problems: Sequence[Problem]
    repairs: Sequence[Repair] = ()
    unchecked: Sequence[Unchecked] = ()


def lines_above(tables: Mapping[str, Table]) -> Cover:
    """What the first table that says anything of itself says above its heading; else an empty cover."""
    for table in tables.values():
        values = {
            COVER_NAMES[label]: at
            for label, at in table.pairs.items()
            if label in COVER_NAMES and at[1] != ""
        }
        if values:
            return Cover(table.sheet.title, values, {})
    return Cover()


def judge_cover(cover: Cover, unit: str, arrived: Context) -> FrontJudged:
    """A cover sheet held against its declaration, and against the unit whose workbook it is."""
    checked = check_cover(cover, arrived)
    named = checked.frame["amount_unit"].iloc[0]
    return FrontJudged(
        _dated(arrived, checked),
        "" if pd.isna(named) or named not in AMOUNT_UNITS else str(named),
        [*checked.problems, *_wrong_unit(cover, unit, checked)],
        checked.repairs,
        checked.unchecked,
    )


def judge_lines(above: Cover, unit: str, arrived: Context, sheet: str) -> FrontJudged:
    """The lines above a plain table: what they lack or say wrongly is to be verified, at `sheet`.

    Of its unit of money a plain table speaks for itself.
    """
    checked = check_cover(above, arrived)
    doubtful = [p for p in checked.problems if p.column in above.labelled and p.column != "amount_unit"]
    return FrontJudged(
        _dated(arrived, checked),
        "",
        [*_no_cover(above, sheet), *(replace(p, level=VERIFY) for p in doubtful), *_other_unit(above, unit)],
    )


def _dated(arrived: Context, checked: Checked) -> Context:
    """The context from here on: rules know the day to which the figures run."""
    as_of = checked.frame["data_as_of"].iloc[0]
    return replace(arrived, data_as_of=None if pd.isna(as_of) else as_of.date())


def _wrong_unit(cover: Cover, unit: str, checked: Checked) -> list[Problem]:
    """A cover that names another unit of the plan than the one whose workbook it is."""
    named, right = checked.frame["unit"].iloc[0], PLAN.units[unit].title
    if pd.isna(named) or named == right or named not in {u.title for u in PLAN.units.values()}:
        return []
    return [_unit_problem(cover, str(named), right)]


def _other_unit(above: Cover, unit: str) -> list[Problem]:
    """A plain sheet that names another unit above its table than the one that sends it."""
    words = above.text("unit")
    named = PLAN.named("unit", words) if words else None
    return [] if named in {None, unit} else [_unit_problem(above, words, PLAN.units[unit].title)]


def _unit_problem(cover: Cover, words: str, right: str) -> Problem:
    at, _ = cover.labelled["unit"]
    reporter = Reporter(cover.sheet, COVER_RETURN)
    wrong = reporter.problem("wrong_unit", at, column="unit", title=right, value=words)
    return replace(wrong, title=str(COVER.columns["unit"].title))


def _no_cover(above: Cover, sheet: str) -> list[Problem]:
    """A plain table: what the cover would have said and nothing says."""
    titles = "、".join(str(COVER.columns[name].title) for name in missing(above) if name != "unit")
    return [Reporter(sheet, COVER_RETURN).problem("no_cover", lacking=titles)] if titles else []
