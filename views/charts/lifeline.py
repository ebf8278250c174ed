"""One institution's life on a line: found, noticed, due, inspected, handed over, struck off, and where today stands."""

import datetime as dt

import pandas as pd
import plotly.graph_objects as go

from schemas.plan import PLAN
from views import Ask
from views.answers import history
from views.charts import palette
from views.charts.picture import Look, Picture

EVENTS = {
    ("rectification", "notice_date"): "整改意见书",
    ("rectification", "rectify_due"): "整改期限",
    ("rectification", "exit_plan_date"): "计划退出",
    ("ban", "handover_date"): "完成交接",
    ("inspection", "inspected_on"): "督察核查",
    ("inspection", "mend_due"): "问题时限",
    ("inspection", "mended_on"): "问题整改",
    ("acceptance", "accepted_on"): "验收",
    ("acceptance", "closed_on"): "销号",
}
LEVELS = (26, -26, 60, -60)  # pixels: neighbours are told on different heights
LIMITS = {"整改期限", "计划退出", "问题时限"}  # a day to be kept, not a day on which something was done


def picture(ask: Ask, look: Look, entity: int) -> Picture:
    rows = ask(history.fetch, look.scope, entity)
    events = moments(rows)
    told = sorted({*events, *arrivals(rows)})
    table = pd.DataFrame([{"日期": f"{day}", "事项": said} for day, said in told])
    return Picture(
        "走到哪一步？",
        "○期限　●已办",
        _figure(events, [each for each in told if each not in events], look),
        _reading(told, look.scope.as_of),
        table,
    )


def arrivals(rows: pd.DataFrame) -> list[tuple[dt.date, str]]:
    """When which matter told of an institution."""
    nodes = [PLAN.obligations[code].node.replace("|", "") for code in rows["obligation"]]
    return [(when.date(), node) for when, node in zip(rows["arrived"], nodes, strict=True)]


def moments(rows: pd.DataFrame) -> list[tuple[dt.date, str]]:
    """The days worth a name, in their order: when each return first and last told of it, and the days they tell."""
    found = arrivals(
        pd.concat([rows.drop_duplicates("return_"), rows.drop_duplicates("return_", keep="last")])
    )
    current = rows[rows["is_current"]]
    for (return_, column), said in EVENTS.items():
        told = current[(current["return_"] == return_) & (current["column_name"] == column)]
        found += [(dt.date.fromisoformat(value[:10]), said) for value in told["value"].unique()]
    return sorted(set(found))


def _figure(events: list[tuple[dt.date, str]], between: list[tuple[dt.date, str]], look: Look) -> go.Figure:
    """The named days, and smaller ones between them that say their name when pointed at."""
    colours = palette.theme(look.dark)
    start, end = PLAN.campaign.starts_on, max([PLAN.campaign.ends_on, *(day for day, _ in events)])
    now = {"x0": look.scope.as_of, "x1": look.scope.as_of, "y0": -1.6, "y1": 1.6}
    chart = palette.canvas(
        look.dark,
        height=196,
        margin={"l": 30, "r": 30, "t": 4, "b": 22},
        xaxis={
            "range": [start - dt.timedelta(8), end + dt.timedelta(8)],
            "fixedrange": True,
            "showgrid": False,
            "tickformat": "%-m月",
            "dtick": "M1",
            "tickfont": {"color": colours.faint},
        },
        yaxis={"visible": False, "range": [-2.1, 2.1], "fixedrange": True},
        shapes=[
            {
                "type": "line",
                "x0": start,
                "x1": end,
                "y0": 0,
                "y1": 0,
                "layer": "below",
                "line": {"color": colours.line, "width": 2},
            },
            {"type": "line", **now, "line": {"color": colours.accent, "width": 1.5, "dash": "dot"}},
        ],
    )
    limits = [said in LIMITS for _, said in events]
    chart.add_trace(
        go.Scatter(
            x=[day for day, _ in between],
            y=[0] * len(between),
            mode="markers",
            hoverinfo="text",
            hovertext=[f"{day} {said}" for day, said in between],
            marker={"size": 7, "color": colours.accent},
        )
    )
    return chart.add_trace(
        go.Scatter(
            x=[day for day, _ in events],
            y=[0] * len(events),
            mode="markers",
            hoverinfo="text",
            hovertext=[f"{day} {said}" for day, said in events],
            marker={
                "size": 11,
                "color": [colours.ground if limit else colours.accent for limit in limits],
                "line": {"width": 2, "color": colours.accent},
            },
        )
    ).update_layout(
        annotations=[
            {
                "x": day,
                "y": 0,
                "yshift": LEVELS[n % len(LEVELS)],
                "showarrow": False,
                "font": {"size": 12},
                "text": f"{said}<br>{day:%m-%d}",
            }
            for n, (day, said) in enumerate(events)
        ]
    )


def _reading(events: list[tuple[dt.date, str]], as_of: dt.date) -> str:
    past = [f"{day:%m-%d} {said}" for day, said in events if day <= as_of]
    ahead = [f"{day:%m-%d} {said}" for day, said in events if day > as_of]
    return f"已经历：{'，'.join(past) or '无'}。后面还有：{'，'.join(ahead) or '无'}。"
