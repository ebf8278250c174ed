"""Where each cell of the status matrix is drawn, and how large the whole is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from schemas.plan import PLAN
from views import cell

WIDE = 14  # with more matters than this, matters become the rows
FEW = 4
ROW, HEADER, FOOT = 28, 46, 6  # pixels
NARROWEST, WIDEST, HALF_WIDTH = 49, 84, 6.6


@dataclass(frozen=True)
class Grid:
    """Where each row of the answer is drawn: the worst subject on top, matters by their due day."""

    rows: Sequence[Any]
    across: tuple[str, ...]  # headings of the columns, left to right
    down: tuple[str, ...]  # headings of the rows, top to bottom
    x: tuple[int, ...]
    y: tuple[int, ...]

    @property
    def gutter(self) -> int:
        return int(HALF_WIDTH * max(map(cell.width, self.down))) + 10

    @property
    def size(self) -> tuple[int, int]:
        """Pixels: wide enough for every cell's words, never so wide that rows are hard to follow."""
        each = WIDEST if len(self.across) <= FEW else max(NARROWEST, 62 - len(self.across))
        return self.gutter + each * len(self.across), HEADER + ROW * len(self.down) + FOOT


def grid(frame: pd.DataFrame) -> Grid:
    rows = list(frame.itertuples(index=False))
    titles = {row.subject: _label(row) for row in rows}
    nodes = {row.obligation: _heading(row) for row in sorted(rows, key=lambda r: (r.due, r.title))}
    subjects = sorted(titles, key=lambda s: severity([r for r in rows if r.subject == s]))
    column, line = {o: n for n, o in enumerate(nodes)}, {s: n for n, s in enumerate(subjects)}
    across, down = tuple(nodes.values()), tuple(titles[s] for s in subjects)
    x, y = tuple(column[r.obligation] for r in rows), tuple(line[r.subject] for r in rows)
    if len(across) <= WIDE:
        return Grid(rows, across, down, x, y)
    return Grid(rows, down, tuple(a.replace("<br>", "") for a in across), y, x)


def _label(row: Any) -> str:
    known = PLAN.units.get(row.subject) or PLAN.fields.get(row.subject)
    return cell.label(row.subject_title, known.aliases if known else ())


def _heading(row: Any) -> str:
    return str(row.node).replace("|", "<br>") + ("*" if row.basis == "internal" else "")


def severity(rows: Sequence[Any]) -> tuple[int, ...]:
    """Sorts first: most overdue, longest overdue, then the same of late, then the plan's order."""
    days = {s: [int(r.days) for r in rows if r.status == s] for s in ("overdue", "late", "returned")}
    return (*(-n for d in days.values() for n in (len(d), sum(d))), rows[0].subject_order)
