"""To what an act is done: a sending, a duty, a cell; whose it is, and what the rules of acts ask of it."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from pipelines.keeping.store import Store
from schemas.acting import CELL, DUTY, SUBMISSION
from schemas.clock import SHANGHAI
from schemas.plan import PLAN

FAR = dt.date(2999, 12, 31)
SEPARATOR = "|"


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


FINDING: Mapping[str, Callable[[Store, str], Subject | None]] = {
    SUBMISSION: _submission,
    DUTY: _duty,
    CELL: _cell,
}
