"""Journey: one upload's way in. Keep it, judge it, record what it means, sign what was decided.

Killed anywhere, it leaves a receipt that the next opening finishes, or nothing.
"""

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypedDict, Unpack

import duckdb

from pipelines.judging.judge import judge
from pipelines.judging.judgement import ACCEPTABLE, Judgement, SheetAnswer
from pipelines.judging.report import as_json
from pipelines.keeping import in_force, warehouse
from pipelines.keeping.archive import Archive, Receipt
from schemas.clock import SHANGHAI, local_day
from schemas.problems import Problem

DEMO = "demo.json"
DECIDED = ("unit", "obligation", "verdict", "reason")  # of a judgement, what is signed and recorded


@dataclass(frozen=True)
class Store:
    """A campaign's archive and its warehouse, opened; `today` is the demonstration's day."""

    home: Path
    archive: Archive
    con: duckdb.DuckDBPyConnection
    today: dt.date | None = None

    @property
    def is_demo(self) -> bool:
        return self.today is not None

    def now(self) -> dt.datetime:
        """The instant of an arrival: the real one, or in the demonstration the same hour of its day."""
        now = dt.datetime.now(tz=SHANGHAI)
        if self.today:
            now = dt.datetime.combine(self.today, now.timetz())
        return now.astimezone(dt.UTC)


@dataclass(frozen=True)
class Outcome:
    """What the sender is told: receipt, judgement, and whether the same sending had come before."""

    receipt: Receipt
    judgement: Judgement
    repeated: bool


def open_store(home: Path, progress: Callable[[int, int], None] | None = None) -> Store:
    """Open a campaign; what a crash left unfinished is finished, and a stale warehouse is made anew.

    Raises `warehouse.Busy` while another process has the warehouse open, `ArchiveDamaged` where the journal
    is not as it was signed.
    """
    home.mkdir(parents=True, exist_ok=True)
    archive = Archive(home / "archive")
    path = home / "warehouse.duckdb"
    con = warehouse.connect(path)
    if not warehouse.is_current(con):
        con.close()
        for stale in home.glob("warehouse.duckdb*"):
            stale.unlink()
        con = warehouse.connect(path)
        warehouse.create(con)
    else:
        in_force.install(con)
    store = Store(home, archive, con, _demo_day(home))
    catch_up(store, progress)
    return store


def _demo_day(home: Path) -> dt.date | None:
    path = home / DEMO
    if not path.exists():
        return None
    return dt.date.fromisoformat(json.loads(path.read_text(encoding="utf-8"))["today"])


def catch_up(store: Store, progress: Callable[[int, int], None] | None = None) -> list[Receipt]:
    """Record every received file that the warehouse does not hold; returns those now judged otherwise.

    `progress` is called with (done, of how many) after each.
    """
    recorded = {no for (no,) in store.con.execute("SELECT id FROM submission").fetchall()}
    signed = store.archive.verdicts()
    waiting = [r for r in store.archive.receipts() if r.no not in recorded or r.no not in signed]
    waiting.sort(
        key=lambda receipt: receipt.no not in signed
    )  # numbers that were signed come before new ones
    otherwise = []
    for n, receipt in enumerate(waiting, 1):
        judgement = _take(store, receipt, signed.get(receipt.no))
        if receipt.no in signed and judgement.verdict != signed[receipt.no]["verdict"]:
            otherwise.append(receipt)
        if progress:
            progress(n, len(waiting))
    return otherwise


class Stated(TypedDict, total=False):
    """What is stated with an upload and not read from it."""

    unit: str | None
    obligation: str | None
    received_at: dt.datetime | None  # aware; else the store's own clock


def receive(store: Store, content: bytes, filename: str, sent_by: str, **stated: Unpack[Stated]) -> Outcome:
    """Take in an upload: kept and signed before it is judged, whatever it is."""
    arrived = stated.get("received_at") or store.now()
    unit, obligation = stated.get("unit"), stated.get("obligation")
    receipt, repeated = store.archive.receive(content, filename, sent_by, unit, obligation, arrived)
    if repeated:
        return Outcome(receipt, judged(store, receipt), repeated=True)
    return Outcome(receipt, _take(store, receipt, None), repeated=False)


def judged(store: Store, receipt: Receipt) -> Judgement:
    """The judgement of a kept file, made again from its bytes as of the day it came."""
    return judge(
        store.archive.bytes_of(receipt.sha256),
        unit=receipt.unit,
        obligation=receipt.obligation,
        arrived_on=local_day(receipt.received_at),
        sha256=receipt.sha256,
    )


def _take(store: Store, receipt: Receipt, signed: Mapping[str, Any] | None) -> Judgement:
    """Judge, record, sign. A verdict already signed stands, whatever today's rules would say."""
    judgement = judged(store, receipt)
    if signed is None:
        verdict: Mapping[str, Any] = {key: getattr(judgement, key) for key in DECIDED}
        answers, problems = judgement.answers, judgement.problems
    else:
        verdict = signed
        answers, problems = _as_signed(store, signed)
    rows = _rows(judgement, answers) if verdict["verdict"] == ACCEPTABLE else {}
    nth = warehouse.record(store.con, receipt, verdict, answers, problems, rows)
    if signed is None:
        report = json.dumps(as_json(judgement, receipt.filename), ensure_ascii=False, sort_keys=True)
        kept = store.archive.keep(report.encode())
        fields = [asdict(a) for a in answers]
        store.archive.sign(receipt.no, {**verdict, "nth": nth, "answers": fields, "judgement": kept})
    return judgement


def _rows(judgement: Judgement, answers: Sequence[SheetAnswer]) -> Mapping[int, warehouse.AcceptedSheet]:
    """Rows by the position of their sheet among `answers`, which may have been signed under other rules."""
    by_sheet = {
        judgement.answers[n].sheet: warehouse.AcceptedSheet(frame, judgement.letters[n])
        for n, frame in judgement.frames.items()
    }
    return {n: by_sheet[a.sheet] for n, a in enumerate(answers) if a.answer == "rows" and a.sheet in by_sheet}


def _as_signed(store: Store, signed: Mapping[str, Any]) -> tuple[Sequence[SheetAnswer], Sequence[Problem]]:
    """The answers and problems of the day of the verdict, from the report that was signed with it."""
    report = json.loads(store.archive.bytes_of(signed["judgement"]))
    problems = [Problem(return_=facts.pop("return"), **facts) for facts in report["problems"]]
    return [SheetAnswer(**facts) for facts in signed["answers"]], problems


@dataclass(frozen=True)
class Listed:
    """A receipt with what was decided on it; `verdict` is '' while that is under way."""

    receipt: Receipt
    verdict: str
    unit: str | None
    obligation: str | None
    reason: str | None


def receipts(archive: Archive, unit: str | None = None) -> list[Listed]:
    """What came, newest first, with verdicts: read from the archive alone."""
    signed = archive.verdicts()
    listed = [_listed(r, signed.get(r.no, {})) for r in archive.receipts()]
    return sorted(
        (x for x in listed if unit in {None, x.unit}),
        key=lambda x: (x.receipt.received_at, x.receipt.no),
        reverse=True,
    )


def _listed(receipt: Receipt, verdict: Mapping[str, Any]) -> Listed:
    return Listed(
        receipt,
        verdict.get("verdict", ""),
        verdict.get("unit") or receipt.unit,
        verdict.get("obligation") or receipt.obligation,
        verdict.get("reason"),
    )
