"""What the page is filtered by: what was clicked, as the address says it, and the chips that clear it."""

import streamlit as st

from schemas.said import WHOLE
from ui import address
from views.figures import owed
from views.figures.filters import Filters, choice_words


def filters() -> Filters:
    """What was clicked."""
    return Filters(*(address.get(name) or None for name in address.FILTERS))


def chips(*, dates: bool = False) -> None:
    """What the page is filtered by, each with a way to clear it; with `dates` also which due days count."""
    chosen = filters().chosen()
    # also when it is empty, so that what follows stays in its place
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        if dates:
            st.caption("率和排名计入", width="content")
            address.choose("dates", owed.DATES)
        for name, value in chosen.items():
            words = f"{choice_words(name, value)} ✕"
            st.button(words, key=f"chip_{name}", on_click=address.put, kwargs={name: None})
        if not chosen:
            return
        st.button("清除全部", key="chip_all", type="tertiary", on_click=clear)
        st.caption(f"标题前有 ▽ 的已按此筛选，标“{WHOLE}”的不受影响", width="content")


def clear() -> None:
    """Take every filter and the open cell out of the address."""
    address.put(**dict.fromkeys((*address.FILTERS, "cell")))
