"""Journey: what a person does to a sending, a duty, a cell or a finding. Checked by its declaration, signed,
recorded.

Killed anywhere, it leaves an act that the next opening records, or nothing.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from pipelines.judging.asking import broken_rules
from pipelines.keeping import accounts, acted, attachments, names
from pipelines.keeping.attachments import Attachment
from pipelines.keeping.journal import JournalEntry
from pipelines.keeping.receipts import shown
from pipelines.keeping.store import Store
from pipelines.subjects import Subject, found, state_of
from schemas.access import Account, may_act
from schemas.acting import STATES, STAYS, ActKind
from schemas.acts import ACTS
from schemas.clock import SHANGHAI
from schemas.problems import length_said, sentence
from schemas.said import OFFICE

EXPLAINED = "explained"
LONGEST = 500  # characters of a reason
NOT_THERE = "没有这一项，或不在您的范围内"


class ActRefused(Exception):
    """An act cannot be done as asked; its text says why and what can be done, in Chinese."""


@dataclass(frozen=True)
class AskedAct:
    """An act as somebody asks for it.

    `token` is that of the form from which it comes: pressed twice, it is one act. `seen` is the entry of
    the last act on the subject that was shown there, 0 for none; None where nothing was shown. `moment` is
    when it happens, where that is not now (the demonstration).
    """

    kind: str
    subject: str
    token: str
    reason: str = ""
    content: Mapping[str, Any] = field(default_factory=dict)
    seen: int | None = None
    moment: dt.datetime | None = None
    files: Sequence[Attachment] = ()


@dataclass(frozen=True)
class Acted:
    """An act that stands, under the number of its event; whether the same press had done it before."""

    entry: JournalEntry
    nth: int
    repeated: bool


def act(store: Store, account: Account, asked: AskedAct) -> Acted:
    """Do what somebody asks, once: signed before it is recorded.

    Raises ActRefused where the declaration of its kind does not allow it, or somebody else acted meanwhile;
    Away where what is shared cannot be reached.
    """
    kind = ACTS[asked.kind]
    with store.archive.held():
        earlier = store.archive.pressed(account.name, asked.token)
        entry = earlier or _signed(store, account, kind, asked)
    return Acted(entry, acted.record(store, entry), earlier is not None)


def _signed(store: Store, account: Account, kind: ActKind, asked: AskedAct) -> JournalEntry:
    """The entry of an act that may be done; the archive's lock is held. Raises ActRefused."""
    now = asked.moment or store.now()
    store = store.at(now)
    subject = found(store, kind.about, asked.subject)
    if subject is None or not may_act(account, kind.place, subject.units, subject.about):
        raise ActRefused(NOT_THERE)
    state = _in_turn(store, account, kind, asked)
    if refusal := barred(store, account, kind, asked.subject, subject):
        raise ActRefused(refusal)
    reason = names.line(asked.reason)
    if kind.asks_reason and not reason:
        raise ActRefused(f"{kind.title}须写明{kind.reason_title}")
    if len(reason) > LONGEST:
        raise ActRefused(f"{kind.reason_title}最多{LONGEST}字")
    told_ = [*_faults(kind, asked.content, subject, now), *attachments.faults(asked.files, kind.files)]
    if told_:
        raise ActRefused("；".join(dict.fromkeys(told_)))
    facts = {
        "act": asked.kind,
        "matter": kind.matter,
        "subject": asked.subject,
        "state": state if kind.after == STAYS else kind.after,
        "unit": subject.unit,
        "person": account.person,
        "actor_unit": account.unit,
        "happened_at": now.isoformat(),
        "content": {
            **{name: _plain(asked.content.get(name)) for name in kind.content.columns},
            **{name: subject.facts[name] for name in kind.keeps},
        },
        "reason": reason,
        "token": asked.token,
        "files": attachments.keep(store.archive, asked.files),
    }
    return store.archive.write(acted.ACT, facts, account.name)


