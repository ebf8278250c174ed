"""What was changed in the plan since it was first recorded: every cell, when, and why."""

import pandas as pd

from pipelines.keeping import adopted
from pipelines.keeping.receipts import shown
from schemas.plan import PLAN
from schemas.said import CAMPAIGN
from ui import data

FILES = {
    "campaign": CAMPAIGN,
    "unit": "单位",
    "field": "领域",
    "lead": "牵头单位",
    "phase": "阶段",
    "obligation": "应报事项",
    "light": "灯",
    "calendar": "日历",
    "explanation": "常用说明理由",
    "slip": "督办单",
    "word": "本地用语",
    "measure": "自设口径",
    "step": "自设环节",
}
COLUMNS = {"due": "截止日", "opens": "开始日", "title": "名称", "starts_on": "开始日", "ends_on": "结束日"}


def since() -> str:
    """Since when the plan is recorded."""
    first = data.store().archive.entries("plan")[0]
    return f"方案自 {first.written_at[:10]} 起登记在流水中；登记以前的变动无从查考。"


def rows() -> pd.DataFrame:
    """Every change, newest first."""
    return pd.DataFrame(
        [
            {
                "登记时间": shown(change.adopted_at),
                "内容": FILES.get(change.file, change.file),
                "项目": named(change.row),
                "列": COLUMNS.get(change.column, change.column),
                "原": change.before or "—",
                "现": change.after or "—",
                "理由": change.reason,
            }
            for change in reversed(adopted.changes(data.store().archive))
        ]
    )


def named(row: str) -> str:
    """What a row of the plan is about, by its title where it has one."""
    things = {**PLAN.units, **PLAN.fields, **PLAN.phases, **PLAN.obligations}
    return str(getattr(things.get(row), "title", row))


def moves(obligation: str) -> str:
    """Of a matter whose due day was moved: the days before, with the reason of each move; else ''."""
    return adopted.moved_words(data.store().archive).get(obligation, "")
