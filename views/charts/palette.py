"""The colours of lights and risk in both themes, and how every chart looks and speaks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import plotly.graph_objects as go

from views.figures.words import WEEKDAYS

FONT = "'Microsoft YaHei', 'PingFang SC', 'Noto Sans CJK SC', 'Source Han Sans SC', sans-serif"


@dataclass(frozen=True)
class Paint:
    """A filled mark and the text that is legible on it."""

    fill: str
    ink: str


@dataclass(frozen=True)
class Theme:
    ground: str
    text: str
    faint: str  # notes and internal matters
    line: str
    accent: str  # what is chosen, what is actual
    mild: str  # the lighter neighbour of the accent: what is still to come
    density: tuple[str, ...]  # from few to many
    lights: Mapping[str, Paint]  # by the codes of light.csv
    risks: Mapping[str, Paint]  # 红橙黄蓝, the order of public warnings; never green
    slips: Mapping[str, str]  # the words 红单, 橙单, 蓝单, by their codes


def _lights(white: str, ink: str, **fills: tuple[str, str]) -> Mapping[str, Paint]:
    inks = {"white": white, "ink": ink}
    return MappingProxyType({code: Paint(fill, inks.get(on, on)) for code, (fill, on) in fills.items()})


LIGHT = Theme(
    ground="#FFFFFF",
    text="#1C2430",
    faint="#5B6675",
    line="#D5DBE3",
    accent="#1F5A93",
    mild="#C9D9EA",
    density=("#FAE9DB", "#F0C9A4", "#D88A4A", "#B25A1E", "#8C2D04"),
    lights=_lights(
        "#FFFFFF",
        "#2A1C00",
        on_time=("#2B7D71", "white"),
        pending=("#EEF1F5", "#5B6675"),
        soon=("#9CC3EE", "#10263F"),
        urgent=("#F7DC6F", "ink"),
        returned=("#F7DC6F", "ink"),
        late=("#D67A2E", "#1C1206"),
        overdue=("#8E1616", "white"),
    ),
    risks=MappingProxyType(
        {
            "高": Paint("#9E1B1B", "#FFFFFF"),
            "较高": Paint("#DB7A2B", "#1C1206"),
            "一般": Paint("#F3CC62", "#3A2A00"),
            "低": Paint("#3874A8", "#FFFFFF"),
        }
    ),
    slips=MappingProxyType({"red": "#C0392B", "orange": "#A85614", "blue": "#2F6797"}),
)

DARK = Theme(
    ground="#12171E",
    text="#E6EAF0",
    faint="#A3AEBB",
    line="#313B48",
    accent="#7FB2E5",
    mild="#2F4358",
    density=("#33261D", "#5A3A22", "#8C5526", "#C27B3E", "#F0B27A"),
    lights=_lights(
        "#FFFFFF",
        "#2A1F00",
        on_time=("#1F6259", "white"),
        pending=("#242C37", "#A3AEBB"),
        soon=("#5B94CF", "#0A1626"),
        urgent=("#F0CE7A", "ink"),
        returned=("#F0CE7A", "ink"),
        late=("#B9651F", "#0F0800"),
        overdue=("#F08A80", "#2B0604"),
    ),
    risks=MappingProxyType(
        {
            "高": Paint("#F08A80", "#2B0604"),
            "较高": Paint("#B9651F", "#0F0800"),
            "一般": Paint("#F0CE7A", "#2A1F00"),
            "低": Paint("#5B94CF", "#0A1626"),
        }
    ),
    slips=MappingProxyType({"red": "#F08A80", "orange": "#E09A4F", "blue": "#7FB2E5"}),
)


def ink_on(fill: str) -> str:
    """Black or white, whichever is easier to read on a colour (relative luminance of WCAG 2)."""
    channels = (int(fill[n : n + 2], 16) / 255 for n in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return "#1C1206" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 else "#FFFFFF"


def theme(dark: bool) -> Theme:
    return DARK if dark else LIGHT


def downwards(rows: int) -> list[float]:
    """The range of an axis on which the first row stands at the top."""
    return [max(rows, 1) - 0.5, -0.5]


def unseen(low: float, high: float) -> dict[str, Any]:
    """An axis that only places: from `low` to `high`, neither drawn nor moved."""
    return {"visible": False, "fixedrange": True, "range": [low, high]}


def named(titles: Sequence[str], span: Sequence[float], **more: Any) -> dict[str, Any]:
    """An axis of names, one at each whole number from 0, over a span; nothing is drawn but the names."""
    ticks = {"tickvals": list(range(len(titles))), "ticktext": list(titles), "range": list(span)}
    return {**ticks, "fixedrange": True, "showgrid": False, "zeroline": False, **more}


def across(count: int) -> list[float]:
    """The range of an axis on which so many columns stand side by side."""
    return [-0.5, max(count, 1) - 0.5]


def line(start: tuple[Any, Any], end: tuple[Any, Any], **drawn: Any) -> dict[str, Any]:
    """A straight line from one point to another, drawn in this colour, width, dash."""
    return {"type": "line", "x0": start[0], "x1": end[0], "y0": start[1], "y1": end[1], "line": drawn}


def canvas(dark: bool, **layout: Any) -> go.Figure:
    """An empty figure in the house style: transparent, still, without a legend."""
    colours = theme(dark)
    figure = go.Figure(
        layout={
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": FONT, "size": 13, "color": colours.text},
            "hoverlabel": {
                "bgcolor": colours.ground,
                "bordercolor": colours.faint,
                "font": {"family": FONT, "size": 13, "color": colours.text},
                "align": "left",
            },
            "showlegend": False,
            "dragmode": "pan",
            "hovermode": "closest",
            "clickmode": "event+select",
            "datarevision": 0,
            **layout,
        }
    )
    figure.layout.template = None
    return figure


# A click chooses by the address, never by fading what was not clicked.
STILL: Mapping[str, Any] = MappingProxyType(
    {"selected": {"marker": {"opacity": 1}}, "unselected": {"marker": {"opacity": 1}}}
)

SUNDAY_FIRST = WEEKDAYS[-1] + WEEKDAYS[:-1]
# Given to the chart as it is, so that no locale file is ever asked for.
CONFIG: Mapping[str, Any] = MappingProxyType(
    {
        "displayModeBar": False,
        "scrollZoom": False,
        "showAxisDragHandles": False,
        "locale": "zh-CN",
        "locales": {
            "zh-CN": {
                "dictionary": {},
                "format": {
                    "days": [f"星期{day}" for day in SUNDAY_FIRST],
                    "shortDays": list(SUNDAY_FIRST),
                    "months": [f"{month}月" for month in range(1, 13)],
                    "shortMonths": [f"{month}月" for month in range(1, 13)],
                    "date": "%Y-%m-%d",
                },
            }
        },
    }
)
