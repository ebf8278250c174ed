"""排查户数 on the cover: a number where the words name one, and none where they name two or none."""

import pytest

from pipelines.judging.cover import Cover, SheetLine
from pipelines.judging.sheet import answer_of
from schemas.forms import Form

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
