"""待批事项: what units ask of the office, to be granted or refused; and what was explained."""

import streamlit as st

from ui import acting, correcting, data, own_acts, tables, top
from views import records
from views.answers import acted, explanation

scope = top.top(
    "decide", "**待批事项**　:gray[申请撤回、申请延期、申请整改延期、补正通知；每次办理都写明经办人和时间]"
)
acting.said()
rows = data.answer(acted.fetch, scope)
waiting = rows[rows["state"] == acted.WAITING]
if waiting.empty:
    st.success("没有等待批办的申请。", title="没有待批")
for row in records(waiting):
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{row.unit_title}**　{own_acts.decided(row)}")
        both = [f"{row.matter}_{answer}" for answer in ("granted", "refused")]
        acting.either(both, row.subject, "decide", own_acts.asked_day(row))

settled = rows[rows["state"] != acted.WAITING]
with st.expander(f"已办结的申请（{len(settled)} 件）"):
    for row in records(settled):
        st.markdown(f"{row.unit_title}　{own_acts.decided(row)}")

correcting.ordered(scope)
told = data.answer(explanation.fetch, scope)
shown = told.assign(explained=told["explained"].map(explanation.WORDS))
cells = ("unit_title", "matter_title", "submission", "sheet", "cell", "title", "value", "message")
columns = (*cells, "explained", "told_value", "reason", "person", "told_at")
left = int((told["explained"] != "explained").sum())
with st.expander(f"各单位核实与说明（{len(told)} 处，待说明 {left} 处）"):
    tables.download(tables.titled(shown, explanation.ANSWER, columns), "核实与说明", scope)
    tables.table(shown, explanation.ANSWER, columns, height=420)
