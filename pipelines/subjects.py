"""To what an act is done: whose it is, and what the rules of acts ask of it."""

import datetime as dt
from collections.abc import Callable, Mapping

import pandas as pd

from pipelines import findings, records
from pipelines.keeping.journal import JournalEntry
from pipelines.keeping.store import Store
from pipelines.subject import LATEST, Subject
from schemas.access import Reach
from schemas.acting import (
    CASE,
    CELL,
    DUTY,
    ENTRY,
    FINDING,
    GAP,
    ITEM,
    PAIR,
    RECORD,
    RESOLUTION,
    SAMPLE,
    SEPARATOR,
    SUBMISSION,
    UNTOUCHED,
    ActKind,
)
from schemas.acts import finding, sample
from schemas.cases import SOURCES, of_duty, parted
from schemas.clock import SHANGHAI, local_day
from schemas.plan import PLAN

DRAWN = "抽"  # of the number of a draft


def found(store: Store, about: str, subject: str) -> Subject | None:
    """A subject by its text; None where there is none."""
    return SORTS[about](store, subject)


def due_of(store: Store, subject: str) -> dt.date:
    """The due day of a duty that is in force now: the last that was granted, else the plan's."""
    granted = [a for a in store.done("extension", subject) if a.facts["act"] == "extension_granted"]
    if granted:
        return dt.date.fromisoformat(granted[-1].facts["content"]["new_due"])
    return PLAN.obligations[subject.split(SEPARATOR)[0]].due


def state_of(store: Store, kind: ActKind, subject: str) -> tuple[str, JournalEntry | None]:
    """The state of a subject in the matter of a kind, and the act that left it there.

    A finding of a checklist stands as the checklist says until somebody acts on it.
    """
    if done := store.done(kind.matter, subject):
        return str(done[-1].facts["state"]), done[-1]
    row = findings.known(store, subject) if kind.matter == finding.MATTER else None
    return (row["state"] if row else UNTOUCHED), None


def next_sample(store: Store) -> str:
    """The number of the next draft of a sample."""
    return findings.next_of(store, sample.MATTER, DRAWN)


def _submission(store: Store, subject: str) -> Subject | None:
    receipt, verdict = store.archive.receipt(subject), store.archive.verdict(subject)
    if receipt is None or verdict is None or not verdict["unit"]:
        return None
    if local_day(receipt.received_at) > store.day:
        return None
    came = receipt.stamped_at.astimezone(SHANGHAI).replace(tzinfo=None)
    facts = {"came_at": pd.Timestamp(came), "verdict": verdict["verdict"]}
    return Subject(verdict["unit"], (verdict["unit"],), facts)


def _duty(store: Store, subject: str) -> Subject | None:
    owed = {of_duty(d.obligation, d.unit, d.field): d for d in PLAN.duties}
    if subject not in owed:
        return None
    duty = owed[subject]
    joint = PLAN.obligations[duty.obligation].is_joint
    units = tuple(PLAN.submitters(duty.obligation, duty.field)) if joint else (duty.unit,)
    days = {"due": due_of(store, subject), "latest": PLAN.until}
    return Subject(duty.unit, units, {name: pd.Timestamp(day) for name, day in days.items()})


def _cell(store: Store, subject: str) -> Subject | None:
    asked = "SELECT unit, value FROM cell_to_explain(?) WHERE subject = ?"
    row = store.con.cursor().execute(asked, [store.day, subject]).fetchone()
    return Subject(row[0], (row[0],), {"value": row[1]}) if row else None


def _entry(store: Store, subject: str) -> Subject | None:
    """An entry of a register that was ever accepted; what was taken out has no verdict any more."""
    asked = "SELECT unit, came_at, stands FROM entry_told(?) WHERE subject = ?"
    row = store.con.cursor().execute(asked, [store.day, subject]).fetchone()
    if row is None:
        return None
    came = pd.Timestamp(row[1].replace(tzinfo=dt.UTC).astimezone(SHANGHAI).replace(tzinfo=None))
    return Subject(row[0], (row[0],), {"came_at": came, "verdict": "acceptable" if row[2] else ""})


