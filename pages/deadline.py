"""时限: who owes what by when, and whether it came."""

import streamlit as st

from ui import address, cards, charts, detail, frame
from views import compliance

PARTS = {"grid": "状态矩阵", "late": "谁最拖", "all": "全部明细"}
COLUMNS = (
    "due", "group_name", "unit_title", "field_title", "title", "status_title", "days", "arrived", "received",
    "accepted", "clause",
)  # fmt: skip

scope = frame.top()
duties = frame.answer(compliance.fetch, scope)
cards.today(scope)
cards.rates(duties, scope)
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
    shown = duties.assign(status_title=[frame.lit(status) for status in duties["status"]])
    frame.download(frame.titled(shown, compliance.ANSWER, COLUMNS), "时限", scope)
    frame.table(shown, compliance.ANSWER, COLUMNS, height=520)
detail.show(scope)
