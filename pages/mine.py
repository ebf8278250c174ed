"""本单位工作情况: this unit's own figures, matters and institutions; of the others only the median."""

import streamlit as st

from schemas.plan import PLAN
from ui import cards, charts, data, desk, sending, tables, top
from views.answers import compliance
from views.charts import funnel, risk
from views.figures import scorecard
from views.figures.filters import Filters
from views.figures.headline import Card
from views.figures.names import short_title

unit = desk.unit()
scope = top.top("mine", f"**{PLAN.units[unit].title}工作情况**　:gray[附同类单位中位数，不显示其他单位名次]")
told = data.made(scorecard.scorecard, scope, unit)
cards.row(
    [
        Card(
            s.title, s.words(s.own), s.base, "" if s.median is None else f"中位数 {s.words(s.median)}", s.help
        )
        for s in told
    ]
)

rows = sending.duties(unit, scope)
done = rows[rows["status"].isin(["on_time", "late", "overdue", "returned"])].sort_values("due")
left, right = st.columns([54, 46], gap="medium")
with left:
    st.markdown(f"**已到期、已报的事项**　:gray[{len(done)} 项]")
    shown = tables.lighted(done).assign(field_title=[short_title(f) if f else "" for f in done["field"]])
    columns = ("due", "title", "field_title", "status_title", "days", "arrived")
    listed = tables.titled(shown, compliance.ANSWER, columns)
    tables.whole(listed, 420)
    tables.download(listed, "已到期、已报的事项", scope, PLAN.units[unit].title)
with right:
    if "territory" in PLAN.units[unit].roles:
        for picture in (risk.by_field, funnel.picture):
            charts.draw(picture, scope.whole, filters=Filters(territory=unit))
