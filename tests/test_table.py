"""Finding the table in sheets as clerks make them: titles above, merged headings, units, notes below."""

import datetime as dt
from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from pipelines.judging.judge import judge
from pipelines.reading import reader
from pipelines.tables import heading
from pipelines.tables import table as tables
from pipelines.tables.heading import names_of, normal
from schemas.plan import PLAN
from schemas.reasons import REASONS
from schemas.returns import RETURNS
from tests.build import DAY, GOOD, filled, good, judged, told
from tests.specimens import plain, saved

P2P = RETURNS["survey_p2p"]
NAMES = (
    "entity_name",
    "territory",
    "field",
    "entity_type",
    "reg_capital",
    "stock_scale",
    "people_cnt",
    "risk_level",
)
HEADING = [str(P2P.columns[name].title) for name in NAMES]
FIRST = ["甲公司", "昌吉市", "P2P网络借贷", "网络平台", 1000, 500, 30, "中"]
SECOND = ["乙公司", "昌吉市", "P2P网络借贷", "网络平台", 2000, 700, 40, "低"]
JULY = DAY(2016, 7, 8)


def found(*rows, **more):
    (sheet,) = reader.read(plain(*rows, **more))
    table = tables.find(sheet, P2P)
    assert table is not None
    return table


def columns(table):
    return {name: heading.column for name, heading in table.columns().items()}


@pytest.mark.parametrize("above", range(heading.HEADING_WITHIN))
def test_the_heading_is_found_in_any_of_the_first_twelve_rows(above):
    table = found(*([f"第{n}行"] for n in range(above)), HEADING, FIRST)
    assert (table.heading_row, list(table.rows)) == (above + 1, [above + 2])
    assert columns(table) == {name: n for n, name in enumerate(NAMES, 1)}
    assert [h.words for h in table.headings] == HEADING


def test_a_heading_further_down_is_not_looked_for():
    (sheet,) = reader.read(plain(*([f"第{n}行"] for n in range(heading.HEADING_WITHIN)), HEADING, FIRST))
    assert tables.find(sheet, P2P) is None


def test_what_stands_above_the_table_is_read_and_does_not_disturb_it():
    above = [
        ["附件1"],
        ["P2P网络借贷摸底排查表"],
        ["填报单位(盖章):昌吉市", None, "填报人:", "示例甲", None, "单位:万元"],
        [],
    ]
    table = found(*above, HEADING, FIRST, merges=["A2:H2"])
    assert (table.heading_row, table.unit.unit) == (5, "万元")
    assert table.pairs["填报单位盖章"] == ((3, 1), "昌吉市")
    assert table.pairs["填报人"] == ((3, 4), "示例甲")
    assert [h.words for h in table.headings] == HEADING


@pytest.mark.parametrize(
    ("words", "unit"),
    [
        ("单位:亿元", "亿元"),
        ("单位：元", "元"),
        ("(单位:万元)", "万元"),
        ("金额单位: 千元 ", "千元"),
        ("单位:人民币万元", "万元"),
        ("单位:人", ""),
        ("填报单位:昌吉市", ""),
    ],
)
def test_the_unit_of_money_is_read_from_a_line_above(words, unit):
    assert found(["排查表"], [None, None, words], HEADING, FIRST).unit.unit == unit


def test_a_heading_of_two_rows_is_joined_by_its_merges():
    upper = [
        "机构名称",
        "所属县市(园区)",
        "借款余额(亿元)",
        None,
        None,
        "借款人数",
        None,
        None,
        "出借人数",
        None,
        None,
    ]
    lower = [
        None,
        None,
        "自然人",
        "法人及其他组织",
        "合计",
        "自然人",
        "法人及其他组织",
        "合计",
        "自然人",
        "法人及其他组织",
        "合计",
    ]
    table = found(
        ["排查表"],
        upper,
        lower,
        ["甲公司", "昌吉市", *range(9)],
        merges=["A1:K1", "A2:A3", "B2:B3", "C2:E2", "F2:H2", "I2:K2"],
    )
    assert (table.heading_row, list(table.rows)) == (3, [4])
    assert columns(table) == {
        "entity_name": 1,
        "territory": 2,
        "loan_bal_np": 3,
        "loan_bal_le": 4,
        "loan_bal_tot": 5,
        "borrowers_np": 6,
        "borrowers_le": 7,
        "borrowers_tot": 8,
        "lenders_np": 9,
        "lenders_le": 10,
        "lenders_tot": 11,
    }
    assert {h.unit for h in table.headings if h.name and h.name.startswith("loan")} == {"亿元"}


