"""The survey's cells as a grid: a line for each territory, a column for each field."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from schemas.cover import SETTLED, SHEET_ANSWERS
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
        "摸底排查答复情况",
        "数字=排查表所填家数　○零报告　／不适用　…未完成　✕未报",
        _figure(rows, look),
        _reading(rows, count),
        table.rename(columns={name: str(column.title) for name, column in ANSWER.columns.items()}),
    )


def _figure(rows: pd.DataFrame, look: Look) -> go.Figure:
    cells = records(rows)
    units, fields = (list(dict.fromkeys(getattr(c, name) for c in cells)) for name in ("territory", "field"))
    paints = [_paint(c, look) for c in cells]
    chart = palette.canvas(
        look.dark,
        height=LINE * len(units) + 52,
        margin={"l": 118, "r": 4, "t": 44, "b": 4},
        xaxis=palette.named([_two_lines(f) for f in fields], [-0.5, len(fields) - 0.5], side="top"),
        yaxis=palette.named([short_title(u) for u in units], palette.downwards(len(units))),
    )
    line = {"width": 1, "color": palette.theme(look.dark).line}
    fills = {"color": [paint.fill for paint in paints], "opacity": 1, "line": line}
    return chart.add_trace(
        go.Scatter(
            x=[fields.index(c.field) for c in cells],
            y=[units.index(c.territory) for c in cells],
            mode="markers+text",
            marker={"symbol": "square", "size": LINE - 4, **fills},
            text=[_mark(c, look) for c in cells],
            textfont={"size": 12.5, "color": [paint.ink for paint in paints]},
            customdata=[[target(territory=c.territory, field=c.field)] for c in cells],
            hoverinfo="text",
            hovertext=[f"{c.territory_title} · {c.field_title}：{SHEET_ANSWERS[c.answer]}" for c in cells],
            **palette.STILL,
        )
    )


def _two_lines(field: str) -> str:
    """A field's title where a column is narrow."""
    return short_title(field).replace("互联网", "互联网<br>").replace("网络", "<br>网络")


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
