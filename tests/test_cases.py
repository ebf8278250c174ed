"""督办事项: what is listed, how it is lit, how it closes; what an account typed and did not send."""

import datetime as dt
import time

import pandas as pd
import pytest

from pipelines.keeping import secrets
from pipelines.keeping.drafts import KEPT, Drafts
from schemas.access import MENUS, SECTIONS, Account, Reach, rights, sections
from schemas.cases import SOURCES, TABS, of_duty, parted, text_of
from schemas.plan import PLAN
from tests.acting import (
    ASKED,
    CASE_OF,
    DAY,
    EARLY,
    MADE,
    NOON,
    ODD,
    OFFICE,
    OTHER,
    RESOLVED,
    SECOND,
    STEP,
    A,
    do,
    explain,
    extended,
    gap,
    item,
    odd,
    refused,
    send,
    to_explain,
)
from tests.build import IDS, filled, good
from tests.test_followed import END, case, told
from views import Scope
from views.answers import cases, compared, contact, correction
from views.answers import gap as missing
from views.answers.case_sources import ROWS
from views.figures import headline
from views.figures.filters import Filters

LATE = dt.date(2016, 8, 8)
SETTLED = CASE_OF["resolution"]


@pytest.fixture
def settled(store):
    do(store, "resolution_made", RESOLVED, OFFICE, content=MADE)
    return store


def test_every_source_is_declared_with_its_rows_and_its_part():
    assert set(SOURCES) == set(ROWS)
    assert {source.part for source in SOURCES.values()} == set(TABS)
    assert parted(text_of("duty", "a|b|")) == ("duty", "a|b|")
    assert parted("unheard|a") == ("", "")


def test_a_late_duty_is_one_case_and_closes_when_it_is_accepted(store):
    send(store, A, NOON + 3 * DAY)
    survey = [
        row
        for row in told(store, cases, LATE)
        if row["case"] == text_of("duty", of_duty("county_survey", "652301", "A"))
    ]
    assert [(row["state"], row["unit"], row["part"]) for row in survey] == [("closed", "652301", "sent")]
    before = [row for row in told(store, cases, dt.date(2016, 7, 9)) if row["case"] == survey[0]["case"]]
    assert [(row["state"], row["light"]) for row in before] == [("open", "overdue")]
    numbers = [row["no"] for row in told(store, cases, LATE)]
    assert len(set(numbers)) == len(numbers)


def test_every_open_case_says_who_does_what_by_when(settled):
    rows = [row for row in told(settled, cases, LATE) if row["state"] == "open"]
    assert rows
    assert all(row["unit_title"] and row["next_step"] and not pd.isna(row["by_when"]) for row in rows)


def test_slips_are_by_thresholds_of_the_plan_and_the_leading_group_gets_none(store):
    rows = [row for row in told(store, cases, LATE) if row["state"] == "open"]
    most = {slip.slip: slip.more_than for slip in sorted(PLAN.slips, key=lambda each: each.more_than)}
    for row in rows:
        due = [name for name, least in most.items() if row["days"] > least and row["light"] == "overdue"]
        assert row["slip"] == ("" if row["unit"] == "LG" else due[-1] if due else ""), row["no"]
    assert {row["slip"] for row in rows} >= {"red", "orange", "blue"}
    order = [["red", "orange", "blue", ""].index(row["slip"]) for row in rows]
    assert order == sorted(order)
    red = [row["days"] for row in rows if row["slip"] == "red"]
    assert red == sorted(red, reverse=True)


def test_what_is_to_be_verified_becomes_a_case_after_two_working_days_and_none_when_explained(store):
    send(store, odd())  # on a Friday
    assert case(store, "sent", dt.date(2016, 7, 12)) == []
    (row,) = case(store, "sent", dt.date(2016, 7, 13))
    assert (row["source"], row["next_step"], row["by_when"].day) == ("doubt", "说明 1 处", 12)
    explain(store, to_explain(store)[0])
    assert case(store, "sent") == []


def test_every_cell_to_be_verified_is_told_once(store):
    other = good("survey_p2p", entity_name="示例乙公司", id_no=IDS[1], people_cnt="约40")
    send(store, filled("survey_p2p", ODD, other, cover=EARLY))
    assert [row["value"] for row in to_explain(store)] == ["约30", "约40"]
    (row,) = case(store, "sent", dt.date(2016, 7, 13))
    assert (row["next_step"], row["note"]) == ("说明 2 处", "2 处")


