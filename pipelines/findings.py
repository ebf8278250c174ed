"""Findings as subjects of acts: what is known of one, by the screen or a checklist, and the next number."""

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from pipelines import numbers
from pipelines.keeping.journal import JournalEntry
from pipelines.keeping.store import Store
from pipelines.subject import LATEST, Subject
from schemas.access import Reach
from schemas.acts import finding, finding_beside
from schemas.plan import PLAN

KEY_DIGITS = 20  # of the key of an institution, at most


def next_finding(store: Store, entity: int) -> str:
    """The number under which the next check of an institution is recorded; '' where there is none.

    Its stem is the code of the institution, or its key where it has none or shares it with another.
    """
    named = _named(store, str(entity))
    if not named:
        return ""
    code = next((row["entity_code"] for row in named if row["entity_code"]), None)
    is_own = code is not None and {row["entity"] for row in _named(store, code)} == {entity}
    return next_of(store, finding.MATTER, f"督-{code if is_own else entity}")


def next_of(store: Store, matter: str, stem: str) -> str:
    """The first number of a matter with a stem that nobody has used."""
    n = 1
    while store.archive.done(matter, f"{stem}-{n}"):
        n += 1
    return f"{stem}-{n}"


def known(store: Store, no: str) -> dict[str, Any] | None:
    """What is known of a check or a finding that a checklist told, by its number; None where none did.

    All are asked once for each state of the data, which is the number of its last event, and day.
    """
    state = store.gate.newest(), store.day
    kept = _told.get(store.home)
    if kept is None or kept[0] != state:
        asked = store.con.cursor().execute("FROM finding_known(?) WHERE submission IS NOT NULL", [store.day])
        names = [each[0] for each in asked.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in asked.fetchall()]
        kept = _told[store.home] = state, {str(row["no"]): row for row in rows}
    return kept[1].get(no)


State = tuple[int, dt.date]
_told: dict[Path, tuple[State, dict[str, dict[str, Any]]]] = {}  # by the home of a campaign


def of(store: Store, subject: str) -> Subject | None:
    """A check or a finding that is there, or the next of an institution.

    What was recorded on the screen is known from the archive, which two who act at once see alike.
    """
    row = _recorded(store.done(finding.MATTER, subject)) or known(store, subject)
    said = _standing(store, subject, row) if row else {}
    row = row or _unrecorded(store, subject)
    if row is None:
        return None
    about = Reach((row["territory_code"],), (row["field_code"],))
    facts = {name: row[name] for name in finding.ABOUT} | {"entity": str(row["entity"])}
    facts |= said or _unsaid(store, row["entity"])
    return Subject(row["unit"], (row["unit"],), facts, about, _opener(store, row))


def _standing(store: Store, subject: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """What rules ask of a finding that is there: since when, by when it must be mended, whose step it is."""
    done = store.done(finding.MATTER, subject)
    state = done[-1].facts["state"] if done else row["state"]
    granted = store.done(finding_beside.EXTENSION, subject)
    told = [a for a in done if a.facts["content"].get("mend_due")]
    told += [a for a in granted if a.facts["act"] == finding_beside.GRANTED]
    last = max(told, key=lambda a: a.seq).facts["content"] if told else row
    due = last.get("new_due") or last.get("mend_due")
    return {
        "since": pd.Timestamp(row["inspected_on"]),
        "due": pd.Timestamp(due) if due else pd.NaT,
        "latest": LATEST,
        "is_waiting": finding.NEXT.get(state) == 1,
        "is_closed": state == "closed",
        "closed_before": "",
    }


def _unsaid(store: Store, entity: int) -> dict[str, Any]:
    """The same of a check that is still to be recorded: what of its institution was closed before."""
    asked = "SELECT no FROM finding_known(?) WHERE entity = ? AND state = 'closed'"
    closed = [no for (no,) in store.con.cursor().execute(asked, [store.day, entity]).fetchall()]
    days = {"since": pd.NaT, "due": pd.NaT, "latest": LATEST}
    return {**days, "is_waiting": False, "is_closed": False, "closed_before": " ".join(closed)}


def _recorded(done: Sequence[JournalEntry]) -> dict[str, Any] | None:
    """What is known of a finding from the acts on it; None where it was not recorded by one."""
    told: dict[str, Any] = {}
    for act in done:
        if act.facts["act"] in finding.TELL:
            told |= act.facts["content"]
    if "entity" not in told:
        return None
    place = _code_of(PLAN.units, told["territory"])
    codes = {"territory_code": place, "field_code": _code_of(PLAN.fields, told["field"])}
    return {**told, **codes, "unit": finding.UNITS.get(told.get("unit", ""), place), "opener": done[0].by}


def _code_of(things: Mapping[str, Any], title: str) -> str:
    """The code of a unit or a field by its title."""
    return next(code for code, thing in things.items() if thing.title == title)


def _opener(store: Store, row: Mapping[str, Any]) -> str:
    """The account that recorded a finding, or that handed its checklist in."""
    if row.get("opener"):
        return str(row["opener"])
    receipt = store.archive.receipt(row.get("submission") or "")
    return receipt.by if receipt else ""


def _unrecorded(store: Store, subject: str) -> dict[str, Any] | None:
    """The institution that a number not used yet is the next of."""
    stem = subject.removeprefix("督-").rpartition("-")[0]
    rows = _named(store, stem)
    is_next = subject == next_of(store, finding.MATTER, f"督-{stem}")
    if len({row["entity"] for row in rows}) != 1 or not is_next:
        return None
    return rows[0] | {"unit": rows[0]["territory_code"]}


def _named(store: Store, stem: str) -> list[dict[str, Any]]:
    """What was told of the institution with a key or a number that was given, or of those that tell a number:
    the last first, with the number that was given.
    """
    codes = numbers.given(store)
    key = next((record for record, code in codes.items() if code == stem), stem)
    by_key = "SELECT * FROM institution(?) WHERE entity = ? ORDER BY ranked_at DESC, entry DESC"
    by_code = "SELECT * FROM institution(?) WHERE entity_code = ? ORDER BY ranked_at DESC, entry DESC"
    is_key = key.isdecimal() and len(key) <= KEY_DIGITS
    given = [store.day, int(key) if is_key else key]
    asked = store.con.cursor().execute(by_key if is_key else by_code, given)
    names, rows = [each[0] for each in asked.description or ()], asked.fetchall()
    told = [dict(zip(names, row, strict=True)) for row in rows]
    return [row | {"entity_code": codes.get(str(row["entity"]), row["entity_code"])} for row in told]
