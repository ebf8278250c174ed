"""What the units tell of their own parts: every matter once, by its number, as it was told last."""

import datetime as dt

from pipelines import intake
from schemas.access import Account
from tests.acting import do
from tests.build import DAY, filled, good
from views import Scope
from views.answers import cases, work

SCOPE = Scope(None, DAY(2016, 7, 20), None)
CAUGHT = {"kind": "追赃挽损", "recovered": 120, "repaid": 30}
POLICE = Account("police", "示例警", "PSB", ("unit",))
SETTLED = {"state": "已办结", "result": "已结案"}


def told(store, *rows, day=8):
    """Hand in one workbook of the matter; gives the answer after it."""
    when = dt.datetime(2016, 7, day, 2, tzinfo=dt.UTC)
    sent = intake.receive(
        store,
        filled("work_record", *(good("work_record", **row) for row in rows)),
        f"{day}.xlsx",
        "示例甲",
        received_at=when,
        reason="补登",
    )
    assert sent.judgement.verdict == "acceptable", sent.judgement.problems
    return work.fetch(store.con, SCOPE)


def test_a_matter_told_again_counts_once_as_it_was_told_last(store):
    assert told(store, CAUGHT, {"serial": "2016-02"})["told"].sum() == 2
    rows = told(store, {**CAUGHT, **SETTLED, "serial": "2016-1"}, day=12)
    caught = rows[rows["kind"] == "追赃挽损"]
    assert rows["told"].sum() == 2
    assert caught[["settled", "recovered", "repaid"]].to_numpy().tolist() == [[1, 120.0, 30.0]]


def test_what_names_a_territory_and_a_field_can_be_narrowed_by_them(store):
    placed = {"territory": "木垒", "field": "第三方支付", "serial": "3"}
    rows = told(store, placed, {"serial": "4"}, {"serial": "5"})
    assert sorted(zip(rows["territory"], rows["field"], rows["told"], strict=True)) == [
        ("", "", 2),
        ("木垒哈萨克自治县", "第三方支付", 1),
    ]
    assert work.by_kind(rows)["told"].tolist() == [3]


def test_nothing_told_is_an_empty_answer(store):
    assert work.fetch(store.con, SCOPE).empty


def test_what_names_a_next_step_is_followed_until_it_is_settled(store):
    step = {"next_step": "移送起诉", "next_due": DAY(2016, 7, 15)}
    told(store, step, {"serial": "2016-02"})
    (case,) = [row for row in cases.fetch(store.con, SCOPE).to_dict("records") if row["source"] == "work"]
    assert (case["no"], case["unit"], case["next_step"]) == ("办-PSB-2016-01", "PSB", "移送起诉")
    assert (case["state"], case["light"], case["days"]) == (cases.OPEN, "overdue", 3)
    do(store, "case_received", case["case"], POLICE)
    told(store, {**step, **SETTLED}, day=18)
    (case,) = [row for row in cases.fetch(store.con, SCOPE).to_dict("records") if row["source"] == "work"]
    assert (case["state"], case["reply_state"]) == (cases.CLOSED, "received")
    before = cases.fetch(store.con, Scope(None, DAY(2016, 7, 16), None))
    assert before.loc[before["source"] == "work", "state"].tolist() == [cases.OPEN]
