"""Charts on a page: the title, the figure, the same in words and rows; a click goes into the address."""

from collections.abc import Callable, Sequence
from typing import Any, TypedDict, TypeVarTuple, Unpack
from urllib.parse import parse_qsl

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from schemas.plan import GROUPS
from ui import address, data, faults, filtered, tables
from views import Ask, Scope
from views.charts import matrix, palette
from views.charts.picture import Look, Picture
from views.figures.filters import Filters

Ts = TypeVarTuple("Ts")
LEAST_WIDTH, TITLE, STEP = 300, 60, 100  # pixels; the last as `screen.css` has it


class Shown(TypedDict, total=False):
    """How a chart is shown: through which filters, how wide, with what beside its title."""

    filters: Filters
    width: int  # pixels; else as wide as the column
    beside: Callable[[], object]
    place: str  # tells charts of one kind apart


def draw(
    picture: Callable[[Ask, Look, *Ts], Picture], scope: Scope, *more: *Ts, **shown: Unpack[Shown]
) -> int:
    """One chart whole, with what else stands in its title row; returns its height in pixels.

    Seen through the filters of the address, or through others. What fails is told in its place; the rest of
    the page stays. `more` is what the picture asks for besides.
    """
    look = Look(scope, shown.get("filters") or filtered.filters(), tables.is_dark(), address.get("rank"))
    width, place = shown.get("width"), shown.get("place") or _place(picture)
    key = f"wide{-(-width // STEP)}_{place}" if width else None
    with st.container(width=width or "stretch", gap="xxsmall", key=key):
        try:
            drawn = data.made(_sized, picture, look, width, more)
        except Exception as error:
            faults.apologise(error, "此图未能生成")
            return 0
        mark = look.filters.mark(*drawn.knows)
        _show(drawn, place, scope, mark, shown)
    return TITLE + int(drawn.figure.layout.height or 0)


def _sized(
    ask: Ask, picture: Callable[..., Picture], look: Look, width: int | None, more: tuple[Any, ...]
) -> Picture:
    """A chart whose width is known before the browser has measured it is seen at once."""
    drawn = picture(ask, look, *more)
    drawn.figure.layout.width = width
    return drawn


def _place(picture: Callable[..., Picture]) -> str:
    """Where a chart stands when nothing else says so: under the name of what draws it."""
    room = picture.__module__.rpartition(".")[2]
    return room if picture.__name__ == "picture" else f"{room}_{picture.__name__}"


def in_columns(pictures: Sequence[Callable[[Ask, Look], Picture]], scope: Scope) -> DeltaGenerator:
    """Charts in two columns, each in the one that is shorter so far; returns the shorter column."""
    slots, heights = st.columns(2, gap="large"), [0, 0]
    for picture in pictures:
        n = heights.index(min(heights))
        with slots[n]:
            heights[n] += draw(picture, scope)
    return slots[heights.index(min(heights))]


def _show(picture: Picture, key: str, scope: Scope, mark: str, shown: Shown) -> None:
    """A chart under its title; `mark` says before it how the filters bear on the chart."""
    width, beside = shown.get("width"), shown.get("beside")
    with st.container(
        horizontal=True, wrap=False, vertical_alignment="center", gap="small", key=f"title_{key}"
    ):
        note = f"　:gray[:small[{picture.note}]]" if picture.note else ""
        st.markdown(f"**{mark}{picture.title}**{note}", width="stretch")
        if beside:
            beside()
        _words(picture, key, scope)
    if picture.table.empty:
        st.markdown(f":gray[{picture.reading}]")
        return
    st.plotly_chart(
        picture.figure,
        width=width or "stretch",
        theme=None,
        config=dict(palette.CONFIG),
        alt=picture.reading,
        key=f"chart_{key}",
        on_select=lambda: _choose(f"chart_{key}"),
        selection_mode="points",
    )


def _words(picture: Picture, key: str, scope: Scope) -> None:
    """The chart for whoever cannot see it, or would rather read; made when it is opened."""
    opened = st.popover("文字版", type="tertiary", key=f"words_{key}", on_change="rerun")
    if opened.open:
        with opened:
            st.markdown(picture.reading)
            _choices(picture, key)
            if len(picture.table):
                tables.download(picture.table, picture.title, scope, filtered.filters().words(), key)
                tables.whole(picture.table, 320)


def _choices(picture: Picture, key: str) -> None:
    """The marks of a chart as a list, so that the keyboard opens what a click on one opens."""
    marks = picture.choices()
    if not marks:
        return

    def choose() -> None:
        address.put(**dict(parse_qsl(st.session_state[f"pick_{key}"] or "")))

    st.selectbox(
        "在图上选（同点击）",
        list(marks),
        index=None,
        format_func=lambda mark: marks.get(mark, mark),
        filter_mode="contains",
        key=f"pick_{key}",
        on_change=choose,
    )


def matrices(scope: Scope) -> None:
    """The matrices of every group side by side, as wide as each needs, and what their marks mean."""
    wide = data.made(matrix.needs, scope)
    with st.container(horizontal=True, gap="small"):
        for group in GROUPS:
            if group in wide:
                chosen = address.get("cell")
                draw(
                    matrix.picture,
                    scope,
                    group,
                    chosen,
                    width=max(wide[group], LEAST_WIDTH),
                    place=f"matrix_{group}",
                )
    tables.legend()


def _choose(key: str) -> None:
    """A click chooses what its mark says; a click on it again, or a double click, takes that back."""
    points = st.session_state[key].selection.points
    before = st.session_state.pop(f"{key}_chose", {})
    chosen = dict(parse_qsl(points[0]["customdata"][0])) if points and points[0].get("customdata") else {}
    again = chosen == before
    address.put(**{**dict.fromkeys(before), **({} if again else chosen)})
    if not again:
        st.session_state[f"{key}_chose"] = chosen


def cell() -> tuple[str, str] | None:
    """The subject and obligation of the matrix cell that is open."""
    subject, _, obligation = address.get("cell").partition(".")
    return (subject, obligation) if obligation else None
