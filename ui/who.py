"""Who is looking: for now chosen by a plain selector; which pages each kind of person has."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import streamlit as st

from schemas.plan import PLAN
from ui import address

DEFAULT, CHANGED = "leader", "who_changed"
ROLES: Mapping[str, str] = {"leader": "领导", "office": "领导小组办公室", "inspector": "督察组"}
MENUS: Mapping[str, tuple[str, ...]] = {
    "leader": ("command", "phase", "deadline", "inspection", "about"),
    "office": ("command", "deadline", "submit", "quality", "phase", "inspection", "about"),
    "inspector": ("inspection", "command", "phase", "deadline", "about"),
    "unit": ("todo", "submit", "mine", "about"),
    "lead": ("todo", "submit", "mine", "inspection", "about"),
}


@dataclass(frozen=True)
class Who:
    """A role, and for those who fill in returns their unit."""

    role: str  # leader | office | inspector | unit
    unit: str | None = None

    @property
    def menu(self) -> tuple[str, ...]:
        is_lead = self.unit is not None and "lead" in PLAN.units[self.unit].roles
        return MENUS["lead" if is_lead else self.role]


def now() -> Who:
    """As the address says; an unknown word is a leader, who can change nothing."""
    code = address.get("as", DEFAULT)
    if code in ROLES:
        return Who(code)
    return Who("unit", code) if code in submitting() else Who(DEFAULT)


@cache
def submitting() -> tuple[str, ...]:
    """The units that owe anything, but for the office, which has a desk of its own."""
    owing = (
        code for code, unit in PLAN.units.items() if PLAN.obligations_of(code) and "office" not in unit.roles
    )
    return tuple(owing)


def _became(code: str) -> str | None:
    """Someone else looks now: a page that is not theirs gives way to their first."""
    st.session_state[CHANGED] = True
    return None if code == DEFAULT else code


def choose() -> None:
    """The selector at the right of every page."""
    who = now()
    titles = {**ROLES, **{code: PLAN.units[code].title for code in submitting()}}
    st.selectbox(
        "身份",
        list(titles),
        format_func=titles.__getitem__,
        label_visibility="collapsed",
        width=168,
        filter_mode="contains",
        help="正式启用账户前，在此切换身份。",
        **address.bound("as", who.unit or who.role, _became),
    )
