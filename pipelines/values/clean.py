"""What a person typed in a cell → the value they meant, and what was changed to get it.

Reading answers "what did they mean?"; whether it is allowed is asked later, in `check`. Nothing becomes 0 or
empty by itself: a cell either is blank, or has a value, or is `Unreadable`.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from pipelines.reading.as_shown import Broken, ShownValue, ShownWords
from pipelines.values.days import day
from pipelines.values.guidance import is_guidance
from pipelines.values.meaning import (
    BLANK,
    BLANKS,
    KEPT_DIGITS,
    LOST_DIGITS,
    Manner,
    Meaning,
    Unreadable,
    blank,
    words_of,
)
from pipelines.values.phones import phone
from schemas.characters import clean, closed, has_unseen
from schemas.columns import UNKNOWN_WORDS
from schemas.units import SCALES

NUMBER = re.compile(r"^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?)(\D*)$", re.ASCII)
NEGATIVE = re.compile(r"^(?:\((\d[\d.,]*)\)|[▲△▼▽]\s*(\d[\d.,]*))(\D*)$", re.ASCII)  # as books write it
GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,])")  # 1,234,567; any other comma may be a slip
ABOUT_BEFORE = "大约|约|大概|将近|接近|近|超过|超|不低于|不足|逾|≈|~"
ABOUT_BEHIND = "左右|上下|以上|以下|余|多|\\+"
ABOUT = re.compile(rf"^({ABOUT_BEFORE})|({ABOUT_BEHIND})$|(?<=\d)(余|多)(?=[千百万亿]*[元人家户]?$)")
ABOUT_IN_WORDS = re.compile(
    rf"(?:{ABOUT_BEFORE}|几)\s*\d|\d\s*[千百万亿]*(?:[余多几来+]|\s*[户家个处人]*\s*(?:左右|上下|以上|以下))"
)
CURRENCY = re.compile(
    r"^(?:人民币|RMB|CNY|¥)\s*(?=[\d.])|(?<=[元圆])整$|(?<=[\d元圆万亿])(?:人民币|RMB|CNY)$"
)
TOO_MUCH = 10**13  # in the column's own unit; more cannot be kept exactly
WAN_DECIMALS = Decimal("0.0001")
SPLIT = re.compile(r"[;；、,，\n/]+")
NUMBERS_BEFORE = re.compile(r"(?:^|(?<=\D))\(?\d{1,2}[.、)]?(?=[^\d\s年月])")  # 1.自融2.期限拆分
TICKED, OPEN = "☑✔✓√■", "□☐○"
SEAL = re.compile(r"\([盖公签加]*章(?:处)?\)$")
MARKED_BEFORE = re.compile(rf"([{TICKED}{OPEN}])([^{TICKED}{OPEN}]+)")  # □是☑否
MARKED_BEHIND = re.compile(rf"([^{TICKED}{OPEN}]+)([{TICKED}{OPEN}]?)")  # 是□否☑, 是√否
APOSTROPHES = re.compile(r"\s*['\u2018\u2019\uff07][\s'\u2018\u2019\uff07]*")  # before a number to be text


NUMBERS = frozenset({"money", "number", "whole"})


def text(cell: Any, manner: Manner) -> Meaning:  # noqa: ARG001  every reader is asked alike
    """Words as they stand, in half-width.

    Raises Unreadable when it is a number whose last digits are lost.
    """
    _digits_are_whole(cell)
    words = words_of(cell)
    if words in BLANKS:
        return blank(words)
    how = "" if words == str(cell) or not isinstance(cell, str) else "half_width"
    confirm = "not_words" if isinstance(cell, bool | dt.date) else ""  # 2001-01 becomes a day in Excel
    return Meaning(words, how, confirm)


def _digits_are_whole(cell: Any) -> None:
    """A spreadsheet keeps 15 digits. Raises Unreadable when a number has more: the last of them are gone."""
    if isinstance(cell, int | float) and abs(cell) >= LOST_DIGITS:
        raise Unreadable("digits_lost")


def code(cell: Any, manner: Manner) -> Meaning:  # noqa: ARG001  every reader is asked alike
    """Capitals and digits without spaces.

    Raises Unreadable when it is a number whose last digits are lost.
    """
    _digits_are_whole(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return Meaning(words_of(cell).upper(), "number_as_text")  # 1e-7: as it will be read again
    words = words_of(cell)
    bare = closed(words).upper()
    if bare in BLANKS:
        return blank(bare)
    return Meaning(bare, "half_width" if bare != str(cell) else "")


def choice(cell: Any, manner: Manner) -> Meaning:
    """The option that the words are or stand for; any others as they are."""
    words = closed(words_of(cell))
    for option in manner.options:
        if words == unicodedata.normalize("NFKC", option):
            return Meaning(option, "half_width" if option != str(cell) else "")
    if words in manner.means:
        return Meaning(manner.means[words], "synonym")
    if words in BLANKS:
        return blank(words)
    bare = _ticked(words, manner.options) or unsealed(words).rstrip("。.;,")
    if bare != words and bare in {*manner.options, *manner.means}:
        return Meaning(manner.means.get(bare, bare), "synonym")
    return Meaning(words)


def unsealed(words: str) -> str:
    """The name of a unit without spaces and the place of its seal: 某  市（盖章） → 某市."""
    return SEAL.sub("", closed(words))


def _ticked(words: str, options: Sequence[str]) -> str:
    """The only option that is ticked in a cell that prints some of them; '' where there is none such."""
    if not any(sign in words for sign in TICKED):
        return ""
    is_before = words[0] in TICKED + OPEN
    pairs = (MARKED_BEFORE if is_before else MARKED_BEHIND).findall(words)
    marked = [(option, sign) for sign, option in pairs] if is_before else pairs
    picked = [option for option, sign in marked if sign and sign in TICKED]
    known = all(option in options for option, _ in marked)
    return picked[0] if known and len(marked) > 1 and len(picked) == 1 else ""


def choices(cell: Any, manner: Manner) -> Meaning:
    """The options among the words, joined by 、 in the order of the declaration; behind them any others."""
    words = words_of(cell)
    if words in BLANKS:
        return blank(words)
    whole = choice(cell, manner)
    if whole.value in manner.options:
        return whole
    picked = _picked(NUMBERS_BEFORE.sub("、", words), manner)
    if not picked or not picked <= set(manner.options):
        picked = _picked(words, manner)
    ours = [option for option in manner.options if option in picked]
    value = "、".join([*ours, *sorted(picked - set(ours))])
    return Meaning(value, "half_width" if value != str(cell) else "")


def _picked(words: str, manner: Manner) -> set[str]:
    return {choice(part, manner).value for part in SPLIT.split(words)} - {None}


def number(cell: Any, manner: Manner) -> Meaning:
    """A number in the column's unit, an amount in 万元. Raises Unreadable when it is none, or too much."""
    if isinstance(cell, bool | dt.date | dt.time | dt.timedelta):
        raise Unreadable("not_a_number")
    if isinstance(cell, int | float):
        value = _scaled(Decimal(repr(cell)), manner.unit, manner)
        return Meaning(value, "", _below_one_percent(cell, manner))
    words = words_of(cell)
    if words in BLANKS:
        return blank(words)
    return _number_of_words(words, cell, manner)


