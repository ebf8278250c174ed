"""The figures at the head of a page: what each is made of, and how some moved since the last half month."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from schemas.plan import PLAN
from views import Ask, Scope, records
from views.answers import compliance, descent, tally
from views.figures import owed, progress
from views.figures.filters import Filters
from views.figures.measures import MEASURES, Value, prepared
from views.figures.words import base, day, listed, share


@dataclass(frozen=True)
class Card:
    title: str
    value: str
    base: str
    change: str = ""
    help: str = ""


def measured(ask: Ask, scope: Scope, filters: Filters) -> pd.DataFrame:
    """The tally through a filters, with the baseline beside it."""
    rows = prepared(ask(tally.fetch, scope), ask(descent.baseline, min(progress.survey_end(), scope.as_of)))
    return filters.narrow(rows)


def measures(ask: Ask, scope: Scope, filters: Filters, codes: Sequence[str]) -> list[Card]:
    """Measures by their codes, each with its formula."""
    rows = measured(ask, scope, filters)
    values = [(MEASURES[code], MEASURES[code].of(rows)) for code in codes]
    return [Card(m.title, str(v), v.base, help=f"{m.formula}（{m.code}，{m.basis}）") for m, v in values]


def rates(ask: Ask, scope: Scope) -> list[Card]:
    """Scored duties that have fallen due, and how they were met; never a percentage of nothing."""
    duties = ask(compliance.fetch, scope)
    now, none = owed.count(duties), _none(duties)
    overdue = [r for r in records(duties) if r.status == "overdue"]
    inner = sum(not r.scored for r in overdue)
    units = len({r.unit for r in overdue if r.scored})
    return [
        *_filing(duties, now, scope.as_of),
        Card("迟报", f"{now['late']} 项" if now["due"] else "—", base(now["late"], now["due"], "项") or none),
        Card(
            "逾期未报",
            f"{len(overdue) - inner} 项" if now["due"] else "—",
            f"{units} 个单位" + (f"；另有不考核 {inner} 项" if inner else ""),
        ),
    ]


def _filing(
    duties: pd.DataFrame, now: Mapping[str, int], as_of: dt.date, moved: Sequence[str] = ("", "", "")
) -> list[Card]:
    """应报、已报率、按时率 of these duties, and how each moved; what ends on the day itself is in none."""
    none = _none(duties)
    today = int((duties["scored"] & (duties["due"].dt.date == as_of)).sum())
    ends = f"，今日到期 {today} 项未计" if today else ""
    return [
        Card("应报", f"{now['due']} 项", f"已到期{ends}；全部考核事项 {duties['scored'].sum()} 项", moved[0]),
        Card(
            "已报率", share(now["filed"], now["due"]), base(now["filed"], now["due"], "项") or none, moved[1]
        ),
        Card(
            "按时率",
            share(now["on_time"], now["due"]),
            base(now["on_time"], now["due"], "项") or none,
            moved[2],
        ),
    ]


def _none(duties: pd.DataFrame) -> str:
    """Why there is nothing to take a share of."""
    return "尚无到期事项" if duties["scored"].any() else "本阶段无报送义务"


def overdue(ask: Ask, as_of: dt.date) -> Counter[str]:
    """How many duties of each phase are overdue."""
    rows = ask(compliance.fetch, Scope(None, as_of))
    return Counter(rows.loc[rows["status"] == "overdue", "phase"])


def missing(ask: Ask, as_of: dt.date) -> str:
    """Whose last monthly sheet is not in what is shown, to stand beside the totals; empty when all are in."""
    rows = records(ask(compliance.fetch, Scope(None, as_of)))
    monthly = {o.obligation for o in PLAN.obligations.values() if "rectification" in o.returns}
    due = [r for r in rows if r.obligation in monthly and r.due.date() < as_of]
    last = [r for r in due if r.due == max(x.due for x in due)]
    without = [f"{r.unit_title}（{r.status_title}）" for r in last if r.status not in {"on_time", "late"}]
    return f"未含：{listed(without, 6)}的“{last[0].title}”，这些单位按其上一期数据计。" if without else ""


def cards(ask: Ask, scope: Scope, filters: Filters) -> list[Card]:
    """应报、已报率、按时率、高风险、整改处置完成率, each against the end of the half month before."""
    before = Scope(scope.phase, progress.half_month_before(scope.as_of))
    now, then = (owed.count(ask(compliance.fetch, s)) for s in (scope, before))
    rows, old = (measured(ask, s, filters) for s in (scope, before))
    done, was = (MEASURES["K11+K13"].of(each) for each in (rows, old))
    high, higher = (int(each.loc[each["risk_level"] == "高", "found"].sum()) for each in (rows, old))
    since = f"较{day(before.as_of)}" if before.as_of >= PLAN.campaign.starts_on else ""
    moved = [
        _more(now["due"], then["due"], "项", since),
        *(_points(now[part], now["due"], then[part], then["due"], since) for part in ("filed", "on_time")),
    ]
    mark = "▽ " if filters.chosen() else ""
    return [
        *_filing(ask(compliance.fetch, scope), now, scope.as_of, moved),
        Card(
            f"{mark}高风险机构",
            f"{high} 家",
            f"排查 {int(rows['found'].sum())} 家",
            _more(high, higher, "家", since),
        ),
        Card(
            f"{mark}整改处置完成率",
            str(done),
            done.base,
            _value_points(done, was, since),
            MEASURES["K11+K13"].formula,
        ),
    ]


def _more(now: int, then: int, unit: str, since: str) -> str:
    return _moved(now - then, f"{now - then:+d} {unit}", since)


def _points(part: int, whole: int, old_part: int, old_whole: int, since: str) -> str:
    return _signed(part / whole - old_part / old_whole, since) if whole and old_whole else ""


def _value_points(now: Value, then: Value, since: str) -> str:
    return "" if now.share is None or then.share is None else _signed(now.share - then.share, since)


def _signed(share: float, since: str) -> str:
    points = round(100 * share, 1)
    return _moved(points, f"{points:+.1f} 点", since)


def _moved(by: float, words: str, since: str) -> str:
    """A change in words, without a colour that judges; before the campaign there is none."""
    return (f"{since} {words.replace('-', '−')}" if by else f"{since} 持平") if since else ""
