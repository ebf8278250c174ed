"""What a person typed for a telephone → its number, or several of them joined by 、."""

import re
from typing import Any

from pipelines.values.meaning import BLANKS, Manner, Meaning, blank, words_of
from schemas.identifiers import phones_hold

SPLIT = re.compile(r"[、,，;；/\n]+")
LABEL = re.compile(r"^(?:联系|办公)?(?:电话|手机|座机|固话)(?:号码?)?[::]?")
BEHIND = re.compile(r"\([^()\d]*\)$")  # (微信同号)
COUNTRY = re.compile(r"^(?:\+|00)?86-?(?=1\d{10}$|0\d)")
EXTENSION = re.compile(r"(?<=\d)(?:转|分机|转分机)(?=\d{1,6}$)")
WITHOUT_NOUGHT = range(2_000_000_000, 10_000_000_000)  # an area code and seven or eight digits


def phone(cell: Any, manner: Manner) -> Meaning:  # noqa: ARG001  every reader is asked alike
    """Telephone numbers, each without label, country and spaces; other words as they are, without spaces.

    A number in a cell that has lost the 0 of its area code gets it back, to be confirmed.
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        words = words_of(cell)
        if words.isdigit() and int(words) in WITHOUT_NOUGHT:
            return Meaning(f"0{words}", "phone_words", "nought_lost")
        return Meaning(words.upper(), "number_as_text")
    words = words_of(cell)
    bare = re.sub(r"\s", "", words)
    if bare in BLANKS:
        return blank(bare)
    numbers = _numbers(words)
    if not _hold(numbers):
        return Meaning(bare, "half_width" if bare != str(cell) else "")
    plain = "half_width" if numbers == bare else "phone_words"
    return Meaning(numbers, plain if numbers != str(cell) else "")


def _numbers(words: str) -> str:
    """Words as numbers joined by 、: parted by a sign, or by spaces where each part is a number."""
    parts = [part for part in map(_bare, SPLIT.split(words)) if part]
    spaced = [part for part in map(_bare, words.split()) if part]
    if not _hold("、".join(parts)) and spaced and all(phones_hold(spaced)):
        parts = spaced
    return "、".join(dict.fromkeys(parts))


def _hold(numbers: str) -> bool:
    return all(phones_hold([numbers]))


def _bare(words: str) -> str:
    bare = LABEL.sub("", re.sub(r"\s", "", words))
    return EXTENSION.sub("-", COUNTRY.sub("", BEHIND.sub("", bare)))
