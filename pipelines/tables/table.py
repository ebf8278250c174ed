"""Where the table stands in a sheet: its heading, its rows, its totals, and what is written above it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandera.pandas as pa

from pipelines.reading.columns import placed
from pipelines.reading.reader import Sheet
from pipelines.tables.heading import (
    FEWEST,
    PAIR,
    UNIT_LABELS,
    CellPlace,
    Heading,
    HeadingPlace,
    HeadingSearch,
    HeadingWords,
    Spread,
    names_of,
    normal,
    search,
    unit_alone,
)
from pipelines.tables.money_unit import MoneyUnit, money_unit_of
from pipelines.tables.plain_rows import is_filled
from pipelines.tables.row_kinds import Above
from pipelines.tables.rows import Body, body_of
from pipelines.tables.signs import half_width
from pipelines.tables.subtotals import sums_of
from pipelines.values.meaning import BLANKS
from schemas.units import MONEY_UNITS

ENOUGH = 5
ROW_OF_A_TABLE = 3  # cells that hold something
NEXT_PAIR = re.compile(r"\s+(?=[^\s:]{2,12}:)|\s{3,}")  # several labels in one cell
COUNTING = {"money", "number", "whole", "day"}
FILLED_DOWN = {
    "text",
    "choice",
    "choices",
    "code",
    "phone",
    "day",
}  # an amount is never copied from row to row
COUNTER, COUNTER_TITLE = "seq_no", "序号"
READY = {COUNTER, "field", "territory"}  # an office fills them in before it hands a table out
COMMON = {COUNTER_TITLE, "备注"}  # headings of any table: they give way to a column's own title


@dataclass(frozen=True)
class Table:
    """A table found in a sheet; rows are Excel row numbers."""

    sheet: Sheet
    heading_row: int  # the last of its rows
    headings: Sequence[Heading]
    rows: Sequence[int]
    totals: Sequence[int]
    unit: MoneyUnit = field(default_factory=MoneyUnit)  # of money, where no heading names one
    pairs: Mapping[str, tuple[CellPlace, Any]] = field(default_factory=dict)  # label → place, value
    sums: Sequence[tuple[int, Sequence[Sequence[int]]]] = ()  # row of totals → the rows that it may sum up
    body: Body = field(default_factory=Body)
    filled: Mapping[CellPlace, Any] = field(default_factory=dict)  # cells that a merge downwards speaks for
    before: int = 0  # the row where the table of another return begins, above this one; 0 for none
    beside: int = 0  # the column where a second block of the same table begins; 0 for none

    def columns(self) -> dict[str, Heading]:
        """The first heading for each column of the return."""
        columns: dict[str, Heading] = {}
        for heading in sorted(self.headings, key=lambda h: normal(h.words) in COMMON):  # 篇号 before 序号
            if heading.name:
                columns.setdefault(heading.name, heading)
        return columns


def names_in(places: Sequence[HeadingPlace], return_: pa.DataFrameSchema) -> set[str]:
    """The columns of `return_` in the best of these headings; no row below is looked at."""
    best = _best(places, return_)
    return set(best.named[str(return_.name)]) if best else set()


def find(sheet: Sheet, return_: pa.DataFrameSchema, headings: HeadingSearch | None = None) -> Table | None:
    """The table of `return_` in a sheet, or None where no heading of it can be seen.

    `headings` is what `heading.search` gave for the sheet, where it was asked before.
    """
    searched = headings or search(sheet, HeadingWords([return_]))
    best = _best(searched.places, return_)
    while best and (earlier := _best(places_before(sheet, best.last, searched.places, return_), return_)):
        best = earlier  # a page before this one, whose rows are not to be lost
    return _table(sheet, return_, best, searched.spread) if best else None


def _table(sheet: Sheet, return_: pa.DataFrameSchema, place: HeadingPlace, spread: Spread) -> Table:
    """The table of `return_` below the heading at a place."""
    first, names = place.first, names_of(return_)
    headings, last = _with_units_below(sheet, [path.heading(names) for path in place.paths], place.last)
    beside = _beside(headings)
    headings = [h for h in headings if not beside or h.column < beside]
    lines = [_line(sheet, spread, row, headings) for row in range(first, last + 1)]
    body = body_of(sheet, _above(sheet, return_, headings, lines, first))
    filled = _filled(sheet, return_, headings, body.rows)
    return Table(
        sheet=_with(sheet, filled),
        heading_row=last,
        headings=headings,
        rows=body.rows,
        totals=body.totals,
        unit=_money_unit(sheet, return_, first, headings, body),
        pairs=_pairs(sheet, first),
        sums=sums_of(sheet, body),
        body=body,
        filled=filled,
        beside=beside,
    )


def _above(
    sheet: Sheet,
    return_: pa.DataFrameSchema,
    headings: Sequence[Heading],
    lines: Sequence[Mapping[int, str]],
    first: int,
) -> Above:
    """What the rows below a heading, whose first row this is, are held against."""
    columns = {h.column: return_.columns[h.name] for h in headings if h.name}
    kinds = {n: _kind(column) for n, column in columns.items()}
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


def _kind(column: pa.Column) -> str:
    return str((column.metadata or {})["kind"])


def places_before(
    sheet: Sheet, last: int, places: Sequence[HeadingPlace], return_: pa.DataFrameSchema
) -> list[HeadingPlace]:
    """The places above a heading that ends in row `last`, with rows of their own table between."""
    names = names_of(return_)
    return [p for p in places if any(_is_under(sheet, row, p, names) for row in range(p.last + 1, last))]


def _is_under(sheet: Sheet, row: int, place: HeadingPlace, names: Mapping[str, str]) -> bool:
    """Whether several cells stand under the columns that a heading names, not all of them words."""
    cells = [c for path in place.paths if path.name(names) and is_filled(c := sheet.at(row, path.column))]
    has_number = any(not isinstance(c, str) or half_width(c).isdigit() for c in cells)
    return len(cells) >= ROW_OF_A_TABLE and has_number


def _best(places: Sequence[HeadingPlace], return_: pa.DataFrameSchema) -> HeadingPlace | None:
    """The heading that names most columns; the first of equals, and of those in one place the deepest."""
    wanted = min(ENOUGH, max(FEWEST, len(return_.columns) // 2))
    counts = [(len(place.named.get(str(return_.name), ())), place) for place in places]
    able = [
        (count, -place.last, place.depth, place)
        for count, place in counts
        if count >= wanted or count == len(place.paths) > 2  # a short return with its own headings alone
    ]
    return max(able, key=lambda each: each[:3])[3] if able else None


def _with_units_below(sheet: Sheet, headings: list[Heading], last: int) -> tuple[list[Heading], int]:
    """The row right below a heading that holds nothing but units belongs to it."""
    below = [half_width(c) for c in sheet.rows[last]] if len(sheet.rows) > last else []
    below = [c for c in below if c not in BLANKS and c not in UNIT_LABELS]
    if not below or not all(unit_alone(c) for c in below):
        return headings, last
    units = {h.column: unit_alone(sheet.at(last + 1, h.column)) for h in headings}
    return [replace(h, unit=units[h.column] or h.unit) for h in headings], last + 1


def _beside(headings: Sequence[Heading]) -> int:
    """The column where the same headings begin once more, beside the first; 0 where they do not."""
    named = [h for h in headings if h.name]
    again = next((n for n, h in enumerate(named) if n > 1 and h.name == named[0].name), 0)
    names = [h.name for h in named]
    second = names[again : 2 * again]
    return named[again].column if again and len(second) > 1 and second == names[: len(second)] else 0


def _line(sheet: Sheet, spread: Spread, row: int, headings: Iterable[Heading]) -> dict[int, str]:
    words = {h.column: normal(sheet.at(*spread.get((row, h.column), (row, h.column)))) for h in headings}
    return {column: w for column, w in words.items() if w}


def _options(return_: pa.DataFrameSchema) -> frozenset[str]:
    """In normal form what choice columns may hold."""
    allowed = (
        option
        for column in return_.columns.values()
        if _kind(column) == "choice"
        for check in column.checks
        for option in (check.statistics or {}).get("allowed_values", ())
    )
    return frozenset(normal(option) for option in allowed if len(option) > 1)


def _money_unit(
    sheet: Sheet, return_: pa.DataFrameSchema, first: int, headings: Sequence[Heading], body: Body
) -> MoneyUnit:
    """The unit of money that lines name, or a column of its own.

    Where the heading of every amount names its own, lines may say what they like: they are asked only for
    the one unit that they name.
    """
    amounts = {h for h in headings if h.name and _kind(return_.columns[h.name]) == "money"}
    if not amounts:
        return MoneyUnit()
    of_rows = _unit_of_rows(sheet, headings, body.rows)
    if of_rows.unit:
        return of_rows
    is_named = all(h.unit in MONEY_UNITS for h in amounts)
    others = [] if is_named else [(h.row, h.column, h.words) for h in headings if h not in amounts]
    lines = [*body.words, *body.guidance]
    unit = money_unit_of(sheet, [*range(1, first), *body.totals], lines, others)
    return MoneyUnit() if is_named and not unit.is_clear else unit


def _unit_of_rows(sheet: Sheet, headings: Sequence[Heading], rows: Sequence[int]) -> MoneyUnit:
    """The unit of money that a column headed 单位 names beside the rows of data."""
    columns = [h.column for h in headings if not h.name and normal(h.words) in UNIT_LABELS]
    said = [(row, column, f"单位:{sheet.at(row, column)}") for column in columns for row in rows]
    return money_unit_of(replace(sheet, title=""), [], [], said)


def _titles(sheet: Sheet, first: int) -> frozenset[str]:
    """What stands alone in a row above the heading; again further down it is the title of another page."""
    rows = ([c for c in cells if str(c).strip()] for cells in sheet.rows[: first - 1])
    return frozenset(normal(cells[0]) for cells in rows if len(cells) == 1)


def _filled(
    sheet: Sheet, return_: pa.DataFrameSchema, headings: Sequence[Heading], rows: Sequence[int]
) -> dict[CellPlace, Any]:
    """The cells of data under a merge downwards, with the value of its anchor: words only, never amounts."""
    kinds = {h.column: _kind(return_.columns[h.name]) for h in headings if h.name}
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


def _with(sheet: Sheet, filled: Mapping[CellPlace, Any]) -> Sheet:
    """The sheet with some of its cells filled; the given one stays as it was."""
    places = [(row, row, column, value) for (row, column), value in filled.items()]
    return replace(sheet, columns=placed(sheet.columns, places)) if filled else sheet


def _pairs(sheet: Sheet, heading: int) -> dict[str, tuple[CellPlace, Any]]:
    """What is said above the heading as `label:value`: in one cell, in two, or several in one."""
    pairs: dict[str, tuple[CellPlace, Any]] = {}
    for row, cells in enumerate(sheet.rows[: heading - 1], 1):
        for column, cell in enumerate(cells, 1):
            for pair in filter(None, map(PAIR.match, NEXT_PAIR.split(half_width(cell)))):
                value = pair[2].strip()
                place = column if value else _next(sheet, row, column)
                pairs.setdefault(normal(pair[1]), ((row, place), value or sheet.at(row, place)))
    return pairs


def _next(sheet: Sheet, row: int, column: int) -> int:
    """The cell after a label, behind the area that the label is merged over."""
    right = next((d for a, b, _, d in sheet.merges if (a, b) == (row, column)), column)
    return right + 1
