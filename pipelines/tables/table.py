"""Where the table stands in a sheet: its heading, its rows, its totals, and what is written above it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandera.pandas as pa

from pipelines.reading.columns import placed
from pipelines.reading.reader import Sheet
from pipelines.tables.heading import (
    PAIR,
    UNIT_LABELS,
    Candidate,
    Found,
    Spread,
    candidates,
    names_of,
    normal,
    spread_of,
    unit_alone,
)
from pipelines.tables.money_unit import MONEY_UNITS, Said, said_by
from pipelines.tables.plain_rows import is_filled
from pipelines.tables.rows import Above, Body, body_of, said, sums_of
from pipelines.values.clean import BLANKS

ENOUGH = 5
ROW_OF_A_TABLE = 3  # cells that hold something
NEXT_PAIR = re.compile(r"\s+(?=[^\s:]{2,12}:)|\s{3,}")  # several labels in one cell
COUNTING = {"money", "number", "whole", "day"}
FILLED_DOWN = {"text", "choice", "choices", "code", "day"}  # an amount is never copied from row to row
COUNTER, COUNTER_TITLE = "seq_no", "序号"
READY = {COUNTER, "field", "territory"}  # an office fills them in before it hands a table out
COMMON = {COUNTER_TITLE, "备注"}  # headings of any table: they give way to a column's own title
Cell = tuple[int, int]


@dataclass(frozen=True)
class Table:
    """A table found in a sheet; rows are Excel row numbers."""

    sheet: Sheet
    heading_row: int  # the last of its rows
    headings: Sequence[Found]
    rows: Sequence[int]
    totals: Sequence[int]
    unit: Said = field(default_factory=Said)  # of money, where no heading names one
    pairs: Mapping[str, tuple[Cell, Any]] = field(default_factory=dict)  # label → place, value
    sums: Sequence[tuple[int, Sequence[Sequence[int]]]] = ()  # row of totals → the rows that it may sum up
    body: Body = field(default_factory=Body)
    filled: Mapping[Cell, Any] = field(default_factory=dict)  # cells that a merge downwards speaks for
    before: int = 0  # the row where the table of another return begins, above this one; 0 for none
    beside: int = 0  # the column where a second block of the same table begins; 0 for none

    def columns(self) -> dict[str, Found]:
        """The first heading for each column of the return."""
        found: dict[str, Found] = {}
        for heading in sorted(self.headings, key=lambda h: normal(h.words) in COMMON):  # 篇号 before 序号
            if heading.name and heading.name not in found:
                found[heading.name] = heading
        return found


def names_in(places: Sequence[Candidate], return_: pa.DataFrameSchema, known: Mapping[str, str]) -> set[str]:
    """The columns of `return_`, by the names that are `known`, in the best of these headings; no row below is looked at."""
    best = _heading(places, return_, known)
    return {name for path in best.paths if (name := path.name(known))} if best else set()


def find(sheet: Sheet, return_: pa.DataFrameSchema) -> Table | None:
    """The table of `return_` in a sheet, or None where no heading of it can be seen."""
    known = names_of(return_)
    spread = spread_of(sheet)
    places = candidates(sheet, spread)
    best = _heading(places, return_, known)
    while best and (earlier := _heading(places_before(sheet, best.last, places, known), return_, known)):
        best = earlier  # a page before this one, whose rows are not to be lost
    if best is None:
        return None
    first = best.first
    headings, last = _with_units_below(sheet, [path.found(known) for path in best.paths], best.last)
    beside = _beside(headings)
    headings = [h for h in headings if not beside or h.column < beside]
    lines = [_line(sheet, spread, row, headings) for row in range(first, last + 1)]
    above = _above(sheet, return_, headings, lines, first)
    body = body_of(sheet, above)
    filled = _filled(sheet, return_, headings, body.rows)
    unit = _unit_said(sheet, return_, first, headings, body)
    return Table(
        _with(sheet, filled),
        last,
        headings,
        body.rows,
        body.totals,
        unit,
        _pairs(sheet, first),
        sums_of(sheet, body),
        body,
        filled,
        beside=beside,
    )


def _above(
    sheet: Sheet,
    return_: pa.DataFrameSchema,
    headings: Sequence[Found],
    lines: Sequence[Mapping[int, str]],
    first: int,
) -> Above:
    """What the rows below a heading, whose first row this is, are held against."""
    columns = {h.column: return_.columns[h.name] for h in headings if h.name}
    kinds = {n: (column.metadata or {})["kind"] for n, column in columns.items()}
    counters = frozenset(h.column for h in headings if h.name == COUNTER or normal(h.words) == COUNTER_TITLE)
    return Above(
        last=first + len(lines) - 1,
        lines=lines,
        names=names_of(return_),
        options=_options(return_),
        counting=frozenset(n for n, kind in kinds.items() if kind in COUNTING),
        titles=_titles(sheet, first),
        counters=counters,
        ready=counters | {h.column for h in headings if h.name in READY},
        units={h.column: h.unit for h in headings if h.unit},
        required=frozenset(n for n, column in columns.items() if not column.nullable),
        days=frozenset(n for n, kind in kinds.items() if kind == "day"),
    )


def places_before(
    sheet: Sheet, last: int, places: Sequence[Candidate], known: Mapping[str, str]
) -> list[Candidate]:
    """The places above a heading that ends in row `last` with rows of a table between, under what they name."""
    return [p for p in places if any(_is_under(sheet, row, p, known) for row in range(p.last + 1, last))]


def _is_under(sheet: Sheet, row: int, place: Candidate, known: Mapping[str, str]) -> bool:
    """Whether several cells stand under the columns that a heading names, not all of them words."""
    cells = [c for path in place.paths if path.name(known) and is_filled(c := sheet.at(row, path.column))]
    return len(cells) >= ROW_OF_A_TABLE and any(not isinstance(c, str) or said(c).isdigit() for c in cells)


def _heading(
    places: Sequence[Candidate], return_: pa.DataFrameSchema, known: Mapping[str, str]
) -> Candidate | None:
    """The heading that names most columns; the first of equals, and of those in one place the deepest."""
    wanted = min(ENOUGH, max(2, len(return_.columns) // 2))
    told = [(len({path.name(known) for path in place.paths} - {None}), place) for place in places]
    able = [
        (count, -place.last, place.depth, place)
        for count, place in told
        if count >= wanted
        or (count == len(place.paths) > 2)  # a short return, with nothing but its own headings
    ]
    return max(able, key=lambda each: each[:3])[3] if able else None


def _with_units_below(sheet: Sheet, headings: list[Found], last: int) -> tuple[list[Found], int]:
    """The row right below a heading that holds nothing but units belongs to it."""
    below = [said(c) for c in sheet.rows[last]] if len(sheet.rows) > last else []
    below = [c for c in below if c not in BLANKS and c not in UNIT_LABELS]
    if not below or not all(unit_alone(c) for c in below):
        return headings, last
    units = {h.column: unit_alone(sheet.at(last + 1, h.column)) for h in headings}
    return [replace(h, unit=units[h.column] or h.unit) for h in headings], last + 1


def _beside(headings: Sequence[Found]) -> int:
    """The column where the same headings begin once more, side by side with the first; 0 where they do not."""
    named = [h for h in headings if h.name]
    again = next((n for n, h in enumerate(named) if n > 1 and h.name == named[0].name), 0)
    names = [h.name for h in named]
    second = names[again : 2 * again]
    return named[again].column if again and len(second) > 1 and second == names[: len(second)] else 0


def _line(sheet: Sheet, spread: Spread, row: int, headings: Iterable[Found]) -> dict[int, str]:
    words = {h.column: normal(sheet.at(*spread.get((row, h.column), (row, h.column)))) for h in headings}
    return {column: w for column, w in words.items() if w}


def _options(return_: pa.DataFrameSchema) -> frozenset[str]:
    """In normal form what choice columns may hold."""
    allowed = (
        option
        for column in return_.columns.values()
        if (column.metadata or {})["kind"] == "choice"
        for check in column.checks
        for option in (check.statistics or {}).get("allowed_values", ())
    )
    return frozenset(normal(option) for option in allowed if len(option) > 1)


def _unit_said(
    sheet: Sheet, return_: pa.DataFrameSchema, first: int, headings: Sequence[Found], body: Body
) -> Said:
    """The unit of money that lines name; of no matter where the heading of every amount names its own."""
    amounts = {h for h in headings if h.name and (return_.columns[h.name].metadata or {})["kind"] == "money"}
    if all(h.unit in MONEY_UNITS for h in amounts):
        return Said()
    others = [(h.row, h.column, h.words) for h in headings if h not in amounts]
    return said_by(sheet, [*range(1, first), *body.totals], [*body.words, *body.guidance], others)


def _titles(sheet: Sheet, first: int) -> frozenset[str]:
    """What stands alone in a row above the heading; again further down it is the title of another page."""
    rows = ([c for c in cells if str(c).strip()] for cells in sheet.rows[: first - 1])
    return frozenset(normal(cells[0]) for cells in rows if len(cells) == 1)


def _filled(
    sheet: Sheet, return_: pa.DataFrameSchema, headings: Sequence[Found], rows: Sequence[int]
) -> dict[Cell, Any]:
    """The cells of data under a merge downwards, with the value of its anchor: words only, never amounts."""
    kinds = {h.column: (return_.columns[h.name].metadata or {})["kind"] for h in headings if h.name}
    data = set(rows)
    return {
        (row, column): sheet.at(top, column)
        for top, column, bottom, right in sheet.merges
        if bottom > top
        and right == column
        and kinds.get(column) in FILLED_DOWN
        and sheet.at(top, column) != ""
        for row in range(top + 1, bottom + 1)
        if row in data and top in data
    }


def _with(sheet: Sheet, filled: Mapping[Cell, Any]) -> Sheet:
    """The sheet with some of its cells filled; the given one stays as it was."""
    places = [(row, row, column, value) for (row, column), value in filled.items()]
    return replace(sheet, columns=placed(sheet.columns, places)) if filled else sheet


def _pairs(sheet: Sheet, heading: int) -> dict[str, tuple[Cell, Any]]:
    """What is said above the heading as `label:value`: in one cell, in two, or several in one."""
    found: dict[str, tuple[Cell, Any]] = {}
    for row in range(1, heading):
        for column in range(1, len(sheet.rows[row - 1]) + 1):
            for part in NEXT_PAIR.split(said(sheet.at(row, column))):
                if match := PAIR.match(part):
                    value = match[2].strip()
                    place = column if value else _next(sheet, row, column)
                    found.setdefault(normal(match[1]), ((row, place), value or sheet.at(row, place)))
    return found


def _next(sheet: Sheet, row: int, column: int) -> int:
    """The cell after a label, behind the area that the label is merged over."""
    right = next((d for a, b, _, d in sheet.merges if (a, b) == (row, column)), column)
    return right + 1
