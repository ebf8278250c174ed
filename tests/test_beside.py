"""四(二): leads survey too. Whoever a lead and a territory tell of counts once; likenesses are told."""

import datetime as dt

import pytest

from pipelines import intake
from pipelines.records import of_pair
from pipelines.writing import template
from schemas.forms import forms
from schemas.likeness import SAME_CODE, SAME_NAME
from schemas.plan import PLAN
from tests.acting import NOON, OFFICE, do
from tests.build import COVER, IDS, filled, good
from views import Scope
from views.answers import beside, compliance, history, ledger

DAY = dt.date(2016, 7, 20)
SCOPE = Scope(None, DAY, None)
FOUND = {"source": "牵头部门排查"}
SLIP = good("filing", doc_title="示例摸查结果", doc_date=dt.date(2016, 7, 7))


@pytest.fixture
def con(store):
    return store.con


def row(name="示例甲公司", no=IDS[0], **other):
    """An institution that has nothing in common with one of another name."""
    house = f"示例{name[2]}路1号"
    own = {"legal_rep": f"示例{name[2]}", "reg_address": house, "biz_address": house}
    return good("survey_p2p", entity_name=name, id_no=no, **{**own, **other})


def send(store, content, hour):
    when = dt.datetime(2016, 7, 8, hour, tzinfo=dt.UTC)
    judgement = intake.receive(store, content, "表.xlsx", "示例甲", received_at=when, reason="示例").judgement
    assert judgement.verdict == "acceptable", [(p.cell, p.message) for p in judgement.problems]


def county(store, *rows, hour=1):
    send(store, filled("survey_p2p", *rows), hour)


def lead(store, *rows, hour=2, word="有数"):
    """The lead of P2P sends its slip and, with `word` as the answer, its own survey."""
    slip, survey = [f.title for f in forms("field_survey", "CBRC") if f.field == "A"]
    lines = {slip: ("有数", None, None), survey: (word, "12", None)}
    given = {slip: [SLIP], survey: rows}
    send(store, template.template("CBRC", "field_survey", rows=given, cover=COVER, lines=lines), hour)


def status(con):
    rows = compliance.fetch(con, Scope(None, dt.date(2016, 7, 11), None))
    return rows[(rows.obligation == "field_survey") & (rows.field == "A")].status.item()


def test_what_a_lead_alone_found_is_an_institution_of_its_source(store, con):
    county(store, row())
    lead(store, row("示例乙公司", IDS[2], territory="玛纳斯县", **FOUND))
    rows = ledger.fetch(con, SCOPE).set_index("entity_name")
    assert list(rows.loc["示例乙公司", ["territory", "source", "stock_scale"]]) == [
        "玛纳斯县",
        "牵头部门排查",
        500,
    ]
    assert len(rows) == 2
    assert beside.fetch(con, SCOPE).empty


@pytest.mark.parametrize("county_first", [True, False])
def test_who_is_told_of_by_both_counts_once_as_its_territory_says_and_a_difference_is_to_be_verified(
    store, con, county_first
):
    county(store, row(people_cnt=None) | {"people_cnt": 30}, hour=1 if county_first else 3)
    lead(store, row("示例 甲公司", stock_scale=700, people_cnt=31, **FOUND))
    (one,) = ledger.fetch(con, SCOPE).to_dict("records")
    assert (one["stock_scale"], one["people_cnt"], one["source"]) == (500, 30, "县市排查")
    (told,) = beside.fetch(con, SCOPE).to_dict("records")
    assert (told["entity"], told["likeness"]) == (one["entity"], beside.SAME)
    assert (told["stock_scale"], told["lead_stock_scale"], told["lead_people_cnt"]) == (500, 700, 31)
    assert (told["differing"], told["is_doubtful"]) == ("存量业务规模、涉及(投资)人数", True)
    assert told["lead_title"] == PLAN.units["CBRC"].title


def test_what_both_tell_alike_is_shown_and_not_to_be_verified(store, con):
    county(store, row())
    lead(store, row(**FOUND))
    (told,) = beside.fetch(con, SCOPE).to_dict("records")
    assert (told["differing"], told["is_doubtful"]) == ("", False)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"entity_name": "示例乙公司", "entity_code": None}, SAME_CODE),
        ({"entity_name": "示例乙公司", "id_no": IDS[2]}, SAME_CODE),
        ({"entity_name": "示例甲（有限公司）", "id_no": IDS[2], "entity_code": None}, SAME_NAME),
        ({"territory": "玛纳斯县", "id_no": IDS[2], "entity_code": None}, SAME_NAME),
    ],
)
def test_a_likeness_counts_separately_and_is_told_until_the_names_agree(store, con, other, words):
    mine = row(entity_code="A001")
    county(store, mine)
    lead(store, {**mine, **FOUND, **other})
    assert len(ledger.fetch(con, SCOPE)) == 2
    (told,) = beside.fetch(con, SCOPE).to_dict("records")
    assert (told["likeness"], told["is_doubtful"]) == (words, True)
    assert told["entity"] != told["lead_entity"]
    pair = of_pair(told["entity"], told["lead_entity"])
    do(store, "merged", pair, OFFICE, content={"kept": str(told["entity"])}, moment=NOON)
    (merged,) = beside.fetch(con, SCOPE).to_dict("records")
    assert (merged["likeness"], merged["lead_name"]) == (beside.SAME, told["lead_name"])
    assert len(ledger.fetch(con, SCOPE)) == 1
    do(store, "merge_undone", pair, OFFICE, moment=NOON)
    lead(store, {**mine, **FOUND}, hour=3)
    assert len(ledger.fetch(con, SCOPE)) == 1
    assert not beside.fetch(con, SCOPE).is_doubtful.any()


def test_who_is_like_nobody_is_no_likeness(store, con):
    county(store, row(entity_code="A001"))
    lead(store, row("示例乙公司", IDS[2], entity_code="A002", **FOUND), row("示例丙公司", IDS[3], **FOUND))
    assert beside.fetch(con, SCOPE).empty


def test_a_result_without_the_institutions_found_is_not_yet_in_and_a_nil_one_is(store, con):
    lead(store, word="未完成")
    assert status(con) == "overdue"
    lead(store, word="零报告", hour=3)
    assert status(con) == "on_time"


def test_the_story_of_an_institution_says_who_told_it(store, con):
    county(store, row())
    lead(store, row(stock_scale=700, **FOUND))
    (one,) = ledger.fetch(con, SCOPE).to_dict("records")
    told = history.fetch(con, SCOPE, one["entity"])
    stock = told[told.column_name == "stock_scale"]
    assert {(r.unit_title, float(r.value), r.is_current) for r in stock.itertuples()} == {
        ("昌吉市", 500.0, True),
        (PLAN.units["CBRC"].title, 700.0, True),
    }
