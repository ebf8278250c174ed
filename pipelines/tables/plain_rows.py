"""The rows that can be nothing but data, told by columns: what else a row may be, its first cells say."""

from collections.abc import Callable, Container, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.reading.columns import CellColumn, SheetRows

Flags = NDArray[np.bool_]  # one for each row
CellTest = Callable[[Any], bool]
FIRST = 3  # cells of a row among which the word for a total may stand


def ordinary(
    columns: Sequence[CellColumn],
    own: Container[int],
    ready: Container[int],
    enough: int,
    speaks: CellTest,
    sums: CellTest,
) -> list[bool]:
    """For each row whether it can be nothing but data.

    It holds `enough` cells of its `own` columns, those that stood `ready` beforehand not counted; the first
    of them does not speak, and none of its first cells sums up.
    """
    cells_so_far, own_so_far, filled_in = np.zeros((3, len(SheetRows(columns))), dtype=np.int32)
    special = np.zeros(len(filled_in), dtype=np.bool_)
    for n, cells in enumerate(columns, 1):
        if n not in own and (cells_so_far >= FIRST).all():
            continue
        filled = _filled(cells)
        cells_so_far += filled
        special |= _where(cells, filled & (cells_so_far <= FIRST), sums)
        if n in own:
            own_so_far += filled
            special |= _where(cells, filled & (own_so_far == 1), speaks)
            filled_in += filled if n not in ready else 0
    flags: list[bool] = ((filled_in >= enough) & ~special).tolist()
    return flags


def unnamed(columns: Sequence[CellColumn], own: Sequence[int]) -> Flags:
    """For each row whether nothing stands in the first of its `own` columns, by which data is named."""
    blank = np.ones(len(SheetRows(columns)), dtype=np.bool_)
    for n in own[:FIRST]:
        blank &= ~_filled(columns[n - 1])
    return blank


def is_filled(cell: Any) -> bool:
    return isinstance(cell, float) or str(cell).strip() != ""


def _filled(cells: CellColumn) -> Flags:
    is_known = set(map(type, cells.values)) <= {float, str}
    holds = (
        [type(value) is float or value.strip() != "" for value in cells.values]
        if is_known
        else [is_filled(value) for value in cells.values]
    )
    of_values = np.array(holds, dtype=np.bool_)
    return of_values.take(np.asarray(cells.codes))


def _where(cells: CellColumn, rows: Flags, test: CellTest) -> Flags:
    """Those of some rows whose cell passes a test, each different cell asked once."""
    if not rows.any():
        return rows
    codes = np.asarray(cells.codes)
    asked, passing = (np.zeros(len(cells.values), dtype=np.bool_) for _ in range(2))
    asked[codes[rows]] = True
    passing[[code for code in np.flatnonzero(asked).tolist() if test(cells.values[code])]] = True
    passed: Flags = rows & passing[codes]
    return passed
