"""The last two phases, field by field: what the inspectors found and is open; what passed acceptance."""

from typing import Any

import pandas as pd

from views import Ask, records
from views.answers import tally
from views.charts import bars, palette
from views.charts.picture import Look, Picture, target
from views.figures.filters import knows
from views.figures.measures import MEASURES


def _by_field(ask: Ask, look: Look) -> tuple[pd.DataFrame, list[Any], list[str]]:
    """The tally that is looked at, its fields, and what a click on each chooses."""
    every = ask(tally.fetch, look.scope)
    fields = records(tally.by(look.filters.narrow(every, "field"), "field", "field_title"))
    rows = look.filters.narrow(every)
    return rows, fields, [target(field=r.field) for r in fields]


def inspection(ask: Ask, look: Look) -> Picture:
    """Findings of each field: settled, open, past their time."""
    rows, fields, targets = _by_field(ask, look)
    lights = palette.theme(look.dark).lights
    parts = [
        bars.Part("已结", [r.faults - r.open_faults for r in fields], lights["on_time"], targets),
        bars.Part("未结", [r.open_faults - r.overdue_faults for r in fields], lights["urgent"], targets),
        bars.Part("超时限", [r.overdue_faults for r in fields], lights["overdue"], targets, is_grave=True),
    ]
    ends = [f"已督察 {_inspected(r)}" for r in fields]
    faults, open_ = int(rows["faults"].sum()), int(rows["open_faults"].sum())
    table = pd.DataFrame(
        [
            {
                "领域": r.field_title,
                "已督察（家）": r.inspected,
                "其中重点对象（家）": r.inspected_keyed,
                "重点对象（家）": r.keyed,
                "发现问题（个）": r.faults,
                "未结（个）": r.open_faults,
                "超时限（个）": r.overdue_faults,
            }
            for r in fields
        ]
    )
    covered = MEASURES["K21a"].of(rows)
    return Picture(
        "督察问题整改情况",
        "问题个数",
        bars.stacked([r.field_title for r in fields], parts, look.dark, ends),
        f"已督察 {_inspected(rows[['inspected', 'inspected_keyed']].sum())}，"
        f"重点对象覆盖 {covered}（{covered.base}）。"
        f"发现问题 {faults} 个，未结 {open_} 个，其中超时限 {int(rows['overdue_faults'].sum())} 个。",
        table,
        knows=knows(rows),
    )


def _inspected(row: Any) -> str:
    """How many were inspected and, where not all were, how many of them are 重点对象."""
    beside = f"（重点对象 {row.inspected_keyed} 家）" if row.inspected_keyed != row.inspected else ""
    return f"{row.inspected} 家{beside}"


def acceptance(ask: Ask, look: Look) -> Picture:
    """Institutions of each field: struck off, passed, not passed, not yet examined."""
    rows, fields, targets = _by_field(ask, look)
    lights = palette.theme(look.dark).lights
    parts = [
        bars.Part("已销号", [r.struck_off for r in fields], lights["on_time"], targets),
        bars.Part("合格未销号", [r.passed - r.struck_off for r in fields], lights["soon"], targets),
        bars.Part(
            "未通过", [r.examined - r.passed for r in fields], lights["overdue"], targets, is_grave=True
        ),
        bars.Part(
            "待验收", [r.to_mend + r.to_close - r.examined for r in fields], lights["pending"], targets
        ),
    ]
    table = pd.DataFrame(
        [
            {
                "领域": r.field_title,
                "应验收（家）": r.to_mend + r.to_close,
                "已验收（家）": r.examined,
                "合格（家）": r.passed,
                "已销号（家）": r.struck_off,
            }
            for r in fields
        ]
    )
    passed = MEASURES["K22a"].of(rows)
    return Picture(
        "验收销号进展",
        "整改类、取缔类家数",
        bars.stacked([r.field_title for r in fields], parts, look.dark),
        f"已验收 {int(rows['examined'].sum())} 家，通过率 {passed}"
        f"{f'（{passed.base}）' if passed.whole else ''}。"
        f"已销号 {int(rows['struck_off'].sum())} 家。",
        table,
        knows=knows(rows),
    )
