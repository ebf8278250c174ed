"""我的待办: what this unit owes, what was sent back, and what comes next."""

import streamlit as st

from schemas.plan import PLAN
from ui import acting, case, correcting, desk, merge, own_acts, receipts, sending, tables, top
from views.answers import compliance

unit = desk.unit()
scope = top.top("todo", f"**{PLAN.units[unit].title}的待办**")
rows = sending.duties(unit, scope)
done = rows["status"].isin(["on_time", "late"]).sum()
matters = desk.matters(rows)
sent = receipts.of(unit, scope)

left, right = st.columns([58, 42], gap="large")
with left:
    st.markdown(f"**待办事项**　:gray[应报 {len(rows)} 项：{len(rows) - done} 项未完成，{done} 项已报]")
    acting.said()
    desk.pressing(matters, sent)
    correcting.notices(unit, scope, "todo")
    case.of_unit(unit, scope)
    own_acts.settled(unit, scope)
    own_acts.open_items(unit, scope)
    merge.notices(scope)
    own_acts.to_follow(unit, scope)
    desk.ahead(matters, sent)
    desk.standing(unit, sent)
with right:
    st.markdown("**近期回执**")
    if sent:
        receipts.show(sent[:8], scope, of_one_unit=True)
    else:
        st.caption("还没有报送。")
with st.expander(f"全部应报事项（{len(rows)} 项）"):
    shown = tables.lighted(rows.sort_values("due"))
    columns = ("due", "title", "field_title", "status_title", "days", "arrived", "clause")
    tables.download(
        tables.titled(shown, compliance.ANSWER, columns), "应报事项", scope, PLAN.units[unit].title
    )
    tables.table(shown, compliance.ANSWER, columns, height="content")
