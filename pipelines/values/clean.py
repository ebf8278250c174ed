"""What a person typed in a cell → the value they meant, and what was changed to get it.

Whether it is allowed is asked later. A cell either is blank, or has a value, or is `Unreadable`.
"""

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from pipelines.reading.xlsx_scan import Broken
from pipelines.values.guidance import is_guidance
from schemas.columns import UNKNOWN_WORDS
from schemas.units import SCALES

BLANKS = frozenset({"", "-", "--", "---", "—", "——", "/", "//", "\\", "无", "空", "N/A", "n/a"})
NUMBER = re.compile(r"^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?)(\D*)$", re.ASCII)
GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,])")  # 1,234,567; any other comma may be a slip
ABOUT_BEFORE, ABOUT_BEHIND = "约|大约|近|超过|超|不低于|逾", "左右|以上|以下|余|多"
ABOUT = re.compile(rf"^({ABOUT_BEFORE})|({ABOUT_BEHIND})$|(?<=\d)(余|多)(?=[千百万亿]*[元人家户]?$)")
DAY = re.compile(r"^(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?(?:[T ]?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$")
MONTH = re.compile(r"^(\d{4})[-./年](\d{1,2})月?$")
NO_YEAR = re.compile(r"^(\d{1,2})月(\d{1,2})日?$")
EIGHT_DIGITS = range(19_000_101, 21_001_232)  # a day as 20160708
SERIALS = range(20_000, 80_000)  # 1954 to 2119 as Excel counts days
YEARS = range(1900, 2121)  # of any day that a return can speak of
EPOCHS = {False: dt.date(1899, 12, 30), True: dt.date(1904, 1, 1)}
LOST_DIGITS = 10**15
TOO_MUCH = 10**13  # in the column's own unit; more cannot be kept exactly
WAN_DECIMALS = Decimal("0.0001")
MACHINE_MARKS = re.compile("(?:_x000D_|[\r\u200b\ufeff])+")
SPLIT = re.compile(r"[;；、,，\n/]+")


class Unreadable(ValueError):
    """A cell holds something, but no value of its column's kind; the text is the rule that it breaks."""


@dataclass(frozen=True)
class Meaning:
    """What a cell means: its value, how the text was changed to get it, the rule to be confirmed."""

    value: Any
    how: str = ""
    confirm: str = ""


@dataclass(frozen=True)
class Manner:
    """How the cells of one column are to be read."""

    kind: str
    options: Sequence[str] = ()
    means: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""  # the unit printed in the heading: of amounts 元, 万元 or 亿元
    year: int | None = None  # the year of a date written without one
    since_1904: bool = False
    required: bool = False
    may_be_unknown: bool = False


BLANK = Meaning(None)


def words_of(cell: Any) -> str:
    """The cell's text in half-width, without outer spaces and without the marks of machines."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < LOST_DIGITS:
        return str(int(cell))
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return f"{cell:%Y-%m-%d}"
    if isinstance(cell, str) and unicodedata.is_normalized("NFKC", cell) and not MACHINE_MARKS.search(cell):
        return cell.strip()
    bare = MACHINE_MARKS.sub("", str(cell))
    return MACHINE_MARKS.sub("", unicodedata.normalize("NFKC", bare)).strip()


def _blank(words: str) -> Meaning:
    """No value; a word that stands for none, as 无, is listed as a repair."""
    return Meaning(None, "blank_word" if words else "")


def text(cell: Any, manner: Manner) -> Meaning:  # noqa: ARG001  every reader is asked alike
    """Words as they stand, in half-width.

    Raises Unreadable when it is a number whose last digits are lost.
    """
    _digits_are_whole(cell)
    words = words_of(cell)
    if words in BLANKS:
        return _blank(words)
    how = "" if words == str(cell) or not isinstance(cell, str) else "half_width"
    confirm = "not_words" if isinstance(cell, bool | dt.date) else ""  # 2016-01 becomes a day in Excel
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
    bare = _closed(words).upper()
    if bare in BLANKS:
        return _blank(bare)
    return Meaning(bare, "half_width" if bare != str(cell) else "")


def _closed(words: str) -> str:
    """Without spaces; a mark that stood on one joins the letter before it."""
    return unicodedata.normalize("NFKC", re.sub(r"\s", "", words))


def choice(cell: Any, manner: Manner) -> Meaning:
    """The option that the words are or stand for; any others as they are."""
    words = _closed(words_of(cell))
    for option in manner.options:
        if words == unicodedata.normalize("NFKC", option):
            return Meaning(option, "half_width" if option != str(cell) else "")
    if words in manner.means:
        return Meaning(manner.means[words], "synonym")
    if words in BLANKS:
        return _blank(words)
    return Meaning(words)


def choices(cell: Any, manner: Manner) -> Meaning:
    """The options among the words, joined by 、 in the order of the declaration; behind them any others."""
    words = words_of(cell)
    if words in BLANKS:
        return _blank(words)
    whole = choice(cell, manner)
    if whole.value in manner.options:
        return whole
    picked = {choice(part, manner).value for part in SPLIT.split(words)} - {None}
    ours = [option for option in manner.options if option in picked]
    value = "、".join([*ours, *sorted(picked - set(ours))])
    return Meaning(value, "half_width" if value != str(cell) else "")


def number(cell: Any, manner: Manner) -> Meaning:
    """A number in the column's unit, an amount in 万元. Raises Unreadable when it is none, or too much."""
    if isinstance(cell, bool | dt.date | dt.time | dt.timedelta):
        raise Unreadable("not_a_number")
    if isinstance(cell, int | float):
        value = _scaled(Decimal(repr(cell)), manner.unit, manner)
        return Meaning(value, "", _below_one_percent(cell, manner))
    words = words_of(cell)
    if words in BLANKS:
        return _blank(words)
    return _number_of_words(words, cell, manner)


