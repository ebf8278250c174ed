"""A whole column read at once: each different cell by itself, and those that mean just what they show not even that.

Law: a column says of each cell what `clean.read_cell` says of it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.reading.columns import Cells
from pipelines.values.clean import BLANKS, SCALES, TOO_MUCH, Manner, Told, Unreadable, read_cell

# what reading changes, or may ask about: all but the commonest letters and signs, and what words on filling in are made of
ODD_WORDS = re.compile("[^ -^`-~\u3001\u3002\u4e00-\u9fff\n]|[填列栏编选]")
ODD_CODE = re.compile("[^0-9A-Z\n-]")
ODD = {"text": ODD_WORDS, "code": ODD_CODE}
NUMBERS = frozenset({"money", "number", "whole"})
PARTS = 10_000  # of 万元 that are kept
EXACT = 10**15  # below it every count of such parts is a number of its own


@dataclass(frozen=True)
class Column:
    """The cells of one column read: a value for each different cell, and by position what a person should hear of."""

    values: Sequence[Any]
    codes: Sequence[int]
    notable: dict[int, Told | Unreadable]


def read_cells(cells: Cells, manner: Manner) -> Column:
    """Each cell's meaning, or why it has none."""
    values, rest = _plain(cells.values, manner)
    told = {n: read_cell(cells.values[n], manner) for n in rest}
    for n, t in told.items():
        values[n] = None if isinstance(t, Unreadable) else t.value
    loud = {n: t for n, t in told.items() if isinstance(t, Unreadable) or t.how or t.confirm}
    return Column(values, cells.codes, {at: loud[cells.codes[at]] for at in cells.where(loud)})


def _plain(cells: list[Any], manner: Manner) -> tuple[list[Any], Sequence[int]]:
    """The values of cells that mean what they show, and the places of the rest."""
    if manner.kind in ODD:
        return cells[:], _odd(cells, ODD[manner.kind])
    if manner.kind not in NUMBERS:
        return cells[:], range(len(cells))
    given = np.array([c if type(c) is float else np.nan for c in cells], dtype=np.float64)
    plain, meant = (_money if manner.kind == "money" else _counts)(given, manner)
    return meant.tolist(), np.flatnonzero(~plain).tolist()


def _odd(cells: list[Any], odd: re.Pattern[str]) -> list[int]:
    """The places of cells that are no words, or words with something odd in them; where none has, one look tells."""
    words = [c if type(c) is str and "\n" not in c else "" for c in cells]
    if odd.search("\n".join(words)):
        words = ["" if odd.search(w) else w for w in words]
    return [n for n, w in enumerate(words) if w in BLANKS or w != w.strip()]


Read = tuple[NDArray[np.bool_], NDArray[Any]]


def _money(given: NDArray[np.float64], manner: Manner) -> Read:
    """Amounts of at most four decimals, counted in whole parts, so that nothing is lost in changing the unit."""
    scale = float(SCALES[manner.unit] * PARTS)
    with np.errstate(invalid="ignore", over="ignore"):
        parts = np.rint(given * PARTS)
        meant = np.rint(parts * scale / PARTS) / PARTS
        plain = (
            (parts / PARTS == given) & (np.abs(parts * max(scale, 1)) < EXACT) & (np.abs(meant) < TOO_MUCH)
        )
    return plain, meant


def _counts(given: NDArray[np.float64], manner: Manner) -> Read:
    plain = np.abs(given) < TOO_MUCH
    if manner.unit == "%":
        plain &= (np.abs(given) >= 1) | (given == 0)
    if manner.kind == "number":
        return plain, given
    plain &= given == np.rint(given)
    return plain, np.where(plain, given, 0).astype(np.int64)
