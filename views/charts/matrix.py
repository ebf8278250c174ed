"""The status matrix drawn: one cell for a subject and a matter."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from schemas.said import BODIES, TERRITORY
from views import Ask, Scope, records
from views.answers.matrix import fetch
from views.charts import palette
from views.charts.grid import FOOT, MatrixGrid, grid, heading
from views.charts.matrix_words import reading
from views.charts.picture import Look, Picture, target
from views.figures import cell, owed

GROUPS = {
    "territory": f"各{TERRITORY}报送情况",
    "field": "各领域报送情况",
    "lead": "各牵头、成员单位报送情况",
    "office": f"{BODIES}工作落实情况",
}
ROOM = 420  # pixels: a narrower figure leaves no room for a note beside its title


def figure(rows: pd.DataFrame, dark: bool = False, chosen: tuple[str, str] | None = None) -> go.Figure:
    """One group's rows as a grid of lights; a click on a cell chooses it."""
    placed, colours = grid(rows), palette.theme(dark)
    chart = palette.canvas(
        dark,
        height=placed.size[1],
        margin={"l": placed.gutter, "r": 2, "t": placed.header, "b": FOOT},
        xaxis=_axis(placed.across, colours) | {"side": "top"},
        yaxis=_axis(placed.down, colours) | {"range": palette.downwards(len(placed.down))},
        shapes=[
            _frame(x, y, colours)
            for r, x, y in zip(placed.rows, placed.x, placed.y, strict=True)
            if (r.subject, r.obligation) == chosen
        ],
    )
    return chart.add_trace(_lights(placed, colours))


def picture(ask: Ask, look: Look, group: str, chosen: str = "") -> Picture:
    """One group's matrix; `chosen` is the cell that is open, as subject.obligation."""
    cells = ask(fetch, look.scope)
    rows = cells[cells["group_name"] == group]
    subject, _, obligation = chosen.partition(".")
    table = pd.DataFrame(
        [
            {
                "单位或领域": r.subject_title,
                "应报事项": r.title,
                "截止日期": f"{r.due:%Y-%m-%d}",
                **({"改期": r.moved_words} if rows["moved_words"].any() else {}),
                "状态": cell.status_words(r),
                "已答": f"{r.answered}/{r.expected}",
                "时限": owed.DATES["internal" if r.is_internal else "notice"],
                "条款": r.clause,
            }
            for r in records(rows)
        ]
    )
    shown = figure(rows, look.dark, (subject, obligation))
    note = "点任一格看材料" if grid(rows).size[0] >= ROOM else ""
    return Picture(GROUPS[group], note, shown, reading(rows), table)


def _frame(x: int, y: int, colours: palette.Theme) -> dict[str, Any]:
    """A line round the chosen cell."""
    line = {"color": colours.text, "width": 2.5}
    return {"type": "rect", "x0": x - 0.5, "x1": x + 0.5, "y0": y - 0.5, "y1": y + 0.5, "line": line}


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


def _lights(placed: MatrixGrid, colours: palette.Theme) -> go.Bar:
    """Every cell as a bar of length one: one trace, drawn and clicked in half a heatmap's time."""
    paints = [colours.lights[row.status] for row in placed.rows]
    return go.Bar(
        orientation="h",
        base=[x - 0.5 for x in placed.x],
        x=[1] * len(placed.x),
        y=list(placed.y),
        width=1,
        text=[_words(row, placed.tiled) for row in placed.rows],
        texttemplate="%{text}",
        textposition="inside",
        insidetextanchor="middle",
        constraintext="none",
        textangle=0,
        insidetextfont={"size": 12.5, "color": [paint.ink for paint in paints]},
        marker={"color": [paint.fill for paint in paints], "line": {"width": 2, "color": colours.ground}},
        **palette.STILL,
        hovertext=[cell.hover(row) for row in placed.rows],
        hovertemplate="%{hovertext}<extra></extra>",
        customdata=[[_target(row)] for row in placed.rows],
    )


def _words(row: Any, named: bool) -> str:
    name = heading(row).replace("<br>", "") + "<br>" if named else ""
    return name + cell.mark(row)


def _target(row: Any) -> str:
    """A click opens the cell, and filters nothing."""
    return target(cell=f"{row.subject}.{row.obligation}")


def needs(ask: Ask, scope: Scope) -> dict[str, int]:
    """Pixels that each group's figure asks for, by the group; one that owes nothing is left out."""
    cells = ask(fetch, scope)
    return {str(name): grid(rows).size[0] for name, rows in cells.groupby("group_name")}
