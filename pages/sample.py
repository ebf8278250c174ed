"""抽查: draw a sample that anybody can draw again, send inspectors to it, see how far they are."""

import streamlit as st

from ui import acting, data, sampled, sampling, top
from views.answers import sample

scope = top.top("sample", "**抽查**　:gray[按种子抽取，可以重抽核对；抽出后分派、核查]")
acting.said()
drafts, every = data.answer(sample.drafts, scope), data.answer(sample.fetch, scope)
left, right = st.columns([36, 64], gap="medium")
with left:
    draft = sampling.chosen(drafts)
    if draft is not None:
        listed = every[every["draft"] == draft["draft"]]
        strata = sampling.panel(draft, listed, scope)
    sampling.new(scope)
if draft is not None:
    with right:
        sampling.strata(strata, draft, listed, scope)
    sampled.listing(draft, listed, scope)
