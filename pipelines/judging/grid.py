"""The cells to be checked: by column of a return, those of the rows of data, and their addresses."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandera.pandas as pa

from pipelines.reading.columns import Cells
from pipelines.reading.reader import address
from pipelines.tables.money_unit import MONEY_UNITS
from pipelines.tables.reporting import Place
from pipelines.tables.table import Table


@dataclass(frozen=True)
class Grid:
    """The cells of some rows by column name; `rows` are Excel row numbers, or [0] for a cover."""

    sheet: str
    return_: str
    rows: Sequence[int]
    cells: Mapping[str, Cells]
    place: Callable[[str, int], Place]  # column name, row → row and column of the cell
    units: Mapping[str, str] = field(default_factory=dict)  # column name → the unit in which it is written
    since_1904: bool = False

    def where(self, name: str, row: int) -> str:
        """The address of a cell, as `D7`."""
        return address(*self.place(name, row))

    def raw(self, name: str, row: int) -> Any:
        """The cell as it was handed over; '' in a column that is not there."""
        return self.cells[name][self._positions[row]] if name in self.cells else ""

    @cached_property
    def _positions(self) -> dict[int, int]:
        return {row: n for n, row in enumerate(self.rows)}


def grid_of(table: Table, schema: pa.DataFrameSchema, unit: str) -> Grid:
    """The cells of a table under its headings; `unit` is of amounts where no heading or line names one."""
    headings = table.columns()
    rows = np.asarray(table.rows, dtype=np.int64)
    on_sheet = table.unit.unit if table.unit.unit in MONEY_UNITS else unit
    return Grid(
        sheet=table.sheet.title,
        return_=str(schema.name),
        rows=table.rows,
        cells={name: table.sheet.columns[h.column - 1].take(rows) for name, h in headings.items()},
        place=lambda name, row: (row, headings[name].column),
        units={name: _unit(schema.columns[name], h.unit, on_sheet) for name, h in headings.items()},
        since_1904=table.sheet.since_1904,
    )


def _unit(column: pa.Column, in_heading: str, on_sheet: str) -> str:
    meta = column.metadata or {}
    if meta["kind"] == "money":
        return in_heading if in_heading in MONEY_UNITS else on_sheet
    return str(meta.get("unit", ""))