def test_a_heading_of_two_rows_is_joined_by_blanks_to_the_right_too():
    upper = ["机构名称", "所属县市(园区)", "借款余额", None, None, "风险程度", "备注"]
    lower = [None, None, "自然人", "法人及其他组织", "合计", None, None]
    table = found(upper, lower, ["甲公司", "昌吉市", 1, 2, 3, "中", ""])
    assert columns(table) == {
        "entity_name": 1,
        "territory": 2,
        "loan_bal_np": 3,
        "loan_bal_le": 4,
        "loan_bal_tot": 5,
        "risk_level": 6,
        "remark": 7,
    }


@pytest.mark.parametrize("whole", ["合计", "总额", "合计(万元)"])
def test_the_whole_beside_its_parts_is_the_column_that_its_parent_names(whole):
    upper = ["机构名称", "所属县市(园区)", "存量业务规模", None, "借款余额", None, "风险程度"]
    lower = [None, None, whole, "其中:不合规业务规模", "自然人", "合计", None]
    assert columns(found(upper, lower, ["甲公司", "昌吉市", 5, 1, 2, 3, "中"])) == {
        "entity_name": 1,
        "territory": 2,
        "stock_scale": 3,
        "noncompliant_scale": 4,
        "loan_bal_np": 5,
        "loan_bal_tot": 6,
        "risk_level": 7,
    }


def test_a_parent_does_not_lend_its_unit_to_its_neighbour():
    upper = ["机构名称", "所属县市(园区)", "风险程度", "机构类型", "注册资本(亿元)", None]
    lower = [None, None, None, None, None, "实缴资本"]
    table = found(upper, lower, ["甲公司", "昌吉市", "中", "网络平台", 1, 2])
    units = {h.name: h.unit for h in table.headings}
    assert (units["reg_capital"], units["paid_capital"]) == ("亿元", "")


@pytest.mark.parametrize(
    "words",
    [
        "注册资本",
        "注册资本(万元)",
        "注册资本（亿元）",
        "注 册 资 本",
        "注册资本\n(万元)",
        "F1注册资本",
        "G12注册资本",
        "AA注册资本",
        "*注册资本",
        "注册资本_x000D_",
        "注册资本：",
        "注册\u3000资本[单位:元]",
        "12注册资本",
    ],
)
def test_a_heading_matches_by_its_normal_form(words):
    assert (names_of(P2P).get(normal(words)) == "reg_capital") is (words != "12注册资本")


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("企业名称", "entity_name"),
        ("机构名称(全称)", "entity_name"),
        ("注册地", "reg_address"),
        ("风险等级", "risk_level"),
    ],
)
def test_a_declared_synonym_matches(words, name):
    assert names_of(P2P)[normal(words)] == name


@pytest.mark.parametrize(
    ("words", "never"),
    [
        ("出借人数-自然人", "borrowers_np"),
        ("借款人数-自然人", "lenders_np"),
        ("借款余额-自然人", "borrowers_np"),
        ("注册资金", "reg_capital"),
        ("机构名", "entity_name"),
        ("机构名称名称", "entity_name"),
    ],
)
def test_a_heading_never_matches_by_likeness(words, never):
    assert names_of(P2P).get(normal(words)) != never


@pytest.mark.parametrize("code", RETURNS)
def test_no_two_columns_of_a_return_may_be_called_the_same(code):
    called = [
        {normal(words) for words in (column.title, *(column.metadata or {}).get("also", ()))}
        for column in RETURNS[code].columns.values()
    ]
    assert sum(map(len, called)) == len(set().union(*called))


