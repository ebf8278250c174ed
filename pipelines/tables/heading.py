"""The heading of a table: one to four rows of cells, each named by its path, and the column it means.

Headings match by normal form or by a declared synonym, never by likeness: 出借人数 and 借款人数 are two edits
apart.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any

import pandera.pandas as pa

from pipelines.reading.reader import Sheet
from schemas import units
from schemas.characters import UNSEEN, clean
from schemas.declare import once_each
from schemas.returns import RETURNS

HEADING_WITHIN = 16  # twelve rows of titles and labels, and the heading itself
HEADING_DEPTH = 4
FEWEST = 2  # columns that the heading of the shortest return must name
WIDEST = 512  # columns: a cell astray in the last one of a sheet must not make every row long
REMEMBERED = 10_000
NUMBER_BEFORE = re.compile(r"^(?:[①-⑳]|[(（]?\d{1,2}[.．、)）])\s*(?=[A-Z\u4e00-\u9fff])")  # 1.机构名称
PAIR = re.compile(r"^(?!其中)([^::]{2,12})[::](.*)$")  # 其中：… is a heading
UNIT_LABELS = {"单位", "计量单位", "金额单位", "货币单位"}  # with the unit in the next cell
WHOLE = {"合计", "总计", "总额", "总数"}  # beneath a heading beside its parts: the heading itself
CellPlace = tuple[int, int]  # row, column, from 1
Spread = Mapping[CellPlace, CellPlace]  # cell under a merge → the anchor that speaks for it


@dataclass(frozen=True)
class HeadingPath:
    """A heading cell with those above it that speak for it, whatever return it belongs to."""

    column: int
    row: int
    parts: tuple[str, ...]  # what these cells say, the highest first; worked out only when it is asked

    @property
    def words(self) -> str:
        return "-".join(self.parts)

    @property
    def ends(self) -> tuple[str, ...]:
        """The whole path in normal form, then ever less of its beginning."""
        return _said(self.parts)[0]

    @property
    def unit(self) -> str:
        return _said(self.parts)[1]

    def name(self, names: Mapping[str, str]) -> str | None:
        """The column it means: by the whole path, else by as much of its end as a column is called by."""
        return next((names[end] for end in self.ends if end in names), None)

    def heading(self, names: Mapping[str, str]) -> "Heading":
        return Heading(self.column, self.row, self.words, self.name(names), self.unit)


@dataclass(frozen=True)
class HeadingPlace:
    """A place that may be a heading: its last row, how many rows it has, and its cells."""

    last: int
    depth: int
    paths: Sequence[HeadingPath]
    known: "HeadingWords"

    @property
    def first(self) -> int:
        return self.last - self.depth + 1

    @cached_property
    def named(self) -> Mapping[str, frozenset[str]]:
        """The columns that it names, by the code of their return: looked up once for all returns."""
        named: dict[str, set[str]] = {}
        for path in self.paths:
            means = self.known.means(path.ends) if self.known.may_end(path.parts[-1]) else {}
            for code, name in means.items():
                named.setdefault(code, set()).add(name)
        return {code: frozenset(names) for code, names in named.items()}


@dataclass(frozen=True)
class HeadingSearch:
    """Where in a sheet a heading of any return may stand, the first rows first; and what merges say."""

    spread: Spread
    places: Sequence[HeadingPlace]


@dataclass(frozen=True)
class Heading:
    """One heading cell: where it stands, what it says, which column it means, and the unit it names."""

    column: int
    row: int
    words: str
    name: str | None
    unit: str


def normal(words: Any) -> str:
    """The normal form of a heading: half-width, without units, spaces, marks and glued column letters."""
    return _normal(str(words), units.counts())


@lru_cache(maxsize=10_000)
def _normal(words: str, counts: frozenset[str]) -> str:
    plain = clean(NUMBER_BEFORE.sub("", UNSEEN.sub("", words).strip()))
    plain = units.patterns(counts).without(plain)
    plain = re.sub(r"[\s*:,、。./\\\-—_()\[\]【】（）]", "", plain)
    return re.sub(r"^[A-Z]{1,2}\d{0,2}(?=[\u4e00-\u9fff])", "", plain)


@once_each
def names_of(return_: pa.DataFrameSchema) -> Mapping[str, str]:
    """Every normal form by which a column of the return is called → the column."""
    names: dict[str, str] = {}
    for name, column in return_.columns.items():
        for words in (str(column.title), *(column.metadata or {}).get("also", ())):
            names.setdefault(normal(words), name)
    return names


class HeadingWords:
    """Every heading that some returns know, in normal form: one index for all of them."""

    def __init__(self, returns: Iterable[pa.DataFrameSchema]) -> None:
        self.columns: dict[str, dict[str, str]] = {}  # heading → code of the return → column
        for schema in returns:
            for words, name in names_of(schema).items():
                self.columns.setdefault(words, {})[str(schema.name)] = name
        units_alone = {"", *units.MONEY_WORDS, *units.counts(), *WHOLE}  # may end any heading
        self.ends = {*units_alone, *(words[n:] for words in self.columns for n in range(len(words)))}
        self.lasts = {words[-1] for words in self.ends if words}
        self.meant: dict[tuple[str, ...], Mapping[str, str]] = {}

    def means(self, ends: tuple[str, ...]) -> Mapping[str, str]:
        """The column that a path with these ends means in each return that knows it, by the return's code."""
        if ends not in self.meant:
            if len(self.meant) > REMEMBERED:
                self.meant.clear()
            by_end = (self.columns.get(end, {}) for end in reversed(ends))
            self.meant[ends] = {code: name for names in by_end for code, name in names.items()}
        return self.meant[ends]

    def may_end(self, words: str) -> bool:
        """Whether a known heading may end in these words; the last letter spares most."""
        last = words[-1:]
        is_plain = "\u4e00" <= last <= "\u9fff" or (last.isascii() and last.isalnum())
        return bool(last) and not (is_plain and last not in self.lasts) and normal(words) in self.ends


