"""我的待办: what this unit owes, what was sent back, and what comes next."""

import streamlit as st

from schemas.plan import PLAN
from ui import desk, frame, receipts, who
from views import compliance

scope = frame.top(phases=False)
unit = str(who.now().unit)
rows = desk.duties(unit, scope)
done = rows["status"].isin(["on_time", "late"])

st.markdown(
    f"{frame.demo_badge()}**{PLAN.units[unit].title}的待办**　:gray[{(~done).sum()} 项未完成，{done.sum()} 项已报]"
)
left, right = st.columns([58, 42], gap="large")
with left:
    desk.pressing(rows)
with right:
    st.markdown("**近期回执**")
    found = receipts.of(unit, scope.as_of)[:8]
    if found:
        receipts.show(found)
    else:
        st.caption("还没有报送。")
with st.expander(f"全部应报事项（{len(rows)} 项）"):
    shown = rows.sort_values("due").assign(status_title=[frame.lit(s) for s in rows.sort_values("due")["status"]])
    columns = ("due", "title", "field_title", "status_title", "days", "arrived", "clause")
    frame.download(frame.titled(shown, compliance.ANSWER, columns), "应报事项", scope, PLAN.units[unit].title)
    frame.table(shown, compliance.ANSWER, columns, height="content")
