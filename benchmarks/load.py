"""How long many people wait at once: real sessions over websockets on one server, browsing and uploading.

`python -m benchmarks.load [SECONDS [MINUTES]]` makes the demonstration, serves it, and prints for 5, 20 and
50 people who each change day and phase every few seconds, over 25 days, for SECONDS: the median and the 95th
percentile of a change, failures, and memory for each session; for 10 people who upload at once, sendings a
minute; and the memory of the server over MINUTES of 20 people browsing.
"""

import datetime as dt
import random
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

import demo
from benchmarks import report
from schemas.plan import PLAN
from tests import signed
from tests.browser import serving
from tests.build import filled, good
from tests.desk import Desk

SECONDS, MINUTES = 60, 15
PEOPLE, UPLOADERS, LETTERS = (5, 20, 50), 10, 6
THINKING = (3.0, 7.0)  # seconds between two changes
DAYS = [dt.date(2016, 7, 20) + dt.timedelta(4 * n) for n in range(25)]
PHASES = ["", *PLAN.phases]
PAGES = {
    "leader": ("", "phase", "deadline", "inspection"),
    "office": ("deadline", "quality"),
    "652328": ("mine",),
}
HEAD = ("| who | changes | p50, ms | p95, ms | failures | MiB a session |", "|---|---|---|---|---|---|")


@dataclass
class Counted:
    """What many people saw, taken in by their threads."""

    waits: list[float] = field(default_factory=list)  # seconds
    failures: list[str] = field(default_factory=list)


def resident(address: str) -> float:
    """MiB that the server holds."""
    status = Path(f"/proc/{serving.PROCESSES[address]}/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1024


def browse(address: str, who: str, until: float, seed: int, counted: Counted) -> None:
    """One person: changes day and phase on a page until the end."""
    rng = random.Random(seed)
    host = address.removeprefix("http://").replace("localhost", "127.0.0.1")
    token = signed.token(serving.HOMES[address], who)
    try:
        with Desk(host, rng.choice(PAGES[who]), token) as desk:
            while time.monotonic() < until:
                time.sleep(rng.uniform(*THINKING))
                phase = rng.choice(PHASES)
                desk.query = f"as_of={rng.choice(DAYS)}" + (f"&phase={phase}" if phase else "")
                began = time.monotonic()
                words = desk.read()
                counted.waits.append(time.monotonic() - began)
                if "错误编号" in words:
                    counted.failures.append(f"{desk.page} {desk.query}")
    except Exception as why:
        counted.failures.append(f"{type(why).__name__} {why}")


def many(address: str, people: int, seconds: float) -> Counted:
    """So many people browse for so long."""
    counted, until = Counted(), time.monotonic() + seconds
    whos = [list(PAGES)[n % 5 % 3] for n in range(people)]
    threads = [
        threading.Thread(target=browse, args=(address, who, until, n, counted)) for n, who in enumerate(whos)
    ]
    for thread in threads:
        thread.start()
        time.sleep(0.1)
    for thread in threads:
        thread.join()
    return counted


def upload(address: str, unit: str, counted: Counted) -> None:
    """Somebody of a unit sends a few workbooks, one after the other."""
    host = address.removeprefix("http://").replace("localhost", "127.0.0.1")
    try:
        with Desk(host, "submit", signed.token(serving.HOMES[address], unit)) as desk:
            for n in range(LETTERS):
                content = filled("survey_p2p", good("survey_p2p", stock_scale=1000 + n))
                began = time.monotonic()
                desk.send(f"{unit}-{n}.xlsx", content)
                counted.waits.append(time.monotonic() - began)
    except Exception as why:
        counted.failures.append(f"{type(why).__name__} {why}")


def uploads(address: str) -> tuple[float, Counted]:
    """Sendings a minute of many at once."""
    counted, began = Counted(), time.monotonic()
    units = PLAN.units_as("territory")[:UPLOADERS]
    threads = [threading.Thread(target=upload, args=(address, unit, counted)) for unit in units]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return 60 * len(counted.waits) / (time.monotonic() - began), counted


def told(counted: Counted) -> str:
    """Median and 95th percentile, in milliseconds, and failures."""
    p95 = quantiles(counted.waits, n=20)[-1] if len(counted.waits) > 1 else 0.0
    for words in counted.failures:
        sys.stderr.write(f"{words}\n")
    return f"{1000 * median(counted.waits):.0f} | {1000 * p95:.0f} | {len(counted.failures)}"


def browsing(address: str, people: int, seconds: float) -> str:
    """The line of so many who browse."""
    before = resident(address)
    counted = many(address, people, seconds)
    each = (resident(address) - before) / people
    return f"| {people} browsing over 25 days | {len(counted.waits)} | {told(counted)} | {each:.1f} |"


def main(seconds: float, minutes: float) -> None:
    with tempfile.TemporaryDirectory() as named:
        home = Path(named) / "home"
        demo.run(home)
        with serving.served(home) as address:
            many(address, 1, 30)  # the store is open, and what everybody asks is answered once
            lines = [*HEAD, *(browsing(address, people, seconds) for people in PEOPLE)]
            rate, counted = uploads(address)
            who = f"{UPLOADERS} uploading at once, {rate:.0f} a minute"
            lines.append(f"| {who} | {len(counted.waits)} | {told(counted)} | — |")
            held = []
            for _ in range(round(minutes / 5)):
                many(address, 20, 300)
                held.append(f"{resident(address):.0f}")
    if held:
        lines += ["", f"20 browsing: MiB of the server after each five minutes: {', '.join(held)}."]
    report.write("Many at once", "python -m benchmarks.load", lines, "Demonstration campaign, one server.")


if __name__ == "__main__":
    given = [float(words) for words in sys.argv[1:]]
    main(*(given + [SECONDS, MINUTES][len(given) :]))
