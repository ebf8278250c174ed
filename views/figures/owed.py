"""The parts of what was owed: what a figure counts and what a list shows is one condition, declared once."""

from collections.abc import Callable, Mapping

import pandas as pd

from schemas.said import GROUP
from views import Ask, RowOrder, Scope
from views.answers import compliance
from views.figures.filters import Filters

FILED = ("on_time", "late")
KNOWS = ("territory", "field")  # the filters that duties obey
DATES: Mapping[str, str] = {"": "全部时限", "notice": "方案规定", "internal": "内部时限"}  # of Scope.dates

ORDERS: Mapping[str, RowOrder] = {
    "due": RowOrder("截止日由早到晚"),
    "latest": RowOrder("截止日由晚到早", "due", falls=True),
    "days": RowOrder("天数由长到短", "days", falls=True),
    "arrived": RowOrder("受理由新到旧", "arrived", falls=True),
}


def _due(rows: pd.DataFrame) -> "pd.Series[bool]":
    """Duties of units whose day is over: those of the day looked at are neither met nor missed.

    What the leading group owes itself stands apart.
    """
    due: pd.Series[bool] = rows["is_due"] & ~rows["is_apart"]
    return due


# of the rows of compliance: what a part is called, and which rows it has
PARTS: Mapping[str, tuple[str, Callable[[pd.DataFrame], "pd.Series[bool]"]]] = {
    "due": ("已到期", _due),
    "filed": ("其中已报", lambda rows: _due(rows) & rows["status"].isin(FILED)),
    "on_time": ("其中按时", lambda rows: _due(rows) & (rows["status"] == "on_time")),
    "late": ("其中迟报", lambda rows: _due(rows) & (rows["status"] == "late")),
    "unfiled": ("其中未报", lambda rows: _due(rows) & ~rows["status"].isin(FILED)),
    "overdue": (f"逾期未报（含{GROUP}自身）", lambda rows: rows["status"] == "overdue"),
    "apart": (f"{GROUP}自身已到期", lambda rows: rows["is_due"] & rows["is_apart"]),
}


def part(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """The rows of one part; any other name means all of them."""
    return rows[PARTS[name][1](rows)] if name in PARTS else rows


def count(rows: pd.DataFrame) -> dict[str, int]:
    """How many rows each part has."""
    return {name: int(holds(rows).sum()) for name, (_, holds) in PARTS.items()}


def narrowed(rows: pd.DataFrame, filters: Filters) -> pd.DataFrame:
    """What the territory looked at owes itself, and what is owed for the field looked at."""
    for name, value in (("unit", filters.territory), ("field", filters.field)):
        rows = rows[rows[name] == value] if value else rows
    return rows


def duties(ask: Ask, scope: Scope, filters: Filters) -> pd.DataFrame:
    """The rows of compliance that rates are taken of: through the filters, of the due days asked for."""
    rows = narrowed(ask(compliance.fetch, scope), filters)
    return rows[rows["is_internal"] == (scope.dates == "internal")] if scope.dates else rows
