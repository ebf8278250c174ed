"""The script behind the door: the page's frame, and which screens there are for whoever is looking."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from schemas import access
from schemas.plan import PLAN
from schemas.said import OFFICE
from ui import address, mended, who

ROOT = Path(__file__).parent.parent
ICON = str(ROOT / "static" / "icon.png")


def pages() -> dict[str, list[st.Page]]:
    """Every page under its address, by its section of the menu.

    Those that are not theirs say so, and stand in no menu.
    """
    account = who.now()
    menu, sections = access.menu(account), access.sections(account)
    theirs = {name for name in access.TITLES if access.rights(account, name)}
    hidden = tuple(name for name in access.TITLES if name not in menu)
    return {
        word: [
            _page(name, is_theirs=name in theirs, is_first=name == menu[0], is_hidden=name not in menu)
            for name in (*names, *(hidden if word == access.TOP else ()))
        ]
        for word, names in sections.items()
    }


def _page(name: str, *, is_theirs: bool, is_first: bool, is_hidden: bool) -> st.Page:
    return st.Page(
        ROOT / "pages" / f"{name}.py" if is_theirs else _denied(name),
        title=access.TITLES[name],
        url_path=name,
        default=is_first,
        visibility="hidden" if is_hidden else "visible",
    )


def _denied(name: str) -> Callable[[], None]:
    """What stands in the place of a page that is not theirs."""

    def denied() -> None:
        _say_denied(name)

    return denied


def _say_denied(name: str) -> None:
    """No permission: said as of what does not exist."""
    with st.container(horizontal=True, horizontal_alignment="right"):
        who.choose()
    who.refused(f"页面 {access.TITLES[name]}")
    st.warning(
        f"没有这个页面，或不在您的范围内。如确需查看，请联系{OFFICE}。", title="这个链接不在您的范围内"
    )


st.set_page_config(page_title=PLAN.campaign.short, page_icon=ICON, layout="wide")
st.logo(ICON, size="medium")
address.restore()
mended.mend()
st.navigation(pages(), position="top").run()
