"""阶段: one phase whole, with the charts that what is owed in it calls for."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from schemas.plan import PLAN
from ui import address, cards, charts, detail, doubles, filtered, findings, told, top
from views import Ask
from views.charts import bullets, coverage, descent, findings_and_acceptance, funnel, risk, steps
from views.charts.picture import Look, Picture
from views.figures import own_measures, progress, words

LEADING: tuple[tuple[str, Sequence[str], Sequence[Callable[[Ask, Look], Picture]]], ...] = (
    # what a phase is about is told by the returns owed in it, the rarest first: its figures, its charts
    ("acceptance", ("K22a", "K22b"), (findings_and_acceptance.acceptance,)),
    ("inspection", ("K21a", "K21b"), (findings_and_acceptance.inspection,)),
    ("by_field", ("K8", "K9", "K10", "K19a", "K19b"), (coverage.picture, risk.by_field, risk.by_territory)),
    (
        "rectification",
        ("K11", "K13", "K14", "K15", "K16", "K18"),
        (funnel.picture, descent.picture, risk.by_field, bullets.picture),
    ),
    *((code, (), (steps.picture,)) for code in dict.fromkeys(row.return_ for row in PLAN.steps)),
)
MOST = 6  # figures in the row
OTHERS: Mapping[str, Sequence[str]] = {  # the figures below the charts, by the return owed in the phase
    "by_field": ("K26", "K34", "K35a", "K35b", "K31a", "K31b", "K31c", "K31d"),
    "rectification": ("K17a", "K17b", "K17c", "K33a", "K33b", "K32a", "K32b", "K32c", "K32d", "K32e"),
}
ALWAYS = ("K27", "K28a", "K28b", "K29a", "K29b", "K30")  # what units tell at any time

scope = top.top("phase", of_one_phase=True)
phase = PLAN.phases[str(scope.phase)]
owed = {code for o in PLAN.obligations.values() if o.phase == scope.phase for code in o.returns}
leading = [(codes, pictures) for code, codes, pictures in LEADING if code in owed]
drawn = list(dict.fromkeys(picture for _, pictures in leading for picture in pictures))  # each once
plan = progress.elapsed(phase, scope.as_of)

st.markdown(
    f"{top.demo_badge()}**{phase.title}**　{phase.starts_on} 至 {phase.ends_on}　"
    f":gray[{words.clause(phase.clause)}]　序时进度 {100 * plan:.0f}%（按工作日）"
)
filtered.chips()
codes = [code for codes, _ in leading for code in codes]
with st.container():  # lines that come and go leave the charts in their places: moved, each is drawn anew
    if codes:
        cards.notes(cards.measures(codes[:MOST], scope), scope, monthly="rectification" in owed)
    if risk.by_field in drawn:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption("风险排序", width="content")
            address.choose("rank", risk.TITLES)
free = charts.in_columns(drawn, scope)
if "inspection" in owed:
    with free:
        findings.unsettled(scope)
if "by_field" in owed:
    with free:
        doubles.to_verify(scope)
charts.matrices(scope)
shown = [code for name, codes in OTHERS.items() if name in owed for code in codes]
told.figures([*own_measures.of_returns(owed), *shown, *ALWAYS], scope)
if owed.intersection(PLAN.counted):
    told.entries(scope)
told.work_done(scope)
detail.show(scope)
