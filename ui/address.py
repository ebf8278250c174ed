"""What the address of a page says: which phase, day and filters. Copied, it gives the same view to whoever
may see it.

The address is the one truth, and widgets only show it. Some names go along from page to page; every other is
the page's own, and stands in the address of no other.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

PAGES = Path(__file__).parent.parent / "pages"
CARRIED, OWN, PAGE = "address", "address_own", "address_page"
FILTERS = ("territory", "field", "risk_level")
ALONG = ("as_of", "phase", "dates", "rank", *FILTERS)


def restore() -> None:
    """Take in what the address says.

    Only the menu leads to a page without a word: there what goes along is put back, and what was chosen on it
    before; any other address is the whole truth, also one that "Back" leads to.
    """
    now, page = st.query_params.to_dict(), urlsplit(st.context.url or "").path
    before, st.session_state[PAGE] = st.session_state.get(PAGE), page
    if now or page == before:
        _carried().clear()
        _own().clear()
    for name, value in now.items():
        _memory(name)[name] = value
    _write()


def get(name: str, default: str = "") -> str:
    return str(_memory(name).get(name, default))


def put(**chosen: str | None) -> None:
    """Write choices into the address, all in one step of "Back"; None or '' takes one out."""
    for name, value in chosen.items():
        if value:
            _memory(name)[name] = value
        else:
            _memory(name).pop(name, None)
    _write()


def many(name: str) -> tuple[str, ...]:
    """Several choices under one name."""
    return tuple(part for part in get(name).split(",") if part)


def bound(
    name: str, shown: Any, in_address: Callable[[Any], str | None], titles: Mapping[Any, str] | None = None
) -> dict[str, Any]:
    """Arguments for a widget that shows a part of the address and writes what is chosen back into it.

    Told again what it already shows, a widget is drawn again in the browser: it is told only what is new. The
    widget of another page is another widget, though it shows the same. The `titles` of its options are to be
    given where they change with the data: the browser keeps the title of before until it is told, and may
    send it, which chooses nothing.
    """
    key, title = f"at_{name}@{st.session_state[PAGE]}", titles.get(shown) if titles else None
    told = f"{key}, told"
    if key not in st.session_state or (st.session_state[key], st.session_state.get(told)) != (shown, title):
        st.session_state[key], st.session_state[told] = shown, title

    def write() -> None:
        chosen = st.session_state[key]
        if titles is None or chosen in titles:
            put(**{name: in_address(chosen)})

    return {"key": key, "on_change": write}


def chosen(name: str, titles: Mapping[str, object]) -> str:
    """One of several; the first until another is chosen."""
    return get(name) if get(name) in titles else next(iter(titles))


def choose(name: str, titles: Mapping[str, str]) -> str:
    """The same, and the row of words in which to choose."""
    now = chosen(name, titles)
    st.segmented_control(
        "看哪一部分",
        list(titles),
        format_func=titles.__getitem__,
        required=True,
        label_visibility="collapsed",
        **bound(name, now, str, titles),
    )
    return now


def to(**chosen: str | None) -> dict[str, str]:
    """The address of another page: what goes along, but for what is chosen here; None leaves a name out."""
    return {name: value for name, value in {**_carried(), **chosen}.items() if value}


def _write() -> None:
    if st.query_params.to_dict() != _all():
        st.query_params.from_dict(_all())


def _all() -> dict[str, str]:
    return {**_carried(), **_own()}


def _memory(name: str) -> dict[str, str]:
    return _carried() if name in ALONG else _own()


def _carried() -> dict[str, str]:
    carried: dict[str, str] = st.session_state.setdefault(CARRIED, {})
    return carried


def _own() -> dict[str, str]:
    pages: dict[str, dict[str, str]] = st.session_state.setdefault(OWN, {})
    return pages.setdefault(st.session_state[PAGE], {})


def page(name: str) -> str:
    """The script of a page, to be linked to."""
    return str(PAGES / f"{name}.py")
