"""How figures are said: amounts in the unit a leader reads, shares with their bases, days as documents do."""

import datetime as dt
import re
from collections.abc import Sequence

import pandas as pd

from schemas.plan_cells import NEVER

NOTES = {"due": "moved_words", "arrived": "placed_words"}  # a column → what is said of one moved by hand
WAN_IN_YI = 10_000
WEEKDAYS = "一二三四五六日"
SATURDAY = 5
PART = re.compile(r"^([一二三四五六七八九十]+)(?=$|[(（])")


def noted(rows: pd.DataFrame, columns: Sequence[str]) -> list[str]:
    """These columns, and behind a day or time of which some were moved by hand: from when, and why."""
    told = {name for name in NOTES.values() if name in rows and rows[name].astype(bool).any()}
    return [
        each
        for name in columns
        for each in (name, NOTES.get(name))
        if each and (each == name or each in told)
    ]


def amount(wan: float) -> str:
    """An amount in 万元, or in 亿元 from one 亿 on."""
    if abs(wan) >= WAN_IN_YI:
        return f"{wan / WAN_IN_YI:,.2f} 亿元"
    return f"{wan:,.0f} 万元"


def share(part: float, whole: float) -> str:
    """A share in per cent; of nothing there is none."""
    return f"{100 * part / whole:.1f}%" if whole else "—"


def base(part: float, whole: float, unit: str = "家") -> str:
    """What a share is made of."""
    return f"{part:,.0f} / {whole:,.0f} {unit}" if whole else ""


def apart(firms: float) -> str:
    """How many institutions stand beside a sum and add nothing to it; nothing where there are none."""
    return f"另有 {firms:,.0f} 家未掌握" if firms else ""


def doubted(firms: float) -> str:
    """Against how many of those counted a grave finding is open; nothing where there are none."""
    return f"其中 {firms:,.0f} 家有未结的督察严重问题" if firms else ""


def with_apart(figure: str, firms: float) -> str:
    """A sum in words, and in brackets how many institutions add nothing to it."""
    return f"{figure}（{apart(firms)}）" if firms else figure


def day(date: dt.date) -> str:
    """As a document writes it: 11月18日."""
    return f"{date.month}月{date.day}日"


def listed(names: list[str], most: int = 3) -> str:
    """Some names and how many more there are."""
    more = f"等 {len(names)} 个" if len(names) > most else ""
    return "、".join(names[:most]) + more


def clause(words: str) -> str:
    """Where the notice says it, as documents cite it; what is numbered otherwise stays as it is."""
    parts = [PART.sub(r"第\1部分", each.strip()) for each in words.split(";")]
    return f"《工作方案》{'、'.join(parts)}".replace("(", "（").replace(")", "）")


def weekday(date: dt.date) -> str:
    """As 星期日."""
    return f"星期{WEEKDAYS[date.weekday()]}"


def is_weekend(date: dt.date) -> bool:
    return date.weekday() >= SATURDAY


def due_day(date: dt.date) -> str:
    """A due day with its weekday, and that a weekend does not move it; 随时 where there is none."""
    if date == NEVER:
        return "随时"
    return f"{date} {weekday(date)}，不顺延" if is_weekend(date) else f"{date} {weekday(date)}"
