"""What one cell of the status matrix says: in the cell itself, and when pointed at."""

import datetime as dt
import html
import textwrap
import unicodedata
from typing import Any, Protocol

import pandas as pd

from schemas.plan import PLAN

WEEKDAYS = "一二三四五六日"
SATURDAY = 5
WIDEST_LABEL = 16  # half-width characters; 木垒哈萨克自治县 just fits
QUOTE_WIDTH = 28
COUNTED = {"overdue": "已逾期", "late": "迟报", "urgent": "还剩", "soon": "还剩", "pending": "还剩"}


def lines(frame: pd.DataFrame) -> list[Any]:
    """The rows of an ask, each with its columns as attributes."""
    return list(frame.itertuples(index=False))


class Row(Protocol):
    """A row of the matrix's answer."""

    subject_title: str
    title: str
    node: str
    due: dt.datetime
    basis: str
    scored: bool
    clause: str
    quote: str
    answered: int
    expected: int
    status: str
    days: int


def label(title: str, aliases: tuple[str, ...] = ()) -> str:
    """The title if a row heading holds it, else the longest alias that does."""
    fitting = [name for name in (title, *aliases) if width(name) <= WIDEST_LABEL]
    return title if title in fitting or not fitting else max(fitting, key=width)


def width(text: str) -> int:
    """In half-width characters."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def mark(row: Row) -> str:
    """Glyph and number; a partly answered matter shows how far it is, one far off shows its date."""
    glyph = PLAN.lights[row.status].glyph
    if 0 < row.answered < row.expected:
        said = f"{row.answered}/{row.expected}"
    elif row.status == "pending":
        said = f"{row.due:%m-%d}"
    elif row.status == "returned":
        said = "退回"
    else:
        said = _days(row)
    return f"{glyph} {said}".strip()


def _days(row: Row) -> str:
    if row.status not in COUNTED or row.days != row.days or row.days is None:
        return ""
    ahead = COUNTED[row.status] == "还剩"
    return "今日" if ahead and not row.days else f"{row.days}天"


def due(row: Row) -> str:
    """The day with its weekday; a weekend does not move it."""
    said = f"{row.due:%Y-%m-%d} 是星期{WEEKDAYS[row.due.weekday()]}"
    return f"{said}，不顺延" if row.due.weekday() >= SATURDAY else said.replace(" 是", " ")


def standing(row: Row) -> str:
    """The status in words, with its days."""
    said = PLAN.lights[row.status].title
    if _days(row):
        said += "，今日截止" if _days(row) == "今日" else f"，{COUNTED[row.status]} {row.days} 个工作日"
    return said


def hover(row: Row) -> str:
    """Everything about the cell, as lines of a chart's tooltip."""
    lines = [
        f"<b>{html.escape(row.subject_title)}</b>",
        html.escape(row.title),
        f"<b>{PLAN.lights[row.status].glyph} {standing(row)}</b>".replace("<b> ", "<b>"),
        f"截止 {due(row)}" + ("（内部时限）" if row.basis == "internal" else ""),
    ]
    if row.expected > 1:
        lines.append(f"已答 {row.answered}/{row.expected}")
    quote = textwrap.wrap(f"“{row.quote}”", QUOTE_WIDTH)
    lines += [f"依据 {html.escape(row.clause)}", *map(html.escape, quote)]
    return "<br>".join([*lines, "" if row.scored else "不计入按时报送率"]).removesuffix("<br>")
