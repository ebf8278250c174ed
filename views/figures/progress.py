"""Where the work of the campaign should be on a day (K23), and where it is."""

import datetime as dt
from dataclasses import replace

from schemas.plan import PLAN, Phase
from views import Scope

EVERY_PHASE = "全部阶段"
NUMERALS = "①②③④⑤⑥⑦⑧⑨⑩"


def working_days(first: dt.date, last: dt.date) -> int:
    """Working days from one day to another, both included."""
    days = (first + dt.timedelta(n) for n in range((last - first).days + 1))
    return sum(map(PLAN.is_workday, days))


def elapsed(phase: Phase, as_of: dt.date) -> float:
    """序时进度: the share of a phase's working days that have passed by the end of a day."""
    if as_of < phase.starts_on:
        return 0.0
    whole = working_days(phase.starts_on, phase.ends_on)
    return working_days(phase.starts_on, min(as_of, phase.ends_on)) / whole if whole else 1.0


def baseline_day(as_of: dt.date) -> dt.date:
    """The day whose surveys are the baseline: the end of their phase, or the day looked at before it."""
    surveyed = PLAN.phase_owing("by_field")
    return min(as_of, surveyed.ends_on if surveyed else PLAN.campaign.ends_on)


def frozen(scope: Scope) -> Scope:
    """Of what the baseline is made: the same rows, on its day."""
    return replace(scope.whole, as_of=baseline_day(scope.as_of))


def half_month_before(as_of: dt.date) -> dt.date:
    """The end of the half month before the one in which a day lies: what the last meeting looked at."""
    return as_of.replace(day=15) if as_of.day > 15 else as_of.replace(day=1) - dt.timedelta(1)


def current(as_of: dt.date) -> Phase:
    """The phase of a day: the last that has begun, or the first."""
    begun = [p for p in PLAN.phases.values() if p.starts_on <= as_of]
    return begun[-1] if begun else next(iter(PLAN.phases.values()))


def phase_label(code: str, as_of: dt.date, overdue: int = 0) -> str:
    """A phase as a step: the days left while it runs; when it is over, what is still owed, or ✓."""
    if code not in PLAN.phases:
        return EVERY_PHASE
    step = PLAN.phases[code]
    name = f"{NUMERALS[list(PLAN.phases).index(code)]} {step.title}"
    if as_of > step.ends_on:
        return f"{name} 未报{overdue}项" if overdue else f"{name} ✓"
    if as_of < step.starts_on:
        return name
    return f"{name} 剩{(step.ends_on - as_of).days}天" if as_of < step.ends_on else f"{name} 今日止"
