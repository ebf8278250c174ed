"""Where the danger lies by kind: institutions of each field, or each territory, by risk level."""

import pandas as pd

from views import Ask, records
from views.answers import tally
from views.charts import bars, palette
from views.charts.picture import Look, Picture, target
from views.figures.names import short_title
from views.figures.words import amount

PAINTS = {"高": "高", "中": "较高", "低": "一般"}  # 红橙黄: three levels of the four of public warnings


def _paint(level: str, dark: bool) -> palette.Paint:
    colours = palette.theme(dark)
    return colours.risks[PAINTS[level]] if level in PAINTS else colours.lights["pending"]


def by_field(ask: Ask, look: Look) -> Picture:
    return _picture(ask, look, "field", "哪个领域最险？")


def by_territory(ask: Ask, look: Look) -> Picture:
    return _picture(ask, look, "territory", "哪个县市（园区）最险？")


def _picture(ask: Ask, look: Look, name: str, question: str) -> Picture:
    rows = look.filters.narrow(ask(tally.fetch, look.scope))
    counts = rows.pivot_table(
        index=[name, f"{name}_title"], columns="risk_level", values="found", aggfunc="sum", fill_value=0
    ).reindex(columns=list(tally.LEVELS), fill_value=0)
    counts = counts.sort_values(list(tally.LEVELS), ascending=False).loc[:, lambda c: c.any()]
    codes, titles = ([str(c) for c in counts.index.get_level_values(n)] for n in (0, 1))
    levels = [str(level) for level in counts]
    parts = [
        bars.Part(
            f"{level}风险" if level in PAINTS else level,
            counts[level].tolist(),
            _paint(level, look.dark),
            [target(**{name: code, "risk_level": level}) for code in codes],
        )
        for level in levels
    ]
    labels = [short_title(code) for code in codes]
    sums = rows.groupby(f"{name}_title")[["stock", "people", "unpaid"]].sum().reindex(titles)
    ends = [f"{amount(r.stock)} {r.people:,} 人次" for r in records(sums)]
    table = pd.DataFrame(
        {
            "领域" if name == "field" else "县市（园区）": titles,
            **{f"{level}（家）": counts[level].tolist() for level in levels},
            "存量规模（万元）": sums["stock"].round(2).tolist(),
            "涉及人次": sums["people"].tolist(),
            "逾期未兑付（万元）": sums["unpaid"].round(2).tolist(),
        }
    )
    return Picture(
        question,
        "家数；右为存量和人次",
        bars.stacked(labels, parts, look.dark, ends),
        _reading(counts, titles, rows),
        table,
        narrowed=look.filters.touches(rows),
    )


def _reading(counts: pd.DataFrame, titles: list[str], rows: pd.DataFrame) -> str:
    if counts.empty:
        return "没有符合条件的机构。请清除筛选或改看其他日期。"
    high = counts["高"].to_numpy() if "高" in counts else [0]
    worst = f"{titles[0]}高风险最多，{high[0]} 家" if high[0] else "没有高风险机构"
    return (
        f"共 {rows['found'].sum():,} 家机构，高风险 {sum(high)} 家，{worst}。"
        f"存量规模 {amount(rows['stock'].sum())}，涉及 {rows['people'].sum():,} 人次，"
        f"逾期未兑付 {amount(rows['unpaid'].sum())}。"
    )
