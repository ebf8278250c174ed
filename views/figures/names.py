"""What units and fields are called where there is little room; widths count in half-width characters."""

import unicodedata
from collections.abc import Sequence

from schemas.plan import PLAN

HEADING_WIDTH = 16  # of a row of a chart; eight characters just fit


def width(words: str) -> int:
    """In half-width characters: a Chinese one counts as two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in words)


def fitting(title: str, aliases: Sequence[str] = (), most: int = HEADING_WIDTH) -> str:
    """The title if it is at most so wide, else the longest alias that is; the title where none is."""
    names = [name for name in (title, *aliases) if width(name) <= most]
    return title if title in names or not names else max(names, key=width)


def short_title(code: str) -> str:
    """What a unit or a field, by its code, is called in the heading of a row."""
    thing = PLAN.units.get(code) or PLAN.fields[code]
    return fitting(thing.title, thing.aliases)
