"""The same questions and uploads on a file and on a lake, side by side in one run.

`python -m benchmarks.store [ROWS …]` fills a warehouse in a file as `benchmarks.views` does, copies it to a
lake (DuckLake, a PostgreSQL of its own on this machine), asks each view in turn of both, and counts the
statements that reach the catalog. Then: an upload on both, before and after many; `receive` and opening with
few and with many entries; a rebuild on one core and on all.
"""

import datetime as dt
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import duckdb

import views
from benchmarks import report
from benchmarks.views import ASKED, PER_ENTITY, SURVEYS, fill
from pipelines import intake, rebuild
from pipelines.judging import ahead
from pipelines.keeping import ddl, lake, place, signing, warehouse
from pipelines.keeping.archive import Archive
from pipelines.keeping.journal import SEAL, START, Head, Journal
from pipelines.keeping.receipt import Arrival
from pipelines.keeping.signing import Anchor, KeyFile
from pipelines.reading import reader
from tests.build import filled, good
from tests.postgres import Server, copy_in, running

TRIES, UPLOADS, MANY, WORKBOOKS = 3, 20, 200, 2000
ENTRIES = (1_000, 200_000)
NOON = dt.datetime(2016, 7, 8, 4, tzinfo=dt.UTC)
LOGGED = "-c log_statement=all"


def timed(ask: Callable[[], Any]) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    ask()
    return 1000 * (time.perf_counter() - start)


class Catalog:
    """Counts the statements that reach PostgreSQL, in its log."""

    def __init__(self, server: Server) -> None:
        self.log = Path(server.folder / "log")
        self.read = 0

    def since(self) -> int:
        """How many came since this was asked last."""
        with self.log.open(encoding="utf-8", errors="replace") as lines:
            lines.seek(self.read)
            text = lines.read()
            self.read = lines.tell()
        return text.count("LOG:  statement:") + text.count("LOG:  execute")


