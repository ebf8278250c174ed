"""The rows that can be nothing but data, told by columns: what makes a row anything else is said by its first cells."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.cells import Cells, Rows

Flags = NDArray[np.bool_]
Says = Callable[[Any], bool]
FIRST = 3  # cells of a row among which the word for a total may stand


def ordinary(columns: Sequence[Cells], own: Iterable[int], enough: int, speaks: Says, sums: Says) -> list[bool]:
    """For each row whether it holds enough cells of its `own` columns, the first of them not speaking, and is no total."""
    filled = np.column_stack([_filled(cells) for cells in columns])
    ours = [column - 1 for column in sorted(own) if column <= len(columns)]
    among_ours = np.cumsum(filled[:, ours], axis=1, dtype=np.int32)
    among_all = np.cumsum(filled, axis=1, dtype=np.int32)
    speaking = _any([columns[n] for n in ours], filled[:, ours] & (among_ours == 1), speaks)
    summing = _any(columns, filled & (among_all <= FIRST), sums)
    told: list[bool] = ((filled[:, ours].sum(axis=1) >= enough) & ~speaking & ~summing).tolist()
    return told


def is_filled(cell: Any) -> bool:
    return type(cell) is float or str(cell).strip() != ""


def _filled(cells: Cells) -> Flags:
    of_values = np.array([is_filled(value) for value in cells.values], dtype=np.bool_)
    return of_values.take(np.asarray(cells.codes))


def _any(columns: Sequence[Cells], where: Flags, says: Says) -> Flags:
    """The rows in which one of the cells at these places says so."""
    found = np.zeros(len(Rows(columns)), dtype=bool)
    for n, cells in enumerate(columns):
        rows = np.flatnonzero(where[:, n])
        codes = np.asarray(cells.codes)[rows]
        loud = [code for code in np.unique(codes).tolist() if says(cells.values[code])]
        found[rows[np.isin(codes, loud)]] = True
    return found