def test_totals_are_no_data_and_notes_end_the_table():
    total = ["合  计", None, None, None, 3000, 1200, 70, None]
    notes = [
        ["注:1.本表由各县市填报"],
        ["2.金额保留两位小数"],
        [],
        ["填报人:甲", None, "审核人:乙", None, "日期:7月8日"],
    ]
    table = found(HEADING, FIRST, SECOND, [], total, *notes)
    assert (list(table.rows), list(table.totals)) == ([2, 3], [5])


def test_a_subtotal_inside_and_a_total_first_are_no_data():
    table = found(HEADING, ["总计", *FIRST[1:]], FIRST, ["小计", *FIRST[1:]], SECOND)
    assert (list(table.rows), list(table.totals)) == ([3, 5], [2, 4])


def test_nothing_below_a_note_in_the_middle_is_swallowed():
    assert list(found(HEADING, FIRST, ["注:以下为后补"], SECOND).rows) == [2, 4]


@pytest.mark.parametrize("name", ["注意力网络公司", "说明书科技公司", "合众公司", "签字笔商行"])
def test_a_firm_whose_name_begins_like_a_note_is_data(name):
    assert list(found(HEADING, FIRST, [name], SECOND).rows) == [2, 3, 4]


def test_a_heading_printed_again_is_no_data():
    assert list(found(HEADING, FIRST, HEADING, SECOND).rows) == [2, 4]


def test_blank_rows_inside_are_passed_over():
    assert list(found(HEADING, FIRST, [], ["  "], SECOND).rows) == [2, 5]


def own_sheet(return_="survey_p2p", *, title="P2P网络借贷", above=("填报单位:昌吉市",), drop=(), **other):
    """A clerk's own sheet, without our cover and marks."""
    schema, row = RETURNS[return_], good(return_, **other)
    names = [
        name
        for name in schema.columns
        if name not in drop and (name in row or not schema.columns[name].nullable)
    ]
    lines = ([words] for words in above)
    heading = [str(schema.columns[name].title) for name in names]
    return plain([f"{title}摸底排查表"], *lines, heading, [row.get(name) for name in names], title=title)


def test_a_plain_sheet_is_recognised_by_its_field_its_heading_and_its_unit():
    judgement = judge(own_sheet(), arrived_on=JULY)
    assert (judgement.verdict, judgement.unit, judgement.obligation) == (
        "acceptable",
        "652301",
        "county_survey",
    )
    first, *others = judgement.answers
    assert (first.return_, first.field, first.answer, first.rows) == ("survey_p2p", "A", "rows", 1)
    assert {a.answer for a in others} == {""}
    assert told(judgement) == [("A1", "no_cover"), ("K3", "unit_nowhere")]


@pytest.mark.parametrize("code", [c for c in GOOD if c.startswith("survey_") and c != "survey_general"])
def test_the_survey_of_each_field_is_told_apart(code):
    judgement = judge(own_sheet(code, title=good(code)["field"]), arrived_on=JULY)
    assert [a.return_ for a in judgement.answers if a.answer] == [code]
    assert judgement.verdict == "acceptable"


def test_the_field_is_told_by_its_column_where_no_title_names_it():
    judgement = judge(own_sheet(title="Sheet1"), arrived_on=JULY)
    assert [a.return_ for a in judgement.answers if a.answer] == ["survey_p2p"]


def test_a_unit_is_known_by_its_short_name_too():
    assert judge(own_sheet(above=["填报单位(盖章):昌吉"]), arrived_on=JULY).unit == "652301"


@pytest.mark.parametrize("fields", [["P2P网络借贷", "第三方支付"], ["", ""]])
def test_a_survey_of_several_fields_in_one_sheet_is_told_that_a_sheet_has_one(fields):
    row, columns = good("survey_p2p"), RETURNS["survey_p2p"].columns
    rows = [[*({**row, "field": field}).values()] for field in fields]
    sheet = plain(["摸底排查表"], [str(columns[name].title) for name in row], *rows, title="Sheet1")
    assert judge(sheet, unit="652301", arrived_on=JULY).reason == REASONS["fields_unsaid"]


