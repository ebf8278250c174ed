"""Broken workbooks without end: good ones bent at random, each of which must come to a verdict and a
sentence.

    python -m tests.fuzz 100000 [FIRST]     bends 100,000, from number FIRST on, and prints what came of them

Nothing may leave `judge` but a Judgement; reading is bounded by the child's own limits of time and memory.
Now and then a child is killed over a workbook, which must change no verdict; and good workbooks are sent by
several at once, after which what is in force must be as if they had come one by one.
"""

import contextlib
import datetime as dt
import os
import random
import re
import signal
import sys
import threading
import time
import warnings
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pipelines import intake
from pipelines.judging.judge import judge
from pipelines.judging.judgement import ACCEPTABLE, REFUSED, UNREADABLE, Judgement
from pipelines.keeping.store import Store
from pipelines.reading import reader
from pipelines.reading.worker import Worker
from pipelines.writing import marks
from schemas.plan import PLAN
from tests.bend import OLE, ZIP, Unbendable
from tests.build import HOMES, IDS, filled, good
from tests.messy import plain

ARRIVED = dt.date(2016, 12, 31)
CHINESE = re.compile("[\u4e00-\u9fff]")
MARKED_EVERY = 5  # of those that could be read, so many come back marked up
REPORT_EVERY = 1000
KILLED_EVERY = 200  # over so many a child dies
AT_ONCE_EVERY, SENDERS, LETTERS = 1000, 3, 9  # after so many: so many senders at once, with so many workbooks
IN_FORCE = """
SELECT s.sha256, c.* EXCLUDE (submission, ranked_at, entry, placed_words)
FROM current_answer(DATE '2016-12-31') c
JOIN submission s ON s.id = c.submission ORDER BY ALL"""


CODES = ("brief", "meeting", "ban", "acceptance", "rectification")


@lru_cache(maxsize=1)
def pool() -> tuple[tuple[str, bytes], ...]:
    """The good workbooks with their returns: our template, plain sheets with titles and merges, and older
    ones.
    """
    rows = {code: [_row(code, n) for n in range(3)] for code in (*CODES, "survey_p2p")}
    ours = [(c, filled(c, *rows[c])) for c in (*CODES, "survey_p2p")]
    plains = [(c, plain(c, rows[c], random.Random(n)).content) for n, c in enumerate((*rows, *CODES))]
    return (*ours, *plains, *((c, older(c, rows[c])) for c in rows))


def _row(code: str, n: int) -> dict[str, Any]:
    """A good row that repeats no other."""
    row = good(code)
    row |= {"serial": f"{n + 1}"} if "serial" in row else {}
    row |= {name: f"{row[name]}{n + 1}" for name in ("person_name", "doc_title") if name in row}
    row |= {"held_on": row["held_on"] + dt.timedelta(n)} if "held_on" in row else {}
    row |= {"entity_name": f"示例{n}号公司"} if "entity_name" in row else {}
    return row | ({"id_no": IDS[n]} if "id_no" in row else {})


def older(code: str, rows: Sequence[dict[str, Any]]) -> bytes:
    """An .xls as an older program makes it: a title, a merge, a heading, rows with dates and a formula."""
    import xlwt

    from schemas.returns import RETURNS

    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Sheet1")
    columns = RETURNS[code].columns
    sheet.write_merge(0, 0, 0, 5, f"{RETURNS[code].title}（{rows[0].get('field', 'P2P网络借贷')}）")
    sheet.write(1, 0, f"填报单位：{PLAN.units[HOMES[code][0]].title}")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for c, (name, column) in enumerate(columns.items()):
        sheet.write(2, c, str(column.title))
        for r, row in enumerate(rows, 3):
            value = row.get(name)
            sheet.write(r, c, value, day) if isinstance(value, dt.date) else sheet.write(r, c, value)
    sheet.write(8, 0, "注：示例")
    sheet.write(8, 1, xlwt.Formula("SUM(B4:B5)"))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def bent(number: int) -> tuple[str, str, bytes]:
    """The workbook of a number: its return, how it was bent, and its bytes."""
    rng = random.Random(number)
    code, content = rng.choice(pool())
    zipped = content.startswith(b"PK")
    ways = ZIP if zipped else OLE
    kind = rng.choice(sorted(ways))
    other = rng.choice([c for _, c in pool() if c.startswith(b"PK") == zipped])
    for _ in range(rng.choice((1, 1, 1, 2))):
        with contextlib.suppress(Unbendable), warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of zipfile, which writes a name twice all the same
            content = ways[kind](content, other, rng)
    return code, kind, content


@dataclass
class Tally:
    """What came of many."""

    verdicts: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest: tuple[float, int] = (0.0, 0)
    parent: int = 0  # most kB held
    child: int = 0

    def add(self, number: int, *, mark: bool = False) -> None:
        code, kind, content = bent(number)
        began = time.monotonic()
        try:
            said = judge(content, arrived_on=ARRIVED, **_sender(code, number))
            fault = wrong_with(said)
            if number % KILLED_EVERY == 0:
                fault = fault or _after_a_death(content, said, code, number)
            if mark and said.verdict != UNREADABLE:
                marks.marked_up(content, said, "核对结果")
        except BaseException as why:  # also what is no Exception must not leave
            if isinstance(why, KeyboardInterrupt):
                raise
            said, fault = Judgement("", "crash"), f"{type(why).__name__}: {why}"
        self.slowest = max(self.slowest, (time.monotonic() - began, number))
        self.kinds[kind] += 1
        self.verdicts[said.verdict] += 1
        self.reasons[said.reason or ""] += 1
        self.parent, self.child = max(self.parent, held()), max(self.child, held_by_child())
        if fault:
            self.faults.append(f"{number} ({kind}): {fault}")


