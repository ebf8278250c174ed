"""The monthly matters of the plan, and the month of which each tells."""

import datetime as dt
from dataclasses import dataclass

from schemas.plan import PLAN, Obligation

BY_MONTH = {"rectification", "ban"}


@dataclass(frozen=True)
class Month:
    """One of the monthly matters, and the last day of the month of which it tells."""

    obligation: str
    ends_on: dt.date


def month_told(owed: Obligation) -> dt.date:
    """A monthly matter tells of the month before the one in which it is due."""
    first = owed.due.replace(day=1)
    return max(first - dt.timedelta(1), PLAN.campaign.starts_on)


def months() -> list[Month]:
    monthly = [o for o in PLAN.obligations.values() if BY_MONTH & set(o.returns)]
    return [Month(o.obligation, month_told(o)) for o in sorted(monthly, key=lambda o: o.due)]
