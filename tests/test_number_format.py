"""A number format is part of what the clerk wrote: what a cell shows decides, in .xlsx and in .xls."""

import datetime as dt
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from pipelines.judging.judge import judge
from pipelines.reading import reader
from pipelines.reading.as_shown import as_shown
from pipelines.reading.number_format import counts, shown, spelled
from pipelines.values.clean import Manner, Unreadable, read_cell
from tests.build import filled, good, sheet_of, told
from tests.specimens import saved, xls

MONEY, PEOPLE, RATE = Manner("money", unit="万元"), Manner("whole", unit="人"), Manner("number", unit="%")
TEXT, CODE, RISK = Manner("text"), Manner("code"), Manner("choice", ("高", "中", "低"))
WAN = '0!.0,"万元"'


@pytest.mark.parametrize(
    ("code", "cell", "text"),
    [
        (WAN, 5_000_000, "500.0万元"),
        ('0"."0,"万元"', 5_000_000, "500.0万元"),
        ("0\\.0,万元", 5_000_000, "500.0万元"),
        ('0!.00,,"亿"', 123_456_789, "1.23亿"),
        ('#,##0.00"元"', 5_000_000, "5,000,000.00元"),
        ('[>=10000]0!.0,"万";0"元"', 123_456, "12.3万"),
        ('[>=10000]0!.0,"万";0"元"', 99, "99元"),
        ('[>=10000]0!.0,"万";0"元"', -99, "-99元"),
        ("0.0%", 0.125, "12.5%"),
        ("0000-0000000", 9_942_345_678, "0994-2345678"),
        ("000", 1, "001"),
        ('[=2]"中";[=3]"高";"低"', 2, "中"),
        ('[=1]"是";"否"', 0, "否"),
        (";;;", 5, ""),
        (";;;", "甲", ""),
        ("#,##0.00_);[Red](#,##0.00)", -5, "(5.00)"),
        ("0.00;-0.00", -5, "-5.00"),
        ('G/通用格式"人"', 30, "30人"),
        ("#,##0,", 5_000_000, "5,000"),
        ('@"元"', "500", "500元"),
        ('0"万"0000"元"', 5_001_234, "500万1234元"),
        ("# ?/?", 1.5, "1.5"),
        ("#", 0, ""),
    ],
)
def test_a_format_shows_what_a_spreadsheet_shows(code, cell, text):
    assert shown(code, cell) == text


@pytest.mark.parametrize(
    "code",
    [
        "General", "G/通用格式", "@", "0", "0.00", "#,##0.00##", "¥#,##0.00", "[$¥-804]#,##0", "yyyy-mm-dd",
        'yyyy"年"m"月"d"日"', "h:mm AM/PM", "[h]:mm", "0.00E+00", "# ?/?", "0;[Red]-0", "0_ ", "(#,##0)",
        '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "[DBNum1]0", "# ##0",
    ],
)  # fmt: skip
def test_padding_the_yen_a_dash_for_zero_and_days_do_not_count(code):
    assert not counts(code)


@pytest.mark.parametrize(
    ("code", "cell", "manner", "value"),
    [
        (WAN, 5_001_234, MONEY, 500.1234),  # all its digits, not only those shown
        ('0.00"元"', 5_000_000, MONEY, 500),
        ('0.00"亿元"', 1.25, MONEY, 12_500),
        ("0!.0,", 5_000_000, MONEY, 500),
        ('0"000"', 5, MONEY, 5000),
        ("0.0%", 0.125, RATE, 12.5),
        ('0"人"', 30, PEOPLE, 30),
        ("000", 7, PEOPLE, 7),
        ("0.0%", 0.125, MONEY, "not_a_number"),
        ('0"元"', 30, PEOPLE, "not_a_number"),
        ("$#,##0", 30, MONEY, "not_a_number"),
        ("0000-0000000", 9_942_345_678, CODE, "0994-2345678"),
        ("000", 1, TEXT, "001"),
        ('[=2]"中";[=3]"高";"低"', 2, RISK, "中"),
        ("0000-00-00", 20_160_708, Manner("day"), dt.datetime(2016, 7, 8)),
        (";;;", 5, TEXT, None),
        (";;;", "甲", TEXT, None),
        (";;;", 5, MONEY, 5),
    ],
)
def test_what_a_cell_shows_decides_and_the_scale_of_an_amount_is_applied(code, cell, manner, value):
    told = read_cell(as_shown(cell, code), manner)
    assert (str(told) if isinstance(told, Unreadable) else told.value) == value
    assert isinstance(told, Unreadable) or told.how or told.confirm or told.value == cell


