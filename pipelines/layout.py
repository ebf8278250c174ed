"""Where the table stands in a sheet: its heading, its rows, its total, and what is written above it."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandera.pandas as pa

from pipelines.heading import HEADING_WITHIN, PAIR, Found, depths, headings_of, names_of, normal, spread_of
from pipelines.reader import Sheet, address

ENOUGH = 5
TOTALS = ("合计", "总计", "小计")
NOTES = re.compile(
    r"^(注|备注|说明|填表说明|填报说明|数据来源|填表人|填报人|制表人|经办人|签字|单位负责人|负责人|审核人|填报日期|联系电话)"
    r"\s*(\d{0,2}\s*[::.、]|$)"
)
DATA_AFTER_NOTES = 3  # cells in a row below the notes that make it data again, and not a note
SHEET_UNIT = re.compile(r"单位[:：]?\s*(?:人民币)?(元|千元|万元|百万元|千万元|亿元)\s*[)\]】]?$")
MONEY_UNITS = ("元", "千元", "万元", "百万元", "千万元", "亿元")


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


def find(sheet: Sheet, return_: pa.DataFrameSchema) -> Table | None:
    """The table of `return_` in a sheet, or None where no heading of it can be seen."""
    known = names_of(return_)
    wanted = min(ENOUGH, max(2, len(return_.columns) // 2))
    spread = spread_of(sheet)
    best: tuple[tuple[int, int, int], list[Found]] | None = None
    for last in range(1, min(HEADING_WITHIN, len(sheet.rows)) + 1):
        for depth in depths(sheet, spread, last):
            headings = headings_of(sheet, spread, last, depth, known)
            key = (len({h.name for h in headings if h.name}), -last, depth)
            if key[0] >= wanted and (best is None or key > best[0]):
                best = (key, headings)
    if best is None:
        return None
    (_, minus_last, depth), headings = best
    first = 1 - minus_last - depth
    rows, totals = _body(sheet, -minus_last, headings)
    return Table(sheet, -minus_last, headings, rows, totals, _sheet_unit(sheet, first), _pairs(sheet, first))


def _body(sheet: Sheet, heading: int, headings: Sequence[Found]) -> tuple[list[int], list[int]]:
    """The rows that hold data, and those that hold totals; notes and repeated headings are neither."""
    columns = {h.column for h in headings}
    rows: list[int] = []
    totals: list[int] = []
    noted = False
    for row in range(heading + 1, len(sheet.rows) + 1):
        cells = [c for n, c in enumerate(sheet.rows[row - 1], 1) if n in columns and str(c).strip()]
        is_note = bool(cells) and _is_note(cells)
        noted = noted or is_note
        if not cells or is_note or (noted and len(cells) < DATA_AFTER_NOTES) or _repeats(sheet, row, heading):
            continue
        total = normal(cells[0]).startswith(TOTALS) or any(normal(c) in TOTALS for c in cells[:3])
        (totals if total else rows).append(row)
    return rows, totals


def _is_note(cells: Sequence[Any]) -> bool:
    found = NOTES.match(unicodedata.normalize("NFKC", str(cells[0])).strip())
    return found is not None and (bool(found[2]) or len(cells) == 1)


def _repeats(sheet: Sheet, row: int, heading: int) -> bool:
    """A heading printed again further down (续表)."""
    said, above = ([c for c in sheet.rows[r - 1] if c != ""] for r in (row, heading))
    return said == above


def _sheet_unit(sheet: Sheet, heading: int) -> str:
    """The unit of money said above the heading, as 单位：万元."""
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
