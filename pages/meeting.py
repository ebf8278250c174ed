"""例会: one page before the meeting: who is late and why, what changed, what is due, by county."""

import streamlit as st

from ui import data, meeting, top
from views.figures import briefing

scope = top.top("meeting", "**例会前情况汇总**　:gray[半月例会前使用；各表可下载、打印]")
since = meeting.since(data.made(briefing.last_meeting, scope), scope)
meeting.late(scope)
meeting.overdue_cases(scope)
left, right = st.columns(2, gap="large")
with left:
    meeting.changes(scope, since)
with right:
    meeting.ahead(scope)
meeting.by_county(scope)