def _number_of_words(words: str, cell: Any, manner: Manner) -> Meaning:
    """Raises Unreadable when the words are no number, with or without a unit that fits."""
    bare = GROUPED.sub(lambda group: group[0].replace(",", ""), words.replace("−", "-"))
    exact = ABOUT.sub("", bare).strip()
    parts = NUMBER.match(exact)
    if not parts:
        raise Unreadable("not_a_number")
    unit = parts[2].strip()
    value = _scaled(Decimal(parts[1]), _unit_in_cell(unit, manner), manner)
    unit_how = "percent" if unit == "%" else "unit_in_cell"
    how = unit_how if parts[2] else "separators" if bare != str(cell) else ""
    below = "" if parts[2] else _below_one_percent(value, manner)
    return Meaning(value, how, "approximate" if exact != bare else below)


def _below_one_percent(value: float, manner: Manner) -> str:
    """12.5% may be kept as 0.125: the rule that asks for it, '' where there is nothing to ask."""
    return "below_one_percent" if manner.unit == "%" and 0 < abs(value) < 1 else ""


def whole(cell: Any, manner: Manner) -> Meaning:
    """A number without decimals. Raises Unreadable when it is none, has some, or is too much."""
    meaning = number(cell, manner)
    if meaning.value is None:
        return meaning
    if meaning.value != int(meaning.value):
        raise Unreadable("not_whole")
    return replace(meaning, value=int(meaning.value))


def day(cell: Any, manner: Manner) -> Meaning:
    """A day as a datetime at midnight. Raises Unreadable when it is none, or only a month."""
    if isinstance(cell, dt.date):
        if cell.toordinal() - EPOCHS[manner.since_1904].toordinal() in YEARS:
            raise Unreadable("year_only")  # 2012 typed in a cell of days becomes one of 1905
        return Meaning(_day(cell.year, cell.month, cell.day))
    if isinstance(cell, int | float) and not isinstance(cell, bool) and math.isfinite(cell):
        return _day_of_number(cell, manner)
    words = words_of(cell)
    if words in BLANKS:
        return _blank(words)
    return _day_of_words(words, cell, manner)


def _day_of_words(words: str, cell: Any, manner: Manner) -> Meaning:
    """Raises Unreadable when the words are no day, or name no year and the return has none."""
    bare = re.sub(r"\s+", " ", words) if ":" in words else re.sub(r"\s", "", words)
    if parts := DAY.match(bare):
        date = _day(*map(int, parts.groups()))
        return Meaning(date, "" if f"{date:%Y-%m-%d}" == cell else "date_written")
    if parts := NO_YEAR.match(bare):
        if manner.year is None:
            raise Unreadable("not_a_day")
        return Meaning(_day(manner.year, int(parts[1]), int(parts[2])), "date_written", "year_inferred")
    if parts := MONTH.match(bare):
        _day(int(parts[1]), int(parts[2]), 1)  # of a month that there is
        raise Unreadable("month_only")
    digits = bare.removesuffix("年")
    if digits.isascii() and digits.isdigit() and len(digits) <= len("20160708"):
        return _day_of_number(int(digits), manner)
    raise Unreadable("not_a_day")


def _day_of_number(number: float, manner: Manner) -> Meaning:
    """A day as 20160708, or counted by Excel. Raises Unreadable when it is neither."""
    if number == int(number) and int(number) in EIGHT_DIGITS:
        digits = int(number)
        return Meaning(_day(digits // 10_000, digits // 100 % 100, digits % 100), "date_written")
    if int(number) in SERIALS:
        date = EPOCHS[manner.since_1904] + dt.timedelta(days=int(number))
        return Meaning(dt.datetime(date.year, date.month, date.day), "date_serial")
    if number in YEARS:
        raise Unreadable("year_only")
    raise Unreadable("not_a_day")


def _day(year: int, month: int, date: int) -> dt.datetime:
    """Raises Unreadable when the calendar has no such day, or no return can speak of it."""
    if year not in YEARS:
        raise Unreadable("not_a_day")
    try:
        return dt.datetime(year, month, date)
    except ValueError:
        raise Unreadable("not_a_day") from None


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
    "choice": choice,
    "choices": choices,
    "money": number,
    "number": number,
    "whole": whole,
    "day": day,
}


def read_cell(cell: Any, manner: Manner) -> Meaning | Unreadable:
    """What one cell means, or the rule for which it means nothing."""
    if cell is None or cell == "":
        return BLANK
    if isinstance(cell, Broken):
        return Unreadable(cell.rule)
    if isinstance(cell, str) and is_guidance(cell, strictly=manner.kind == "text"):
        return Unreadable("guidance") if manner.required else Meaning(None, "", "guidance")
    if manner.may_be_unknown and isinstance(cell, str) and words_of(cell) in UNKNOWN_WORDS:
        return Meaning(None, "unknown")
    try:
        return READERS[manner.kind](cell, manner)
    except Unreadable as why:
        return why
