"""Each territory against the plan: what is mended and handed over, beside the working days gone by (K23)."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from schemas.plan import PLAN
from schemas.said import TERRITORY
from views import Ask
from views.answers import tally
from views.charts import palette
from views.charts.picture import Look, Picture, target
from views.figures import progress
from views.figures.filters import knows
from views.figures.measures import MEASURES, Value
from views.figures.names import short_title

ROW = 26


def picture(ask: Ask, look: Look) -> Picture:
    rows = look.filters.narrow(ask(tally.fetch, look.scope), "territory")
    done = {u: MEASURES["K11+K13"].of(rows[rows["territory"] == u]) for u in PLAN.units_as("territory")}
    measured = sorted((u for u in done if done[u].share is not None), key=lambda u: (done[u].share or 0, u))
    phase = PLAN.phase_owing("rectification")
    plan = progress.elapsed(phase, look.scope.as_of) if phase else 0.0
    table = pd.DataFrame(
        {
            TERRITORY: [PLAN.units[u].title for u in measured],
            "整改处置完成率": [str(done[u]) for u in measured],
            "完成/应完成": [done[u].base for u in measured],
            "督察": [done[u].doubt or "—" for u in measured],
            "序时进度": [f"{100 * plan:.0f}%"] * len(measured),
        }
    )
    return Picture(
        "整改处置与序时进度",
        f"完成整改和交接的占比；竖线为序时进度 {100 * plan:.0f}%",
        _figure(measured, done, plan, look),
        _reading(measured, done, plan),
        table,
        knows=knows(rows),
    )


def _figure(units: list[str], done: dict[str, Value], plan: float, look: Look) -> go.Figure:
    """A wide bar of what is owed, on it a narrow one of what is done, and a line where the plan stands."""
    colours = palette.theme(look.dark)
    titles = [short_title(unit) for unit in units]
    chart = palette.canvas(
        look.dark,
        height=ROW * len(units) + 12,
        margin={"l": 118, "r": 96, "t": 4, "b": 8},
        bargap=0.3,
        barmode="overlay",
        xaxis=palette.unseen(0, 1.01),
        yaxis={"range": palette.downwards(len(units)), "fixedrange": True, "showgrid": False},
        shapes=[palette.line((plan, -0.5), (plan, len(units) - 0.5), color=colours.text, width=2)],
        annotations=[_end(n, done[unit], colours) for n, unit in enumerate(units)],
    )
    owed = {"x": [1] * len(units), "marker": {"color": colours.mild}, "width": 0.7, "hoverinfo": "skip"}
    chart.add_trace(go.Bar(orientation="h", y=titles, **owed))
    return chart.add_trace(
        go.Bar(
            orientation="h",
            y=titles,
            x=[done[unit].share or 0 for unit in units],
            marker={"color": colours.accent},
            width=0.36,
            customdata=[[target(territory=unit)] for unit in units],
            hovertemplate="%{y} %{x:.1%}<extra></extra>",
            **palette.STILL,
        )
    )


def _end(n: int, value: Value, colours: palette.Theme) -> dict[str, Any]:
    """The share and its base, behind the bar."""
    words = f"{value}　{value.base.removesuffix(' 家')}"
    place = {"x": 1, "y": n, "xanchor": "left", "xshift": 6, "showarrow": False}
    return {**place, "text": words, "font": {"size": 12.5, "color": colours.text}}


def _reading(units: list[str], done: dict[str, Value], plan: float) -> str:
    if not units:
        return "尚无需要整改或取缔的机构，完成率显示“—”。"
    behind = [u for u in units if (done[u].share or 0) < plan]
    worst = PLAN.units[units[0]].title
    return (
        f"序时进度 {100 * plan:.0f}%，{len(units)} 个{TERRITORY}中 {len(behind)} 个落后。"
        f"{worst}最低，{done[units[0]]}（{done[units[0]].base}）。"
    )