@pytest.mark.parametrize("office", ["昌吉市人民政府", "昌吉市政府办", "昌吉市人民政府办公室", "昌吉市金融办"])
def test_a_territory_is_known_by_an_office_of_it(office):
    assert judge(own_sheet(above=[f"填报单位(盖章):{office}"]), arrived_on=JULY).unit == "652301"


def test_no_name_is_that_of_two_units():
    names = [(name, u.unit) for u in PLAN.units.values() for name in {u.unit, u.title, *u.called}]
    assert len(dict(names)) == len(names)
    assert all(PLAN.named("unit", name) == unit for name, unit in names)


def test_without_a_unit_one_question_is_asked_and_an_answer_suffices():
    asked = judge(own_sheet(above=[]), arrived_on=JULY)
    assert (asked.verdict, asked.reason, told(asked)) == ("refused", REASONS["unknown_unit"], [])
    assert judge(own_sheet(above=[]), unit="652301", arrived_on=JULY).verdict == "acceptable"


def test_a_unit_that_does_not_owe_the_matter_is_told_so():
    answered = judge(own_sheet(), unit="652301", obligation="final_report", arrived_on=JULY)
    assert answered.verdict == "refused"
    assert "昌吉市没有" in answered.reason


def test_a_workbook_of_another_matter_or_of_none_is_told_so_and_nothing_else():
    other = judge(
        filled("survey_p2p", good("survey_p2p")), unit="652301", obligation="monthly_11", arrived_on=JULY
    )
    assert (other.verdict, told(other)) == ("refused", [])
    assert "“11月清理整顿进展表”不报这些表" in other.reason
    assert judge(plain(["随便", "写的"], [1, 2]), arrived_on=JULY).reason == REASONS["no_known_sheet"]


def test_the_unit_above_the_table_scales_every_amount():
    in_yuan = judge(
        own_sheet(above=["填报单位:昌吉市", "单位:元"], stock_scale=5_000_000, noncompliant_scale=10_000),
        arrived_on=JULY,
    )
    (frame,) = in_yuan.frames.values()
    assert frame[["stock_scale", "noncompliant_scale"]].to_numpy().tolist() == [[500.0, 1.0]]
    assert {r.how for r in in_yuan.repairs} >= {"heading_unit"}


def test_a_missing_column_and_a_strange_one_are_told_at_the_heading():
    judgement = judge(own_sheet(drop=["legal_rep"]), arrived_on=dt.date(2016, 7, 8))
    assert ("A3", "missing_column") in told(judgement)
    assert [p.column for p in judgement.problems if p.rule == "missing_column"] == ["legal_rep"]


def changed(content, sheet, cells):
    """The same workbook with some cells of a sheet otherwise."""
    book = load_workbook(BytesIO(content))
    for place, value in cells.items():
        book[sheet][place] = value
    return judge(saved(book), arrived_on=JULY)


def test_a_cover_without_a_unit_of_amounts_is_no_fault():
    judgement = judged("survey_p2p", good("survey_p2p"), cover={"amount_unit": None})
    assert (judgement.verdict, told(judgement)) == ("acceptable", [])


def test_a_cover_that_names_another_unit_than_every_heading_is_told_once():
    judgement = judged("survey_p2p", good("survey_p2p"), cover={"amount_unit": "元"})
    assert [rule for _, rule in told(judgement)] == ["unit_of_amount"]
    assert judgement.verdict == "refused"


def test_an_unknown_unit_of_amounts_is_told_and_stops_nothing_else():
    judgement = judged("survey_p2p", good("survey_p2p", legal_rep=None), cover={"amount_unit": "美元"})
    assert [rule for _, rule in told(judgement)] == ["isin", "not_nullable"]


def test_a_zero_report_whose_sheet_lost_its_heading_does_not_pass():
    content = filled("survey_p2p")
    assert judge(content, arrived_on=JULY).verdict == "acceptable"
    blank = {f"{get_column_letter(n)}3": None for n in range(1, 100)}
    judgement = changed(content, "P2P网络借贷", {**blank, "A4": "示例甲公司", "B4": 100})
    assert ("A1", "no_heading") in told(judgement)
    assert judgement.verdict == "refused"


