"""Figures in a row, each with what it is made of; and the sentence of what to watch today."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui import address, data, facets, filtered, top
from ui.plain import plain
from views import Scope
from views.figures import headline, merging, watch
from views.figures.filters import title
from views.figures.headline import Card

# what is to be seen there, the page ('' for this one), and by what it is narrowed
Link = tuple[str, str, Mapping[str, str | None]]


def today(scope: Scope, page: str = "deadline") -> None:
    """今日督办重点, in one sentence: of the whole campaign, whichever phase is looked at."""
    clauses = data.made(watch.clauses, scope.whole)
    told = [(c.is_grave, plain(c.words), plain(c.rest)) for c in clauses]
    words = "；".join(
        f":red[**{said}**]{rest}" if is_grave else f"{said}{rest}" for is_grave, said, rest in told
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False, key="today"):
        whole = filtered.filters().mark()
        said = words or "今日无逾期、无临期事项"
        st.markdown(f"{top.demo_badge()}**{whole}今日督办重点：** {said}。", width="stretch")
        if any(c.is_grave for c in clauses):
            everybody = dict.fromkeys((*address.FILTERS, "dates", "phase"))
            _link("逾期逐项", page, {**everybody, **_part("overdue")})


def five(scope: Scope) -> Sequence[Card]:
    """The five figures of the first screen, each with the way to the rows that it counts; returns them."""
    links = [*_of_filing("deadline"), _sought(risk_level="高"), _sought(alerts="整改处置台账")]
    shown = data.made(headline.cards, scope, filtered.filters())
    row(shown, links)
    return shown


def _of_filing(page: str) -> list[Link]:
    """Where 应报、已报率 and 按时率 lead: to what is due, and to what they lack."""
    return [_matters("明细", "due", page), _matters("未报", "unfiled", page), _matters("迟报", "late", page)]


def _matters(words: str, which: str, page: str = "") -> Link:
    """The part of the duties that a figure counts, or those that it lacks."""
    return words, page, _part(which)


def _part(which: str) -> Mapping[str, str | None]:
    """A part of the duties in the address, through the same filters as the figures."""
    return {"part": "all", "which": which}


def _sought(**wanted: str) -> Link:
    """The ledger through the filters of this page, narrowed by these words."""
    seen = {name: title(name, value) for name, value in filtered.filters().chosen().items()}
    return (
        "名单",
        "inspection",
        {f"{facets.PREFIX}{name}": value for name, value in {**seen, **wanted}.items()},
    )


def measures(codes: Sequence[str], scope: Scope) -> Sequence[Card]:
    """Measures by their codes, each with its formula behind the question mark; returns what is shown."""
    shown = data.made(headline.measures, scope, filtered.filters(), tuple(codes))
    row(shown)
    return shown


def rates(scope: Scope) -> None:
    """The duties fallen due and how they were met, each with the way to its rows in this page."""
    links = [*_of_filing(""), _matters("明细", "late"), _matters("明细", "unfiled")]
    row(data.made(headline.rates, scope, filtered.filters()), links)


def row(cards: Sequence[Card], links: Sequence[Link] = ()) -> None:
    """Cards side by side; one with a link says so in its title."""
    with st.container(key="cards"):
        for slot, card, link in zip_longest(st.columns(len(cards), gap="small"), cards, links):
            _card(slot, card, link)


def notes(cards: Sequence[Card], scope: Scope, *, monthly: bool = True) -> None:
    """What must be said of cards and of all totals, a line each: on what a figure rests, what may be counted
    twice, and whose monthly sheet is missing. In a place of its own: what is below it never moves.
    """
    lines = [_noted(cards), _counted(scope) if cards else ""]
    if monthly:
        lines.append(data.made(headline.missing, scope, filtered.filters().territory))
    with st.container():
        if any(lines):
            st.caption("  \n".join(filter(None, lines)))


def _noted(cards: Sequence[Card]) -> str:
    said = "；".join(f"{card.title} {card.base}，{card.note}" for card in cards if card.note)
    return f"口径：{said}。台账的数不因督察问题改动。" if said else ""


def _counted(scope: Scope) -> str:
    """What may be counted twice, and why columns do not add up, where that is so."""
    waits = merging.waiting(data.made(merging.undecided, scope))
    lines = "；".join(filter(None, (waits, data.made(merging.repeated, scope))))
    return f"{lines}。" if lines else ""


def _card(slot: DeltaGenerator, card: Card, link: Link | None) -> None:
    """One element where one is enough: each of them costs the browser a drawing."""
    if not link:
        slot.metric(
            card.title,
            card.value,
            "　".join(filter(None, (card.base, card.change))) or None,
            "off",
            delta_arrow="off",
            help=card.help or None,
            border=True,
            height="stretch",
        )
        return
    with slot.container(border=True, gap=None, height="stretch"):
        with st.container(horizontal=True, vertical_alignment="center", gap=None, wrap=False):
            st.markdown(card.title, help=card.help or None, width="stretch")
            _link(*link)
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small", wrap=False):
            st.metric(card.title, card.value, label_visibility="collapsed", width="content")
            if card.change:
                st.caption(card.change, width="stretch")
        st.markdown(f":gray[:small[{card.base}]]")


def _link(words: str, page: str, narrowed: Mapping[str, str | None]) -> None:
    """The way to the rows behind a figure.

    To another page it is a link, since a button that changes the page puts a step of its own into "Back".
    """
    label = f":gray[:small[{words} ›]]"
    if page:
        st.page_link(address.page(page), label=label, query_params=address.to(**narrowed), width="content")
    else:
        key = "_".join(["to", words, *(v for v in narrowed.values() if v)])
        st.button(label, type="tertiary", key=key, on_click=address.put, kwargs=dict(narrowed))
