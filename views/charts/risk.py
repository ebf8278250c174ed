"""Where the danger lies by kind: each field, or each territory, by risk level, ranked by what is chosen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from schemas.said import TERRITORY
from views import Ask
from views.answers import tally
from views.charts import bars, palette
from views.charts.picture import Look, Picture, target
from views.figures.filters import knows
from views.figures.names import short_title
from views.figures.words import amount, with_apart

FIGURES_SAID = {
    "stock": "存量规模（万元）",
    "people": "涉及人次",
    "unpaid": "逾期未兑付（万元）",
    "suspect": "涉嫌非法集资（家）",
    "unrest": "涉稳（家）",
}
UNKNOWN_SAID = {name: f"{title}未掌握（家）" for name, (title, _) in tally.UNKNOWN.items()}
FIGURES = ["found", *FIGURES_SAID, *UNKNOWN_SAID]
PAINTS = {"高": "高", "中": "较高", "低": "一般"}  # 红橙黄: three levels of the four of public warnings


@dataclass(frozen=True)
class Rank:
    """What the bars show and kinds are ranked by: a column of the tally, of one level first or of all."""

    title: str
    column: str
    said: Callable[[float], str]
    first: str = ""


def _firms(count: float) -> str:
    return f"{count:,.0f}家"


def _amount(wan: float) -> str:
    return amount(wan).replace(" ", "")


RANKS: Mapping[str, Rank] = {
    "high": Rank("高风险存量", "stock", _amount, "高"),
    "firms": Rank("家数", "found", _firms),
    "stock": Rank("存量", "stock", _amount),
    "people": Rank("人次", "people", lambda n: f"{n:,.0f}人次"),
    "suspect": Rank("涉非", "suspect", lambda n: f"涉非{n:,.0f}"),
    "unrest": Rank("涉稳", "unrest", lambda n: f"涉稳{n:,.0f}"),
}
TITLES = {name: rank.title for name, rank in RANKS.items()}


def _paint(level: str, dark: bool) -> palette.Paint:
    colours = palette.theme(dark)
    return colours.risks[PAINTS[level]] if level in PAINTS else colours.lights["pending"]


def by_field(ask: Ask, look: Look) -> Picture:
    return _picture(ask, look, "field", "各领域风险分布")


def by_territory(ask: Ask, look: Look) -> Picture:
    return _picture(ask, look, "territory", f"各{TERRITORY}风险分布")


def _picture(ask: Ask, look: Look, name: str, title: str) -> Picture:
    """Bars by risk level of the figure that is chosen, the largest on top; behind each the other figures."""
    every, rank = ask(tally.fetch, look.scope), RANKS.get(look.rank, RANKS["high"])
    rows = look.filters.narrow(every, name)
    levels = [level for level in tally.LEVELS if (rows["risk_level"] == level).any()]
    sums = rows.groupby(name)[FIGURES].sum()
    bars_of, firms_of = (_by_level(rows, name, column, levels) for column in (rank.column, "found"))
    order = _ranked(bars_of, rank)
    codes = [str(code) for code in order]
    parts = [
        bars.Part(
            f"{level}风险" if level in PAINTS else level,
            bars_of.loc[order, level].tolist(),
            _paint(level, look.dark),
            [target(**{name: code, "risk_level": level}) for code in codes],
            is_grave=level == "高",
        )
        for level in levels
    ]
    others = {each.column: each for each in RANKS.values() if each.column != rank.column}
    ends = [" ".join(each.said(sums[c][code]) for c, each in others.items()) for code in order]
    titles = dict(zip(rows[name], rows[f"{name}_title"], strict=True))
    table = pd.DataFrame(
        {
            "领域" if name == "field" else TERRITORY: [titles[code] for code in order],
            **{f"{level}（家）": firms_of.loc[order, level].tolist() for level in levels},
            "高风险存量（万元）": _high(rows, name).reindex(order, fill_value=0).round(2).tolist(),
            **{title: sums.loc[order, column].round(2).tolist() for column, title in FIGURES_SAID.items()},
            **{title: sums.loc[order, column].tolist() for column, title in UNKNOWN_SAID.items()},
        }
    )
    return Picture(
        title,
        f"按{rank.title}排序",
        bars.stacked([short_title(code) for code in codes], parts, look.dark, ends),
        _reading(look.filters.narrow(every), rank, [titles[code] for code in order[:1]]),
        table,
        knows=knows(rows),
    )


def _by_level(rows: pd.DataFrame, name: str, column: str, levels: Sequence[str]) -> pd.DataFrame:
    """A figure by kind and risk level; nothing where there is none."""
    table = rows.pivot_table(index=name, columns="risk_level", values=column, aggfunc="sum", fill_value=0)
    return table.reindex(columns=list(levels), fill_value=0)


def _ranked(figures: pd.DataFrame, rank: Rank) -> list[Any]:
    """The kinds, the largest first: by the level that goes before the others, then by the whole."""
    whole = figures.sum(axis="columns")
    first = figures[rank.first] if rank.first in figures else whole * 0
    both = pd.DataFrame({"first": first, "whole": whole})
    return list(both.sort_values(["first", "whole"], ascending=False, kind="stable").index)


def _high(rows: pd.DataFrame, name: str) -> "pd.Series[float]":
    high: pd.Series[float] = rows[rows["risk_level"] == "高"].groupby(name)["stock"].sum()
    return high


def _reading(rows: pd.DataFrame, rank: Rank, first: Sequence[str]) -> str:
    if rows.empty:
        return "没有符合条件的机构。请清除筛选或改看其他日期。"
    high = rows[rows["risk_level"] == "高"]
    sums = rows[FIGURES].sum()
    return (
        f"按{rank.title}排，{first[0]}居首；共 {sums['found']:,.0f} 家机构，"
        f"高风险 {high['found'].sum():,} 家、存量 {amount(high['stock'].sum())}。"
        f"存量规模 {with_apart(amount(sums['stock']), sums['unknown_stock'])}，"
        f"涉及 {with_apart(f'{sums.people:,.0f} 人次', sums['unknown_people'])}，"
        f"逾期未兑付 {with_apart(amount(sums['unpaid']), sums['unknown_unpaid'])}，"
        f"涉嫌非法集资 {sums['suspect']:,.0f} 家，涉稳 {sums['unrest']:,.0f} 家。"
    )
