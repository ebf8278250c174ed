"""A template knows what was accepted before: the clerk corrects, and does not type it again."""

import datetime as dt
from io import BytesIO

from openpyxl import load_workbook

from door import files
from pipelines import intake
from pipelines.judging.judge import judge
from pipelines.writing import template
from schemas.access import Reach
from schemas.forms import forms
from schemas.returns import RETURNS
from tests import months
from tests.build import COVER, DAY, IDS, filled, good
from views import Scope
from views.answers import prefill

MONTH_END = {**COVER, "fill_date": DAY(2016, 8, 4), "data_as_of": DAY(2016, 7, 31)}


def send(store, content, month, day):
    at = dt.datetime(2016, month, day, 2, tzinfo=dt.UTC)
    assert (
        intake.receive(store, content, "报送.xlsx", "示例甲", received_at=at).judgement.verdict
        == "acceptable"
    )


def test_a_survey_carries_over_whole(store):
    send(store, filled("survey_p2p", good("survey_p2p")), 7, 8)
    (row,) = prefill.fetch(store.con, Scope(None, DAY(2016, 7, 9), None), "652301", "survey_p2p", "A")
    given = good("survey_p2p")
    assert {k: row[k].date() if k == "est_date" else row[k] for k in given} == given
    assert prefill.fetch(store.con, Scope(None, DAY(2016, 7, 7), None), "652301", "survey_p2p", "A") == []
    assert prefill.fetch(store.con, Scope(None, DAY(2016, 7, 9), None), "652302", "survey_p2p", "A") == []


def test_the_first_monthly_return_begins_with_the_class_of_the_survey(store):
    named = {"disp_class": "整改类", "violations": "自融", "severity": "一般"}
    banned = {"disp_class": "取缔类", "violations": "自融", "severity": "严重", "entity_name": "示例乙公司",
              "id_no": None, "id_type": "无证未登记"}  # fmt: skip
    send(store, filled("survey_p2p", good("survey_p2p", **named), good("survey_p2p", **banned)), 7, 8)
    (row,) = prefill.fetch(store.con, Scope(None, DAY(2016, 7, 25), None), "652301", "rectification", "")
    assert (row["entity_name"], row["scale_init"], row["nc_init"]) == ("示例甲网络科技有限公司", 500.0, 100.0)
    (row,) = prefill.fetch(store.con, Scope(None, DAY(2016, 7, 25), None), "652301", "ban", "")
    assert row["entity_name"] == "示例乙公司"


def test_the_next_month_carries_the_last_and_adds_what_is_new(store):
    send(store, filled("rectification", good("rectification"), cover=MONTH_END), 8, 5)
    newer = {"disp_class": "整改类", "violations": "自融", "severity": "一般", "entity_name": "示例丙公司"}
    send(store, filled("survey_p2p", good("survey_p2p", **newer)), 8, 6)
    rows = prefill.fetch(store.con, Scope(None, DAY(2016, 8, 20), None), "652301", "rectification", "")
    assert [r["entity_name"] for r in rows] == ["示例甲网络科技有限公司", "示例丙公司"]
    assert rows[0]["notice_no"] == good("rectification")["notice_no"]
    assert "scale_end" not in rows[0]


def test_whoever_was_taken_over_by_the_ban_sheet_is_not_brought_again_but_into_the_same_month(store):
    told = {"entity_name": "示例丁公司"}
    both = {
        "rectification": [good("rectification"), good("rectification", **told)],
        "ban": [good("ban", **told)],
    }
    months.send_for(store, "monthly_07", **both)
    named = {"disp_class": "整改类", "violations": "自融", "severity": "一般"}
    send(store, filled("survey_p2p", good("survey_p2p", **named, **told)), 8, 6)
    scope = Scope(None, DAY(2016, 8, 20), None)
    brought = [
        [row["entity_name"] for row in prefill.fetch(store.con, scope, "652301", "rectification", "", matter)]
        for matter in ("monthly_07", "monthly_08")
    ]
    mine = good("rectification")["entity_name"]
    assert brought == [[mine, "示例丁公司"], [mine]]
    assert len(prefill.fetch(store.con, scope, "652301", "ban", "", "monthly_08")) == 1


