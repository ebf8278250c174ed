"""口径与来源: how each figure is made, what each colour means, and the words of the notice behind every matter."""

import streamlit as st

from ui import frame, reference

scope = frame.top("**口径与来源**　:gray[每个数怎么算、依据哪一条]", day=False)
figures, lights, matters = st.tabs(["指标口径", "灯和颜色", "应报事项和原文"])
with figures:
    st.table(reference.measures(), hide_index=True)
with lights:
    reference.lights()
with matters:
    rows = reference.matters()
    frame.download(rows, "应报事项和原文", scope)
    st.table(rows, hide_index=True)
