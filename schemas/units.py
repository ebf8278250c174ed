"""The units that a heading may name: of money with their scale to 万元, and of count.

The units of count are the common ones below and every one that a column is declared with.
"""

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple


class Money(NamedTuple):
    """A unit of money: its scale to 万元, how else it is spelled, its short form behind a number."""

    name: str
    scale: Decimal
    spellings: tuple[str, ...] = ()
    short: str = ""


MONEY = (
    Money("元", Decimal("0.0001"), ("圆",)),
    Money("千元", Decimal("0.1"), ("仟元", "千")),
    Money("万元", Decimal(1), ("萬元", "万"), short="万"),
    Money("百万元", Decimal(100), ("百万",)),
    Money("千万元", Decimal(1000), ("千万",)),
    Money("亿元", Decimal(10_000), ("亿",), short="亿"),
)
MONEY_UNITS = tuple(unit.name for unit in MONEY)
MONEY_WORDS = {word: unit.name for unit in MONEY for word in (unit.name, *unit.spellings)}
SHORT_FORMS = {unit.short: unit.name for unit in MONEY if unit.short}
SCALES = {word: unit.scale for unit in MONEY for word in (unit.name, unit.short) if word}  # behind a number
KEPT_IN = "万元"  # amounts are kept in it, whatever they are written in
AMOUNT_UNITS = ("元", KEPT_IN, "亿元")  # those that a cover offers
COMMON_COUNTS = frozenset({"人", "家", "个", "%", "户", "台", "条次", "人次", "份", "页"})

_counts = COMMON_COUNTS


class UnitPatterns(NamedTuple):
    """What finds a unit, as group 1, in half-width words: in brackets, or as all that they say."""

    in_brackets: re.Pattern[str]
    alone: re.Pattern[str]


def declare(unit: str) -> None:
    """Make a unit of count known: from now on a heading that names it is understood."""
    global _counts
    _counts |= {unicodedata.normalize("NFKC", unit)}


def counts() -> frozenset[str]:
    """Every unit of count that is known now."""
    return _counts


@lru_cache(maxsize=16)
def patterns(counts: frozenset[str]) -> UnitPatterns:
    """The patterns for the units of money and these of count."""
    unit = "|".join(map(re.escape, (*MONEY_UNITS, *sorted(counts))))
    return UnitPatterns(
        re.compile(rf"[(（\[【](?:单位[:：])?({unit})[)\]】）]"),
        re.compile(rf"^[(\[]?(?:单位:)?({unit})[)\]]?$"),
    )
