"""The cells of a sheet by column, each different cell kept once.

A column of a hundred thousand rows holds a handful of counties: what is asked of a cell is asked of each
once.
"""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, islice
from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BLOCK = 256  # rows turned into columns at a time, so that they stay near
SAMPLE, MOSTLY = 4096, 0.5  # where more than this part of so many cells differ, the rest is kept one by one
ALIKE = {bool, int}  # may equal a float, and mean something else


@dataclass(frozen=True, eq=False)
class CellColumn:
    """One column of a sheet: some values, and for each row the position of its own among them."""

    values: list[Any]
    codes: "array[int]"

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, n: int) -> Any:
        return self.values[self.codes[n]]

    def __iter__(self) -> Iterator[Any]:
        return map(self.values.__getitem__, self.codes)

    @property
    def held(self) -> list[Any]:
        """The values that stand in some row."""
        return [self.values[code] for code in set(self.codes)]

    def where(self, codes: Iterable[int]) -> list[int]:
        """The positions, from 0, whose value is one of these."""
        import numpy as np  # the child, which must start fast, does without

        wanted = np.zeros(len(self.values), dtype=np.bool_)
        wanted[list(codes)] = True
        places: list[int] = np.flatnonzero(wanted[np.asarray(self.codes)]).tolist()
        return places

    def take(self, rows: "Sequence[int] | NDArray[np.int64]") -> "CellColumn":
        """The cells of some rows, counted from 1, without most of the values that only others hold."""
        import numpy as np

        lines = np.asarray(rows, dtype=np.int64) - 1
        codes = np.asarray(self.codes, dtype=np.int32)[lines]
        first, last = (int(codes.min()), int(codes.max())) if len(codes) else (0, -1)
        return CellColumn(self.values[first : last + 1], array("i", (codes - first).tobytes()))

    def stretched(self, height: int) -> "CellColumn":
        """The same column, at least so long: nothing stands in what is added."""
        lacking = height - len(self.codes)
        if lacking <= 0:
            return self
        return CellColumn([*self.values, ""], self.codes + _all(len(self.values), lacking))

    def put(self, spans: Iterable[tuple[int, int, Any]]) -> "CellColumn":
        """The same column with other values: first row, last row (from 1), value."""
        values, codes = self.values[:], self.codes[:]
        for first, last, value in spans:
            codes[first - 1 : last] = _all(len(values), last - first + 1)
            values.append(value)
        return CellColumn(values, codes)

    def changed(self, keys: Mapping[int, str], change: Callable[[Any, str], Any]) -> "CellColumn":
        """The same column with some cells changed, by position; each value asked once for each key."""
        values, codes = self.values[:], self.codes[:]
        known: dict[tuple[int, str], int] = {}
        for at, key in keys.items():
            if at < len(codes):
                code = known.setdefault((codes[at], key), len(values))
                if code == len(values):
                    values.append(change(values[codes[at]], key))
                codes[at] = code
        return CellColumn(values, codes)


def _all(code: int, times: int) -> "array[int]":
    return array("i", [code]) * times


def placed(columns: Sequence[CellColumn], places: Sequence[tuple[int, int, int, Any]]) -> list[CellColumn]:
    """The columns with values put in: first row, last row, column, value; a place may lie beyond them."""
    spans: dict[int, list[tuple[int, int, Any]]] = {}
    for first, last, column, value in places:
        spans.setdefault(column, []).append((first, last, value))
    height = max([len(SheetRows(columns)), *(last for _, last, _, _ in places)])
    wide = [*columns, *[coded([])] * (max([len(columns), *spans]) - len(columns))]
    tall = [column.stretched(height) for column in wide]
    return [column.put(spans[n]) if n in spans else column for n, column in enumerate(tall, 1)]


def coded(cells: Sequence[Any]) -> CellColumn:
    """A column of cells given one by one."""
    gathered = _Gathered()
    gathered.add(cells)
    return gathered.cells()


def by_column(rows: Iterator[Sequence[Any]], width: int) -> list[CellColumn]:
    """Rows of equal width turned into columns."""
    gathered = [_Gathered() for _ in range(width)]
    while block := list(islice(rows, BLOCK)):
        for column, cells in zip(gathered, zip(*block, strict=True), strict=True):
            column.add(cells)
    return [column.cells() for column in gathered]


class _Gathered:
    """A column while it grows. True is no 1, and 1 no 1.0, though they are equal."""

    def __init__(self) -> None:
        self.places: defaultdict[Any, int] = defaultdict(count().__next__)
        self.codes: array[int] = array("i")
        self.apart: list[Any] | None = None  # from where on each cell differs from most others

    def add(self, cells: Sequence[Any]) -> None:
        if self.apart is not None:
            self.apart.extend(cells)
            return
        mixed = not ALIKE.isdisjoint(map(type, cells))
        keys = [(type(c), c) if isinstance(c, int) else c for c in cells] if mixed else cells
        self.codes.extend(map(self.places.__getitem__, keys))
        if len(self.codes) >= SAMPLE and len(self.places) > MOSTLY * len(self.codes):
            self.apart = []

    def cells(self) -> CellColumn:
        kept = [key[1] if type(key) is tuple else key for key in self.places]
        apart = self.apart or []
        self.codes.extend(range(len(kept), len(kept) + len(apart)))
        return CellColumn(kept + apart, self.codes)


class SheetRows(Sequence[list[Any]]):
    """The rows of a sheet, each made when it is asked for."""

    def __init__(self, columns: Sequence[CellColumn]) -> None:
        self.columns = columns

    def __len__(self) -> int:
        return len(self.columns[0]) if self.columns else 0

    @overload
    def __getitem__(self, at: int) -> list[Any]: ...
    @overload
    def __getitem__(self, at: slice) -> list[list[Any]]: ...
    def __getitem__(self, at: int | slice) -> list[Any] | list[list[Any]]:
        if isinstance(at, slice):
            return [self[n] for n in range(*at.indices(len(self)))]
        return [column[at] for column in self.columns]

    def __iter__(self) -> Iterator[list[Any]]:
        return map(list, zip(*self.columns, strict=True))

    def __eq__(self, other: object) -> bool:
        return list(self) == list(other) if isinstance(other, Sequence) else NotImplemented