def _in_turn(store: Store, account: Account, kind: ActKind, asked: AskedAct) -> str:
    """The state of the subject; raises ActRefused where this is not done in it, or it was seen otherwise."""
    state, last = state_of(store, kind, asked.subject)
    if last and asked.seen is not None and asked.seen != last.seq:
        raise ActRefused(f"情况有变：{told(last)}。请按现在的情况再决定")
    if state not in kind.before:
        raise ActRefused(f"不能{kind.title}：{told(last) if last else STATES[state]}")
    if kind.by_another and last and account.name == last.by:
        raise ActRefused(f"申请人不能自己决定，请由{OFFICE}另一位同志办理")
    return state


def barred(store: Store, account: Account, kind: ActKind, subject: str, known: Subject) -> str:
    """Why somebody who may do such things may not do this one, in Chinese; '' where they may.

    Whoever stands in for somebody acts as them as well. What nobody opened who can still sign in (a checklist
    from the command line) anybody reviews who may.
    """
    mine, units = ({getattr(each, name) for each in (account, *account.also)} for name in ("name", "unit"))
    opener = accounts.accounts(store.archive).get(known.opener)
    if kind.by_opener and opener and opener.is_active and opener.name not in mine:
        return f"{kind.title}由发现人办理，您不是发现人"
    did = {act.by for act in store.done(kind.matter, subject) if act.facts["act"] in kind.not_by}
    if kind.not_by and mine & {*did, known.opener}:
        return f"{kind.title}须由另一人办理：发现人、复核人和经办过的人不能自己{kind.title}"
    if kind.not_by and units & {*known.units}:
        return f"{kind.title}不能由责任单位的人办理"
    return ""


def told(act: JournalEntry) -> str:
    """Who did what when, and why: one clause."""
    facts = act.facts
    why = f"（{facts['reason']}）" if facts["reason"] else ""
    when = shown(dt.datetime.fromisoformat(facts["happened_at"]))
    title = ACTS[facts["act"]].title if facts["act"] in ACTS else facts["act"]
    return f"{facts['person']}已于{when}{title}{why}"


def _faults(kind: ActKind, content: Mapping[str, Any], subject: Subject, now: dt.datetime) -> Iterator[str]:
    """What is wrong with the content of an act, by the rules of its kind, as sentences."""
    columns = kind.content.columns
    cells: dict[str, pd.Series[Any]] = {}
    for name, column in columns.items():
        try:
            dtype: Any = column.dtype.type
            cells[name] = pd.Series([content.get(name)], dtype=dtype)
        except (ValueError, TypeError):
            yield f"“{column.title}”填得不对"
            return
    local = pd.Timestamp(now.astimezone(SHANGHAI).replace(tzinfo=None))
    frame = pd.DataFrame({**cells, **{k: [v] for k, v in {**subject.facts, "now": local}.items()}})
    broken = broken_rules(kind.content, frame)
    bad = {each.column for each in broken if not each.is_across}
    for each in broken:
        if not each.is_across:
            title = str(columns[each.column].title)
            blanks = {"title": title, "span": length_said(each.facts), "sample": ""}
            wrong, mend = sentence(each.rule, **{**blanks, **each.facts})
            yield f"“{title}”{wrong}，{mend}"
        elif not bad & set(each.facts["needs"]):
            yield f"{each.facts['wrong']}，{each.facts['mend']}"


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    return names.line(value) if isinstance(value, str) else value


def read_back(store: Store, account: Account, no: str, notes: Mapping[str, str]) -> int:
    """Explain what the sender wrote into the list of problems of a workbook; returns how many cells.

    Keyed by receipt and cell, so that the same workbook again explains nothing twice. Words for a cell that
    needs none, or says already what they say, are left.
    """
    asked = "SELECT subject, value, sheet || '!' || cell FROM cell_to_explain(?) WHERE submission = ?"
    receipt, count = store.archive.receipt(no), 0
    came = receipt.stamped_at if receipt else store.now()
    store = store.at(came)
    cells = store.con.cursor().execute(asked, [store.day, no]).fetchall() if notes else []
    for subject, value, place in cells:
        _, last = state_of(store, ACTS[EXPLAINED], subject)
        reason = names.line(notes.get(place, ""))
        said = {"told_value": value}
        if not reason or (last and (last.facts["reason"], last.facts["content"]) == (reason, said)):
            continue
        with suppress(ActRefused):
            act(store, account, AskedAct(EXPLAINED, subject, f"{no} {subject}", reason, said, moment=came))
            count += 1
    return count
