"""What the cover tells of a sheet counts whether or not the sheet is there, and no row is left out unsaid."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from pipelines.judging.judge import judge
from pipelines.writing.marks import marked_up
from schemas.forms import COVER_SHEET, IDENTITY_SHEET
from tests.build import DAY, HOMES, filled, good, sheet_of, told

HOME = dict(zip(("unit", "obligation"), HOMES["rectification"], strict=True))
RECTIFIED, BANNED = sheet_of("rectification"), sheet_of("ban")


def plain(answer="零报告", *, names=(), foreign=None):
    """A clerk's own workbook: cover and the table of 整改, that of 取缔 left out; sheets with other names."""
    lines = {BANNED: (answer, "12" if answer == "零报告" else None, None)}
    book = load_workbook(BytesIO(filled("rectification", good("rectification"), lines=lines)))
    del book[IDENTITY_SHEET], book[BANNED]
    for old, new in names:
        book[old].title = new
    if foreign:
        other = load_workbook(BytesIO(filled(foreign, good(foreign))))[sheet_of(foreign)]
        sheet = book.create_sheet(other.title)
        for row in other.iter_rows():
            for cell in row:
                sheet[cell.coordinate] = cell.value
    out = BytesIO()
    book.save(out)
    return judge(out.getvalue(), arrived_on=DAY(2016, 12, 31), **HOME)


def answers(judgement):
    return {(a.return_, a.answer) for a in judgement.answers}


def test_a_zero_report_of_a_sheet_that_is_left_out_is_an_answer():
    judgement = plain()
    assert (judgement.verdict, judgement.problems) == ("acceptable", [])
    assert answers(judgement) == {("rectification", "rows"), ("ban", "zero")}


def test_rows_told_of_a_sheet_that_is_not_there_are_missed():
    judgement = plain("有数")
    assert judgement.verdict == "refused"
    assert {rule for _, rule in told(judgement)} == {"no_rows", "missing_sheet"}


@pytest.mark.parametrize("answer", ["未完成", None])
def test_a_table_that_does_not_count_for_want_of_another_says_so(answer):
    (problem,) = [p for p in plain(answer).problems if p.rule == "half_answered"]
    assert (problem.sheet, problem.level) == (COVER_SHEET, "verify")
    assert problem.message == f"“{BANNED}”没有回答，同报的“{RECTIFIED}”因此也没有计入，仍按未报计"


def test_without_a_cover_it_is_said_at_a_sheet_that_is_there():
    book = load_workbook(BytesIO(filled("rectification", good("rectification"))))
    del book[IDENTITY_SHEET], book[BANNED], book[COVER_SHEET]
    out = BytesIO()
    book.save(out)
    told_at = judge(out.getvalue(), arrived_on=DAY(2016, 12, 31), **HOME).problems
    assert {p.sheet for p in told_at if p.rule == "half_answered"} == {RECTIFIED}
    assert marked_up(out.getvalue(), judge(out.getvalue(), arrived_on=DAY(2016, 12, 31), **HOME))


def test_the_line_of_a_sheet_with_a_name_of_its_own_is_found():
    judgement = plain(names=[(RECTIFIED, "整改")])
    assert ("rectification", "rows") in answers(judgement)
    renamed = plain(names=[(RECTIFIED, "整改")], answer="未完成")
    assert "half_answered" in {rule for _, rule in told(renamed)}


def test_a_table_that_the_matter_does_not_ask_for_is_told_and_not_counted():
    judgement = plain(foreign="survey_p2p")
    assert [(p.sheet, p.rule) for p in judgement.problems] == [(sheet_of("survey_p2p"), "strange_sheet")]
    assert answers(judgement) == {("rectification", "rows"), ("ban", "zero")}
    assert len(judgement.frames) == 1
