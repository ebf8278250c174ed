"""Rules across returns and periods: each with a story that keeps it and one that breaks it, in workbooks made
by the product's own template; and what is listed where there are no records to ask.
"""

import datetime as dt

import pytest

from pipelines.judging.between import OFFLINE, is_held_back, offline
from pipelines.judging.judge import judge
from schemas.access import Reach
from schemas.problems import MUST
from schemas.returns import RETURNS
from schemas.rules import ROWS, of_return
from tests.build import DAY, filled, good
from tests.months import STILL, banned, mending, send, send_for, surveyed, workbook
from views import Scope
from views.answers import gap, under_zero

REACHES = (None, Reach(("652301",)), Reach(("652302",)))
CLEAN = {"nc_end": 0, "nc_mom": -100, "nc_ytd": -100, "progress": "整改计划已获批准"}
STAYS = {**CLEAN, "nc_mom": 0}
CHECKED, ACCEPTED = DAY(2016, 11, 29), DAY(2016, 12, 29)
NOT_YET = {"handed_over": "否", "handover_date": None}
# rule, column; what the month before said otherwise, what breaks the rule in the next, and what keeps it
MENDING = [
    ("X10", "scale_mom", {}, {"scale_mom": -1}, {}),
    ("X10", "nc_mom", {}, {"nc_mom": -1}, {}),
    ("X28", "scale_init", {}, {"scale_init": 510, "scale_ytd": -60}, {}),
    ("X28", "nc_init", {}, {"nc_init": 110, "nc_ytd": -30}, {}),
    (
        "X16",
        "scale_end",
        {},
        {"scale_end": 4501, "scale_mom": 4051, "scale_ytd": 4001},
        {"scale_end": 4500, "scale_mom": 4050, "scale_ytd": 4000},
    ),
    (
        "X16",
        "scale_end",
        {"nc_end": 0, "nc_mom": -100, "nc_ytd": -100},
        {"scale_end": 0.05, "scale_mom": -449.95, "scale_ytd": -499.95, "nc_end": 0, "nc_ytd": -100},
        {"scale_end": 1, "scale_mom": -449, "scale_ytd": -499, "nc_end": 0, "nc_ytd": -100},
    ),
    (
        "X16",
        "nc_end",
        {"nc_end": 8, "nc_mom": -92, "nc_ytd": -92},
        {"nc_end": 81, "nc_mom": 73, "nc_ytd": -19},
        {"nc_end": 79, "nc_mom": 71, "nc_ytd": -21},
    ),
    ("X29", "progress", {}, {"progress": "出具整改意见"}, {"progress": "整改计划已获批准"}),
    ("X29", "rectify_status", {"rectify_status": "转入取缔类"}, {}, {"rectify_status": "转入取缔类"}),
    (
        "X29",
        "rectify_status",
        {**CLEAN, "rectify_status": "已完成整改"},
        STAYS,
        {**STAYS, "rectify_status": "已完成整改"},
    ),
]
BANNED = [
    ("X29", "handed_over", {}, NOT_YET, {}),
    ("X30", "ban_dest", {"ban_dest": "转入处非机制"}, {}, {"ban_dest": "转入处非机制"}),
]


def names(stories, word):
    return [f"示例{word}{n}公司" for n in range(len(stories))]


def across(outcome):
    """What the rules between returns say: the sheet's return, the cell's row, the rule and the column."""
    found = [(p.return_, p.row, p.rule, p.column) for p in outcome.judgement.problems]
    own = {str(c.name) for schema in RETURNS.values() for c in schema.checks} - {"X10"}
    return [each for each in found if each[2] not in own]


def month_of(which):
    """The rows of a month: what was said before (2), what breaks the rules (3), or what keeps them (4)."""
    still = STILL if which > 2 else {}
    return {
        "rectification": [
            mending(name, **{**still, **story[which]})
            for name, story in zip(names(MENDING, "整"), MENDING, strict=True)
        ],
        "ban": [
            banned(name, **story[which]) for name, story in zip(names(BANNED, "取"), BANNED, strict=True)
        ],
    }


