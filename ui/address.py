"""What the address of a page says: who looks, which phase, day and filters. A copied address gives the same view.

The address is the one truth; it is carried from page to page, and widgets only show it.
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

MEMORY, PAGE, SHOWN = "address", "address_page", "address_shown"
LENS = ("territory", "field", "risk_level")


def restore() -> None:
    """Take in what the address says; put back what a change of page has dropped, and nothing that "Back" took out.

    The menu leads to a page with an empty address; every other way to one says the whole of it.
    """
    memory, now = _memory(), st.query_params.to_dict()
    page = urlsplit(st.context.url or "").path
    shown: set[tuple[str, frozenset[tuple[str, str]]]] = st.session_state.setdefault(SHOWN, set())
    if (now or page == st.session_state.get(PAGE)) and (page, frozenset(now.items())) in shown:
        memory.clear()
    memory.update(now)
    for name, value in memory.items():
        if name not in st.query_params:
            st.query_params[name] = value
    st.session_state[PAGE] = page
    shown.add((page, frozenset(memory.items())))


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


def chosen(name: str, titles: Mapping[str, str]) -> str:
    """One of several; the first until another is chosen."""
    return get(name) if get(name) in titles else next(iter(titles))


def choose(name: str, titles: Mapping[str, str]) -> str:
    """The same, and the row of words in which to choose."""
    now = chosen(name, titles)
    st.segmented_control(
        "看哪一部分", list(titles), format_func=titles.__getitem__, required=True, label_visibility="collapsed",
        **bound(name, now, str),
    )  # fmt: skip
    return now


def everything() -> dict[str, str]:
    """The whole address, to be carried to another page."""
    return dict(_memory())


def _memory() -> dict[str, str]:
    memory: dict[str, str] = st.session_state.setdefault(MEMORY, {})
    return memory
