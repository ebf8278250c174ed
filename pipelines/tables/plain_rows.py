"""The rows that can be nothing but data, told by columns: what makes a row anything else is said by its first cells."""

from collections.abc import Callable, Container, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.reading.columns import Cells, Rows

Flags = NDArray[np.bool_]
Says = Callable[[Any], bool]
FIRST = 3  # cells of a row among which the word for a total may stand


def ordinary(
    columns: Sequence[Cells],
    own: Container[int],
    ready: Container[int],
    enough: int,
    speaks: Says,
    sums: Says,
) -> list[bool]:
    """For each row whether it holds enough cells of its `own` columns, the first of them not speaking, and is no total.

    What stood `ready` before anything was filled in does not count.
    """
    held, ours, filled_in = np.zeros((3, len(Rows(columns))), dtype=np.int32)
    special = np.zeros(len(held), dtype=np.bool_)
    for n, cells in enumerate(columns, 1):
        filled = _filled(cells)
        held += filled
        special |= _says(cells, filled & (held <= FIRST), sums)
        if n in own:
            ours += filled
            special |= _says(cells, filled & (ours == 1), speaks)
            filled_in += filled if n not in ready else 0
    told: list[bool] = ((filled_in >= enough) & ~special).tolist()
    return told


def is_filled(cell: Any) -> bool:
    return type(cell) is float or str(cell).strip() != ""


def _filled(cells: Cells) -> Flags:
    of_values = np.array([type(v) is float or str(v).strip() != "" for v in cells.values], dtype=np.bool_)
    return of_values.take(np.asarray(cells.codes))


def _says(cells: Cells, where: Flags, says: Says) -> Flags:
    """The rows, among some, in which the cell says so."""
    codes = np.asarray(cells.codes)
    loud = [code for code in np.unique(codes[where]).tolist() if says(cells.values[code])]
    return where & np.isin(codes, loud) if loud else np.zeros_like(where)
