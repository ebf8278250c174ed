"""督察核查: narrow the ledger to what is dangerous, open one institution, take the list away."""

import streamlit as st

from ui import frame, inspecting
from views import Scope


@st.fragment
def looking(scope: Scope) -> None:
    """A facet draws this part alone."""
    now = inspecting.facets()
    inspecting.bar(now)
    if inspecting.count(now, scope):
        inspecting.table(now, scope)
    else:
        inspecting.nothing(now, scope)


looking(frame.top("**督察核查**　:gray[筛选风险主体，打开档案，导出名单]"))
