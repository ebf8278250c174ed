"""What a page hands out as a file: a link to an order, made on the click by code that knows no screen."""

from collections.abc import Callable, Mapping
from typing import TypedDict, Unpack

import streamlit as st

from door.downloads import ORDERS, Order
from pipelines.writing import listing
from ui import who


class Handed(TypedDict, total=False):
    """How an order is shown, and what is told of it."""

    place: str  # of access.PLACES; "export" without a word
    mime: str
    what: str  # for the trail
    weight: int  # bytes that it holds
    headers: Mapping[str, str]  # of a page that is shown in the browser, to be printed; else it is saved
    is_main: bool
    is_wide: bool
    icon: str
    help: str


def offer(label: str, make: Callable[[], bytes], filename: str, key: str, **shown: Unpack[Handed]) -> None:
    """A link under which whoever looks fetches the file; nothing for whoever may not have it."""
    place = shown.get("place", "export")
    if not who.may(place):
        return
    order = Order(
        who.now().name,
        place,
        filename,
        shown.get("mime", listing.MIME),
        make,
        shown.get("what", ""),
        shown.get("weight", 0),
        shown.get("headers", {}),
    )
    st.link_button(
        label,
        ORDERS.take(order),
        key=key,
        type="primary" if shown.get("is_main") else "secondary",
        width="stretch" if shown.get("is_wide") else "content",
        icon=shown.get("icon"),
        help=shown.get("help"),
    )
