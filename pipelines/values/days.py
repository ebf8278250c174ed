"""What a person typed for a day → that day."""

import datetime as dt
import math
import re
from typing import Any

from pipelines.values.meaning import BLANKS, Manner, Meaning, Unreadable, blank, words_of

BETWEEN = "-./—–。、"  # as a Chinese keyboard writes them too
DAY = re.compile(
    rf"^(\d{{4}})[{BETWEEN}年](\d{{1,2}})[{BETWEEN}月](\d{{1,2}})[日号.。]?"
    r"(?:[T ]?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$"
)
MONTH = re.compile(rf"^(\d{{4}})[{BETWEEN}年](\d{{1,2}})月?$")
# 二〇一六年七月八日, as documents are dated
IN_WORDS = re.compile(
    r"^([〇零○Oo0一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})[日号]$"
)
DIGITS = {sign: n for n, sign in enumerate("〇一二三四五六七八九")} | dict.fromkeys("零○Oo0", 0)
WEEKDAY = r"\(?(?:星期|周)[一二三四五六日天]\)?"
HOUR = r"(?:上午|中午|下午|晚上?)?(?:\d{1,2}[时点](?:\d{1,2}分|半|整)?)?"
BEHIND = re.compile(
    rf"(?<=[日号])(?:{WEEKDAY})?{HOUR}$|(?<=\d){WEEKDAY}$"
)  # said besides, and no part of the day
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
    bare = _in_digits(BEHIND.sub("", bare))
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


def _in_digits(words: str) -> str:
    """A day in Chinese numerals as one in digits; any other words as they are."""
    parts = IN_WORDS.match(words)
    if not parts:
        return words
    year = "".join(str(DIGITS[sign]) for sign in parts[1])
    return f"{year}年{_counted(parts[2])}月{_counted(parts[3])}日"


def _counted(numeral: str) -> int:
    """A numeral below a hundred, as 十, 十二, 二十, 三十一; 0 where it is none."""
    tens, ten, ones = numeral.rpartition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in tens:
        return 0
    return (DIGITS.get(tens, 1) * 10 if ten else 0) + DIGITS.get(ones, 0)


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
    if int(number) in YEARS and MONTH.match(words_of(float(number))):
        raise Unreadable("month_only")  # 2001.6
    raise Unreadable("not_a_day")


def _day(year: int, month: int, date: int) -> dt.datetime:
    """Raises Unreadable when the calendar has no such day, or no return can speak of it."""
    if year not in YEARS:
        raise Unreadable("not_a_day")
    try:
        return dt.datetime(year, month, date)
    except ValueError:
        raise Unreadable("not_a_day") from None
