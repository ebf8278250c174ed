"""Briefs: two squares for each lead unit and phase, filled as they come (K6)."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from schemas.plan import PLAN
from views import Ask, Scope, records
from views.answers import compliance
from views.charts import palette
from views.charts.picture import Look, Picture
from views.figures.names import short_title
from views.figures.words import listed

ROW, SQUARE = 30, 17


def picture(ask: Ask, look: Look) -> Picture:
    """Of every phase, whichever is looked at: the quota is one for each."""
    rows = ask(compliance.fetch, Scope(None, look.scope.as_of))
    matters = {o.obligation for o in PLAN.obligations.values() if o.counts == "row" and o.owed_for == "unit"}
    mine = records(rows[rows["obligation"].isin(matters)])
    table = pd.DataFrame(
        [
            {
                "单位": r.unit_title,
                "阶段": PLAN.phases[r.phase].title,
                "应报": r.at_least,
                "已报": r.accepted,
                "状态": r.status_title,
            }
            for r in mine
        ]
    )
    note = "每阶段每单位至少 2 篇　■ 已报　□ 未报　✕ 已过期"
    return Picture("工作信息够两篇吗？", note, _figure(mine, look.dark), _reading(mine), table)


def _figure(mine: list[Any], dark: bool) -> go.Figure:
    colours = palette.theme(dark)
    units = list(dict.fromkeys(r.unit for r in mine))
    phases = [p for p in PLAN.phases if any(r.phase == p for r in mine)]
    squares = [
        (phases.index(r.phase) + 0.3 * (n - (r.at_least - 1) / 2), units.index(r.unit), n < r.accepted, r)
        for r in mine
        for n in range(r.at_least)
    ]
    chart = palette.canvas(
        dark,
        height=ROW * len(units) + 34,
        margin={"l": 104, "r": 4, "t": 26, "b": 6},
        xaxis={
            "side": "top",
            "tickvals": list(range(len(phases))),
            "ticktext": [PLAN.phases[p].title for p in phases],
            "range": [-0.5, max(len(phases), 1) - 0.5],
            "fixedrange": True,
            "showgrid": False,
            "zeroline": False,
        },
        yaxis={
            "tickvals": list(range(len(units))),
            "ticktext": [short_title(u) for u in units],
            "range": palette.downwards(len(units)),
            "fixedrange": True,
            "showgrid": False,
            "zeroline": False,
        },
    )
    missed = [not came and r.status == "overdue" for *_, came, r in squares]
    done, late = colours.lights["on_time"].fill, colours.lights["overdue"].fill
    return chart.add_trace(
        go.Scatter(
            x=[s[0] for s in squares],
            y=[s[1] for s in squares],
            mode="markers+text",
            marker={
                "symbol": "square",
                "size": SQUARE,
                "opacity": 1,
                "color": [done if s[2] else colours.ground for s in squares],
                "line": {
                    "width": 1.5,
                    "color": [
                        done if s[2] else late if m else colours.faint
                        for s, m in zip(squares, missed, strict=True)
                    ],
                },
            },
            text=["✕" if m else "" for m in missed],
            textfont={"size": 12, "color": late},
            hoverinfo="text",
            hovertext=[
                f"{s[3].unit_title} {PLAN.phases[s[3].phase].title}：{s[3].accepted}/{s[3].at_least} 篇"
                for s in squares
            ],
        )
    )


def _reading(mine: list[Any]) -> str:
    short = [
        f"{r.unit_title}（{PLAN.phases[r.phase].title} {r.accepted}/{r.at_least}）"
        for r in mine
        if r.status == "overdue"
    ]
    met = sum(r.status in {"on_time", "late"} for r in mine)
    return f"{len(mine)} 个单位阶段中已满 {met} 个。" + (
        f"过期仍不足的：{listed(short)}。" if short else "没有过期不足的。"
    )
