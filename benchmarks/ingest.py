"""How fast a workbook is judged, beside what people write today and beside the floor of only reading it.

`python -m benchmarks.ingest [ROWS …]` prints a table and writes docs/benchmarks.md. Each contender runs in a
process of its own; time is of the work alone, memory is the peak of the process and its children.
"""

import datetime as dt
import itertools
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from operator import itemgetter
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from benchmarks import report, sheets
from pipelines.judging.check import allowed
from pipelines.writing.template import heading
from schemas.returns import RETURNS

DAY = dt.date(2016, 12, 31)
FRICTIONLESS_TYPES = {"money": "number", "number": "number", "whole": "integer", "day": "date"}
HEADING = 1  # of the generated table, from 0
NAMES = {
    "a": "our check, guard and child included",
    "b": "pandas.read_excel (openpyxl) and one pandera schema",
    "c": "frictionless with the same schema",
    "d": "fastexcel reads the sheet, nothing else",
}


def ours(path: Path) -> Callable[[], object]:
    """`judge` of the whole workbook, which must be acceptable."""
    from pipelines.judging.judge import judge

    with tempfile.TemporaryDirectory() as place:
        small = Path(place) / "warm.xlsx"
        sheets.write(small, 10)
        judge(small.read_bytes(), arrived_on=DAY)  # the child is warm, as in a running app
    content = path.read_bytes()

    def run() -> object:
        judgement = judge(content, arrived_on=DAY)
        assert judgement.verdict == "acceptable", judgement.reason
        return judgement

    return run


def plain(path: Path) -> Callable[[], object]:
    """pandas reads the table, its columns are named and typed, the return's schema validates it."""
    schema = RETURNS[sheets.RETURN]

    def run() -> object:
        rows = pd.read_excel(path, engine="openpyxl", header=HEADING)
        rows.columns = list(sheets.COLUMNS)
        typed = rows.astype({n: str(c.dtype) for n, c in schema.columns.items() if n in rows})
        typed["data_as_of"] = pd.Timestamp("2016-07-07")
        typed["arrived_on"] = pd.Timestamp(DAY)
        absent = {n: str(c.dtype) for n, c in schema.columns.items() if n not in typed}
        blank = {n: pd.Series(None, index=typed.index, dtype=dtype) for n, dtype in absent.items()}
        return schema.validate(typed.assign(**blank), lazy=True)

    return run


def tabular(path: Path) -> Callable[[], object]:
    """frictionless validates the table by the same columns, kinds and options."""
    from frictionless import Dialect, Resource, Schema
    from frictionless.formats import ExcelControl

    fields = [_field(RETURNS[sheets.RETURN].columns[name]) for name in sheets.COLUMNS]

    def run() -> object:
        dialect = Dialect(header_rows=[HEADING + 1], controls=[ExcelControl(sheet=1)])
        described = Schema.from_descriptor({"fields": fields})
        resource_ = Resource(path=path.name, basepath=str(path.parent), dialect=dialect, schema=described)
        verdict = resource_.validate()
        assert verdict.valid, verdict.flatten(["rowNumber", "fieldName", "type", "note"])[:3]
        assert verdict.tasks[0].stats["rows"] > 0
        return verdict

    return run


def _field(column: pa.Column) -> dict[str, object]:
    """A column of the return as frictionless describes one."""
    options = allowed(column)
    bounds = {"required": not column.nullable, **({"enum": options} if options else {})}
    kind = FRICTIONLESS_TYPES.get(column.metadata["kind"], "string")
    return {"name": heading(column), "type": kind, "constraints": bounds}


def floor(path: Path) -> Callable[[], object]:
    """fastexcel reads the sheet into Arrow."""
    import fastexcel

    return lambda: fastexcel.read_excel(path).load_sheet(0, header_row=HEADING).to_arrow()


WATCH = 0.05  # seconds between two looks at the memory held
ROUNDS = 3  # of all contenders in turn, so that a slow minute of the machine is everyone's
CONTENDERS = {"a": ours, "b": plain, "c": tabular, "d": floor}


def measure(which: str, path: Path) -> float:
    """Seconds of one run of one contender, in this process."""
    run = CONTENDERS[which](path)
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def apart(which: str, path: Path) -> dict[str, float]:
    """One run in a process of its own, watched from here: seconds, and the most MiB held with its children.

    Raises CalledProcessError where the run failed.
    """
    order = [sys.executable, "-W", "ignore", "-m", "benchmarks.ingest", "--one", which, str(path)]
    peak = 0
    with subprocess.Popen(order, stdout=subprocess.PIPE, text=True) as running:
        while running.poll() is None:
            peak = max(peak, held_by_family(running.pid))
            time.sleep(WATCH)
        printed = running.communicate()[0]
    if running.returncode:
        raise subprocess.CalledProcessError(running.returncode, order)
    return {"seconds": float(printed.splitlines()[-1]), "peak": peak / 2**20}


def held_by_family(pid: int) -> int:
    """Bytes of memory held by a process and its children."""
    with suppress(OSError):  # one has ended meanwhile
        threads = Path(f"/proc/{pid}/task").glob("*/children")
        family = [str(pid), *(child for thread in threads for child in thread.read_text().split())]
        pages = (int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in family)
        return sum(pages) * resource.getpagesize()
    return 0


def fastest(path: Path) -> dict[str, dict[str, float]]:
    """The fastest run of each contender on one workbook."""
    rounds = [{which: apart(which, path) for which in CONTENDERS} for _ in range(ROUNDS)]
    return {which: min((each[which] for each in rounds), key=itemgetter("seconds")) for which in CONTENDERS}


def line(which: str, results: dict[int, dict[str, dict[str, float]]]) -> str:
    """A contender's line of the table: for each size seconds, MiB and multiple of the floor; its growth."""
    mine = [of_size[which] for of_size in results.values()]
    floors = [of_size["d"]["seconds"] for of_size in results.values()]
    cells = " | ".join(
        f"{run['seconds']:.2f} · {run['peak']:.0f} · {run['seconds'] / base:.1f}"
        for run, base in zip(mine, floors, strict=True)
    )
    growth = " · ".join(f"{b['seconds'] / a['seconds']:.1f}" for a, b in itertools.pairwise(mine))
    return f"| {which} | {NAMES[which]} | {cells} | {growth} |"


def main(counts: list[int]) -> None:
    results = {}
    with tempfile.TemporaryDirectory() as place:
        for count in counts:
            path = Path(place) / f"{count}.xlsx"
            sheets.write(path, count)
            results[count] = fastest(path)
    heads = " | ".join(f"{n:,} rows: s · MiB · ×(d)" for n in counts)
    rule = "|---|---|" + "---|" * (len(counts) + 1)
    lines = [f"| | contender | {heads} | growth |", rule, *(line(which, results) for which in NAMES)]
    how = (
        f"Best of {ROUNDS} rounds, in each all four in turn, each in a process of its own; "
        f"{len(sheets.COLUMNS)} columns, in workbooks written as spreadsheet programs write them."
    )
    report.write("Judging a workbook", "python -m benchmarks.ingest", lines, how)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        sys.stdout.write(f"{measure(sys.argv[2], Path(sys.argv[3]))}\n")
    else:
        main([int(n) for n in sys.argv[1:]] or [1_000, 10_000, 100_000])
