"""What a person typed → the value meant: laws that hold for every cell, tables of cells that are refused."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.reading.as_shown import Broken
from pipelines.values.clean import BLANKS, Manner, Unreadable, read_cell, words_of
from pipelines.values.guidance import is_guidance
from schemas.characters import closed
from schemas.columns import YES_NO, YES_NO_WORDS

MONEY, NUMBER, WHOLE, DAY = (
    Manner("money", unit="万元"),
    Manner("number", unit="%"),
    Manner("whole", unit="人"),
    Manner("day"),
)
TEXT, CODE = Manner("text"), Manner("code")
RISK = Manner("choice", ("高", "中", "低"), {"较高": "高"})
TICK = Manner("choice", YES_NO, YES_NO_WORDS)
MANY = Manner("choices", ("自融", "虚假宣传", "其他"))
PHONE = Manner("phone")
MANNERS = (MONEY, NUMBER, WHOLE, DAY, TEXT, CODE, PHONE, RISK, TICK, MANY)
FULL_WIDTH = {c: c + 0xFEE0 for c in range(0x21, 0x7F)}
typed = st.one_of(
    st.text(max_size=30),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.from_regex(
        r"[约近]?-?[0-9]{1,3}(,[0-9]{3}){0,3}(\.[0-9]{1,5})?(万元|元|亿元|人|%|左右)?", fullmatch=True
    ),
    st.from_regex(r"[0-9]{4}[-./年][0-9]{1,2}([-./月][0-9]{1,2}日?)?", fullmatch=True),
)
days = st.dates(dt.date(1980, 1, 1), dt.date(2100, 12, 31))
amounts = st.decimals(0, 10**8, places=2).map(lambda d: f"{d:f}")


def read(cell, manner):
    """The value of a cell, or the rule for which it has none."""
    told = read_cell(cell, manner)
    return str(told) if isinstance(told, Unreadable) else told.value


def how(cell, manner):
    told = read_cell(cell, manner)
    return told.how


@given(typed, st.sampled_from(MANNERS))
def test_any_cell_has_a_value_or_a_rule_that_it_breaks(cell, manner):
    told = read_cell(cell, manner)
    assert isinstance(told, Unreadable) or told.value is None or told.value == told.value


@given(typed, st.sampled_from(MANNERS))
def test_reading_what_was_read_gives_the_same(cell, manner):
    value = read(cell, manner)
    told = read_cell(cell, manner)
    if not isinstance(told, Unreadable):
        assert read(value, manner) == value


@given(st.text(max_size=40))
def test_the_words_of_words_are_the_same_words(words):
    assert words_of(words_of(words)) == words_of(words)


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=20), st.sampled_from(MANNERS))
def test_full_width_reads_as_half_width(words, manner):
    assert read(words.translate(FULL_WIDTH), manner) == read(words, manner)


def in_numerals(day):
    """A day as documents are dated: 二〇一六年七月十四日."""
    signs = "〇一二三四五六七八九"

    def counted(n):
        return f"{signs[n // 10] if n > 19 else ''}{'十' if n > 9 else ''}{signs[n % 10] if n % 10 else ''}"

    return f"{''.join(signs[int(c)] for c in str(day.year))}年{counted(day.month)}月{counted(day.day)}日"


@given(days)
def test_every_way_of_writing_a_day_is_the_same_day(day):
    serial = (day - dt.date(1899, 12, 30)).days
    ways = [
        day,
        dt.datetime(day.year, day.month, day.day, 9, 30),
        f"{day:%Y-%m-%d}",
        f"{day:%Y%m%d}",
        int(f"{day:%Y%m%d}"),
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year} 年 {day.month} 月 {day.day} 日",
        f"{day:%Y-%m-%d} 00:00:00",
        f"{day.year}-{day.month}.{day.day}",
        f"{day.year}。{day.month}。{day.day}",
        f"{day.year}、{day.month}、{day.day}",
        f"{day.year}—{day.month}—{day.day}",
        f"{day.year}.{day.month}.{day.day}.",
        f"{day.year}年{day.month}月{day.day}日（星期三）",
        f"{day.year}年{day.month}月{day.day}日上午10时30分",
        in_numerals(day),
        f"{day.year}年{day.month}月{day.day}日".translate(FULL_WIDTH),
        serial,
        float(serial),
        serial + 0.75,
        str(serial),
    ]
    assert {read(way, DAY) for way in ways} == {dt.datetime(day.year, day.month, day.day)}


@given(days)
def test_a_serial_counts_from_the_epoch_of_its_workbook(day):
    serial = (day - dt.date(1904, 1, 1)).days
    since_1904 = Manner("day", since_1904=True)
    wanted = dt.datetime(day.year, day.month, day.day) if serial >= 20_000 else "not_a_day"
    assert read(serial, since_1904) == wanted


@given(amounts)
def test_the_unit_changes_the_scale_and_nothing_else(words):
    wan = read(words, MONEY)
    for unit, scale in (("元", 10**4), ("千元", 10), ("百万元", 0.01), ("千万元", 0.001), ("亿元", 0.0001)):
        assert read(words, Manner("money", unit=unit)) == pytest.approx(
            wan / scale, rel=1e-12, abs=0.000051
        )  # kept to one 元
        assert read(f"{words}{unit}", MONEY) == read(words, Manner("money", unit=unit))
        assert read(f"{words} {unit}", Manner("money", unit="亿元")) == read(
            words, Manner("money", unit=unit)
        )


@given(st.integers(-(10**12), 10**12))
def test_thousands_separators_change_nothing(count):
    assert read(f"{count:,}", NUMBER) == read(count, NUMBER) == count
    assert read(f"{count:,}".translate(FULL_WIDTH), NUMBER) == count


@given(st.text(max_size=12), st.sampled_from(MANNERS))
def test_only_blank_words_become_blank(words, manner):
    if read(words, manner) is None and not is_guidance(words, strictly=manner.kind == "text"):
        left = closed(words) if manner.kind == "text" else closed(words).lstrip("'\u2018\u2019\uff07")
        assert left.upper() in BLANKS or set(left) <= set(";、,/") or left == "n/a"


@pytest.mark.parametrize("words", sorted(BLANKS - {"", "无"}))
@pytest.mark.parametrize("manner", MANNERS, ids=lambda m: m.kind)
def test_a_blank_word_is_blank_and_listed(words, manner):
    assert read(words, manner) is None
    assert how(words, manner) == "blank_word"


def test_a_word_that_is_an_option_is_no_blank():
    assert read("无", Manner("choice", ("无", "个访"))) == "无"
    assert read("无", TICK) == "否"
    assert read("无", MONEY) is None


@pytest.mark.parametrize(
    ("manner", "cell", "rule"),
    [
        *((DAY, cell, "month_only") for cell in ("2016.7", "2016年7月", "2016-07", "2016/7")),
        *(
            (DAY, cell, "not_a_day")
            for cell in (
                "七月八日",
                "2016-13-01",
                "2016-02-30",
                "16.7.8",
                "7.8",
                True,
                dt.time(8),
                12,
                1e300,
                float("nan"),
                float("inf"),
                "2016-07-08左右",
                "20161340",
                "1" * 5000,
                201607,
                "2375-10-22",
                "0216-07-08",
                dt.datetime(4887, 11, 5),
                dt.date(1899, 12, 31),
            )
        ),
        *(
            (MONEY, cell, "not_a_number")
            for cell in (
                "很多",
                "五百万",
                True,
                False,
                dt.time(8),
                dt.datetime(2016, 7, 8),
                dt.timedelta(1),
                "500台",
                "12 15",
                "100\n200",
                "1,5",
                "1.234,56",
                "1,2345",
                "12,",
                "5-6",
                "--5",
                float("nan"),
                float("inf"),
                "1e",
                ".",
            )
        ),
        *((MONEY, cell, "too_much") for cell in (1e15, -1e15, "1e300", 10**13, "9" * 400)),
        *((WHOLE, cell, "too_much") for cell in (1e19, "1e400", "1e999")),
        *((WHOLE, cell, "not_whole") for cell in (2.5, "2.5", "0.5人")),
        *((WHOLE, cell, "not_a_number") for cell in ("三人", "30万元", True)),
        *((NUMBER, cell, "not_a_number") for cell in ("12‰", "12万元")),
        *((CODE, cell, "digits_lost") for cell in (916523013134567890, 1e15, 1e18)),
        *((TEXT, cell, "digits_lost") for cell in (916523013134567890, 1e17)),
        (MONEY, Broken("#DIV/0!", "error_value"), "error_value"),
        (TEXT, Broken("=A1", "never_calculated"), "never_calculated"),
    ],
)
def test_a_cell_that_holds_no_value_says_which_rule_it_breaks(manner, cell, rule):
    assert read(cell, manner) == rule


@pytest.mark.parametrize(
    ("manner", "cell", "value", "change"),
    [
        (MONEY, "１,２００", 1200.0, "separators"),
        (MONEY, "1.2亿元", 12000.0, "unit_in_cell"),
        (MONEY, "5000元", 0.5, "unit_in_cell"),
        (MONEY, "0", 0.0, ""),
        (MONEY, 0, 0.0, ""),
        (MONEY, 0.1 + 0.2, 0.3, ""),
        (MONEY, "−5", -5.0, "separators"),
        (NUMBER, "12%", 12.0, "percent"),
        (NUMBER, "12.5％", 12.5, "percent"),
        (WHOLE, "30 人", 30, "unit_in_cell"),
        (WHOLE, 30.0, 30, ""),
        (DAY, "2016-07-08", dt.datetime(2016, 7, 8), ""),
        (DAY, "2016.7.8", dt.datetime(2016, 7, 8), "date_written"),
        (DAY, 42559, dt.datetime(2016, 7, 8), "date_serial"),
        (CODE, 652301050001235.0, "652301050001235", "number_as_text"),
        (CODE, " 9165 2301 ma775x1a13 ", "91652301MA775X1A13", "half_width"),
        (TEXT, "　甲\u200b公司_x000D_", "甲公司", "unseen"),
        (TEXT, dt.datetime(2016, 7, 8), "2016-07-08", ""),
        (RISK, "较高", "高", "synonym"),
        (RISK, "高 ", "高", "half_width"),
        (RISK, "特高", "特高", ""),
        (TICK, "√", "是", "synonym"),
        (TICK, "×", "否", "synonym"),
        (TICK, 1.0, "是", "synonym"),
        (MANY, "其他;自融", "自融、其他", "half_width"),
        (MANY, "自融,炒币", "自融、炒币", "half_width"),
    ],
)
def test_what_was_meant_is_read_and_the_change_is_listed(manner, cell, value, change):
    assert (read(cell, manner), how(cell, manner)) == (value, change)


@pytest.mark.parametrize(
    "words",
    [
        *("约200", "近200", "200左右", "200以上", "约 200", "200万元左右", "200余万元", "约200多万元"),
        *("大概200", "将近200万元", "不足200", "200上下", "≈200", "～200", "200+"),
    ],
)
def test_a_round_figure_is_read_and_asks_to_be_confirmed(words):
    told = read_cell(words, MONEY)
    assert (told.value, told.confirm) == (200.0, "approximate")


def test_a_day_without_its_year_takes_that_of_the_return_and_asks_to_be_confirmed():
    told = read_cell("7月8日", Manner("day", year=2016))
    assert (told.value, told.confirm) == (dt.datetime(2016, 7, 8), "year_inferred")
    assert read("7月8日", DAY) == "not_a_day"
    assert read("2月29日", Manner("day", year=2015)) == "not_a_day"


@pytest.mark.parametrize(
    ("words", "manner"),
    [
        ("本列由各县(市、区)整治办填写(公安部门)", TEXT),
        ("由州整治办统一编制", TEXT),
        ("请填写数字", MONEY),
        ("请从下拉列表选择", RISK),
        ("必填", DAY),
    ],
)
def test_words_on_how_to_fill_in_are_no_answer(words, manner):
    told = read_cell(words, manner)
    assert (told.value, told.confirm) == (None, "guidance")
    assert str(read_cell(words, replace(manner, required=True))) == "guidance"


@pytest.mark.parametrize(
    "words",
    ["由公安机关立案", "列入经营异常名录", "应收账款由银行填报异常", "请示已填写完毕并上报", "本地经营"],
)
def test_prose_that_sounds_like_guidance_is_an_answer(words):
    assert read(words, TEXT) == words


def test_a_percentage_below_one_asks_to_be_confirmed():
    """A cell formatted as a percentage holds 0.125 and shows 12.5%."""
    assert [read_cell(v, NUMBER).confirm for v in (0.125, 0, 1, 12.5)] == ["below_one_percent", "", "", ""]


@pytest.mark.parametrize("cell", [dt.datetime(2016, 1, 1), True])
def test_a_day_or_a_truth_in_a_column_of_words_is_to_be_verified(cell):
    assert read_cell(cell, Manner("text")).confirm == "not_words"


@pytest.mark.parametrize(
    ("cell", "confirm"), [("0.125", "below_one_percent"), ("0.5%", ""), ("12.5", ""), ("0", "")]
)
def test_a_small_number_typed_in_a_column_of_percent_is_to_be_verified(cell, confirm):
    assert read_cell(cell, Manner("number", unit="%")).confirm == confirm


def test_a_whole_number_is_told_by_the_fifteen_digits_that_are_shown():
    assert read(434.99999999999994, WHOLE) == read(435.00000000000006, WHOLE) == 435
    assert read(434.99999999999994, TEXT) == read(434.99999999999994, CODE) == "435"
    assert read(434.999999, WHOLE) == "not_whole"


@pytest.mark.parametrize("cell", ["(50)", "（50）", "▲50", "△ 50", "(50)万元", "▼50.0"])
def test_a_negative_number_as_books_write_it_is_read_and_to_be_verified(cell):
    told = read_cell(cell, MONEY)
    assert (told.value, told.how, told.confirm) == (-50, "negative_sign", "negative_sign")


@pytest.mark.parametrize("cell", ["(50", "50)", "()", "▲", "(-50)", "▲-50", "12号", "第(5)"])
def test_what_only_looks_like_a_number_is_told(cell):
    assert read(cell, MONEY) == "not_a_number"


def test_a_day_may_be_called_hao():
    assert read("2016年7月12号", DAY) == dt.datetime(2016, 7, 12)
    assert read("7月12号", replace(DAY, year=2016)) == dt.datetime(2016, 7, 12)
    assert read("12号", DAY) == "not_a_day"


@given(amounts)
def test_an_amount_is_the_same_with_its_currency(words):
    for dressed in (
        f"人民币{words}万元",
        f"RMB{words}万",
        f"￥{words}万元",
        f"{words}万元整",
        f"{words}万元人民币",
    ):
        assert read(dressed, MONEY) == read(words, MONEY)
    assert read(f"{words}美元", MONEY) == read(f"人民币{words}人", MONEY) == "not_a_number"


@pytest.mark.parametrize(
    "words", ["二〇一六年十三月八日", "二〇一六年十十月八日", "二〇一六年二月三十日", "人民币"]
)
def test_what_only_looks_like_a_day_in_numerals_is_none(words):
    assert read(words, DAY) == "not_a_day"