def _item(store: Store, subject: str) -> Subject | None:
    """A cell of a sending, as `receipt|sheet!cell`: below a heading, in a row that holds data."""
    no, _, place = subject.partition(SEPARATOR)
    sending = _submission(store, no)
    asked = "SELECT 1 FROM cell_told() WHERE submission = ? AND sheet || '!' || cell = ? LIMIT 1"
    if sending is None or store.con.cursor().execute(asked, [no, place]).fetchone() is None:
        return None
    return Subject(sending.unit, sending.units, {**sending.facts, "latest": LATEST})


def cell_of(store: Store, no: str, column: str) -> str:
    """The first cell of a column of a sending, as a correction names it; '' for none."""
    asked = (
        "SELECT sheet || '!' || cell FROM cell_told() WHERE submission = ? AND column_name = ? "
        "ORDER BY sheet, sheet_row LIMIT 1"
    )
    row = store.con.cursor().execute(asked, [no, column]).fetchone()
    return f"{no}{SEPARATOR}{row[0]}" if row else ""


def entries_of(store: Store, no: str) -> list[str]:
    """The entries of registers that stand in a sending last, as acts name them, by their keys."""
    asked = "SELECT subject FROM entry_told(?) WHERE submission = ? ORDER BY entry_key"
    return [subject for (subject,) in store.con.cursor().execute(asked, [store.day, no]).fetchall()]


def _gap(store: Store, subject: str) -> Subject | None:
    asked = "SELECT unit FROM row_missing(?) WHERE subject = ? LIMIT 1"
    row = store.con.cursor().execute(asked, [store.day, subject]).fetchone()
    return Subject(row[0], (row[0],)) if row else None


def gaps_of(store: Store, no: str) -> list[str]:
    """The institutions that are missing in the period of a sending, as acts name them."""
    asked = """
        SELECT m.subject
        FROM row_missing(?) m
        JOIN submission s ON s.unit = m.unit AND s.obligation = m.obligation
        WHERE s.id = ? ORDER BY m.subject"""
    return [subject for (subject,) in store.con.cursor().execute(asked, [store.day, no]).fetchall()]


def of_resolution(unit: str, token: str) -> str:
    """The text of a matter that is settled at a meeting: whose it is, and what tells it from others."""
    return f"{unit}{SEPARATOR}{token}"


def _resolution(store: Store, subject: str) -> Subject | None:  # noqa: ARG001  it begins with the first act
    unit, _, token = subject.partition(SEPARATOR)
    is_known = unit in PLAN.units and "external" not in PLAN.units[unit].roles
    return Subject(unit, (unit,), {"latest": LATEST}) if is_known and token else None


def _case(store: Store, subject: str) -> Subject | None:
    """A case, as its source and the subject of which it is made; of what an act opens, once that was done."""
    source, rest = parted(subject)
    if not source or not SOURCES[source].is_followed:
        return None
    if not SOURCES[source].by_fact and not store.done(source, rest):
        return None
    inner = SORTS[SOURCES[source].about](store, rest)
    return Subject(inner.unit, inner.units, {"latest": LATEST}) if inner else None


def _sample(store: Store, subject: str) -> Subject | None:
    """A draft that is there, or the next: of whoever inspects anything."""
    if not store.done(sample.MATTER, subject) and subject != next_sample(store):
        return None
    everywhere = Reach(tuple(PLAN.units_as("territory")), tuple(PLAN.fields))
    return Subject(PLAN.units_as("office")[0], (), about=everywhere)


SORTS: Mapping[str, Callable[[Store, str], Subject | None]] = {
    SUBMISSION: _submission,
    DUTY: _duty,
    CELL: _cell,
    ENTRY: _entry,
    ITEM: _item,
    GAP: _gap,
    FINDING: findings.of,
    RESOLUTION: _resolution,
    CASE: _case,
    SAMPLE: _sample,
    RECORD: records.record,
    PAIR: records.pair,
}


__all__ = ["Subject", "cell_of", "due_of", "entries_of", "found", "gaps_of", "of_duty", "of_resolution"]
