"""Briefs: two squares for each lead unit and phase, filled as they come (K6)."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from schemas.plan import PLAN
from views import Ask, records
from views.answers import compliance
from views.charts import palette
from views.charts.picture import Look, Picture
from views.figures import owed
from views.figures.names import short_title
from views.figures.words import listed

ROW, SQUARE = 30, 17


def picture(ask: Ask, look: Look) -> Picture:
    """Of every phase, whichever is looked at: the quota is one for each."""
    rows = ask(compliance.fetch, look.scope.whole)
    matters = {o.obligation for o in PLAN.obligations.values() if o.returns == ("brief",)}
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
    return Picture("工作信息报送情况", note, _figure(mine, look.dark), _reading(mine), table)


@dataclass(frozen=True)
class Square:
    """One brief that is owed: where it is drawn, whether it has come or was missed, and whose it is."""

    x: float
    y: int
    came: bool
    missed: bool
    row: Any  # of compliance


def _squares(rows: list[Any], units: list[str], phases: list[str]) -> list[Square]:
    """As many squares for each unit and phase as it owes, the filled ones first."""
    return [
        Square(
            x=phases.index(row.phase) + 0.3 * (n - (row.at_least - 1) / 2),
            y=units.index(row.unit),
            came=n < row.accepted,
            missed=n >= row.accepted and row.status == "overdue",
            row=row,
        )
        for row in rows
        for n in range(row.at_least)
    ]


def _figure(rows: list[Any], dark: bool) -> go.Figure:
    colours = palette.theme(dark)
    units = list(dict.fromkeys(row.unit for row in rows))
    phases = [code for code in PLAN.phases if any(row.phase == code for row in rows)]
    squares = _squares(rows, units, phases)
    chart = palette.canvas(
        dark,
        height=ROW * len(units) + 34,
        margin={"l": 104, "r": 4, "t": 26, "b": 6},
        xaxis=palette.named([PLAN.phases[p].title for p in phases], palette.across(len(phases)), side="top"),
        yaxis=palette.named([short_title(u) for u in units], palette.downwards(len(units))),
    )
    done, late = colours.lights["on_time"].fill, colours.lights["overdue"].fill
    edges = [done if s.came else late if s.missed else colours.faint for s in squares]
    return chart.add_trace(
        go.Scatter(
            x=[s.x for s in squares],
            y=[s.y for s in squares],
            mode="markers+text",
            marker={
                "symbol": "square",
                "size": SQUARE,
                "opacity": 1,
                "color": [done if s.came else colours.ground for s in squares],
                "line": {"width": 1.5, "color": edges},
            },
            text=["✕" if s.missed else "" for s in squares],
            textfont={"size": 12, "color": late},
            hoverinfo="text",
            hovertext=[_hover(s.row) for s in squares],
        )
    )


def _hover(row: Any) -> str:
    return f"{row.unit_title} {PLAN.phases[row.phase].title}：{row.accepted}/{row.at_least} 篇"


def _reading(mine: list[Any]) -> str:
    short = [
        f"{r.unit_title}（{PLAN.phases[r.phase].title} {r.accepted}/{r.at_least}）"
        for r in mine
        if r.status == "overdue"
    ]
    met = sum(r.status in owed.FILED for r in mine)
    return f"{len(mine)} 个单位阶段中已满 {met} 个。" + (
        f"过期仍不足的：{listed(short)}。" if short else "没有过期不足的。"
    )
