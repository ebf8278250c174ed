"""A chart as a page shows it: the question it answers, the figure, the same in words, the rows behind it."""

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

    question: str
    note: str
    figure: go.Figure
    reading: str  # two sentences: the alternative text, and the head of the text version
    table: pd.DataFrame
    knows: tuple[str, ...] = ()  # the filters that it obeys


def target(**names: Any) -> str:
    """What a click on a mark chooses, as the address says it."""
    return urlencode({name: value for name, value in names.items() if value is not None})
