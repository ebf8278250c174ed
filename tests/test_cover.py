"""The cover as clerks fill it in: who reports, 排查户数, and the answer for each sheet, each at its cell."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from pipelines.judging.cover import Cover, Identity, SheetLine
from pipelines.judging.judge import judge
from pipelines.judging.recognise import Unknown, unit_of
from pipelines.judging.sheet import answer_of
from schemas.forms import COVER_SHEET, IDENTITY_SHEET, Form, forms
from tests.build import DAY, HOMES, filled, good, told

ANSWERS_OF = [form.title for form in forms(*reversed(HOMES["survey_p2p"]))]
NAMED = {
    "12": 12, "160户": 160, "共排查 1,260 户": 1260, "１６０": 160, "约30户": 30,
    "": None, "逐户走访": None, "2016年7月排查160户": None, "12.5": None, "1234567890": None,
}  # fmt: skip


@pytest.mark.parametrize(("words", "count"), NAMED.items())
def test_households_are_the_one_number_that_the_cover_names(words, count):
    assert SheetLine("零报告", words, "", (1, 1)).households == count


ABOUT = [
    "约12户",
    "12户左右",
    "近20家",
    "30余户",
    "10多家",
    "共走访不足50户",
    "12家以上",
    "1,200余户",
    "≈12",
    "12+",
]
EXACT = ["12", "12户", "共排查 1,260 户", "检查12户，多为网店", "", "逐户走访", "约谈若干人"]


@pytest.mark.parametrize(("words", "told"), [(w, True) for w in ABOUT] + [(w, False) for w in EXACT])
def test_households_that_are_about_a_number_are_told_as_such(words, told):
    assert SheetLine("零报告", words, "", (1, 1)).is_about is told


def test_a_round_number_of_households_is_told_at_its_cell():
    line = SheetLine("零报告", "约12户", "", (16, 2), (16, 3))
    cover = Cover("封面", {"approver": ((8, 2), "李某")}, {"P2P网络借贷": line})
    answered = answer_of(Form("P2P网络借贷", "survey_p2p", "A"), 0, cover)
    assert [(p.rule, p.level, p.cell) for p in answered.problems] == [("approximate", "verify", "C16")]


def plain(**cells):
    """A clerk's own workbook, whose cover says this in some cells."""
    book = load_workbook(BytesIO(filled("survey_p2p", good("survey_p2p"))))
    del book[IDENTITY_SHEET]
    for cell, words in cells.items():
        book[COVER_SHEET][cell] = words
    out = BytesIO()
    book.save(out)
    return judge(out.getvalue(), arrived_on=DAY(2016, 12, 31), obligation="county_survey")


@pytest.mark.parametrize(
    "cells",
    [
        {"B5": "昌  吉  市"},
        {"B5": "昌吉市（盖章）"},
        {"B5": " 昌吉 (公章)"},
        {"A5": "填报单位（盖章）：昌吉市", "B5": None},
        {"A5": "填报单位: 昌 吉 市 ", "B5": None},
    ],
)
def test_the_unit_is_known_however_its_name_and_seal_are_written(cells):
    judgement = plain(**cells)
    assert (judgement.unit, judgement.verdict) == ("652301", "acceptable")


@pytest.mark.parametrize(
    ("words", "said"), [("乌鲁木齐市", "填报单位写的是“乌鲁木齐市”"), ("", "请在封面填写填报单位")]
)
def test_a_unit_that_is_none_of_the_campaign_is_named(words, said):
    with pytest.raises(Unknown, match=said):
        unit_of(None, Identity(), Cover("封面", {"unit": ((5, 2), words)}), {})


def test_an_answer_is_known_however_it_is_spaced_and_its_missing_signer_stands_at_his_own_cell():
    row = next(r for r in range(16, 22) if ANSWERS_OF[r - 16] == "第三方支付")
    judgement = plain(**{f"B{row}": "零  报告", f"C{row}": 5, "B8": None})
    assert ("B8", "zero_without_signer") in told(judgement)
    assert {a.answer for a in judgement.answers if a.return_ == "survey_payment"} == {"zero"}
