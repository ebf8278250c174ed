"""双降: month by month the institutions not yet dealt with and the amounts not yet in order."""

import datetime as dt
from typing import Any

import duckdb
import pandas as pd
import pandera.pandas as pa
import plotly.graph_objects as go

from schemas.plan import PLAN
from views import Scope, ask, cell, compliance, palette, progress
from views.picture import Answers, Look, Picture

ANSWER = pa.DataFrameSchema(
    {
        "tells_of": pa.Column("datetime64[us]", title="月末"),
        "territory": pa.Column(str),
        "field": pa.Column(str),
        "firms": pa.Column(int, title="整改类（家）"),
        "mending": pa.Column(int, title="正在整改（家）"),
        "mended": pa.Column(int, title="已完成整改（家）"),
        "unhanded": pa.Column(int, title="取缔未交接（家）"),
        "handed": pa.Column(int, title="取缔已交接（家）"),
        "scale_init": pa.Column(float, title="整改初始存量规模（万元）"),
        "scale_end": pa.Column(float, title="月末存量规模（万元）"),
        "nc_init": pa.Column(float, title="整改初始不合规规模（万元）"),
        "nc_end": pa.Column(float, title="月末不合规规模（万元）"),
    },
    coerce=True,
    strict=True,
)

BASELINE = pa.DataFrameSchema(
    {
        "territory": pa.Column(str),
        "field": pa.Column(str),
        "active": pa.Column(int, title="基线在营非合规（家）"),
    },
    coerce=True,
    strict=True,
)


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """One row for each month and cell that told of anything."""
    return ask(con, ANSWER, "FROM descent(?)", [scope.as_of])


def baseline(con: duckdb.DuckDBPyConnection, frozen_on: dt.date) -> pd.DataFrame:
    """Institutions not 合规类 in the surveys accepted by the day on which the baseline was frozen."""
    return ask(con, BASELINE, "FROM baseline(?)", [frozen_on])


def picture(answer: Answers, look: Look) -> Picture:
    """Two small lines side by side, never two axes: how many are not done with, and how much is not in order."""
    rows = look.lens.narrow(carried(answer(fetch, look.scope), silent(answer, look.scope)))
    frozen = look.lens.narrow(answer(baseline, progress.survey_end()))
    sums = rows.groupby("tells_of")[["mending", "unhanded", "nc_init", "nc_end"]].sum()
    open_, amounts = sums["mending"] + sums["unhanded"], sums["nc_end"]
    firms = int(frozen["active"].sum())
    start = float(sums["nc_init"].iloc[-1]) if len(sums) else 0.0
    table = pd.DataFrame({
        "月末": [f"{day:%Y-%m-%d}" for day in sums.index], "未了结机构（家）": open_.to_numpy(),
        "不合规规模（万元）": [f"{amount:,.0f}" for amount in amounts],
    })  # fmt: skip
    return Picture(
        "双降了没有？", "左：未了结（家）；右：不合规（万元）；虚线基线；未报按上月",
        _figure(list(sums.index), (list(open_), firms), (list(amounts), start), look.dark), _reading(open_, amounts, firms, start),
        table, narrowed=look.lens.touches(rows),
    )  # fmt: skip


def silent(answer: Answers, scope: Scope) -> set[tuple[dt.date, str]]:
    """The months, by their last day, and the territories whose sheets for them are not in."""
    monthly = {o.obligation for o in PLAN.obligations.values() if "rectification" in o.returns}
    rows = answer(compliance.fetch, Scope(None, scope.as_of))
    return {
        ((r.due.replace(day=1) - dt.timedelta(1)).date(), r.unit)
        for r in cell.lines(rows[rows["obligation"].isin(monthly) & ~rows["status"].isin(["on_time", "late"])])
    }


def carried(rows: pd.DataFrame, missing: set[tuple[dt.date, str]]) -> pd.DataFrame:
    """With the month before wherever a territory has not reported: silence is no progress."""
    months: list[pd.DataFrame] = []
    for day, told in rows.groupby("tells_of"):
        if months:
            owing = {unit for month, unit in missing if month == pd.Timestamp(str(day)).date()}
            old = months[-1]
            told = pd.concat([told, old[old["territory"].isin(owing - set(told["territory"]))].assign(tells_of=day)])
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
        side = {"domain": [0.56 * n, 0.44 + 0.56 * n], "anchor": y, "fixedrange": True, "showgrid": False,
                "tickfont": {"color": colours.faint}}  # fmt: skip
        up = {"visible": False, "anchor": x, "fixedrange": True, "range": [0, 1.2 * max([*values, start, 1])]}
        chart.update_layout({f"x{name}": side, f"y{name}": up})
        chart.add_trace(go.Scatter(
            x=labels, y=values, xaxis=x, yaxis=y, mode="lines+markers+text", text=[f"{v:,.0f}" for v in values],
            textposition="top center", line={"color": colours.accent, "width": 2.5}, cliponaxis=False,
            hovertemplate="%{x}末 %{y:,.0f}<extra></extra>",
        ))  # fmt: skip
        if values:
            chart.add_trace(go.Scatter(x=[labels[0], labels[-1]], y=[start, start], xaxis=x, yaxis=y, mode="lines",
                                       line={"color": colours.faint, "dash": "dot", "width": 1.5}, hoverinfo="skip"))  # fmt: skip
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
