"""What people of the demonstration do beside sending: later days, taking back, corrections, following up.

Told from the letters alone, so that the same story has the same acts.
"""

import datetime as dt
from collections.abc import Iterator, Sequence

from demo.deeds import (
    DAY,
    HOUR,
    StoryDeed,
    SubjectOf,
    at,
    cell,
    clerk,
    duty,
    last_entry,
    missing,
    office,
    receipt,
    same,
)
from demo.fates import today
from demo.names import INVENTED, chance
from demo.post import ACCEPTED, Letter
from pipelines.subjects import of_resolution
from schemas.cases import of_duty, text_of
from schemas.plan import PLAN, Duty, Obligation

EXTENDED, CORRECTED = 2, 3  # of each so many
TAKEN_OUT = {-1: "entry_withdrawal_granted", -2: "entry_withdrawal_refused"}  # of the briefs of a unit
WRONG = (  # columns of a month's return, and what is asked of them
    ("nc_end", "请按对账单核实后更正"),
    ("notice_no", "与整改台账不一致，请核对"),
    ("measures", "请补充依据后重填"),
)
SETTLED = (  # what was settled at meetings, the next step, and how many days before today: made, due
    ("整改进度赶超计划", "报送赶超计划", 14, 4),
    ("违法违规网站处置结果", "报送关停凭据", 8, -3),
    ("重点机构约谈情况", "报送约谈记录", 7, -5),
    ("举报线索办结情况", "报送办结清单", 30, 16),
)


def told(letters: Sequence[Letter]) -> list[StoryDeed]:
    """Every deed of a story up to its today, in the order in which they are done."""
    good = [letter for letter in letters if letter.verdict == ACCEPTED]
    parts = (_extended, _waiting, _taken_back, _taken_out, _corrected, _gone, _settled, _followed)
    deeds = [deed for part in parts for deed in part(good)]
    return sorted((deed for deed in deeds if deed.when < at(today(), 0) + DAY), key=lambda deed: deed.when)


def _of(letter: Letter) -> Obligation:
    return PLAN.obligations[letter.obligation]


def _due(owed: Duty) -> dt.date:
    return PLAN.obligations[owed.obligation].due


def _just_in_time(letter: Letter) -> bool:
    owed = _of(letter)
    is_one = owed.owed_for == "unit" and owed.counts == "submission" and not owed.is_standing
    return is_one and owed.opens + 2 * DAY < letter.day and owed.due - DAY <= letter.day <= owed.due