def _after_a_death(content: bytes, said: Judgement, code: str, number: int) -> str:
    """What a workbook is told otherwise when a child is killed over it."""
    rng = random.Random(number)
    worker = rng.choice((reader.READER, reader.LOOKER))
    killing = threading.Timer(rng.uniform(0, 0.03), _kill, (worker,))
    killing.start()
    again = judge(content, arrived_on=ARRIVED, **_sender(code, number))
    killing.join()
    worker.close()  # a death that came after the answer belongs to no other workbook
    same = (again.verdict, again.reason, again.problems) == (said.verdict, said.reason, said.problems)
    return "" if same else f"after a death {again.verdict} ({again.reason})"


def _kill(worker: Worker[Any]) -> None:
    with contextlib.suppress(ProcessLookupError):
        if pid := worker.pid:
            os.kill(pid, signal.SIGKILL)


def at_once(number: int) -> str:
    """What is in force otherwise when several send at once and not one by one; '' if nothing."""
    rng = random.Random(number)
    first = dt.datetime(2016, 8, 8, 4, tzinfo=dt.UTC)
    several = rng.sample(pool(), LETTERS)  # no two the same, which would be one sending or two by their order
    letters = [(*each, first + dt.timedelta(minutes=n)) for n, each in enumerate(several)]
    mixed = rng.sample(letters, len(letters))
    alone, together = (_in_force(order, senders) for order, senders in ((letters, 1), (mixed, SENDERS)))
    return "" if alone == together else f"{number}: sent at once, {together} is in force and not {alone}"


def _in_force(letters: Sequence[tuple[str, bytes, dt.datetime]], senders: int) -> list[Any]:
    with TemporaryDirectory() as folder:
        store = intake.open_store(Path(folder))

        def send(letter: tuple[str, bytes, dt.datetime]) -> None:
            code, content, when = letter
            mine = replace(store, con=store.con.cursor())
            sender = _sender(code, 1)
            intake.receive(mine, content, "a.xlsx", "示例", received_at=when, reason="示例", **sender)

        with ThreadPoolExecutor(senders) as many:
            list(many.map(send, letters))
        found = store.con.execute(IN_FORCE).fetchall()
        store.con.close()
    return found


def _sender(code: str, number: int) -> dict[str, str]:
    """Two of three come from a known unit for a known matter."""
    return {} if number % 3 == 0 else dict(zip(("unit", "obligation"), HOMES[code], strict=True))


def wrong_with(said: Judgement) -> str:
    """What a judgement lacks: a verdict, or a sentence in Chinese for what is not accepted."""
    if said.verdict not in {ACCEPTABLE, REFUSED, UNREADABLE}:
        return f"verdict {said.verdict}"
    if any(not (CHINESE.search(p.message) and CHINESE.search(p.remedy)) for p in said.problems):
        return "a problem without a sentence"
    told = [said.reason or "", *(p.message for p in said.problems)]
    return "" if said.verdict == ACCEPTABLE or any(CHINESE.search(words) for words in told) else "no sentence"


def held(pid: int | str = "self") -> int:
    """The most memory that a process has held, in kB."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s*(\d+)", status)
    return int(found[1]) if found else 0


def held_by_child() -> int:
    """The most memory that a child has held, in kB."""
    return max(held(worker.pid) if worker.pid else 0 for worker in (reader.READER, reader.LOOKER))


def run(numbers: Sequence[int], *, mark_every: int = MARKED_EVERY) -> Tally:
    """Judge the workbooks of these numbers beside an open store, which must stay as it is."""
    tally = Tally()
    with TemporaryDirectory() as folder:
        store = intake.open_store(Path(folder))
        intake.receive(
            store, pool()[0][1], "a.xlsx", "示例", received_at=dt.datetime(2016, 8, 8, 4, tzinfo=dt.UTC)
        )
        before = _state(store)
        for n, number in enumerate(numbers, 1):
            faults = len(tally.faults)
            tally.add(number, mark=number % mark_every == 0)
            if tally.faults[faults:]:
                print(*tally.faults[faults:], flush=True)  # noqa: T201  a command tells
            if n % AT_ONCE_EVERY == 0 and (said := at_once(number)):
                tally.faults.append(said)
            if n % REPORT_EVERY == 0:
                print(n, dict(tally.verdicts), f"{tally.slowest[0]:.1f}s", len(tally.faults), flush=True)  # noqa: T201  a command tells
        if _state(store) != before:
            tally.faults.append("the store was changed")
        store.con.close()
    return tally


def _state(store: Store) -> tuple[object, ...]:
    tables = [
        name for (name,) in store.con.execute("SELECT table_name FROM information_schema.tables").fetchall()
    ]
    counts = [
        store.con.execute(f'SELECT count(*), bit_xor(hash(t)) FROM "{t}" t').fetchall()
        for t in sorted(tables)
    ]
    files = {p.name: p.read_bytes() for p in sorted((store.home / "archive").rglob("*")) if p.is_file()}
    return counts, files


def main(count: int, first: int) -> int:
    began = time.monotonic()
    tally = run(range(first, first + count))
    said = [*tally.faults, f"{count} files from {first} in {time.monotonic() - began:.0f} s",
            f"{tally.verdicts}",
            f"{tally.kinds}", f"{tally.reasons}",
            f"slowest {tally.slowest[0]:.2f} s (number {tally.slowest[1]})",
            f"peak kB: parent {tally.parent}, child {tally.child}",
            f"{len(tally.faults)} failures"]  # fmt: skip
    print("\n".join(said))  # noqa: T201  a command tells
    return min(len(tally.faults), 1)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0))
