"""The S-curve drawn: plan against fact, and the gap on the day looked at."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from schemas.said import CAMPAIGN
from views import Ask
from views.answers.pace import ANSWER, fetch
from views.charts import palette
from views.charts.picture import Look, Picture

HEIGHT = 172  # pixels


def picture(ask: Ask, look: Look) -> Picture:
    """Plan against fact, in per cent of all that is owed; the gap is said at the day looked at."""
    rows = ask(fetch, look.scope.whole, look.filters.territory, look.filters.field)
    done = rows[rows["actual"].notna()]
    now = done.iloc[-1] if len(done) else None
    return Picture(
        "报送总体进度",
        "累计已报占全部应报（含内部时限）",
        _figure(rows, look.dark),
        _reading(now),
        _table(rows, look),
        knows=("territory", "field"),
    )


def _figure(rows: pd.DataFrame, dark: bool) -> go.Figure:
    colours = palette.theme(dark)
    whole = max(int(rows["altogether"].max()), 1) if len(rows) else 1
    axis = {"fixedrange": True, "zeroline": False, "tickfont": {"size": 12.5, "color": colours.faint}}
    chart = palette.canvas(
        dark,
        height=HEIGHT,
        margin={"l": 42, "r": 8, "t": 8, "b": 24},
        yaxis={
            **axis,
            "range": [0, 104],
            "tickvals": [0, 50, 100],
            "ticktext": ["0%", "50%", "100%"],
            "gridcolor": colours.line,
        },
        xaxis={**axis, "showgrid": False, "tickformat": "%-m月", "dtick": "M1", "ticklabelmode": "period"},
    )
    hover = "%{x|%m-%d} %{text} 份（%{y:.0f}%）"
    for name, column, line in (
        ("应报", "planned", {"color": colours.faint, "width": 1.5, "dash": "dot", "shape": "hv"}),
        ("已报", "actual", {"color": colours.accent, "width": 2.5, "shape": "hv"}),
    ):
        drawn = rows[rows[column].notna()]
        days, counts = drawn["day"].tolist(), drawn[column].astype(int).tolist()
        chart.add_trace(
            go.Scatter(
                x=days,
                y=[100 * count / whole for count in counts],
                text=counts,
                mode="lines",
                line=line,
                hovertemplate=f"{name} {hover}<extra></extra>",
            )
        )
    for note in _notes(rows, whole, colours):
        chart.add_annotation(**note)
    return chart


def _notes(rows: pd.DataFrame, whole: int, colours: palette.Theme) -> list[dict[str, Any]]:
    """The names of the two lines beside them, and the gap where the actual one ends."""
    done = rows[rows["actual"].notna()]
    if done.empty:
        return []
    last = done.iloc[-1]
    met, due = 100 * int(last["actual"]) / whole, 100 * int(last["planned"]) / whole
    gap = round(due) - round(met)
    ahead = f"差 {gap} 个百分点" if gap > 0 else "与计划持平" if gap == 0 else f"超前 {-gap} 个百分点"
    same = {"showarrow": False, "xref": "paper", "yref": "paper"}
    return [  # in the two corners that a curve which rises leaves free
        {
            **same,
            "x": 0.99,
            "y": 0.04,
            "text": f"已报 {met:.0f}%，{ahead}",
            "xanchor": "right",
            "yanchor": "bottom",
            "font": {"size": 13, "color": colours.accent},
        },
        {
            **same,
            "x": 0.02,
            "y": 0.97,
            "text": "┄ 应报　━ 已报",
            "xanchor": "left",
            "yanchor": "top",
            "font": {"size": 12.5, "color": colours.faint},
        },
    ]


def _reading(now: Any) -> str:
    if now is None:
        return f"{CAMPAIGN}尚未开始。尚无到期的应报事项。"
    gap = int(now["planned"]) - int(now["actual"])
    state = (
        f"比应报少 {gap} 份" if gap > 0 else "应报均已报送" if gap == 0 else f"比应报多 {-gap} 份（提前报送）"
    )
    return (
        f"全部应报 {now['altogether']} 份，已到期 {now['planned']} 份，"
        f"已报 {now['actual']} 份，{state}。"
        f"已报占全部的 {100 * int(now['actual']) / max(int(now['altogether']), 1):.0f}%。"
    )


def _table(rows: pd.DataFrame, look: Look) -> pd.DataFrame:
    """The curve at each month's end and on the day looked at."""
    day = rows["day"]
    shown = rows[day.dt.is_month_end | (day == pd.Timestamp(look.scope.as_of))]
    titles = {name: str(column.title) for name, column in ANSWER.columns.items()}
    return pd.DataFrame(shown.assign(day=[f"{d:%Y-%m-%d}" for d in shown["day"]]).rename(columns=titles))
