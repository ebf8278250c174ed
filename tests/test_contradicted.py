"""What a workbook says against its unit and matter is told; words are read as clerks write them."""

import datetime as dt
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from pipelines.judging.contradicted import contradictions
from pipelines.judging.cover import Cover
from pipelines.judging.judge import judge
from pipelines.tables.signs import says_nothing_found
from pipelines.values.clean import read_cell
from pipelines.values.meaning import Manner, Unreadable
from schemas.identifiers import phones_hold
from schemas.plan import PLAN
from schemas.returns import RETURNS
from tests.build import filled, good
from tests.specimens import saved

PHONE, DAY = Manner("phone"), Manner("day", year=2016)
YES = Manner("choice", ("是", "否"))
MANY = Manner("choices", ("自融", "期限拆分", "虚假宣传"))
LEVEL = RETURNS["survey_p2p"].columns["risk_level"]
ARRIVED = dt.date(2016, 12, 31)


def value(cell, manner):
    told = read_cell(cell, manner)
    return str(told) if isinstance(told, Unreadable) else told.value


def plain(title, unit="昌吉市", as_of="2016年8月31日"):
    """A clerk's own monthly table with one row, its lines above."""
    book = Workbook()
    sheet = book.active
    sheet.append([title])
    sheet.append([f"填报单位：{unit}", None, "填报人：示例甲", None, "联系电话：0994-2345678"])
    sheet.append([f"填报日期：{as_of}", None, f"数据截止日期：{as_of}"])
    row = good("rectification")
    columns = {name: c for name, c in RETURNS["rectification"].columns.items() if name in row}
    units = {name: f"({c.metadata['unit']})" if c.metadata.get("unit") else "" for name, c in columns.items()}
    sheet.append([f"{column.title}{units[name]}" for name, column in columns.items()])
    sheet.append([row[name] for name in columns])
    return saved(book)


def told(content):
    judgement = judge(content, arrived_on=ARRIVED)
    wanted = {"wrong_matter", "matter_in_title", "day_of_other", "unit_in_title"}
    return judgement.obligation, [(p.rule, p.cell) for p in judgement.problems if p.rule in wanted]


@pytest.mark.parametrize(
    ("title", "as_of", "matter", "rules"),
    [
        ("昌吉市8月整改落实进展监测明细表", "2016年8月31日", "monthly_08", []),
        ("昌吉市7月整改落实进展监测明细表", "2016年8月31日", "monthly_08", [("matter_in_title", "A1")]),
        ("昌吉市8月整改落实进展监测明细表", "2016年7月31日", "monthly_07", [("matter_in_title", "A1")]),
        ("阜康市8月整改落实进展监测明细表", "2016年8月31日", "monthly_08", [("unit_in_title", "A1")]),
        ("昌吉州整改落实进展监测明细表(7月20日印发)", "2016年8月31日", "monthly_08", []),
    ],
)
def test_a_title_that_names_another_month_or_county_is_told(title, as_of, matter, rules):
    assert told(plain(title, as_of=as_of)) == (matter, rules)


def test_a_template_of_one_month_with_another_written_on_its_cover_is_refused():
    book = load_workbook(BytesIO(filled("rectification", good("rectification"))))
    book["封面"]["B6"] = "8月清理整顿进展表"
    judgement = judge(saved(book), arrived_on=ARRIVED)
    assert (judgement.verdict, [(p.rule, p.cell) for p in judgement.problems]) == (
        "refused",
        [("wrong_matter", "B6")],
    )


def test_figures_that_end_before_their_month_was_open_are_told():
    copied = plain("昌吉市9月清理整顿进展表", as_of="2016年8月31日")
    assert told(copied) == ("monthly_09", [("day_of_other", "C3")])
    before_any = {"fill_date": dt.date(2016, 7, 10), "data_as_of": dt.date(2016, 7, 10)}
    assert told(filled("rectification", good("rectification"), cover=before_any))[1] == []


