"""One cell of the matrix, opened: the duty, its clause, whose it is, and what has come in for it."""

import datetime as dt

import pandas as pd
import streamlit as st

from schemas.plan import PLAN
from ui import charts, frame, receipts
from views import compliance


def show(duties: pd.DataFrame, as_of: dt.date) -> None:
    """The cell last clicked, or how to open one."""
    cell = charts.chosen()
    rows = duties[_of(duties, *cell)] if cell else duties[:0]
    if cell is None or rows.empty:
        st.caption("点击任一格，在此查看应报事项、依据原文和报送记录；双击空白处取消。")
        return
    subject, owed = cell[0], PLAN.obligations[cell[1]]
    with st.container(border=True, key="detail"):
        left, right = st.columns([5, 6], gap="medium")
        with left:
            _duty(subject, owed.obligation)
        with right:
            st.markdown(f"**逐项情况**　:gray[{len(rows)} 项]")
            shown = rows.assign(status_title=[frame.lit(s) for s in rows["status"]])
            columns = ["unit_title", "field_title", "status_title", "days", "arrived"]
            frame.table(shown, compliance.ANSWER, columns, height="content", key="detail_rows")
            _submissions(subject, owed.obligation, as_of)


def _of(duties: pd.DataFrame, subject: str, obligation: str) -> "pd.Series[bool]":
    mine = duties["field"] if subject in PLAN.fields else duties["unit"]
    return (duties["obligation"] == obligation) & (mine == subject)


def _duty(subject: str, obligation: str) -> None:
    owed = PLAN.obligations[obligation]
    thing = PLAN.fields.get(subject) or PLAN.units[subject]
    inner = "　:gray-badge[内部时限]" if owed.basis == "internal" else ""
    st.markdown(f"**{thing.title}**　{owed.title}{inner}")
    st.markdown(f"截止 **{frame.weekday(owed.due)}**　　报 {PLAN.units[owed.owed_to].title}")
    if subject in PLAN.fields:
        who = "、".join(PLAN.units[unit].title for unit in PLAN.submitters(obligation, subject))
        st.markdown(f"报送单位　{who}" + ("（任一牵头单位报送，其余会签）" if "、" in who else ""))
    st.markdown(f"> {owed.quote}\n>\n> :gray[——方案 {owed.clause}]")


def _submissions(subject: str, obligation: str, as_of: dt.date) -> None:
    senders = PLAN.submitters(obligation, subject) if subject in PLAN.fields else [subject]
    found = [r for unit in senders for r in receipts.of(unit, as_of) if r.obligation == obligation]
    st.markdown(f"**报送记录**　:gray[{len(found)} 份]")
    if found:
        receipts.show(found)
    else:
        st.caption("还没有收到报送。")
