"""What reading a cell gives: a value, or the rule for which there is none; and how a column is to be read."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from schemas.characters import clean

BLANKS = frozenset({"", "-", "--", "---", "—", "——", "/", "//", "\\", "无", "空", "N/A", "n/a"})
KEPT_DIGITS = 15  # of a number, by any spreadsheet
LOST_DIGITS = 10**KEPT_DIGITS


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
    """The cell's text, cleaned; of a number the 15 digits that a spreadsheet shows."""
    if type(cell) is float and abs(cell) < LOST_DIGITS:
        return str(int(cell)) if cell.is_integer() else f"{cell:.{KEPT_DIGITS}g}"
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return f"{cell:%Y-%m-%d}"
    return clean(str(cell))


def blank(words: str) -> Meaning:
    """No value; a word that stands for none, as 无, is listed as a repair."""
    return Meaning(None, "blank_word" if words else "")
