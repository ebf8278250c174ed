"""What is done to a whole column at once says of each cell what was said of it alone."""

import datetime as dt
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from stdnum.cn import uscc

from pipelines.reading import columns, xlsx_cut
from pipelines.reading.a1 import address, column_number, letters, place, row_of
from pipelines.reading.columns import SheetRows, by_column, coded, placed
from pipelines.reading.reader import Sheet
from pipelines.reading.xlsx_cells import farthest
from pipelines.reading.xlsx_cut import MAX_BOX
from pipelines.reading.xlsx_styles import SheetStyles
from pipelines.tables import rows as body
from pipelines.tables.heading import normal
from pipelines.tables.row_kinds import Above
from pipelines.values.bulk import read_cells
from pipelines.values.clean import Unreadable, read_cell
from schemas.identifiers import id_fault
from tests.build import good
from tests.test_clean import MANNERS, typed
from tests.test_rows import HEADING

LIKELY = (
    "",
    " ",
    "甲",
    "昌吉市",
    "合计",
    "小计",
    "注:",
    "注：见说明",
    "填表人：示例甲",
    "本列由各县市填写",
    "请填写",
    "一、网络平台",
    "续表",
    "无",
    "/",
    0,
    0.0,
    1,
    1.0,
    True,
    False,
    2.5,
    "机构名称",
    "存量业务规模(万元)",
    "1",
    "2016-07-08",
    dt.datetime(2016, 7, 8),
    "甲\n乙",
    " 甲",
    "ＡＢ",
    "_x000D_",
)
likely = st.one_of(st.sampled_from(LIKELY), typed)


def same(left, right):
    return [(type(c), c) for c in left] == [(type(c), c) for c in right]


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    """Columns are cut into blocks, and kept one by one, after a few rows."""
    monkeypatch.setattr(columns, "BLOCK", 3)
    monkeypatch.setattr(columns, "SAMPLE", 6)


rows_of_three = st.lists(st.tuples(*[likely.filter(lambda c: c == c)] * 3).map(list), max_size=30)


@given(rows_of_three)
def test_columns_hold_what_the_rows_held(rows):
    found = SheetRows(by_column(iter(rows), 3)) if rows else SheetRows([])
    assert len(found) == len(rows)
    assert all(same(a, b) for a, b in zip(found, rows, strict=True))
    assert all(same(found[n], row) for n, row in enumerate(rows))


@given(rows_of_three, st.lists(st.tuples(*[st.integers(1, 40)] * 2, st.integers(1, 6), likely), max_size=9))
def test_a_value_is_put_where_it_belongs_and_nowhere_else(rows, places):
    spans = [(min(a, b), max(a, b), column, value) for a, b, column, value in places]
    wanted = {(r, c): cell for r, row in enumerate(rows, 1) for c, cell in enumerate(row, 1)}
    wanted |= {(r, column): value for first, last, column, value in spans for r in range(first, last + 1)}
    found = placed(by_column(iter(rows), 3), spans)
    for r, row in enumerate(SheetRows(found), 1):
        assert same(row, [wanted.get((r, c), "") for c in range(1, len(row) + 1)])
    assert len(SheetRows(found)) == max((r for r, _ in wanted), default=0)


@pytest.mark.parametrize("manner", MANNERS, ids=lambda m: m.kind)
@given(column=st.lists(likely, max_size=30))
def test_a_column_is_read_as_each_of_its_cells_is(manner, column):
    found = read_cells(coded(column), manner)
    told = [read_cell(cell, manner) for cell in column]
    assert same(
        (found.values[n] for n in found.codes), (None if isinstance(t, Unreadable) else t.value for t in told)
    )
    loud = {n: t for n, t in enumerate(told) if isinstance(t, Unreadable) or t.how or t.confirm}
    assert {n: str(t) for n, t in found.notable.items()} == {n: str(t) for n, t in loud.items()}


def bodies(rows):
    sheet = Sheet("表", by_column(iter(rows), len(HEADING)), [], hidden=False)
    lines = [{n: normal(words) for n, words in enumerate(HEADING, 1)}]
    names = {normal(words): words for words in HEADING}
    options, counting, counters = frozenset({"昌吉市"}), frozenset({5, 6}), frozenset({1})
    return body.body_of(sheet, Above(1, lines, names, options, counting, frozenset(), counters))


