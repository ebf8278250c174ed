"""Records of institutions as subjects of acts: one by its key (编号), two in whichever order (归并)."""

import re
from collections.abc import Sequence

from pipelines import numbers
from pipelines.keeping.acted_rows import done_by
from pipelines.keeping.journal import JournalEntry
from pipelines.keeping.store import Store
from pipelines.subject import Subject
from schemas.acting import SEPARATOR
from schemas.acts import merge
from schemas.characters import clean
from schemas.clock import FAR

KEY, KEYS = re.compile(r"[0-9]{1,20}"), 2**64  # of a record, and how many there can be


def of_pair(one: int, other: int) -> str:
    """The text of a pair of records, in whichever order they are named."""
    return SEPARATOR.join(str(each) for each in sorted((one, other)))


def record_of(store: Store, field: str, territory: str, name: str) -> int:
    """The key of a record by its field, territory and name. Raises KeyError where there is none."""
    asked = """
        SELECT entity FROM institution(?)
        WHERE field_code = ? AND territory_code = ? AND entity_name = ? LIMIT 1"""
    row = store.con.cursor().execute(asked, [store.day, field, territory, clean(name)]).fetchone()
    if row is None:
        raise KeyError(name)
    return int(row[0])


def record(store: Store, subject: str) -> Subject | None:
    """What is known of a record: its field's letter, and the numbers that others ever have."""
    known = _known(store, [subject])
    if not known:
        return None
    field, territory = known[int(subject)]
    given = numbers.given(store)
    asked = "SELECT DISTINCT entity_code FROM institution(?) WHERE entity_code IS NOT NULL AND entity <> ?"
    told = [code for (code,) in store.con.cursor().execute(asked, [FAR, int(subject)]).fetchall()]
    taken = {*told, *(code for other, code in given.items() if other != subject)}
    return Subject(territory, (territory,), {"letter": field, "taken": " ".join(sorted(taken))})


def pair(store: Store, subject: str) -> Subject | None:
    """What is known of two records: whether others that were decided on join them already, or part them."""
    parts = subject.split(SEPARATOR)
    known = _known(store, parts)
    if len(known) != 2 or subject != of_pair(*known):
        return None
    same, apart = _decided(store, subject)
    one, other = (_linked(int(part), same) for part in parts)
    facts = {
        "one": parts[0],
        "other": parts[1],
        "is_joined": int(parts[1]) in one,
        "is_apart": any((a in one and b in other) or (b in one and a in other) for a, b in apart),
    }
    return Subject(known[int(parts[0])][1], tuple(territory for _, territory in known.values()), facts)


def _known(store: Store, records: Sequence[str]) -> dict[int, tuple[str, str]]:
    """Field and territory of each of these records that was ever told of."""
    if not all(KEY.fullmatch(record) and int(record) < KEYS for record in records):
        return {}
    asked = "SELECT DISTINCT entity, field_code, territory_code FROM institution(?) WHERE entity IN (?, ?)"
    both = [store.day, int(records[0]), int(records[-1])]
    rows = store.con.cursor().execute(asked, both).fetchall()
    return {record: (field, territory) for record, field, territory in rows}


def _last(store: Store, matter: str) -> list[JournalEntry]:
    """The last act of a matter on each of its subjects."""
    done = [act for act in store.archive.acts() if act.facts.get("matter") == matter]
    last = {act.facts["subject"]: act for act in done_by(store.day, done)}
    return list(last.values())


def _decided(store: Store, but: str) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """The pairs that are the same and those that are different now, without one of them."""
    said: dict[str, list[tuple[int, int]]] = {"same": [], "different": []}
    for act in _last(store, merge.MATTER):
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
