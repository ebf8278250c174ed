"""How long a workbook of many wide sheets keeps the system busy, beside the floor of only reading it.

`python -m benchmarks.wide` prints a table and writes docs/benchmarks.md. Whatever it holds, a judgement ends:
what is too wide is refused with a sentence, by counts and never by the clock.
"""

import tempfile
import time
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path

import fastexcel
from xlsxwriter import Workbook

from benchmarks import report, sheets
from pipelines.judging.judge import judge
from schemas.returns import RETURNS

SHEETS, ROWS = 200, 3
WIDTHS = (20, 100, 480, 2_000)
UNIT = "652301"
TITLES = sorted({str(column.title) for schema in RETURNS.values() for column in schema.columns.values()})
HEADINGS = {"foreign": [f"第{n}项" for n in range(1, max(WIDTHS) + 1)], "ours, again and again": TITLES}


def write(path: Path, columns: int, headings: list[str]) -> None:
    """A workbook of equal sheets: one row of headings, the others words of their own."""
    with Workbook(str(path)) as book:
        for n in range(1, SHEETS + 1):
            sheet = book.add_worksheet(f"表{n}")
            sheet.write_row(0, 0, list(islice(cycle(headings), columns)))
            for row in range(1, ROWS):
                sheet.write_row(row, 0, [f"{n}-{row}-{column}" for column in range(columns)])


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds that it takes, and those in which it keeps this process busy."""
    start, busy = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - start, time.process_time() - busy


def read_all(path: Path) -> None:
    """fastexcel reads every sheet into Arrow, nothing else."""
    book = fastexcel.read_excel(path)
    for name in book.sheet_names:
        book.load_sheet(name).to_arrow()


def line(path: Path, whose: str, columns: int) -> str:
    """A line of the table: one workbook judged, and only read."""
    content = path.read_bytes()
    whole, main = timed(lambda: judge(content, unit=UNIT))
    floor, _ = timed(lambda: read_all(path))
    said = judge(content, unit=UNIT).reason or "judged"
    return (
        f"| {columns:,} | {whose} | {whole:.1f} | {main:.1f} | {whole / floor:.1f} | {said.split('，')[0]} |"
    )


def main() -> None:
    lines = ["| columns of each sheet | headings | s | of it in the main process, CPU | ÷ fastexcel | said |"]
    lines.append("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "warm.xlsx"
        sheets.write(path, 10)
        judge(path.read_bytes())  # the children are warm, as in a running app
        for columns in WIDTHS:
            for whose, headings in HEADINGS.items():
                write(path, columns, headings)
                lines.append(line(path, whose, columns))
    report.write(
        "Judging wide workbooks", "python -m benchmarks.wide", lines, f"{SHEETS} sheets of {ROWS} rows."
    )


if __name__ == "__main__":
    main()
