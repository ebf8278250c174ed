"""督察核查: narrow the ledger to what is dangerous, open one institution, take the list away."""

import streamlit as st

from ui import acting, facets, hits, top
from views import Scope


@st.fragment
def looking(scope: Scope) -> None:
    """A facet draws this part alone, and so does choosing an institution."""
    now = facets.chosen()
    if hits.count(now, scope):
        hits.beside(now, scope)
    else:
        facets.bar(now)
        hits.told(now, scope)
        hits.twice(scope)
        facets.nothing(now, scope)


scope = top.top("inspection", "**督察核查**　:gray[选择机构后办理：记录核查、复核、销号]")
acting.said()
looking(scope)
