"""A unit's own desk: what it owes, the most pressing first, and how it stands beside the others."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pipelines.keeping.receipts import Listed
from schemas.plan import PLAN
from ui import address, receipts, tables, who
from ui.plain import plain
from views import records
from views.figures import words

LATE = ("returned", "overdue", "urgent")  # what is done before anything else
OPEN = (*LATE, "soon", "pending")
NEXT = 6  # matters due later that are listed


def unit() -> str:
    """The unit whose desk this is; whoever fills in no returns has none: that is said, and the page stops."""
    mine = who.unit()
    if mine is None:
        with st.container(horizontal=True, horizontal_alignment="right"):
            who.choose()
        st.info("您没有填报单位的身份，没有要报送的事项。", title="没有待办")
        st.stop()
    return mine


def pressing(matters: Sequence[Sequence[Any]], sent: Sequence[Listed]) -> None:
    """The matters that are returned, late or nearly so, one line each."""
    for same in matters:
        if same[0].status in LATE:
            _line(same, sent)


def ahead(matters: Sequence[Sequence[Any]], sent: Sequence[Listed]) -> None:
    """The matters that are due later, the next first; or that nothing is owed at all."""
    if not matters:
        st.success("没有待报事项。", title="已全部报送")
    later = [same for same in matters if same[0].status not in LATE]
    for same in later[:NEXT]:
        _line(same, sent)
    if len(later) > NEXT:
        st.caption(f"另有 {len(later) - NEXT} 项未到期，见下方全部事项。")


def matters(rows: pd.DataFrame) -> list[list[Any]]:
    """The duties still open, of each matter together: returned and overdue first, then by what is left."""
    order = {status: n for n, status in enumerate(OPEN)}
    open_ = [r for r in records(rows) if r.status in order]
    together: dict[str, list[Any]] = {}
    for row in sorted(open_, key=lambda r: (order[r.status], r.due)):
        together.setdefault(row.obligation, []).append(row)
    return list(together.values())


def _line(same: Sequence[Any], sent: Sequence[Listed]) -> None:
    row = same[0]
    last = next((each for each in sent if each.obligation == row.obligation), None)
    owed = PLAN.obligations[row.obligation]
    with _row(row.obligation):
        light = tables.lit(row.status)
        grave = (
            "red" if row.status in {"overdue", "returned"} else "orange" if row.status == "urgent" else "gray"
        )
        st.markdown(f":{grave}[**{light}**]  \n{_left(row)}", width=150)
        fields = "、".join(r.field_title for r in same if r.field_title)
        about = f"　:gray[{fields}]" if fields else ""
        inner = "　:gray-badge[内部时限]" if owed.is_internal else ""
        due = f"截止 {words.due_day(row.due.date())}{_moved(row)}"
        words_below = f"{due}　{words.clause(owed.clause)}{_sent_back(last)}"
        st.markdown(f"**{owed.title}**{about}{inner}  \n:gray[{words_below}]", width="stretch")
        if st.button("去报送", key=f"go_{row.obligation}", type="primary" if grave == "red" else "secondary"):
            st.switch_page(address.page("submit"), query_params=address.to(duty=row.obligation))


def _row(obligation: str) -> DeltaGenerator:
    """A framed line of one matter; on a narrow screen its parts stand below each other."""
    return st.container(
        border=True,
        horizontal=True,
        vertical_alignment="center",
        gap="medium",
        wrap=False,
        key=f"line_{obligation}",
    )


def standing(unit: str, sent: Sequence[Listed]) -> None:
    """What has no due day: to be told whenever it happens, and what was told of it so far."""
    for owed in (o for o in PLAN.obligations_of(unit) if o.is_standing):
        told = [r for r in sent if r.obligation == owed.obligation and r.verdict == "acceptable"]
        so_far = (
            f"已受理 {len(told)} 份，最近 {receipts.moment(told[0].receipt)[5:10]}" if told else "还没有报过"
        )
        with _row(owed.obligation):
            st.markdown("**随时**", width=150)
            st.markdown(
                f"**{owed.title}**　:gray-badge[常设事项]  \n:gray[{words.clause(owed.clause)}　{so_far}]",
                width="stretch",
            )
            if st.button("去报送", key=f"go_{owed.obligation}"):
                st.switch_page(address.page("submit"), query_params=address.to(duty=owed.obligation))


def _sent_back(last: Listed | None) -> str:
    """That the last workbook for a matter was sent back, and when."""
    if last is None or last.verdict in {"acceptable", "withdrawn"}:
        return ""
    return f"　最近一次报送（{receipts.moment(last.receipt)[5:10]}）已退回，待补正"


def _moved(row: Any) -> str:
    """The day before one that was moved, and why."""
    return f"（{plain(row.moved_words)}）" if row.moved_words else ""


def _left(row: Any) -> str:
    if row.status == "overdue":
        return f"已逾期 {row.days} 个工作日"
    return "今日截止" if not row.days else f"还剩 {row.days} 个工作日"
