"""The workbooks that we hand out open in an office program, and come back from it as they were."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from pipelines.judging.judge import judge
from pipelines.writing import marks, template
from tests import office
from tests.build import DAY, filled, good


def through_office(content, tmp_path):
    """The workbook opened and saved again by LibreOffice."""
    return office.through_office([content], tmp_path)[0]


@pytest.mark.xdist_group("office")
@pytest.mark.parametrize(
    ("unit", "obligation"), [("652301", "county_survey"), ("652301", "monthly_07"), ("OF", "campaign_plan")]
)
def test_a_template_opens_with_all_its_sheets_and_drop_downs(unit, obligation, tmp_path):
    made = template.template(unit, obligation)
    before, after = (load_workbook(BytesIO(b)) for b in (made, through_office(made, tmp_path)))
    assert after.sheetnames == before.sheetnames
    for title in before.sheetnames:
        rules = [len(book[title].data_validations.dataValidation) for book in (before, after)]
        assert rules[0] <= rules[1]
        assert after[title].sheet_state == before[title].sheet_state


@pytest.mark.xdist_group("office")
def test_a_return_saved_by_an_office_program_reads_the_same(tmp_path):
    content = filled(
        "survey_p2p", good("survey_p2p"), good("survey_p2p", legal_rep=None, id_no=None, id_type="无证未登记")
    )
    ours, theirs = (
        judge(b, arrived_on=DAY(2016, 12, 31)) for b in (content, through_office(content, tmp_path))
    )
    assert theirs.problems == ours.problems
    assert theirs.answers == ours.answers
    for position, frame in ours.frames.items():
        assert theirs.frames[position].equals(frame)


@pytest.mark.xdist_group("office")
def test_the_marked_up_workbook_opens(tmp_path):
    content = filled("survey_p2p", good("survey_p2p", legal_rep=None))
    marked = marks.marked_up(content, judge(content, arrived_on=DAY(2016, 12, 31)), "核对结果")
    book = load_workbook(BytesIO(through_office(marked, tmp_path)))
    assert "必填" in book["P2P网络借贷"]["L4"].comment.text