def test_a_value_in_wide_digits_is_the_same_value(store):
    send(store, odd(people_cnt="约３０"))
    explain(store, to_explain(store)[0])
    send(store, odd(), NOON + DAY)
    assert [row["explained"] for row in to_explain(store)] == ["explained"]
    send(store, odd(people_cnt="约31"), NOON + 2 * DAY)
    assert [row["explained"] for row in to_explain(store)] == ["lapsed"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2016年11月23日", "2016-11-23", True),
        ("2016.8.1", "2016-08-01", True),
        ("20161115", "2016-11-15", True),
        ("２０１６年１１月１５号", "2016/11/15", True),
        ("2016-11-15 00:00:00", "2016-11-15", True),
        ("42689", "2016-11-15", True),  # what Excel makes of it
        ("1,200.50", "1200.5", True),
        ("１２００", "1200 ", True),
        ("2016-11-23", "2016-11-24", False),
        ("42689", "42690", False),
        ("91652301775010203", "91652301775010204", False),
        ("0123", "123", False),  # a code
        ("约3", "约4", False),
        ("", "0", False),
    ],
)
def test_a_value_that_is_written_otherwise_is_the_same(store, one, other, same):
    for pair in ((one, other), (other, one)):
        assert store.con.execute("SELECT says_same(?, ?)", pair).fetchone()[0] is same


def test_a_matter_settled_at_a_meeting_is_received_answered_and_closed_by_a_second_person(settled):
    store = settled
    assert "不在您的范围内" in refused(store, "case_received", SETTLED, OTHER)
    do(store, "case_received", SETTLED)
    do(store, "case_answered", SETTLED, content={"promised": dt.date(2016, 7, 27)}, reason="月底前办结")
    (row,) = case(store, "settled", LATE)
    assert (row["no"], row["reply"], row["reply_state"]) == ("例-01", "月底前办结", "answered")
    assert (row["by_when"].day, row["state"]) == (27, "open")
    do(store, "resolution_changed", RESOLVED, OFFICE, content={**STEP, "next_step": "补报处置凭据"})
    do(store, "closing_asked", SETTLED, OFFICE, reason="凭据齐全")
    assert "另一位" in refused(store, "closing_granted", SETTLED, OFFICE)
    (row,) = case(store, "settled", LATE)
    assert (row["state"], row["next_step"]) == ("review", "补报处置凭据")
    do(store, "closing_granted", SETTLED, SECOND, moment=NOON + DAY)
    assert [case(store, "settled", dt.date(2016, 7, day))[0]["state"] for day in (8, 9)] == [
        "review",
        "closed",
    ]
    do(store, "closing_undone", SETTLED, SECOND, moment=NOON + 2 * DAY)
    assert case(store, "settled")[0]["state"] == "open"


def test_closing_by_hand_needs_a_basis_and_a_case_that_is_there(store):
    assert "须写明理由" in refused(store, "closing_asked", CASE_OF["duty"], OFFICE, reason="")
    for strange in ("resolution|652301|x", "unheard|652301", "duty|nothing|652301|", "resolution|XX|t"):
        assert "没有这一项" in refused(store, "closing_asked", strange, OFFICE)
    assert "没有这一项" in refused(store, "resolution_made", "XX|t", OFFICE, content=MADE)
    past = {**MADE, "by_when": dt.date(2016, 7, 1)}
    assert "不早于今天" in refused(store, "resolution_made", RESOLVED, OFFICE, content=past)


def test_an_item_is_answered_with_a_reason_corrected_and_lifted(store):
    subject = item(store, send(store))
    do(store, "correction_ordered", subject, OFFICE, content=ASKED)
    do(store, "correction_answered", subject, reason="与对账单一致")
    (row,) = told(store, correction)
    assert (row["standing"], row["reply"], row["replied_by"]) == ("answered", "与对账单一致", "示例甲")
    do(store, "correction_ordered", subject, OFFICE, content={**ASKED, "requirement": "请附对账单"})
    (row,) = told(store, correction)
    assert (row["standing"], row["requirement"]) == ("overdue", "请附对账单")
    do(store, "correction_lifted", subject, SECOND)
    assert [r["standing"] for r in told(store, correction)] == ["lifted"]
    assert case(store, "sent") == []
    bad = send(store, filled("survey_p2p", good("survey_p2p", legal_rep=None)))
    assert store.con.execute("SELECT count(*) FROM cell_told() WHERE submission = ?", [bad]).fetchone() == (
        0,
    )