def test_beside_what_changed_in_a_month_stands_what_the_month_before_said_and_nobody_reads_it(store):
    months.send_for(store, "monthly_07", rectification=[good("rectification")])
    scope = Scope(None, DAY(2016, 8, 20), None)
    content = files.prefilled(lambda: store.con, scope, "652301", "monthly_08")
    sheet = load_workbook(BytesIO(content))["整改落实进展监测明细表"]
    columns = list(RETURNS["rectification"].columns)
    cells = {name: sheet.cell(4, columns.index(name) + 1) for name in ("scale_mom", "nc_mom", "scale_ytd")}
    mine = good("rectification")["entity_name"]
    assert [c.comment and c.comment.text for c in cells.values()] == [
        f"{mine}　上期月末机构存量规模：450",
        f"{mine}　上期月末存量不合规业务规模：80",
        None,
    ]
    assert {cell.value for cell in cells.values()} == {None}
    again = files.prefilled(lambda: store.con, scope, "652301", "monthly_09")
    assert not load_workbook(BytesIO(again))["整改落实进展监测明细表"].cell(4, 20).comment
    read = judge(content, arrived_on=DAY(2016, 9, 5))
    assert not [p for p in read.problems if p.level == "must" and p.return_ == ""]


def test_registers_and_documents_start_empty(store):
    assert prefill.fetch(store.con, Scope(None, DAY(2016, 8, 1), None), "FIN", "brief", "") == []


def test_a_prefilled_template_holds_the_rows_and_is_no_answer_by_itself(store):
    send(store, filled("survey_p2p", good("survey_p2p")), 7, 8)
    scope = Scope(None, DAY(2016, 7, 9), None)
    asked = forms("county_survey", "652301")
    rows = {f.title: prefill.fetch(store.con, scope, "652301", f.return_, f.field) for f in asked}
    content = template.template("652301", "county_survey", rows=rows)
    assert load_workbook(BytesIO(content))["P2P网络借贷"]["E4"].value == "示例甲网络科技有限公司"
    assert judge(content).verdict == "refused"


def test_a_county_finds_what_leads_found_in_its_territory_in_its_first_monthly_template(store):
    """Once each, and where the county tells of it too, as the county does: so both meet."""
    july = Scope(None, DAY(2016, 7, 25), None)
    named = {"disp_class": "整改类", "violations": "自融", "severity": "一般"}

    def found(name, no, **other):
        return good("survey_p2p", entity_name=name, id_no=no, source="牵头部门排查", **named | other)

    mine = good("survey_p2p", entity_name="示例甲公司", id_no=IDS[0], **named, stock_scale=500)
    ban = {"disp_class": "取缔类", "violations": "自融", "severity": "严重"}
    closed = good("survey_p2p", entity_name="示例乙公司", id_no=IDS[1], **ban)
    send(store, filled("survey_p2p", mine, closed), 7, 8)
    slip, survey = [f.title for f in forms("field_survey", "CBRC") if f.field == "A"]
    rows = [
        found("示例 甲公司", IDS[0], stock_scale=700),
        found("示例乙公司", IDS[1]),  # the county would close it
        found("示例丙公司", IDS[2], stock_scale=900),
        found("示例丁公司", IDS[3], territory="玛纳斯县"),
    ]
    letter = good("filing", doc_title="示例摸查结果", doc_date=DAY(2016, 7, 7))
    lines = {slip: ("有数", None, None), survey: ("有数", "12", None)}
    given = {slip: [letter], survey: rows}
    send(store, template.template("CBRC", "field_survey", rows=given, cover=COVER, lines=lines), 7, 9)
    first = prefill.fetch(store.con, july, "652301", "rectification", "")
    assert [(row["entity_name"], row["scale_init"]) for row in first] == [
        ("示例甲公司", 500),
        ("示例丙公司", 900),
    ]
    (row,) = prefill.fetch(store.con, july, "652301", "ban", "")
    assert row["entity_name"] == "示例乙公司"
    assert [r["entity_name"] for r in prefill.fetch(store.con, july, "652324", "rectification", "")] == [
        "示例丁公司"
    ]


def test_of_a_unit_that_is_not_reached_nothing_is_known(store):
    send(store, filled("survey_p2p", good("survey_p2p")), 7, 8)
    for reach, known in ((Reach(("652301",)), 1), (Reach(("652302",)), 0), (Reach(), 0)):
        rows = prefill.fetch(store.con, Scope(None, DAY(2016, 7, 9), reach), "652301", "survey_p2p", "A")
        assert len(rows) == known