@cache
def of_all_returns() -> HeadingWords:
    return HeadingWords(RETURNS.values())


@cache
def titles_of_returns() -> frozenset[str]:
    """What each return is called, in normal form."""
    return frozenset(normal(str(schema.title)) for schema in RETURNS.values())


def search(sheet: Sheet, known: HeadingWords | None = None) -> HeadingSearch:
    """Look for every place near the top of a sheet that may be a heading; once for each sheet.

    Rows in which hardly a cell may end a heading that is known, else one of any return, are none.
    """
    known = known or of_all_returns()
    spread = _spread_of(sheet)
    lines = _texts(sheet, spread)
    able = [sum(map(known.may_end, texts)) for texts in lines]
    parents = [_is_parent(texts, spread, row) for row, texts in enumerate(lines, 1)] if any(able) else []
    places = [
        HeadingPlace(last, depth, _paths(lines, spread, last, depth), known)
        for last in (range(1, len(lines) + 1) if any(able) else ())
        for depth in _depths(parents, last)
        if sum(able[last - depth : last]) >= FEWEST
    ]
    return HeadingSearch(spread, [place for place in places if not _is_cut(place, sheet)])


def _is_cut(place: HeadingPlace, sheet: Sheet) -> bool:
    """Whether most of its cells are merged over the row below: the heading ends further down."""
    rows = range(place.first, place.last + 1)
    cut = {
        column
        for first, left, last, right in sheet.merges
        if first in rows and last > place.last
        for column in range(left, min(right, WIDEST) + 1)
    }
    return 2 * sum(path.column in cut for path in place.paths) > len(place.paths)


def _texts(sheet: Sheet, spread: Spread) -> list[list[str]]:
    """The first rows of a sheet as words, under a merge those of its anchor."""
    height = min(HEADING_WITHIN, len(sheet.rows))
    columns = [
        [str(cells.values[code]).strip() for code in cells.codes[:height]] for cells in sheet.columns[:WIDEST]
    ]
    lines = [list(texts) for texts in zip(*columns, strict=True)]
    for (row, column), anchor in spread.items():
        if row <= height and column <= WIDEST:
            lines[row - 1][column - 1] = str(sheet.at(*anchor)).strip()
    return lines


