"""To what an act is done: a sending, a duty, a cell, records of institutions; whose it is, and what the rules
of acts ask of it.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from pipelines.keeping.journal import JournalEntry
from pipelines.keeping.store import Store
from schemas.acting import CELL, DUTY, PAIR, RECORD, SUBMISSION
from schemas.acts import merge, numbering
from schemas.characters import clean
from schemas.clock import SHANGHAI
from schemas.plan import PLAN

FAR = dt.date(2999, 12, 31)
SEPARATOR = "|"
KEY, KEYS = re.compile(r"[0-9]{1,20}"), 2**64  # of a record, and how many there can be


@dataclass(frozen=True)
class Subject:
    """A subject of acts: the unit whose it is, all that may act on it as their own, and facts about it."""

    unit: str
    units: tuple[str, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)


def found(store: Store, about: str, subject: str) -> Subject | None:
    """A subject by its text; None where there is none."""
    return FINDING[about](store, subject)


def of_duty(obligation: str, unit: str, field: str) -> str:
    """The text of a duty: of a unit's for all of its fields, of a field's for that field."""
    mine = field if PLAN.obligations[obligation].owed_for == "field" else ""
    return SEPARATOR.join((obligation, unit, mine))


def due_of(store: Store, subject: str) -> dt.date:
    """The due day of a duty that is in force now: the last that was granted, else the plan's."""
    granted = [a for a in store.archive.done("extension", subject) if a.facts["act"] == "extension_granted"]
    if granted:
        return dt.date.fromisoformat(granted[-1].facts["content"]["new_due"])
    return PLAN.obligations[subject.split(SEPARATOR)[0]].due


def _submission(store: Store, subject: str) -> Subject | None:
    receipt, verdict = store.archive.receipt(subject), store.archive.verdict(subject)
    if receipt is None or verdict is None or not verdict["unit"]:
        return None
    came = receipt.stamped_at.astimezone(SHANGHAI).replace(tzinfo=None)
    facts = {"came_at": pd.Timestamp(came), "verdict": verdict["verdict"]}
    return Subject(verdict["unit"], (verdict["unit"],), facts)


def _duty(store: Store, subject: str) -> Subject | None:
    owed = {of_duty(d.obligation, d.unit, d.field): d for d in PLAN.duties}
    if subject not in owed:
        return None
    duty = owed[subject]
    joint = PLAN.obligations[duty.obligation].owed_for == "field"
    units = tuple(PLAN.submitters(duty.obligation, duty.field)) if joint else (duty.unit,)
    days = {"due": due_of(store, subject), "latest": PLAN.until}
    return Subject(duty.unit, units, {name: pd.Timestamp(day) for name, day in days.items()})


def _cell(store: Store, subject: str) -> Subject | None:
    asked = "SELECT unit, value FROM cell_to_explain(?) WHERE subject = ?"
    row = store.con.cursor().execute(asked, [FAR, subject]).fetchone()
    return Subject(row[0], (row[0],), {"value": row[1]}) if row else None


def of_pair(one: int, other: int) -> str:
    """The text of a pair of records, in whichever order they are named."""
    return SEPARATOR.join(str(each) for each in sorted((one, other)))


def record_of(store: Store, field: str, territory: str, name: str) -> int:
    """The key of a record by its field, territory and name. Raises KeyError where there is none."""
    asked = """
        SELECT entity FROM known_record()
        WHERE field_code = ? AND territory_code = ? AND entity_name = ? LIMIT 1"""
    row = store.con.cursor().execute(asked, [field, territory, clean(name)]).fetchone()
    if row is None:
        raise KeyError(name)
    return int(row[0])


def _record(store: Store, subject: str) -> Subject | None:
    known = _known(store, [subject])
    if not known:
        return None
    field, territory = known[int(subject)]
    given = {a.facts["subject"]: a.facts["content"]["code"] for a in _of_matter(store, numbering.MATTER)}
    asked = "SELECT DISTINCT entity_code FROM known_record() WHERE entity_code IS NOT NULL AND entity <> ?"
    told = [code for (code,) in store.con.cursor().execute(asked, [int(subject)]).fetchall()]
    taken = {*told, *(code for record, code in given.items() if record != subject)}
    return Subject(territory, (territory,), {"letter": field, "taken": " ".join(sorted(taken))})


def _pair(store: Store, subject: str) -> Subject | None:
    parts = subject.split(SEPARATOR)
    known = _known(store, parts)
    if len(known) != 2 or subject != of_pair(*known):
        return None
    same, apart = _decided(store, subject)
    joined = {record: _linked(record, same) for record in known}
    one, other = (joined[int(part)] for part in parts)
    facts = {
        "one": parts[0],
        "other": parts[1],
        "is_joined": int(parts[1]) in one,
        "is_apart": any((a in one and b in other) or (b in one and a in other) for a, b in apart),
    }
    return Subject(known[int(parts[0])][1], tuple(territory for _, territory in known.values()), facts)


def _known(store: Store, records: Sequence[str]) -> dict[int, tuple[str, str]]:
    """Field and territory of each of these records that was ever told of."""
    asked = "SELECT DISTINCT entity, field_code, territory_code FROM known_record() WHERE entity IN (?, ?)"
    if not all(KEY.fullmatch(record) and int(record) < KEYS for record in records):
        return {}
    both = [int(records[0]), int(records[-1])]
    rows = store.con.cursor().execute(asked, both).fetchall()
    return {record: (field, territory) for record, field, territory in rows}


def _of_matter(store: Store, matter: str) -> list[JournalEntry]:
    """The last act of a matter on each of its subjects."""
    last = {a.facts["subject"]: a for a in store.archive.acts() if a.facts["matter"] == matter}
    return list(last.values())


def _decided(store: Store, but: str) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """The pairs that are the same and those that are different now, without one of them."""
    said: dict[str, list[tuple[int, int]]] = {"same": [], "different": []}
    for act in _of_matter(store, merge.MATTER):
        subject, state = act.facts["subject"], act.facts["state"]
        if subject != but and state in said:
            one, other = map(int, subject.split(SEPARATOR))
            said[state].append((one, other))
    return said["same"], said["different"]


def _linked(record: int, pairs: Sequence[tuple[int, int]]) -> set[int]:
    """The records that are one institution with a record, itself among them."""
    found = {record}
    while more := {r for pair in pairs if found & set(pair) for r in pair} - found:
        found |= more
    return found


FINDING: Mapping[str, Callable[[Store, str], Subject | None]] = {
    SUBMISSION: _submission,
    DUTY: _duty,
    CELL: _cell,
    RECORD: _record,
    PAIR: _pair,
}
