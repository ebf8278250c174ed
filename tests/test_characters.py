"""What nobody sees is taken away everywhere by one function, and spaces and widths make no difference."""

import re
import sys
import unicodedata

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.tables.heading import normal, unit_in
from pipelines.tables.signs import half_width
from pipelines.values.clean import Manner, read_cell, words_of
from schemas.characters import SPACES, UNSEEN, WHITE, clean, closed, has_unseen, holding

EVERY = [chr(n) for n in range(sys.maxunicode + 1)]
UNSEEN_ONES = [c for c in EVERY if UNSEEN.fullmatch(c)]
SPACE_ONES = [c for c in EVERY if unicodedata.category(c) == "Zs"]
unseen = st.sampled_from([*UNSEEN_ONES, "_x000D_"])
signs = st.sampled_from("示例公司ABC91652301MA775X1A13(万元)")


def test_every_mark_of_formatting_and_selector_of_a_variant_is_unseen():
    marks = {
        c for c in EVERY if unicodedata.category(c) == "Cf" or "VARIATION SELECTOR" in unicodedata.name(c, "")
    }
    assert marks <= set(UNSEEN_ONES)
    assert not {c for c in UNSEEN_ONES if unicodedata.category(c)[0] in "NPSZ"} - {"\u2800"}


def test_every_space_is_an_ordinary_one():
    assert {clean(f"甲{c}乙") for c in SPACE_ONES} == {"甲 乙"}
    assert {closed(f"甲{c}乙") for c in [*SPACE_ONES, "\t"]} == {"甲乙"}
    assert SPACES.search("甲 乙") is None


@given(st.text(max_size=30))
def test_what_is_clean_stays_as_it_is(words):
    assert clean(clean(words)) == clean(words)
    assert closed(closed(words)) == closed(words)
    assert not has_unseen(clean(words))


@given(st.lists(st.tuples(signs, st.none() | unseen), min_size=1, max_size=20))
def test_what_nobody_sees_changes_no_heading_no_cell_and_no_search(pairs):
    bare = "".join(sign for sign, _ in pairs)
    hidden = "".join(sign + (mark or "") for sign, mark in pairs)
    for told in (normal, unit_in, half_width, words_of, closed):
        assert told(hidden) == told(bare)
    for kind in ("text", "code"):
        meaning, plain = (read_cell(words, Manner(kind)) for words in (hidden, bare))
        assert (meaning.value, meaning.how) == (plain.value, plain.how if hidden == bare else "unseen")


@pytest.mark.parametrize("mark", ["\u200e", "\ufe0f", "\u2060", "\u3164", "\U000e0101"])
def test_what_was_taken_away_is_listed(mark):
    assert read_cell(f"示例公司{mark}", Manner("text")).how == "unseen"
    assert read_cell(mark, Manner("text")).value is None
    assert read_cell(f"5{mark}00", Manner("money", unit="万元")).value == 500


def test_what_is_white_to_python_is_white_to_the_faster_library():
    signs = [chr(n) for n in range(sys.maxunicode + 1) if not 0xD800 <= n <= 0xDFFF]
    found = holding(pd.Series(signs, dtype="str"), f"[{WHITE}]")
    assert [sign for sign, is_white in zip(signs, found, strict=True) if is_white] == re.findall(
        r"\s", "".join(signs)
    )


def test_nothing_is_found_in_a_blank_cell():
    assert holding(pd.Series(["a b", None, ""], index=[7, 8, 9], dtype="str"), f"[{WHITE}]").to_dict() == {
        7: True,
        8: False,
        9: False,
    }
