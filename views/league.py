"""Who is late, unit by unit: on time, late and overdue among what has fallen due (K1–K3)."""

from typing import Any

import duckdb
import pandas as pd
import pandera.pandas as pa

from schemas.plan import PLAN
from views import Scope, ask, bars, cell, palette
from views.grid import label
from views.picture import Answers, Look, Picture, target
from views.words import share

ANSWER = pa.DataFrameSchema(
    {
        "unit": pa.Column(str),
        "unit_title": pa.Column(str, title="单位"),
        "group_name": pa.Column(str),
        "due_count": pa.Column(int, title="考核事项已到期"),
        "on_time": pa.Column(int, title="按时"),
        "late": pa.Column(int, title="迟报"),
        "overdue": pa.Column(int, title="逾期未报"),
        "other_late": pa.Column(int, title="不考核事项迟报"),
        "other_overdue": pa.Column(int, title="不考核事项逾期"),
        "rate": pa.Column(float, nullable=True, title="按时率"),
        "mean_days": pa.Column(float, nullable=True, title="平均逾期工作日"),
        "worst_days": pa.Column("Int64", nullable=True, title="最长工作日"),
    },
    coerce=True,
    strict=True,
)


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """One row for each unit that owes anything, the worst first."""
    return ask(con, ANSWER, "FROM league(?, ?)", [scope.phase, scope.as_of])


MOST = 16


def picture(answer: Answers, look: Look) -> Picture:
    """Units with anything late or overdue, the worst first; behind each its rate with its base."""
    rows = answer(fetch, look.scope)
    owing = rows[rows[["overdue", "late", "other_overdue", "other_late"]].any(axis="columns")]
    totals = owing.assign(
        all_overdue=owing["overdue"] + owing["other_overdue"], all_late=owing["late"] + owing["other_late"]
    )
    late = cell.lines(totals.sort_values(["all_overdue", "all_late"], ascending=False, kind="stable"))[:MOST]
    colours = palette.theme(look.dark)
    territories = PLAN.units_as("territory")
    whose = [target(territory=r.unit) if r.unit in territories else "" for r in late]
    parts = [
        bars.Part("逾期", [r.overdue for r in late], colours.lights["overdue"], whose),
        bars.Part("逾期*", [r.other_overdue for r in late], colours.lights["overdue"], whose, hatched=True),
        bars.Part("迟报", [r.late for r in late], colours.lights["late"], whose),
        bars.Part("迟报*", [r.other_late for r in late], colours.lights["late"], whose, hatched=True),
    ]
    ends = [
        f"按时率 {share(r.on_time, r.due_count)}（{r.on_time}/{r.due_count}）" if r.due_count else "无考核事项"
        for r in late
    ]
    titles = {name: str(column.title) for name, column in ANSWER.columns.items() if column.title}
    table = rows[list(titles)].rename(columns=titles).round(2)
    figure = bars.stacked([label(r.unit) for r in late], parts, look.dark, ends)
    return Picture("谁最拖？", "事项数；*不计入按时率", figure, _reading(late), table)


def _reading(late: list[Any]) -> str:
    if not late:
        return "没有单位迟报或逾期。各项都按时或未到期。"
    first = late[0]
    return (
        f"{len(late)} 个单位有迟报或逾期。最拖的是{first.unit_title}：逾期未报 {first.overdue + first.other_overdue} 项，"
        f"迟报 {first.late + first.other_late} 项，最长 {first.worst_days} 个工作日。"
    )
