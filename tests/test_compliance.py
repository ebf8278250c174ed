"""Deadline compliance: five answers, dated duties, joint leads, registers, and 0 ≤ on time ≤ accepted ≤
received.
"""

import datetime as dt
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import views
from pipelines import intake
from pipelines.keeping import ddl, opening, warehouse
from pipelines.writing import template
from schemas.plan import PLAN
from tests.build import COVER, DAY, SURVEY, filled, good
from tests.conftest import examples
from views import Scope
from views.answers import compliance, league, registered
from views.figures import headline, owed

EARLY = {**COVER, "fill_date": DAY(2016, 6, 28), "data_as_of": DAY(2016, 6, 28)}
JULY = {**COVER, "fill_date": DAY(2016, 7, 5), "data_as_of": DAY(2016, 7, 4)}
MONTH_END = {**COVER, "fill_date": DAY(2016, 8, 4), "data_as_of": DAY(2016, 7, 31)}
SHANGHAI = dt.timezone(dt.timedelta(hours=8))


def at(month, day, hour=10, minute=0):
    return dt.datetime(2016, month, day, hour, minute, tzinfo=SHANGHAI).astimezone(dt.UTC)


def lights(store, obligation, as_of, unit=None, field=None):
    """The status of a matter's duties, by unit and field."""
    rows = compliance.fetch(store.con, Scope(None, as_of, None))
    rows = rows[rows["obligation"] == obligation]
    found = {(r.unit, r.field): r.status for r in rows.itertuples()}
    return {k: v for k, v in found.items() if unit in {None, k[0]} and field in {None, k[1]}}


def survey(answers, **more):
    """昌吉市's survey with an answer in words for each field; rows for 有数."""
    fields = list(PLAN.fields.values())
    lines = {f.title: (answers.get(f.field), "12", "依据") for f in fields}
    rows = {f.title: [{**SURVEY, "field": f.title, **more}] for f in fields if answers.get(f.field) == "有数"}
    return template.template("652301", "county_survey", rows=rows, lines=lines, cover=COVER)


def send(store, content, when):
    outcome = intake.receive(store, content, "报送.xlsx", "示例甲", received_at=when)
    return outcome.judgement.verdict


def test_the_last_minute_of_the_due_day_is_on_time_and_the_next_is_late(store):
    assert send(store, survey(dict.fromkeys("ABC", "有数")), at(7, 8, 23, 59)) == "acceptable"
    assert send(store, survey(dict.fromkeys("DEF", "零报告")), at(7, 9, 0, 0)) == "acceptable"
    found = lights(store, "county_survey", DAY(2016, 7, 11), unit="652301")
    assert [found["652301", f] for f in "ABCDEF"] == ["on_time"] * 3 + ["late"] * 3


def test_the_five_answers_are_told_apart(store):
    answers = {"A": "有数", "B": "零报告", "C": "不适用", "D": "未完成"}
    assert send(store, survey(answers), at(7, 8)) == "acceptable"
    found = lights(store, "county_survey", DAY(2016, 7, 11), unit="652301")
    assert [found["652301", f] for f in "ABCDEF"] == ["on_time"] * 3 + ["overdue"] * 3


def test_an_earlier_day_knows_nothing_of_what_came_later(store):
    send(store, survey({"A": "有数"}), at(7, 8))
    assert lights(store, "county_survey", DAY(2016, 7, 7), "652301", "A") == {("652301", "A"): "urgent"}
    assert lights(store, "county_survey", DAY(2016, 7, 1), "652301", "A") == {("652301", "A"): "soon"}
    assert lights(store, "county_survey", DAY(2016, 6, 30), "652301", "A") == {("652301", "A"): "pending"}


def test_a_refused_return_is_not_in_and_says_returned_until_it_is_due(store):
    assert send(store, survey({"A": "有数"}, risk_level="较高"), at(7, 6)) == "refused"
    assert lights(store, "county_survey", DAY(2016, 7, 7), "652301", "A") == {("652301", "A"): "returned"}
    assert lights(store, "county_survey", DAY(2016, 7, 9), "652301", "A") == {("652301", "A"): "overdue"}


