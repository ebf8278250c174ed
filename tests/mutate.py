"""The mutation test: k faults of any kind planted in a clean workbook; exactly those cells must be reported.

    python -m tests.mutate 1000 [FIRST]      plants in 1,000 workbooks, from seed FIRST on

Each fault stands in a row of its own, so that none speaks for another. What is asked of each seed: the clean
workbook is acceptable; of the spoiled one exactly the planted cells are reported at the level 须改正, each
once and by its rule; mending exactly the cells that were listed makes it acceptable again.

Other cells are put in guises that mean the same (number formats, struck runs, what nobody sees, cells and
rows that do not say where they stand): no value may change by them, and each is listed.
"""

import datetime as dt
import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pandas as pd

from demo.entities import Entity, population
from demo.names import credit_code
from pipelines.judging.judge import judge
from pipelines.judging.judgement import ACCEPTABLE, Judgement
from pipelines.judging.totals import TOLERANCE
from schemas.forms import forms
from schemas.plan import PLAN
from schemas.problems import MUST
from schemas.returns import answers_of
from tests import messy
from tests.build import GOOD, HOMES, sheet_of
from tests.guises import guise
from tests.messy import Book, Laid
from tests.planted import SOURCE, Fault, Raw, faults, of_place, twice

ARRIVED = dt.date(2016, 12, 31)
DISGUISED = 0.08  # of the clean cells
Cell = tuple[str, str]
ONE_COLUMN = frozenset(
    {
        "error_value",
        "never_calculated",
        "not_nullable",
        "digits_lost",
        "not_a_day",
        "month_only",
        "not_a_number",
        "not_whole",
        "isin",
        "all_in",
        "greater_than_or_equal_to",
        "less_than_or_equal_to",
        "str_length",
        "str_matches",
        "id_number",
        "phone",
    }
)  # fmt: skip  after these a cell has no value that another rule could use
OF_COVER: tuple[tuple[str, str, Any], ...] = (
    ("phone", "phone", "12"), ("filler", "not_nullable", None), ("fill_date", "not_a_day", "七月"),
    ("fill_date", "after_arrival", "2017-01-01"), ("unit", "wrong_unit", "阜康市"),
    ("amount_unit", "isin", "美元"),
    ("filler", "error_value", Raw("error", "#NAME?")), ("phone", "never_calculated", Raw("formula", "B7")),
)  # fmt: skip


@dataclass
class Planted:
    """A workbook before and after: what stood in each changed cell, and what is expected to be told."""

    book: Book
    clean: dict[Cell, Any] = field(default_factory=dict)
    wrong: dict[Cell, Any] = field(default_factory=dict)
    told: list[tuple[Cell, str]] = field(default_factory=list)
    follows: dict[Cell, tuple[Any, Any]] = field(
        default_factory=dict
    )  # totals that are formulas: wrong, right
    guises: dict[Cell, Any] = field(default_factory=dict)  # cells that mean what they meant
    is_placeless: bool = False  # whether cells and rows leave unsaid where they stand

    def spoil(self, cell: Cell, rule: str, wrong: Any, right: Any) -> None:
        self.clean[cell], self.wrong[cell] = right, wrong
        self.told.append((cell, rule))


def planted(seed: int) -> Planted:
    """The workbook of a seed with its faults."""
    rng = random.Random(seed)
    spoiled = Planted(_book(rng))
    for table in spoiled.book.tables:
        _spoil_rows(spoiled, table, rng)
    if spoiled.book.cover and rng.random() < 0.5:
        _spoil_cover(spoiled, rng)
    if rng.random() < 0.7:
        _disguise(spoiled, rng)
    spoiled.is_placeless = rng.random() < 0.3
    return spoiled


def _disguise(spoiled: Planted, rng: random.Random) -> None:
    """Some of the cells that are clean, and stay so: formats, struck runs, what nobody sees."""
    for table in spoiled.book.tables:
        for n, row in enumerate(table.rows):
            for name in sorted(row.keys() & table.columns.keys()):
                cell = table.cell(name, n)
                if rng.random() < DISGUISED and cell not in spoiled.clean:
                    other = guise(table.code, name, row[name], rng)
                    spoiled.guises |= {} if other is None else {cell: other}


def _book(rng: random.Random) -> Book:
    code = rng.choice(tuple(GOOD))
    unit, obligation = HOMES[code]
    if rng.random() < 0.5:
        return messy.plain(code, _rows(code, unit, rng), rng)
    titles = {sheet_of(code): code}
    others = [f for f in forms(obligation, unit) if f.title not in titles]
    if others and rng.random() < 0.3:
        other = rng.choice(others)
        titles[other.title] = other.return_
    of_field = {f.title: f.field for f in forms(obligation, unit)}
    return messy.templated({t: _rows(c, unit, rng, of_field[t]) for t, c in titles.items()}, unit, obligation)


