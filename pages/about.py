"""口径与来源: how each figure is made, what each colour means, and the notice behind every matter."""

import streamlit as st

from ui import address, plan_changes, reference, tables, top

PARTS = {"measures": "指标口径", "lights": "灯和颜色", "matters": "应报事项和原文", "changes": "方案变更"}

scope = top.top("about", "**口径与来源**　:gray[各项指标的算法和依据]", day=False)
part = address.choose("of", PARTS)
if part == "measures":
    tables.whole(reference.measures())
elif part == "lights":
    reference.lights()
elif part == "changes":
    rows = plan_changes.rows()
    st.caption(plan_changes.since())
    if rows.empty:
        st.markdown("登记以来没有变更。")
    else:
        tables.download(rows, "方案变更", scope)
        st.dataframe(rows, hide_index=True)
else:
    rows = reference.matters()
    tables.download(rows, "应报事项和原文", scope)
    tables.whole(rows)
