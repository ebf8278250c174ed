"""主体归并: which records are one institution, decided by the office, and undone."""

import streamlit as st

from ui import acting, data, merge, top
from views.answers import likely

scope = top.top("merge", "**主体归并**　:gray[系统提出疑似同一家的记录，由办公室认定]")
acting.said()
pairs, told = data.answer(likely.fetch, scope), data.answer(likely.decided, scope)
left, right = st.columns([29, 71], gap="medium")
with left:
    part = merge.part(pairs, told)
    if part == "decided":
        merge.decided(told, len(told))
        chosen = pairs[:0]
    else:
        chosen = merge.queue(pairs, is_pending=part == "pending")
        merge.decided(told)
with right:
    if len(chosen):
        rows = merge.beside(chosen, scope)
        merge.decide(chosen, rows, scope)
