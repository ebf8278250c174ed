"""双降 drawn: two small lines side by side, institutions and amounts."""

import datetime as dt
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from schemas.plan import PLAN
from views import Ask, Scope, records
from views.answers import compliance
from views.answers.descent import baseline, fetch
from views.charts import palette
from views.charts.picture import Look, Picture
from views.figures import progress


def picture(ask: Ask, look: Look) -> Picture:
    """Two small lines side by side, never two axes: how many are not done with, and how much is not in order."""
    rows = look.filters.narrow(carried(ask(fetch, look.scope), silent(ask, look.scope)))
    frozen = look.filters.narrow(ask(baseline, progress.survey_end()))
    sums = rows.groupby("tells_of")[["mending", "unhanded", "nc_init", "nc_end"]].sum()
    open_, amounts = sums["mending"] + sums["unhanded"], sums["nc_end"]
    firms = int(frozen["active"].sum())
    start = float(sums["nc_init"].iloc[-1]) if len(sums) else 0.0
    table = pd.DataFrame(
        {
            "月末": [f"{day:%Y-%m-%d}" for day in sums.index],
            "未了结机构（家）": open_.to_numpy(),
            "不合规规模（万元）": [f"{amount:,.0f}" for amount in amounts],
        }
    )
    return Picture(
        "双降了没有？",
        "左：未了结（家）；右：不合规（万元）；虚线基线；未报按上月",
        _figure(list(sums.index), (list(open_), firms), (list(amounts), start), look.dark),
        _reading(open_, amounts, firms, start),
        table,
        narrowed=look.filters.touches(rows),
    )


def silent(ask: Ask, scope: Scope) -> set[tuple[dt.date, str]]:
    """The months, by their last day, and the territories whose sheets for them are not in."""
    monthly = {o.obligation for o in PLAN.obligations.values() if "rectification" in o.returns}
    rows = ask(compliance.fetch, Scope(None, scope.as_of))
    return {
        ((r.due.replace(day=1) - dt.timedelta(1)).date(), r.unit)
        for r in records(rows[rows["obligation"].isin(monthly) & ~rows["status"].isin(["on_time", "late"])])
    }


def carried(rows: pd.DataFrame, missing: set[tuple[dt.date, str]]) -> pd.DataFrame:
    """With the month before wherever a territory has not reported: silence is no progress."""
    months: list[pd.DataFrame] = []
    for day, told in rows.groupby("tells_of"):
        if months:
            owing = {unit for month, unit in missing if month == pd.Timestamp(str(day)).date()}
            old = months[-1]
            told = pd.concat(
                [told, old[old["territory"].isin(owing - set(told["territory"]))].assign(tells_of=day)]
            )
        months.append(told)
    return pd.concat(months) if months else rows


def _figure(
    months: list[Any], firms: tuple[list[float], float], amounts: tuple[list[float], float], dark: bool
) -> go.Figure:
    colours = palette.theme(dark)
    chart = palette.canvas(dark, height=190, margin={"l": 10, "r": 10, "t": 22, "b": 24})
    labels = [f"{m.month}月" for m in months]
    for n, (values, start) in enumerate((firms, amounts)):
        nth = f"{n + 1}" if n else ""
        x, y, name = f"x{nth}", f"y{nth}", f"axis{nth}"
        side = {
            "domain": [0.56 * n, 0.44 + 0.56 * n],
            "anchor": y,
            "fixedrange": True,
            "showgrid": False,
            "tickfont": {"color": colours.faint},
        }
        up = {"visible": False, "anchor": x, "fixedrange": True, "range": [0, 1.2 * max([*values, start, 1])]}
        chart.update_layout({f"x{name}": side, f"y{name}": up})
        chart.add_trace(
            go.Scatter(
                x=labels,
                y=values,
                xaxis=x,
                yaxis=y,
                mode="lines+markers+text",
                text=[f"{v:,.0f}" for v in values],
                textposition="top center",
                line={"color": colours.accent, "width": 2.5},
                cliponaxis=False,
                hovertemplate="%{x}末 %{y:,.0f}<extra></extra>",
            )
        )
        if values:
            chart.add_trace(
                go.Scatter(
                    x=[labels[0], labels[-1]],
                    y=[start, start],
                    xaxis=x,
                    yaxis=y,
                    mode="lines",
                    line={"color": colours.faint, "dash": "dot", "width": 1.5},
                    hoverinfo="skip",
                )
            )
    return chart


def _reading(firms: "pd.Series[Any]", amounts: "pd.Series[Any]", base: int, start: float) -> str:
    if firms.empty:
        return "还没有受理过月度进展表。双降无从计算，显示“—”。"
    fewer = f"比摸底基线 {base} 家少 {100 * (1 - firms.iloc[-1] / base):.0f}%" if base else "没有基线可比"
    less = f"比整改初始压降 {100 * (1 - amounts.iloc[-1] / start):.0f}%" if start else "没有初始规模可比"
    rising = len(amounts) > 1 and amounts.iloc[-1] > amounts.iloc[-2]
    return (
        f"最近一个月末未了结机构 {firms.iloc[-1]:,.0f} 家，{fewer}。"
        f"不合规规模 {amounts.iloc[-1]:,.0f} 万元，{less}{'，但比上月末反弹' if rising else ''}。"
    )
