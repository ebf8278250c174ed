"""Journey: one upload's way in. Keep it, judge it, record what it means, sign what was decided.

Killed anywhere, it leaves a receipt that the next opening finishes, or nothing.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypedDict, Unpack

import duckdb

from pipelines import numbers
from pipelines.judging.ahead import Asked, judged_ahead
from pipelines.judging.judge import TRIES
from pipelines.judging.judgement import ACCEPTABLE, UNDECIDED, UNREADABLE, Judgement
from pipelines.judging.report import as_json, from_json
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
CHECKING = "正在检查，稍后请在近期回执中查看结论；同一文件不必重报"
ALONE = "alone"  # what the workbook alone had been found, where what was in force refused it
Signed = Mapping[str, Any]  # what was signed on a receipt
DECIDED = ("unit", "obligation", "verdict", "reason")  # of a judgement, what is signed and recorded


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

    `progress` is called with (done, of how many) after each.
    """
    recorded = warehouse.remembered(store.con)
    signed = {no: store.archive.verdict(no) for no in store.archive.numbers()}
    waiting = [no for no, verdict in signed.items() if (no not in recorded if verdict else not signed_only)]
    waiting.sort(key=lambda no: signed[no] is None)  # numbers that were signed come before new ones
    otherwise, anew = [], {}
    ahead = judged_ahead([partial(_asked, store, no) for no in waiting if signed[no]])
    for n, no in enumerate(waiting, 1):
        receipt, verdict = store.archive.arrival(no), signed[no]
        judgement, digest = _take(store, receipt, verdict, next(ahead) if verdict else None)
        if verdict is not None:
            anew[no] = digest
        if verdict is not None and judgement.verdict != verdict.get(ALONE, verdict["verdict"]):
            otherwise.append(receipt)
        if progress:
            progress(n, len(waiting))
    for act in store.archive.acts():
        acted.record(store, act)
    digests.sign(store.archive, store.con, anew)
    return otherwise


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
            _take(store, receipt, None)
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


def _asked(store: Store, no: str) -> Asked:
    """A kept file with what its sender stated. Raises ArchiveDamaged."""
    receipt = store.archive.arrival(no)
    content, day = store.archive.bytes_of(receipt.sha256), local_day(receipt.received_at)
    return Asked(content, receipt.unit, receipt.obligation, day, receipt.sha256)


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
        judgement = decided(store, receipt)
        if judgement.verdict == UNDECIDED:
            judgement, _ = _take(store, receipt, None)
        return Outcome(receipt, judgement, repeated, _remarks(store, receipt, judgement))
    except Away:  # the number stands: the sweeper finishes
        return Outcome(receipt, undecided(receipt), repeated)


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


def judged(store: Store, receipt: Receipt, deaths: int | None = None) -> Judgement:
    """The judgement of a kept file, made again from its bytes as of the day it came.

    Raises ChildDied as `judge` does.
    """
    return _asked(store, receipt.no).judged(deaths)


def undecided(receipt: Receipt) -> Judgement:
    """What is said of a receipt while nothing is signed on it."""
    return Judgement(receipt.sha256, UNDECIDED, receipt.unit, receipt.obligation, CHECKING)


def decided(store: Store, receipt: Receipt) -> Judgement:
    """What was signed on a receipt, from the report of that day; undecided where nothing is signed yet."""
    signed = store.archive.verdict(receipt.no)
    if signed is None:
        return undecided(receipt)
    report = json.loads(store.archive.bytes_of(signed["judgement"]))
    return from_json(report, **{key: signed[key] for key in DECIDED}, answers=signed["answers"])


def _judged_anew(store: Store, receipt: Receipt, verdict: str, made: Judgement | None) -> Judgement:
    """The judgement of a file on which a verdict was signed; the one made ahead where it will do.

    Raises ChildDied where the children died over an accepted one: it must not be emptied by that.
    """
    if made and (verdict, made.verdict) != (ACCEPTABLE, UNREADABLE):
        return made
    for deaths in range(TRIES - 1):
        with suppress(ChildDied):
            return judged(store, receipt, deaths)
    judgement = judged(store, receipt, TRIES - 1)
    if (verdict, judgement.verdict) == (ACCEPTABLE, UNREADABLE):
        raise ChildDied(receipt.no)
    return judgement


def _take(
    store: Store, receipt: Receipt, signed: Signed | None, made: Judgement | None = None
) -> tuple[Judgement, str]:
    """Judge, record, sign; and the digest of the rows. A signed verdict stands, whatever rules say today.

    A death of a reader is no verdict: it is signed as what it is, and the receipt waits for another try.
    """
    try:
        judgement = (
            judge_in_turn(_asked(store, receipt.no), receipt.sent_by, store.archive.deaths(receipt.no))
            if signed is None
            else _judged_anew(store, receipt, signed["verdict"], made)
        )
    except ChildDied as why:
        if signed is not None:
            raise
        store.archive.write("died", {"no": receipt.no, "reason": str(why)})
        return decided(store, receipt), ""
    return _decide(store, receipt, judgement) if signed is None else _again(store, receipt, signed, judgement)


def _again(store: Store, receipt: Receipt, signed: Signed, judgement: Judgement) -> tuple[Judgement, str]:
    """Record what was signed, with the rows as they are read now: nothing is asked of what is in force."""
    stands = decided(store, receipt)
    rows = rows_of(judgement, stands.answers) if signed["verdict"] == ACCEPTABLE else {}
    decision = Decision(signed, stands.answers, stands.problems, rows)
    _, digest = warehouse.record(store.con, store.gate, receipt, decision)
    return judgement, digest


def _decide(store: Store, receipt: Receipt, alone: Judgement) -> tuple[Judgement, str]:
    """Hold a judgement against what is in force, record and sign it; workbooks are judged side by side, and
    decided one after the other.
    """
    with store.gate.held():
        stands = warehouse.standing(store.con, warehouse.SENDING, receipt.entry)
        judgement = earlier.beside(store.at(receipt.stamped_at), alone, stands)
        verdict = {key: getattr(judgement, key) for key in DECIDED}
        rows = rows_of(judgement, judgement.answers) if judgement.verdict == ACCEPTABLE else {}
        decision = Decision(verdict, judgement.answers, judgement.problems, rows)
        nth, digest = warehouse.record(store.con, store.gate, receipt, decision)
    numbers.give(store, receipt, str(verdict["unit"]))
    report = json.dumps(as_json(judgement, receipt.filename), ensure_ascii=False, sort_keys=True).encode()
    told = [asdict(a) for a in judgement.answers]
    more = {"answers": told, "judgement": store.archive.keep(report), "rules": rules.fingerprint()}
    recorded = {"nth": nth, "made_of": ddl.fingerprint(), "digest": digest}
    said = {ALONE: alone.verdict} if alone.verdict != judgement.verdict else {}
    store.archive.sign(receipt.no, {**verdict, **recorded, **more, **said})
    return judgement, digest


def checked(store: Store, content: bytes, sent_by: str, **stated: Unpack[Stated]) -> Judgement:
    """What would be said of an upload if it were sent now; nothing is kept.

    Raises Away where what is shared cannot be reached.
    """
    unit, obligation, day = stated.get("unit"), stated.get("obligation"), local_day(store.now())
    said = Asked(content, unit, obligation, day, hashlib.sha256(content).hexdigest())
    return earlier.beside(store, judge_in_turn(said, sent_by, TRIES - 1))
