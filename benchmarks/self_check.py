"""What the column 检查 costs: a filled workbook with it beside the same without, and the size of a template.

`python -m benchmarks.self_check [ROWS …]` prints a table and writes docs/benchmarks.md.
"""

import datetime as dt
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import report, sheets
from pipelines.judging.judge import judge
from pipelines.reading.xlsx_scan import look
from pipelines.writing import template

DAY = dt.date(2016, 12, 31)
ROUNDS = 5  # of all in turn


def seconds(path: Path) -> tuple[float, float]:
    """Of one judgement of a workbook, which must be acceptable, and of looking through its parts alone."""
    content = path.read_bytes()
    start = time.perf_counter()
    look(content)
    looked = time.perf_counter()
    assert judge(content, arrived_on=DAY).verdict == "acceptable"
    return time.perf_counter() - looked, looked - start


def line(count: int, place: Path) -> str:
    """A line of the table: without, with and their ratio, of judging and of looking through."""
    paths = {is_checked: place / f"{count}-{is_checked}.xlsx" for is_checked in (False, True)}
    for is_checked, path in paths.items():
        sheets.write(path, count, is_checked=is_checked)
    rounds = [{is_checked: seconds(path) for is_checked, path in paths.items()} for _ in range(ROUNDS + 1)]
    cells = []
    for which in range(2):
        without, with_it = (
            min(each[is_checked][which] for each in rounds[1:]) for is_checked in (False, True)
        )
        cells.append(f"{without:.2f} · {with_it:.2f} · {with_it / without:.2f}")
    return f"| {count:,} | {' | '.join(cells)} |"


def main(counts: list[int]) -> None:
    with tempfile.TemporaryDirectory() as place:
        lines = [line(count, Path(place)) for count in counts]
    size = len(template.template("652301", "county_survey")) / 2**20
    head = [
        "| rows | judged: s without · with · ratio | looked through: s without · with · ratio |",
        "|---|---|---|",
    ]
    how = (
        f"Best of {ROUNDS} rounds, both in turn. The largest template, six sheets that check 1,997 "
        f"rows each, has {size:.2f} MB."
    )
    report.write("The template checks itself", "python -m benchmarks.self_check", [*head, *lines], how)


if __name__ == "__main__":
    main([int(n) for n in sys.argv[1:]] or [2_000, 50_000])
