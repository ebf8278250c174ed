"""The script behind the door: the page's frame, and which screens there are for whoever is looking."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from schemas.plan import PLAN
from ui import address, who

ROOT = Path(__file__).parent.parent
ICON = str(ROOT / "static" / "icon.png")
TITLES = {
    "command": "指挥台",
    "todo": "我的待办",
    "phase": "阶段",
    "deadline": "时限",
    "submit": "上传",
    "inspection": "督察核查",
    "mine": "我的成绩",
    "quality": "数据质量",
    "about": "口径与来源",
    "entity": "主体档案",
}
BEHIND_A_LINK = {"entity": "inspection"}  # a page opened from another, for whoever has that one


def pages() -> list[st.Page]:
    """Every page under its address; those that are not theirs say so, and stand in no menu."""
    menu = who.now().menu
    shown = [_page(name, name, is_first=name == first_of(menu)) for name in menu]
    hidden = [
        _page(name, name if BEHIND_A_LINK.get(name) in menu else "denied", is_hidden=True)
        for name in TITLES
        if name not in menu
    ]
    return [*shown, *hidden]


def first_of(menu: Sequence[str]) -> str:
    """The page that opens under the bare address."""
    return "command" if "command" in menu else menu[0]


def _page(name: str, script: str, *, is_first: bool = False, is_hidden: bool = False) -> st.Page:
    return st.Page(
        ROOT / "pages" / f"{script}.py" if script != "denied" else _denied,
        title=TITLES[name],
        url_path=name,
        default=is_first,
        visibility="hidden" if is_hidden else "visible",
    )


def _denied() -> None:
    """No permission: said plainly, with whom to ask; who has just changed is taken to their first page."""
    if st.session_state.pop(who.CHANGED, False):
        st.switch_page(str(ROOT / "pages" / f"{first_of(who.now().menu)}.py"), query_params=address.to())
    with st.container(horizontal=True, horizontal_alignment="right"):
        who.choose()
    st.warning("如确需查看，请联系领导小组办公室开通。", title="当前身份无权查看本页")


st.set_page_config(page_title=PLAN.campaign.short, page_icon=ICON, layout="wide")
st.logo(ICON, size="medium")
address.restore()
st.navigation(pages(), position="top").run()
