"""The cleaning of text, one for all: headings, cells, names, and words that are searched for.

Unseen are the marks of formatting (Unicode Cf), selectors of variants, fillers and the marks of machines.
"""

import re
import unicodedata
from functools import singledispatch
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

MARKS_OF_MACHINES = r"_x000D_|\r"
UNSEEN_SIGNS = (
    "\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)
UNSEEN = re.compile(f"(?:{MARKS_OF_MACHINES}|[{UNSEEN_SIGNS}])+")
SPACE_SIGNS = "\\t\\x0b\\x0c\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
SPACES = re.compile(f"[{SPACE_SIGNS}]")
WHITE = r"\t-\r\x1c-\x20\x{85}\p{Z}"  # the signs that are `\s` to Python, as the library RE2 names them
ODD = re.compile(f"{MARKS_OF_MACHINES}|[{UNSEEN_SIGNS}{SPACE_SIGNS}]")


def has_unseen(words: str) -> bool:
    """Whether text holds anything that nobody sees."""
    return UNSEEN.search(words) is not None


def clean(words: str) -> str:
    """Text in half-width, every space an ordinary one, without outer spaces and what nobody sees."""
    if not ODD.search(words) and unicodedata.is_normalized("NFKC", words):
        return words.strip()
    return unicodedata.normalize("NFKC", SPACES.sub(" ", UNSEEN.sub("", words))).strip()


def closed(words: str) -> str:
    """Clean text without any space, as it is searched for; a mark on a space joins the letter before."""
    return unicodedata.normalize("NFKC", re.sub(r"\s", "", clean(words)))


@singledispatch
def holding(cells: Any, pattern: str) -> Any:
    """Whether something that RE2 knows by a pattern is found in each cell; in a blank one it is not.

    What stands in for cells where a rule is recorded says what it answers (`schemas/recorded.py`).
    """
    found = pc.match_substring_regex(pa.array(cells, type=pa.string(), from_pandas=True), pattern)
    return pd.Series(pc.fill_null(found, fill_value=False).to_numpy(zero_copy_only=False), cells.index)


KEY_SIGNS = (  # of the key of a register what is gone when two are compared, as pattern and what stays
    (r"\s", ""),
    (r"(^|[^0-9])0+([0-9])", r"\1\2"),  # 001 as text and 1 shown as 001 are one, and so are
    (r"^第?([0-9]+)[篇期号次件]?$", r"\1"),
)


@singledispatch
def key_form(cells: Any) -> Any:
    """The key of a register as it is compared, of each cell; while a rule is recorded, the cell itself."""
    formed = cells.str.upper()
    for pattern, stays in KEY_SIGNS:
        formed = formed.str.replace(pattern, stays, regex=True)
    return formed
