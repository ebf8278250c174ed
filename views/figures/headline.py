"""The figures at the head of a page: what each is made of, and how some moved since the last half month."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from schemas.plan import PLAN
from schemas.said import GROUP
from views import Ask, Scope, records
from views.answers import compliance, descent, tally
from views.figures import merging, owed, progress
from views.figures.filters import TITLES, Filters
from views.figures.measures import MEASURES, Measure, Value, prepared
from views.figures.words import day, listed, share


@dataclass(frozen=True)
class Card:
    title: str
    value: str
    base: str
    change: str = ""
    help: str = ""
    note: str = ""  # what must be said wherever the figure is


def measured(ask: Ask, scope: Scope, filters: Filters) -> pd.DataFrame:
    """The tally through filters, with the baseline beside it."""
    frozen = ask(descent.baseline, progress.frozen(scope), scope.as_of)
    return prepared(filters.narrow(ask(tally.fetch, scope)), filters.narrow(frozen))


def measures(ask: Ask, scope: Scope, filters: Filters, codes: Sequence[str]) -> list[Card]:
    """Measures by their codes, each with its formula."""
    rows = measured(ask, scope, filters)
    values = [(MEASURES[code], MEASURES[code].of(rows)) for code in codes]
    mark = filters.mark(*TITLES)
    return [
        Card(
            f"{mark}{m.title}",
            str(v),
            _beside(ask, scope, m, v),
            help=f"{m.formula}（{m.code}，{m.basis}）",
            note=v.doubt,
        )
        for m, v in values
    ]


def _beside(ask: Ask, scope: Scope, measure: Measure, value: Value) -> str:
    """What a measure was taken of; beside the number of all institutions what may be one and is undecided."""
    waits = merging.waiting(merging.undecided(ask, scope)) if "found" in measure.part else ""
    return "；".join(filter(None, (value.base, waits)))


def rates(ask: Ask, scope: Scope, filters: Filters) -> list[Card]:
    """The duties that have fallen due, and how they were met; never a percentage of nothing."""
    duties = owed.duties(ask, scope, filters)
    now, mark = owed.count(duties), filters.mark(*owed.KNOWS)
    units = owed.part(duties, "unfiled")["unit"].nunique()
    apart = int((owed.part(duties, "overdue")["is_apart"]).sum())
    return [
        *_filing(duties, scope, mark),
        Card(f"{mark}迟报", f"{now['late']} 项" if now["due"] else "—", _split(duties, "late")),
        Card(
            f"{mark}逾期未报",
            f"{now['unfiled']} 项" if now["due"] else "—",
            f"{units} 个单位" + (f"；{GROUP}自身另有 {apart} 项" if apart else ""),
        ),
    ]


def _filing(duties: pd.DataFrame, scope: Scope, mark: str, moved: Sequence[str] = ("", "", "")) -> list[Card]:
    """应报、已报率、按时率 of these duties, and how each moved; what ends on the day itself is in none."""
    now, units = owed.count(duties), duties[~duties["is_apart"]]
    today = int((units["due"].dt.date == scope.as_of).sum())
    ends = f"今日到期 {today} 项未计；" if today else ""
    apart = f"{GROUP}自身已到期 {now['apart']} 项，另计，不入各率" if now["apart"] else ""
    moved_days = int(owed.part(duties, "due")["is_extended"].sum())
    on_time = _split(duties, "on_time") + (f"，含延期 {moved_days} 项" if moved_days else "")
    return [
        Card(f"{mark}应报", f"{now['due']} 项", f"已到期；{ends}全部 {len(units)} 项", moved[0], apart),
        Card(f"{mark}已报率", share(now["filed"], now["due"]), _split(duties, "filed"), moved[1]),
        Card(f"{mark}按时率", share(now["on_time"], now["due"]), on_time, moved[2]),
    ]


def _split(duties: pd.DataFrame, part: str) -> str:
    """What a share is made of, and how much of it has a due day of the notice and how much one of ours."""
    due, some = owed.part(duties, "due"), owed.part(duties, part)
    if due.empty:
        return "本阶段无报送义务" if duties.empty else "尚无到期事项"
    kinds = ((False, "方案"), (True, "内部"))
    told = [
        (words, (some["is_internal"] == ours).sum(), (due["is_internal"] == ours).sum())
        for ours, words in kinds
    ]
    named = [f"{words} {n}/{of}" for words, n, of in told if of]
    return f"{'＋'.join(named)} 项" if len(named) > 1 else f"{len(some)}/{len(due)} 项"


def overdue(ask: Ask, scope: Scope) -> Counter[str]:
    """How many duties of each phase are overdue."""
    rows = ask(compliance.fetch, scope.whole)
    return Counter(rows.loc[rows["status"] == "overdue", "phase"])


def missing(ask: Ask, scope: Scope, territory: str | None = None) -> str:
    """Whose last monthly sheet is not in what is shown, to stand beside the totals; empty when all are in."""
    rows = records(ask(compliance.fetch, scope.whole))
    monthly = {o.obligation for o in PLAN.obligations.values() if "rectification" in o.returns}
    due = [r for r in rows if r.obligation in monthly and r.is_due]
    last = [r for r in due if r.due == max(x.due for x in due) and territory in {None, r.unit}]
    without = [f"{r.unit_title}（{r.status_title}）" for r in last if r.status not in owed.FILED]
    return f"未含：{listed(without, 6)}的“{last[0].title}”，这些单位按其上一期数据计。" if without else ""


def strayed(entries: pd.DataFrame, obligation: str) -> str:
    """That what one sender registered under one matter falls into several windows; '' where it does not."""
    sent = entries[entries["sent_for"] == obligation]
    windows = sent["counts_title"].where(sent["counts_title"] != "", "不在任何时段内")
    if windows.nunique() < 2:
        return ""
    days = "、".join(
        f"{day(r.entry_day)}（{where}）" for r, where in zip(records(sent), windows, strict=True)
    )
    return (
        f"{sent['unit_title'].iloc[0]}以“{PLAN.obligations[obligation].title}”登记了 {len(sent)} 条，"
        f"分属 {windows.nunique()} 个时段：{days}。如有一条日期填错，请报送单位核对。"
    )


def cards(ask: Ask, scope: Scope, filters: Filters) -> list[Card]:
    """应报、已报率、按时率、高风险、整改处置完成率, each against the end of the half month before."""
    before = replace(scope, as_of=progress.half_month_before(scope.as_of))
    duties, earlier = (owed.duties(ask, s, filters) for s in (scope, before))
    now, then = owed.count(duties), owed.count(earlier)
    every, all_before = (measured(ask, s, replace(filters, risk_level=None)) for s in (scope, before))
    rows, old = (filters.narrow(each) for each in (every, all_before))
    done, was = (MEASURES["K11+K13"].of(each) for each in (rows, old))
    since = f"较{day(before.as_of)}" if before.as_of >= PLAN.campaign.starts_on else ""
    moved = [
        _more(now["due"], then["due"], "项", since),
        *(_points(now[part], now["due"], then[part], then["due"], since) for part in ("filed", "on_time")),
    ]
    return [
        *_filing(duties, scope, filters.mark(*owed.KNOWS), moved),
        _high(every, all_before, filters, since),
        Card(
            f"{filters.mark(*TITLES)}整改处置完成率",
            str(done),
            done.base,
            _value_points(done, was, since),
            MEASURES["K11+K13"].formula,
            done.doubt,
        ),
    ]


def _high(rows: pd.DataFrame, old: pd.DataFrame, filters: Filters, since: str) -> Card:
    """Institutions of high risk, whatever level is looked at; beside them 涉嫌非法集资 and 涉稳."""
    high, higher = (int(each.loc[each["risk_level"] == "高", "found"].sum()) for each in (rows, old))
    found, suspect, unrest = (int(rows[name].sum()) for name in ("found", "suspect", "unrest"))
    told = f"排查 {found}，涉非 {suspect}，涉稳 {unrest} 家"
    return Card(
        f"{filters.mark('territory', 'field')}高风险机构",
        f"{high} 家",
        told,
        _more(high, higher, "家", since),
    )


def _more(now: int, then: int, unit: str, since: str) -> str:
    return _moved(now - then, f"{'增加' if now > then else '减少'}{abs(now - then)}{unit}", since)


def _points(part: int, whole: int, old_part: int, old_whole: int, since: str) -> str:
    return _signed(part / whole - old_part / old_whole, since) if whole and old_whole else ""


def _value_points(now: Value, then: Value, since: str) -> str:
    return "" if now.share is None or then.share is None else _signed(now.share - then.share, since)


def _signed(share: float, since: str) -> str:
    points = round(100 * share, 1)
    return _moved(points, f"{'上升' if points > 0 else '下降'}{abs(points):.1f}个百分点", since)


def _moved(by: float, words: str, since: str) -> str:
    """A change in words, without a colour that judges; before the campaign there is none."""
    return (f"{since}{words if by else '持平'}") if since else ""
