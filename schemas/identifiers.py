"""The numbers that name an institution or a person's telephone, and whether one can be genuine."""

import re
from functools import lru_cache
from itertools import islice, product
from operator import mul

from stdnum.iso7064 import mod_11_10

CREDIT = re.compile("[0-9]{8}[0-9A-HJ-NPQRTUWXY]{10}")
CREDIT_VALUES = {sign: n for n, sign in enumerate("0123456789ABCDEFGHJKLMNPQRTUWXY")}
CREDIT_WEIGHTS = (
    1,
    3,
    9,
    27,
    19,
    26,
    16,
    17,
    20,
    29,
    25,
    13,
    8,
    24,
    10,
    30,
    28,
    1,
)  # GB 32100-2015; the check itself last
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714-1997
SWAPS = str.maketrans({"I": "1", "O": "0", "Z": "2", "S": "5"})  # a credit code has none of these letters
EITHER = {"O": "O0", "0": "0O", "I": "I1", "1": "1I"}
MOST_SWAPS = 64
PHONE = re.compile(r"(1\d{10}|(0\d{2,3}-?)?[2-9]\d{6,7})", re.ASCII)


@lru_cache(maxsize=200_000)
def id_fault(words: str) -> str | None:
    """What speaks against an id: 'length', 'alphabet', 'check', 'foreign' (a letter-led code), or nothing."""
    bare = words.replace("-", "")
    if CREDIT.fullmatch(bare):
        return None if _sums_up(bare) else "check"
    if not bare.isascii():
        return "alphabet"
    if len(bare) == 18:
        return _credit_fault(bare)
    if len(bare) == 15:
        return None if bare.isdigit() and mod_11_10.is_valid(bare) else "check"
    if len(bare) == 9:
        return None if _organisation_is_valid(bare) else "check"
    return "length"


def id_swapped(words: str) -> str:
    """The id that a slip of O for 0 or I for 1 (either way in a 9-character code) has spoiled; '' where none is right."""
    bare = words.replace("-", "")
    right = bare.translate(SWAPS if len(bare) > 9 else {})
    if len(bare) == 15:
        right = right.replace("L", "1")
    choices = [right] if len(bare) > 9 else map("".join, product(*(EITHER.get(c, c) for c in bare[:9])))
    found = [c for c in islice(choices, MOST_SWAPS) if c != bare and id_fault(c) is None]
    return found[0] if len(found) == 1 and len(found[0]) == len(bare) else ""


def _credit_fault(words: str) -> str | None:
    if set(words) & set("IOZSV"):
        return "alphabet"
    if not words[:8].isdigit() and words[0].isalpha():
        return "foreign"  # later amendments lead with a letter: a person must look, GB 32100 does not say
    return None if CREDIT.fullmatch(words.upper()) and _sums_up(words.upper()) else "check"


def _sums_up(credit: str) -> bool:
    """Asked of every row, and by the library of numbers ten times slower."""
    total: int = sum(map(mul, CREDIT_WEIGHTS, map(CREDIT_VALUES.__getitem__, credit)))
    return total % 31 == 0


def _organisation_is_valid(words: str) -> bool:
    if not re.fullmatch("[0-9A-Z]{9}", words):
        return False
    total = sum(w * int(c, 36) for w, c in zip(ORGANISATION_WEIGHTS, words, strict=False))
    return words[8] == {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))


def is_phone(words: str) -> bool:
    """A mobile number, or a landline with or without its area code."""
    return bool(PHONE.fullmatch(words))


def registrar(words: str) -> str | None:
    """The six-digit area code inside an id, where it has one."""
    bare = words.replace("-", "")
    found = bare[2:8] if len(bare) == 18 else bare[:6] if len(bare) == 15 else ""
    return found if found.isdigit() and len(found) == 6 else None
