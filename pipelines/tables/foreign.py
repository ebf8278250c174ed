"""Whether a table that is none of ours has a heading: words above numbers, or words that name columns."""

import itertools
from collections.abc import Sequence
from typing import Any

from pipelines.tables.plain_rows import is_filled
from pipelines.tables.signs import half_width
from pipelines.values.meaning import BLANKS

YEARS = range(1900, 2101)
RUN = 3  # years one after the other that name columns


def is_headed(rows: Sequence[Sequence[Any]]) -> bool:
    """Whether the first of some full rows names the columns of those below."""
    top, below = rows[0], rows[1:]
    words = [half_width(cell) for cell in top if is_filled(cell)]
    if not any(map(_is_word, words)) or not _may_name(words):
        return False
    columns = [
        (half_width(cell), [c for row in below if is_filled(c := row[n])])
        for n, cell in enumerate(top)
        if is_filled(cell)
    ]
    if any(_are_numbers(cells) for _, cells in columns):
        return True
    names_nothing_below = all(name not in {half_width(c) for c in cells} for name, cells in columns)
    return names_nothing_below and len(set(words)) == len(words) and not any(map(_has_digit, words))


def _may_name(words: Sequence[str]) -> bool:
    """Whether cells are words, but for years one after the other, as 2001, 2002, 2003."""
    others = [w for w in words if not _is_word(w)]
    years = [int(w.removesuffix(".0")) for w in others if w.removesuffix(".0").isdecimal()]
    if len(years) < len(others):
        return False
    steps = {b - a for a, b in itertools.pairwise(years)}
    return not years or (len(years) >= RUN and steps <= {1} and all(y in YEARS for y in years))


def _is_word(words: str) -> bool:
    """Whether a cell says something that is neither a number, a code nor a day."""
    letters = sum(c.isalpha() for c in words)
    return letters > 0 and letters >= sum(c.isdecimal() for c in words) and words not in BLANKS


def _has_digit(words: str) -> bool:
    return any(map(str.isdecimal, words))


def _are_numbers(cells: Sequence[Any]) -> bool:
    """Whether most of some cells are numbers or days, and there are any."""
    numbers = sum(not isinstance(c, str) or half_width(c).replace(".", "").isdecimal() for c in cells)
    return numbers > 0 and 2 * numbers > len(cells)
