"""撤回一条: one entry of a register is taken back, at once or with the office's consent."""

from typing import Any

import pandas as pd
import streamlit as st

from schemas.acts.withdrawal import AT_ONCE
from schemas.clock import SHANGHAI
from ui import acting, data, who, within
from ui.plain import plain
from views import records
from views.answers import entry


def take_back(no: str, place: str) -> None:
    """The entries of one sending, of which one may be taken back; nothing where it is no register."""
    if not who.may("answer"):
        return
    rows: pd.DataFrame = data.answer(entry.fetch, within.today("answer"))
    mine = {row.subject: row for row in records(rows[rows["submission"] == no])}
    if not mine:
        return
    with st.expander(f"撤回其中一条（{len(mine)} 条）"):
        st.caption("撤回的一条不再计入，其余各条照旧；原件和回执照旧留存。以后再报来，重新计入。")
        chosen = st.selectbox(
            "哪一条",
            list(mine),
            format_func=lambda subject: _named(mine[subject]),
            index=None,
            placeholder="选择一条",
            key=f"entry_{place}_{no}",
        )
        if chosen:
            if words := acting.told("entry_withdrawn", chosen):
                st.caption(words)
            now = data.store().now().astimezone(SHANGHAI).replace(tzinfo=None)
            is_new = pd.Timestamp(now) - mine[chosen].came_at <= AT_ONCE
            acting.form("entry_withdrawn" if is_new else "entry_withdrawal_asked", chosen, place)


def _named(row: Any) -> str:
    state = "" if row.stands else "　已撤回"
    return f"{plain(row.entry_key)}　{row.came_at:%m-%d %H:%M} 报来{state}"
