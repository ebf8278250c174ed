"""In what unit amounts are: understood wherever a sheet says so; what is not clear is not taken for 万元."""

import datetime as dt

import pandera.pandas as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from pipelines.judging.judge import judge
from pipelines.reading import reader
from pipelines.tables.heading import normal, unit_in
from pipelines.tables.money_unit import UNCLEAR, named
from pipelines.tables.table import find
from pipelines.writing.template import heading
from schemas import units
from schemas.columns import day, whole
from schemas.returns import RETURNS
from tests.build import good
from tests.specimens import plain, saved

JULY = dt.date(2016, 7, 8)
SCHEMA = RETURNS["survey_p2p"]
ROW = good("survey_p2p", stock_scale=5_000_000, noncompliant_scale=1_000_000, reg_capital=10_000_000)
NAMES = [name for name in SCHEMA.columns if name in ROW]
HEADING = [str(SCHEMA.columns[name].title) for name in NAMES]
TITLE = "P2P网络借贷摸底排查表"
FROM = ["填报单位：昌吉市"]


def cells(**other):
    row = {**ROW, **other}
    return [row[name] for name in NAMES]


def headed(**titles):
    return [titles.get(name, str(SCHEMA.columns[name].title)) for name in NAMES]


def read(*rows, title="Sheet1", **more):
    return judge(plain(*rows, title=title, **more), arrived_on=JULY)


def amounts(judgement, name="stock_scale"):
    return [float(v) for frame in judgement.frames.values() for v in frame[name]]


def rules(judgement):
    return {(p.cell, p.rule) for p in judgement.problems if p.rule != "no_cover"}


@pytest.mark.parametrize(
    ("words", "units"),
    [
        *(
            (w, {"元"})
            for w in (
                "单位：元",
                "单位：人、元",
                "单位：户、人、元",
                "单位：元 家 人",
                "金额单位：元；人数单位：人",
                "（元）",
                "单位 元",
                "单位：元，币种：人民币",
                "单位：人民币（元）",
                "单位：元（人民币）",
                "单位：元 截至2016年7月",
                "金额单位为元",
                "注：金额单位：元",
                "金额以人民币元为单位",
                "填报单位：昌吉市　单位：元",
                "本表单位:元",
                "注:1.金额单位:元",
                "单 位:元",
                "〔单位：元〕",
                "单位∶元",
                "填报单位:昌吉市单位:元",
                "金额按元填写",
                "（人民币）元",
                "摸底排查表（元）（2016年7月）",
            )
        ),
        *(
            (w, {"亿元"})
            for w in (
                "单位：家、亿元",
                "单位：亿元；人",
                "单位：（亿元）",
                "单位：亿元（保留两位小数）",
                "金额：亿元",
                "摸底排查表（亿元）",
                "表一（单位：亿元）",
            )
        ),
        ("单位：百万", {"百万元"}),
        ("金额均以千万元计", {"千万元"}),
        ("单位：万元/亿元", {"万元", "亿元"}),
        *((w, {UNCLEAR}) for w in ("单位：美元", "单位:万美元", "单位:十万元", "单位：百元")),
        *((w, set()) for w in ("注：涉案金额以亿元计的机构须单独报告", "以百万元计的大额交易另报")),
        *(
            (w, set())
            for w in (
                "单位：人",
                "填报单位：昌吉市万元镇",
                "报送单位：元",
                "填报单位（盖章）：昌吉市 元某",
                "单位负责人：元某",
                "存量不足500万元的不填",
                "涉及金额：500万元",
                "附件1",
                "",
            )
        ),
    ],
)
def test_the_unit_a_line_names(words, units):
    assert named(words) == units


@pytest.mark.parametrize(
    "above",
    [
        [["单位：人、元"]],
        [["计量单位", "元"]],
        [["金额单位", None, None, "元"]],
        [[None] * 8 + ["（元）"]],
        [["单位：元，币种：人民币"]],
    ],
)
def test_a_line_above_the_table_sets_the_unit_of_all_amounts(above):
    assert amounts(read([TITLE], FROM, *above, HEADING, cells())) == [500]


def test_a_note_below_the_table_and_the_title_of_the_sheet_set_it_too():
    assert amounts(read([TITLE], FROM, HEADING, cells(), ["注：金额单位为元"])) == [500]
    assert amounts(read([TITLE], FROM, HEADING, cells(), title="P2P(元)")) == [500]


@pytest.mark.parametrize("lines", [[["单位：美元"]], [["单位：元"], ["单位：万元"]]])
def test_a_unit_that_is_not_clear_must_be_mended(lines):
    judgement = read([TITLE], FROM, *lines, HEADING, cells())
    assert judgement.verdict == "refused"
    assert rules(judgement) == {(f"A{2 + len(lines)}", "unit_unclear")}


