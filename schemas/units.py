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
SCALES = {  # behind a number, where 千 alone may be of anything
    word: unit.scale for unit in MONEY for word in (unit.name, *unit.spellings) if word != "千"
}
KEPT_IN = "万元"  # amounts are kept in it, whatever they are written in
AMOUNT_UNITS = ("元", KEPT_IN, "亿元")  # those that a cover offers
COMMON_COUNTS = frozenset({"人", "家", "个", "%", "户", "台", "条次", "人次", "份", "页"})

LABEL = r"(?:金额|计量|货币)?单位"
CURRENCY = r"人民币|RMB|CNY|[¥￥]"
GAP = r"\s{0,3}"  # bounded, as is all that may be repeated: no heading is long enough to be slow
PARTED = r"[\s/:,_—-]"  # stands between a heading and its unit
ROUNDED = r"(?:保留[一二两三四\d]位小数|四舍五入|取整数?)"

_counts = COMMON_COUNTS


class UnitPatterns(NamedTuple):
    """What finds a unit, as group 1, in half-width words: in brackets, at their end, or as all they say."""

    in_brackets: re.Pattern[str]
    at_end: re.Pattern[str]
    alone: re.Pattern[str]

    def without(self, words: str) -> str:
        """The words without the units that they name."""
        return self.at_end.sub("", self.in_brackets.sub("", words).strip())

    def last(self, words: str) -> str:
        """The last unit that words name, as it is declared; '' where they name none."""
        bracketed = self.in_brackets.findall(words)
        return declared(bracketed[-1] if bracketed else self._group(self.at_end.search(words.strip())))

    def all_of(self, words: str) -> str:
        """The unit of words that say nothing else, as it is declared; '' for any others."""
        return declared(self._group(self.alone.match(words)))

    @staticmethod
    def _group(found: re.Match[str] | None) -> str:
        return str(found[found.lastindex or 0]) if found else ""


def declared(unit: str) -> str:
    """A unit as it is declared, however it is spelled."""
    bare = re.sub(r"\s", "", unit)
    return MONEY_WORDS.get(bare, bare)


def declare(unit: str) -> None:
    """Make a unit of count known: from now on a heading that names it is understood."""
    global _counts
    _counts |= {unicodedata.normalize("NFKC", unit)}


def counts() -> frozenset[str]:
    """Every unit of count that is known now."""
    return _counts


@lru_cache(maxsize=16)
def patterns(counts: frozenset[str]) -> UnitPatterns:
    """The patterns for the units of money and these of count.

    Around a unit of money its currency may stand, and behind it how amounts are rounded. Without brackets
    only a full one ends a heading, as 存量业务规模/万元, or any that 单位 announces.
    """
    money = "|".join(map(_spaced, sorted(MONEY_WORDS, key=len, reverse=True)))
    full = "|".join(_spaced(word) for word in MONEY_WORDS if word.endswith("元") and word != "元")
    unit = "|".join((money, *map(re.escape, sorted(counts, key=len, reverse=True))))
    before = rf"(?:{LABEL}[::]?)?{GAP}(?:折合)?(?:{CURRENCY})?[::]?{GAP}"
    behind = rf"{GAP}(?:[(]?(?:{CURRENCY})[)]?)?(?:[,、;]{GAP}{ROUNDED})?{GAP}"
    announced = rf"(?:^|{PARTED}{{1,4}}){LABEL}[::]{GAP}(?:{CURRENCY})?({unit})"
    ending = rf"{PARTED}{{0,4}}(?:{CURRENCY})?({full})|{PARTED}{{1,4}}(?:{CURRENCY})?(元)"
    return UnitPatterns(
        re.compile(rf"[(（\[【〔《]{GAP}{before}({unit}){behind}[)\]】）〕》]"),
        re.compile(rf"(?:{announced}|{ending})$"),
        re.compile(rf"^[(\[]?(?:单位:)?({unit})[)\]]?$"),
    )


def _spaced(word: str) -> str:
    """A pattern for a word between whose letters spaces may stand."""
    return r"\s?".join(map(re.escape, word))