def test_an_institution_that_is_missing_is_answered_for_and_names_the_other(store):
    subject = gap(store)
    (row,) = told(store, missing)
    assert (row["entity_name"], row["fate"]) == ("示例乙公司", "")
    assert "须写明是哪里" in refused(store, "gap_answered", subject, content={"fate": "与另一家是同一家"})
    assert "不在" in refused(store, "gap_answered", subject, content={"fate": "不清楚"})
    do(
        store,
        "gap_answered",
        subject,
        content={"fate": "与另一家是同一家", "another": "示例甲网络科技有限公司"},
    )
    (row,) = told(store, missing)
    assert (row["fate"], row["another"]) == ("与另一家是同一家", "示例甲网络科技有限公司")
    assert told(store, missing, dt.date(2016, 7, 7)) == []


def test_a_version_is_held_against_the_one_before_by_institution_and_by_totals(store):
    gap(store)
    scope, con = Scope(None, END, Reach(("652301",))), store.con.cursor()
    first, last = [no for no, _ in store.archive.verdicts()]
    assert compared.sides(con, scope, first).version == ""
    of = compared.sides(con, scope, last)
    assert (of.version, of.period) == (first, "")
    made = compared.differences(con, scope, of, compared.VERSION)
    assert (made.alike, list(made.rows["kind"])) == (1, ["缺行"])
    totals = compared.totals(con, scope, of).set_index(["whose", "title"])
    assert tuple(totals.loc[("全州", "排查机构"), ["before", "after"]]) == (2, 1)
    assert tuple(totals.loc[("昌吉市", "排查机构"), ["before", "after"]]) == (2, 1)
    assert compared.sides(con, Scope(None, END, Reach(("652302",))), last) is None
    assert compared.totals(con, Scope(None, END, Reach(("652302",))), of).empty


def test_a_month_is_held_against_the_month_before(store):
    def month(obligation, came, **row):
        content = filled("rectification", good("rectification", **row))
        return send(store, content, came)

    august = month("monthly_07", dt.datetime(2016, 8, 29, 4, tzinfo=dt.UTC))
    changed = month(
        "monthly_07", dt.datetime(2016, 8, 30, 4, tzinfo=dt.UTC), scale_end=440, scale_mom=-60, scale_ytd=-60
    )
    con, scope = store.con.cursor(), Scope(None, END, None)
    of = compared.sides(con, scope, changed)
    rows = compared.differences(con, scope, of, compared.VERSION).rows
    assert of.version == august
    told_ = {row.title: (row.before, row.after, row.change) for row in rows.itertuples()}
    assert told_["月末机构存量规模"] == ("450", "440", -10)
    assert PLAN.period_before("monthly_10") == "monthly_09"
    assert PLAN.period_before("county_survey") == ""


def test_what_was_extended_is_told_beside_the_rate(store):
    extended(store)
    send(store, A, NOON + 3 * DAY)
    con, scope = store.con.cursor(), Scope(None, dt.date(2016, 7, 20), Reach(("652301",)))

    def ask(fetch, *asked):
        return fetch(con, *asked)

    told_ = [card.base for card in headline.rates(ask, scope, Filters())]
    assert [base for base in told_ if "含延期 6 项" in base]  # of the six fields of one matter


def test_telephones_of_the_roster_are_told_to_those_who_need_them(store):
    send(store, filled("roster", good("roster", contact_phone="13900000000")))
    assert [row["telephone"] for row in told(store, contact)] == [""]
    assert [row["telephone"] for row in told(store, contact, people=None)] == ["13900000000"]
    assert [row["telephone"] for row in told(store, contact, people=Reach(("PSB",)))] == [""]


def test_a_menu_has_at_most_seven_words_and_every_page_of_it_stands_once():
    for role, menu in MENUS.items():
        made = sections(Account("a", "示例甲", "OF", (role,)))
        assert sorted(name for names in made.values() for name in names) == sorted(menu)
        assert len(made[""]) + len(made) - 1 <= 7, role
        assert {name for names in SECTIONS.get(role, {}).values() for name in names} <= set(menu)
        if role != "administrator":
            assert "cases" in menu
            assert rights(Account("a", "示例甲", "OF", (role,)), "cases")


def test_a_draft_is_of_one_account_and_gone_when_sent_or_after_a_month(tmp_path, monkeypatch):
    rows = secrets.FileRows(tmp_path / "door.sqlite")
    drafts = Drafts(rows)
    drafts.keep("a", "case_answered x", "先这样写")
    drafts.keep("a", "case_answered x", "再这样写")
    assert drafts.words("a", "case_answered x") == "再这样写"
    assert drafts.words("b", "case_answered x") == drafts.words("a", "explained x") == ""
    now = time.time()
    monkeypatch.setattr("pipelines.keeping.drafts.time.time", lambda: now + KEPT + 60)
    assert drafts.words("a", "case_answered x") == ""
    drafts.drop("b", "anything")
    assert rows.ask("SELECT count(*) FROM door_draft") == [(0,)]
    rows.close()
