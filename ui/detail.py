"""One cell of the matrix, opened: the duty, its clause, whose it is, and what has come in for it."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from pipelines.keeping.receipts import Listed
from schemas.plan import PLAN
from ui import address, charts, data, plan_changes, receipts, tables, who, why
from ui.plain import plain
from views import Scope, records
from views.answers import compliance, contact, registered
from views.figures import headline, owed, words


def show(scope: Scope) -> None:
    """The cell last clicked, over the page; closed, the page is as it was."""
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
    listed = why.listed(subject, obligation, scope)
    _unmet(rows, listed)
    _whom_to_ask(rows, scope)
    st.markdown(f"**逐项情况**　:gray[{len(rows)} 项]")
    shown = tables.lighted(rows)
    columns = ["unit_title", "field_title", "status_title", "days", "arrived"]
    tables.table(shown, compliance.ANSWER, columns, height="content", key="detail_rows")
    _entries(subject, obligation, scope)
    _submissions(listed, scope)


def _unmet(rows: pd.DataFrame, listed: Sequence[Listed]) -> None:
    """Why it is not in: nothing came, the last sending was not accepted, or sheets of it are not finished."""
    left = rows[~rows["status"].isin(owed.FILED)]
    if left.empty:
        return
    days = int(left["days"].max()) if (left["status"] == "overdue").any() else 0
    late = f"，已逾期 {days} 个工作日" if days > 0 else ""
    st.markdown(f":red[**未报齐的原因**{late}]　{plain(why.reason(listed))}")


def _whom_to_ask(rows: pd.DataFrame, scope: Scope) -> None:
    """The contacts of the units concerned, for those who need them."""
    if not who.may("people"):
        return
    every = data.answer(contact.fetch, scope)
    for row in records(every[every["unit"].isin(rows["unit"])].drop_duplicates(["unit", "person_name"])):
        told = "　".join(plain(word) for word in (row.person_name, row.post, row.telephone) if word)
        st.markdown(f":gray[联络员　{row.unit_title}]　{told}")


def _duty(subject: str, obligation: str) -> None:
    matter = PLAN.obligations[obligation]
    thing = PLAN.fields.get(subject) or PLAN.units[subject]
    inner = "　:gray-badge[内部时限]" if matter.is_internal else ""
    st.markdown(f"**{thing.title}**　{matter.title}{inner}")
    moved = plan_changes.moves(obligation)
    said = f"　{plain(f'（{moved}）')}" if moved else ""
    st.markdown(f"截止 **{words.due_day(matter.due)}**{said}　　报 {PLAN.receivers(obligation)}")
    if subject in PLAN.fields:
        senders = "、".join(PLAN.units[unit].title for unit in PLAN.submitters(obligation, subject))
        joint = "（任一牵头单位报送，其余会签）" if "、" in senders else ""
        st.markdown(f"报送单位　{senders}{joint}")
    if matter.quote:
        st.markdown(f"> {matter.quote}\n>\n> :gray[——{words.clause(matter.clause)}]")
    if matter.note:
        st.markdown(f":gray[内部说明：{matter.note}]")


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


def _submissions(listed: Sequence[Listed], scope: Scope) -> None:
    st.markdown(f"**报送记录**　:gray[{len(listed)} 份]")
    if listed:
        receipts.show(listed, scope)
    else:
        st.caption("尚未收到报送。")
