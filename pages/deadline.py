"""时限: who owes what by when, and whether it came."""

import streamlit as st

from ui import address, cards, charts, data, detail, filtered, matters, top
from views.charts import lateness, league, quota
from views.figures import owed

PARTS = {"grid": "状态矩阵", "late": "滞后单位", "all": "全部明细"}

scope = top.top("deadline")
duties = data.made(owed.duties, scope, filtered.filters())
cards.today(scope, "")
cards.rates(scope)
filtered.chips(dates=True)
if duties.empty:
    st.info("所选阶段和筛选内没有应报事项。")
    st.stop()

part = address.choose("part", PARTS)
if part == "grid":
    charts.matrices(scope)
elif part == "late":
    left, right = st.columns(2, gap="large")
    with left:
        charts.draw(league.picture, scope)
        charts.draw(quota.picture, scope)
    with right:
        charts.draw(lateness.picture, scope)
else:
    matters.listed(duties, scope)
detail.show(scope)