def _number_of_words(words: str, cell: Any, manner: Manner) -> Meaning:
    """Raises Unreadable when the words are no number, with or without a unit that fits."""
    bare = GROUPED.sub(lambda group: group[0].replace(",", ""), words.replace("−", "-"))
    if negative := NEGATIVE.match(bare):
        kept = _number_of_words(f"-{negative[1] or negative[2]}{negative[3]}", cell, manner)
        return replace(kept, how="negative_sign", confirm="negative_sign")
    exact = ABOUT.sub("", bare).strip()
    amount = CURRENCY.sub("", exact) if manner.kind == "money" else exact
    parts = NUMBER.match(amount)
    if not parts:
        raise Unreadable("not_a_number")
    unit = re.sub(r"\s", "", parts[2])
    value = _scaled(Decimal(parts[1]), _unit_in_cell(unit, manner), manner)
    unit_how = "percent" if unit == "%" else "unit_in_cell"
    plain = "currency" if amount != exact else "separators" if bare != str(cell) else ""
    how = unit_how if parts[2] else plain
    below = "" if parts[2] else _below_one_percent(value, manner)
    return Meaning(value, how, "approximate" if exact != bare else below)


def says_about(words: str) -> bool:
    """Whether words name a number that is none to the last one, as 共查约12户 or 10多家."""
    return ABOUT_IN_WORDS.search(clean(words)) is not None