def test_a_second_page_in_another_unit_is_not_read_in_the_unit_of_the_first():
    wan, yuan = headed(stock_scale="存量业务规模(万元)"), headed(stock_scale="存量业务规模(元)")
    assert ("A5", "second_table") in rules(
        read([TITLE], FROM, wan, cells(), yuan, cells(entity_name="示例乙公司"))
    )
    again = read(
        [TITLE],
        FROM,
        ["单位：万元"],
        HEADING,
        cells(),
        ["续表"],
        ["单位：元"],
        HEADING,
        cells(entity_name="示例乙公司"),
    )
    assert ("A7", "unit_unclear") in rules(again)


def test_each_sheet_of_a_plain_workbook_has_a_unit_of_its_own():
    book = Workbook()
    book.remove(book.active)
    for field, unit, stock in (
        ("P2P网络借贷", "元", 5_000_000),
        ("股权众筹", "亿元", 0.05),
        ("互联网保险", None, 500),
    ):
        sheet = book.create_sheet(field)
        rows = [
            [f"{field}摸底排查表"],
            FROM,
            ["单位：", unit] if unit else [],
            HEADING,
            cells(field=field, stock_scale=stock, noncompliant_scale=0),
        ]
        for n, row in enumerate(rows, 1):
            for c, value in enumerate(row, 1):
                sheet.cell(n, c, value)
    assert amounts(judge(saved(book), arrived_on=JULY)) == [500, 500, 500]


def test_a_merged_parent_speaks_for_no_column_beyond_it():
    top = [None] * len(HEADING)
    first = NAMES.index("reg_capital")
    top[first] = "规模(元)"
    second = first + 2
    made = plain([TITLE], FROM, ["单位：万元"], top, HEADING, cells(), merges=[_across(4, first + 1, second)])
    judgement = judge(made, arrived_on=JULY)
    assert amounts(judgement, "reg_capital") == [1000]
    assert amounts(judgement) == [5_000_000]


def test_a_unit_of_count_that_a_column_is_declared_with_is_understood_in_its_heading(monkeypatch):
    monkeypatch.setattr(units, "_counts", units.COMMON_COUNTS)
    assert normal("出动车辆数(辆)") == "出动车辆数辆"
    columns = {
        "held_on": day("检查日期"),
        "vehicles": whole("出动车辆数", unit="辆"),
        "people": whole("出动人数", unit="人"),
    }
    return_ = pa.DataFrameSchema(columns, name="patrol", title="出动情况")
    printed = [heading(column) for column in columns.values()]
    assert printed[1] == "出动车辆数(辆)"
    assert [normal(words) for words in printed] == [column.title for column in columns.values()]
    (sheet,) = reader.read(plain(printed, ["2016-07-08", 3, 12]))
    found = find(sheet, return_).columns()
    assert [(name, at.unit) for name, at in found.items()] == [
        ("held_on", ""),
        ("vehicles", "辆"),
        ("people", "人"),
    ]


def test_every_unit_of_the_returns_is_known():
    declared = {
        column.metadata.get("unit") for schema in RETURNS.values() for column in schema.columns.values()
    }
    assert declared - {"", None} <= units.counts() | set(units.MONEY_UNITS)


def _across(row, first, last):
    from openpyxl.utils import get_column_letter

    return f"{get_column_letter(first)}{row}:{get_column_letter(last)}{row}"


def test_an_amount_without_a_unit_beside_one_with_is_to_be_verified():
    heads = headed(stock_scale="存量业务规模(亿元)", noncompliant_scale="其中:不合规业务规模")
    judgement = read([TITLE], FROM, heads, cells(stock_scale=5, noncompliant_scale=2, reg_capital=None))
    assert {rule for _, rule in rules(judgement)} == {"unit_missing"} | {"not_nullable"}
    assert "亿元" in next(p.message for p in judgement.problems if p.rule == "unit_missing")


@pytest.mark.parametrize("words", ["单位：万元、元、人", "币种：人民币、美元"])
def test_a_line_is_of_no_matter_where_every_heading_names_its_unit(words):
    units = {
        n: f"{SCHEMA.columns[n].title}(元)" for n in NAMES if SCHEMA.columns[n].metadata["kind"] == "money"
    }
    judgement = read([TITLE], FROM, [words], headed(**units), cells())
    assert (judgement.verdict, amounts(judgement)) == ("acceptable", [500])


def test_a_unit_said_in_a_heading_of_no_amount_or_in_a_total_counts_too():
    assert amounts(read([TITLE], FROM, [f"{HEADING[0]}（单位：元）", *HEADING[1:]], cells())) == [500]
    total = [None] * len(HEADING)
    total[0], total[NAMES.index("stock_scale")] = "合计（元）", 5_000_000
    assert amounts(read([TITLE], FROM, HEADING, cells(), total)) == [500]


