"""What the address of a page says: who looks, which phase, day and filters. A copied address gives the same view.

The address is the one truth; it is carried from page to page, and widgets only show it.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st

MEMORY = "address"
LENS = ("territory", "field", "risk_level")


def restore() -> None:
    """Take in what the address says, and put back what a change of page has dropped from it."""
    memory = _memory()
    for name in list(st.query_params):
        memory[name] = st.query_params[name]
    for name, value in memory.items():
        if name not in st.query_params:
            st.query_params[name] = value


def get(name: str, default: str = "") -> str:
    return str(_memory().get(name, default))


def put(name: str, value: str | None) -> None:
    """Write a choice into the address; None or '' takes it out."""
    if value:
        _memory()[name] = value
        st.query_params[name] = value
    else:
        _memory().pop(name, None)
        st.query_params.pop(name, None)


def many(name: str) -> tuple[str, ...]:
    """Several choices under one name."""
    return tuple(part for part in get(name).split(",") if part)


def bound(name: str, shown: Any, said: Callable[[Any], str | None]) -> dict[str, Any]:
    """Arguments for a widget that shows a part of the address and writes what is chosen back into it."""
    key = f"at_{name}"
    st.session_state[key] = shown
    return {"key": key, "on_change": lambda: put(name, said(st.session_state[key]))}


def everything() -> dict[str, str]:
    """The whole address, to be carried to another page."""
    return dict(_memory())


def _memory() -> dict[str, str]:
    memory: dict[str, str] = st.session_state.setdefault(MEMORY, {})
    return memory
