"""督办事项: everything that is open: the unit, the next step and by when; and what is closed.

Cases open and close by the facts; by hand they are closed on a basis and by a second person. `light` is the
clock, `slip` the measure that the plan's thresholds call for: neither stands for the other.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import duckdb
import pandas as pd
import pandera.pandas as pa

from schemas.cases import SOURCES, TABS, text_of
from schemas.plan import PLAN
from views import TO_THE_MINUTE, RowOrder, Scope, as_promised
from views.answers import case_acted
from views.answers.case_sources import ROWS, Workdays

OPEN, REVIEW, CLOSED, LEFT = "open", "review", "closed", "left"
STATES: Mapping[str, str] = {OPEN: "未结", REVIEW: "待复核", CLOSED: "已销号", LEFT: "移交处非机制"}
SLIPS = {slip.slip: slip.title for slip in PLAN.slips}
GRAVITY = [slip.slip for slip in PLAN.slips]
ANSWER = pa.DataFrameSchema(
    {
        "case": pa.Column(str),
        "source": pa.Column(str, pa.Check.isin([*SOURCES])),
        "part": pa.Column(str, pa.Check.isin([*TABS])),
        "no": pa.Column(str, title="编号"),
        "unit": pa.Column(str),
        "unit_title": pa.Column(str, title="责任单位"),
        "field": pa.Column(str),
        "sender": pa.Column(str),  # of a finding, the unit that told of it
        "what": pa.Column(str, title="事项"),
        "note": pa.Column(str, title="备注"),
        "next_step": pa.Column(str, title="下一步"),
        "by_when": pa.Column("datetime64[us]", title="何时前"),
        "opened_on": pa.Column("datetime64[us]", title="立项"),
        "closed_on": pa.Column("datetime64[us]", title="销号", nullable=True),
        "state": pa.Column(str, pa.Check.isin([*STATES]), title="状态"),
        "light": pa.Column(str, pa.Check.isin([*PLAN.lights])),
        "days": pa.Column(int, title="工作日"),  # past its day; negative before it
        "slip": pa.Column(str, pa.Check.isin(["", *SLIPS])),
        "slip_title": pa.Column(str, title="单"),
        "reply_state": pa.Column(str),
        "reply": pa.Column(str, title="答复"),
        "replied_by": pa.Column(str, title="答复人"),
        "replied_at": pa.Column("datetime64[us]", title="答复时间", nullable=True, metadata=TO_THE_MINUTE),
    },
    strict=True,
    coerce=True,
)
REPLY = ("reply_state", "reply", "replied_by", "replied_at")
ORDER = ("rank", "ahead", "by_when", "no")
ORDERS: Mapping[str, RowOrder] = {
    "gravity": RowOrder("先重后轻"),
    "by_when": RowOrder("时限由早到晚", "by_when"),
    "opened": RowOrder("立项由新到旧", "opened_on", falls=True),
    "unit": RowOrder("按责任单位", "unit"),
}


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """One row a case: red by age, orange, blue, what waits for review, what is due; the closed last."""
    acted = case_acted.fetch(con, replace(scope, reach=None))  # told of cases that are reached alone
    known = {row["case"]: row for row in acted.to_dict("records")}
    days = Workdays(con, scope)
    rows = [
        _case(source, row, known.get(text_of(source, row["subject"]), {}), (scope, days))
        for source, made in ROWS.items()
        for row in made(con, scope)
    ]
    frame = pd.DataFrame(rows, columns=[*ANSWER.columns, "rank", "ahead"])
    ordered = frame.sort_values(list(ORDER), kind="stable", ignore_index=True)
    return as_promised(ANSWER, ordered[list(ANSWER.columns)])


def _case(
    source: str, row: Mapping[str, Any], acted: Mapping[Any, Any], at: tuple[Scope, Workdays]
) -> dict[str, Any]:
    """One case, with what was done to it by hand."""
    scope, workdays = at
    promised = acted.get("promised")
    by_when = row["by_when"] if pd.isna(promised) else max(pd.Timestamp(promised), row["by_when"])
    state, closed_on = _state(row, acted)
    past = workdays.past(row["by_when"].date(), scope.as_of)
    is_over = scope.as_of > row["by_when"].date()
    slip = PLAN.slip_for(past) if state == OPEN and is_over and not _is_group(row["unit"]) else ""
    light = "overdue" if is_over else PLAN.light_ahead(-past)
    return {
        "field": "",
        "sender": "",
        **{name: value for name, value in row.items() if name in ANSWER.columns},
        "case": text_of(source, row["subject"]),
        "source": source,
        "part": SOURCES[source].part,
        "unit_title": PLAN.units[row["unit"]].title,
        "by_when": by_when,
        "closed_on": closed_on,
        "state": state,
        "light": light,
        "days": past,
        "slip": slip,
        "slip_title": SLIPS.get(slip, ""),
        **{name: acted.get(name, pd.NaT if name == "replied_at" else "") for name in REPLY},
        "rank": _rank(state, slip),
        "ahead": -past,
    }


def _state(row: Mapping[str, Any], acted: Mapping[Any, Any]) -> tuple[str, Any]:
    """How a case stands, and since when it is closed."""
    if row.get("left"):
        return LEFT, row["closed_on"]
    if not pd.isna(row["closed_on"]):
        return CLOSED, row["closed_on"]
    if acted.get("closing_state") == "closed":
        return CLOSED, acted["closing_on"]
    is_done = row.get("is_under_review") or acted.get("closing_state") == "proposed"
    return (REVIEW if is_done else OPEN), pd.NaT


def _rank(state: str, slip: str) -> int:
    """Red, orange, blue, review, due; then what is closed, and what left."""
    if state == OPEN:
        return GRAVITY.index(slip) if slip else len(GRAVITY) + 1
    return len(GRAVITY) + (0 if state == REVIEW else 2 if state == CLOSED else 3)


def _is_group(unit: str) -> bool:
    """Whether it is the leading group itself, which gets no slip: what it owes goes to a meeting."""
    return "group" in PLAN.units[unit].roles


def open_(rows: pd.DataFrame) -> pd.DataFrame:
    """The cases that are not closed and did not leave."""
    return rows[rows["state"].isin([OPEN, REVIEW])]