def test_a_unit_behind_a_colon_in_a_parent_leaves_it_a_parent():
    top = [None] * len(HEADING)
    top[NAMES.index("stock_scale")] = "规模(单位：元)"
    judgement = read(
        [TITLE], FROM, ["单位：万元"], top, HEADING, cells(reg_capital=1000, noncompliant_scale=100)
    )
    assert amounts(judgement) == [500]


@given(
    st.sampled_from([n for n in SCHEMA.columns if SCHEMA.columns[n].metadata["kind"] == "money"]),
    st.sampled_from(sorted(units.MONEY_WORDS)),
    st.sampled_from(["", "单位:", "单位：", "金额单位：", "人民币", "折合", "单位：人民币", "RMB", "￥"]),
    st.sampled_from(["", "人民币", "，保留两位小数", "，四舍五入"]),
    st.sampled_from(["()", "（）", "[]", "【】", "〔〕"]),
)
def test_a_heading_means_its_column_however_its_unit_is_written(name, word, before, behind, brackets):
    title = str(SCHEMA.columns[name].title)
    words = f"{title}{brackets[0]}{before}{word}{behind}{brackets[1]}"
    assert (normal(words), unit_in(words)) == (normal(title), units.MONEY_WORDS[word])


@given(
    st.sampled_from([w for w in sorted(units.MONEY_WORDS) if w.endswith("元")]),
    st.sampled_from(["/", "：", "-", "，", "\n", " ", "\n单位：", "/人民币"]),
)
def test_a_unit_behind_a_heading_needs_no_brackets(word, parted):
    words = f"注册资本{parted}{word}"
    assert (normal(words), unit_in(words)) == ("注册资本", units.MONEY_WORDS[word])


@pytest.mark.parametrize(
    "words", ["(" * 20_000, " " * 20_000 + "元", "-" * 20_000 + "x", "（" + " " * 20_000]
)
def test_a_long_heading_without_a_unit_is_one_like_any_other(words):
    assert unit_in(words) in {"", "元"}


@pytest.mark.parametrize(
    ("titles", "told"),
    [
        ({"stock_scale": "存量业务规模(万美元)"}, "unit_strange"),
        ({"stock_scale": "存量业务规模（元/万元）"}, "unit_strange"),
        ({"stock_scale": "存量业务规模（十万元）"}, "unit_strange"),
        ({"people_cnt": "涉及(投资)人数（万人）"}, "unit_strange"),
        ({"stock_scale": "存量业务规模(%)"}, "unit_unfit"),
        ({"people_cnt": "涉及(投资)人数(万元)"}, "unit_unfit"),
        ({"people_cnt": "涉及(投资)人数(户)"}, "unit_of_count"),
    ],
)
def test_a_heading_with_a_unit_that_is_not_its_column_s_is_told_once_at_its_cell(titles, told):
    (name,) = titles
    judgement = read([TITLE], FROM, ["单位：元"], headed(**titles), cells())
    at = f"{get_column_letter(NAMES.index(name) + 1)}4"
    assert rules(judgement) == {(at, told)}
    assert judgement.verdict == ("acceptable" if told == "unit_of_count" else "refused")


def test_where_no_unit_is_said_at_all_it_is_told_once():
    judgement = read([TITLE], FROM, HEADING, cells())
    assert [p.rule for p in judgement.problems if p.rule != "no_cover"] == ["unit_nowhere"]
    assert judgement.verdict == "acceptable"
    empty = cells(stock_scale=0, noncompliant_scale=0, reg_capital=0)
    assert rules(read([TITLE], FROM, HEADING, empty)) == set()


def test_a_line_that_names_another_unit_than_every_heading_is_to_be_verified():
    named = {
        n: f"{SCHEMA.columns[n].title}(万元)" for n in NAMES if SCHEMA.columns[n].metadata["kind"] == "money"
    }
    small = cells(stock_scale=500, noncompliant_scale=100, reg_capital=1000)
    assert rules(read([TITLE], FROM, ["单位：元"], headed(**named), small)) == {("A3", "unit_of_line")}
    assert rules(read([TITLE], FROM, ["单位：万元"], headed(**named), small)) == set()


@pytest.mark.parametrize(
    ("said", "verdict", "amount"),
    [(("元", "元"), "acceptable", [500, 500]), (("元", "万元"), "refused", None)],
)
def test_a_unit_in_a_column_of_its_own_counts_and_two_must_be_mended(said, verdict, amount):
    other = {"entity_name": "示例乙公司", "id_no": None, "id_type": "无证未登记"}
    rows = [[*cells(), said[0]], [*cells(**other), said[1]]]
    judgement = read([TITLE], FROM, [*HEADING, "单位"], *rows)
    assert judgement.verdict == verdict
    assert amount in (None, amounts(judgement))
    assert ("unit_unclear" in {rule for _, rule in rules(judgement)}) == (verdict == "refused")
