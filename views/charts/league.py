"""Who is late: units with anything late or overdue as bars, the worst first."""

from typing import Any

from schemas.plan import PLAN
from views import Ask, records
from views.answers.league import ANSWER, fetch
from views.charts import bars, palette
from views.charts.picture import Look, Picture, target
from views.figures.names import short_title
from views.figures.words import share

MOST = 16


def picture(ask: Ask, look: Look) -> Picture:
    """Units with anything late or overdue, the worst first; behind each its rate with its base."""
    rows = ask(fetch, look.scope)
    rows = rows[~rows["is_apart"]]
    late = records(rows[rows[["overdue", "late"]].any(axis="columns")])[:MOST]
    lights = palette.theme(look.dark).lights
    territories = PLAN.units_as("territory")
    whose = [target(territory=r.unit) if r.unit in territories else "" for r in late]
    parts = [
        bars.Part(
            "逾期", [r.overdue - r.internal_overdue for r in late], lights["overdue"], whose, is_grave=True
        ),
        bars.Part(
            "逾期*", [r.internal_overdue for r in late], lights["overdue"], whose, hatched=True, is_grave=True
        ),
        bars.Part("迟报", [r.late - r.internal_late for r in late], lights["late"], whose),
        bars.Part("迟报*", [r.internal_late for r in late], lights["late"], whose, hatched=True),
    ]
    ends = [f"按时率 {share(r.on_time, r.due_count)}（{r.on_time}/{r.due_count}）" for r in late]
    titles = {name: str(column.title) for name, column in ANSWER.columns.items() if column.title}
    table = rows[list(titles)].rename(columns=titles).round(2)
    figure = bars.stacked([short_title(r.unit) for r in late], parts, look.dark, ends)
    return Picture("报送滞后单位", "事项数；*内部时限", figure, _reading(late), table)


def _reading(late: list[Any]) -> str:
    if not late:
        return "没有单位迟报或逾期。各项都按时或未到期。"
    first = late[0]
    return (
        f"{len(late)} 个单位有迟报或逾期。滞后最多的是{first.unit_title}："
        f"逾期未报 {first.overdue} 项，迟报 {first.late} 项，最长 {first.worst_days} 个工作日。"
    )
