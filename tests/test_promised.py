"""What a view answers is held against its promise exactly as pandera would."""

import importlib

import pandas as pd
import pandera.pandas as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import views
from views import as_promised

PROMISED = pa.DataFrameSchema(
    {
        "unit": pa.Column(str),
        "status": pa.Column(str, pa.Check.isin(["late", "overdue"])),
        "days": pa.Column("Int64", nullable=True),
        "count": pa.Column(int),
        "rate": pa.Column(float, pa.Check.in_range(0, 100), nullable=True),
        "came": pa.Column("datetime64[us]", nullable=True),
        "is_due": pa.Column(bool),
    },
    strict=True,
    coerce=True,
)
ROW = {
    "unit": "652301", "status": "late", "days": 3, "count": 1, "rate": 50.0,
    "came": pd.Timestamp("2016-07-20 09:00"), "is_due": True,
}  # fmt: skip
WORDS, NUMBERS = [None, "", "late", "甲", "7", "7.5"], [-1, 0, 101, 2.5, float("nan"), 2**70]
ODD = st.sampled_from([*WORDS, *NUMBERS, True, pd.NaT])


def told(hold, rows):
    """The answer, or the kind of what is raised."""
    try:
        return hold(rows)
    except Exception as wrong:  # whatever pandera raises is what must be raised
        return type(wrong)


def same(rows):
    by_us, by_pandera = told(lambda each: as_promised(PROMISED, each), rows), told(PROMISED.validate, rows)
    if isinstance(by_pandera, pd.DataFrame):
        pd.testing.assert_frame_equal(by_us, by_pandera)
        return True
    assert by_us == by_pandera
    return False


@given(st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(ROW, ODD)), max_size=4))
def test_an_answer_passes_where_pandera_lets_it_pass_and_is_the_same_then(rows):
    same(pd.DataFrame([{**ROW, **each} for each in rows], columns=[*ROW]))


@pytest.mark.parametrize(
    ("change", "passes"),
    [
        ({}, True),
        ({"count": "7"}, True),  # made of its kind
        ({"came": None, "days": None, "rate": None}, True),
        ({"unit": None}, False),
        ({"count": None}, False),
        ({"status": "gone"}, False),
        ({"rate": 101.0}, False),
        ({"came": "昨天"}, False),
        ({"more": 1}, False),
    ],
)
def test_what_is_promised_of_kinds_blanks_and_rules_is_kept(change, passes):
    assert same(pd.DataFrame([ROW, {**ROW, **change}][-1:])) is passes


def test_a_column_that_lacks_is_refused_and_one_that_stands_twice_is_left_to_pandera():
    rows = pd.DataFrame([ROW])
    assert not same(rows.drop(columns="unit"))
    same(pd.concat([rows, rows[["unit"]]], axis=1))


@pytest.mark.parametrize("name", views.names())
def test_no_view_promises_what_is_not_asked_of_its_answer(name):
    promises = [each for each in vars(importlib.import_module(f"views.answers.{name}")).values()
                if isinstance(each, pa.DataFrameSchema)]  # fmt: skip
    for answer in promises:
        assert (answer.strict, answer.coerce, answer.ordered) == (True, True, False)
        assert not any((answer.checks, answer.unique, answer.index, answer.parsers))
        columns = answer.columns.values()
        assert not [c.name for c in columns if c.unique or c.regex or c.parsers or not c.required]
