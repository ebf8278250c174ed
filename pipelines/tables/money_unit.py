"""In what unit the amounts of a sheet are, as its lines outside the table say: 单位：元, 金额单位：人民币（亿元）, a lone （万元）.

A unit that is overlooked makes every amount wrong by ten thousand: what speaks of the unit of money and names none that
is known, or two of them, is told and never passed over.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pipelines.reading.reader import Sheet

# 填报单位：… names who reports; after any other 单位 a word that is nothing but a unit of money is one
LABEL = re.compile(
    r"(?<!填报)(?<!报送)(?<!填表)(?<!上报)单\s*位(?:统一|均)?(?:[:∶为是]|\s)*|(?:^|[\s([;,])(?:金额|币种|人民币)[:∶]\s*"
)
WORDS = re.compile(r"[\s()\[\]【】〔〕《》〈〉,、，;/。:∶·]+")
OF_MONEY = {
    "元": "元",
    "圆": "元",
    "千元": "千元",
    "仟元": "千元",
    "千": "千元",
    "万元": "万元",
    "萬元": "万元",
    "万": "万元",
    "百万元": "百万元",
    "百万": "百万元",
    "千万元": "千万元",
    "千万": "千万元",
    "亿元": "亿元",
    "亿": "亿元",
}
MONEY_UNITS = tuple(dict.fromkeys(OF_MONEY.values()))
# alone in a cell 万 and 千 may mean anything
FULL = frozenset(word for word in OF_MONEY if word.endswith(("元", "圆")))
FOREIGN = re.compile(
    r"^[十百千万亿]*(?:美元|美金|港元|港币|欧元|日元|英镑|台币|卢布|坚戈|外币|USD|EUR|HKD|JPY|GBP)$"
)
STRANGE = re.compile(r"^[一-龥]{1,3}[元圆]$")  # 百元, 十万元: money, and no unit that is known
DRESS = re.compile(r"^(?:[(]?(?:人民币|RMB|CNY)[)]?|均?为|以)+|(?:人民币|RMB|CNY|整|为单位|计)+$")
SCALE = "[百千]?万元|[千亿]?元"
BY = re.compile(rf"(?:以|按)(?:人民币)?({SCALE})(?:为单位|(?:计[算价量]?|统计|填[写报列])(?=[,，。;)\s]|$))")
BRACKETS = re.compile(r"[(\[【〔《]([^()\[\]【】〔〕《》]{1,12})[)\]】〕》]")
UNCLEAR = "?"


@dataclass(frozen=True)
class Said:
    """What the lines of a sheet say of the unit: one, none (''), or that it is not clear, with the line that says so."""

    unit: str = ""
    row: int = 0
    column: int = 0
    words: str = ""

    @property
    def is_clear(self) -> bool:
        return self.unit != UNCLEAR


def said_by(
    sheet: Sheet, above: Iterable[int], others: Iterable[int], headings: Iterable[tuple[int, int, str]] = ()
) -> Said:
    """The unit named above the heading or in totals, in rows that are no data, in headings that are of no amount (row,
    column, words), or by the title of the sheet.
    """
    lines = [(row, column, str(cell), True) for row in above for column, cell in _words(sheet, row)]
    lines += [(row, column, str(cell), False) for row in others for column, cell in _words(sheet, row)]
    lines += [(row, column, words, False) for row, column, words in headings]
    found = Said()
    for row, column, words, is_above in lines:
        for unit in named(words, alone=is_above):
            if unit == UNCLEAR or found.unit not in {"", unit}:
                return Said(UNCLEAR, row, column, words.strip())
            found = Said(unit, row, column, words.strip())
    of_title = {unit for unit in named(sheet.title) if unit != UNCLEAR}
    return found if found.unit or len(of_title) != 1 else Said(of_title.pop(), 1, 1, sheet.title)


def _words(sheet: Sheet, row: int) -> Iterable[tuple[int, Any]]:
    return (
        (n, cell) for n, cell in enumerate(sheet.rows[row - 1], 1) if isinstance(cell, str) and cell.strip()
    )


def named(words: str, *, alone: bool = True) -> set[str]:
    """The units of money that a line names, UNCLEAR among them where it speaks of money that is not counted in 元.

    `alone`: also where the line is nothing but a unit, or has one in brackets, as titles do.
    """
    plain = unicodedata.normalize("NFKC", words).strip()
    spoken = [part for match in LABEL.finditer(plain) for part in WORDS.split(plain[match.end() :])]
    if alone:
        spoken += [
            part
            for part in (plain, *BRACKETS.findall(plain))
            if DRESS.sub("", part.strip("()[]【】 ")) in FULL
        ]
    found = {OF_MONEY[unit] for unit in BY.findall(plain)}
    for part in spoken:
        bare = DRESS.sub("", part.strip("()[]【】 "))
        if bare in OF_MONEY:
            found.add(OF_MONEY[bare])
        elif FOREIGN.match(bare) or STRANGE.match(bare):
            found.add(UNCLEAR)
    return found
