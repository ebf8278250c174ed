"""Journey: one upload's way in. Keep it, judge it, record what it means, sign what was decided.

Killed anywhere, it leaves a receipt that the next opening finishes, or nothing.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypedDict, Unpack

import duckdb

from pipelines import kept, numbers
from pipelines.anew import ALONE, Anew
from pipelines.judging.ahead import Asked
from pipelines.judging.judge import TRIES
from pipelines.judging.judgement import ACCEPTABLE, UNDECIDED, Judgement
from pipelines.judging.report import as_json
from pipelines.judging.turns import judge_in_turn
from pipelines.keeping import (
    acted,
    adopted,
    ddl,
    digests,
    earlier,
    opening,
    private,
    receipts,
    rules,
    warehouse,
)
from pipelines.keeping import place as places
from pipelines.keeping.postgres import Away
from pipelines.keeping.receipt import Arrival, Receipt, receipt_of
from pipelines.keeping.rows import Decision, rows_of
from pipelines.keeping.store import Store, demo_day
from pipelines.reading.worker import ChildDied
from schemas import plan as plans
from schemas.clock import local_day

STORY = "示例情节"  # why what the demonstration's story sends stands where the story puts it
SWEPT_AFTER = dt.timedelta(minutes=5)


@dataclass(frozen=True)
class Outcome:
    """What the sender is told: receipt, judgement, whether the same sending had come before, and remarks."""

    receipt: Receipt
    judgement: Judgement  # its verdict is UNDECIDED while it is being looked at
    repeated: bool
    remarks: Sequence[str] = ()  # which version stands where it is not this one; a clock that runs behind


def open_store(home: Path, progress: Callable[[int, int], None] | None = None) -> Store:
    """Open a campaign; what a crash left unfinished is finished, and a stale warehouse is made anew.

    Where several servers share it, what has no verdict may be in the hands of another: the sweeper takes it.
    Raises `warehouse.Busy` while another process has the warehouse open, `ArchiveDamaged` where the archive
    is not as it was signed, `WrongSetting` where the key is not here by which it is, `PlanChanged` where the
    plan is not the one last recorded, `Away` where what is shared cannot be reached.
    """
    where = places.of(private.folder(home))
    archive = opening.archive(where)
    with ExitStack() as undo:
        undo.callback(archive.close)
        told = archive.hold()
        adopted.hold(archive, plans.HOME)
        made = opening.opened(where, archive)
        undo.callback(made.close)
        store = Store(home, archive, made.con, made.gate, demo_day(archive), (*told, *made.said))
        catch_up(store, progress, signed_only=where.shared is not None)
        undo.pop_all()
    return store


def begin_demo(home: Path, day: dt.date) -> None:
    """Sign, before anything else is in the archive, that it is a demonstration seen from that day.

    Raises ValueError where something is in it.
    """
    archive = opening.archive(places.of(home))
    with archive.held():
        if archive.entries():
            raise ValueError("the archive is in use")
        if archive.keys:
            archive.keys.set_aside()
        archive.write("demo", {"today": f"{day}"})


def catch_up(
    store: Store, progress: Callable[[int, int], None] | None = None, *, signed_only: bool = False
) -> list[Receipt]:
    """Record every received file that the warehouse does not hold; returns those now judged otherwise.

    Numbers that were signed come before new ones. `progress` is called with (done, of how many) after each.
    """
    recorded = warehouse.remembered(store.con)
    verdicts = dict(store.archive.verdicts())
    signed = [no for no in store.archive.numbers() if no in verdicts and no not in recorded]
    waiting = [] if signed_only else store.archive.unsigned()

    def told(done: int) -> None:
        if progress:
            progress(done, len(signed) + len(waiting))

    again = Anew(store)
    again.record(signed, told)
    acted.record_signed(store)
    for done, entry in enumerate(waiting, len(signed) + 1):
        _take(store, store.archive.arrival(entry.facts["no"]))
        told(done)
    for act in store.archive.acts(unrecorded=True):
        acted.record(store, act)
    digests.sign(store.archive, store.con, again.digests)
    return again.otherwise


def sweep(store: Store) -> list[Receipt]:
    """Try again what came more than five minutes ago and has no verdict; returns what was tried."""
    before = dt.datetime.now(tz=dt.UTC) - SWEPT_AFTER
    with store.gate.alone() as is_mine:
        waiting = [
            receipt_of(entry)
            for entry in (store.archive.unsigned() if is_mine else [])
            if dt.datetime.fromisoformat(entry.written_at) < before
        ]
        for receipt in waiting:
            _take(store, receipt)
        for act in [act for act in store.archive.acts(unrecorded=True) if is_mine]:
            acted.record(store, act)
    return waiting


def place(store: Store, no: str, came: dt.datetime, reason: str, by: str = "") -> Receipt | None:
    """Place a wrongly stamped sending where it belongs, with a reason; None without such a receipt."""
    if store.archive.receipt(no) is None:
        return None
    facts = {"no": no, "received_at": came.isoformat(), "reason": reason}
    acted.record(store, store.archive.write(acted.PLACED, facts, by))
    return store.archive.receipt(no)


class Stated(TypedDict, total=False):
    """What is stated with an upload and not read from it."""

    unit: str | None
    obligation: str | None
    received_at: dt.datetime | None  # aware; else the store's own clock
    reason: str | None  # why it is placed there by hand; without one it is what the clock said
    by: str  # who hands it in: an account, or the machine's user


def receive(store: Store, content: bytes, filename: str, sent_by: str, **stated: Unpack[Stated]) -> Outcome:
    """Take in an upload: kept and signed before it is judged, whatever it is.

    The same sending again, as `Archive.receive` knows it, gives what was signed. Raises Away where what is
    shared cannot be reached, and OSError where the bytes cannot be kept: then there is no receipt.
    """
    reason = stated.get("reason")
    came = stated.get("received_at") or store.now()
    stamped, by = came if reason in {None, STORY} else store.now(), stated.get("by", "")
    arrival = Arrival(came, stamped, reason, by)
    unit, obligation = stated.get("unit"), stated.get("obligation")
    receipt, repeated = store.archive.receive(content, filename, sent_by, unit, obligation, arrival)
    try:
        judgement = kept.decided(store, receipt)
        if judgement.verdict == UNDECIDED:
            judgement = _take(store, receipt)
        return Outcome(receipt, judgement, repeated, _remarks(store, receipt, judgement))
    except Away:  # the number stands: the sweeper finishes
        return Outcome(receipt, kept.undecided(receipt), repeated)


def _remarks(store: Store, receipt: Receipt, judgement: Judgement) -> list[str]:
    """What else the sender should know; a story needs to know nothing, and a told day is no clock.

    Raises Away where what is shared cannot be reached.
    """
    if receipt.reason == STORY:
        return []
    of_clock = [] if store.is_demo else receipts.slow_clock(store.archive, receipt)
    try:
        return [*of_clock, *receipts.standing(store, receipt, judgement)]
    except duckdb.Error as why:
        raise store.gate.named(why) from why


def _take(store: Store, receipt: Receipt) -> Judgement:
    """Judge a sending on which nothing is signed, record it, sign what was decided.

    A death of a reader is no verdict: it is signed as what it is, and the receipt waits for another try.
    """
    try:
        asked, deaths = kept.asked(store, receipt.no), store.archive.deaths(receipt.no)
        return _decide(store, receipt, judge_in_turn(asked, receipt.sent_by, deaths))
    except ChildDied as why:
        store.archive.write("died", {"no": receipt.no, "reason": str(why)})
        return kept.decided(store, receipt)


def _decide(store: Store, receipt: Receipt, alone: Judgement) -> Judgement:
    """Hold a judgement against what is in force, record and sign it; workbooks are judged side by side, and
    decided one after the other.
    """
    with store.gate.held():
        stands = warehouse.standing(store.con, [receipt.entry]).get(receipt.entry)
        judgement = earlier.beside(store.at(receipt.stamped_at), alone, stands)
        verdict = {key: getattr(judgement, key) for key in kept.DECIDED}
        rows = rows_of(judgement, judgement.answers) if judgement.verdict == ACCEPTABLE else {}
        decision = Decision(verdict, judgement.answers, judgement.problems, rows)
        ((nth, digest),) = warehouse.record(store.con, store.gate, [(receipt, decision)])
    numbers.give(store, receipt, str(verdict["unit"]))
    report = json.dumps(as_json(judgement, receipt.filename), ensure_ascii=False, sort_keys=True).encode()
    told = [asdict(a) for a in judgement.answers]
    more = {"answers": told, "judgement": store.archive.keep(report), "rules": rules.fingerprint()}
    recorded = {"nth": nth, "made_of": ddl.fingerprint(), "digest": digest}
    said = {ALONE: alone.verdict} if alone.verdict != judgement.verdict else {}
    store.archive.sign(receipt.no, {**verdict, **recorded, **more, **said})
    return judgement


def checked(store: Store, content: bytes, sent_by: str, **stated: Unpack[Stated]) -> Judgement:
    """What would be said of an upload if it were sent now; nothing is kept.

    Raises Away where what is shared cannot be reached.
    """
    unit, obligation, day = stated.get("unit"), stated.get("obligation"), local_day(store.now())
    said = Asked(content, unit, obligation, day, hashlib.sha256(content).hexdigest())
    return earlier.beside(store, judge_in_turn(said, sent_by, TRIES - 1))
