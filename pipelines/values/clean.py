"""What a person typed in a cell → the value they meant, and what was changed to get it.

Reading answers "what did they mean?"; whether it is allowed is asked later, in `check`. Nothing becomes 0 or
empty by itself: a cell either is blank, or has a value, or is `Unreadable`.
"""

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pipelines.reading.xlsx_scan import Broken
from pipelines.values.guidance import is_guidance

BLANKS = frozenset({"", "-", "--", "---", "—", "——", "/", "//", "\\", "无", "空", "N/A", "n/a"})
SCALES = {
    "元": Decimal("0.0001"),
    "千元": Decimal("0.1"),
    "万": Decimal(1),
    "万元": Decimal(1),
    "百万元": Decimal(100),
    "千万元": Decimal(1000),
    "亿": Decimal(10_000),
    "亿元": Decimal(10_000),
}
NUMBER = re.compile(r"^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?)(\D*)$", re.ASCII)
GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,])")  # 1,234,567; any other comma may be a slip
ABOUT = re.compile(
    r"^(约|大约|近|超过|超|不低于|逾)|(左右|以上|以下|余|多)$|(?<=\d)(余|多)(?=[千百万亿]*[元人家户]?$)"
)
DAY = re.compile(r"^(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?(?:[T ]?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$")
MONTH = re.compile(r"^(\d{4})[-./年](\d{1,2})月?$")
NO_YEAR = re.compile(r"^(\d{1,2})月(\d{1,2})日?$")
DAY_DIGITS = 8
SERIALS = range(20_000, 80_000)  # 1954 to 2119 as Excel counts days
YEARS = range(1900, 2121)  # of any day that a return can speak of
EPOCHS = {False: dt.date(1899, 12, 30), True: dt.date(1904, 1, 1)}
LOST_DIGITS = 10**15
TOO_MUCH = 10**13  # in the column's own unit; more cannot be kept exactly
WAN_DECIMALS = Decimal("0.0001")
MACHINE_MARKS = re.compile("(?:_x000D_|[\r\u200b\ufeff])+")
SPLIT = re.compile(r"[;；、,，\n/]+")


class Unreadable(ValueError):
    """The cell holds something, but not a value of the column's kind; its text is the rule broken."""


@dataclass(frozen=True)
class Told:
    """What a cell says: its value, how the text was changed to get it, and what a person should confirm."""

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


BLANK = Told(None)


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


def text(cell: Any, manner: Manner) -> Told:  # noqa: ARG001  every reader is asked alike
    _digits_are_whole(cell)
    words = words_of(cell)
    if words in BLANKS:
        return Told(None, "blank_word" if words else "")
    how = "" if words == str(cell) or not isinstance(cell, str) else "half_width"
    return Told(
        words, how, "not_words" if isinstance(cell, bool | dt.date) else ""
    )  # 2016-01 becomes a day in Excel


def _digits_are_whole(cell: Any) -> None:
    """A spreadsheet keeps 15 digits of a number: of a longer one the last are gone."""
    if isinstance(cell, int | float) and abs(cell) >= LOST_DIGITS:
        raise Unreadable("digits_lost")


