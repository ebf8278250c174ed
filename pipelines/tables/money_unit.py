"""In what unit the amounts of a sheet are, as the lines around its table say, as 单位：元 or 金额单位：亿元.

A unit that is overlooked makes every amount wrong by ten thousand: what speaks of the unit of money and names
none that is known, or two of them, is told and never passed over.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipelines.reading.reader import Sheet
from schemas.characters import clean
from schemas.units import MONEY_UNITS, MONEY_WORDS

# 填报单位：… names who reports; after any other 单位 a word that is nothing but a unit of money is one
LABEL = re.compile(
    r"(?<!填报)(?<!报送)(?<!填表)(?<!上报)单\s*位(?:统一|均)?(?:[:∶为是]|\s)*"
    r"|(?:^|[\s([;,])(?:金额|币种|人民币)[:∶]\s*"
)
WORDS = re.compile(r"[\s()\[\]【】〔〕《》〈〉,、，;/。:∶·]+")
# alone in a cell 万 and 千 may mean anything
FULL = frozenset(word for word in MONEY_WORDS if word.endswith(("元", "圆")))
FOREIGN = re.compile(
    r"^[十百千万亿]*(?:美元|美金|港元|港币|欧元|日元|英镑|台币|卢布|坚戈|外币|USD|EUR|HKD|JPY|GBP)$"
)
STRANGE = re.compile(r"^[一-龥]{1,3}[元圆]$")  # 百元, 十万元: money, and no unit that is known
DRESS = re.compile(r"^(?:[(]?(?:人民币|RMB|CNY)[)]?|均?为|以)+|(?:人民币|RMB|CNY|整|为单位|计)+$")
BY = re.compile(
    rf"(?:以|按)(?:人民币)?({'|'.join(MONEY_UNITS)})"
    r"(?:为单位|(?:计[算价量]?|统计|填[写报列])(?=[,，。;)\s]|$))"
)
BRACKETS = re.compile(r"[(\[【〔《]([^()\[\]【】〔〕《》]{1,12})[)\]】〕》]")
UNCLEAR = "?"


@dataclass(frozen=True)
class MoneyUnit:
    """The unit of a sheet's amounts, '' for none said, UNCLEAR where not to be told; and where it is said."""

    unit: str = ""
    row: int = 0
    column: int = 0
    words: str = ""

    @property
    def is_clear(self) -> bool:
        return self.unit != UNCLEAR


@dataclass(frozen=True)
class UnitLine:
    """A cell with words; `alone`: a unit that stands there by itself is one."""

    row: int
    column: int
    words: str
    alone: bool


def money_unit_of(
    sheet: Sheet, above: Iterable[int], others: Iterable[int], headings: Iterable[tuple[int, int, str]] = ()
) -> MoneyUnit:
    """The unit named in rows above the heading or of totals, in others of no data, or in the sheet's title.

    `headings` are those of no amount: row, column, words.
    """
    lines = [line for row in above for line in _lines(sheet, row, alone=True)]
    lines += [line for row in others for line in _lines(sheet, row, alone=False)]
    lines += [UnitLine(row, column, words, alone=False) for row, column, words in headings]
    money = MoneyUnit()
    for line in lines:
        for unit in named(line.words, alone=line.alone):
            if unit == UNCLEAR or money.unit not in {"", unit}:
                return MoneyUnit(UNCLEAR, line.row, line.column, line.words.strip())
            money = MoneyUnit(unit, line.row, line.column, line.words.strip())
    of_title = named(sheet.title) - {UNCLEAR}
    return money if money.unit or len(of_title) != 1 else MoneyUnit(of_title.pop(), 1, 1, sheet.title)


def _lines(sheet: Sheet, row: int, *, alone: bool) -> Iterator[UnitLine]:
    for column, cell in enumerate(sheet.rows[row - 1], 1):
        if isinstance(cell, str) and cell.strip():
            yield UnitLine(row, column, cell, alone)


def named(words: str, *, alone: bool = True) -> set[str]:
    """The units of money that a line names, and UNCLEAR where it speaks of money that is not counted in 元.

    `alone`: also where the line is nothing but a unit, or has one in brackets, as titles do.
    """
    plain = clean(words)
    parts = [_bare(part) for label in LABEL.finditer(plain) for part in WORDS.split(plain[label.end() :])]
    if alone:
        parts += [bare for part in (plain, *BRACKETS.findall(plain)) if (bare := _bare(part)) in FULL]
    units = {MONEY_WORDS[part] for part in (*parts, *BY.findall(plain)) if part in MONEY_WORDS}
    is_unclear = any(_is_other_money(part) for part in parts)
    return units | ({UNCLEAR} if is_unclear else set())


def _bare(part: str) -> str:
    """A unit without brackets and without what is said around it, as 人民币."""
    return DRESS.sub("", part.strip("()[]【】 "))


def _is_other_money(part: str) -> bool:
    """Whether words are a unit of money, and none that is known."""
    return part not in MONEY_WORDS and bool(FOREIGN.match(part) or STRANGE.match(part))