@pytest.mark.parametrize("obligation", PLAN.obligations)
def test_a_cover_that_names_its_own_matter_contradicts_nothing(obligation):
    for unit in PLAN.submitters(obligation):
        cover = Cover("封面", {"matter": ((6, 2), PLAN.obligations[obligation].title)})
        assert contradictions(unit, obligation, cover, {}) == []


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("13999111111/2345678", "13999111111、2345678"),
        ("13999111111 13999222222", "13999111111、13999222222"),
        ("13999111111\n0994-2345678", "13999111111、0994-2345678"),
        ("+86 139 9911 1111", "13999111111"),
        ("电话：13999111111（微信同号）", "13999111111"),
        ("0994-2345678转801", "0994-2345678-801"),
        (9942345678.0, "09942345678"),
        ("'13999111111", "13999111111"),
        ("见通讯录", "见通讯录"),
        ("/", None),
    ],
)
def test_a_telephone_is_read_as_clerks_write_it(cell, wanted):
    assert value(cell, PHONE) == wanted


@given(st.lists(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), min_size=1, max_size=3, unique=True),
       st.sampled_from([" ", "/", "、", "；", "\n", ", "]))  # fmt: skip
def test_no_digit_of_several_telephones_is_lost_or_moved(numbers, sign):
    kept = value(sign.join(numbers), PHONE)
    assert kept == "、".join(numbers)
    assert all(phones_hold([kept]))


@pytest.mark.parametrize(
    ("cell", "manner", "wanted"),
    [
        ("□是 ☑否", YES, "否"),
        ("是□ 否☑", YES, "否"),
        ("是√ 否", YES, "是"),
        ("□是 □否", YES, "□是□否"),
        ("☑是 ☑否", YES, "☑是☑否"),
        ("是/否", YES, "是/否"),
        ("①自融②期限拆分", MANY, "自融、期限拆分"),
        ("1.自融；2.虚假宣传", MANY, "自融、虚假宣传"),
        ("1.自融；2.拖欠", MANY, "1.自融、2.拖欠"),
        ("2016-06-25（星期六）", DAY, dt.datetime(2016, 6, 25)),
        ("二0一六年六月二十八日", DAY, dt.datetime(2016, 6, 28)),
        (2016.6, DAY, "month_only"),
    ],
)
def test_ticks_numbered_choices_and_days_are_read_as_clerks_write_them(cell, manner, wanted):
    assert value(cell, manner) == wanted


@pytest.mark.parametrize("level", ["高", "中", "低"])
def test_a_level_of_risk_in_other_words_is_that_level(level):
    manner = Manner("choice", ("高", "中", "低"), LEVEL.metadata["means"])
    assert {value(f"{level}{behind}", manner) for behind in ("", "风险", "等", "。", "级")} == {level}


@pytest.mark.parametrize(
    ("words", "is_nil"),
    [
        ("本月无新增", True),
        ("本月无新增整改类机构。", True),
        ("经排查，未发现此类机构", True),
        ("我县暂无", True),
        ("不适用", True),
        ("无锡示例投资公司", False),
        ("无证支付示例公司", False),
        ("同上月", False),
        ("见附件", False),
        ("昌吉示例公司", False),
    ],
)
def test_words_that_there_is_nothing_are_no_institution(words, is_nil):
    assert says_nothing_found(words) == is_nil


def test_a_column_left_out_is_told_where_a_rule_asks_for_it():
    book = load_workbook(BytesIO(filled("rectification", good("rectification"))))
    sheet = book["整改落实进展监测明细表"]
    heads = {cell.value: cell.column for cell in sheet[3]}
    sheet.delete_cols(heads["存量不合规业务计划退出时间"])
    problems = judge(saved(book), arrived_on=ARRIVED).problems
    assert [(p.rule, p.level, p.column) for p in problems] == [("column_needed", "verify", "exit_plan_date")]
    without = filled("rectification", good("rectification", nc_init=0, nc_end=0, nc_mom=0, nc_ytd=0))
    book = load_workbook(BytesIO(without))
    book["整改落实进展监测明细表"].delete_cols(heads["存量不合规业务计划退出时间"])
    assert judge(saved(book), arrived_on=ARRIVED).problems == []
