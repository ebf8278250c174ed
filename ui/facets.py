"""The facets of the ledger on the screen: chosen in the address, cleared one by one, and what hides most."""

import re
from typing import Any

import streamlit as st

from ui import address, data
from views import Scope
from views.answers import ledger
from views.answers.ledger import EVERYTHING, OPTIONS, TITLES, Facets

PREFIX = "q_"  # of a facet in the address
AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")  # 万元, in the address
PILLS = ("risk_level", "disp_class")
MORE = (*PILLS, "least", "joined")  # what stands behind a click
WIDTH = 148  # pixels: four of them beside the case


def chosen() -> Facets:
    """The facets as the address says them; a word that is no option says nothing."""
    options = {
        name: tuple(word for word in address.many(PREFIX + name) if word in known)
        for name, known in OPTIONS.items()
    }
    least, words = _amount(address.get(f"{PREFIX}least")), address.get(f"{PREFIX}words")
    return Facets(**options, least=least, words=words, joined=bool(address.get(f"{PREFIX}joined")))


def _flag(chosen: Any) -> str | None:
    return "1" if chosen else None


def _amount(words: str) -> float:
    """An amount that is written in digits; of anything else nothing is asked."""
    return float(words) if AMOUNT.fullmatch(words) else 0.0


def bar(now: Facets) -> None:
    """The facets, each writing itself into the address; those that are seldom used behind a click."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall", key="facets"):
        for name in ("territory", "field", "stage"):
            st.multiselect(TITLES[name], OPTIONS[name], placeholder="全部", width=WIDTH, **_bound(name, now))
        st.text_input(
            "名称、编号或证照号",
            placeholder="输入即查找",
            live=True,
            width=WIDTH,
            **address.bound(f"{PREFIX}words", now.words, str),
        )
        chosen = len([name for name in MORE if getattr(now, name)])
        with st.popover(f"更多 · {chosen}" if chosen else "更多"):
            _more(now)
    st.pills(
        f"{TITLES['alerts']}（{'同时' if now.joined else '任一'}）",
        OPTIONS["alerts"],
        selection_mode="multi",
        **_bound("alerts", now),
    )


def _more(now: Facets) -> None:
    """What is asked for less often."""
    for name in PILLS:
        st.pills(f"{TITLES[name]}（任一）", OPTIONS[name], selection_mode="multi", **_bound(name, now))
    st.number_input(
        "存量规模≥（万元）",
        min_value=0.0,
        step=100.0,
        format="%.0f",
        **address.bound(f"{PREFIX}least", now.least, lambda least: f"{least:g}" if least else None),
    )
    if len(now.alerts) > 1:
        st.toggle("警示须同时具备", **address.bound(f"{PREFIX}joined", now.joined, _flag))


def _bound(name: str, now: Facets) -> dict[str, Any]:
    return address.bound(PREFIX + name, list(getattr(now, name)), lambda options: ",".join(options or ()))


def clear() -> None:
    """Take every facet out of the address."""
    address.put(**{PREFIX + name: None for name in vars(EVERYTHING)})


def nothing(now: Facets, scope: Scope) -> None:
    """No result: which filters hide most, each with a way out."""
    st.warning("没有符合全部条件的机构。去掉下面任一条件，就会出现：")
    for name, hidden in data.answer(ledger.hiding, scope, now)[:3]:
        value = getattr(now, name)
        words = "、".join(value) if isinstance(value, tuple) else f"{value}"
        st.button(
            f"去掉“{TITLES[name]} {words}” → {hidden} 家",
            key=f"drop_{name}",
            on_click=address.put,
            kwargs={PREFIX + name: None},
        )