def _rows(code: str, unit: str, rng: random.Random, field: str = "") -> list[dict[str, Any]]:
    """Clean rows, no two alike; of surveys some are those of the demonstration, the first is a model row."""
    rows = [_model(code, n, rng, field) for n in range(rng.randint(2, 9))]
    if code.startswith("survey_"):
        rows[0] |= SOURCE
        of_field = next(f.field for f in PLAN.fields.values() if f.return_ == code)
        real = _real(unit, of_field)
        rows += [{**r, "seq_no": None} for r in rng.sample(real, min(len(real), 3))]
    return rows


@cache
def _real(unit: str, field: str) -> Sequence[Mapping[str, Any]]:
    """The institutions of a unit and a field in the demonstration, as its survey tells them."""
    return [e.surveyed(2) for e in _everybody() if (e.territory, e.field) == (unit, field)]


@cache
def _everybody() -> Sequence[Entity]:
    return population(2016, 1)


def _model(code: str, n: int, rng: random.Random, field: str) -> dict[str, Any]:
    row = dict(GOOD[code])
    if "entity_name" in row:
        row["entity_name"] = f"示例{n}号{rng.choice('甲乙丙')}公司"
    if "id_no" in row:
        row["id_no"] = credit_code("652301", rng)
    for name in {"person_name", "doc_title"} & set(row):
        row[name] = f"{row[name]}{n + 1}"
    if "serial" in row:
        row["serial"] = f"2016-{n + 1:02d}"
    if code == "meeting":
        row["held_on"] += dt.timedelta(n)
    if field and "field" in row:
        row["field"] = PLAN.fields[field].title
    return row


def _spoil_rows(spoiled: Planted, table: Laid, rng: random.Random) -> None:
    """Faults in rows of their own; the first row stays clean, for a later one may repeat it."""
    model = len(
        [
            r
            for r in table.rows
            if str(r.get("entity_name", "示例0号")).startswith("示例") and "seq_no" not in r
        ]
    )
    home = "territory" in PLAN.units[spoiled.book.unit].roles
    fixed = next(
        (f.field for f in forms(spoiled.book.obligation, spoiled.book.unit) if f.title == table.sheet), ""
    )
    survey = table.code.startswith("survey_")
    able = faults(table.code) + twice(table.code, table.rows[0])
    if not spoiled.book.dated:
        able = [f for f in able if (f.rule, f.wrong is None) not in {("X08", False), ("I04", False)}]
    placed = of_place(table.code, table.rows[0].get("field", "") if fixed or survey else "",
                      PLAN.units[spoiled.book.unit].title if home else "")  # fmt: skip
    held: dict[str, list[tuple[int, Fault]]] = {}
    for n in rng.sample(range(1, len(table.rows)), rng.randint(1, len(table.rows) - 1)):
        fit = [f for f in able + placed if f.column in table.columns and (n < model or not f.model)]
        rule = rng.choice(sorted({f.rule for f in fit}))
        fault = rng.choice([f for f in fit if f.rule == rule])
        _spoil(spoiled, table, n, fault)
        held.setdefault(fault.column, []).append((n, fault))
    if table.total:
        _totals(spoiled, table, held, rng)


def _spoil(spoiled: Planted, table: Laid, n: int, fault: Fault) -> None:
    options = table_options(table)

    def say(value: Any) -> Any:
        return options[0] if value == "FIRST" else value

    for name, value in fault.setting.items():
        table.rows[n][name] = say(value)
        spoiled.clean[table.cell(name, n)] = table.written(name, say(value))
    if fault.right is not None:
        table.rows[n][fault.column] = say(fault.right)
    right = table.written(fault.column, table.rows[n].get(fault.column))
    spoiled.spoil(
        table.cell(fault.column, n), fault.rule, table.written(fault.column, say(fault.wrong)), right
    )


def table_options(table: Laid) -> list[str]:
    column = messy.RETURNS[table.code].columns.get("violations")
    return list(column.checks[0].statistics["allowed_values"]) if column is not None else []


def _totals(
    spoiled: Planted, table: Laid, held: dict[str, list[tuple[int, Fault]]], rng: random.Random
) -> None:
    """Totals typed by hand follow nothing; totals by formula follow the numbers in the cells; one may be
    wrong.
    """
    typed = rng.random() < 0.5
    wrong_one = rng.choice([*table.summed(), *([None] * 3)])
    for name in table.summed():
        cell = (table.sheet, f"{table.columns[name]}{table.total}")
        values = [row.get(name) or 0 for row in table.rows]
        right = table.written(name, sum(values))
        spoiled.clean[cell] = right
        bad = [f for _, f in held.get(name, ()) if f.rule in ONE_COLUMN]
        for n, fault in held.get(name, ()):
            values[n] = fault.wrong if isinstance(fault.wrong, int | float) else 0
        summed = table.written(name, sum(values))
        if name == wrong_one and not bad and not held.get(name):
            spoiled.spoil(cell, "X17", round(right + table.written(name, 50), 6), right)
        elif not typed:
            spoiled.follows[cell] = (summed, right)
        elif not bad and abs(sum(values) - sum(row.get(name) or 0 for row in table.rows)) > TOLERANCE:
            spoiled.told.append((cell, "X17"))