def _extended(letters: Sequence[Letter]) -> Iterator[StoryDeed]:
    """Some duties get a later day, and are met before the first all the same."""
    able = [letter for letter in letters if _just_in_time(letter)]
    for letter in able[:: max(1, len(able) // EXTENDED)][:EXTENDED]:
        on, subject = {"new_due": _of(letter).due + 4 * DAY}, duty(letter.obligation, letter.unit)
        why = "部分机构材料需向外地调取（示例）"
        asked, granted = letter.arrives - 26 * HOUR, letter.arrives - 3 * HOUR
        yield StoryDeed(asked, clerk(letter.unit), "extension_asked", subject, on, why, letter)
        yield StoryDeed(granted, office(), "extension_granted", subject, on, "情况属实（示例）", letter)


def _waiting(letters: Sequence[Letter]) -> Iterator[StoryDeed]:  # noqa: ARG001  these are about what is to come
    """Of what is due next, one day is refused and one is still to be decided."""
    next_ = sorted((d for d in PLAN.duties if _due(d) > today() and not d.field), key=_due)
    for owed, is_refused in zip(next_[1:3], (True, False), strict=False):
        subject, on = duty(owed.obligation, owed.unit), {"new_due": _due(owed) + 5 * DAY}
        who, when = clerk(owed.unit), at(today() - 2 * DAY, 10)
        yield StoryDeed(when, who, "extension_asked", subject, on, "人员集中外出督导（示例）")
        if is_refused:
            yield StoryDeed(when + DAY, office(), "extension_refused", subject, {}, "请按期报送（示例）")


def _taken_back(letters: Sequence[Letter]) -> Iterator[StoryDeed]:
    """Of what is welcome at any time: one taken back at once, one with consent, one not."""
    papers = [x for x in letters if _of(x).is_standing and _of(x).returns == ("filing",)]
    for letter, answer in zip(papers, ("", "withdrawal_granted", "withdrawal_refused"), strict=False):
        subject, who, why = receipt(letter), clerk(letter.unit), "误传了内部讨论稿（示例）"
        if not answer:
            yield StoryDeed(letter.arrives + HOUR, who, "withdrawn", subject, {}, why, letter)
            continue
        asked, answered = letter.arrives + 26 * HOUR, letter.arrives + 30 * HOUR
        yield StoryDeed(asked, who, "withdrawal_asked", subject, {}, why, letter)
        yield StoryDeed(answered, office(), answer, subject, {}, "已核实（示例）", letter)


def _taken_out(letters: Sequence[Letter]) -> Iterator[StoryDeed]:
    """One brief more than was owed is taken out again, with consent; the one before it must stay. What is
    welcome at any time is taken out at once.
    """
    briefs: dict[tuple[str, str], list[Letter]] = {}
    for letter in letters:
        if _of(letter).returns == ("brief",):
            briefs.setdefault((letter.obligation, letter.unit), []).append(letter)
    more = [sent for sent in briefs.values() if len(sent) > _of(sent[0]).at_least]
    for letter, answer in [(sent[n], kind) for sent in more[:1] for n, kind in TAKEN_OUT.items()]:
        subject, why = last_entry(letter), "与上一篇内容重复（示例）"
        asked, granted = letter.arrives + 24 * HOUR, letter.arrives + 28 * HOUR
        yield StoryDeed(asked, clerk(letter.unit), "entry_withdrawal_asked", subject, {}, why, letter)
        yield StoryDeed(granted, office(), answer, subject, {}, "已核实（示例）", letter)
    for letter in [x for x in letters if _of(x).is_standing and _of(x).returns == ("filing",)][3:4]:
        subject, why = last_entry(letter), "误报，不是本单位办理的（示例）"
        yield StoryDeed(
            letter.arrives + HOUR, clerk(letter.unit), "entry_withdrawn", subject, {}, why, letter
        )


def _corrected(letters: Sequence[Letter]) -> Iterator[StoryDeed]:
    """Cells of months' returns are to be corrected: one unit answers, one need not, one is silent."""
    months = [x for x in letters if "rectification" in _of(x).returns and x.day <= today() - 10 * DAY]
    for n, letter in enumerate(months[-CORRECTED:]):
        ordered, first = at(letter.day + 2 * DAY, 10), cell(letter, WRONG[0][0])
        for column, demand in WRONG[: n + 1]:
            on = {"requirement": demand, "reply_due": letter.day + (6 + 9 * n) * DAY}
            yield StoryDeed(ordered, office(), "correction_ordered", cell(letter, column), on, "", letter)
        if n == 0:
            who, why = clerk(letter.unit), "与机构对账单一致，无需更正（示例）"
            yield StoryDeed(ordered + 2 * DAY, who, "correction_answered", first, {}, why, letter)
        if n == 1:
            why = "经电话核实无误（示例）"
            yield StoryDeed(ordered + 3 * DAY, office(), "correction_lifted", first, {}, why, letter)


def _gone(letters: Sequence[Letter]) -> Iterator[StoryDeed]:
    """What a month's return leaves out is answered two days later."""
    months = [x for x in letters if "ban" in _of(x).returns and x.day + 2 * DAY < today()]
    for letter in [x for x in months if x.obligation == months[-1].obligation]:
        on, why = {"fate": "注销"}, "移交工商部门后已注销登记（示例）"
        yield StoryDeed(
            at(letter.day + 2 * DAY, 15), clerk(letter.unit), "gap_answered", missing(letter), on, why, letter
        )


def _settled(letters: Sequence[Letter]) -> Iterator[StoryDeed]:  # noqa: ARG001  what meetings settle is in no letter
    """Matters settled at meetings, each a step further than the one before; the last is closed."""
    places = PLAN.units_as("territory")
    for n, (what, step, made, left) in enumerate(SETTLED):
        unit, day = places[-1 - n % len(places)], today() - made * DAY
        text = of_resolution(unit, f"{INVENTED}{n + 1}")
        case, meeting = same(text_of("resolution", text)), f"{day:%m-%d} 例会"
        on = {"what": f"{what}（示例）", "next_step": step, "by_when": today() - left * DAY}
        yield StoryDeed(at(day, 17), office(), "resolution_made", same(text), {**on, "meeting": meeting})
        if n == 0:
            moved = {"next_step": step, "by_when": on["by_when"]}
            why = "例会同意推后（示例）"
            yield StoryDeed(at(day + 5 * DAY, 9), office(), "resolution_changed", same(text), moved, why)
        if n > 0:
            yield StoryDeed(at(day + DAY, 9), clerk(unit), "case_received", case)
        if n > 1:
            why = "已办理，凭据随月报报送（示例）"
            yield StoryDeed(at(day + 2 * DAY, 11), clerk(unit), "case_answered", case, {}, why)
            yield from _closing(case, day, is_closed=n == len(SETTLED) - 1)


def _closing(case: SubjectOf, day: dt.date, *, is_closed: bool) -> Iterator[StoryDeed]:
    """A closing that is not agreed to at first; agreed to, it is undone once, and asked for again."""
    first, second = office(), office("办公室复核")
    steps = [
        (3, first, "closing_asked", "已办理（示例）"),
        (4, second, "closing_refused", "缺办结凭据（示例）"),
        (5, first, "closing_asked", "凭据齐全（示例）"),
    ]
    if is_closed:
        steps += [
            (6, second, "closing_granted", ""),
            (8, first, "closing_undone", "同一线索又有举报（示例）"),
            (10, first, "closing_asked", "举报已核实办结（示例）"),
            (11, second, "closing_granted", ""),
        ]
    for after, who, kind, why in steps:
        yield StoryDeed(at(day + after * DAY, 15), who, kind, case, {}, why)


def _followed(letters: Sequence[Letter]) -> Iterator[StoryDeed]:
    """Units that receive and answer the slips for what they owe; what they promise is not always kept."""
    came = {(x.obligation, x.unit): x.day for x in reversed(letters)}
    for owed in PLAN.duties:
        rng = chance("follows", owed.obligation, owed.unit)
        first = _due(owed) + rng.randint(3, 8) * DAY if _due(owed) < today() else today()
        is_late = came.get((owed.obligation, owed.unit), today()) > first and not owed.field
        if not is_late or first >= today() or "group" in PLAN.units[owed.unit].roles:
            continue
        case = same(text_of("duty", of_duty(owed.obligation, owed.unit, "")))
        yield StoryDeed(at(first, 10), clerk(owed.unit), "case_received", case)
        if rng.random() < 0.6:
            on = {"promised": first + rng.randint(5, 12) * DAY}
            why = "已安排专人补报（示例）"
            yield StoryDeed(at(first, 16), clerk(owed.unit), "case_answered", case, on, why)
