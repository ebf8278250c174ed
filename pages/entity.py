"""主体档案: one institution's whole story, every value with its file, sheet, cell and version."""

import streamlit as st

from ui import acting, address, case, charts, data, dossier, merge, provenance, tables, top
from views.answers import ledger
from views.charts import lifeline

scope = top.top("entity", "**主体档案**　:gray[每一项都可追到文件、工作表和单元格]")
key = data.answer(ledger.standing, scope, address.get("entity"))
found = tables.one_of(data.answer(ledger.fetch, scope), "entity", key)
if found is None:
    st.info("请先在“督察核查”中选择一家机构。", title="没有这家机构")
    st.stop()

acting.said()
left, right = st.columns([48, 52], gap="large")
with left, st.container(border=True, gap="xsmall"):
    dossier.brief(found)
    dossier.told_beside(int(found["entity"]), scope)
    merge.of(int(found["entity"]), scope)
    dossier.explained(int(found["entity"]), scope)
    case.of_institution(int(found["entity"]), scope)
    charts.draw(lifeline.picture, scope, int(found["entity"]))
with right:
    st.markdown("**各项数值出处**")
    provenance.values(int(found["entity"]), scope)
