"""The parts of what was owed: what a figure counts and what a list shows is one condition, declared once."""

import datetime as dt
from collections.abc import Callable, Mapping

import pandas as pd

from views.figures.filters import Filters

FILED = ("on_time", "late")


def _due(rows: pd.DataFrame, as_of: dt.date) -> "pd.Series[bool]":
    due: pd.Series[bool] = rows["scored"] & (rows["due"].dt.date <= as_of)
    return due


# of the rows of compliance: what a part is called, and which rows it has as of a day
PARTS: Mapping[str, tuple[str, Callable[[pd.DataFrame, dt.date], "pd.Series[bool]"]]] = {
    "due": ("已到期考核事项", _due),
    "filed": ("其中已报", lambda rows, day: _due(rows, day) & rows["status"].isin(FILED)),
    "on_time": ("其中按时", lambda rows, day: _due(rows, day) & (rows["status"] == "on_time")),
    "late": ("其中迟报", lambda rows, day: _due(rows, day) & (rows["status"] == "late")),
    "unfiled": ("其中未报", lambda rows, day: _due(rows, day) & ~rows["status"].isin(FILED)),
    "overdue": ("逾期未报（含不考核）", lambda rows, _: rows["status"] == "overdue"),
}


def part(rows: pd.DataFrame, name: str, as_of: dt.date) -> pd.DataFrame:
    """The rows of one part; any other name means all of them."""
    return rows[PARTS[name][1](rows, as_of)] if name in PARTS else rows


def count(rows: pd.DataFrame, as_of: dt.date) -> dict[str, int]:
    """How many rows each part has."""
    return {name: int(holds(rows, as_of).sum()) for name, (_, holds) in PARTS.items()}


def narrowed(rows: pd.DataFrame, filters: Filters) -> pd.DataFrame:
    """What the territory looked at owes itself, and what is owed for the field looked at."""
    for name, value in (("unit", filters.territory), ("field", filters.field)):
        rows = rows[rows[name] == value] if value else rows
    return rows
