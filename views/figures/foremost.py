"""What comes first where there is room for little: who is late with most, and what falls due next."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from views import Ask, Scope, records
from views.figures import briefing, cell
from views.figures.words import listed, weekday

MOST = 3  # units named one by one


@dataclass(frozen=True)
class ToldLine:
    """One line with its light, and behind it every matter of which it is made."""

    status: str  # of light.csv; '' where no one light holds for all of it
    mark: str
    words: str
    below: str
    items: tuple[str, ...]


def worst(ask: Ask, scope: Scope) -> list[ToldLine]:
    """Who has most that is overdue, then who is longest; last those who are not named, in one line."""
    rows = briefing.late(ask, scope.whole).sort_values("days", ascending=False, kind="stable")
    every = [(str(title), mine) for title, mine in rows.groupby("unit_title", sort=False)]
    every.sort(key=lambda each: -len(each[1]))  # who is longest stays first among equals
    first, rest = every[:MOST], every[MOST:]
    lines = [_of_unit(title, records(mine)) for title, mine in first]
    if rest:
        told = records(pd.concat([mine for _, mine in rest]))
        items = tuple(f"{r.unit_title}：{_overdue(r)}" for r in told)
        names = listed([title for title, _ in rest], MOST)
        lines.append(ToldLine("", "其余", f"{len(rest)} 个单位　{len(told)} 项", names, items))
    return lines


def _of_unit(title: str, rows: Sequence[Any]) -> ToldLine:
    titles = listed(list(dict.fromkeys(r.title for r in rows)), 2)
    words = f"{title}　{len(rows)} 项"
    return ToldLine("overdue", cell.clock(rows[0]), words, titles, tuple(map(_overdue, rows)))


def _overdue(row: Any) -> str:
    field = f"（{row.field_title}）" if row.field else ""
    moved = f"，{row.moved_words}" if row.moved_words else ""
    return f"{row.title}{field}，{row.due:%m-%d} 截止，逾期 {row.days} 个工作日{moved}"


def coming(ask: Ask, scope: Scope) -> list[ToldLine]:
    """What falls due within two weeks, in one line for each kind, the next first."""
    rows = briefing.ahead(ask, scope.whole)
    return [_of_kind(str(kind), records(mine)) for kind, mine in rows.groupby("kind", sort=False)]


def _of_kind(kind: str, rows: Sequence[Any]) -> ToldLine:
    """The light is the next one's; whose that is stands below it."""
    first = rows[0]
    same = [r.unit_title for r in rows if r.due == first.due]
    units = listed(list(dict.fromkeys(same)), 2)
    below = f"{first.due:%m-%d} {weekday(first.due.date())} {len(same)} 项：{units}"
    items = tuple(f"{r.due:%m-%d} {r.unit_title}：{r.what}" for r in rows)
    return ToldLine(first.status, cell.clock(first), f"{kind}事项　{len(rows)} 项", below, items)
