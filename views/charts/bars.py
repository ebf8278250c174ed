"""Horizontal bars in the house style: stacked counts with their figures in them and words behind them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from views.charts import palette
from views.figures.names import width

ROW, KEY, FOOT, GAP = 27, 26, 6, 0.26
HALF_WIDTH = 6.6  # pixels of a half-width character


@dataclass(frozen=True)
class Part:
    """One kind of thing in every bar: its name, how many in each, its paint, and what a click chooses."""

    title: str
    counts: Sequence[float]
    paint: palette.Paint
    targets: Sequence[str] = ()
    hatched: bool = False


def stacked(labels: Sequence[str], parts: Sequence[Part], dark: bool, ends: Sequence[str] = ()) -> go.Figure:
    """A bar for each label, its parts side by side; `ends` is said behind each bar."""
    colours = palette.theme(dark)
    longest = max((sum(each) for each in zip(*(p.counts for p in parts), strict=True)), default=0) or 1
    gutter = int(HALF_WIDTH * max(map(width, labels), default=0)) + 10
    tail = int(HALF_WIDTH * max(map(width, ends), default=0)) + 12 if ends else 6
    chart = palette.canvas(
        dark,
        height=KEY + FOOT + ROW * len(labels),
        margin={"l": gutter, "r": tail, "t": KEY, "b": FOOT},
        showlegend=len(parts) > 1,
        legend={
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1,
            "yanchor": "bottom",
            "traceorder": "normal",
            "font": {"size": 12.5, "color": colours.faint},
            "itemclick": False,
            "itemdoubleclick": False,
            "entrywidthmode": "fraction",
            "entrywidth": 1 / max(len(parts), 1),  # in one row, however narrow the bars
        },
        barmode="stack",
        bargap=GAP,
        xaxis={"visible": False, "fixedrange": True, "range": [0, longest]},
        yaxis={
            "range": palette.downwards(len(labels)),
            "fixedrange": True,
            "tickfont": {"size": 13, "color": colours.text},
            "ticks": "",
            "showgrid": False,
        },
        annotations=[_end(n, words, parts, colours) for n, words in enumerate(ends)],
    )
    for part in parts:
        chart.add_trace(_bar(labels, part, colours, longest))
    return chart


def _bar(labels: Sequence[str], part: Part, colours: palette.Theme, longest: float) -> go.Bar:
    marker: dict[str, Any] = {"color": part.paint.fill, "line": {"color": colours.ground, "width": 1}}
    if part.hatched:
        marker["pattern"] = {
            "shape": "/",
            "fillmode": "overlay",
            "fgcolor": part.paint.ink,
            "size": 6,
            "solidity": 0.25,
        }
    return go.Bar(
        orientation="h",
        y=list(labels),
        x=list(part.counts),
        name=part.title,
        marker=marker,
        text=[_text(count, longest) for count in part.counts],
        textposition="inside",
        insidetextanchor="middle",
        constraintext="none",
        textangle=0,
        textfont={"color": part.paint.ink, "size": 12.5},
        customdata=[[t] for t in part.targets] or None,
        hovertemplate=f"%{{y}} · {part.title} %{{x:,.0f}}<extra></extra>",
        **palette.STILL,
    )


def _text(count: float, longest: float) -> str:
    """The figure in a bar, where the bar has room for it."""
    return f"{count:,.0f}" if count / longest > 0.028 * len(f"{count:,.0f}") else ""


def _end(n: int, words: str, parts: Sequence[Part], colours: palette.Theme) -> dict[str, Any]:
    return {
        "x": sum(part.counts[n] for part in parts),
        "y": n,
        "text": words,
        "showarrow": False,
        "xanchor": "left",
        "xshift": 6,
        "font": {"size": 12.5, "color": colours.faint},
    }
