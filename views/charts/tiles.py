"""The prefecture as tiles of equal weight, laid out as it lies: where the dangerous institutions are."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from schemas.plan import PLAN, Unit
from schemas.said import TERRITORY, WHOLE
from views import Ask
from views.answers import tally
from views.charts import palette
from views.charts.picture import Look, Picture, target
from views.figures.filters import Filters
from views.figures.names import width
from views.figures.words import listed

TILE, NAME_WIDTH = 58, 8  # pixels; half-width characters


def picture(ask: Ask, look: Look) -> Picture:
    """How many institutions of high risk each territory has; all levels where one was chosen."""
    level = look.filters.risk_level or "高"
    rows, through = ask(tally.fetch, look.scope), Filters(field=look.filters.field, risk_level=level)
    mine = through.narrow(rows, "territory")
    counts = {str(u): int(n) for u, n in mine.groupby("territory")["found"].sum().items()}
    units = [PLAN.units[u] for u in PLAN.units_as("territory") if PLAN.units[u].tile_x is not None]
    table = pd.DataFrame(
        [{TERRITORY: u.title, f"{level}风险机构（家）": counts.get(u.unit, 0)} for u in units]
    )
    return Picture(
        f"{level}风险机构分布",
        "按东西方位示意，数字为家数",
        _figure(units, counts, level, look),
        _reading(units, counts, level, int(through.narrow(rows)["found"].sum())),
        table,
        knows=("field", "risk_level"),
    )


def _figure(units: list[Unit], counts: dict[str, int], level: str, look: Look) -> go.Figure:
    fills = [_fill(counts.get(u.unit, 0), max(counts.values(), default=0), look.dark) for u in units]
    rows = max(u.tile_y or 0 for u in units) + 1
    across = max(u.tile_x or 0 for u in units) + 1
    line = {"color": palette.theme(look.dark).text, "width": 2.5}
    chart = palette.canvas(
        look.dark,
        height=TILE * rows + 8,
        margin={"l": 0, "r": 0, "t": 4, "b": 4},
        xaxis=palette.unseen(-0.55, across - 0.45),
        yaxis=palette.unseen(*palette.downwards(rows)),
        shapes=[
            _frame(u.tile_x or 0, u.tile_y or 0, line) for u in units if u.unit == look.filters.territory
        ],
    )
    return chart.add_trace(
        go.Scatter(
            x=[u.tile_x for u in units],
            y=[u.tile_y for u in units],
            mode="markers+text",
            marker={"symbol": "square", "size": TILE - 5, "color": fills, "opacity": 1, "line": {"width": 0}},
            text=[f"{short(u)}<br><b>{counts.get(u.unit, 0)}</b>" for u in units],
            textfont={"size": 12.5, "color": [palette.ink_on(fill) for fill in fills]},
            customdata=[[target(territory=u.unit)] for u in units],
            hovertext=[f"{u.title}：{level}风险 {counts.get(u.unit, 0)} 家" for u in units],
            hoverinfo="text",
            **palette.STILL,
        )
    )


def _frame(x: int, y: int, line: dict[str, Any]) -> dict[str, Any]:
    """A line round the chosen tile."""
    return {"type": "rect", "x0": x - 0.48, "x1": x + 0.48, "y0": y - 0.47, "y1": y + 0.47, "line": line}


def _fill(count: int, most: int, dark: bool) -> str:
    steps = palette.theme(dark).density
    return steps[round((len(steps) - 1) * count / most)] if most else steps[0]


def short(unit: Unit) -> str:
    """The longest of its names that a tile holds."""
    names = [name for name in (unit.title, *unit.aliases) if width(name) <= NAME_WIDTH]
    return max(names, key=width) if names else unit.title[: NAME_WIDTH // 2]


def _reading(units: list[Unit], counts: dict[str, int], level: str, total: int) -> str:
    if not total:
        return f"截至目前没有{level}风险机构。各{TERRITORY}均为 0 家。"
    first = sorted((u for u in units if counts.get(u.unit)), key=lambda u: -counts[u.unit])
    share = 100 * counts[first[0].unit] / total
    none = [u.title for u in units if not counts.get(u.unit)]
    rest = f"{listed(none)}没有。" if none else f"各{TERRITORY}都有。"
    most = f"{first[0].title}最多，{counts[first[0].unit]} 家，占 {share:.0f}%"
    return f"{WHOLE}{level}风险机构 {total} 家，{most}。{rest}"
