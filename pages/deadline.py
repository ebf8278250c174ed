"""时限: who owes what by when, and whether it came."""

import streamlit as st

from schemas.plan import PLAN
from ui import cards, charts, detail, frame
from views import compliance, matrix

COLUMNS = (
    "due", "group_name", "unit_title", "field_title", "title", "status_title", "days", "arrived", "received",
    "accepted", "clause",
)  # fmt: skip

scope = frame.scope_bar()
con = frame.cursor()
cells, duties = matrix.fetch(con, scope), compliance.fetch(con, scope)

st.markdown(frame.demo_badge() + cards.watch(duties))
cards.rates(duties, scope)
if duties.empty:
    st.info("本阶段没有应报事项。")
    st.stop()

names = ["县市（园区）和领域", "牵头单位、领导小组"] if scope.phase is None else ["各单位"]
*tabs, everything = st.tabs([*names, "全部明细"])
rows = [tab.container(horizontal=True, gap="small") for tab in tabs]
with rows[0]:
    charts.status_matrix(cells, "territory", "哪个县市（园区）没报？")
    with charts.status_matrix(cells, "field", "哪个领域没报？"):
        frame.legend()
with rows[-1]:
    charts.status_matrix(cells, "lead", "哪个牵头、成员单位没报？")
    charts.status_matrix(cells, "office", "领导小组、办公室办了没有？")
with everything:
    frame.download_csv(duties, compliance.ANSWER, COLUMNS, f"{PLAN.campaign.short}_时限_截至{scope.as_of}")
    shown = duties.assign(status_title=[frame.lit(status) for status in duties["status"]])
    frame.table(shown, compliance.ANSWER, COLUMNS, height=520)
detail.show(duties, scope.as_of)
