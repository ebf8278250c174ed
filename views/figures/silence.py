"""What is not told is no progress: where a month's sheet is not in, the month before stands again."""

import datetime as dt

import pandas as pd

from schemas.plan import PLAN
from views import Ask, Scope, records
from views.answers import compliance


def silent(ask: Ask, scope: Scope) -> set[tuple[dt.date, str]]:
    """The months, by their last day, and the territories whose sheets for them are not in."""
    monthly = {o.obligation for o in PLAN.obligations.values() if "rectification" in o.returns}
    rows = ask(compliance.fetch, Scope(None, scope.as_of))
    return {
        ((r.due.replace(day=1) - dt.timedelta(1)).date(), r.unit)
        for r in records(rows[rows["obligation"].isin(monthly) & ~rows["status"].isin(["on_time", "late"])])
    }


def carried(rows: pd.DataFrame, missing: set[tuple[dt.date, str]]) -> pd.DataFrame:
    """With the month before wherever a territory has not reported: silence is no progress."""
    months: list[pd.DataFrame] = []
    for day, month in rows.groupby("tells_of"):
        owing = {unit for last, unit in missing if last == pd.Timestamp(str(day)).date()}
        before = months[-1] if months else month.head(0)
        again = before[before["territory"].isin(owing - set(month["territory"]))]
        months.append(pd.concat([month, again.assign(tells_of=day)]))
    return pd.concat(months) if months else rows
