"""The matrix in words: for whoever can't see it, and for whoever has no time."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from schemas.plan import PLAN
from views import records
from views.charts.grid import severity


def reading(rows: pd.DataFrame) -> str:
    """Two sentences: how many stand where, and whom to press."""
    cells = records(rows)
    count = {code: sum(r.status == code for r in cells) for code in PLAN.lights}
    settled = count["on_time"] + count["late"] + count["overdue"]
    return (
        f"共 {len(cells)} 格（一格是一个单位的一个事项，分领域报的合为一格），"
        f"已到期或已报 {settled} 格：按时 {count['on_time']} 格，迟报 {count['late']} 格，"
        f"逾期未报 {count['overdue']} 格。{_worst(cells)}"
    )


def _worst(cells: Sequence[Any]) -> str:
    late = [r for r in cells if r.status in {"overdue", "late"}]
    if not late:
        return "目前没有逾期，也没有迟报。"
    worst = min({r.subject for r in late}, key=lambda s: severity([r for r in cells if r.subject == s]))
    theirs = [r for r in late if r.subject == worst]
    overdue = sum(r.status == "overdue" for r in theirs)
    return (
        f"最需督促的是{theirs[0].subject_title}：逾期未报 {overdue} 格，迟报 {len(theirs) - overdue} 格，"
        f"最长 {max(int(r.days) for r in theirs)} 个工作日。"
    )
