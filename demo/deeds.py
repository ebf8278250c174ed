"""An act of the demonstration: when, by whom, which and to what; and how it is done between the letters."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from demo.names import INVENTED, chance
from demo.post import ACCEPTED, Letter
from pipelines import acts
from pipelines.acts import AskedAct
from pipelines.intake import Outcome
from pipelines.keeping.store import Store
from pipelines.subjects import cell_of, entries_of, gaps_of
from schemas.access import Account
from schemas.cases import of_duty
from schemas.clock import SHANGHAI
from schemas.forms import place_of
from schemas.plan import PLAN
from schemas.problems import VERIFY

CAREFUL = 0.86  # of the sendings, those whose sender explains at once what is to be verified
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
Receipts = Mapping[str, str]  # the receipt of each letter that has come, by `key`
SubjectOf = Callable[[Store, Receipts], str]


@dataclass(frozen=True)
class StoryDeed:
    """An act of the story; its subject is found once the letter that it is about has come."""

    when: dt.datetime  # aware, UTC
    who: Account
    kind: str
    subject: SubjectOf
    content: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    about: Letter | None = None


def clerk(unit: str) -> Account:
    """The sample account of a unit."""
    title = min((PLAN.units[unit].title, *PLAN.units[unit].aliases), key=len)
    return Account(f"{INVENTED}{title}", f"{title}（{INVENTED}）", unit, ("unit",))


def office(who: str = "办公室") -> Account:
    """The sample account of the office, or that of somebody else of it."""
    unit, *_ = PLAN.units_as("office")
    return Account(f"{INVENTED}{who}", f"{INVENTED}{who}", unit, ("office",))


def at(day: dt.date, hour: int) -> dt.datetime:
    """An hour of a day in Shanghai."""
    return dt.datetime.combine(day, dt.time(hour), SHANGHAI).astimezone(dt.UTC)


def key(letter: Letter) -> str:
    """What tells a letter from the others."""
    return f"{letter.arrives.isoformat()} {letter.unit} {letter.obligation} {letter.remark}"


def same(text: str) -> SubjectOf:
    """A subject that is known before anything comes."""
    return lambda _store, _known: text


def duty(obligation: str, unit: str) -> SubjectOf:
    return same(of_duty(obligation, unit, ""))


def receipt(letter: Letter) -> SubjectOf:
    return lambda _store, known: known.get(key(letter), "")


def cell(letter: Letter, column: str) -> SubjectOf:
    return lambda store, known: cell_of(store, known.get(key(letter), ""), column)


def last_entry(letter: Letter) -> SubjectOf:
    """The last entry of a register, as the letter tells it."""

    def found(store: Store, known: Receipts) -> str:
        every = entries_of(store, known.get(key(letter), ""))
        return every[-1] if every else ""

    return found


def missing(letter: Letter) -> SubjectOf:
    """The first institution that stood in the period before and stands no more in the letter's."""
    return lambda store, known: next(iter(gaps_of(store, known.get(key(letter), ""))), "")


def done(store: Store, undone: Sequence[StoryDeed], known: Receipts, by: dt.datetime) -> list[StoryDeed]:
    """Do what is due by a moment; returns what is not yet. What is about nothing that came is left."""
    for deed in undone:
        subject = deed.subject(store.at(deed.when), known) if deed.when <= by else ""
        if subject:
            token = f"{INVENTED} {deed.kind} {subject} {deed.when.isoformat()}"
            asked = AskedAct(deed.kind, subject, token, deed.reason, deed.content, moment=deed.when)
            acts.act(store, deed.who, asked)
    return [deed for deed in undone if deed.when > by]


def explain(store: Store, letter: Letter, outcome: Outcome) -> None:
    """What is to be verified is explained as it is sent, by those who are careful."""
    doubts = [p for p in outcome.judgement.problems if p.level == VERIFY]
    rng = chance("explains", letter.unit, letter.obligation, letter.remark)
    if outcome.judgement.verdict == ACCEPTED and doubts and rng.random() < CAREFUL:
        notes = {place_of(p): rng.choice(PLAN.reasons_for(p.rule) or ["经核对无误"]) for p in doubts}
        acts.read_back(store, clerk(letter.unit), outcome.receipt.no, notes)
