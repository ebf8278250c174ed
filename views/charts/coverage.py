"""The survey's cells as a grid: a line for each territory, a column for each field."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from schemas.cover import SETTLED, SHEET_ANSWERS
from schemas.plan import PLAN
from views import Ask, records
from views.answers.coverage import ANSWER, fetch
from views.charts import palette
from views.charts.picture import Look, Picture, target
from views.figures.names import short_title
from views.figures.words import listed, share

GLYPHS = {"zero": "○", "not_applicable": "／", "unfinished": "…", "": "✕"}
LINE = 27


def picture(ask: Ask, look: Look) -> Picture:
    """The cells as a grid, a line for each territory and a column for each field."""
    rows = ask(fetch, look.scope)
    count = {code: int((rows["answer"] == code).sum()) for code in SHEET_ANSWERS}
    table = rows.assign(answer=[SHEET_ANSWERS[a] for a in rows["answer"]])[
        ["territory_title", "field_title", "answer", "found"]
    ]
    return Picture(
        "哪些格子答了？",
        "数字=家数　○零报告　／不适用　…未完成　✕未报",
        _figure(rows, look),
        _reading(rows, count),
        table.rename(columns={name: str(column.title) for name, column in ANSWER.columns.items()}),
    )


def _figure(rows: pd.DataFrame, look: Look) -> go.Figure:
    lines = records(rows)
    units, fields = (list(dict.fromkeys(getattr(r, name) for r in lines)) for name in ("territory", "field"))
    paints = [_paint(r, look) for r in lines]
    chart = palette.canvas(
        look.dark,
        height=LINE * len(units) + 52,
        margin={"l": 118, "r": 4, "t": 44, "b": 4},
        xaxis={
            "side": "top",
            "tickvals": list(range(len(fields))),
            "fixedrange": True,
            "showgrid": False,
            "zeroline": False,
            "ticktext": [
                PLAN.fields[f].title.replace("互联网", "互联网<br>").replace("网络", "<br>网络")
                for f in fields
            ],
            "range": [-0.5, len(fields) - 0.5],
        },
        yaxis={
            "tickvals": list(range(len(units))),
            "ticktext": [short_title(u) for u in units],
            "fixedrange": True,
            "range": palette.downwards(len(units)),
            "showgrid": False,
            "zeroline": False,
        },
    )
    return chart.add_trace(
        go.Scatter(
            x=[fields.index(r.field) for r in lines],
            y=[units.index(r.territory) for r in lines],
            mode="markers+text",
            marker={
                "symbol": "square",
                "size": LINE - 4,
                "color": [p.fill for p in paints],
                "opacity": 1,
                "line": {"width": 1, "color": palette.theme(look.dark).line},
            },
            text=[_mark(r, look) for r in lines],
            textfont={"size": 12.5, "color": [p.ink for p in paints]},
            customdata=[[target(territory=r.territory, field=r.field)] for r in lines],
            hoverinfo="text",
            hovertext=[f"{r.territory_title} · {r.field_title}：{SHEET_ANSWERS[r.answer]}" for r in lines],
            **palette.STILL,
        )
    )


def _mark(row: Any, look: Look) -> str:
    if row.answer == "rows":
        return str(row.found)
    return "" if row.answer == "" and row.due.date() >= look.scope.as_of else GLYPHS[row.answer]


def _paint(row: Any, look: Look) -> palette.Paint:
    colours = palette.theme(look.dark)
    if row.answer == "rows":
        return palette.Paint(colours.mild, colours.text)
    if row.answer in SETTLED:
        return palette.Paint(colours.ground, colours.faint)
    if row.due.date() >= look.scope.as_of:
        return colours.lights["pending"]
    return colours.lights["returned" if row.answer else "overdue"]


def _reading(rows: pd.DataFrame, count: dict[str, int]) -> str:
    answered = sum(count[code] for code in SETTLED)
    open_ = [f"{r.territory_title}“{r.field_title}”" for r in records(rows) if r.answer not in SETTLED]
    rest = f"尚未答的：{listed(open_, 4)}。" if open_ else "全部答齐。"
    return (
        f"应答 {len(rows)} 格，已答 {answered} 格（{share(answered, len(rows))}）："
        f"有数 {count['rows']}，零报告 {count['zero']}，不适用 {count['not_applicable']}。{rest}"
    )
