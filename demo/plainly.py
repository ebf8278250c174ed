"""Workbooks that are not our template: title, lines of who reports, headings in one row or two, total, notes.

The same sheet can be written as .xlsx or, as older programs still do, as .xls.
"""

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import Workbook

from demo.disguise import SCALES, typed
from demo.filled import FilledRow
from pipelines.reading.xlsx_scan import MergedArea
from pipelines.tables.heading import names_of, normal
from schemas.forms import Form

NOTES = ("注：1.本表由各单位填写，加盖公章。", "2.没有的栏目留空。")


@dataclass
class Paper:
    """One sheet on its way to be written."""

    title: str
    cells: dict[tuple[int, int], Any] = field(default_factory=dict)
    merges: list[MergedArea] = field(default_factory=list)
    next: int = 1

    def line(self, values: Mapping[int, Any]) -> None:
        self.cells |= {(self.next, column): value for column, value in values.items() if value is not None}
        self.next += 1


def paper(
    form: Form, rows: Sequence[FilledRow], reporter: Mapping[str, str], place: str, rng: random.Random
) -> Paper:
    """The sheet of a return as an office draws it up; `reporter` are the lines of who reports, by label."""
    made = Paper(form.title)
    unit = rng.choice(tuple(SCALES))
    columns = form.schema.columns
    names = [n for n, c in columns.items() if not c.nullable or any(r.get(n) is not None for r in rows)]
    if rng.random() < 0.5:
        made.line({1: f"附件{rng.randint(1, 5)}"})
    made.line({1: f"{place}{form.schema.title}"})
    made.merges.append((made.next - 1, 1, made.next - 1, len(names)))
    _reporter(made, reporter, rng)
    on_top = rng.random() < 0.5
    if on_top:
        made.line({max(len(names) - 1, 1): f"单位：{unit}"})
    _heading(made, form, names, "" if on_top else unit, rng)
    for row in typed(rows, form.schema, rng, unit):
        made.line({c: row.get(name) for c, name in enumerate(names, 1)})
    if rng.random() < 0.6:
        _total(made, form, names, rows, unit)
    made.next += rng.choice((0, 1))
    for note in NOTES[: rng.choice((0, 1, 2))]:
        made.line({1: note})
    return made


def _reporter(made: Paper, reporter: Mapping[str, str], rng: random.Random) -> None:
    """Who reports, two or three to a line, the label with its value or in the cell before it."""
    apart = rng.random() < 0.3
    pairs = list(reporter.items())
    for n in range(0, len(pairs), 3):
        line: dict[int, str] = {}
        for at, (label, value) in enumerate(pairs[n : n + 3]):
            first = 1 + at * 2
            line |= {first: f"{label}：", first + 1: value} if apart else {first: f"{label}：{value}"}
        made.line(line)


def _heading(made: Paper, form: Form, names: Sequence[str], unit: str, rng: random.Random) -> None:
    deep = any("-" in str(form.schema.columns[n].title) for n in names) or rng.random() < 0.3
    by_heading = names_of(form.schema)
    top, column = made.next, 1
    while column <= len(names):
        name = names[column - 1]
        parent, words = _words(form, name, by_heading, unit, rng)
        printed = words if deep or not parent else f"{parent}-{words}"
        made.cells[top + (deep and bool(parent)), column] = printed
        if deep and parent:
            column = _group(made, form, names, column, parent, unit)
            continue
        if deep:
            made.merges.append((top, column, top + 1, column))
        column += 1
    made.next += 1 + deep


def _group(made: Paper, form: Form, names: Sequence[str], first: int, parent: str, unit: str) -> int:
    """One parent over the columns that share it; returns the column after them."""
    top, column = made.next, first
    while column <= len(names) and str(form.schema.columns[names[column - 1]].title).startswith(f"{parent}-"):
        leaf = str(form.schema.columns[names[column - 1]].title).split("-", 1)[1]
        made.cells[top + 1, column] = _dressed(leaf, form, names[column - 1], unit)
        column += 1
    made.cells[top, first] = parent
    if column - 1 > first:
        made.merges.append((top, first, top, column - 1))
    return column


def _words(
    form: Form, name: str, by_heading: Mapping[str, str], unit: str, rng: random.Random
) -> tuple[str, str]:
    """The parent of a heading, where it has one, and its words: those of the form, or one of its synonyms."""
    column = form.schema.columns[name]
    title = str(column.title)
    if "-" in title:
        parent, leaf = title.split("-", 1)
        return parent, _dressed(leaf, form, name, unit)
    synonyms = [w for w in (column.metadata or {}).get("also", ()) if by_heading.get(normal(w)) == name]
    words = rng.choice(synonyms) if synonyms and rng.random() < 0.3 else title
    return "", _dressed(words, form, name, unit)


def _dressed(words: str, form: Form, name: str, unit: str) -> str:
    meta = form.schema.columns[name].metadata or {}
    printed = unit if meta["kind"] == "money" else str(meta.get("unit", ""))
    return f"{words}({printed})" if printed else words


def _total(made: Paper, form: Form, names: Sequence[str], rows: Sequence[FilledRow], unit: str) -> None:
    line: dict[int, Any] = {}
    for column, name in enumerate(names, 1):
        meta = form.schema.columns[name].metadata or {}
        values = [row.get(name) for row in rows]
        if meta.get("unit") in {None, "", "%"} or any(isinstance(v, str) for v in values):
            continue
        total = sum((Decimal(repr(v)) for v in values if v is not None), Decimal(0))
        line[column] = float(total * (SCALES[unit] if meta["kind"] == "money" else Decimal(1)))
    label = next((c for c, name in enumerate(names, 1) if c not in line and name != "seq_no"), 0)
    if line and 0 < label < min(line):
        made.line({label: "合计", **line})


def as_xlsx(papers: Sequence[Paper]) -> bytes:
    book = Workbook()
    for n, made in enumerate(papers):
        sheet = (book.active if n == 0 else None) or book.create_sheet()
        sheet.title = made.title
        for (row, column), value in made.cells.items():
            sheet.cell(row, column, value)
        for a, b, c, d in made.merges:
            sheet.merge_cells(start_row=a, start_column=b, end_row=c, end_column=d)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def as_xls(papers: Sequence[Paper]) -> bytes:
    import xlwt  # only the demonstration writes the older format

    book = xlwt.Workbook(encoding="utf-8")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for made in papers:
        sheet = book.add_sheet(made.title)
        merged = {(a, b): (c, d) for a, b, c, d in made.merges}
        for (row, column), value in made.cells.items():
            look = (day,) if isinstance(value, dt.date) else ()
            last = merged.get((row, column))
            if last:
                sheet.write_merge(row - 1, last[0] - 1, column - 1, last[1] - 1, value, *look)
            else:
                sheet.write(row - 1, column - 1, value, *look)
    out = BytesIO()
    book.save(out)
    return out.getvalue()
