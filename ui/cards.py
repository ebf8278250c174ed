"""Figures in a row, each with what it is made of; and the sentence of what to watch today."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from schemas.plan import PLAN
from ui import address, frame, inspecting
from views import Scope, cell, compliance, headline, owed, watch
from views.headline import Card
from views.lens import title
from views.measures import MEASURES
from views.words import base, listed, share

Lead = tuple[
    str, str, Mapping[str, str | None]
]  # what is to be seen there, the page ('' for this one), and by what it is narrowed


def today(scope: Scope, lead: str = "deadline") -> None:
    """今天要盯, in one sentence: of the whole campaign, whichever phase is looked at."""
    found = frame.made(watch.clauses, Scope(None, scope.as_of))
    said = "；".join(f":red[**{c.words}**]{c.rest}" if c.is_grave else f"{c.words}{c.rest}" for c in found)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        st.markdown(f"{frame.demo_badge()}**今天要盯：** {said or '今日无逾期、无临期事项'}。", width="stretch")
        if any(c.is_grave for c in found):
            _lead("逾期逐项", lead, {**_part("overdue"), "phase": None})


def five(scope: Scope) -> None:
    """The five figures of the first screen, each with the way to the rows that it counts."""
    leads = [
        *_of_filing("deadline"), _sought(risk_level="高"), _sought(disp_class="整改类,取缔类"),
    ]  # fmt: skip
    row(frame.made(headline.cards, scope, frame.lens()), leads)


def _of_filing(page: str) -> list[Lead]:
    """Where 应报、已报率 and 按时率 lead: to what is due, and to what they lack."""
    return [_matters("明细", "due", page), _matters("未报", "unfiled", page), _matters("迟报", "late", page)]


def _matters(words: str, which: str, page: str = "") -> Lead:
    """The part of the duties that a figure counts, or those that it lacks."""
    return words, page, _part(which)


def _part(which: str) -> Mapping[str, str | None]:
    """A part of the duties of everybody, as the figures are, in the address."""
    return {**dict.fromkeys(address.LENS), "part": "all", "which": which}


def _sought(**facets: str) -> Lead:
    """The ledger through the lens of this page, narrowed by these facets."""
    seen = {name: title(name, value) for name, value in frame.lens().chosen().items()}
    return "名单", "inspection", {f"{inspecting.PREFIX}{name}": value for name, value in {**seen, **facets}.items()}


def measures(codes: Sequence[str], scope: Scope) -> None:
    """Measures by their codes, each with its formula behind the question mark."""
    rows = frame.made(headline.measured, scope, frame.lens())
    told = [(MEASURES[code], MEASURES[code].of(rows)) for code in codes]
    row([Card(m.title, str(v), v.base, help=f"{m.formula}（{m.code}，{m.basis}）") for m, v in told])


def rates(duties: pd.DataFrame, scope: Scope) -> None:
    """Scored duties that have fallen due, and how they were met; never a percentage of nothing."""
    now = owed.count(duties, scope.as_of)
    rows = cell.lines(duties)
    overdue = [r for r in rows if r.status == "overdue"]
    inner = sum(not r.scored for r in overdue)
    units = len({r.unit for r in overdue if r.scored})
    scored = int(duties["scored"].sum())
    none = "尚无到期事项" if scored else "本阶段无报送义务"
    count = len(overdue) - inner
    row([
        Card("应报", f"{now['due']} 项", f"已到期；全部考核事项 {scored} 项"),
        Card("已报率", share(now["filed"], now["due"]), base(now["filed"], now["due"], "项") or none),
        Card("按时率", share(now["on_time"], now["due"]), base(now["on_time"], now["due"], "项") or none),
        Card("迟报", f"{now['late']} 项" if now["due"] else "—", base(now["late"], now["due"], "项") or none),
        Card("逾期未报", f"{count} 项" if now["due"] else "—", f"{units} 个单位" + (f"；另有不考核 {inner} 项" if inner else "")),
    ], [*_of_filing(""), _matters("明细", "late"), _matters("明细", "overdue")])  # fmt: skip


def row(cards: Sequence[Card], leads: Sequence[Lead] = ()) -> None:
    """Cards side by side; what leads on says so in its title."""
    for slot, card, lead in zip_longest(st.columns(len(cards), gap="small"), cards, leads):
        _card(slot, card, lead)


def _card(slot: DeltaGenerator, card: Card, lead: Lead | None) -> None:
    with slot.container(border=True, gap=None, height="stretch"):
        with st.container(horizontal=True, vertical_alignment="center", gap=None, wrap=False):
            st.markdown(f":gray[{card.title}]", help=card.help or None, width="stretch")
            if lead:
                _lead(*lead)
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small", wrap=False):
            st.metric(card.title, card.value, label_visibility="collapsed", width="content")
            if card.change:
                st.caption(card.change, width="content", wrap=False)
        st.caption(card.base or "　")


def _lead(words: str, page: str, narrowed: Mapping[str, str | None]) -> None:
    """The way to the rows behind a figure: a link, since a button that changes the page puts a step of its own into "Back"."""
    label = f":gray[:small[{words} ›]]"
    if page:
        st.page_link(frame.page(page), label=label, query_params=address.to(**narrowed), width="content")
    else:
        key = "_".join(["to", words, *(v for v in narrowed.values() if v)])
        st.button(label, type="tertiary", key=key, on_click=address.put, kwargs=dict(narrowed))


def partial(scope: Scope) -> None:
    """Whose last monthly sheet is not in what is shown, beside the totals."""
    rows = cell.lines(frame.answer(compliance.fetch, Scope(None, scope.as_of)))
    monthly = {o.obligation for o in PLAN.obligations.values() if "rectification" in o.returns}
    due = [r for r in rows if r.obligation in monthly and r.due.date() < scope.as_of]
    last = [r for r in due if r.due == max(x.due for x in due)]
    missing = [f"{r.unit_title}（{r.status_title}）" for r in last if r.status not in {"on_time", "late"}]
    if missing:
        st.caption(f"未含：{listed(missing, 6)}的“{last[0].title}”，这些单位按其上一期数据计。")
