"""指挥台: where the campaign stands, who is late, what is dangerous, what must be pushed today."""

import streamlit as st

from schemas.said import COUNTY, GROUP
from ui import address, cards, charts, detail, filtered, foremost, tables, top
from views.charts import bullets, lateness, matrix, pace, quota, risk, tiles

GROUPS = {"territory": COUNTY, "field": "领域", "lead": "部门", "office": GROUP}


scope = top.top("command")
cards.today(scope)
shown = cards.five(scope)
first = foremost.room()
filtered.chips(dates=True)

left, right = st.columns([61, 39], gap="medium")
with left:
    charts.draw(
        matrix.picture,
        scope,
        address.chosen("rows", GROUPS),
        address.get("cell"),
        beside=lambda: address.choose("rows", GROUPS),
    )
    tables.legend()
with right:
    charts.draw(pace.picture, scope)
    charts.draw(tiles.picture, scope)
cards.notes(shown, scope)

left, right = st.columns(2, gap="large")
with left:
    charts.draw(risk.by_field, scope, beside=lambda: address.choose("rank", risk.TITLES))
    charts.draw(quota.picture, scope)
with right:
    charts.draw(bullets.picture, scope)
charts.draw(lateness.picture, scope)
with first:  # asked last: a wide screen does not wait for what it does not show
    foremost.show(scope)
detail.show(scope)
