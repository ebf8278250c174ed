"""One institution's life on a line: found, noticed, due, inspected, handed over, struck off, and now."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from schemas.plan import PLAN
from views import Ask, records
from views.answers import finding, history
from views.charts import palette
from views.charts.picture import Look, Picture

Moment = tuple[dt.date, str]  # a day and what happened on it
EVENTS = {
    ("rectification", "notice_date"): "整改意见书",
    ("rectification", "rectify_due"): "整改期限",
    ("rectification", "exit_plan_date"): "计划退出",
    ("ban", "handover_date"): "完成交接",
    ("acceptance", "accepted_on"): "验收",
    ("acceptance", "closed_on"): "销号",
}
MENDED = {"mend_due": "问题时限", "mended_on": "问题整改"}
FOUND = "督察发现"  # begins the name of what stands out
LEVELS = (24, -24, 54, -54)  # pixels: neighbours are told on different heights
HEIGHT = 178
LIMITS = {"整改期限", "计划退出", "问题时限"}  # a day to be kept, not a day on which something was done


def picture(ask: Ask, look: Look, entity: int) -> Picture:
    rows, found = ask(history.fetch, look.scope, entity), ask(finding.fetch, look.scope)
    named = sorted({*moments(rows), *checks(found[found["entity"] == entity])})
    every = sorted({*named, *arrivals(rows)})
    table = pd.DataFrame([{"日期": f"{day}", "事项": words} for day, words in every])
    return Picture(
        "处置经过",
        "○期限　●已办",
        _figure(named, [each for each in every if each not in named], look),
        _reading(every, look.scope.as_of),
        table,
    )


def arrivals(rows: pd.DataFrame) -> list[Moment]:
    """When which matter told of an institution."""
    nodes = [PLAN.obligations[code].node.replace("|", "") for code in rows["obligation"]]
    return [(when.date(), node) for when, node in zip(rows["arrived"], nodes, strict=True)]


def moments(rows: pd.DataFrame) -> list[Moment]:
    """The days worth a name, in order: when each return first and last told of it, and the days they tell."""
    named = arrivals(
        pd.concat([rows.drop_duplicates("return_"), rows.drop_duplicates("return_", keep="last")])
    )
    current = rows[rows["is_current"]]
    for (return_, column), words in EVENTS.items():
        cells = current[(current["return_"] == return_) & (current["column_name"] == column)]
        named += [(dt.date.fromisoformat(value[:10]), words) for value in cells["value"].unique()]
    return sorted(set(named))


def checks(found: pd.DataFrame) -> list[Moment]:
    """The days of the checks of an institution, with how grave a problem was found, and by when it is to be
    mended.
    """
    checked = [
        (row.inspected_on.date(), f"{FOUND}{row.finding_level or ''}问题" if row.is_fault else "督察核查")
        for row in records(found)
    ]
    return checked + [(day.date(), words) for name, words in MENDED.items() for day in found[name].dropna()]


def _figure(named: Sequence[Moment], between: Sequence[Moment], look: Look) -> go.Figure:
    """The named days, and smaller ones between them that say their name when pointed at."""
    colours = palette.theme(look.dark)
    red = colours.risks["高"].fill
    start, end = PLAN.campaign.starts_on, max([PLAN.campaign.ends_on, *(day for day, _ in named)])
    margin, as_of = dt.timedelta(8), look.scope.as_of
    whole = palette.line((start, 0), (end, 0), color=colours.line, width=2)
    now = palette.line((as_of, -1.6), (as_of, 1.6), color=colours.accent, width=1.5, dash="dot")
    chart = palette.canvas(
        look.dark,
        height=HEIGHT,
        margin={"l": 30, "r": 30, "t": 18, "b": 22},
        xaxis={
            "range": [start - margin, end + margin],
            "fixedrange": True,
            "showgrid": False,
            "tickformat": "%-m月",
            "dtick": "M1",
            "tickfont": {"color": colours.faint},
        },
        yaxis=palette.unseen(-2.1, 2.1),
        shapes=[{**whole, "layer": "below"}, now],
        annotations=[_as_of(as_of, colours), *(_name(n, moment, red) for n, moment in enumerate(named))],
    )
    inks = [red if words.startswith(FOUND) else colours.accent for _, words in named]
    fills = [colours.ground if words in LIMITS else ink for (_, words), ink in zip(named, inks, strict=True)]
    chart.add_trace(_dots(between, size=7, color=colours.accent))
    return chart.add_trace(_dots(named, size=11, color=fills, line={"width": 2, "color": inks}))


def _as_of(day: dt.date, colours: palette.Theme) -> dict[str, Any]:
    """Where the reader stands, above the line of the day."""
    place = {"x": day, "y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False}
    return {**place, "font": {"size": 12, "color": colours.accent}, "text": f"截至 {day:%m-%d}"}


def _dots(moments: Sequence[Moment], **marker: Any) -> go.Scatter:
    """A dot on the line for each moment, which says its name when pointed at."""
    return go.Scatter(
        x=[day for day, _ in moments],
        y=[0] * len(moments),
        mode="markers",
        hoverinfo="text",
        hovertext=[f"{day} {words}" for day, words in moments],
        marker=marker,
    )


def _name(n: int, moment: Moment, red: str) -> dict[str, Any]:
    """A moment's name above or below the line, on another height than its neighbours'."""
    day, words = moment
    place = {"x": day, "y": 0, "yshift": LEVELS[n % len(LEVELS)], "showarrow": False}
    font = {"size": 12, **({"color": red} if words.startswith(FOUND) else {})}
    return {**place, "font": font, "text": f"{words}<br>{day:%m-%d}"}


def _reading(events: list[Moment], as_of: dt.date) -> str:
    past = [f"{day:%m-%d} {words}" for day, words in events if day <= as_of]
    ahead = [f"{day:%m-%d} {words}" for day, words in events if day > as_of]
    return f"已经历：{'，'.join(past) or '无'}。后面还有：{'，'.join(ahead) or '无'}。"
