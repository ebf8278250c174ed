"""Hold cells against their return: typed rows, and everything that is wrong, at once, once per cell.

Every rule is asked on every row whose inputs could be read; what could not be asked is listed as unchecked.
Each step hands its values to the next: cells → rules of one column → rules across a row → fixed values.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa

from pipelines.judging.asking import NOT_BLANK, BrokenRule, broken_rules
from pipelines.judging.grid import Grid
from pipelines.judging.telling import Breach, most_telling
from pipelines.judging.unknown import is_unknown, with_unknown
from pipelines.reading.as_shown import ShownWords
from pipelines.tables.reporting import Reporter
from pipelines.values.bulk import read_cells
from pipelines.values.meaning import Manner, Meaning, Unreadable, words_of
from schemas.columns import allowed, sample_of
from schemas.cover import COVER
from schemas.identifiers import id_fault, id_swapped
from schemas.problems import (
    ID_DETAILS,
    ID_MENDS,
    MUST,
    VERIFY,
    Problem,
    Repair,
    Unchecked,
    length_said,
    sentence,
)

BadRows = Mapping[str, set[int]]  # column name → rows whose cell gave no allowed value


@dataclass(frozen=True)
class Context:
    """What the rest of the workbook says that a rule may need."""

    arrived_on: dt.date
    data_as_of: dt.date | None = None
    must_be: Mapping[str, tuple[str, str]] = field(
        default_factory=dict
    )  # column → rule, its only right value


@dataclass(frozen=True)
class Checked:
    """What checking one grid gave; `frame` has the grid's rows as its index and the return's columns."""

    frame: pd.DataFrame
    problems: Sequence[Problem]
    repairs: Sequence[Repair]
    unchecked: Sequence[Unchecked]
    bad: BadRows


@dataclass(frozen=True)
class _Read:
    """The columns of a grid read: values, what was changed, cells without a value or to be confirmed."""

    frame: pd.DataFrame
    repairs: Sequence[Repair]
    breaches: Sequence[Breach]
    bad: BadRows
    unknown: BadRows  # rows whose cell says 未掌握: no value, and no fault


def check(grid: Grid, schema: pa.DataFrameSchema, context: Context) -> Checked:
    """Typed rows of a grid and its problems, repairs and unchecked rules, each in the order of rows.

    Raises whatever a rule raises that itself fails: that is our bug and not the sender's.
    """
    read = _read(grid, schema, context)
    broken = broken_rules(schema, _with_context(read.frame, context))
    across = [each for each in broken if each.is_across]
    of_columns, bad = _of_columns([each for each in broken if not each.is_across], grid, schema, read)
    of_rows = _of_rows(across, bad, read.frame)
    fixed = _fixed(read.frame, grid, schema, context, bad)
    needed = _columns_needed(across, grid, schema, bad)
    breaches = [*read.breaches, *of_columns, *of_rows, *fixed, *needed]
    unchecked = dict.fromkeys(_unasked(read.frame, grid, schema, context, bad))
    return Checked(
        frame=with_unknown(read.frame, read.unknown),
        problems=_problems(breaches, grid, schema),
        repairs=read.repairs,
        unchecked=sorted(unchecked, key=lambda each: (each.row, each.rule)),
        bad=bad,
    )


def _read(grid: Grid, schema: pa.DataFrameSchema, context: Context) -> _Read:
    """Every column of the return from its cells; one that is not there is blank, and bad in every row."""
    index = pd.Index(list(grid.rows), dtype="int64")
    columns: dict[str, Any] = {}  # the values of each, in an array of its kind
    repairs: list[Repair] = []
    breaches: list[Breach] = []
    bad: dict[str, set[int]] = {}
    unknown: dict[str, set[int]] = {}
    everywhere = set(grid.rows)
    for name, column in schema.columns.items():
        dtype: Any = column.dtype.type
        if name not in grid.cells:
            bad[name] = everywhere
            columns[name] = pd.Series(None, index=index, dtype=dtype).array
            continue
        meaning = read_cells(grid.cells[name], _manner(grid, name, column, context))
        values: Any = pd.Series(meaning.values, dtype=dtype).array
        columns[name] = values.take(np.asarray(meaning.codes, dtype=np.int64))
        notable = [(grid.rows[position], cell) for position, cell in meaning.notable.items()]
        bad |= (
            {name: rows} if (rows := {row for row, cell in notable if isinstance(cell, Unreadable)}) else {}
        )
        unknown |= {name: rows} if (rows := {row for row, cell in notable if is_unknown(cell)}) else {}
        breaches += _breaches_of_cells(notable, name, grid, schema)
        repairs += _repairs_of_cells(notable, name, grid)
    return _Read(pd.DataFrame(columns, index=index), repairs, breaches, bad, unknown)


def _manner(grid: Grid, name: str, column: pa.Column, context: Context) -> Manner:
    meta = column.metadata or {}
    return Manner(
        kind=meta["kind"],
        options=allowed(column),
        means=meta.get("means", {}),
        unit=grid.units.get(name) or str(meta.get("unit", "")),
        year=(context.data_as_of or context.arrived_on).year,
        since_1904=grid.since_1904,
        required=not column.nullable,
        may_be_unknown=bool(meta.get("may_be_unknown")),
    )


def _breaches_of_cells(
    notable: Iterable[tuple[int, Meaning | Unreadable]], name: str, grid: Grid, schema: pa.DataFrameSchema
) -> Iterator[Breach]:
    """What a person should hear of cells: that one gave no value, or that its value is to be confirmed."""
    for row, cell in notable:
        rule, level = (str(cell), MUST) if isinstance(cell, Unreadable) else (cell.confirm, VERIFY)
        if rule:
            yield _breach(grid, schema, name, row, rule, level)


def _repairs_of_cells(
    notable: Iterable[tuple[int, Meaning | Unreadable]], name: str, grid: Grid
) -> Iterator[Repair]:
    for row, cell in notable:
        if not isinstance(cell, Unreadable) and cell.how:
            after = "" if cell.value is None else shown(cell.value)
            raw = grid.raw(name, row)
            before = raw.kept if isinstance(raw, ShownWords) else shown(raw)
            yield Repair(grid.sheet, grid.where(name, row), before, after, cell.how)


def _with_context(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """The frame, and beside it the days of the workbook that rules may ask of: `data_as_of`, `arrived_on`."""
    around = {"data_as_of": context.data_as_of, "arrived_on": context.arrived_on}
    days = {
        name: pd.Series(pd.Timestamp(day) if day else pd.NaT, index=frame.index, dtype="datetime64[us]")
        for name, day in around.items()
        if name not in frame
    }
    return frame.assign(**days)


def _of_columns(
    broken: Iterable[BrokenRule], grid: Grid, schema: pa.DataFrameSchema, read: _Read
) -> tuple[list[Breach], BadRows]:
    """Rules of one column broken by cells that gave a value, and all cells that then give none allowed."""
    breaches: list[Breach] = []
    worse = dict(read.bad)
    for each in broken:
        name = each.column
        facts = {key: fact for key, fact in each.facts.items() if key != "level"}
        rows = each.rows - worse.get(name, set()) - read.unknown.get(name, set())
        breaches += [_breach(grid, schema, name, row, each.rule, each.level, **facts) for row in rows]
        if each.level == MUST:
            worse[name] = worse.get(name, set()) | rows
    return breaches, worse


def _of_rows(broken: Iterable[BrokenRule], bad: BadRows, frame: pd.DataFrame) -> Iterator[Breach]:
    """Rules across a row: they mean nothing where a cell that they need gave no allowed value.

    Of a row that repeats another the sentence names that row.
    """
    for each in broken:
        blind = set().union(*(bad.get(name, set()) for name in each.facts["needs"]))
        wrong, mend = each.facts["wrong"], each.facts["mend"]
        alike = each.facts["first"](frame) if "first" in each.facts else None
        for row in each.rows - blind:
            named = wrong if alike is None else f"{wrong}（第{alike[row]}行）"
            yield Breach(each.column, row, each.rule, each.level, (named, mend))


def _columns_needed(
    broken: Iterable[BrokenRule], grid: Grid, schema: pa.DataFrameSchema, bad: BadRows
) -> Iterator[Breach]:
    """Columns that may be left out, and are, though a rule that must be kept asks for them in some row."""
    first: dict[str, int] = {}
    for each in broken:
        on = each.column
        others = set(each.facts["needs"]) & set(schema.columns) - {on}
        if on in grid.cells or not others <= set(grid.cells) or each.level != MUST:
            continue
        rows = each.rows - set().union(*(bad.get(name, set()) for name in others))
        if rows and schema.columns[on].nullable:
            first[on] = min({*rows, first.get(on, max(rows))})
    for name, row in first.items():
        yield _breach(grid, schema, name, row, "column_needed", VERIFY, line=row)


def _fixed(
    frame: pd.DataFrame, grid: Grid, schema: pa.DataFrameSchema, context: Context, bad: BadRows
) -> Iterator[Breach]:
    """Columns that can hold one value only in this workbook: the sheet's field, the unit's territory."""
    for name, (rule, right) in context.must_be.items():
        if name in grid.cells:
            wrong = frame.index[frame[name].notna() & (frame[name] != right)]
            for row in set(wrong) - bad.get(name, set()):
                yield _breach(grid, schema, name, row, rule, MUST, title=right)


def _unasked(
    frame: pd.DataFrame, grid: Grid, schema: pa.DataFrameSchema, context: Context, bad: BadRows
) -> Iterator[Unchecked]:
    """Every rule and row that cannot be judged, and what stands in the way: a cell or a cover line."""
    for rule in schema.checks:
        facts = rule.statistics or {}
        for name in facts.get("needs", ()):
            rows = bad.get(name, set()) if name in grid.cells else ()
            yield from (Unchecked(grid.sheet, str(rule.name), row, grid.where(name, row)) for row in rows)
            if name == "data_as_of" and name not in frame and context.data_as_of is None:
                title = str(COVER.columns[name].title)
                asking = frame.index[frame[facts["on"]].notna()]
                yield from (Unchecked(grid.sheet, str(rule.name), int(row), title) for row in asking)


def _breach(
    grid: Grid, schema: pa.DataFrameSchema, name: str, row: int, rule: str, level: str, **facts: Any
) -> Breach:
    """A rule broken by a cell, its sentence filled with the facts of the rule and of the cell."""
    words = words_of(grid.raw(name, row))
    digits = words.upper() if rule == "id_number" else ""
    is_number = any(c.isascii() and c.isdigit() for c in digits)
    kind = "" if not digits else (id_fault(digits) or "") if is_number else "words"
    detail, mend = ID_DETAILS.get(kind, ""), ID_MENDS.get(kind, "")
    swapped = id_swapped(digits) if detail else ""
    bounds = {k: shown(v) if isinstance(v, pd.Timestamp) else v for k, v in facts.items()}
    blanks = {
        "title": str(schema.columns[name].title),
        "detail": detail,
        "mend": mend,
        "span": length_said(facts),
        "sample": sample_of(schema.columns[name]),
        "value": words,
        **bounds,
    }
    offer = f"，是否应为 {swapped}" if swapped else ""
    said = "word_for_none" if rule == NOT_BLANK and words else rule
    return Breach(name, row, rule, level, sentence(said, offer=offer, **blanks))


def _problems(breaches: Iterable[Breach], grid: Grid, schema: pa.DataFrameSchema) -> list[Problem]:
    """The breaches told at their cells, in the order of rows and columns; of each cell the most telling."""
    of_cell: dict[tuple[int, str], list[Breach]] = defaultdict(list)
    for breach in breaches:
        of_cell[breach.row, breach.name].append(breach)
    order = {name: n for n, name in enumerate(schema.columns)}
    telling = [breach for cell in of_cell.values() for breach in most_telling(cell)]
    ordered = sorted(telling, key=lambda b: (b.row, order.get(b.name, -1), b.level, b.rule))
    reporter = Reporter(grid.sheet, grid.return_, schema.columns)
    return [
        reporter.worded(
            b.rule,
            grid.place(b.name, b.row) if b.name in grid.cells else (b.row, 0),
            b.said,
            level=b.level,
            column=b.name,
            title=str(schema.columns[b.name].title),
            value=shown(grid.raw(b.name, b.row)),
        )
        for b in ordered
    ]


def shown(value: Any) -> str:
    """A cell as the person sees it."""
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d}" if value.time() == dt.time() else f"{value:%Y-%m-%d %H:%M}"
    return "" if value is None else words_of(value) if isinstance(value, float) else str(value)