def test_what_contradicts_the_month_before_is_told_at_its_cell_and_what_follows_from_it_is_not(store):
    assert across(send_for(store, "monthly_07", **month_of(2))) == []
    broken = send_for(store, "monthly_08", **month_of(3))
    expected = [
        (code, 4 + n, story[0], story[1])
        for code, stories in (("rectification", MENDING), ("ban", BANNED))
        for n, story in enumerate(stories)
    ]
    assert sorted(across(broken)) == sorted(expected)
    assert broken.judgement.verdict == "refused"
    kept = send_for(store, "monthly_08", later=1, **month_of(4))
    assert (across(kept), kept.judgement.verdict) == ([], "acceptable")


def test_a_change_is_held_only_against_the_period_right_before(store):
    send_for(store, "monthly_07", rectification=[mending()])
    outcome = send_for(
        store, "monthly_09", rectification=[mending(scale_mom=-7, scale_init=600, scale_ytd=-150)]
    )
    assert across(outcome) == [("rectification", 4, "X28", "scale_init")]


def test_what_went_to_the_mechanism_against_illegal_funds_is_mended_by_nobody(store):
    send_for(store, "monthly_07", ban=[banned(ban_dest="转入处非机制")])
    outcome = send_for(store, "monthly_08", rectification=[mending()])
    assert across(outcome) == [("rectification", 4, "X30", "entity_name")]
    send_for(store, "monthly_07", later=40, ban=[banned()])
    assert across(send_for(store, "monthly_08", later=41, rectification=[mending()])) == []


def test_an_institution_of_the_last_period_that_is_not_there_is_told_once_and_names_its_receipt(store):
    first = send_for(store, "monthly_07", rectification=[mending(), mending("示例乙公司")])
    outcome = send_for(store, "monthly_08", rectification=[mending(**STILL)])
    assert across(outcome) == [("rectification", 0, "X15", "entity_name")]
    (told,) = [p for p in outcome.judgement.problems if p.rule == "X15"]
    assert (told.value, told.cell) == ("示例乙公司", "")
    assert first.receipt.no in told.message
    moved = send_for(
        store, "monthly_08", later=1, rectification=[mending(**STILL)], ban=[banned("示例乙公司")]
    )
    assert across(moved) == []


@pytest.mark.parametrize("matter", ["monthly_07", "monthly_08"])
def test_a_zero_report_over_institutions_that_stood_names_each_of_them(store, matter):
    send_for(store, "monthly_07", rectification=[mending(), mending("示例乙公司")])
    nothing = send_for(store, matter, later=1)
    assert across(nothing) == [("rectification", 0, "X15", "entity_name")] * 2
    missing = gap.fetch(store.con.cursor(), Scope(None, dt.date(2016, 10, 8), None))
    assert set(missing["entity_name"]) == {"示例甲网络科技有限公司", "示例乙公司"}


def test_an_institution_that_turns_up_under_a_zero_report_is_told_to_whoever_reports_it(store):
    zero = send_for(store, "county_survey", survey_p2p=[surveyed("survey_p2p", "示例甲网络科技有限公司")])
    other = mending("示例丙公司", field="股权众筹", lead_unit="州金融办")
    outcome = send_for(store, "monthly_07", rectification=[mending(), other])
    assert across(outcome) == [("rectification", 5, "X14", "entity_name")]
    assert zero.receipt.no in outcome.judgement.problems[-1].message
    assert outcome.judgement.verdict == "acceptable"
    asked = [under_zero.fetch(store.con, Scope(None, DAY(2016, 12, 31), reach)) for reach in REACHES]
    said = ["unit", "field_title", "submission", "entity_name"]
    here = ["652301", "股权众筹", zero.receipt.no, "示例丙公司"]
    assert [rows[said].to_numpy().tolist() for rows in asked] == [[here], [here], []]


def test_and_to_whoever_says_zero_where_others_tell_of_somebody(store):
    other = mending("示例丙公司", field="股权众筹", lead_unit="州金融办")
    send_for(store, "monthly_07", rectification=[other])
    outcome = send_for(store, "county_survey", later=30, survey_p2p=[surveyed("survey_p2p", "示例丁公司")])
    assert across(outcome) == [("survey_crowdfunding", 0, "X14", "entity_name")]
    assert "示例丙公司" in outcome.judgement.problems[-1].message


def lead_says(store, *rows, later=0):
    filing = {"doc_title": "摸查结果", "doc_date": DAY(2016, 7, 8), "signer": "示例丁"}
    return send_for(store, "field_survey", "CBRC", later=later, filing=[filing], survey_p2p=list(rows))


