"""The template and its way back: what was filled in is what is read; a blank one answers nothing."""

import datetime as dt
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.cell_range import CellRange

from pipelines.judging.judge import judge
from pipelines.values.clean import BLANKS
from pipelines.writing import drop_downs, template
from schemas.columns import allowed
from schemas.cover import ANSWERS as CODES
from schemas.cover import SHEET_ANSWERS as ANSWERS_IN_WORDS
from schemas.forms import COVER_SHEET, forms
from schemas.plan import PLAN
from schemas.returns import RETURNS, answers_of
from tests.build import DAY, GOOD, cover_for, filled, good, judged, sheet_of, told
from tests.conftest import examples

WORDS = st.text("甲乙丙丁公司网络科技abcXYZ123()", min_size=3, max_size=12).filter(lambda w: w not in BLANKS)
PLACE = {"field": "P2P网络借贷", "territory": "昌吉市"}
BY_KIND = {
    "text": WORDS,
    "money": st.integers(0, 10**8).map(lambda n: n / 10_000),
    "number": st.integers(0, 500).map(lambda n: n / 10),
    "whole": st.integers(0, 99_999),
    "phone": st.sampled_from(["13900000000", "0994-1234567"]),
    "day": st.dates(DAY(2010, 1, 1), DAY(2016, 7, 1)),
}


def values_of(column):
    kind = column.metadata["kind"]
    if kind == "choice":
        return st.sampled_from(allowed(column))
    if kind == "choices":
        options = allowed(column)
        return st.sets(st.sampled_from(options), min_size=1).map(
            lambda s: "、".join(o for o in options if o in s)
        )
    return BY_KIND[kind]


def is_free(column):
    """Whether any value of the column's kind is right."""
    bound = any("pattern" in (check.statistics or {}) for check in column.checks)
    return column.metadata["kind"] != "code" and not bound


@st.composite
def survey_rows(draw):
    schema = RETURNS["survey_p2p"]
    free = {n: c for n, c in schema.columns.items() if n not in PLACE and is_free(c)}
    names = draw(st.lists(WORDS, min_size=1, max_size=5, unique=True))
    return [
        {**{n: draw(values_of(c)) for n, c in free.items()}, **PLACE, "entity_name": name} for name in names
    ]


