"""A whole column read at once: each different cell once, and those that mean what they show not even that.

Law: a column says of each cell what `clean.read_cell` says of it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.reading.columns import CellColumn
from pipelines.values.clean import NUMBERS, TOO_MUCH, read_cell
from pipelines.values.meaning import BLANKS, Manner, Meaning, Unreadable
from schemas.units import SCALES

# what reading changes or may ask about: all but the commonest letters, and those of words on filling in
ODD_WORDS = re.compile("[^ -^`-~\u3001\u3002\u4e00-\u9fff\n]|[填列栏编选]")
ODD_CODE = re.compile("[^0-9A-Z\n-]")
ODD_PHONE = re.compile("[^0-9\n-]")
ODD = {"text": ODD_WORDS, "code": ODD_CODE, "phone": ODD_PHONE}
PARTS = 10_000  # of 万元 that are kept
EXACT = 10**15  # below it every count of such parts is a number of its own


@dataclass(frozen=True)
class ColumnMeaning:
    """One column read: a value for each different cell, and by position what a person should hear of."""

    values: Sequence[Any]
    codes: Sequence[int]
    notable: dict[int, Meaning | Unreadable]


def read_cells(cells: CellColumn, manner: Manner) -> ColumnMeaning:
    """Each cell's meaning, or why it has none."""
    values, others = _plain(cells.values, manner)
    meanings = {n: read_cell(cells.values[n], manner) for n in others}
    for n, meaning in meanings.items():
        values[n] = None if isinstance(meaning, Unreadable) else meaning.value
    loud = {n: m for n, m in meanings.items() if isinstance(m, Unreadable) or m.how or m.confirm}
    return ColumnMeaning(values, cells.codes, {at: loud[cells.codes[at]] for at in cells.where(loud)})


def _plain(cells: list[Any], manner: Manner) -> tuple[list[Any], Sequence[int]]:
    """The values of cells that mean what they show, and the places of the others."""
    if manner.kind in ODD:
        return cells[:], _odd(cells, ODD[manner.kind])
    if manner.kind not in NUMBERS:
        return cells[:], range(len(cells))
    shown = np.array([c if type(c) is float else np.nan for c in cells], dtype=np.float64)
    plain, meant = (_money if manner.kind == "money" else _counts)(shown, manner)
    return meant.tolist(), np.flatnonzero(~plain).tolist()


def _odd(cells: list[Any], odd: re.Pattern[str]) -> list[int]:
    """The places of cells that are no words, or hold something odd; one look tells where none does."""
    if set(map(type, cells)) == {str} and _are_plain(cells, odd):
        return []
    words = [c if type(c) is str and "\n" not in c else "" for c in cells]
    if odd.search("\n".join(words)):
        words = ["" if odd.search(w) else w for w in words]
    return [n for n, w in enumerate(words) if w in BLANKS or w != w.strip()]


def _are_plain(words: list[str], odd: re.Pattern[str]) -> bool:
    """Whether none of the words is odd; of white signs only the space is not odd in itself."""
    lines = "\n".join(["", *words, ""])
    is_edged = "\n " in lines or " \n" in lines
    is_one_a_line = lines.count("\n") == len(words) + 1
    return is_one_a_line and not is_edged and BLANKS.isdisjoint(words) and odd.search(lines) is None


Numbers = tuple[NDArray[np.bool_], NDArray[Any]]  # whether each means what it shows, and what it means


def _money(shown: NDArray[np.float64], manner: Manner) -> Numbers:
    """Amounts of at most four decimals, counted in whole parts: changing the unit loses nothing."""
    scale = float(SCALES[manner.unit] * PARTS)
    with np.errstate(invalid="ignore", over="ignore"):
        parts = np.rint(shown * PARTS)
        meant = np.rint(parts * scale / PARTS) / PARTS
        is_exact = (parts / PARTS == shown) & (np.abs(parts * max(scale, 1)) < EXACT)
        plain = is_exact & (np.abs(meant) < TOO_MUCH)
    return plain, meant


def _counts(shown: NDArray[np.float64], manner: Manner) -> Numbers:
    plain = np.abs(shown) < TOO_MUCH
    if manner.unit == "%":
        plain &= (np.abs(shown) >= 1) | (shown == 0)
    if manner.kind == "number":
        return plain, shown
    plain &= shown == np.rint(shown)
    return plain, np.where(plain, shown, 0).astype(np.int64)