def test_a_lead_s_result_is_held_against_what_its_territories_said(store):
    county = [surveyed("survey_p2p", f"示例{n}公司", n, stock_scale=500.004) for n in range(2)]
    send_for(store, "county_survey", survey_p2p=county)
    same = [surveyed("survey_p2p", f"示例{n}公司", n) for n in range(2)]
    elsewhere = surveyed("survey_p2p", "示例阜康公司", 9, territory="阜康市")  # which has not answered
    assert across(lead_says(store, *same, elsewhere)) == []
    outcome = lead_says(store, same[0], surveyed("survey_p2p", "示例1公司", 1, stock_scale=501), later=1)
    assert across(outcome) == [("survey_p2p", 0, "X31", "stock_scale")]
    assert "1000" in outcome.judgement.problems[-1].message


def test_who_passes_acceptance_has_finished_before_and_who_is_inspected_was_found_before(store):
    working, gone, away, unknown = (f"示例{word}公司" for word in "整取移无")
    of_field = {"field": "股权众筹", "lead_unit": "州金融办"}
    rows = {
        "rectification": [mending(working, **of_field), mending()],
        "ban": [banned(gone, **of_field, **NOT_YET), banned(away, **of_field, ban_dest="转入处非机制")],
    }
    send_for(store, "monthly_07", **rows)
    seen = send(
        store, filled("inspection", good("inspection"), good("inspection", entity_name=unknown)), CHECKED
    )
    assert across(seen) == [("inspection", 5, "X33", "entity_name")]
    passed = [good("acceptance", entity_name=name) for name in (working, gone, away, unknown)]
    told = send(store, filled("acceptance", *passed), ACCEPTED)
    assert sorted(across(told)) == [
        ("acceptance", 4, "X34", "result"),
        ("acceptance", 5, "X34", "result"),
        ("acceptance", 6, "X30", "result"),
        ("acceptance", 7, "X33", "entity_name"),
    ]
    assert told.judgement.verdict == "acceptable"
    assert any("整改落实进展监测明细表最近填的是正在整改" in p.message for p in told.judgement.problems)
    done = mending(working, **{**of_field, **STILL, **STAYS, "rectify_status": "已完成整改"})
    send_for(store, "monthly_07", later=1, **{**rows, "rectification": [done, mending()]})
    again = send(store, filled("acceptance", *passed[::-1]), ACCEPTED + dt.timedelta(1))
    assert sorted(row for _, row, _, _ in across(again)) == [5, 6]  # in row 7 stands who has finished


@pytest.mark.parametrize("return_", list(ROWS))
def test_every_rule_says_what_how_why_and_how_grave(return_):
    for check in of_return(return_):
        facts = check.statistics
        assert facts["on"] in RETURNS[return_].columns
        assert all(facts[key] for key in ("wrong", "mend", "basis", "level"))


def test_what_must_be_mended_first_of_a_workbook_comes_before_the_rules_between_returns(store):
    send_for(store, "monthly_07", rectification=[mending()])
    wrong = send_for(store, "monthly_08", rectification=[mending(**STILL, risk_level="很高")])
    assert across(wrong) == [("rectification", 4, "isin", "risk_level")]
    assert is_held_back(wrong.judgement)
    leapt = send_for(store, "monthly_08", later=1, rectification=[mending(scale_mom=-7)])
    assert leapt.judgement.verdict == "refused"
    assert not is_held_back(leapt.judgement)
    fine = send_for(store, "monthly_08", later=2, rectification=[mending(**STILL)])
    assert not is_held_back(fine.judgement)


def test_away_from_the_records_the_rules_are_listed_as_unchecked():
    judgement = offline(
        judge(workbook("monthly_08", rectification=[mending(**STILL)]), arrived_on=DAY(2016, 9, 5))
    )
    unasked = [(u.sheet, u.rule) for u in judgement.unchecked if u.because == OFFLINE]
    rules = ["X10", "X28", "X16", "X29", "X30", "X14", "X32", "X15"]
    sheet, other = "整改落实进展监测明细表", "取缔类机构处置明细表"
    assert unasked == [*((sheet, rule) for rule in rules), (other, "X15")]
    assert judgement.verdict == "acceptable"
    assert not [p for p in judgement.problems if p.level == MUST]