@given(st.lists(st.lists(likely, min_size=len(HEADING), max_size=len(HEADING)), max_size=12))
def test_rows_told_by_columns_are_what_they_are_when_asked_one_by_one(rows):
    table = [HEADING, *rows]
    told = bodies(table)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(body, "ordinary", lambda columns, *_: [False] * len(SheetRows(columns)))
        assert bodies(table) == told


@given(st.integers(0, 2_000_000), st.integers(0, 2_000_000))
def test_a_pattern_for_numbers_up_to_one_fits_those_and_no_others(last, other):
    assert bool(re.fullmatch(xlsx_cut._up_to(str(last), "0", "9"), str(other))) is (other <= last)


@given(st.integers(1, 20_000), st.integers(1, 20_000))
def test_a_pattern_for_columns_up_to_one_fits_those_and_no_others(last, other):
    fits = re.fullmatch(xlsx_cut._up_to(letters(last), "A", "Z"), letters(other))
    assert bool(fits) is (other <= last)
    assert column_number(letters(last)) == last


@given(st.integers(1, 1_048_576), st.integers(1, 16_384))
def test_an_address_is_read_as_it_was_written(row, column):
    assert place(address(row, column)) == (row, column)
    assert row_of(address(row, column)) == row


@pytest.mark.parametrize("cell", ["", "7", "D", "d7", "ABCD7", "D7 "])
def test_what_is_no_address_has_no_place(cell):
    with pytest.raises(ValueError, match=f"^{cell}$"):
        place(cell)


near = st.integers(1, 1_048_576) | st.integers(1, 300)
SHAPES = (
    '<c r="{}"/>',
    '<c r="{}" s="1" t="s"><v>1</v></c>',
    "<c\tr='{}'><v>1</v></c>",
    '<c r="{}"><f>A1</f></c>',
)


@example(
    [(1, 1, 1, SHAPES[0]), (1, 273, 10_990, SHAPES[0])]
)  # Python 3.11.2 lost the second with a possessive group
@given(
    st.lists(
        st.tuples(near, near, st.integers(1, 16_384) | st.integers(1, 9), st.sampled_from(SHAPES)), max_size=6
    )
)
def test_a_sheet_is_too_large_by_its_cells_whatever_its_rows_claim(given_cells):
    lines = [
        f'<row r="{claimed}">{shape.format(letters(column) + str(row))}</row>'
        for claimed, row, column, shape in given_cells
    ]
    whole = f"<sheetData>{''.join(lines)}</sheetData>".encode()
    row, column = xlsx_cut.near([whole])
    remainder = xlsx_cut.cut([whole], xlsx_cut.plain_cells(SheetStyles(), {}), row, column)
    stands_far = xlsx_cut.holds_far(remainder, row, column)
    holding = [(r, c) for _, r, c, shape in given_cells if "><" in shape]
    box = max((r for r, _ in holding), default=0) * max((c for _, c in holding), default=0)
    assert (stands_far and farthest(whole)[0] > MAX_BOX) is (box > MAX_BOX)
    assert remainder.count(b"<f") == sum("<f" in shape for *_, shape in given_cells)


@given(st.lists(st.tuples(near, st.sampled_from(SHAPES)), max_size=9), st.integers(1, 90))
def test_a_part_cut_block_by_block_loses_nothing_but_plain_rows(given_rows, size):
    lines = [f'<row r="{row}">{shape.format(f"B{row}")}</row>' for row, shape in given_rows]
    whole = f"<sheetData>{''.join(lines)}</sheetData>".encode()
    blocks = [whole[n : n + size] for n in range(0, len(whole), size)]
    assert xlsx_cut.near(blocks) == xlsx_cut.near([whole])
    cells, near_by = xlsx_cut.plain_cells(SheetStyles(), {}), xlsx_cut.near([whole])
    remainder = xlsx_cut.cut(blocks, cells, *near_by)
    assert xlsx_cut.cut([remainder], cells, *near_by) == xlsx_cut.cut([whole], cells, *near_by)


@given(
    st.text("0123456789ABCDEFGHJKLMNPQRTUWXYIOa", min_size=18, max_size=18),
    st.sampled_from(good("survey_p2p")["id_no"]),
)
def test_a_credit_code_is_judged_as_the_library_of_numbers_judges_it(words, sign):
    stem = "91652301" + words[8:17]
    codes = [
        words,
        stem + sign,
        *([stem + uscc.calc_check_digit(stem)] if set(stem) <= set(uscc._alphabet) else []),
    ]
    for code in codes:
        assert (id_fault(code) is None) is uscc.is_valid(code)
