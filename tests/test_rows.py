"""Below the heading: sections, subtotals, second headings, merges downwards, hidden rows; no data is lost."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from pipelines.judging.check import Context, check
from pipelines.judging.grid import grid_of
from pipelines.judging.judge import judge
from pipelines.judging.totals import totals
from pipelines.reading import reader
from pipelines.tables import layout_problems
from pipelines.tables import table as tables
from schemas.forms import Form
from schemas.returns import RETURNS
from tests.build import DAY, good
from tests.specimens import plain, saved

P2P = RETURNS["survey_p2p"]
FORM = Form("Sheet1", "survey_p2p", "A")
NAMES = ("seq_no", "entity_name", "territory", "field", "stock_scale", "people_cnt", "risk_level")
LINE = "填报单位：昌吉市   填报人：示例甲  联系电话：13900000000"
HEADING = [str(P2P.columns[name].title) for name in NAMES]
JULY = DAY(2016, 7, 8)


def row(n, stock=100, **other):
    cells = {
        "seq_no": n,
        "entity_name": f"示例{n}公司",
        "territory": "昌吉市",
        "field": "P2P网络借贷",
        "stock_scale": stock,
        "people_cnt": 10,
        "risk_level": "中",
        **other,
    }
    return [cells[name] for name in NAMES]


def total(words, stock, people=None):
    return [words, None, None, None, stock, people, None]


def table_of(*rows, **more):
    (sheet,) = reader.read(plain(*rows, **more))
    return tables.find(sheet, P2P)


def rules(table):
    return [
        (p.rule, p.cell, p.level) for p in layout_problems.problems(table, FORM) if p.rule != "missing_column"
    ]


@pytest.mark.parametrize(
    "words",
    [
        "一、网络平台",
        "（二）股权众筹",
        "第三部分",
        "■ 重点机构",
        "昌吉市",
        "P2P网络借贷",
        "网络平台",
        "重点对象一览",
        "续表1",
    ],
)
def test_one_cell_across_is_a_section_and_no_data(words):
    table = table_of(HEADING, [words], row(1), row(2))
    assert (list(table.rows), table.body.sections) == ([3, 4], [2])
    assert [(r.cell, r.how) for r in layout_problems.repairs(table, FORM)] == [("A2", "section_row")]


def test_a_merged_line_is_a_section_whatever_it_says():
    table = table_of(HEADING, [None, "各家网络借贷机构"], row(1), merges=["B2:G2"])
    assert (list(table.rows), table.body.sections) == ([3], [2])


@pytest.mark.parametrize(
    "cells", [[None, "示例公司"], [None, "昌吉市场服务公司"], [None, None, None, None, 300]]
)
def test_a_single_cell_of_data_is_never_dropped(cells):
    assert list(table_of(HEADING, row(1), cells, row(2)).rows) == [2, 3, 4]


def test_the_title_and_the_lines_above_are_no_data_when_they_are_printed_again():
    above = [["排查表"], ["填报单位：昌吉市", None, "填报人：示例甲"]]
    table = table_of(
        *above, HEADING, row(1), ["排查表"], ["填报单位：昌吉市", None, "填报人：示例甲"], HEADING, row(2)
    )
    assert list(table.rows) == [4, 8]


def test_a_heading_of_two_rows_printed_again_is_no_data():
    upper = ["序号", "机构名称", "所属县市", "借款余额", None, None, "风险程度"]
    lower = [None, None, None, "自然人", "法人及其他组织", "合计", None]
    data = [1, "示例公司", "昌吉市", 1, 2, 3, "中"]
    table = table_of(upper, lower, data, [], upper, lower, data)
    assert (list(table.rows), table.heading_row) == ([3, 7], 2)


MARKS = (
    [1, 2, 3, 4, 5, 6, 7],
    ["甲", "乙", 1, 2, 3, 4, 5],
    ["(1)", "(2)", "(3)", "(4)=(1)+(2)", "(5)", "(6)", "(7)"],
    ["A", "B", "C", "D", "E", "F", "G"],
    ["V", "W", "X", "Y", "Z", "AA", "AB"],
)


@pytest.mark.parametrize("marks", MARKS)
def test_the_row_that_numbers_the_columns_is_no_data(marks):
    assert list(table_of(HEADING, marks, row(1)).rows) == [3]


def test_small_numbers_further_down_are_data():
    assert list(table_of(HEADING, row(1), [1, 2, 3, 4, 5, 6, 7]).rows) == [2, 3]
    assert list(table_of(HEADING, [1, 2, 3, 9, 5, 6, 7]).rows) == [2]


def test_a_row_of_units_under_the_heading_belongs_to_it():
    table = table_of(HEADING, [None, None, None, None, "(元)", "人"], row(1))
    assert (table.heading_row, list(table.rows)) == (2, [3])
    assert table.columns()["stock_scale"].unit == "元"


def test_a_row_of_guidance_is_told_and_not_read():
    table = table_of(HEADING, ["必填", "请填写全称", None, None, "本列由县市填写"], row(1))
    assert list(table.rows) == [3]
    assert rules(table) == [("guidance_row", "A2", "verify")]


def test_another_heading_further_down_is_told_and_nothing_is_read_from_there_on():
    other = [
        str(P2P.columns[n].title) for n in ("seq_no", "entity_name", "reg_capital", "biz_scope", "risk_level")
    ]
    table = table_of(HEADING, row(1), other, [1, "示例公司", 5, "咨询", "中"])
    assert list(table.rows) == [2]
    assert rules(table) == [("second_table", "A3", "must")]


def test_a_merge_downwards_speaks_for_its_rows_in_words_and_never_in_amounts():
    blank = {"territory": None, "field": None, "stock_scale": None}
    table = table_of(HEADING, row(1), row(2, **blank), row(3, **blank), merges=["C2:C4", "D2:D3", "E2:E4"])
    assert [table.sheet.at(r, 3) for r in (2, 3, 4)] == ["昌吉市"] * 3
    assert [table.sheet.at(r, 4) for r in (2, 3, 4)] == ["P2P网络借贷", "P2P网络借贷", ""]
    assert [table.sheet.at(r, 5) for r in (2, 3, 4)] == [100.0, "", ""]
    told = [(r.cell, r.after, r.how) for r in layout_problems.repairs(table, FORM)]
    assert told == [
        ("C3", "昌吉市", "merged_down"),
        ("C4", "昌吉市", "merged_down"),
        ("D3", "P2P网络借贷", "merged_down"),
    ]


def test_a_table_that_says_only_nothing_has_no_rows():
    table = table_of(HEADING, ["无", "无", None, None, 0, 0])
    assert (list(table.rows), rules(table)) == ([], [("nil_row", "A2", "verify")])
    assert list(table_of(HEADING, ["无", "无"], row(1)).rows) == [2, 3]


def test_data_below_no_heading_is_told():
    table = table_of(HEADING, [*row(1), None, "多出来的"], row(2))
    assert rules(table) == [("no_heading_above", "I2", "verify")]


def test_a_synonym_in_the_heading_is_told_as_a_repair():
    table = table_of([*HEADING[:1], "企业名称", "所属县市", *HEADING[3:]], row(1))
    told = [
        (r.cell, r.before, r.after)
        for r in layout_problems.repairs(table, FORM)
        if r.how == "heading_synonym"
    ]
    assert told == [("B1", "企业名称", "机构名称"), ("C1", "所属县市", "所属县市(园区)")]


def test_hidden_rows_columns_and_sheets_are_read_and_told():
    book = load_workbook(BytesIO(plain(HEADING, row(1), row(2), row(3))))
    sheet = book.active
    sheet.row_dimensions[3].hidden = sheet.row_dimensions[9].hidden = True
    sheet.column_dimensions["E"].hidden = sheet.column_dimensions["Z"].hidden = True
    book.create_sheet("x")
    sheet.sheet_state = "hidden"
    book.active = 1
    found = next(s for s in reader.read(saved(book)) if s.title == "Sheet1")
    table = tables.find(found, P2P)
    assert list(table.rows) == [2, 3, 4]
    assert rules(table) == [
        ("hidden_sheet", "A1", "verify"),
        ("hidden_row", "A3", "verify"),
        ("hidden_column", "E1", "verify"),
    ]
    assert [p.message for p in layout_problems.problems(table, FORM)][1].endswith("第3行")


def test_several_labels_in_one_cell_are_each_read():
    table = table_of(
        ["填报单位：昌吉市   填报人：示例甲  联系电话：13900000000"],
        ["填报日期：2016年 7月 8日"],
        HEADING,
        row(1),
    )
    assert {k: v for k, (_, v) in table.pairs.items()} == {
        "填报单位": "昌吉市",
        "填报人": "示例甲",
        "联系电话": "13900000000",
        "填报日期": "2016年 7月 8日",
    }


def test_the_value_of_a_merged_label_stands_behind_the_merge():
    table = table_of(["填报单位(盖章)：", None, "昌吉市"], HEADING, row(1), merges=["A1:B1"])
    assert table.pairs["填报单位盖章"] == ((1, 3), "昌吉市")


SUMS = {
    "total last": ([row(1), row(2, 50), total("合计", 150)], []),
    "total first": ([total("总计", 150), row(1), row(2, 50)], []),
    "total wrong": ([row(1), row(2, 50), total("合 计", 151)], ["E4"]),
    "subtotals after": (
        [row(1), total("小计", 100), row(2, 50), row(3, 7), total("小计", 57), total("合计", 157)],
        [],
    ),
    "subtotals before": (
        [total("合计", 157), total("小计", 100), row(1), total("小计", 57), row(2, 50), row(3, 7)],
        [],
    ),
    "subtotals before, total last": (
        [total("小计", 100), row(1), total("小计", 57), row(2, 57), total("总计", 157)],
        [],
    ),
    "one subtotal wrong": (
        [row(1), total("小计", 101), row(2, 50), total("小计", 50), total("合计", 150)],
        ["E3"],
    ),
    "in sections": (
        [
            ["一、甲类"],
            row(1),
            total("小计", 100),
            ["二、乙类"],
            row(2, 50),
            total("小计", 60),
            total("总计", 150),
        ],
        ["E7"],
    ),
    "by name": (
        [row(1), total("阜康市小计", 100), row(2, 50), total("奇台县小计", 50), total("全州合计", 150)],
        [],
    ),
    "with a count": ([row(1), row(2, 50), total("合计(2家)", 150), total("共计2家", 150)], []),
    "in the second column": ([row(1), [None, "合计", None, None, 90, None, None]], ["E3"]),
    "people too": ([row(1), row(2, 50), total("合计", 150, 19)], ["F4"]),
}


@pytest.mark.parametrize(("rows", "wrong"), SUMS.values(), ids=SUMS)
def test_every_total_is_held_against_the_rows_it_speaks_for(rows, wrong):
    assert checked(table_of(HEADING, *rows))[0] == wrong


def checked(table):
    """The cells of wrong totals, and what could not be checked."""
    grid = grid_of(table, P2P, "万元")
    found = check(grid, P2P, Context(JULY))
    summed = totals(table, grid, found, P2P)
    return [p.cell for p in summed.problems], summed.unchecked


def test_a_total_over_a_cell_that_could_not_be_read_is_listed_as_unchecked():
    wrong, unchecked = checked(table_of(HEADING, row(1, "很多"), row(2, 50), total("合计", 150)))
    assert wrong == []
    assert ("X17", 4, "E2") in {(u.rule, u.row, u.because) for u in unchecked}


@pytest.mark.parametrize("name", ["总计划有限公司", "合计信息公司", "小计量器具厂", "统计咨询公司"])
def test_a_firm_whose_name_begins_like_a_total_is_data(name):
    assert list(table_of(HEADING, row(1, entity_name=name)).rows) == [2]


def test_guidance_in_a_required_cell_must_be_mended_and_elsewhere_is_looked_at():
    schema, given = P2P, good("survey_p2p", legal_rep="由县市填写", remark="本列由县市填写")
    names = [n for n in schema.columns if n in given or not schema.columns[n].nullable]
    content = plain(
        ["P2P网络借贷"],
        ["填报单位：昌吉市 单位：万元"],
        [str(schema.columns[n].title) for n in names],
        [given.get(n) for n in names],
    )
    judgement = judge(content, arrived_on=JULY)
    assert [(p.column, p.rule, p.level) for p in judgement.problems if p.column] == [
        ("legal_rep", "guidance", "must"),
        ("remark", "guidance", "verify"),
    ]


def test_rows_numbered_beforehand_are_still_empty():
    assert list(table_of(HEADING, row(1), [2], ["3"], [4], total("合计", 100)).rows) == [2]


@pytest.mark.parametrize(
    "last",
    [
        ["审核：甲", None, "制表：乙", None, "2016年7月8日"],
        ["单位负责人（签字）：甲", None, "填表人：乙", None, "填表日期：2016年7月8日"],
        ["注1：金额保留两位小数"],
        ["备注 本表一式两份"],
        ["2016.7.8"],
        [None, "2016年7月8日"],
    ],
)
def test_notes_and_signatures_at_the_end_are_no_data(last):
    assert list(table_of(HEADING, row(1), last).rows) == [2]


def test_a_heading_of_four_rows_is_joined():
    one = ["序号", "机构名称", "所属县市", "借贷情况", None, None]
    two = [None, None, None, "其中", None, None]
    three = [None, None, None, "借款余额", None, None]
    four = [None, None, None, "自然人", "法人及其他组织", "合计"]
    merges = ["A2:A5", "B2:B5", "C2:C5", "D2:F2", "D3:F3", "D4:F4"]
    table = table_of(["排查表"], one, two, three, four, [1, "示例公司", "昌吉市", 1, 2, 3], merges=merges)
    assert (table.heading_row, list(table.rows)) == (5, [6])
    assert {"loan_bal_np", "loan_bal_le", "loan_bal_tot"} <= set(table.columns())


@pytest.mark.parametrize(
    "words", ["合计数", "合计金额", "总 数", "累计", "共2家", "计", "全市合计数", "合  计："]
)
def test_every_word_for_a_total_makes_a_row_of_totals(words):
    table = table_of(HEADING, row(1), row(2), total(words, 200))
    assert (list(table.rows), list(table.totals)) == ([2, 3], [4])


def test_a_title_that_ends_like_a_total_is_data():
    names = ("serial", "headline", "sent_on")
    heading = [str(RETURNS["brief"].columns[name].title) for name in names]
    rows = (["2016-01", "7月数据总计", DAY(2016, 7, 5)], ["2016-02", "核对各领域合计", DAY(2016, 7, 6)])
    (sheet,) = reader.read(plain(heading, *rows))
    assert list(tables.find(sheet, RETURNS["brief"]).rows) == [2, 3]


@pytest.mark.parametrize(
    "below",
    [
        ["主要负责人（签字）：", None, "经办人："],
        ["分管领导签字："],
        ["单位领导：示例甲"],
        ["填报要求：各县市于7月8日前报送"],
        ["1.本表由各县市填写"],
        ["第1页 共2页"],
        ["2016年7月8日印发"],
    ],
)
def test_what_stands_below_a_table_is_no_data(below):
    assert list(table_of(HEADING, row(1), row(2), below).rows) == [2, 3]


def test_a_short_row_after_a_note_is_data_where_it_fills_all_that_is_required():
    heading = [str(column.title) for column in RETURNS["meeting"].columns.values()]
    names = list(RETURNS["meeting"].columns)

    def meeting(day):
        cells = {"held_on": DAY(2016, 7, day), "topics": "研究"}
        return [cells.get(name) for name in names]

    (sheet,) = reader.read(
        plain(heading, meeting(3), ["注：后两次为补报"], meeting(10), meeting(17), ["填表人：示例甲"])
    )
    assert list(tables.find(sheet, RETURNS["meeting"]).rows) == [2, 4, 5]


def test_rows_made_ready_and_never_filled_in_are_no_data():
    ready = [3, None, "昌吉市", "P2P网络借贷", None, None, None]
    noughts = [None, None, None, None, 0, 0, None]
    assert list(table_of(HEADING, row(1), row(2), ready, ready, noughts).rows) == [2, 3]


def test_a_section_may_have_its_number_in_a_cell_of_its_own():
    table = table_of(HEADING, ["一", "网络平台"], row(1), ["二", "新发现机构"], row(2))
    assert (list(table.rows), table.body.sections) == ([3, 5], [2, 4])


def test_a_row_of_units_may_have_a_label_and_dashes():
    table = table_of(HEADING, ["计量单位", "—", "/", "—", "元", "人", "—"], row(1))
    assert (table.heading_row, list(table.rows), table.columns()["stock_scale"].unit) == (2, [3], "元")


def test_rows_above_a_richer_heading_further_down_are_read_and_the_rest_is_told():
    poorer = [words if n != 1 else "机构名" for n, words in enumerate(HEADING)]
    table = table_of(poorer, row(1), row(2), HEADING, row(3))
    assert list(table.rows) == [2, 3]
    assert ("second_table", "A4", "must") in rules(table)


def test_a_table_of_another_return_above_is_told():
    upper, lower = (
        ([str(RETURNS[code].columns[name].title) for name in good(code)], list(good(code).values()))
        for code in ("brief", "survey_p2p")
    )
    judgement = judge(plain(["P2P网络借贷摸底排查表"], ["填报单位：昌吉市"], *upper, *lower), arrived_on=JULY)
    assert ("A3", "table_before") in {(p.cell, p.rule) for p in judgement.problems}


def test_a_heading_and_its_cells_drawn_over_two_columns_are_one():
    wide = [[*line[:2], None, *line[2:]] for line in (HEADING, row(1), row(2))]
    table = table_of(*wide, merges=["B1:C1", "B2:C2", "B3:C3"])
    assert [h.words for h in table.headings] == HEADING
    assert (list(table.rows), rules(table)) == ([2, 3], [])


def test_a_day_under_a_merge_downwards_speaks_for_its_rows():
    names = ("entity_name", "territory", "field", "inspected_on", "conclusion")
    heading = [str(RETURNS["inspection"].columns[name].title) for name in names]
    rows = [
        ["示例甲公司", "昌吉市", "P2P网络借贷", DAY(2016, 11, 15), "未发现问题"],
        [None, None, None, None, "发现问题"],
    ]
    (sheet,) = reader.read(plain(heading, *rows, merges=[f"{c}2:{c}3" for c in "ABCD"]))
    table = tables.find(sheet, RETURNS["inspection"])
    assert [table.sheet.at(3, n) for n in (1, 4)] == ["示例甲公司", table.sheet.at(2, 4)]


def totals_of(table):
    grid = grid_of(table, P2P, "万元")
    summed = totals(table, grid, check(grid, P2P, Context(JULY)), P2P)
    return [(p.cell, p.rule, p.message) for p in summed.problems]


def test_a_dash_in_a_row_of_totals_claims_nothing_and_a_greatest_is_no_sum():
    assert totals_of(table_of(HEADING, row(1), row(2), total("合计", "—", 20))) == []
    heading = [*HEADING, "最大单户借款余额"]
    assert totals_of(table_of(heading, [*row(1), 30], [*row(2), 50], [*total("合计", 200, 20), 50])) == []


def test_a_wrong_total_is_told_in_the_unit_of_its_column():
    heading = [words if words != "存量业务规模" else "存量业务规模(亿元)" for words in HEADING]
    ((cell, rule, message),) = totals_of(table_of(heading, row(1, 1.5), row(2, 2), total("合计", 3)))
    assert (cell, rule) == ("E4", "X17")
    assert message.endswith("3.5 亿元")


def test_a_total_that_was_never_calculated_says_so():
    book = load_workbook(BytesIO(plain(HEADING, row(1), row(2), total("合计", None))))
    book.active["E4"] = "=SUM(E2:E3)"
    (sheet,) = reader.read(saved(book))
    assert [(c, r) for c, r, _ in totals_of(tables.find(sheet, P2P))] == [("E4", "never_calculated")]


def test_a_page_that_begins_after_a_note_is_read_whole_and_what_is_not_read_is_told():
    short = [None, "示例乙公司", "昌吉市", None, None, None, None]
    table = table_of(HEADING, row(1), ["填报人：示例甲"], HEADING, short)
    assert list(table.rows) == [2, 5]
    table = table_of(HEADING, row(1), ["注：以下为补报"], short, ["审核人：示例丙", None, "2016年7月8日"])
    assert list(table.rows) == [2]
    assert rules(table) == [("row_after_note", "B4", "verify")]


@pytest.mark.parametrize("name", ["天山合计", "示例累计", "新总计"])
def test_a_firm_whose_name_ends_like_a_total_is_data(name):
    heading = [*HEADING, "注册地", "经营范围", "法定代表人"]
    more = ["示例路1号", "信息咨询", "示例丙"]
    assert list(table_of(heading, [*row(1, entity_name=name), *more], [*row(2), *more]).rows) == [2, 3]


@pytest.mark.parametrize(
    "rows",
    [
        [total("合计", 600), row(1, 100), row(2, 200), total("小计", 300), row(3, 300), total("小计", 300)],
        [
            row(1, 100),
            total("小计", 100),
            row(2, 200),
            total("小计", 200),
            total("昌吉市合计", 300),
            row(3),
            total("小计", 100),
            total("阜康市合计", 100),
            total("总计", 400),
        ],
        [total("小计", 0), row(1, 100), total("小计", 100), total("合计", 100)],
        [row(1, 100), total("本页小计", 100), total("累计", 5000)],
    ],
)
def test_right_totals_pass_in_whatever_order_they_stand(rows):
    assert totals_of(table_of(HEADING, *rows)) == []


def test_a_wrong_subtotal_is_told_though_the_grand_total_leads():
    rows = [
        total("合计", 300),
        ["一、网络平台"],
        row(1, 100),
        total("小计", 999),
        ["二、其他"],
        row(2, 200),
        total("小计", 200),
    ]
    assert [(cell, rule) for cell, rule, _ in totals_of(table_of(HEADING, *rows))] == [("E5", "X17")]


@pytest.mark.parametrize(
    "words",
    [
        "保留格式，勿删",
        "此行请勿删除",
        "以上公式不要改动",
        "严禁插入行列",
        "1.金额按万元填；2.没有的不填",
        "1、每家一行。2、电话必填",
        "（1）每家一行；（2）电话必填",
        "①每家一行；②电话必填",
    ],
)
@pytest.mark.parametrize("column", [1, 2, 3])
def test_words_to_whoever_fills_in_are_no_institution_wherever_they_stand(words, column):
    alone = [words if n == column else None for n in range(1, len(NAMES) + 1)]
    table = table_of(HEADING, row(1), alone, row(2))
    assert list(table.rows) == [2, 4]
    assert [rule for rule, *_ in rules(table)] == ["guidance_row"]


@pytest.mark.parametrize("name", ["不保留意见公司", "1.5度商贸公司", "2号店", "改革信息公司", "保留地中介"])
def test_a_name_alone_in_its_row_stays_an_institution(name):
    assert list(table_of(HEADING, row(1), [None, name], row(2)).rows) == [2, 3, 4]


def test_sums_without_a_word_for_a_total_are_held_against_their_rows():
    named = table_of(HEADING, row(1), row(2, 50), total(None, 150, 20))
    assert (list(named.rows), list(named.totals), totals_of(named)) == ([2, 3], [4], [])
    wide = [*HEADING, "逾期/未兑付金额"]
    ((cell, rule, _),) = totals_of(table_of(wide, [*row(1), 1], [*row(2, 50), 2], [*total(None, 151, 20), 3]))
    assert (cell, rule) == ("E4", "X17")


def test_a_heading_does_not_end_amid_its_merges():
    """Two columns of one amount, one for each year, are not read as a row of data."""
    top = [*HEADING[:4], HEADING[4], None, *HEADING[5:]]
    below = [None] * 4 + ["2015年末", "2016年6月末"]
    data = [*row(1)[:5], 300, *row(1)[5:]]
    merges = [f"{c}2:{c}3" for c in "ABCDGH"] + ["E2:F2"]
    table = table_of(["P2P网络借贷"], top, below, data, merges=merges)
    assert (table.heading_row, list(table.rows)) == (3, [4])
    assert "stock_scale" not in table.columns()


@pytest.mark.parametrize("at", [0, 1, 4])
@pytest.mark.parametrize("words", ["以下空白", "——以下无正文——", "（以 下 空 白）", "本页以下为空白"])
def test_what_says_that_nothing_more_comes_is_no_data(words, at):
    table = table_of(HEADING, row(1), row(2), [*[None] * at, words])
    assert list(table.rows) == [2, 3]
    assert rules(table) == []


@pytest.mark.parametrize("title", [[], [str(RETURNS["ban"].title)]])
def test_a_table_of_another_return_below_is_told_at_its_first_row(title):
    other = [str(column.title) for column in RETURNS["ban"].columns.values()]
    below = [title] if title else []
    table = table_of(HEADING, row(1), row(2), [], *below, other, [None, "P2P网络借贷", "昌吉市", "示例公司"])
    assert list(table.rows) == [2, 3]
    assert rules(table) == [("second_table", "A5", "must")]
