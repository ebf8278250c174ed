"""Numbers of institutions (一企一号): given by the program as a sending is accepted, each once."""

from collections.abc import Mapping

from pipelines.keeping import acted, told
from pipelines.keeping.receipt import Receipt
from pipelines.keeping.store import Store
from schemas.acts import ACTS
from schemas.acts.numbering import BETWEEN, FIRST, MATTER, OWN
from schemas.plan import PLAN

PERSON = "系统"
LETTERS = tuple(field for field in PLAN.fields if len(field) == 1 and field.isascii() and field.isupper())


def given(store: Store) -> dict[str, str]:
    """The number that was last given to each record, by its key as text: what all who write see alike."""
    codes: dict[str, str] = {}
    for act in store.archive.acts():
        facts = act.facts
        matter = facts.get("matter")  # what was placed by hand has none
        if matter == FIRST:
            codes |= dict(one.split(BETWEEN) for one in facts["content"]["codes"].split())
        elif matter == MATTER:
            codes[facts["subject"]] = facts["content"]["code"]
    return codes


def give(store: Store, receipt: Receipt, unit: str) -> None:
    """Give the next numbers to the institutions that a recorded sending tells of first, in its own order.

    Done again for the same sending, it changes nothing. Raises what `acted.record` does.
    """
    with store.archive.held():
        done = store.archive.done(FIRST, receipt.no)
        codes = "" if done else _codes(store, receipt.no)
        if not done and not codes:
            return
        act = done[-1] if done else store.archive.write(acted.ACT, _facts(receipt, unit, codes))
    acted.record(store, act)


def _codes(store: Store, no: str) -> str:
    """The records without a number in a sending, each with the next that is free in its field."""
    bare = told.without_number(store.con.cursor(), no)
    known = given(store) if bare else {}
    new = [(str(record), field) for record, field in bare if str(record) not in known and field in LETTERS]
    last = _last(store, known) if new else {}
    codes = []
    for record, letter in new:
        last[letter] = last.get(letter, OWN - 1) + 1
        codes.append(f"{record}{BETWEEN}{letter}{last[letter]}")
    return " ".join(codes)


def _last(store: Store, known: Mapping[str, str]) -> dict[str, int]:
    """The highest number of five digits or more that is in use in each field, told by a row or given."""
    last: dict[str, int] = {}
    for code in (*told.numbers(store.con.cursor()), *known.values()):
        if int(code[1:]) >= OWN:
            last[code[0]] = max(last.get(code[0], 0), int(code[1:]))
    return last


def _facts(receipt: Receipt, unit: str, codes: str) -> dict[str, object]:
    return {
        "act": FIRST,
        "matter": FIRST,
        "subject": receipt.no,
        "state": ACTS[FIRST].after,
        "unit": unit,
        "person": PERSON,
        "actor_unit": PLAN.units_as("office")[0],
        "happened_at": receipt.stamped_at.isoformat(),
        "content": {"codes": codes},
        "reason": "",
        "token": f"{FIRST} {receipt.no}",
        "files": [],
    }