def test_on_time_is_judged_by_the_first_accepted_version_and_a_later_one_does_not_make_it_late(store):
    send(store, survey({"A": "有数"}), at(7, 8))
    send(store, survey({"A": "有数"}, stock_scale=700), at(7, 20))
    assert lights(store, "county_survey", DAY(2016, 12, 31), "652301", "A") == {("652301", "A"): "on_time"}


def filing(unit, obligation, *fields):
    titles = {f: f"报送单-{PLAN.fields[f].title}" for f in fields}
    row = {"doc_title": "分领域方案", "doc_date": DAY(2016, 6, 28), "signer": "示例丁"}
    rows = {t: [{**row, "field": PLAN.fields[f].title}] for f, t in titles.items()}
    return template.template(unit, obligation, rows=rows, cover=EARLY,
                             lines=dict.fromkeys(titles.values(), ("有数", None, None)))  # fmt: skip


def test_a_joint_lead_hands_in_for_all_and_counts_once(store):
    assert send(store, filing("INS", "field_plan", "C"), at(6, 29)) == "acceptable"
    assert send(store, filing("FIN", "field_plan", "C"), at(6, 30)) == "acceptable"
    rows = compliance.fetch(store.con, Scope("scheme", DAY(2016, 6, 30), None))
    mine = rows[(rows["obligation"] == "field_plan") & (rows["field"] == "C")]
    assert mine[["unit", "status", "at_least"]].to_numpy().tolist() == [["FIN", "on_time", 1]]


def test_a_unit_that_does_not_lead_a_field_cannot_hand_in_for_it(store):
    outcome = intake.receive(store, filing("FIN", "field_plan", "B"), "x.xlsx", "示例甲", unit="PBC")
    assert outcome.judgement.verdict == "refused"


def briefs(*serials):
    return filled("brief", *[good("brief", serial=s) for s in serials], cover=JULY)


def test_two_briefs_are_on_time_by_the_day_of_the_second(store):
    send(store, briefs("1"), at(7, 5))
    assert lights(store, "brief_survey", DAY(2016, 7, 20), "FIN") == {("FIN", ""): "urgent"}
    send(store, briefs("1", "2"), at(7, 22))
    assert lights(store, "brief_survey", DAY(2016, 7, 31), "FIN") == {("FIN", ""): "late"}


def test_a_brief_sent_twice_counts_once(store):
    send(store, briefs("1"), at(7, 5))
    send(store, filled("brief", good("brief", serial="1", headline="更正后的标题"), cover=JULY), at(7, 6))
    assert lights(store, "brief_survey", DAY(2016, 7, 21), "FIN") == {("FIN", ""): "overdue"}


@pytest.mark.parametrize(
    ("one", "same"), [("001", "1"), ("2016-01", "2016-1"), ("a 7", "A07"), ("第３期", "第3期")]
)
def test_a_number_written_in_two_ways_is_one_entry(store, one, same):
    send(store, briefs(one), at(7, 5))
    send(store, filled("brief", good("brief", serial=same, headline="更正后的标题"), cover=JULY), at(7, 6))
    assert lights(store, "brief_survey", DAY(2016, 7, 21), "FIN") == {("FIN", ""): "overdue"}


@pytest.mark.parametrize(("one", "other"), [("10", "1"), ("100", "010"), ("2016-10", "2016-1"), ("A1", "B1")])
def test_different_numbers_stay_different(store, one, other):
    send(store, briefs(one, other), at(7, 5))
    assert lights(store, "brief_survey", DAY(2016, 7, 21), "FIN") == {("FIN", ""): "on_time"}


