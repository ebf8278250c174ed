"""The heading of a table: one to four rows of cells, each named by its path, and the column of a return it means.

Headings match by normal form or by a declared synonym, never by likeness: 出借人数 and 借款人数 are two edits
apart.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandera.pandas as pa

from pipelines.reading.reader import Sheet

HEADING_WITHIN = 16  # twelve rows of titles and labels, and the heading itself
HEADING_DEPTH = 4
WIDEST = 2_000  # columns: a cell astray in the last one of a sheet must not make every row long
UNIT_IN_HEADING = re.compile(
    r"[(（\[【](?:单位[:：])?(元|千元|万元|百万元|千万元|亿元|人|家|个|%|户|台|条次|人次|份|页)[)）\]】]"
)
UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
NUMBER_BEFORE = re.compile(r"^(?:[①-⑳]|[(（]?\d{1,2}[.．、)）])\s*(?=[A-Z\u4e00-\u9fff])")  # 1.机构名称
UNIT_ALONE = re.compile(
    r"^[(\[]?(?:单位:)?(元|千元|万元|百万元|千万元|亿元|人|家|个|%|户|台|条次|人次|份|页)[)\]]?$"
)
PAIR = re.compile(r"^(?!其中)([^::]{2,12})[::](.*)$")  # 其中：… is a heading
UNIT_LABELS = {"单位", "计量单位", "金额单位", "货币单位"}  # with the unit in the next cell
Spread = Mapping[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Path:
    """A heading cell with those above it that speak for it, whatever return it belongs to."""

    column: int
    row: int
    words: str
    ends: Sequence[str]  # the whole path in normal form, then ever less of its beginning
    unit: str

    def name(self, known: Mapping[str, str]) -> str | None:
        """The column it means: by the whole path, else by as much of its end as a column is called by."""
        return next((known[end] for end in self.ends if end in known), None)

    def found(self, known: Mapping[str, str]) -> "Found":
        return Found(self.column, self.row, self.words, self.name(known), self.unit)


@dataclass(frozen=True)
class Candidate:
    """A place that may be a heading: its last row, how many rows it has, and its cells."""

    last: int
    depth: int
    paths: Sequence[Path]

    @property
    def first(self) -> int:
        return self.last - self.depth + 1


@dataclass(frozen=True)
class Found:
    """One heading cell: where it stands, what it says, which column it means, and the unit it names."""

    column: int
    row: int
    words: str
    name: str | None
    unit: str


def normal(words: Any) -> str:
    """The normal form of a heading: half-width, without units, spaces, marks and glued column letters."""
    return _normal(str(words))


@lru_cache(maxsize=10_000)
def _normal(words: str) -> str:
    bare = UNSEEN.sub("", NUMBER_BEFORE.sub("", words.strip()))
    plain = unicodedata.normalize("NFKC", bare).replace("_x000D_", "")
    plain = UNIT_IN_HEADING.sub("", plain)
    plain = re.sub(r"[\s*:,、。./\\\-—_()\[\]【】（）]", "", plain)
    return re.sub(r"^[A-Z]\d{0,2}(?=[\u4e00-\u9fff])", "", plain)


def names_of(return_: pa.DataFrameSchema) -> dict[str, str]:
    """Every normal form by which a column of the return may be called."""
    known: dict[str, str] = {}
    for name, column in return_.columns.items():
        for words in (str(column.title), *(column.metadata or {}).get("also", ())):
            known.setdefault(normal(words), name)
    return known


def candidates(sheet: Sheet, spread: Spread) -> list[Candidate]:
    """Every place near the top that may be a heading, the first rows first."""
    return [
        Candidate(last, depth, _paths(sheet, spread, last, depth))
        for last in range(1, min(HEADING_WITHIN, len(sheet.rows)) + 1)
        for depth in _depths(sheet, spread, last)
    ]


def _depths(sheet: Sheet, spread: Spread, last: int) -> Iterator[int]:
    """How many rows a heading that ends in row `last` may have: those above it must look like its parents."""
    for depth in range(1, HEADING_DEPTH + 1):
        if last < depth or (depth > 1 and not _is_parent(sheet, spread, last - depth + 1)):
            return
        yield depth


def _is_parent(sheet: Sheet, spread: Spread, row: int) -> bool:
    """Whether a row may head the row below it: neither a title, at the left alone, nor a line of label and value."""
    width = min(len(sheet.columns), WIDEST)
    places = {spread.get((row, column), (row, column)) for column in range(1, width + 1)}
    said = {place: unicodedata.normalize("NFKC", str(sheet.at(*place))).strip() for place in places}
    said = {place: words for place, words in said.items() if words}
    title = len(said) == 1 and next(iter(said))[1] == 1
    return bool(said) and not title and not any(_is_label(words) for words in said.values())


def _is_label(words: str) -> bool:
    """Whether a cell is a label with or before its value; 注册资本(单位:万元) is a heading."""
    bare = UNIT_IN_HEADING.sub("", words).strip()
    return not bare or bare in UNIT_LABELS or PAIR.match(bare) is not None


def _paths(sheet: Sheet, spread: Spread, last: int, depth: int) -> list[Path]:
    """Heading cells of `depth` rows down to `last`, parents joined to leaves by merges and blanks to the right."""
    rows = range(last - depth + 1, last + 1)
    width = min(len(sheet.columns), WIDEST)
    lines = [_line(sheet, spread, row, width, is_parent=row < last) for row in rows]
    found = []
    for column, words in enumerate(zip(*lines, strict=True), 1):
        parts = [part for n, part in enumerate(words) if part and (n == 0 or part != words[n - 1])]
        if parts:
            found.append(_path(column, last, parts))
    return found


def _line(sheet: Sheet, spread: Spread, row: int, width: int, *, is_parent: bool) -> list[str]:
    """The words of one heading row; a parent with words below it also speaks for the blanks at its right."""
    words = [str(sheet.at(*spread.get((row, c), (row, c)))).strip() for c in range(1, width + 1)]
    if not is_parent:  # a leaf that is merged to the right is one column, drawn wide
        return [said if spread.get((row, c), (row, c))[1] == c else "" for c, said in enumerate(words, 1)]
    held = ""
    for n, said in enumerate(words):
        below = str(sheet.at(*spread.get((row + 1, n + 1), (row + 1, n + 1)))).strip()
        if said:
            is_wide = (row, n + 1) in spread  # a merge says itself how far it speaks
            held = said if below and below != said and not is_wide else ""
        elif below:
            words[n] = held
    return words


def spread_of(sheet: Sheet) -> Spread:
    """For each cell under a merge near the top, the anchor that speaks for it."""
    return {
        (r, c): (first_row, first_column)
        for first_row, first_column, last_row, last_column in sheet.merges
        if first_row <= HEADING_WITHIN
        for r in range(first_row, min(last_row, HEADING_WITHIN) + 1)
        for c in range(first_column, last_column + 1)
    }


def unit_in(words: Any) -> str:
    """The last unit in brackets that words name; '' where they name none."""
    units = UNIT_IN_HEADING.findall(unicodedata.normalize("NFKC", str(words)))
    return str(units[-1]) if units else ""


def unit_alone(words: Any) -> str:
    """The unit of a cell that says nothing but a unit, as (万元); '' for any other."""
    found = UNIT_ALONE.match(unicodedata.normalize("NFKC", str(words)).strip())
    return found[1] if found else ""


def _path(column: int, row: int, parts: list[str]) -> Path:
    alone = unit_alone(parts[-1]) if len(parts) > 1 else ""
    path = parts[:-1] if alone else parts
    ends = tuple(normal("-".join(path[n:])) for n in range(len(path)))
    joined = "-".join(parts)
    return Path(column, row, joined, ends, alone or unit_in(joined))
