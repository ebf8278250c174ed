"""The rules of a return as judging asks them, and as `validate` of the public schema does: one answer."""

import random

import pandas as pd
import pandera.pandas as pa
import pytest
from pandera.errors import SchemaErrorReason

from pipelines.judging import asking
from schemas.cover import COVER
from schemas.declare import rule
from schemas.returns import RETURNS
from tests.build import COVER as COVER_ROW
from tests.build import GOOD

OTHERS = {
    "day": [None, pd.Timestamp("1970-01-01"), pd.Timestamp("2016-07-20"), pd.Timestamp("2019-02-03")],
    "money": [None, -1.5, 0, 500, 1e9],
    "number": [None, -1.5, 0, 50, 1e9],
    "whole": [None, -1, 0, 30, 10**9],
}
WORDS = [None, "", "某", "示例甲公司", "A001", "是", "91652301MA775X1A13", "13900000000", "x" * 600]
ROWS = 6


def bent(schema, good, rng):
    """Rows like a good one in which each cell may hold anything that its column can, and the days beside."""
    rows = {}
    for name, column in schema.columns.items():
        able = OTHERS.get(column.metadata["kind"], WORDS)
        cells = [rng.choice(able) if rng.random() < 0.2 else good.get(name) for _ in range(ROWS)]
        rows[name] = pd.Series(cells, index=range(4, 4 + ROWS)).astype(column.dtype.type)
    days = {name: pd.Timestamp("2016-07-10") for name in ("data_as_of", "arrived_on") if name not in rows}
    return pd.DataFrame(rows).assign(**days)


def told(schema, frame):
    """What `validate` of the public schema tells: column, rule and row."""
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as failed:
        said = set()
        for error in failed.schema_errors:
            if error.reason_code is SchemaErrorReason.COLUMN_NOT_IN_SCHEMA:
                continue  # the days of the workbook, which stand beside the rows
            is_named = isinstance(error.check, str)
            across = not is_named and "on" in (error.check.statistics or {})
            column = error.check.statistics["on"] if across else error.schema.name
            rule = error.check if is_named else error.check.name
            said |= {(column, rule, row) for row in error.failure_cases["index"]}
        return said
    return set()


@pytest.mark.parametrize("code", [*RETURNS, "cover"])
def test_the_rules_are_broken_by_the_rows_that_the_public_schema_refuses(code):
    schema, good = (COVER, COVER_ROW) if code == "cover" else (RETURNS[code], GOOD.get(code, {}))
    frame = bent(schema, good, random.Random(code))
    broken = asking.broken_rules(schema, frame)
    assert {(b.column, b.rule, row) for b in broken for row in b.rows} == told(schema, frame)
    assert broken


def test_a_rule_that_fails_is_our_bug_and_raises():
    def failing(_):
        raise ZeroDivisionError

    schema = pa.DataFrameSchema({"a": pa.Column(checks=pa.Check(failing))})
    with pytest.raises(ZeroDivisionError):
        asking.broken_rules(schema, pd.DataFrame({"a": [1]}))


def rows_told(schema, frame):
    return {(b.column, b.rule, row) for b in asking.broken_rules(schema, frame) for row in b.rows}


@pytest.mark.parametrize("code", RETURNS)
def test_a_row_breaks_a_rule_whatever_the_other_rows_hold_but_for_what_is_said_twice(code):
    frame = bent(RETURNS[code], GOOD.get(code, {}), random.Random(code))
    alone = [rows_told(RETURNS[code], frame.loc[[row]]) for row in frame.index]
    assert {fault[1] for fault in rows_told(RETURNS[code], frame) ^ set().union(*alone)} <= {"X13"}


def test_a_row_without_a_cell_that_a_rule_asks_for_keeps_it_beside_one_that_breaks_it():
    smaller = rule("T", on="a", test=lambda rows: rows["a"] <= rows["b"], wrong="大了", mend="改小", basis="")
    schema = pa.DataFrameSchema({name: pa.Column("Int64", nullable=True) for name in "ab"}, checks=[smaller])
    frame = pd.DataFrame({"a": [5, None, 1], "b": [1, 2, None]}, dtype="Int64")
    assert rows_told(schema, frame) == {("a", "T", 0)} == told(schema, frame)
