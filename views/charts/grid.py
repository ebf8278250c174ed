"""Where each cell of the status matrix is drawn, and how large the whole is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from views import records
from views.figures.names import short_title, width

WIDE, TILES = 14, 9  # more matters than WIDE are laid out as lines of TILES, each named in its cell
ROW, TILE_ROW, HEADER, FOOT = 28, 42, 46, 6  # pixels
NARROWEST, WIDEST, TILE, HALF_WIDTH = 49, 72, 84, 6.4


@dataclass(frozen=True)
class MatrixGrid:
    """Where each row of the answer is drawn: the worst subject on top, matters by their due day."""

    rows: Sequence[Any]
    across: tuple[str, ...]  # headings of the columns, left to right
    down: tuple[str, ...]  # headings of the lines, top to bottom
    x: tuple[int, ...]
    y: tuple[int, ...]
    tiled: bool = False  # no headings across: every cell bears its matter's name

    @property
    def line(self) -> int:
        return TILE_ROW if self.tiled else ROW

    @property
    def header(self) -> int:
        return FOOT if self.tiled else HEADER

    @property
    def gutter(self) -> int:
        return int(HALF_WIDTH * max(map(width, self.down), default=0)) + 8

    @property
    def each(self) -> int:
        """A cell's width: enough for its words, never so wide that lines are hard to follow."""
        if self.tiled:
            return TILE
        words = max((width(line) for name in self.across for line in name.split("<br>")), default=0)
        least = int(HALF_WIDTH * words) if len(self.across) <= TILES else NARROWEST
        return min(WIDEST, max(NARROWEST, least, 108 - 8 * len(self.across)))

    @property
    def size(self) -> tuple[int, int]:
        return (self.gutter + self.each * len(self.across), self.header + self.line * len(self.down) + FOOT)


def grid(frame: pd.DataFrame) -> MatrixGrid:
    rows = sorted(records(frame), key=lambda r: (r.due, r.title))
    nodes = {row.obligation: heading(row) for row in rows}
    subjects = sorted({r.subject for r in rows}, key=lambda s: severity([r for r in rows if r.subject == s]))
    if len(nodes) > WIDE:
        return _tiles([[r for r in rows if r.subject == s] for s in subjects])
    column, line = {o: n for n, o in enumerate(nodes)}, {s: n for n, s in enumerate(subjects)}
    names = {r.subject: short_title(r.subject) for r in rows}
    return MatrixGrid(
        rows=rows,
        across=tuple(nodes.values()),
        down=tuple(names[s] for s in subjects),
        x=tuple(column[r.obligation] for r in rows),
        y=tuple(line[r.subject] for r in rows),
    )


def _tiles(subjects: list[list[Any]]) -> MatrixGrid:
    """Each subject's own matters, day by day, on as many lines as they take."""
    rows: list[Any] = []
    down: list[str] = []
    places: list[tuple[int, int]] = []
    for theirs in subjects:
        places += [(n % TILES, len(down) + n // TILES) for n in range(len(theirs))]
        down += [short_title(theirs[0].subject), *[""] * ((len(theirs) - 1) // TILES)]
        rows += theirs
    x, y = zip(*places, strict=True)
    return MatrixGrid(rows, ("",) * TILES, tuple(down), x, y, tiled=True)


def heading(row: Any) -> str:
    """The matter's short name on its lines; a star marks a due day of our own (内部时限)."""
    return str(row.node).replace("|", "<br>") + ("*" if row.is_internal else "")


def severity(rows: Sequence[Any]) -> tuple[int, ...]:
    """Sorts first: most overdue, longest overdue, then the same of late, then the plan's order."""
    days = {s: [int(r.days) for r in rows if r.status == s] for s in ("overdue", "late", "returned")}
    return (*(-n for d in days.values() for n in (len(d), sum(d))), rows[0].subject_order)