@contextmanager
def on_lake(server: Server, folder: Path, file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A lake that holds what a file holds, with the views."""
    with setting(server.campaign(folder)):
        shared = place.of(folder).shared
    assert shared
    con, gate = lake.opened(shared)
    copy_in(con, gate, file)
    gate.compact(con)
    views.install(con)
    yield con
    con.close()
    gate.close()


@contextmanager
def setting(url: str) -> Iterator[None]:
    """`STORE_URL` for a while."""
    before = os.environ.pop("STORE_URL", None)
    if url:
        os.environ["STORE_URL"] = url
    yield
    os.environ.pop("STORE_URL", None)
    if before:
        os.environ["STORE_URL"] = before


def asked(server: Server, folder: Path, rows: int) -> dict[str, tuple[float, float, int]]:
    """Of each view the best milliseconds of file and lake, and the catalog statements of a question."""
    file = folder / f"{rows}.duckdb"
    made = fill(file, max(60, round(rows / PER_ENTITY)), SURVEYS)
    made.execute("CHECKPOINT warehouse")
    made.close()
    copied = folder / f"{rows}.copy"
    shutil.copyfile(file, copied)
    times = {}
    with on_lake(server, folder / f"{rows}", copied) as there:
        here = warehouse.connect(file)
        ddl.install(here)
        views.install(here)
        catalog = Catalog(server)
        for name, ask in ASKED.items():
            of_file, of_lake = [], []
            for _ in range(TRIES):
                of_file.append(timed(lambda ask=ask: ask(here.cursor())))
                catalog.since()
                of_lake.append(timed(lambda ask=ask: ask(there.cursor())))
            times[name] = (min(of_file), min(of_lake), catalog.since())
        here.close()
    return times


def by_view(sizes: dict[int, dict[str, tuple[float, float, int]]]) -> Iterator[str]:
    """The table of the views: for each number of rows file, lake, how many times the file, statements."""
    heads = " | ".join(f"{n:,} rows: file · lake, ms · × · statements" for n in sizes)
    yield f"| view | {heads} |"
    yield "|---|" + "---|" * len(sizes)
    for name in ASKED:
        cells = (sizes[n][name] for n in sizes)
        shown = " | ".join(f"{a:.0f} · {b:.0f} · {b / a:.1f} · {n}" for a, b, n in cells)
        yield f"| {name} | {shown} |"


def uploads(server: Server, folder: Path) -> Iterator[str]:
    """The table of uploads: medians of so many on an empty store, after many, and compacted."""
    yield "| upload of one small survey, median ms | file | lake | × |"
    yield "|---|---|---|---|"
    stores = {}
    for kind, url in (("file", ""), ("lake", server.campaign(folder / "up"))):
        with setting(url):
            stores[kind] = intake.open_store(folder / f"up-{kind}")
    numbers = iter(range(10**6))

    def send(kind: str) -> float:
        content = filled("survey_p2p", good("survey_p2p", stock_scale=500 + next(numbers)))
        return timed(lambda: intake.receive(stores[kind], content, "表.xlsx", "示例甲", received_at=NOON))

    def line(words: str) -> str:
        times: dict[str, list[float]] = {"file": [], "lake": []}
        for _ in range(UPLOADS):
            for kind in times:
                times[kind].append(send(kind))
        a, b = median(times["file"]), median(times["lake"])
        return f"| {words} | {a:.0f} | {b:.0f} | {b / a:.2f} |"

    yield line("empty")
    for _ in range(MANY):
        send("lake")
        send("file")
    yield line(f"after {MANY}")
    stores["lake"].gate.compact(stores["lake"].con)
    yield line("compacted")
    for store in stores.values():
        store.close()


def keys_beside(folder: Path) -> KeyFile:
    """The key of an archive, beside it."""
    return KeyFile(folder.with_suffix(".key"), folder.with_suffix(".seen"), is_named=True)


class Gathered:
    """Lines of a journal in memory: to disk they go together."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []

    def add(self, seq: int, line: bytes) -> None:  # noqa: ARG002  as `JournalLines` has it
        self.lines.append(line)


def long_journal(keys: KeyFile, entries: int) -> bytes:
    """The lines of a signed journal, half receipts and half verdicts, of some hundred matters; its key is
    kept.
    """
    key, gathered = signing.new(), Gathered()
    journal = Journal(gathered)  # type: ignore[arg-type]  nothing else of it is asked

    def write(kind: str, facts: dict[str, object]) -> Anchor:
        written = journal.append(kind, facts, signer=key)
        journal.head = Head(*written, key.public)
        return written

    keys.make(key)
    keys.take()
    keys.begin(key, write(SEAL, {"count": 0, "head": START, "key": key.public}))
    for n in range(entries // 2):
        facts = {"no": f"20160708-{2 * n + 2:05d}", "sha256": f"{n:064x}", "size": 2, "filename": "表.xlsx",
                 "sent_by": "示例甲", "unit": f"{n % 30}", "obligation": f"{n % 12}",
                 "received_at": NOON.isoformat(), "stamped_at": NOON.isoformat(), "reason": None}  # fmt: skip
        verdict = {"no": facts["no"], "unit": facts["unit"], "obligation": facts["obligation"], "nth": n + 1,
                   "verdict": "acceptable", "reason": None, "rules": "x", "answers": [],
                   "judgement": f"{n:064x}"}  # fmt: skip
        write("received", facts)
        write("judged", verdict)
    return b"".join(gathered.lines)


def _receive(archive: Archive, n: int) -> None:
    archive.receive(b"%d" % n, "表.xlsx", "示例甲", f"{n % 30}", f"{n % 12}", Arrival(NOON))


def archives(server: Server, folder: Path) -> Iterator[str]:
    """The table of `receive` and of opening, with few entries and with many, in a file and in PostgreSQL."""
    yield "| entries | `receive`, median ms: file · lake | opened, s: file · lake |"
    yield "|---|---|---|"
    for entries in ENTRIES:
        root = folder / f"archive-{entries}"
        lines = long_journal(keys_beside(root), entries)
        (root / "files").mkdir(parents=True)
        (root / "journal.jsonl").write_bytes(lines)
        with setting(server.campaign(root)):
            shared = place.of(root).shared
        assert shared
        lake.archive(shared, keys_beside(root)).close()
        lake.fill(shared, lines)
        del lines
        found = [_opened(Archive(root, keys=keys_beside(root)))]
        found.append(_opened(lake.archive(shared, keys_beside(root))))
        took, opened = (" · ".join(f"{each[n]:.2f}" for each in found) for n in (0, 1))
        yield f"| {entries:,} | {took} | {opened} |"


def _opened(archive: Archive) -> tuple[float, float]:
    """The median milliseconds of `receive`, and the seconds in which the archive was opened."""
    opened = timed(archive.numbers) / 1000
    times = [timed(partial(_receive, archive, n)) for n in range(50)]
    archive.close()
    return median(times), opened


@contextmanager
def unsynced() -> Iterator[None]:
    """Nothing waits for the disk: for what is made to be measured later."""
    real, os.fsync = os.fsync, lambda _: None
    yield
    os.fsync = real


def many_sendings(folder: Path) -> None:
    """A campaign of many accepted surveys of ten rows: the first is taken in, the others are signed as it."""
    store = intake.open_store(folder)
    contents = (
        filled("survey_p2p", *(good("survey_p2p", stock_scale=500 + n + k) for k in range(10)))
        for n in range(WORKBOOKS)
    )
    first = intake.receive(store, next(contents), "表.xlsx", "示例甲", received_at=NOON).receipt
    signed = dict(store.archive.verdict(first.no) or {})
    del signed["no"]
    for nth, content in enumerate(contents, warehouse.newest(store.con) + 1):
        receipt, _ = store.archive.receive(content, "表.xlsx", "示例甲", None, None, Arrival(NOON))
        store.archive.sign(receipt.no, {**signed, "nth": nth})
    store.close()


@contextmanager
def held_to(cores: set[int]) -> Iterator[None]:
    """This process and those that it starts run on these cores alone: its readers are started anew."""
    able = os.sched_getaffinity(0)
    reader.READER.close()
    reader.LOOKER.close()
    os.sched_setaffinity(0, cores)
    yield
    os.sched_setaffinity(0, able)


def rebuilt(folder: Path) -> Iterator[str]:
    """The table of a rebuild: everything on one core; judged by one process, whose readers have cores of
    their own; judged ahead on all cores.
    """
    with setting(""), unsynced():
        many_sendings(folder / "many")
        all_cores, first = os.sched_getaffinity(0), {min(os.sched_getaffinity(0))}
        times = []
        for processes, cores in ((1, first), (1, all_cores), (ahead.CORES, all_cores)):
            ahead.CORES = processes
            with held_to(cores):
                times.append(timed(lambda: rebuild.rebuild(folder / "many")) / 1000)
    many = f"{len(all_cores)} cores"
    yield f"| rebuild of {WORKBOOKS:,} workbooks of 10 rows | one core | one process, {many} | all {many} |"
    yield "|---|---|---|---|"
    yield f"| seconds | {' | '.join(f'{each:.0f}' for each in times)} |"
    yield f"| as fast as on one core | {' | '.join(f'{times[0] / each:.2f} ×' for each in times)} |"


def main(rows: list[int]) -> None:
    with tempfile.TemporaryDirectory() as named, running(options=LOGGED) as server:
        folder = Path(named)
        sizes = {count: asked(server, folder, count) for count in rows}
        lines = [
            *by_view(sizes), "", *uploads(server, folder), "",
            *archives(server, folder), "", *rebuilt(folder),
        ]  # fmt: skip
    how = (
        f"File and lake in turn, the best of {TRIES}; “×”: lake by file. PostgreSQL on the same machine, "
        "fsync off; statements are those that one question sends to the catalog."
    )
    report.write("A file and a lake", "python -m benchmarks.store", lines, how)


if __name__ == "__main__":
    main([int(n) for n in sys.argv[1:]] or [1_000, 100_000, 1_000_000, 5_000_000])
