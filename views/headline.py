"""The five cards of the first screen: each figure with what it is made of, and how it moved since the last half month."""

from dataclasses import dataclass

import pandas as pd

from schemas.plan import PLAN
from views import Scope, compliance, descent, owed, progress, tally
from views.lens import Lens
from views.measures import MEASURES, Value, prepared
from views.picture import Answers
from views.words import base, day, share


@dataclass(frozen=True)
class Card:
    title: str
    value: str
    base: str
    change: str = ""
    help: str = ""


def measured(answer: Answers, scope: Scope, lens: Lens) -> pd.DataFrame:
    """The tally through a lens, with the baseline beside it."""
    rows = prepared(answer(tally.fetch, scope), answer(descent.baseline, min(progress.survey_end(), scope.as_of)))
    return lens.narrow(rows)


def cards(answer: Answers, scope: Scope, lens: Lens) -> list[Card]:
    """应报、已报率、按时率、高风险、整改处置完成率, each against the end of the half month before."""
    before = Scope(scope.phase, progress.half_month_before(scope.as_of))
    now, then = (owed.count(answer(compliance.fetch, s), s.as_of) for s in (scope, before))
    rows, old = (measured(answer, s, lens) for s in (scope, before))
    everything = answer(compliance.fetch, scope)["scored"].sum()
    done, was = (MEASURES["K11+K13"].of(each) for each in (rows, old))
    high, higher = (int(each.loc[each["risk_level"] == "高", "found"].sum()) for each in (rows, old))
    since = f"较{day(before.as_of)}" if before.as_of >= PLAN.campaign.starts_on else ""
    none = "本阶段无报送义务" if not everything else "尚无到期事项"
    mark = "▽ " if lens.chosen() else ""
    return [
        Card("应报", f"{now['due']} 项", f"已到期；全部考核事项 {everything} 项", _more(now["due"], then["due"], "项", since)),
        Card("已报率", share(now["filed"], now["due"]), base(now["filed"], now["due"], "项") or none,
             _points(now["filed"], now["due"], then["filed"], then["due"], since)),
        Card("按时率", share(now["on_time"], now["due"]), base(now["on_time"], now["due"], "项") or none,
             _points(now["on_time"], now["due"], then["on_time"], then["due"], since)),
        Card(f"{mark}高风险机构", f"{high} 家", f"排查 {int(rows['found'].sum())} 家", _more(high, higher, "家", since)),
        Card(f"{mark}整改处置完成率", str(done), done.base, _value_points(done, was, since), MEASURES["K11+K13"].formula),
    ]  # fmt: skip


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
    """A change in words and without a colour that judges; before the campaign there is nothing to compare with."""
    return (f"{since} {words.replace('-', '−')}" if by else f"{since} 持平") if since else ""