def test_marks_that_name_a_return_of_another_day_are_passed_over():
    content = filled("survey_p2p", good("survey_p2p"))
    judgement = changed(content, "_identity", {"C4": "survey_of_1999"})
    assert judgement.verdict in {"acceptable", "refused"}
    assert "survey_of_1999" not in {a.return_ for a in judgement.answers}


def two_sheets(code="survey_p2p", titles=("P2P(城区)", "P2P(乡镇)"), **other):
    book = load_workbook(BytesIO(own_sheet(code, **other)))
    book.active.title = titles[0]
    book.copy_worksheet(book.active).title = titles[1]
    return saved(book)


def test_two_sheets_that_answer_the_same_are_refused_and_none_is_lost():
    judgement = judge(two_sheets(), arrived_on=JULY)
    assert judgement.verdict == "refused"
    (problem,) = [p for p in judgement.problems if p.rule == "same_return_twice"]
    assert (problem.sheet, "P2P(城区)" in problem.message) == ("P2P(乡镇)", True)


def test_a_unit_above_the_table_must_be_the_one_that_sends_it():
    judgement = judge(own_sheet(above=("填报单位:阜康市",)), unit="652301", arrived_on=JULY)
    assert [(p.cell, p.level) for p in judgement.problems if p.rule == "wrong_unit"] == [("A2", "must")]


@pytest.mark.parametrize("title", ["股权众筹验收销号表", "验收销号明细表"])
def test_a_return_owed_field_by_field_counts_for_the_field_it_names(title):
    sheet = own_sheet("acceptance", title="Sheet1", above=(title, "填报单位:州金融办"))
    (answer,) = [a for a in judge(sheet, unit="FIN", arrived_on=DAY(2016, 12, 31)).answers if a.answer]
    assert answer.field == "B"


def test_a_return_owed_field_by_field_that_speaks_of_several_is_refused():
    names = list(good("inspection"))
    heading = [str(RETURNS["inspection"].columns[name].title) for name in names]
    rows = [list(good("inspection", field=field).values()) for field in ("P2P网络借贷", "股权众筹")]
    judgement = judge(plain(["督察核查表"], heading, *rows), unit="LG", arrived_on=DAY(2016, 12, 31))
    assert "field_unclear" in {p.rule for p in judgement.problems}


def test_the_field_is_told_by_titles_and_not_by_the_name_of_a_firm():
    row = {
        "entity_name": "示例P2P支付科技公司",
        "field": "第三方支付",
        "has_license": "是",
        "license_no": "许可1号",
    }
    judgement = judge(own_sheet("survey_payment", title="第三方支付(含网络借贷代付)", **row), arrived_on=JULY)
    assert [a.return_ for a in judgement.answers if a.answer] == ["survey_payment"]


def test_a_front_page_of_the_clerks_own_is_an_ornament():
    book = load_workbook(BytesIO(own_sheet()))
    front = book.create_sheet("封面", 0)
    front["A1"], front["A3"] = "摸底排查报表", "二〇一六年七月"
    judgement = judge(saved(book), arrived_on=JULY)
    assert (judgement.verdict, {p.level for p in judgement.problems}) == ("acceptable", {"verify"})


def test_a_number_of_rows_and_remarks_give_way_to_a_columns_own_title():
    heading = ["序号", "篇号", "标题", "发送日期", "备注"]
    names = {str(column.title): name for name, column in RETURNS["brief"].columns.items()}
    assert {"篇号"} <= set(names)
    heading = ["序号", *(t for t, n in names.items() if n in GOOD["brief"])]
    row = [1, *(GOOD["brief"][names[t]] for t in heading[1:])]
    judgement = judge(
        plain(["工作信息登记"], heading, row), unit="FIN", obligation="brief_survey", arrived_on=JULY
    )
    assert judgement.verdict == "acceptable"
    assert [str(v) for frame in judgement.frames.values() for v in frame["serial"]] == ["2016-01"]


