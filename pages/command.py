"""指挥台: where the campaign stands, who is late, what is dangerous, what must be pushed today."""

import streamlit as st

from ui import address, cards, charts, detail, frame

GROUPS = {"territory": "县市", "field": "领域", "lead": "部门", "office": "领导小组"}


def rows() -> str:
    return address.get("rows") if address.get("rows") in GROUPS else "territory"


def choose_rows() -> None:
    st.segmented_control(
        "矩阵的行", list(GROUPS), format_func=GROUPS.__getitem__, required=True, label_visibility="collapsed",
        **address.bound("rows", rows(), str),
    )  # fmt: skip


scope = frame.top()
cards.today(scope)
cards.five(scope)
frame.chips()

left, right = st.columns([61, 39], gap="medium")
with left:
    charts.draw("matrix", scope, rows(), address.get("cell"), beside=choose_rows)
    frame.legend()
with right:
    charts.draw("pace", scope)
    charts.draw("tiles", scope)
cards.partial(scope)

left, right = st.columns(2, gap="large")
with left:
    charts.draw("risk_by_field", scope)
    charts.draw("quota", scope)
with right:
    charts.draw("bullets", scope)
charts.draw("lateness", scope)
detail.show(scope)
