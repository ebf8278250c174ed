"""双降 drawn: two small lines side by side, institutions and amounts."""

from collections.abc import Iterator
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from views import Ask
from views.answers.descent import baseline, fetch
from views.charts import palette
from views.charts.picture import Look, Picture
from views.figures import progress
from views.figures.filters import knows

Curve = tuple[list[float], float]  # month by month, and the figure where it began


def picture(ask: Ask, look: Look) -> Picture:
    """Two small lines side by side, never two axes: how many are open, and how much is not in order."""
    rows = look.filters.narrow(ask(fetch, look.scope), "tells_of")
    frozen = look.filters.narrow(ask(baseline, progress.frozen(look.scope), look.scope.as_of))
    sums = rows.groupby("tells_of")[["active", "nc_init", "nc_end"]].sum()
    open_, amounts = sums["active"], sums["nc_end"]
    firms = int(frozen["active"].sum())
    start = float(sums["nc_init"].iloc[-1]) if len(sums) else 0.0
    table = pd.DataFrame(
        {
            "月末": [f"{day:%Y-%m-%d}" for day in sums.index],
            "在营非合规机构（家）": open_.to_numpy(),
            "不合规规模（万元）": [f"{amount:,.0f}" for amount in amounts],
        }
    )
    return Picture(
        "“双降”进展",
        "左：在营非合规（家）；右：不合规（万元）；虚线基线；未报按上月",
        _figure(list(sums.index), (list(open_), firms), (list(amounts), start), look.dark),
        _reading(open_, amounts, firms, start),
        table,
        knows=knows(rows),
    )


def _figure(months: list[Any], firms: Curve, amounts: Curve, dark: bool) -> go.Figure:
    chart = palette.canvas(dark, height=190, margin={"l": 10, "r": 10, "t": 22, "b": 24})
    labels = [f"{month.month}月" for month in months]
    for n, curve in enumerate((firms, amounts)):
        nth = f"{n + 1}" if n else ""
        chart.update_layout(_axes(n, nth, curve, palette.theme(dark)))
        for trace in _lines(labels, curve, palette.theme(dark)):
            chart.add_trace(trace.update(xaxis=f"x{nth}", yaxis=f"y{nth}"))
    return chart


def _axes(n: int, nth: str, curve: Curve, colours: palette.Theme) -> dict[str, Any]:
    """The axes of the left (n = 0) or right small chart; `nth` is what plotly puts behind their names."""
    values, start = curve
    side = {
        "domain": [0.56 * n, 0.44 + 0.56 * n],
        "anchor": f"y{nth}",
        "fixedrange": True,
        "showgrid": False,
        "tickfont": {"color": colours.faint},
    }
    up = {**palette.unseen(0, 1.2 * max([*values, start, 1])), "anchor": f"x{nth}"}
    return {f"xaxis{nth}": side, f"yaxis{nth}": up}


def _lines(labels: list[str], curve: Curve, colours: palette.Theme) -> Iterator[go.Scatter]:
    """The line month by month, and a dotted one where it began."""
    values, start = curve
    yield go.Scatter(
        x=labels,
        y=values,
        mode="lines+markers+text",
        text=[f"{v:,.0f}" for v in values],
        textposition="top center",
        line={"color": colours.accent, "width": 2.5},
        cliponaxis=False,
        hovertemplate="%{x}末 %{y:,.0f}<extra></extra>",
    )
    if values:
        dotted = {"color": colours.faint, "dash": "dot", "width": 1.5}
        ends = {"x": [labels[0], labels[-1]], "y": [start, start]}
        yield go.Scatter(**ends, mode="lines", line=dotted, hoverinfo="skip")


def _reading(firms: "pd.Series[Any]", amounts: "pd.Series[Any]", base: int, start: float) -> str:
    if firms.empty:
        return "尚未受理月度进展表，双降显示“—”。"
    fewer = f"比摸底基线 {base} 家少 {100 * (1 - firms.iloc[-1] / base):.0f}%" if base else "没有基线可比"
    less = f"比整改初始压降 {100 * (1 - amounts.iloc[-1] / start):.0f}%" if start else "没有初始规模可比"
    rising = len(amounts) > 1 and amounts.iloc[-1] > amounts.iloc[-2]
    return (
        f"最近一个月末在营非合规机构 {firms.iloc[-1]:,.0f} 家，{fewer}。"
        f"不合规规模 {amounts.iloc[-1]:,.0f} 万元，{less}{'，但比上月末反弹' if rising else ''}。"
    )
