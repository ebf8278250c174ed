"""督办事项: everything that is open, with the unit, the next step and by when; beside it one case whole."""

import streamlit as st

from ui import acting, case_panel, case_rows, data, top
from views.answers import cases

scope = top.top("cases", "**督办事项**　:gray[责任单位、事项、下一步、时限]")
acting.said()
every = data.answer(cases.fetch, scope)
case_rows.counts(every)
rows = case_rows.narrowed(every, scope)
left, right = st.columns([71, 29], gap="small")
with right, st.container(border=True, gap="xsmall"):
    case_panel.show(case_rows.chosen(rows), scope)
with left:
    case_rows.listed(rows)
    case_rows.apart(every)
case_panel.roster(scope)
