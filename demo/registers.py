"""The registers of the demonstration: briefs, bulletins and meetings, each entry with the day it is told."""

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

from demo import papers
from demo.fates import Fate
from demo.names import chance
from demo.post import Filled, by_due, clock, workday_before, workdays_after
from schemas.clock import SHANGHAI
from schemas.forms import forms
from schemas.plan import PLAN, Obligation

Row = dict[str, Any]
ONE_MORE = 0.3


def entries(owed: Obligation, unit: str, fate: Fate, seed: int) -> Iterator[tuple[dt.datetime, Filled]]:
    """When each workbook of a register comes, and what it holds: the entries so far."""
    rng = chance(seed, "register", owed.obligation, unit)
    count = owed.at_least + (owed.at_least > 1 and not fate.late and rng.random() < ONE_MORE)
    if fate.missing:
        count = owed.at_least - 1
    sheets = forms(owed.obligation, unit)
    rows: list[Row] = []
    for when, day in sorted(_days(owed, count, fate, rng)):
        rows = [*rows, _row(sheets[0].return_, owed, unit, len(rows) + 1, day, seed)]
        yield when, Filled({sheets[0].title: rows}, {sheets[0].title: ("有数", "", "")})


def _days(
    owed: Obligation, count: int, fate: Fate, rng: random.Random
) -> Iterator[tuple[dt.datetime, dt.date]]:
    """The arrival and the day of each entry; an entry dated by its own day is told some days after it."""
    span = owed.due - owed.opens
    for n in range(count):
        first, due = (
            owed.opens + span * n // count + dt.timedelta(n > 0),
            owed.opens + span * (n + 1) // count,
        )
        last = n == owed.at_least - 1
        if owed.dated_by:
            day = workday_before(due - dt.timedelta(rng.randint(0, (due - first).days // 2)), first)
            yield clock(workdays_after(day, rng.randint(0, 3) + fate.late), rng), day
        else:
            when = (
                clock(workdays_after(owed.due, fate.late), rng)
                if last and fate.late
                else _told(owed, due, rng)
            )
            yield when, when.astimezone(SHANGHAI).date()


def _told(owed: Obligation, due: dt.date, rng: random.Random) -> dt.datetime:
    if due == owed.due:
        return by_due(owed, owed.opens, rng)
    return clock(workday_before(due, owed.opens), rng)


def _row(return_: str, owed: Obligation, unit: str, nth: int, day: dt.date, seed: int) -> Row:
    rng = chance(seed, "entry", owed.obligation, unit, nth)
    phase = PLAN.phases[owed.phase]
    if return_ == "meeting":
        return papers.meeting(day, phase, rng)
    if return_ == "bulletin":
        return papers.bulletin(list(PLAN.phases).index(owed.phase) * 4 + nth, day, phase, rng)
    return papers.brief(unit, nth, day, phase, rng)
