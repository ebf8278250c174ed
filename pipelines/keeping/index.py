"""What the journal says, by what is asked of it: kept up entry by entry, so that no question walks them."""

import datetime as dt
import gc
from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from pipelines.judging.judgement import ACCEPTABLE
from pipelines.keeping.journal import JournalEntry
from pipelines.keeping.receipt import Receipt, receipt_of

ActedOn = tuple[str, str]  # a matter of acts, and to what they were done
Known = tuple[str | None, str | None]  # a unit and a matter, as far as they are known
WITHDRAWN = "withdrawn"
MANY = 10_000  # entries that it takes long to walk
REPLACING = ("withdrawal",)  # matters of acts by which other rows are in force


class Index:
    """What is known of each receipt number, and which sending of a unit and a matter is the newest."""

    def __init__(self) -> None:
        self.entries: list[JournalEntry] = []
        self.of_kind: dict[str, list[JournalEntry]] = defaultdict(list)
        self.verdicts: dict[str, Mapping[str, Any]] = {}  # by receipt number, as signed
        self.unsigned: dict[str, JournalEntry] = {}  # arrivals without a verdict, by receipt number
        self.deaths: Counter[str] = Counter()  # of readers, by receipt number
        self.events: dict[
            int, JournalEntry
        ] = {}  # by which the number of an event was signed, by that number
        self.acts: dict[int, JournalEntry] = {}  # what people did, by its entry
        self.taken: dict[int, int] = {}  # the number of its event that was signed for it, by its entry
        self.done: dict[ActedOn, list[JournalEntry]] = defaultdict(list)  # the acts of a matter on a subject
        self.pressed: dict[tuple[str, str], JournalEntry] = {}  # acts by who did them and with which token
        self._changed: dict[
            str | None, int
        ] = {}  # of a unit the last event that changed what it has in force
        self._taken_out: dict[Known, int] = {}  # of a register the last act by which an entry was taken out
        self.before: dict[str, dt.datetime] = {}  # the latest clock of the ordinary arrivals before a receipt
        self._numbers: dict[str, JournalEntry] = {}
        self._made: dict[str, Receipt] = {}
        self._placed: dict[str, Mapping[str, Any]] = {}
        self._of_bytes: dict[str, list[str]] = defaultdict(list)
        self._found: dict[str, Known] = {}
        self._at: dict[Known, list[int]] = defaultdict(list)  # entries by what was found of them, in order
        self._latest = dt.datetime.min.replace(tzinfo=dt.UTC)
        self._keep = {
            "received": self._received,
            "judged": self._judged,
            "placed": self._moved,
            "died": self._died,
            "recorded": self._recorded,
            "act": self._acted,
        }

    def extend(self, entries: Sequence[JournalEntry]) -> None:
        """Take in the next entries. After many, all that there is counts as old, which the collector walks
        last; whoever has frozen what it had before is left alone, since it would be thawed.
        """
        for entry in entries:
            self.entries.append(entry)
            self.of_kind[entry.kind].append(entry)
            self._keep.get(entry.kind, _nothing)(entry)
        if len(entries) > MANY and not gc.get_freeze_count():
            gc.freeze()
            gc.unfreeze()

    def numbers(self) -> list[str]:
        """Every receipt number, in the order of arrival."""
        return list(self._numbers)

    def fingerprint_of(self, no: str) -> str | None:
        """The SHA-256 of what was received under a number."""
        entry = self._numbers.get(no)
        return str(entry.facts["sha256"]) if entry else None

    def arrival(self, no: str) -> Receipt:
        """The receipt of a number as it was signed at first. Raises KeyError where there is none."""
        if no not in self._made:
            self._made[no] = receipt_of(self._numbers[no])
        return self._made[no]

    def receipt(self, no: str) -> Receipt | None:
        """The receipt of a number, at the time to which it was last placed, where there is one."""
        if no not in self._numbers:
            return None
        return self.arrival(no).placed(self._placed[no]) if no in self._placed else self.arrival(no)

    def same_bytes(self, sha256: str) -> Iterator[str]:
        """The receipt numbers under which these bytes came, newest first."""
        return reversed(self._of_bytes[sha256])

    def found(self, no: str) -> Known:
        """Unit and matter of a sending: as judged, else as stated."""
        return self._found[no]

    def is_newest(self, no: str) -> bool:
        """Whether nothing came after it that may be of the same unit and matter."""
        entry, found = self._numbers[no].seq, self._found[no]
        return not any(later[-1] > entry for at, later in self._at.items() if later and _may_be(at, found))

    def acted(self, *, unrecorded: bool) -> list[JournalEntry]:
        """What people did; or only that for which no number of an event was signed."""
        return [act for seq, act in self.acts.items() if not (unrecorded and seq in self.taken)]

    def is_withdrawn(self, no: str) -> bool:
        """Whether a sending, or since then an entry of its matter, was taken back.

        The same bytes are then a new sending.
        """
        acts = self.done.get(("withdrawal", no), [])
        if acts and acts[-1].facts["state"] == WITHDRAWN:
            return True
        return self._taken_out.get(self._found[no], 0) > self._numbers[no].seq

    def is_overtaken(self, no: str) -> bool:
        """Whether a sending was refused for what was in force of its unit, and that has changed since."""
        verdict = self.verdicts[no]
        return "alone" in verdict and self._changed.get(self._found[no][0], 0) > verdict["nth"]

    def _received(self, entry: JournalEntry) -> None:
        facts, no = entry.facts, entry.facts["no"]
        self._numbers[no] = self.unsigned[no] = entry
        self._of_bytes[facts["sha256"]].append(no)
        self._find(no, (facts["unit"], facts["obligation"]))
        self.before[no] = self._latest
        if facts.get("reason", "") is None:
            self._latest = max(self._latest, dt.datetime.fromisoformat(facts["received_at"]))

    def _judged(self, entry: JournalEntry) -> None:
        # before verdicts bore the number of their event, they were recorded one after the other
        facts = entry.facts
        if "nth" not in facts:
            facts = {"nth": len(self.of_kind["judged"]), **facts}
        self.verdicts[facts["no"]] = facts
        self.events[facts["nth"]] = entry
        self.unsigned.pop(facts["no"], None)
        if stated := self._found.get(facts["no"]):
            unit, obligation = stated
            found = (facts.get("unit") or unit, facts.get("obligation") or obligation)
            self._find(facts["no"], found)
            if facts["verdict"] == ACCEPTABLE:
                self._change(found[0], facts["nth"])

    def _find(self, no: str, found: Known) -> None:
        before = self._found.get(no)
        if before == found:
            return
        entry = self._numbers[no].seq
        if before is not None:
            earlier = self._at[before]
            del earlier[bisect_left(earlier, entry)]
        self._found[no] = found
        insort(self._at[found], entry)

    def _moved(self, entry: JournalEntry) -> None:
        self.acts[entry.seq] = entry
        self._placed[entry.facts["no"]] = entry.facts

    def _acted(self, entry: JournalEntry) -> None:
        facts = entry.facts
        self.acts[entry.seq] = entry
        self.done[facts["matter"], facts["subject"]].append(entry)
        if (facts["matter"], facts["state"]) == ("entry_withdrawal", WITHDRAWN):
            unit, obligation, *_ = facts["subject"].split("|")
            self._taken_out[unit, obligation] = entry.seq
        self.pressed[entry.by, facts["token"]] = entry

    def _recorded(self, entry: JournalEntry) -> None:
        self.events[entry.facts["nth"]] = entry
        self.taken[entry.facts["seq"]] = entry.facts["nth"]
        act = self.acts.get(entry.facts["seq"])
        if act and act.kind == "placed":
            self._change(self._found[act.facts["no"]][0], entry.facts["nth"])
        elif act and act.facts["matter"] in REPLACING:
            self._change(act.facts["unit"], entry.facts["nth"])

    def _change(self, unit: str | None, nth: int) -> None:
        self._changed[unit] = max(nth, self._changed.get(unit, 0))

    def _died(self, entry: JournalEntry) -> None:
        self.deaths[entry.facts["no"]] += 1


@contextmanager
def collected_later() -> Iterator[None]:
    """Without the garbage collector, which would walk all that was read so far again and again: half of the
    time in which a long journal is opened.
    """
    is_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_on:
            gc.enable()


def _may_be(one: Known, other: Known) -> bool:
    """Whether two sendings may be of the same unit and matter, as far as these are known."""
    return all(a == b or None in {a, b} for a, b in zip(one, other, strict=True))


def says(mine: Known, stated: Known, found: Known) -> bool:
    """Whether a statement of unit and matter is that of an earlier sending, or says what was found of it."""
    return all(new in {old, told} for new, old, told in zip(mine, stated, found, strict=True))


def _nothing(entry: JournalEntry) -> None:
    """Of the other kinds nothing is asked by number."""