@settings(
    max_examples=examples("filled templates"),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(survey_rows())
def test_reading_back_a_filled_template_gives_what_was_filled_in(rows):
    judgement = judge(filled("survey_p2p", *rows), arrived_on=DAY(2016, 12, 31))
    (frame,) = judgement.frames.values()
    assert judgement.repairs == []
    for row, (_, read) in zip(rows, frame.iterrows(), strict=True):
        for name, value in row.items():
            got = read[name].date() if isinstance(value, dt.date) else read[name]
            assert got == value, name


@pytest.mark.parametrize("unit", ["652301", "FIN", "OF", "LG", "PSB"])
def test_an_untouched_template_is_no_zero_report(unit):
    for owed in PLAN.obligations_of(unit):
        judgement = judge(template.template(unit, owed.obligation))
        assert judgement.verdict == "refused"
        assert "不能作为零报告" in judgement.reason
        assert all(not answer.answer for answer in judgement.answers)


def test_a_template_names_its_unit_matter_and_due_day_and_marks_required_columns():
    book = load_workbook(BytesIO(template.template("652301", "county_survey")))
    cover, sheet = book[COVER_SHEET], book["P2P网络借贷"]
    assert "2016-07-08" in cover["A2"].value
    assert cover["B5"].value == "昌吉市"
    assert [s.title for s in book.worksheets if s.sheet_state == "hidden"] == [
        "_identity",
        "_lists",
        "_checks",
    ]
    assert sheet["E3"].fill.fgColor.rgb.endswith(template.REQUIRED.fgColor.rgb[-6:])
    assert sheet["AB3"].value == "存量业务规模(万元)"
    assert sheet["E3"].comment.text
    assert sheet.freeze_panes == "F4"
    assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("landscape", "9")
    assert sheet.data_validations.dataValidation
    foot = sheet.HeaderFooter.oddFooter.center.text
    assert foot == f"{PLAN.campaign.marking}　第 &P 页，共 &N 页"


def test_no_drop_down_is_longer_than_a_cell_can_hold():
    for unit, owed in (("652301", "county_survey"), ("652301", "monthly_07"), ("LG", "inspection_record")):
        book = load_workbook(BytesIO(template.template(unit, owed)))
        for sheet in book.worksheets:
            for rule in sheet.data_validations.dataValidation:
                assert len(rule.formula1) <= drop_downs.LIST_LIMIT + 2


@pytest.mark.parametrize("obligation", list(PLAN.obligations))
def test_every_sheet_title_fits_and_stands_once(obligation):
    for unit in PLAN.submitters(obligation):
        titles = [form.title for form in forms(obligation, unit)]
        assert len(set(titles)) == len(titles)
        assert all(0 < len(title) <= 31 for title in titles)


@pytest.mark.parametrize(
    ("line", "cover", "count", "rule"),
    [
        (("零报告", None, None), {}, 0, "zero_without_work"),
        (("零报告", "12", None), {"approver": None}, 0, "zero_without_signer"),
        (("零报告", "12", None), {}, 1, "zero_with_rows"),
        (("不适用", None, None), {}, 0, "not_applicable_without_basis"),
        (("有数", None, None), {}, 0, "no_rows"),
        (("没有", None, None), {}, 0, "isin"),
    ],
)
def test_an_answer_that_does_not_hold_is_told_on_the_cover(line, cover, count, rule):
    mine = sheet_of("survey_crowdfunding")
    rows = {mine: [good("survey_crowdfunding")] * count}
    cover = {**cover_for("survey_crowdfunding"), **cover}
    others = {f.title: ("零报告", "12", None) for f in forms("county_survey", "652301")}
    lines = {**others, mine: line}
    content = template.template("652301", "county_survey", rows=rows, lines=lines, cover=cover)
    judgement = judge(content, arrived_on=DAY(2016, 12, 31))
    rules = {p.rule for p in judgement.problems if p.cell == "B17" or p.rule == "zero_without_signer"}
    assert rules == {rule}
    assert judgement.verdict == "refused"


NIL = [(code, words) for code in GOOD for words in ("零报告", "不适用")]


@pytest.mark.parametrize("obligation", list(PLAN.obligations))
def test_a_cover_offers_for_each_sheet_the_answers_of_its_return_and_asks_for_nothing_else(obligation):
    for unit in PLAN.submitters(obligation)[:1]:
        sheets = forms(obligation, unit)
        cover = load_workbook(BytesIO(template.template(unit, obligation)))[COVER_SHEET]
        offered = {
            at: rule.formula1.strip('"').split(",")
            for rule in cover.data_validations.dataValidation
            for at in str(rule.sqref).split()
        }
        for row, form in enumerate(sheets, template.LINE_ROW + 1):
            held = [words for at, words in offered.items() if CellRange(f"B{row}").issubset(CellRange(at))]
            assert held == [[ANSWERS_IN_WORDS[code] for code in answers_of(form.return_)]], form
        said = [cell.value for cell in cover[template.LINE_ROW]] + [cover["A3"].value]
        is_nil = any("zero" in answers_of(form.return_) for form in sheets)
        assert any("排查户数" in str(words) for words in said) == is_nil
        assert ("零报告" in cover["A3"].value) == is_nil


@pytest.mark.parametrize(("code", "words"), [(c, w) for c, w in NIL if CODES[w] not in answers_of(c)])
def test_an_answer_that_a_return_does_not_offer_is_refused_and_says_which_are(code, words):
    judgement = judged(code, lines={sheet_of(code): (words, "12", "没有")})
    (problem,) = [p for p in judgement.problems if p.rule == "answer_not_offered"]
    assert problem.remedy.endswith("、".join(ANSWERS_IN_WORDS[each] for each in answers_of(code)))
    assert judgement.verdict == "refused"


@pytest.mark.parametrize(("code", "words"), [(c, w) for c, w in NIL if CODES[w] in answers_of(c)])
def test_an_answer_that_a_return_offers_is_taken(code, words):
    judgement = judged(code, lines={sheet_of(code): (words, "12", "没有")})
    assert "answer_not_offered" not in {p.rule for p in judgement.problems}
    assert judgement.verdict == "acceptable"


@pytest.mark.parametrize("code", RETURNS)
def test_every_return_declares_its_answers(code):
    assert "rows" in RETURNS[code].metadata["answers"]


@pytest.mark.parametrize(
    ("answer", "basis", "code"),
    [("零报告", None, "zero"), ("不适用", "本地无此业务", "not_applicable"), ("未完成", None, "unfinished")],
)
def test_the_answers_are_never_confused(answer, basis, code):
    mine = sheet_of("survey_crowdfunding")
    judgement = judged("survey_p2p", good("survey_p2p"), lines={mine: (answer, "12", basis)})
    assert judgement.verdict == "acceptable"
    assert {a.sheet: a.answer for a in judgement.answers}[mine] == code


def test_rows_without_an_answer_count_as_rows_and_that_is_listed():
    judgement = judged("survey_p2p", good("survey_p2p"), lines={"P2P网络借贷": (None, None, None)})
    assert judgement.verdict == "acceptable"
    assert [r.how for r in judgement.repairs] == ["inferred_rows"]


def test_a_cover_for_another_unit_is_told():
    judgement = judged("survey_p2p", good("survey_p2p"), cover={"unit": "阜康市"})
    assert [(p.cell, p.rule) for p in judgement.problems] == [("B5", "wrong_unit")]


@pytest.mark.parametrize("code", GOOD)
def test_amounts_in_another_unit_are_scaled_and_that_is_listed(code):
    money = [n for n, c in RETURNS[code].columns.items() if c.metadata["kind"] == "money"]
    if not money:
        assert code in {"ban", "inspection", "acceptance", "brief", "bulletin", "meeting", "filing", "roster"}
        return
    book = load_workbook(BytesIO(filled(code, good(code), cover={"amount_unit": "元"})))
    sheet = book[sheet_of(code)]
    for cells in sheet.iter_cols(min_row=3, max_row=4):
        if "(万元)" in str(cells[0].value):
            cells[0].value = cells[0].value.replace("(万元)", "(元)")
            cells[1].value = cells[1].value and cells[1].value * 10_000
    out = BytesIO()
    book.save(out)
    judgement = judge(out.getvalue(), arrived_on=DAY(2016, 12, 31))
    assert told(judgement) == []
    (frame,) = judgement.frames.values()
    amounts = {n: GOOD[code][n] for n in money if GOOD[code].get(n) is not None}
    assert {n: frame[n].iloc[0] for n in amounts} == amounts
    assert {r.how for r in judgement.repairs} == {"heading_unit"}


def test_a_wide_sheet_is_printed_in_blocks_with_the_name_on_each():
    sheet = load_workbook(BytesIO(filled("survey_p2p", good("survey_p2p"))))[sheet_of("survey_p2p")]
    name = next(cell.column_letter for cell in sheet[3] if cell.value == "机构名称")
    assert sheet.print_title_cols == f"$A:${name}"
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.page_setup.fitToWidth >= 4
    last = sheet.cell(3, sheet.max_column - 1).column_letter  # 检查 stands behind it
    assert sheet.print_area == f"'{sheet.title}'!$A$1:${last}$43"
    assert "打印到第43行" in sheet["A2"].value
    register = load_workbook(BytesIO(filled("brief", good("brief"))))[sheet_of("brief")]
    assert register.page_setup.fitToWidth == 1
