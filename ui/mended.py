"""What an address says that the plan does not know: told once, and taken out of the address."""

import datetime as dt
from collections.abc import Callable, Mapping

import streamlit as st

from schemas.plan import PLAN
from schemas.said import TERRITORY
from ui import address
from ui.plain import plain
from views.answers.tally import LEVELS


def _is_day(word: str) -> bool:
    try:
        return PLAN.campaign.starts_on <= dt.date.fromisoformat(word) <= PLAN.until
    except ValueError:
        return False


KNOWN: Mapping[str, tuple[str, Callable[[str], bool]]] = {
    "as_of": ("截至日期", _is_day),
    "phase": ("阶段", PLAN.phases.__contains__),
    "territory": (TERRITORY, PLAN.units.__contains__),
    "field": ("领域", PLAN.fields.__contains__),
    "risk_level": ("风险程度", LEVELS.__contains__),
}


def mend() -> None:
    """Say which words of the address are not understood; the page is shown without them."""
    said = {name: address.get(name) for name in KNOWN if address.get(name)}
    wrong = {name: word for name, word in said.items() if not KNOWN[name][1](word)}
    if wrong:
        address.put(**dict.fromkeys(wrong))
        named = "、".join(f"{KNOWN[name][0]}“{plain(word[:40])}”" for name, word in wrong.items())
        st.toast(f"网址中的{named}无法识别或不在方案之内，已略去，其余照常。", duration="long")
