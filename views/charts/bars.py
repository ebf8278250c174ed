"""Horizontal bars in the house style: stacked counts with their figures in them and words behind them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from views.charts import palette
from views.figures.names import width

ROW, KEY, FOOT, GAP = 27, 26, 6, 0.26
HALF_WIDTH, COLUMN = 6.6, 570  # pixels: of a half-width character, of the column in which bars stand


@dataclass(frozen=True)
class Part:
    """One kind of thing in every bar: its name, how many in each, its paint, and what a click chooses."""

    title: str
    counts: Sequence[float]
    paint: palette.Paint
    targets: Sequence[str] = ()
    hatched: bool = False
    is_grave: bool = False  # its figure is told behind the bar where the bar has no room for it


def stacked(labels: Sequence[str], parts: Sequence[Part], dark: bool, ends: Sequence[str] = ()) -> go.Figure:
    """A bar for each label, its parts side by side; `ends` is said behind each bar."""
    colours = palette.theme(dark)
    longest = max((sum(each) for each in zip(*(p.counts for p in parts), strict=True)), default=0) or 1
    gutter = int(HALF_WIDTH * max(map(width, labels), default=0)) + 10
    most = [_behind(n, ends, parts, longest) for n in range(len(labels))]  # at most said behind each
    pixel = longest / max(COLUMN - gutter - HALF_WIDTH * max(map(width, most), default=0), 1)
    ends = [_behind(n, ends, parts, pixel) for n in range(len(labels))]
    tail = int(HALF_WIDTH * max(map(width, ends), default=0)) + 12
    chart = palette.canvas(
        dark,
        height=KEY + FOOT + ROW * len(labels),
        margin={"l": gutter, "r": tail, "t": KEY, "b": FOOT},
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
        annotations=[
            *(_end(n, words, parts, colours) for n, words in enumerate(ends)),
            *([_key(parts, colours)] if len(parts) > 1 else []),
        ],
    )
    for part in parts:
        chart.add_trace(_bar(labels, part, colours, pixel))
    return chart


def _bar(labels: Sequence[str], part: Part, colours: palette.Theme, pixel: float) -> go.Bar:
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
        text=[_text(count, pixel) for count in part.counts],
        textposition="inside",
        insidetextanchor="middle",
        constraintext="none",
        textangle=0,
        textfont={"color": part.paint.ink, "size": 12.5},
        customdata=[[t] for t in part.targets] or None,
        hovertemplate=f"%{{y}} · {part.title} %{{x:,.0f}}<extra></extra>",
        **palette.STILL,
    )


def _text(count: float, pixel: float) -> str:
    """The figure in a bar, where the bar has room for it; `pixel` is how much of it a pixel is."""
    return f"{count:,.0f}" if count / pixel > HALF_WIDTH * (len(f"{count:,.0f}") + 1) else ""


def _behind(n: int, ends: Sequence[str], parts: Sequence[Part], pixel: float) -> str:
    """What is said behind a bar: the figures of grave parts too short to bear them, then its end."""
    short = [p for p in parts if p.is_grave and p.counts[n] and not _text(p.counts[n], pixel)]
    return "　".join([*(f"{p.title}{p.counts[n]:,.0f}" for p in short), *ends[n : n + 1]])


def _key(parts: Sequence[Part], colours: palette.Theme) -> dict[str, Any]:
    """What each paint means, in one line above the bars, however narrow they are."""
    marks = [
        f'<span style="color:{p.paint.fill}">{"▨" if p.hatched else "■"}</span> {p.title}' for p in parts
    ]
    place = {"xref": "paper", "yref": "paper", "x": 0, "y": 1, "xanchor": "left", "yanchor": "bottom"}
    font = {"size": 12.5, "color": colours.faint}
    return {**place, "text": "　".join(marks), "showarrow": False, "font": font}


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
