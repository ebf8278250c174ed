"""Where the table stands in a sheet: its heading, its rows, its total, and what is written above it.

Headings match by normal form or by a declared synonym, never by likeness: 出借人数 and 借款人数 are two edits
apart.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandera.pandas as pa

from pipelines.reader import Sheet, address

HEADING_WITHIN = 12
HEADING_DEPTH = 3
ENOUGH = 5
TOTALS = ("合计", "总计", "小计")
NOTES = re.compile(r"^(注|备注|说明|填表说明|填报说明|数据来源|填表人|制表人|签字|单位负责人|审核人)[:：]?")
UNIT_IN_HEADING = re.compile(r"[(（\[【](?:单位[:：])?(元|千元|万元|百万元|千万元|亿元|人|家|个|%|户|台|条次|人次|份|页)[)）\]】]")
SHEET_UNIT = re.compile(r"单位[:：]?\s*(元|千元|万元|百万元|千万元|亿元)\s*$")
PAIR = re.compile(r"^([^::]{2,12})[::](.*)$")
MONEY_UNITS = ("元", "千元", "万元", "百万元", "千万元", "亿元")


@dataclass(frozen=True)
class Found:
    """One heading cell: where it stands, what it says, which column it means, and the unit it names."""

    column: int
    row: int
    words: str
    name: str | None
    unit: str


@dataclass(frozen=True)
class Table:
    """A table found in a sheet; rows are Excel row numbers."""

    sheet: Sheet
    heading_row: int
    headings: Sequence[Found]
    rows: Sequence[int]
    totals: Sequence[int]
    unit: str = ""
    pairs: Mapping[str, tuple[str, Any]] = field(default_factory=dict)  # label → cell, value

    def columns(self) -> dict[str, Found]:
        """The first heading for each column of the return."""
        found: dict[str, Found] = {}
        for heading in self.headings:
            if heading.name and heading.name not in found:
                found[heading.name] = heading
        return found


def normal(words: Any) -> str:
    """The normal form of a heading: half-width, without units, spaces, marks and glued column letters."""
    plain = unicodedata.normalize("NFKC", str(words)).replace("_x000D_", "")
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


def find(sheet: Sheet, return_: pa.DataFrameSchema) -> Table | None:
    """The table of `return_` in a sheet, or None where no heading of it can be seen."""
    known = names_of(return_)
    wanted = min(ENOUGH, max(2, len(return_.columns) // 2))
    best: tuple[int, int, int, list[Found]] | None = None
    for row in range(1, min(HEADING_WITHIN, len(sheet.rows)) + 1):
        for depth in range(1, HEADING_DEPTH + 1):
            headings = _headings(sheet, row, depth, known)
            matched = len({h.name for h in headings if h.name})
            if matched >= wanted and (best is None or matched > best[0]):
                best = (matched, row, depth, headings)
    if best is None:
        return None
    _, row, depth, headings = best
    last = row + depth - 1
    rows, totals = _body(sheet, last, {h.column for h in headings})
    return Table(sheet, last, headings, rows, totals, _sheet_unit(sheet, row), _pairs(sheet, row))


def _headings(sheet: Sheet, row: int, depth: int, known: Mapping[str, str]) -> list[Found]:
    """Heading cells of `depth` rows from `row`, parents joined to leaves by merges and blanks to the right."""
    width = max((len(sheet.rows[r - 1]) for r in range(row, min(row + depth, len(sheet.rows) + 1))), default=0)
    spread = _spread(sheet)
    found = []
    for column in range(1, width + 1):
        parts: list[str] = []
        for r in range(row, row + depth):
            words = str(sheet.at(*spread.get((r, column), (r, column)))).strip()
            if words and (not parts or words != parts[-1]):
                parts.append(words)
        if parts:
            found.append(_found(column, row + depth - 1, parts, known))
    return found


def _spread(sheet: Sheet) -> dict[tuple[int, int], tuple[int, int]]:
    """For each cell under a merge near the top, the anchor that speaks for it."""
    top = HEADING_WITHIN + HEADING_DEPTH
    return {
        (r, c): (first_row, first_column)
        for first_row, first_column, last_row, last_column in sheet.merges
        if first_row <= top
        for r in range(first_row, min(last_row, top) + 1)
        for c in range(first_column, last_column + 1)
    }


def _found(column: int, row: int, parts: list[str], known: Mapping[str, str]) -> Found:
    joined = "-".join(parts)
    name = next((known[n] for n in (normal(joined), normal(parts[-1])) if n in known), None)
    units = UNIT_IN_HEADING.findall(unicodedata.normalize("NFKC", joined))
    return Found(column, row, joined, name, units[-1] if units else "")


def _body(sheet: Sheet, heading: int, columns: set[int]) -> tuple[list[int], list[int]]:
    """The rows that hold data, and those that hold totals; notes end the table."""
    rows: list[int] = []
    totals: list[int] = []
    for row in range(heading + 1, len(sheet.rows) + 1):
        cells = [c for n, c in enumerate(sheet.rows[row - 1], 1) if c not in ("", None) and n in columns]
        if not any(str(c).strip() for c in cells):
            continue
        first = normal(cells[0])
        if first.startswith(TOTALS) or any(normal(c) in TOTALS for c in cells[:3]):
            totals.append(row)
        elif len(cells) == 1 and NOTES.match(unicodedata.normalize("NFKC", str(cells[0])).strip()):
            break
        else:
            rows.append(row)
    return rows, totals


def _sheet_unit(sheet: Sheet, heading: int) -> str:
    """The unit of money said above the heading, as 单位:万元."""
    for cells in sheet.rows[: heading - 1]:
        for cell in cells:
            if found := SHEET_UNIT.search(unicodedata.normalize("NFKC", str(cell)).strip()):
                return found[1]
    return ""


def _pairs(sheet: Sheet, heading: int) -> dict[str, tuple[str, Any]]:
    """What is said above the heading as `label:value`, in one cell or in two."""
    found: dict[str, tuple[str, Any]] = {}
    for row in range(1, heading):
        for column in range(1, len(sheet.rows[row - 1]) + 1):
            match = PAIR.match(unicodedata.normalize("NFKC", str(sheet.at(row, column))).strip())
            if match:
                value = match[2].strip()
                place = column if value else column + 1
                found[normal(match[1])] = (address(row, place), value or sheet.at(row, place))
    return found
