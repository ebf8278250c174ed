"""阶段: one phase whole, with the charts that what is owed in it calls for."""

import streamlit as st

from schemas.plan import PLAN
from ui import cards, charts, detail, frame
from views import Scope, progress

LEADING = {  # what a phase is about is told by the returns owed in it
    "by_field": (("K8", "K9", "K10", "K19a", "K19b"), ("coverage", "risk_by_territory", "risk_by_field")),
    "rectification": (("K11", "K13", "K14", "K15", "K16", "K18"), ("funnel", "descent", "bullets")),
    "inspection": (("K21a", "K21b"), ("inspection",)),
    "acceptance": (("K22a", "K22b"), ("acceptance",)),
}

asked = frame.top()
scope = Scope(asked.phase or progress.current(asked.as_of).phase, asked.as_of)
phase = PLAN.phases[str(scope.phase)]
owed = {code for o in PLAN.obligations.values() if o.phase == scope.phase for code in o.returns}
plan = progress.elapsed(phase, scope.as_of)

st.markdown(
    f"{frame.demo_badge()}**{phase.title}**　{phase.starts_on} 至 {phase.ends_on}　:gray[方案 {phase.clause}]　"
    f"序时进度 {100 * plan:.0f}%（按工作日）"
)
frame.chips()
for returns, (codes, _) in LEADING.items():
    if returns in owed:
        cards.measures(codes, scope)
if "rectification" in owed:
    cards.partial(scope)

pictures = [name for returns, (_, names) in LEADING.items() if returns in owed for name in names]
for pair in (pictures[n : n + 2] for n in range(0, len(pictures), 2)):
    for slot, name in zip(st.columns(2, gap="large"), pair, strict=False):
        with slot:
            charts.draw(name, scope)
charts.matrices(scope)
detail.show(scope)
