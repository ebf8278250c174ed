"""How one unit stands: its own figures, and beside each the median of its like, without naming any other."""

from dataclasses import dataclass

import pandas as pd

from schemas.cover import SETTLED
from schemas.plan import PLAN
from views import Ask, Scope
from views.answers import coverage, league, quality, score, tally
from views.figures.measures import MEASURES

PASSED = "第一次报送就被受理的事项（K24）"
ANSWERED = "有数、零报告、不适用都算已答（K4）"
SCORED = "、".join(f"{w.title}{w.points}" for w in score.WEIGHTS.values()) + f"；{score.SPREAD}（K25）"


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
    like = [u for u in PLAN.units if PLAN.units[u].block == PLAN.units[unit].block]
    lates, first = ask(league.fetch, scope).set_index("unit"), ask(quality.fetch, scope).set_index("unit")
    passed = first["first_passed"] / first["returns"] * 100
    lines = [
        _compared(
            "按时率",
            lates["rate"] * 100,
            like,
            unit,
            _of(lates, unit, "on_time", "due_count", "项"),
            "已到期的应报事项，含内部时限",
        ),
        _compared(
            "首次通过率", passed, like, unit, _of(first, unit, "first_passed", "returns", "项"), PASSED
        ),
    ]
    return lines + (_of_territory(ask, scope, unit, like) if "territory" in PLAN.units[unit].roles else [])


def _of_territory(ask: Ask, scope: Scope, unit: str, like: list[str]) -> list[Compared]:
    cells, rows, points = ask(coverage.fetch, scope), ask(tally.fetch, scope), ask(score.fetch, scope)
    settled = (
        cells.assign(done=cells["answer"].isin(SETTLED)).groupby("territory")["done"].agg(["sum", "count"])
    )
    done = {u: MEASURES["K11+K13"].of(rows[rows["territory"] == u]) for u in like}
    shares = pd.Series({u: 100 * v.share for u, v in done.items() if v.share is not None}, dtype=float)
    answered = _of(settled, unit, "sum", "count", "格")
    return [
        _compared("摸底答复率", settled["sum"] / settled["count"] * 100, like, unit, answered, ANSWERED),
        _compared("整改处置完成率", shares, like, unit, done[unit].base, MEASURES["K11+K13"].formula),
        _compared("综合得分", points.set_index("unit")["score"], like, unit, "满分100", SCORED),
    ]


def _compared(
    title: str, figures: "pd.Series[float]", like: list[str], unit: str, base: str, help: str
) -> Compared:
    measured = figures.reindex(like).dropna()
    own = float(measured[unit]) if unit in measured.index else None
    return Compared(title, own, float(measured.median()) if len(measured) else None, base, help)


def _of(rows: pd.DataFrame, unit: str, part: str, whole: str, counted: str) -> str:
    if unit not in rows.index:
        return "还没有报送"
    if not rows[whole][unit]:
        return "还没有可计的"
    return f"{rows[part][unit]} / {rows[whole][unit]} {counted}"