def _spoil_cover(spoiled: Planted, rng: random.Random) -> None:
    book = spoiled.book
    wrongs = [(book.cover[name], rule, wrong) for name, rule, wrong in OF_COVER]
    for table in book.tables:
        if cell := book.cover.get(f"answer {table.sheet}"):
            nil = "zero_with_rows" if "zero" in answers_of(table.code) else "answer_not_offered"
            wrongs += [(cell, nil, "零报告"), (cell, "isin", "有的")]
    work = [(cell, "zero_without_work", None) for cell in book.zeros.values()]
    cell, rule, wrong = rng.choice([*wrongs, *work[:2]])
    row = int("".join(filter(str.isdigit, cell[1])))
    told = (cell[0], f"B{row}")  # a zero report without work is told at its answer
    spoiled.clean[cell], spoiled.wrong[cell] = messy.held(book.content, cell), wrong
    spoiled.told.append((told, rule))
    if told != cell:
        spoiled.clean[told] = "零报告"
        spoiled.follows[cell] = (None, 12)


def failure(seed: int) -> str:
    """What went wrong with a seed; '' where all is as it should be."""
    return failure_of(planted(seed), seed)


def failure_of(spoiled: Planted, seed: int) -> str:
    """What went wrong with the workbook of a seed; '' where all is as it should be."""
    clean = messy.put(spoiled.book.content, spoiled.clean)
    first = _judged(clean, spoiled.book)
    if found := _told(first):
        return f"seed {seed}: a clean workbook is told {found}"
    wrong = {**{cell: w for cell, (w, _) in spoiled.follows.items()}, **spoiled.wrong, **spoiled.guises}
    bad = messy.put(clean, wrong)
    told = _told(_judged(_sent(bad, spoiled), spoiled.book))
    if Counter(told) != Counter(spoiled.told):
        less, more = Counter(spoiled.told) - Counter(told), Counter(told) - Counter(spoiled.told)
        return f"seed {seed}: not told {dict(less)}, told besides {dict(more)}"
    listed = {cell: spoiled.clean[cell] for cell, _ in told}
    mended = messy.put(bad, {**{cell: right for cell, (_, right) in spoiled.follows.items()}, **listed})
    last = _judged(_sent(mended, spoiled), spoiled.book)
    if last.verdict != ACCEPTABLE:
        return f"seed {seed}: mended, and still {last.verdict}"
    return _otherwise(first, last, spoiled, seed)


def _sent(content: bytes, spoiled: Planted) -> bytes:
    return messy.placeless(content) if spoiled.is_placeless else content


def _otherwise(first: Judgement, last: Judgement, spoiled: Planted, seed: int) -> str:
    """What a mended workbook in disguise means otherwise than the clean one, or does not list."""
    seen = {(r.sheet, r.cell) for r in last.repairs} | {(p.sheet, p.cell) for p in last.problems}
    if unlisted := spoiled.guises.keys() - seen:
        return f"seed {seed}: not listed { ({cell: spoiled.guises[cell] for cell in unlisted}) }"
    for n, frame in first.frames.items():
        try:
            pd.testing.assert_frame_equal(frame, last.frames[n], check_exact=False, rtol=1e-9, atol=1e-6)
        except AssertionError as why:
            return f"seed {seed}: another value: {why}"
    return ""


def _judged(content: bytes, book: Book) -> Judgement:
    return judge(content, unit=book.unit, obligation=book.obligation, arrived_on=ARRIVED)


def _told(judgement: Judgement) -> list[tuple[Cell, str]]:
    whole = [((judgement.reason, ""), judgement.verdict)] if judgement.reason else []
    return whole + [((p.sheet, p.cell), p.rule) for p in judgement.problems if p.level == MUST]


def failures(seeds: range) -> Iterator[str]:
    return (said for seed in seeds if (said := failure(seed)))


def main(count: int, first: int) -> int:
    found, cells, guised, rules = 0, 0, 0, Counter()
    for seed in range(first, first + count):
        spoiled = planted(seed)
        cells += len(spoiled.told)
        guised += len(spoiled.guises)
        rules.update(rule for _, rule in spoiled.told)
        if said := failure_of(spoiled, seed):
            found += 1
            print(said, flush=True)  # noqa: T201  a command tells
    said = f"{cells} faults of {len(rules)} rules, {guised} cells in other guises"
    print(f"{count} workbooks, {said}, {found} failures")  # noqa: T201  a command tells
    return min(found, 1)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0))
