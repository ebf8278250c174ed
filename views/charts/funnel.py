"""The path of those to be mended: how many have come to each stage, and where they stop (K12)."""

import pandas as pd

from views import Ask
from views.answers import tally
from views.charts import bars, palette
from views.charts.picture import Look, Picture
from views.figures.filters import knows
from views.figures.words import doubted, share

STAGES = {
    "mending_all": "整改台账",
    "begun": "已开始检查",
    "visited": "完成现场检查",
    "noticed": "出具整改意见",
    "planned": "提交整改计划",
    "approved": "整改计划获批",
    "mended": "完成整改",
}
BESIDE = (
    "mending",
    "turned",
    "mended_doubted",
)  # of 整改完成率 (K11): its base, what it leaves out, what is in doubt
CLOSING = {"closing": "取缔台账", "handed": "完成交接"}


def picture(ask: Ask, look: Look) -> Picture:
    """Institutions at or beyond each stage, and those to be closed below them."""
    rows = look.filters.narrow(ask(tally.fetch, look.scope))
    counts = {name: int(rows[name].sum()) for name in (*STAGES, *CLOSING, *BESIDE)}
    titles = [*STAGES.values(), *CLOSING.values()]
    colours = palette.theme(look.dark)
    blue = palette.Paint(colours.accent, palette.ink_on(colours.accent))
    red = colours.risks["高"]
    zeros = [0] * len(CLOSING)
    parts = [
        bars.Part("整改类", [counts[n] for n in STAGES] + zeros, blue),
        bars.Part("取缔类", [0] * len(STAGES) + [counts[n] for n in CLOSING], red),
    ]
    ends = [_end(counts, names, n) for names in (list(STAGES), list(CLOSING)) for n in range(len(names))]
    table = pd.DataFrame(
        {
            "环节": titles,
            "到达或超过（家）": [counts[name] for name in (*STAGES, *CLOSING)],
            "占台账": [e.split("，")[0] for e in ends],
        }
    )
    return Picture(
        "整改处置进展",
        "到达或超过该环节的家数；右为占比、与上一环节之差",
        bars.stacked(titles, parts, look.dark, ends),
        _reading(counts),
        table,
        knows=knows(rows),
    )


def _end(counts: dict[str, int], names: list[str], n: int) -> str:
    if names[n] == "mended" and counts["turned"]:
        left = counts["mended"] + counts["mending"]
        rate = f"{share(counts['mended'], left)}（{counts['mended']}/{left}）"
        return f"{rate}，转入取缔类 {counts['turned']} 家不计"
    part = share(counts[names[n]], counts[names[0]])
    lost = counts[names[n - 1]] - counts[names[n]] if n else 0
    return f"{part}，差 {lost} 家" if lost else part


def _reading(counts: dict[str, int]) -> str:
    if not counts["mending_all"] + counts["closing"]:
        return "尚未受理整改、取缔明细表。各环节均为 0 家。"
    names = list(STAGES)
    drops = {names[n]: counts[names[n - 1]] - counts[names[n]] for n in range(1, len(names))}
    worst = max(drops, key=lambda name: drops[name])
    stuck = f"滞留在“{STAGES[worst]}”之前的最多，{drops[worst]} 家" if drops[worst] else "没有环节滞留"
    doubt = f"（{told}）" if (told := doubted(counts["mended_doubted"])) else ""
    return (
        f"整改台账 {counts['mending_all']} 家，完成整改 {counts['mended']} 家{doubt}，{stuck}。"
        f"取缔台账 {counts['closing']} 家，完成交接 {counts['handed']} 家，"
        f"未交接 {counts['closing'] - counts['handed']} 家。"
    )
