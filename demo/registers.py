"""The registers of the demonstration: briefs, bulletins and meetings, each entry with the day it is sent."""

import datetime as dt
import random
from collections.abc import Iterator

from demo import papers
from demo.fates import Fate
from demo.filled import Filled, FilledRow
from demo.names import chance
from demo.post import by_due, clock, workday_before, workdays_after
from schemas.clock import SHANGHAI
from schemas.forms import forms
from schemas.plan import PLAN, Obligation

ONE_MORE = 0.3


def entries(owed: Obligation, unit: str, fate: Fate, seed: int) -> Iterator[tuple[dt.datetime, Filled]]:
    """When each workbook of a register comes, and what it holds: the entries so far."""
    rng = chance(seed, "register", owed.obligation, unit)
    count = owed.at_least + (owed.at_least > 1 and not fate.late and rng.random() < ONE_MORE)
    if fate.missing:
        count = owed.at_least - 1
    sheets = forms(owed.obligation, unit)
    rows: list[FilledRow] = []
    for when, day in sorted(_days(owed, count, fate, rng)):
        rows = [*rows, _row(sheets[0].return_, owed, unit, len(rows) + 1, day, seed)]
        yield when, Filled({sheets[0].title: rows}, {sheets[0].title: ("有数", "", "")})


def _days(
    owed: Obligation, count: int, fate: Fate, rng: random.Random
) -> Iterator[tuple[dt.datetime, dt.date]]:
    """The arrival and the day of each entry; an entry dated by its own day is sent some days after it."""
    span = owed.due - owed.opens
    for n in range(count):
        first = owed.opens + span * n // count + dt.timedelta(n > 0)
        due = owed.opens + span * (n + 1) // count
        if owed.dated_by:
            day = workday_before(due - dt.timedelta(rng.randint(0, (due - first).days // 2)), first)
            yield clock(workdays_after(day, rng.randint(0, 3) + fate.late), rng), day
        else:
            late = fate.late if n == owed.at_least - 1 else 0
            when = clock(workdays_after(owed.due, late), rng) if late else _in_time(owed, due, rng)
            yield when, when.astimezone(SHANGHAI).date()


def _in_time(owed: Obligation, due: dt.date, rng: random.Random) -> dt.datetime:
    if due == owed.due:
        return by_due(owed, owed.opens, rng)
    return clock(workday_before(due, owed.opens), rng)


def _row(return_: str, owed: Obligation, unit: str, nth: int, day: dt.date, seed: int) -> FilledRow:
    rng = chance(seed, "entry", owed.obligation, unit, nth)
    phase = PLAN.phases[owed.phase]
    if return_ == "meeting":
        return papers.meeting(day, phase, rng)
    if return_ == "bulletin":
        return papers.bulletin(list(PLAN.phases).index(owed.phase) * 4 + nth, day, phase, rng)
    if return_ == "roster":
        return papers.roster(unit, day, rng)
    if return_ == "filing":
        row = papers.filing(owed, unit, "", day, rng)
        return {**row, "doc_title": f"{row['doc_title']}({nth})"}
    return papers.brief(unit, nth, day, phase, rng)
