"""What a person typed for a day → that day."""

import datetime as dt
import math
import re
from typing import Any

from pipelines.values.meaning import BLANKS, Manner, Meaning, Unreadable, blank, words_of

DAY = re.compile(
    r"^(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})[日号]?(?:[T ]?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$"
)
MONTH = re.compile(r"^(\d{4})[-./年](\d{1,2})月?$")
NO_YEAR = re.compile(r"^(\d{1,2})月(\d{1,2})[日号]?$")
DAY_DIGITS = 8
EIGHT_DIGITS = range(19_000_101, 21_001_232)  # a day as 20160708
SERIALS = range(20_000, 80_000)  # 1954 to 2119 as Excel counts days
YEARS = range(1900, 2121)  # of any day that a return can speak of
EPOCHS = {False: dt.date(1899, 12, 30), True: dt.date(1904, 1, 1)}


def day(cell: Any, manner: Manner) -> Meaning:
    """A day as a datetime at midnight. Raises Unreadable when it is none, or only a month or a year."""
    if isinstance(cell, dt.date):
        if cell.toordinal() - EPOCHS[manner.since_1904].toordinal() in YEARS:
            raise Unreadable("year_only")  # 2012 typed in a cell of days becomes one of 1905
        return Meaning(_day(cell.year, cell.month, cell.day))
    if isinstance(cell, int | float) and not isinstance(cell, bool) and math.isfinite(cell):
        return _day_of_number(cell, manner)
    words = words_of(cell)
    if words in BLANKS:
        return blank(words)
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
    if digits.isascii() and digits.isdigit() and len(digits) <= DAY_DIGITS:
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
