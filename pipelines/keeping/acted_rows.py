"""What people did, as the warehouse holds it: the row of an entry of the archive, by the entry's kind."""

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pipelines.keeping.journal import JournalEntry
from pipelines.keeping.rows import utc
from schemas.clock import local_day

PLACED, ACT = "placed", "act"
Values = tuple[Any, ...]


def happened(act: JournalEntry) -> dt.datetime:
    """When it was done: as the store's own clock said, else when it was written."""
    return dt.datetime.fromisoformat(act.facts.get("happened_at", act.written_at))


def done_by(day: dt.date, acts: Iterable[JournalEntry]) -> list[JournalEntry]:
    """Those of some acts that had happened by the end of a day, in their order."""
    return [act for act in acts if local_day(happened(act)) <= day]


def _placed(act: JournalEntry) -> Values:
    facts = act.facts
    return facts["no"], utc(dt.datetime.fromisoformat(facts["received_at"])), facts["reason"]


def _act(act: JournalEntry) -> Values:
    facts = act.facts
    said = json.dumps(facts["content"], ensure_ascii=False, sort_keys=True)
    named = [facts[name] for name in ("act", "matter", "state", "subject", "unit")]
    who = (act.by, facts["person"], facts["actor_unit"])
    files = json.dumps(facts.get("files", []), ensure_ascii=False, sort_keys=True)
    return act.seq, *named, *who, utc(happened(act)), said, facts["reason"], files


# by the kind of an entry, which is the name of its table: what follows the event's number there
ROWS: Mapping[str, Callable[[JournalEntry], Values]] = {PLACED: _placed, ACT: _act}


def row(act: JournalEntry) -> Values:
    """The row of an act, without the number of its event."""
    return ROWS[act.kind](act)
