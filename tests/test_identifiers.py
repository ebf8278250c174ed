"""Numbers that name a firm or a telephone: the genuine pass, one slip of the pen does not."""

import string

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.identifiers import (
    ORGANISATION_WEIGHTS,
    id_fault,
    id_swapped,
    ids_are_ours,
    ids_hold,
    phones_hold,
    registrars,
)
from tests.build import IDS

GENUINE = (*IDS, "92652325MA77ABCD35", "110108000000016")


def organisation(stem):
    """A 组织机构代码 with its check digit, worked out as GB 11714 prints it."""
    rest = 11 - sum(w * int(c, 36) for w, c in zip(ORGANISATION_WEIGHTS, stem, strict=True)) % 11
    return stem + {10: "X", 11: "0"}.get(rest, str(rest))


@pytest.mark.parametrize("words", GENUINE)
def test_a_genuine_number_has_nothing_against_it(words):
    assert id_fault(words) is None


@pytest.mark.parametrize("words", GENUINE)
def test_one_wrong_digit_is_found_wherever_it_stands(words):
    for n, old in enumerate(words):
        if old.isdigit():
            wrong = words[:n] + str((int(old) + 1) % 10) + words[n + 1 :]
            assert id_fault(wrong), wrong


@given(st.text(string.digits + string.ascii_uppercase, min_size=8, max_size=8))
def test_an_organisation_code_passes_with_its_own_check_digit_only(stem):
    right = organisation(stem)
    assert id_fault(right) is None
    assert id_fault(f"{right[:8]}-{right[8]}") is None
    assert all(id_fault(stem + c) for c in string.digits + string.ascii_uppercase if c != right[8])


def test_the_code_printed_as_the_example_of_gb_11714_is_genuine():
    assert organisation("D2143569") == "D2143569X"


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("", "length"), ("1234567", "length"), ("9165230", "length"), ("9" * 17, "length"),
        ("91652301MA775X1A14", "check"), ("652301050001236", "check"), ("65230105000123A", "check"),
        ("91652301MA775XIA13", "alphabet"), ("9I652301MA775X1A13", "alphabet"),
        ("٩1652301MA775X1A1", "signs"),
        ("٦٥٢٣٠١٠٥٠٠٠١٢٣٥", "signs"), ("91652301MA775X1A13(三证合一)", "signs"),
        ("N2652301MA775X1A13", "foreign"), ("d2143569x", "check"),
        ("D214356+X", "check"),
    ],
)  # fmt: skip
def test_each_kind_of_fault_has_its_name(words, fault):
    assert id_fault(words) == fault


@given(st.text(max_size=20))
def test_any_words_at_all_are_judged(words):
    assert id_fault(words) in {None, "length", "signs", "alphabet", "check", "foreign"}
    assert phones_hold([words])[0] in {True, False}


@pytest.mark.parametrize("words", ["13900000000", "0994-2345678", "09942345678", "2345678", "010-62345678"])
def test_telephones_are_mobile_or_fixed(words):
    assert phones_hold([words]) == [True]


@pytest.mark.parametrize(
    "words", ["12", "1390000000", "139000000000", "0994-1345678", "13900000000\n", "١٣٩٠٠٠٠٠٠٠٠", "无"]
)
def test_other_words_are_no_telephone(words):
    assert phones_hold([words]) == [False]


def test_the_registrar_is_read_from_the_number_where_it_has_one():
    ids = pd.Series(
        ["91652301MA775X1A13", "652301050001235", "D2143569X", "91AB2301MA775X1A13", "", None], dtype="str"
    )
    assert registrars(ids).tolist() == ["652301", "652301", "", "", "", ""]


@given(
    st.lists(
        st.one_of(st.sampled_from(GENUINE), st.text(max_size=19), st.text("0123456789AHW-", max_size=19))
    )
)
def test_of_many_ids_the_same_is_said_as_of_each(words):
    assert ids_hold(words) == [id_fault(w) in {None, "foreign"} for w in words]
    assert ids_are_ours(words) == [id_fault(w) != "foreign" for w in words]


@given(
    st.lists(
        st.one_of(st.sampled_from(("13900000000", "0994-1345678")), st.text("0123456789-\n", max_size=12))
    )
)
def test_of_many_telephones_the_same_is_said_as_of_each(words):
    assert phones_hold(words) == [phones_hold([w])[0] for w in words]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("9165230IMA775X1A13", IDS[0]), ("916523O1MA775X1A13", IDS[0]), ("65230105OO01235", IDS[2]),
     ("91652301MA775X1A14", ""),
     ("", ""), ("9165230IMA775X1A14", ""), (IDS[0], "")],
)  # fmt: skip
def test_an_o_for_a_nought_is_offered_back_where_the_check_digit_holds(wrong, right):
    assert id_swapped(wrong) == right


def test_letters_of_an_organisation_code_may_be_slips_either_way():
    genuine = organisation("1O234567")
    assert id_swapped(genuine.replace("O", "0")) in {genuine, ""}
    assert id_fault(id_swapped(genuine.replace("O", "0")) or genuine) is None


@pytest.mark.parametrize(
    "words", ["(0994)2345678", "139-0000-0000", "0994-2345678", "2345678", "13900000000"]
)
def test_a_telephone_number_may_be_grouped(words):
    assert phones_hold([words, "139000", "abc"]) == [True, False, False]