def test_a_number_or_a_sign_that_nobody_sees_before_a_heading_is_passed_over():
    marks = ("1.", "（2）", "③", "4、", "\u200b", "6．", "7)", "")
    table = found([f"{mark}{words}" for mark, words in zip(marks, HEADING, strict=True)], FIRST)
    assert columns(table) == {name: n for n, name in enumerate(NAMES, 1)}


def test_a_sheet_of_our_template_under_another_name_is_read_and_that_is_told():
    book = load_workbook(BytesIO(filled("rectification", good("rectification"))))
    book["整改落实进展监测明细表"].title = "进展"
    judgement = judge(saved(book), arrived_on=DAY(2016, 8, 30))
    assert [(p.sheet, p.rule) for p in judgement.problems] == [("进展", "renamed_sheet")]
    assert [(a.sheet, a.answer, a.rows) for a in judgement.answers if a.rows] == [("进展", "rows", 1)]
    assert judgement.verdict == "acceptable"


def test_of_two_sheets_of_one_kind_neither_stands_for_the_one_that_is_gone():
    book = load_workbook(BytesIO(filled("rectification", good("rectification"))))
    book["整改落实进展监测明细表"].title = "进展"
    book.copy_worksheet(book["进展"])
    rules = {p.rule for p in judge(saved(book), arrived_on=DAY(2016, 8, 30)).problems}
    assert {"missing_sheet", "same_return_twice"} <= rules


def test_a_zero_report_and_rows_for_the_same_are_refused():
    book = load_workbook(BytesIO(filled("survey_p2p")))
    own = load_workbook(BytesIO(own_sheet())).active
    sheet = book.create_sheet("P2P网络借贷 (2)")
    for cells in own.iter_rows():
        for cell in cells:
            sheet[cell.coordinate] = cell.value
    judgement = judge(saved(book), arrived_on=JULY)
    assert (judgement.verdict, [p.sheet for p in judgement.problems if p.rule == "same_return_twice"]) == (
        "refused",
        ["P2P网络借贷 (2)"],
    )


def test_a_document_that_names_a_field_answers_a_matter_that_asks_for_none():
    row = good("filing", doc_title="第三方支付工作方案")
    heading = [str(RETURNS["filing"].columns[name].title) for name in row]
    judgement = judge(
        plain(heading, list(row.values())), unit="OF", obligation="campaign_plan", arrived_on=JULY
    )
    assert [(a.return_, a.field) for a in judgement.answers if a.answer] == [("filing", "")]


def test_a_line_of_labels_is_no_table_of_its_own():
    labels = ["编号", "1", "标题", "报表", "日期", "2016-07-08", "签发人", "示例丁"]
    table = found(["P2P网络借贷摸底排查表"], labels, ["电话", 13900000000, "共", 2, "页", 1], HEADING, FIRST)
    assert (table.heading_row, list(table.rows)) == (4, [5])


LABELS = ["填报单位", "填报人", "审核人", "联系电话", "填报日期", "数据截止日期"]  # as many as make a cover
WHOLE = {str(P2P.columns[name].title): value for name, value in good("survey_p2p").items()}


@pytest.mark.parametrize(
    ("content", "sheets"),
    [
        (filled("survey_p2p", good("survey_p2p")), 6),
        (plain(*([label, "昌吉市"] for label in LABELS), list(WHOLE), list(WHOLE.values())), 1),
    ],
    ids=["template", "table below labels"],
)
def test_headings_are_looked_for_once_in_a_sheet_whoever_asks(content, sheets, monkeypatch):
    searched, spread_of = [], heading._spread_of

    def counted(sheet):
        searched.append(sheet.title)
        return spread_of(sheet)

    monkeypatch.setattr(heading, "_spread_of", counted)
    judgement = judge(content, unit="652301", obligation="county_survey", arrived_on=JULY)
    assert any(a.answer == "rows" for a in judgement.answers)
    assert len(searched) == len(set(searched)) == sheets


def test_the_names_of_a_return_are_made_once():
    named, made = [], heading.names_of(RETURNS["survey_p2p"])
    for _ in range(2):
        judge(filled("survey_p2p", good("survey_p2p")), arrived_on=JULY)
        named.append(heading.names_of(RETURNS["survey_p2p"]))
    assert all(names is made for names in named)