def _below_one_percent(value: float, manner: Manner) -> str:
    """12.5% may be kept as 0.125: the rule that asks for it, '' where there is nothing to ask."""
    return "below_one_percent" if manner.unit == "%" and 0 < abs(value) < 1 else ""


def whole(cell: Any, manner: Manner) -> Meaning:
    """A number without decimals. Raises Unreadable when it is none, has some, or is too much."""
    meaning = number(cell, manner)
    if meaning.value is None:
        return meaning
    count = float(f"{meaning.value:.{KEPT_DIGITS}g}")  # 434.99999999999994 is shown as 435
    if not count.is_integer():
        raise Unreadable("not_whole")
    return replace(meaning, value=int(count))


def _unit_in_cell(words: str, manner: Manner) -> str:
    """The unit written behind a number: for amounts any of money, elsewhere only the column's own.

    Raises Unreadable when it is another.
    """
    if not words:
        return manner.unit
    if manner.kind == "money" and words in SCALES:
        return words
    if words == manner.unit:
        return words
    raise Unreadable("not_a_number")


def _scaled(value: Decimal, unit: str, manner: Manner) -> float:
    """A number, of an amount in 万元. Raises Unreadable when it is infinite, no number, or too much."""
    if not value.is_finite():
        raise Unreadable("not_a_number")
    amount = value * SCALES[unit] if manner.kind == "money" else value
    if abs(amount) >= TOO_MUCH:
        raise Unreadable("too_much")
    return float(amount.quantize(WAN_DECIMALS) if manner.kind == "money" else amount)


READERS: Mapping[str, Callable[[Any, Manner], Meaning]] = {
    "text": text,
    "code": code,
    "phone": phone,
    "choice": choice,
    "choices": choices,
    "money": number,
    "number": number,
    "whole": whole,
    "day": day,
}


def read_cell(cell: Any, manner: Manner) -> Meaning | Unreadable:
    """What one cell means, or the rule for which it means nothing."""
    if cell is None or (cell == "" and not isinstance(cell, ShownWords)):
        return BLANK
    if isinstance(cell, Broken):
        return Unreadable(cell.rule)
    if isinstance(cell, str) and is_guidance(cell, strictly=manner.kind == "text"):
        return Unreadable("guidance") if manner.required else Meaning(None, "", "guidance")
    if manner.may_be_unknown and isinstance(cell, str) and words_of(cell) in UNKNOWN_WORDS:
        return Meaning(None, "unknown")
    try:
        return _read(cell, manner)
    except Unreadable as why:
        return why


def _read(cell: Any, manner: Manner) -> Meaning:
    """What a cell means that holds something. Raises Unreadable when it means nothing."""
    read = READERS[manner.kind]
    if isinstance(cell, ShownValue):
        return _of_value_shown(cell, manner)
    if isinstance(cell, ShownWords):
        meaning = read(str(cell), manner)
        return replace(meaning, how=cell.how, confirm=meaning.confirm or ("" if cell else "shows_nothing"))
    if manner.kind != "text" and isinstance(cell, str) and (sign := APOSTROPHES.match(cell)):
        return replace(read(cell[sign.end() :], manner), how="apostrophe")
    if isinstance(cell, str) and has_unseen(cell):
        return replace(read(clean(cell), manner), how="unseen")
    return read(cell, manner)


def _of_value_shown(cell: ShownValue, manner: Manner) -> Meaning:
    """What a number means by what it shows; in a column of numbers with all its digits.

    Raises Unreadable when it means nothing so. A number that shows nothing is a number still.
    """
    read, is_of_numbers = READERS[manner.kind], manner.kind in NUMBERS
    words = cell.spelled if is_of_numbers else str(cell)
    if not words:
        return replace(read(float(cell), manner) if is_of_numbers else BLANK, confirm="shows_nothing")
    meaning = read(words, manner)
    is_plain = is_of_numbers and words == words_of(float(cell))
    return replace(meaning, how="" if is_plain else "as_shown")