def _depths(parents: Sequence[bool], last: int) -> Iterator[int]:
    """How many rows a heading that ends in row `last` may have: those above it must look like its parents."""
    for depth in range(1, HEADING_DEPTH + 1):
        if last < depth or (depth > 1 and not parents[last - depth]):
            return
        yield depth


def _is_parent(texts: Sequence[str], spread: Spread, row: int) -> bool:
    """Whether a row may head the row below: no title, at the left alone, and no label with its value."""
    anchors = {spread.get((row, column), (row, column))[1] for column, text in enumerate(texts, 1) if text}
    return bool(anchors) and anchors != {1} and not any(map(_is_label, dict.fromkeys(filter(None, texts))))


@lru_cache(maxsize=10_000)
def _is_label(words: str) -> bool:
    """Whether a cell is a label with or before its value; 注册资本(单位:万元) is a heading."""
    bare = _patterns().without(clean(words)).strip()
    return not bare or bare in UNIT_LABELS or PAIR.match(bare) is not None


def _paths(lines: Sequence[Sequence[str]], spread: Spread, last: int, depth: int) -> list[HeadingPath]:
    """The heading cells that end in row `last`, each joined to its parents in the rows above."""
    parents = [_spoken_for(lines[row - 1], lines[row], spread, row) for row in range(last - depth + 1, last)]
    paths = []
    for column, words in enumerate(zip(*parents, _leaves(lines[last - 1], spread, last), strict=True), 1):
        parts = [part for n, part in enumerate(words) if part and (n == 0 or part != words[n - 1])]
        if parts:
            paths.append(HeadingPath(column, last, tuple(parts)))
    return paths


def _leaves(texts: Sequence[str], spread: Spread, row: int) -> list[str]:
    """The words of a heading's last row: a cell merged to the right is one column, drawn wide."""
    return [text if spread.get((row, c), (row, c))[1] == c else "" for c, text in enumerate(texts, 1)]


def _spoken_for(texts: Sequence[str], below: Sequence[str], spread: Spread, row: int) -> list[str]:
    """The words of a row of parents, each also over the blanks at its right that head something."""
    parent = ""
    spoken = []
    for column, (text, under) in enumerate(zip(texts, below, strict=True), 1):
        if text:
            is_wide = (row, column) in spread  # a merge says itself how far it speaks
            parent = text if under and under != text and not is_wide else ""
        spoken.append(text or (parent if under else ""))
    return spoken


def _spread_of(sheet: Sheet) -> Spread:
    """For each cell under a merge near the top, the anchor that speaks for it."""
    return {
        (r, c): (first_row, first_column)
        for first_row, first_column, last_row, last_column in sheet.merges
        if first_row <= HEADING_WITHIN
        for r in range(first_row, min(last_row, HEADING_WITHIN) + 1)
        for c in range(first_column, last_column + 1)
    }


def unit_in(words: Any) -> str:
    """The last unit that words name, in brackets or at their end; '' where they name none."""
    return _patterns().last(clean(str(words)))


def unit_alone(words: Any) -> str:
    """The unit of a cell that says nothing but a unit, as (万元); '' for any other."""
    return _patterns().all_of(clean(str(words)))


def _patterns() -> units.UnitPatterns:
    return units.patterns(units.counts())


@lru_cache(maxsize=10_000)
def _said(parts: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """What cells above each other say together: the ends of their path, the unit they name."""
    alone = unit_alone(parts[-1]) if len(parts) > 1 else ""
    path = parts[:-1] if alone else parts
    ends = tuple(normal("-".join(path[n:])) for n in range(len(path)))
    if len(path) > 1 and normal(path[-1]) in WHOLE:
        ends += (normal("-".join(path[:-1])),)
    return ends, alone or unit_in("-".join(parts))