def test_a_meeting_counts_for_the_half_month_in_which_it_was_held_however_late_it_is_entered(store):
    meetings = filled("meeting", good("meeting"), good("meeting", held_on=DAY(2016, 7, 27)))
    send(store, meetings, at(8, 3))
    assert lights(store, "meeting_07a", DAY(2016, 8, 2)) == {("LG", ""): "overdue"}
    assert lights(store, "meeting_07a", DAY(2016, 8, 3)) == {("LG", ""): "on_time"}
    assert lights(store, "meeting_07b", DAY(2016, 8, 3)) == {("LG", ""): "on_time"}
    assert lights(store, "meeting_08a", DAY(2016, 8, 20)) == {("LG", ""): "overdue"}


def test_two_meetings_of_two_half_months_sent_for_one_are_told(store):
    for nth, held_on in enumerate((DAY(2016, 7, 12), DAY(2016, 7, 18))):
        send(store, filled("meeting", good("meeting", held_on=held_on)), at(7, 19, 10 + nth))
    rows = registered.fetch(store.con, Scope(None, DAY(2016, 7, 20), None))
    assert list(rows["counts_for"]) == ["meeting_07a", "meeting_07b"]
    said = headline.strayed(rows, "meeting_07a")
    assert "登记了 2 条，分属 2 个时段：7月12日（7月上半月工作例会）、7月18日（7月下半月工作例会）" in said
    assert headline.strayed(rows[:1], "meeting_07a") == ""
    assert headline.strayed(rows, "meeting_07b") == ""


def test_lateness_is_counted_in_working_days_of_the_place(store):
    assert (
        send(store, filled("rectification", good("rectification"), cover=MONTH_END), at(8, 8)) == "acceptable"
    )
    rows = compliance.fetch(store.con, Scope(None, DAY(2016, 9, 19), None))
    mine = rows[(rows["unit"] == "652301") & rows["obligation"].isin(["monthly_07", "monthly_08"])]
    assert mine[["status", "days"]].to_numpy().tolist() == [
        ["late", 1],
        ["overdue", 5],
    ]  # 古尔邦节、中秋 are off


def test_a_matter_of_two_sheets_is_in_only_when_both_are_answered(store):
    unfinished = {"取缔类机构处置明细表": ("未完成", None, None)}
    send(store, filled("rectification", good("rectification"), lines=unfinished, cover=MONTH_END), at(8, 4))
    assert lights(store, "monthly_07", DAY(2016, 8, 8), "652301") == {("652301", ""): "overdue"}
    assert (
        send(store, filled("rectification", good("rectification"), cover=MONTH_END), at(8, 8)) == "acceptable"
    )
    assert lights(store, "monthly_07", DAY(2016, 8, 8), "652301") == {("652301", ""): "late"}


def test_nothing_is_due_before_the_campaign_and_no_phase_is_left_out(store):
    rows = compliance.fetch(store.con, Scope(None, DAY(2016, 6, 1), None))
    assert set(rows["status"]) == {"pending"}
    assert len(rows) == len(PLAN.duties)
    assert set(rows["phase"]) == set(PLAN.phases)


def test_what_is_owed_on_a_day_is_neither_met_nor_missed_before_it_is_over(store):
    send(store, briefs("1", "2"), at(7, 5))
    for day in sorted({each.due for each in PLAN.obligations.values()})[::9]:
        for phase in (None, *PLAN.phases):
            rows = compliance.fetch(store.con, Scope(phase, day, None))
            assert (rows["is_due"] == (rows["due"].dt.date < day)).all()
            assert "overdue" not in set(rows.loc[~rows["is_due"], "status"])
            counts, units = owed.count(rows), league.fetch(store.con, Scope(phase, day, None))
            over = rows[~rows["is_apart"] & (rows["due"].dt.date < day)]
            assert counts["due"] == len(over) == counts["filed"] + counts["unfiled"]
            alone = over[over["group_name"] != "field"].groupby("unit").size()
            assert (units.set_index("unit")["due_count"].reindex(alone.index) >= alone).all()
            assert not (units[~units["is_apart"]]["due_count"].any() and over.empty)


