"""What stands on the page before the meeting: lists with a reason, changes, and the counties side by side."""

import datetime as dt

import pandas as pd
import streamlit as st

from schemas.plan import PLAN
from schemas.said import TERRITORY
from ui import address, data, tables, why
from views import Scope, records
from views.answers import cases, compliance
from views.figures import briefing, words

LATE = ("unit_title", "title", "field_title", "due", "days")
OVERDUE = ("unit_title", "no", "what", "next_step", "by_when", "days", "slip_title")
REASON = "原因"
MOST = 400  # pixels of a list


def since(usual: dt.date, scope: Scope) -> dt.date:
    """From which day on changes are told: the last meeting's, unless another is chosen."""
    told = address.get("since")
    try:
        day = dt.date.fromisoformat(told) if told else usual
    except ValueError:
        day = usual
    day = min(max(day, PLAN.campaign.starts_on), scope.as_of)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown("对比日期", width="content")
        st.date_input(
            "对比日期",
            min_value=PLAN.campaign.starts_on,
            max_value=scope.as_of,
            format="YYYY-MM-DD",
            width=140,
            label_visibility="collapsed",
            **address.bound("since", day, str),
        )
        st.caption(f"上次例会 {usual:%Y-%m-%d}", width="content")
    return day


def late(scope: Scope) -> None:
    """Who is late, and why."""
    rows = data.made(briefing.late, scope)
    shown = tables.titled(rows, compliance.ANSWER, LATE).assign(
        **{REASON: [why.reason(why.listed(_whose(r), r.obligation, scope)) for r in records(rows)]}
    )
    _listed("逾期未报", "项", shown, scope)


def overdue_cases(scope: Scope) -> None:
    """What else is past its day: findings, what a meeting settled, what is to be explained or done."""
    rows = data.made(briefing.overdue_cases, scope)
    _listed("其他逾期事项", "件", tables.titled(rows, cases.ANSWER, OVERDUE), scope)


def _whose(row: object) -> str:
    """The unit of a duty; of one that several owe jointly the field."""
    unit, field = str(getattr(row, "unit", "")), str(getattr(row, "field", ""))
    return unit if unit in PLAN.units else field


def ahead(scope: Scope) -> None:
    """What is due within two weeks."""
    rows = tables.lighted(data.made(briefing.ahead, scope))
    until = words.day(scope.as_of + briefing.AHEAD)
    shown = rows.rename(columns={**briefing.DUE, "status_title": "状态"})[[*briefing.DUE.values(), "状态"]]
    _listed(f"两周内到期（至 {until}）", "项", shown, scope)


def changes(scope: Scope, day: dt.date) -> None:
    """What changed since a day."""
    _listed(f"{words.day(day)}以来的变化", "条", data.made(briefing.changes, scope, day), scope)


def by_county(scope: Scope) -> None:
    """The counties in a table, and two of them side by side."""
    rows = data.made(briefing.by_county, scope)
    _headed(f"各{TERRITORY}", f"{len(rows) - 1} 个", rows, scope)
    figures = {name: st.column_config.NumberColumn(format="localized") for name in rows.columns[1:]}
    st.dataframe(rows, hide_index=True, height=tables.tall(rows, 2 * MOST), column_config=figures)
    names = list(rows[TERRITORY])
    with st.expander(f"对比两个{TERRITORY}"):
        one, other = st.columns(2)
        first = one.selectbox("第一个", names, index=0)
        second = other.selectbox("第二个", names, index=min(1, len(names) - 1))
        both = rows.set_index(TERRITORY).T[list(dict.fromkeys([first, second]))]
        tables.whole(both.rename_axis("指标").reset_index())


def _listed(title: str, unit: str, rows: pd.DataFrame, scope: Scope) -> None:
    """A list under its title, with how many there are."""
    _headed(title, f"{len(rows)} {unit}", rows, scope)
    if rows.empty:
        st.caption("没有。")
    else:
        tables.whole(rows, MOST)


def _headed(title: str, count: str, rows: pd.DataFrame, scope: Scope) -> None:
    """The title of a list that can be taken away and printed."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(f"**{title}**　:gray[{count}]", width="content")
        if len(rows):
            tables.download(rows, title, scope)