def code(cell: Any, manner: Manner) -> Told:  # noqa: ARG001  every reader is asked alike
    _digits_are_whole(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return Told(words_of(cell).upper(), "number_as_text")  # 1e-7: as it will be read again
    words = words_of(cell)
    bare = _closed(words).upper()
    if bare in BLANKS:
        return Told(None, "blank_word" if bare else "")
    return Told(bare, "half_width" if bare != str(cell) else "")


def _closed(words: str) -> str:
    """Without spaces; a mark that stood on one joins the letter before it."""
    return unicodedata.normalize("NFKC", re.sub(r"\s", "", words))


def choice(cell: Any, manner: Manner) -> Told:
    words = _closed(words_of(cell))
    for option in manner.options:
        if words == unicodedata.normalize("NFKC", option):
            return Told(option, "half_width" if option != str(cell) else "")
    if words in manner.means:
        return Told(manner.means[words], "synonym")
    if words in BLANKS:
        return Told(None, "blank_word" if words else "")
    return Told(words)


def choices(cell: Any, manner: Manner) -> Told:
    words = words_of(cell)
    if words in BLANKS:
        return Told(None, "blank_word" if words else "")
    whole = choice(cell, manner)
    if whole.value in manner.options:
        return whole
    picked = {choice(part, manner).value for part in SPLIT.split(words)} - {None}
    known = [option for option in manner.options if option in picked]
    value = "、".join([*known, *sorted(picked - set(known))])
    return Told(value, "half_width" if value != str(cell) else "")


def number(cell: Any, manner: Manner) -> Told:
    if isinstance(cell, bool | dt.date | dt.time | dt.timedelta):
        raise Unreadable("not_a_number")
    if isinstance(cell, int | float):
        below = manner.unit == "%" and 0 < abs(cell) < 1  # shown as 12.5% but kept as 0.125, perhaps
        return Told(
            _scaled(Decimal(repr(cell)), manner.unit, manner), "", "below_one_percent" if below else ""
        )
    words = words_of(cell)
    if words in BLANKS:
        return Told(None, "blank_word" if words else "")
    bare = GROUPED.sub(lambda group: group[0].replace(",", ""), words.replace("−", "-"))
    plain = ABOUT.sub("", bare).strip()
    found = NUMBER.match(plain)
    if not found:
        raise Unreadable("not_a_number")
    value = _scaled(Decimal(found[1]), _unit_in_cell(found[2].strip(), manner), manner)
    unit_how = "percent" if found[2].strip() == "%" else "unit_in_cell"
    how = unit_how if found[2] else "separators" if bare != str(cell) else ""
    below = manner.unit == "%" and not found[2] and 0 < abs(value) < 1
    return Told(value, how, "approximate" if plain != bare else "below_one_percent" if below else "")


def whole(cell: Any, manner: Manner) -> Told:
    told = number(cell, manner)
    if told.value is None:
        return told
    if told.value != int(told.value):
        raise Unreadable("not_whole")
    return Told(int(told.value), told.how, told.confirm)


def day(cell: Any, manner: Manner) -> Told:
    if isinstance(cell, dt.date):
        return Told(_day(cell.year, cell.month, cell.day))
    if isinstance(cell, int | float) and not isinstance(cell, bool) and math.isfinite(cell):
        return _day_of_number(cell, manner)
    words = words_of(cell)
    if words in BLANKS:
        return Told(None, "blank_word" if words else "")
    return _day_of_words(words, cell, manner)


def _day_of_words(words: str, cell: Any, manner: Manner) -> Told:
    bare = re.sub(r"\s+", " ", words) if ":" in words else re.sub(r"\s", "", words)
    if found := DAY.match(bare):
        told = _day(*map(int, found.groups()))
        return Told(told, "" if f"{told:%Y-%m-%d}" == cell else "date_written")
    if found := NO_YEAR.match(bare):
        if manner.year is None:
            raise Unreadable("not_a_day")
        return Told(_day(manner.year, int(found[1]), int(found[2])), "date_written", "year_inferred")
    if found := MONTH.match(bare):
        _day(int(found[1]), int(found[2]), 1)  # of a month that there is
        raise Unreadable("month_only")
    if bare.isascii() and bare.isdigit() and len(bare) <= DAY_DIGITS:
        return _day_of_number(int(bare), manner)
    raise Unreadable("not_a_day")


def _day_of_number(cell: float, manner: Manner) -> Told:
    if cell == int(cell) and 19_000_101 <= cell <= 21_001_231:
        whole = int(cell)
        return Told(_day(whole // 10_000, whole // 100 % 100, whole % 100), "date_written")
    if int(cell) in SERIALS:
        found = EPOCHS[manner.since_1904] + dt.timedelta(days=int(cell))
        return Told(dt.datetime(found.year, found.month, found.day), "date_serial")
    raise Unreadable("not_a_day")


def _day(year: int, month: int, date: int) -> dt.datetime:
    if year not in YEARS:
        raise Unreadable("not_a_day")
    try:
        return dt.datetime(year, month, date)
    except ValueError:
        raise Unreadable("not_a_day") from None


def _unit_in_cell(words: str, manner: Manner) -> str:
    """The unit written behind a number: for amounts any of money, elsewhere only the column's own."""
    if not words:
        return manner.unit
    if manner.kind == "money" and words in SCALES:
        return words
    if words == manner.unit:
        return words
    raise Unreadable("not_a_number")


def _scaled(value: Decimal, unit: str, manner: Manner) -> float:
    if not value.is_finite():
        raise Unreadable("not_a_number")
    amount = value * SCALES[unit] if manner.kind == "money" else value
    if abs(amount) >= TOO_MUCH:
        raise Unreadable("too_much")
    return float(amount.quantize(WAN_DECIMALS) if manner.kind == "money" else amount)


READERS: Mapping[str, Callable[[Any, Manner], Told]] = {
    "text": text,
    "code": code,
    "choice": choice,
    "choices": choices,
    "money": number,
    "number": number,
    "whole": whole,
    "day": day,
}


def read_cell(cell: Any, manner: Manner) -> Told | Unreadable:
    """What one cell says, or why it says nothing."""
    if cell is None or cell == "":
        return BLANK
    if isinstance(cell, Broken):
        return Unreadable(cell.rule)
    if isinstance(cell, str) and is_guidance(cell, strictly=manner.kind == "text"):
        return Unreadable("guidance") if manner.required else Told(None, "", "guidance")
    try:
        return READERS[manner.kind](cell, manner)
    except Unreadable as why:
        return why
