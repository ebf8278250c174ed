"""How far the entries of a campaign's own registers have come: how many stand at each step or beyond it."""

from collections.abc import Sequence

import pandas as pd

from schemas.plan import PLAN
from schemas.returns import RETURNS
from views import Ask
from views.answers import measured
from views.charts import bars, palette
from views.charts.picture import Look, Picture
from views.figures.filters import knows
from views.figures.words import share

NO_STEP = ("—", "没有要登记的事项", 0, "—")  # of a campaign that follows nothing so


def picture(ask: Ask, look: Look) -> Picture:
    """A bar for each step of each register; the first bar of a register is all that was told."""
    rows = look.filters.narrow(ask(measured.fetch, look.scope))
    lines = [line for code in PLAN.counted for line in _lines(rows, code)] or [NO_STEP]
    colours = palette.theme(look.dark)
    paint = palette.Paint(colours.accent, palette.ink_on(colours.accent))
    table = pd.DataFrame(lines, columns=["登记", "环节", "到达或超过（件）", "占全部"])
    return Picture(
        "登记事项办理进展",
        "到达或超过该环节的件数；右为占全部之比",
        bars.stacked(
            [_label(line) for line in lines],
            [bars.Part("件", [line[2] for line in lines], paint)],
            look.dark,
            [line[3] for line in lines],
        ),
        _reading(lines),
        table,
        knows=knows(rows),
    )


def _lines(rows: pd.DataFrame, code: str) -> list[tuple[str, str, int, str]]:
    """Return, step, how many have come there, and their share of all."""
    titles = measured.steps_of(code)
    found = [rows[rows["measure"] == measured.step_code(code, n)] for n in range(1, len(titles) + 1)]
    return [
        (
            str(RETURNS[code].title),
            title,
            int(at["part"].sum()),
            share(int(at["part"].sum()), int(at["whole"].sum())),
        )
        for title, at in zip(titles, found, strict=True)
    ]


def _label(line: Sequence[object]) -> str:
    several = len({row.return_ for row in PLAN.steps}) > 1
    return f"{line[0]}·{line[1]}" if several else str(line[1])


def _reading(lines: Sequence[tuple[str, str, int, str]]) -> str:
    if not any(count for _, _, count, _ in lines):
        return "尚无登记的事项。各环节均为 0 件。"
    said = "，".join(f"{title} {count} 件（{part}）" for _, title, count, part in lines)
    return f"截至当日，{said}。每件按最后一次所报计一次。"
