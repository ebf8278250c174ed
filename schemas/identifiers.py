"""The numbers that name an institution or a person's telephone, and whether one can be genuine."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice, product

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from stdnum.iso7064 import mod_11_10

CREDIT = re.compile("[0-9]{8}[0-9A-HJ-NPQRTUWXY]{10}")
CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_VALUES = np.array([max(CREDIT_SIGNS.find(chr(n)), 0) for n in range(128)], dtype=np.int16)
CREDIT_WEIGHTS = np.array([*(pow(3, n, 31) for n in range(17)), 1], np.int16)  # GB 32100-2015; itself last
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714-1997
SWAPS = str.maketrans({"I": "1", "O": "0", "Z": "2", "S": "5"})  # a credit code has none of these letters
EITHER = {"O": "O0", "0": "0O", "I": "I1", "1": "1I"}
MOST_SWAPS = 64
AREA = re.compile(r"^\((0\d{2,3})\)-?")  # (0994)2345678
PHONE = re.compile(r"(1\d{10}|(0\d{2,3}-?)?[2-9]\d{6,7}(-\d{1,6})?)", re.ASCII)


ORGANISATION = 9  # places of an 组织机构代码


@lru_cache(maxsize=200_000)
def id_fault(words: str) -> str | None:
    """What speaks against an id, or nothing: a key of ID_DETAILS, or 'foreign' for a letter-led code."""
    bare = words.replace("-", "")
    if CREDIT.fullmatch(bare):
        return None if _sums_up(bare) else "check"
    if not bare.isascii():
        return "signs"
    if len(bare) == 18:
        return _credit_fault(bare)
    if len(bare) == 15:
        return None if bare.isdigit() and mod_11_10.is_valid(bare) else "check"
    if len(bare) == 9:
        return None if _organisation_is_valid(bare) else "check"
    return "length"


def id_swapped(words: str) -> str:
    """The id that a slip of O for 0 or I for 1 (in a 9-character code either way) spoiled; '' for none."""
    bare = words.replace("-", "")
    right = bare.translate(SWAPS if len(bare) > 9 else {})
    if len(bare) == 15:
        right = right.replace("L", "1")
    if len(bare) == ORGANISATION - 1 and id_fault(f"0{bare}") is None:
        return f"0{bare}"  # a number in a cell loses its first nought
    choices = [right] if len(bare) > 9 else map("".join, product(*(EITHER.get(c, c) for c in bare[:9])))
    swapped = [c for c in islice(choices, MOST_SWAPS) if c != bare and id_fault(c) is None]
    return swapped[0] if len(swapped) == 1 and len(swapped[0]) == len(bare) else ""


def _credit_fault(words: str) -> str | None:
    if set(words) & set("IOZSV"):
        return "alphabet"
    if not words[:8].isdigit() and words[0].isalpha():
        return "foreign"  # later amendments lead with a letter: a person must look, GB 32100 does not say
    return None if CREDIT.fullmatch(words.upper()) and _sums_up(words.upper()) else "check"


def ids_hold(words: Sequence[str]) -> list[bool]:
    """Whether nothing but a foreign letter speaks against each id; check digits are summed at once."""
    if all(map(CREDIT.fullmatch, words)):
        sound: list[bool] = _sum_up("".join(words)).tolist()
        return sound
    return [id_fault(w) in {None, "foreign"} for w in words]


def ids_are_ours(words: Sequence[str]) -> list[bool]:
    """Whether no foreign letter leads each id."""
    return [CREDIT.fullmatch(w) is not None or id_fault(w) != "foreign" for w in words]


def phones_hold(words: Sequence[str]) -> list[bool]:
    """Whether each is a mobile number, or a landline with or without its area code, or several of them by 、.

    However they are grouped; a landline may have an extension.
    """
    return [
        PHONE.fullmatch(w) is not None or all(PHONE.fullmatch(_ungrouped(n)) for n in w.split("、"))
        for w in words
    ]


def _ungrouped(phone: str) -> str:
    return phone.replace("-", "") if phone.startswith("1") else AREA.sub(r"\1-", phone)


def _sums_up(credit: str) -> bool:
    return bool(_sum_up(credit)[0])


def _sum_up(credits_: str) -> NDArray[np.bool_]:
    """For each of the credit codes, one behind the other; the library of numbers is ten times slower."""
    values = CREDIT_VALUES[np.frombuffer(credits_.encode("ascii"), dtype=np.uint8)]
    sums: NDArray[np.bool_] = values.reshape(-1, len(CREDIT_WEIGHTS)) @ CREDIT_WEIGHTS % 31 == 0
    return sums


def _organisation_is_valid(words: str) -> bool:
    if not re.fullmatch("[0-9A-Z]{9}", words):
        return False
    total = sum(w * int(c, 36) for w, c in zip(ORGANISATION_WEIGHTS, words, strict=False))
    return words[8] == {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))


def registrars(ids: pd.Series) -> pd.Series:
    """The six-digit area code inside each id, '' where it has none."""
    bare = ids.str.replace("-", "", regex=False)
    length = bare.str.len()
    area = bare.str.slice(2, 8).where(length == 18, bare.str.slice(0, 6).where(length == 15, ""))
    return area.where(area.str.isdigit().eq(True), "")
