"""A chart as a page shows it: its title, the figure, the same in words, the rows behind it."""

import html
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import plotly.graph_objects as go

from views import Scope
from views.figures.filters import Filters


@dataclass(frozen=True)
class Look:
    """How the reader looks: which phase as of which day, through which filters, on which ground."""

    scope: Scope
    filters: Filters
    dark: bool = False
    rank: str = ""  # by what kinds are ranked: a name in risk.RANKS; the first where it is none


@dataclass(frozen=True)
class Picture:
    """One chart with its words; `table` has Chinese headings and is what the figure draws."""

    title: str
    note: str
    figure: go.Figure
    reading: str  # two sentences: the alternative text, and the head of the text version
    table: pd.DataFrame
    knows: tuple[str, ...] = ()  # the filters that it obeys

    def choices(self) -> dict[str, str]:
        """What a click can choose, as the address says it → the mark in words: for whoever has no mouse."""
        return {
            str(data[0]): _in_words(trace, n)
            for trace in self.figure.data
            for n, data in enumerate(() if trace.customdata is None else trace.customdata)
            if data[0]
        }


def _in_words(trace: Any, n: int) -> str:
    """A mark as it is told where the mouse points at it; a bar by its kind and figure."""
    if trace.hovertext is not None:
        lines = str(trace.hovertext[n]).split("<br>")[:3]
        return html.unescape(re.sub("</?b>", "", "　".join(lines)))
    return f"{trace.y[n]} {trace.name or ''} {trace.x[n]:,.0f}"


def target(**names: Any) -> str:
    """What a click on a mark chooses, as the address says it."""
    return urlencode({name: value for name, value in names.items() if value is not None})