def test_a_cell_that_shows_nothing_is_to_be_verified():
    for cell, manner in ((5, TEXT), ("甲", TEXT), (5, MONEY)):
        assert read_cell(as_shown(cell, ";;;"), manner).confirm == "shows_nothing"


@given(st.integers(1, 10**11), st.sampled_from([WAN, '0!.00,,"亿元"', '0.00"元"', '#,##0.00"元"']))
def test_an_amount_in_yuan_is_the_same_amount_whatever_its_format(yuan, code):
    told = read_cell(as_shown(yuan, code), MONEY)
    assert told.value == pytest.approx(yuan / 10_000, rel=1e-12, abs=1e-4)


@given(st.text('0#?.,;%"!\\_*[]@-年元万Gyd$=>1/E+ ', max_size=12), st.floats(-1e9, 1e9) | st.text(max_size=3))
def test_no_format_however_odd_breaks_the_reader(code, cell):
    assert isinstance(shown(code, cell), str)
    assert isinstance(counts(code), bool)
    assert isinstance(cell, str) or isinstance(spelled(code, cell), str)
    for manner in (MONEY, PEOPLE, TEXT, CODE, RISK):
        told = read_cell(as_shown(cell, code), manner)
        assert isinstance(told, Unreadable) or told.value == told.value


def test_formats_are_learned_in_small_and_large_sheets_and_in_old_workbooks():
    def write(book, sheet):
        import xlwt

        for row in range(3):
            sheet.write(row, 0, 5_000_000 + row, xlwt.easyxf(num_format_str=WAN))
        sheet.write(0, 1, 7, xlwt.easyxf(num_format_str="000"))

    book = Workbook()
    for row in range(1, 4):
        book.active.cell(row, 1, 4_999_999 + row).number_format = WAN
    book.active["B1"] = 7
    book.active["B1"].number_format = "000"
    large = load_workbook(BytesIO(saved(book)))
    for row in range(4, 20_000):
        large.active.append([row, row])
    for content in (saved(book), xls(write), saved(large)):
        (sheet,) = reader.read(content)
        assert [str(sheet.at(row, 1)) for row in (1, 2, 3)] == ["500.0万元"] * 3
        assert str(sheet.at(1, 2)) == "007"


def test_an_amount_shown_in_another_unit_is_read_in_it_and_listed():
    book = load_workbook(BytesIO(filled("survey_p2p", good("survey_p2p"))))
    (cell,) = (c for c in book[sheet_of("survey_p2p")][4] if c.value == 500)
    cell.value, cell.number_format = 5_000_000, WAN
    judgement = judge(saved(book), arrived_on=dt.date(2016, 7, 8))
    assert told(judgement) == []
    assert [(r.before, r.after, r.how) for r in judgement.repairs if r.cell == cell.coordinate] == [
        ("500.0万元", "500", "as_shown")
    ]


@pytest.mark.parametrize("code", ['0"%"', "0!%", '0"％"', '0"‰"'])
def test_a_percentage_that_is_only_drawn_is_no_amount(code):
    assert counts(code)
    assert str(read_cell(as_shown(500, code), MONEY)) == "not_a_number"
    assert str(read_cell(as_shown(500, code), PEOPLE)) == "not_a_number"


def test_a_percentage_that_is_only_drawn_is_a_percentage():
    assert read_cell(as_shown(12.5, '0.0"%"'), RATE).value == 12.5
