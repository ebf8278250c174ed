"""指挥台: where the campaign stands, who is late, what is dangerous, what must be pushed today."""

import streamlit as st

from ui import address, cards, charts, detail, frame

GROUPS = {"territory": "县市", "field": "领域", "lead": "部门", "office": "领导小组"}


scope = frame.top()
cards.today(scope)
cards.five(scope)
frame.chips()

left, right = st.columns([61, 39], gap="medium")
with left:
    charts.draw(
        "matrix",
        scope,
        address.chosen("rows", GROUPS),
        address.get("cell"),
        beside=lambda: address.choose("rows", GROUPS),
    )
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
