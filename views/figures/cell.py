"""What one cell of the status matrix says: in the cell itself, and when pointed at."""

import datetime as dt
import html
import textwrap
from typing import Protocol

from schemas.plan import PLAN
from views.figures.words import is_weekend, weekday

QUOTE_WIDTH = 28
COUNTED = {"overdue": "已逾期", "late": "迟报", "urgent": "还剩", "soon": "还剩", "pending": "还剩"}


class DayRow(Protocol):
    """What has a light and a day."""

    due: dt.datetime
    status: str
    days: int


class MatrixRow(DayRow, Protocol):
    """A row of the matrix's answer."""

    subject_title: str
    title: str
    node: str
    moved_words: str
    is_internal: bool
    clause: str
    quote: str
    answered: int
    expected: int


def mark(row: MatrixRow) -> str:
    """Glyph and number; a partly answered matter shows how far it is."""
    if 0 < row.answered < row.expected:
        return f"{PLAN.lights[row.status].glyph} {row.answered}/{row.expected}".strip()
    return clock(row)


def clock(row: DayRow) -> str:
    """Glyph and days; what is far off shows its date."""
    words = {"pending": f"{row.due:%m-%d}", "returned": "退回"}.get(row.status) or _days(row)
    return f"{PLAN.lights[row.status].glyph} {words}".strip()


def _days(row: DayRow) -> str:
    if row.status not in COUNTED or row.days != row.days or row.days is None:
        return ""
    ahead = COUNTED[row.status] == "还剩"
    return "今日" if ahead and not row.days else f"{row.days}天"


def due(row: MatrixRow) -> str:
    """The day with its weekday; a weekend does not move it."""
    day = row.due.date()
    return f"{day} 是{weekday(day)}，不顺延" if is_weekend(day) else f"{day} {weekday(day)}"


def status_words(row: MatrixRow) -> str:
    """The status in words, with its days."""
    days = _days(row)
    if not days:
        return PLAN.lights[row.status].title
    left = "今日截止" if days == "今日" else f"{COUNTED[row.status]} {row.days} 个工作日"
    return f"{PLAN.lights[row.status].title}，{left}"


def hover(row: MatrixRow) -> str:
    """Everything about the cell, as lines of a chart's tooltip."""
    lines = [
        f"<b>{html.escape(row.subject_title)}</b>",
        html.escape(row.title),
        f"<b>{PLAN.lights[row.status].glyph} {status_words(row)}</b>".replace("<b> ", "<b>"),
        f"截止 {due(row)}" + ("（内部时限）" if row.is_internal else ""),
    ]
    if row.moved_words:
        lines += map(html.escape, textwrap.wrap(row.moved_words, QUOTE_WIDTH))
    if row.expected > 1:
        lines.append(f"已答 {row.answered}/{row.expected}")
    quote = textwrap.wrap(f"“{row.quote}”", QUOTE_WIDTH)
    lines += [f"依据 {html.escape(row.clause)}", *map(html.escape, quote)]
    return "<br>".join(lines)
