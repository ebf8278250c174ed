"""今日督办重点: what a leader must push today, by rules; each clause has a question and threshold of its own.

What has a due day of the notice is named before what has one of ours.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from schemas.plan import PLAN
from schemas.said import GROUP
from views import Ask, Scope, records
from views.answers import compliance, tally
from views.figures import progress
from views.figures.measures import MEASURES
from views.figures.words import listed

BEHIND = 10  # percentage points behind the plan from which it is said
NEAR = ("urgent", "soon")


@dataclass(frozen=True)
class Clause:
    """A part of the sentence; what is grave is printed so."""

    words: str
    rest: str = ""
    is_grave: bool = False


def clauses(ask: Ask, scope: Scope) -> list[Clause]:
    """What there is to say, the gravest first; none when all is well."""
    rows = records(ask(compliance.fetch, scope))
    return [*_overdue(rows), *_behind(ask, scope), *_returned(rows), *_near(rows)]


def _overdue(rows: list[Any]) -> Iterator[Clause]:
    overdue = [r for r in rows if r.status == "overdue"]
    if overdue:
        ruled = [r for r in overdue if not r.is_internal]
        apart = sum(r.is_apart for r in overdue)  # not among the duties that the figures below count
        of_group = f"含{GROUP}自身 {apart} 项；" if apart else ""
        said = f"（{of_group}方案规定 {len(ruled)} 项；{_whose(overdue)}）"
        yield Clause(f"{len(overdue)} 项逾期未报", said, is_grave=True)
        row = max(ruled or overdue, key=lambda r: r.days)
        yield Clause(f"最长逾期 {row.days} 个工作日（{row.unit_title}“{row.title}”{_moved(row)}）")


def _moved(row: Any) -> str:
    """Of a due day that was moved: the day before, and why."""
    return f"，{row.moved_words}" if row.moved_words else ""


def _whose(overdue: list[Any]) -> str:
    units = Counter(r.unit_title for r in overdue).most_common()
    if len(units) > 1 and units[0][1] == units[1][1]:
        return f"涉及 {len(units)} 个单位"
    return f"{units[0][0]} {units[0][1]} 项" + ("最多" if len(units) > 1 else "")


def _behind(ask: Ask, scope: Scope) -> Iterator[Clause]:
    """整改处置完成率 against the working days gone by, and the territory furthest behind."""
    phase = PLAN.phase_owing("rectification")
    if phase is None or scope.phase not in {None, phase.phase} or scope.as_of < phase.starts_on:
        return
    rows, done = ask(tally.fetch, scope), MEASURES["K11+K13"]
    value, plan = done.of(tally.once(rows)), progress.elapsed(phase, scope.as_of)
    if value.share is None or 100 * (plan - value.share) < BEHIND:
        return
    each = {u: done.of(tally.once(rows[rows["territory"] == u])) for u in PLAN.units_as("territory")}
    shares = {u: v.share for u, v in each.items() if v.share is not None}
    worst = min(shares, key=lambda u: shares[u])
    gap = round(100 * (plan - value.share))
    words = f"（完成 {value}，{PLAN.units[worst].title}最低 {each[worst]}）"
    yield Clause(f"整改处置落后序时进度 {gap} 个百分点", words, is_grave=True)


def _returned(rows: list[Any]) -> Iterator[Clause]:
    returned = [f"{r.unit_title}“{r.title}”" for r in rows if r.status == "returned"]
    if returned:
        yield Clause(f"退回待补正 {len(returned)} 项：{listed(returned, 2)}")


def _near(rows: list[Any]) -> Iterator[Clause]:
    near = sorted((r for r in rows if r.status in NEAR), key=lambda r: (r.is_internal, r.due))
    if near:
        titles = list(dict.fromkeys(f"{r.title}（{r.due:%m-%d}{_moved(r)}）" for r in near))
        more = f"等 {len(titles)} 种" if len(titles) > 2 else ""
        yield Clause(f"临近截止 {len(near)} 项：{'、'.join(titles[:2])}{more}")
