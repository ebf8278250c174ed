"""What the units told of their own parts, which the notice gives no due day: how much of each kind."""

import streamlit as st

from ui import data, filtered, tables
from views import Scope
from views.answers import work

COLUMNS = tuple(name for name, column in work.ANSWER.columns.items() if column.title)
KNOWS = ("territory", "field")
SHOWN = ("unit_title", "kind", *work.ADDED, "last_on")


def work_done(scope: Scope) -> None:
    """A line for each unit and kind; what names no territory or field is left out where one is chosen."""
    filters = filtered.filters()
    rows = filters.narrow(data.answer(work.fetch, scope))
    kinds = work.by_kind(rows)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(
            f"**{filters.mark(*KNOWS)}各单位常设事项**　"
            f":gray[:small[{rows['told'].sum()} 件，截至当日各阶段合计；每件计一次，按最后一次所报]]",
            width="content",
        )
        tables.download(tables.titled(rows, work.ANSWER, COLUMNS), "各单位常设事项", scope, filters.words())
    if len(kinds):
        tables.table(kinds, work.ANSWER, SHOWN, height="content")
    else:
        st.caption("还没有单位报过。")
