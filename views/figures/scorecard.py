"""How one unit stands: its own figures, and beside each the median of its like, without naming any other."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from views import Ask, Scope, records
from views.answers import among, score
from views.figures.measures import MEASURES

PARTS = "、".join(f"{w.measure}{w.points}" for w in score.WEIGHTS.values())
SCORED = f"{PARTS}；整改完成率只计整改类，不含取缔类的交接；{score.SPREAD}（K25）"
MADE: Mapping[str, tuple[str, str]] = {  # by figure: what it counts, and how it is made
    "on_time": ("项", "已到期的应报事项，含内部时限"),
    "passed": ("项", "第一次报送就被受理的事项（K24）"),
    "answered": ("格", "有数、零报告、不适用都算已答（K4）"),
    "done": ("家", MEASURES["K11+K13"].formula),
    "score": ("", SCORED),
}


@dataclass(frozen=True)
class Compared:
    """One figure of a unit and its peers' median, in per cent or points; None where nothing is measured."""

    title: str
    own: float | None
    median: float | None
    base: str
    help: str

    def words(self, figure: float | None) -> str:
        """A share in per cent; points as they are."""
        return "—" if figure is None else f"{figure:.1f}{'' if self.help == SCORED else '%'}"


def scorecard(ask: Ask, scope: Scope, unit: str) -> list[Compared]:
    """The figures of a unit, as far as it is reached."""
    rows = ask(among.fetch, scope)
    return [_compared(row) for row in records(rows[rows["unit"] == unit])]


def _compared(row: Any) -> Compared:
    counted, made = MADE[row.figure]
    base = _base(row, counted) if counted else "满分100"
    return Compared(among.FIGURES[row.figure], _figure(row.own), _figure(row.median), base, made)


def _figure(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _base(row: Any, counted: str) -> str:
    if pd.isna(row.whole):
        return "尚未报送"
    return f"{row.part} / {row.whole} {counted}" if row.whole else "尚无可计的"
