"""How late, and by whom: each duty met late or not at all, drawn from its due day to where it stands."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from schemas.plan import PLAN
from views import Ask, records
from views.answers import compliance
from views.charts import palette
from views.charts.picture import Look, Picture, target
from views.figures import owed
from views.figures.names import short_title, width
from views.figures.words import noted

MOST, ROW, HALF_WIDTH = 12, 24, 6.6


def picture(ask: Ask, look: Look) -> Picture:
    """The worst of the phase, overdue before late, the longest first."""
    rows = owed.duties(ask, look.scope, look.filters)
    mine = rows[rows["status"].isin(["late", "overdue"])]
    ordered = mine.sort_values(["days", "due"], ascending=[False, True], kind="stable")
    shown = records(ordered)[:MOST]
    titles = {name: str(column.title) for name, column in compliance.ANSWER.columns.items() if column.title}
    columns = ("unit_title", "field_title", "title", "status_title", "days", "due", "arrived")
    listed = ordered[noted(ordered, columns)]
    return Picture(
        "迟报、逾期时长",
        f"工作日，自截止日起；最长的 {len(shown)} 项，共 {len(mine)} 项",
        _figure(shown, look.dark),
        _reading(ordered),
        listed.rename(columns=titles),
        knows=owed.KNOWS,
    )


def _figure(shown: list[Any], dark: bool) -> go.Figure:
    """A line for each duty from its due day to where it stands, with the days at its end."""
    colours = palette.theme(dark)
    names = [_named(r) for r in shown]
    longest = max((int(r.days) for r in shown), default=1)
    paints = [colours.lights[r.status].fill for r in shown]
    gutter = int(HALF_WIDTH * max(map(width, names), default=0)) + 12
    chart = palette.canvas(
        dark,
        height=ROW * len(shown) + 14,
        margin={"l": gutter, "r": 64, "t": 4, "b": 8},
        xaxis=palette.unseen(-0.02 * longest, 1.02 * longest),
        yaxis=palette.named(names, palette.downwards(len(shown))),
        shapes=[
            palette.line((0, n), (int(r.days), n), color=paints[n], width=3) for n, r in enumerate(shown)
        ],
    )
    rows, targets = list(range(len(shown))), [[target(cell=f"{_whose(r)}.{r.obligation}")] for r in shown]
    unseen = {"marker": {"opacity": 0}}  # the whole line can be clicked, not only its end
    lengths = [1.1 * int(r.days) for r in shown]
    clicked = {"customdata": targets, "hoverinfo": "skip", "selected": unseen, "unselected": unseen}
    chart.add_trace(go.Bar(x=lengths, y=rows, orientation="h", **clicked, **unseen))
    return chart.add_trace(
        go.Scatter(
            x=[int(r.days) for r in shown],
            y=rows,
            mode="markers+text",
            textposition="middle right",
            marker={"size": 11, "color": paints, "opacity": 1},
            text=[f" {PLAN.lights[r.status].glyph} {r.days}天" for r in shown],
            customdata=targets,
            hovertext=[f"{name}　{r.days}天" for name, r in zip(names, shown, strict=True)],
            hoverinfo="skip",
            cliponaxis=False,
            **palette.STILL,
        )
    )


def _named(row: Any) -> str:
    """Whose it is, of which field where one unit owes several, and which matter."""
    whose = _whose(row)
    of_field = [short_title(row.field)] if row.field and whose != row.field else []
    return " · ".join([short_title(whose), row.title, *of_field])


def _whose(row: Any) -> str:
    """The field or unit under which a duty stands in the matrix."""
    return str(row.field if row.group_name == "field" else row.unit)


def _reading(rows: pd.DataFrame) -> str:
    if rows.empty:
        return "没有迟报，也没有逾期。各项都按时或未到期。"
    worst = rows.iloc[0]
    overdue = int((rows["status"] == "overdue").sum())
    return (
        f"逾期未报 {overdue} 项，迟报 {len(rows) - overdue} 项。"
        f"最长的是{worst['unit_title']}“{worst['title']}”，{worst['days']} 个工作日。"
    )
