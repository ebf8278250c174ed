"""督察核查: narrow the ledger to what is dangerous, open one institution, take the list away."""

import streamlit as st

from ui import facets, hits, top
from views import Scope


@st.fragment
def looking(scope: Scope) -> None:
    """A facet draws this part alone."""
    now = facets.chosen()
    facets.bar(now)
    if hits.count(now, scope):
        hits.table(now, scope)
    else:
        facets.nothing(now, scope)


looking(top.top("inspection", "**督察核查**　:gray[筛选风险主体，打开档案，导出名单]"))
