"""时限: who owes what by when, and whether it came."""

import streamlit as st

from ui import address, cards, charts, detail, frame, matters
from views.answers import compliance

PARTS = {"grid": "状态矩阵", "late": "谁最拖", "all": "全部明细"}

scope = frame.top()
duties = frame.answer(compliance.fetch, scope)
cards.today(scope, "")
cards.rates(scope)
frame.chips()
if duties.empty:
    st.info("本阶段没有应报事项。")
    st.stop()

part = address.choose("part", PARTS)
if part == "grid":
    charts.matrices(scope)
elif part == "late":
    left, right = st.columns(2, gap="large")
    with left:
        charts.draw("league", scope)
        charts.draw("quota", scope)
    with right:
        charts.draw("lateness", scope)
else:
    matters.listed(duties, scope)
detail.show(scope)
