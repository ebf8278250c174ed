"""What a cell of a plan file may hold: its words → its value; what is wrong with them is told in Chinese."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

SIGNED_IN_AS = ("leader", "office", "unit", "inspector", "administrator")  # roles of accounts
INTERNAL = "内部资料"
NEVER = dt.date.max  # the due day of a standing matter


LONGEST = 200  # characters of what is shown on one line
LONGEST_CODE = 28  # characters: the name of a sample account holds two more
CODE = re.compile(r"[\w-]+")  # addresses and subjects of acts are made of codes, parted by . and |
LONGEST_NAME, NO_NAME = 18, frozenset("\\/?*[]:'")  # of a sheet, behind the title of its return
YEARS = range(1949, 2200)


def _words(words: str) -> str:
    """Words; raises ValueError where there are none, or more than a line holds."""
    if not words:
        raise ValueError("不能为空")
    if len(words) > LONGEST:
        raise ValueError(f"有{len(words)}字，最多{LONGEST}字")
    return words


def _code(words: str) -> str:
    """A code; raises ValueError where it is none, or too long to be part of an address and of a name."""
    if len(_words(words)) > LONGEST_CODE:
        raise ValueError(f"有{len(words)}字，最多{LONGEST_CODE}字")
    if not CODE.fullmatch(words):
        raise ValueError(f"“{words}”不能作代码：只用字母、数字、汉字、_ 和 -，不含空格和标点")
    return words


def _sheet_name(words: str) -> str:
    """Words by which sheets are named; raises ValueError where no sheet can be."""
    if len(words) > LONGEST_NAME:
        raise ValueError(f"有{len(words)}字，最多{LONGEST_NAME}字：工作表以它为名")
    if NO_NAME.intersection(words):
        raise ValueError(f"不能含 {' '.join(sorted(NO_NAME))}：工作表以它为名")
    return _words(words)


def _day(words: str) -> dt.date:
    """A day as ISO 8601 writes it; raises ValueError for anything else."""
    try:
        day = dt.date.fromisoformat(words)
    except ValueError:
        day = None
    if day is None or day.isoformat() != words:
        raise ValueError(f"“{words}”不是日期，应写作 2000-01-31")
    if day.year not in YEARS:
        raise ValueError(f"“{words}”的年份应在{YEARS[0]}至{YEARS[-1]}之间")
    return day


def _due_day(words: str) -> dt.date:
    """A day; the last there is where none is given."""
    return _day(words) if words else NEVER


def _count(words: str) -> int:
    """A whole number from 0 on; raises ValueError for anything else."""
    if not words.isascii() or not words.isdigit():
        raise ValueError(f"“{words}”不是非负整数")
    return int(words)


def _some_count(words: str) -> int | None:
    return _count(words) if words else None


def _listed(words: str) -> tuple[str, ...]:
    """Words that a ; parts; raises ValueError where its full-width likeness stands among them."""
    if "；" in words:
        raise ValueError("分隔请用半角分号 ;，不用全角的；")
    return tuple(word for word in words.split(";") if word)


def one_of(*allowed: str) -> Callable[[str], str]:
    """A reader that raises ValueError for any other word."""

    def read(words: str) -> str:
        if words not in allowed:
            raise ValueError(f"“{words}”不在 {'、'.join(allowed)} 之中")
        return words

    return read


def _yes(words: str) -> bool:
    return one_of("yes", "no")(words) == "yes"


Words = Annotated[str, AfterValidator(_words)]
Code = Annotated[str, AfterValidator(_code)]
SheetName = Annotated[str, AfterValidator(_sheet_name)]
Day = Annotated[dt.date, BeforeValidator(_day)]
DueDay = Annotated[dt.date, BeforeValidator(_due_day)]
Count = Annotated[int, BeforeValidator(_count)]
SomeCount = Annotated[int | None, BeforeValidator(_some_count)]
WordList = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Marking = Annotated[str, BeforeValidator(lambda words: words or INTERNAL)]
Yes = Annotated[bool, BeforeValidator(_yes)]
