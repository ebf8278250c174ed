"""The top of a page: its title or the phases, the day looked from, who is looking; all in the address."""

import datetime as dt
from typing import Any

import streamlit as st

from pipelines.keeping.postgres import Away
from schemas.access import Reach
from schemas.plan import PLAN
from ui import address, data, who, within
from views import Scope
from views.figures import headline, owed, progress
from views.figures.progress import EVERY_PHASE


def top(place: str, title: str = "", *, day: bool = True, of_one_phase: bool = False) -> Scope:
    """The first row of a page and the bar of news below it.

    Returns the phase and day that are looked at, and whose rows may be seen at this place. Raises Denied
    where none may.
    """
    reach = within.reach(place)
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="top"
    ):
        phase = None
        if title:
            st.markdown(f"{demo_badge()}{title}", width="content")
        else:
            phase = _stepper(reach, of_one_phase=of_one_phase)
        with st.container(horizontal=True, vertical_alignment="center", width="content", gap="small"):
            as_of = _day() if day else _as_of()
            who.choose()
    news(reach)
    return Scope(phase, as_of, reach, address.chosen("dates", owed.DATES), within.people())


@st.fragment(run_every=30)
def news(reach: Reach | None) -> None:
    """A bar when something newer was accepted; nothing moves until it is clicked."""
    try:
        newer = data.unseen(reach)
    except Away:
        st.error("数据库服务器或共享磁盘连不上，下面是此前读到的内容。", title="暂时打不开数据")
        return
    if newer and st.button(f"有 {newer} 份新受理的报表，点此更新", key="news", icon=":material/refresh:"):
        data.show_newest()
        st.rerun()


def demo_badge() -> str:
    """Markdown that says the figures are invented; empty in a real campaign."""
    return ":orange-badge[示例数据，全部虚构]　" if data.store().is_demo else ""


def _as_of() -> dt.date:
    """The day in the address, or today."""
    told = address.get("as_of")
    return dt.date.fromisoformat(told) if told else data.today()


def _day() -> dt.date:
    st.markdown("截至", width="content")
    st.date_input(
        "截至",
        min_value=PLAN.campaign.starts_on,
        max_value=PLAN.until,
        format="YYYY-MM-DD",
        width=140,
        label_visibility="collapsed",
        **address.bound("as_of", _as_of(), _day_in_address),
    )
    return _as_of()


def _day_in_address(day: Any) -> str | None:
    return None if day == data.today() or not isinstance(day, dt.date) else f"{day}"


def _stepper(reach: Reach | None, *, of_one_phase: bool) -> str | None:
    """The phases in their order, each with how far it is on the day looked at; the one in the address."""
    as_of = _as_of()
    first = progress.current(as_of).phase if of_one_phase else EVERY_PHASE
    overdue = data.made(headline.overdue, Scope(None, as_of, reach))
    chosen = address.get("phase") or None
    options = [*PLAN.phases] if of_one_phase else [EVERY_PHASE, *PLAN.phases]
    titles = {code: progress.phase_label(code, as_of, overdue[code]) for code in options}
    st.segmented_control(
        "阶段",
        options,
        required=True,
        format_func=titles.__getitem__,
        label_visibility="collapsed",
        **address.bound("phase", chosen or first, _phase_in_address, titles),
    )
    return chosen or (first if of_one_phase else None)


def _phase_in_address(code: Any) -> str | None:
    return code if code in PLAN.phases else None
