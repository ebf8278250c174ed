"""The status matrix: who stands where with each dated matter, one cell for a subject and a matter."""

from typing import Any, Protocol

import duckdb
import pandas as pd
import pandera.pandas as pa
import plotly.graph_objects as go

from schemas.plan import PLAN
from views import cell, palette
from views.grid import FOOT, HEADER, ROW, Grid, grid, severity

GROUPS = ("territory", "field", "lead", "office")

ANSWER = pa.DataFrameSchema(
    {
        "group_name": pa.Column(str, pa.Check.isin(GROUPS), title="类别"),
        "subject": pa.Column(str),
        "subject_title": pa.Column(str, title="单位或领域"),
        "subject_order": pa.Column(int),
        "obligation": pa.Column(str),
        "title": pa.Column(str, title="应报事项"),
        "node": pa.Column(str),
        "phase": pa.Column(str, pa.Check.isin(list(PLAN.phases))),
        "due": pa.Column("datetime64[us]", title="截止日期"),
        "basis": pa.Column(str, pa.Check.isin(["plan", "derived", "internal"])),
        "scored": pa.Column(bool, title="计入考核"),
        "clause": pa.Column(str, title="条款"),
        "quote": pa.Column(str, title="原文"),
        "answered": pa.Column(int, title="已答"),
        "expected": pa.Column(int, title="应答"),
        "status": pa.Column(str, pa.Check.isin(list(PLAN.lights)), title="状态"),
        "days": pa.Column("Int64", nullable=True, title="工作日"),
    },
    strict=True,
    coerce=True,
)


class Scope(Protocol):
    """What a question is asked of: a phase (none: all) and the end of a day."""

    @property
    def phase(self) -> str | None: ...

    @property
    def as_of(self) -> Any: ...


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    return ANSWER.validate(con.execute("FROM matrix(?, ?)", [scope.phase, scope.as_of]).df())


def figure(rows: pd.DataFrame, dark: bool = False) -> go.Figure:
    """One group's rows as a grid of lights; a click on a cell gives [subject, obligation]."""
    placed, colours = grid(rows), palette.theme(dark)
    chart = palette.canvas(
        dark,
        height=placed.size[1],
        margin={"l": placed.gutter, "r": 1, "t": HEADER, "b": FOOT},
        xaxis=_axis(placed.across, colours) | {"side": "top"},
        yaxis=_axis(placed.down, colours) | {"autorange": False, "range": [len(placed.down) - 0.5, -0.5]},
    )
    for code, paint in colours.lights.items():
        chart.add_trace(_light(placed, code, paint))
    return chart.add_trace(_targets(placed, colours))


def _axis(headings: tuple[str, ...], colours: palette.Theme) -> dict[str, Any]:
    return {
        "tickvals": list(range(len(headings))),
        "ticktext": list(headings),
        "range": [-0.5, len(headings) - 0.5],
        "tickfont": {"size": 12.5, "color": colours.text},
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
        "automargin": False,
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": "rgba(0,0,0,0)",
    }


def _light(placed: Grid, code: str, paint: palette.Paint) -> go.Heatmap:
    """All cells of one light: its own trace, so that its words have their own legible colour."""
    z: list[list[float | None]] = [[None] * len(placed.across) for _ in placed.down]
    text = [[""] * len(placed.across) for _ in placed.down]
    for row, x, y in zip(placed.rows, placed.x, placed.y, strict=True):
        if row.status == code:
            z[y][x], text[y][x] = 1.0, cell.mark(row)
    return go.Heatmap(
        z=z, text=text, texttemplate="%{text}", textfont={"size": 12.5, "color": paint.ink},
        colorscale=[[0, paint.fill], [1, paint.fill]], showscale=False, zmin=0, zmax=1,
        xgap=2, ygap=2, hoverinfo="skip", hoverongaps=False,
    )  # fmt: skip


def _targets(placed: Grid, colours: palette.Theme) -> go.Scatter:
    """Unseen squares over the cells: a heatmap gives no selection, these do, and frame what is chosen."""
    return go.Scatter(
        x=placed.x, y=placed.y, mode="markers", hovertext=[cell.hover(r) for r in placed.rows],
        hovertemplate="%{hovertext}<extra></extra>",
        customdata=[[r.subject, r.obligation] for r in placed.rows],
        marker={"symbol": "square-open", "size": ROW - 3, "opacity": 0,
                "line": {"width": 2.5, "color": colours.text}},
        selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": 0}},
    )  # fmt: skip


def reading(rows: pd.DataFrame) -> str:
    """The matrix in two sentences: for whoever can't see it, and for whoever has no time."""
    found = list(rows.itertuples(index=False))
    count = {code: sum(r.status == code for r in found) for code in PLAN.lights}
    settled = count["on_time"] + count["late"] + count["overdue"]
    first = (
        f"共 {len(found)} 项，已到期或已报 {settled} 项：按时 {count['on_time']} 项，"
        f"迟报 {count['late']} 项，逾期未报 {count['overdue']} 项。"
    )
    late = [r for r in found if r.status in {"overdue", "late"}]
    if not late:
        return first + "目前没有逾期，也没有迟报。"
    worst = min({r.subject for r in late}, key=lambda s: severity([r for r in found if r.subject == s]))
    theirs = [r for r in late if r.subject == worst]
    overdue = sum(r.status == "overdue" for r in theirs)
    return first + (
        f"最需督促的是{theirs[0].subject_title}：逾期未报 {overdue} 项，迟报 {len(theirs) - overdue} 项，"
        f"最长 {max(int(r.days) for r in theirs)} 个工作日。"
    )


def width(rows: pd.DataFrame) -> int:
    """Pixels the figure asks for, so that two of them can stand side by side."""
    return grid(rows).size[0]
