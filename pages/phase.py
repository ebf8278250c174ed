"""阶段: one phase whole, with the charts that what is owed in it calls for."""

import streamlit as st

from schemas.plan import PLAN
from ui import cards, charts, detail, frame, inspecting
from views.figures import progress

LEADING = {  # what a phase is about is told by the returns owed in it, the rarest first
    "acceptance": (("K22a", "K22b"), ("acceptance",)),
    "inspection": (("K21a", "K21b"), ("inspection",)),
    "by_field": (("K8", "K9", "K10", "K19a", "K19b"), ("coverage", "risk_by_field", "risk_by_territory")),
    "rectification": (
        ("K11", "K13", "K14", "K15", "K16", "K18"),
        ("funnel", "descent", "risk_by_field", "bullets"),
    ),
}
MOST = 6  # figures in the row

scope = frame.top(of_one_phase=True)
phase = PLAN.phases[str(scope.phase)]
owed = {code for o in PLAN.obligations.values() if o.phase == scope.phase for code in o.returns}
leading = [told for returns, told in LEADING.items() if returns in owed]
plan = progress.elapsed(phase, scope.as_of)

st.markdown(
    f"{frame.demo_badge()}**{phase.title}**　{phase.starts_on} 至 {phase.ends_on}　:gray[方案 {phase.clause}]　"
    f"序时进度 {100 * plan:.0f}%（按工作日）"
)
frame.chips()
if leading:
    cards.measures([code for codes, _ in leading for code in codes][:MOST], scope)
if "rectification" in owed:
    cards.partial(scope)

free = charts.in_columns([name for _, names in leading for name in names], scope)
if "inspection" in owed:
    with free:
        inspecting.findings(scope)
charts.matrices(scope)
detail.show(scope)