def test_on_the_due_day_itself_one_that_is_in_counts_no_more_than_one_that_is_not(store):
    send(store, briefs("1", "2"), at(7, 5))
    rows = compliance.fetch(store.con, Scope(None, DAY(2016, 7, 20), None))
    mine = rows[rows["obligation"] == "brief_survey"].set_index("unit")
    assert (mine["status"]["FIN"], mine["status"]["PBC"]) == ("on_time", "urgent")
    ranks = league.fetch(store.con, Scope("survey", DAY(2016, 7, 20), None)).set_index("unit")
    later = league.fetch(store.con, Scope("survey", DAY(2016, 7, 21), None)).set_index("unit")
    assert (later["due_count"] - ranks["due_count"]).reindex(["FIN", "PBC"]).tolist() == [1, 1]
    assert (later["on_time"] - ranks["on_time"]).reindex(["FIN", "PBC"]).tolist() == [1, 0]


def test_no_duty_is_lost_however_far_its_day_lies_and_lateness_goes_on(tmp_path, monkeypatch):
    far = dt.date(2019, 3, 4)
    moved = {
        code: each.model_copy(update={"due": far}) if code == "brief_survey" else each
        for code, each in PLAN.obligations.items()
    }
    plan = replace(PLAN, obligations=moved)
    monkeypatch.setattr(ddl, "PLAN", plan)
    con = opening.of_file(warehouse.connect(":memory:")).con
    views.install(con)
    for day in (DAY(2016, 6, 1), DAY(2016, 12, 31), far, far + dt.timedelta(400), DAY(2099, 1, 1)):
        assert len(compliance.fetch(con, Scope(None, day, None))) == len(plan.duties)
    late = [
        compliance.fetch(con, Scope(None, far + dt.timedelta(n), None))
        .set_index("obligation")["days"]["brief_survey"]
        .max()
        for n in (30, 400, 1200)
    ]
    assert late == sorted(set(late))
    con.close()


@cache
def sendable(what, n):
    """The nth workbook of its kind: junk, one with a fault, or 昌吉市's survey with data for the fields
    named.
    """
    if what == "junk":
        return b"junk"
    fields, fault = ("A", {"risk_level": "坏"}) if what == "bad" else (what, {"stock_scale": 500 + n})
    return survey(dict.fromkeys(fields, "有数"), **fault)


CONTENTS = st.sampled_from(["A", "AB", "F", "bad", "junk"])
SENDINGS = st.lists(st.tuples(CONTENTS, st.integers(1, 20), st.integers(0, 23)), max_size=4)


@pytest.mark.slow
@settings(
    max_examples=examples("orders of arrival"), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(SENDINGS)
def test_on_time_is_within_accepted_within_received_whatever_comes(tmp_path_factory, sendings):
    opened = intake.open_store(tmp_path_factory.mktemp("campaign"))
    views.install(opened.con)
    for n, (what, day, hour) in enumerate(sendings):
        send(opened, sendable(what, n), at(7, day, hour))
    for as_of in (DAY(2016, 7, 5), DAY(2016, 7, 9), DAY(2016, 12, 31)):
        rows = compliance.fetch(opened.con, Scope(None, as_of, None))
        assert ((rows["accepted"] >= 0) & (rows["accepted"] <= rows["received"])).all()
        met = rows["status"].isin(["on_time", "late"])
        assert (met == rows["arrived"].notna()).all()
        assert (rows.loc[met, "accepted"] >= rows.loc[met, "at_least"]).all()
        assert (rows.loc[rows["status"].isin(["late", "overdue"]), "days"] >= 0).all()
    opened.con.close()


@pytest.mark.parametrize("phase", [None, *PLAN.phases])
def test_the_matrix_is_the_compliance_answer_gathered_by_subject(store, phase):
    send(store, survey({"A": "有数", "B": "零报告"}), at(7, 8))
    scope = Scope(phase, DAY(2016, 7, 11), None)
    cells = store.con.execute("FROM matrix(?, ?, NULL)", [scope.phase, scope.as_of]).df()
    duties = compliance.fetch(store.con, scope)
    assert cells["expected"].sum() == len(duties)
    assert cells["answered"].sum() == duties["status"].isin(["on_time", "late"]).sum()
