"""One cell of the matrix, opened: the duty, its clause, whose it is, and what has come in for it."""

import pandas as pd
import streamlit as st

from schemas.plan import PLAN
from ui import address, charts, data, plan_changes, receipts, tables
from ui.plain import plain
from views import Scope
from views.answers import compliance, registered
from views.figures import headline, words


def show(scope: Scope) -> None:
    """The cell last clicked, over the page; closed, the page stays filtered by its territory or field."""
    chosen = charts.cell()
    if chosen is None:
        return
    duties = data.answer(compliance.fetch, scope)
    rows = duties[_of(duties, *chosen)]
    if not rows.empty:
        _opened(*chosen, rows, scope)


def _of(duties: pd.DataFrame, subject: str, obligation: str) -> "pd.Series[bool]":
    mine = duties["field"] if subject in PLAN.fields else duties["unit"]
    return (duties["obligation"] == obligation) & (mine == subject)


@st.dialog("报送情况", width="large", on_dismiss=lambda: address.put(cell=None))
def _opened(subject: str, obligation: str, rows: pd.DataFrame, scope: Scope) -> None:
    _duty(subject, obligation)
    st.markdown(f"**逐项情况**　:gray[{len(rows)} 项]")
    shown = tables.lighted(rows)
    columns = ["unit_title", "field_title", "status_title", "days", "arrived"]
    tables.table(shown, compliance.ANSWER, columns, height="content", key="detail_rows")
    _entries(subject, obligation, scope)
    _submissions(subject, obligation, scope)


def _duty(subject: str, obligation: str) -> None:
    owed = PLAN.obligations[obligation]
    thing = PLAN.fields.get(subject) or PLAN.units[subject]
    inner = "　:gray-badge[内部时限]" if owed.is_internal else ""
    st.markdown(f"**{thing.title}**　{owed.title}{inner}")
    moved = plan_changes.moves(obligation)
    said = f"　{plain(f'（{moved}）')}" if moved else ""
    st.markdown(f"截止 **{words.due_day(owed.due)}**{said}　　报 {PLAN.receivers(obligation)}")
    if subject in PLAN.fields:
        who = "、".join(PLAN.units[unit].title for unit in PLAN.submitters(obligation, subject))
        st.markdown(f"报送单位　{who}" + ("（任一牵头单位报送，其余会签）" if "、" in who else ""))
    if owed.quote:
        st.markdown(f"> {owed.quote}\n>\n> :gray[——方案 {owed.clause}]")
    if owed.note:
        st.markdown(f":gray[内部说明：{owed.note}]")


def _entries(subject: str, obligation: str, scope: Scope) -> None:
    """Of a register placed by its own day: what was sent for this matter or counts for it, and where."""
    if not PLAN.obligations[obligation].dated_by:
        return
    every = data.answer(registered.fetch, scope.whole)
    mine = every[(every["unit"] == subject) & (every[["sent_for", "counts_for"]] == obligation).any(axis=1)]
    if mine.empty:
        return
    st.markdown(f"**登记的各条**　:gray[{len(mine)} 条，按各自日期归入]")
    tables.table(mine, registered.ANSWER, ("entry_day", "counts_title", "arrived"), height="content")
    doubt = headline.strayed(mine, obligation)
    if doubt:
        st.warning(doubt)


def _submissions(subject: str, obligation: str, scope: Scope) -> None:
    senders = PLAN.submitters(obligation, subject) if subject in PLAN.fields else [subject]
    listed = [r for unit in senders for r in receipts.of(unit, scope) if r.obligation == obligation]
    st.markdown(f"**报送记录**　:gray[{len(listed)} 份]")
    if listed:
        receipts.show(listed, scope)
    else:
        st.caption("还没有收到报送。")
