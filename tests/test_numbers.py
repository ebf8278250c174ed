"""编号: what the program gives as a sending is accepted, and what the office corrects."""

from pipelines import intake
from pipelines.findings import next_finding
from pipelines.records import of_pair
from pipelines.writing import template
from schemas.forms import forms
from tests.acting import (
    DAY,
    EARLY,
    HOUR,
    LAST,
    NOON,
    OFFICE,
    WATCH,
    codes,
    do,
    findings,
    firm,
    keys,
    numbering,
    refused,
    send,
    survey,
    told,
    two,
)
from tests.build import COVER
from views import Scope
from views.answers import prefill

ONE, OTHER, THIRD = "示例甲公司", "示例乙公司", "示例丙公司"


def test_each_gets_its_number_as_it_is_first_accepted_and_keeps_it(store):
    send(store, survey(firm(OTHER, 0), firm(ONE, 1)), NOON - DAY)
    assert codes(store) == {OTHER: "A10001", ONE: "A10002"}
    send(store, survey(firm(ONE, 1), firm(THIRD, 2), firm(OTHER, 0)))
    assert codes(store) == {OTHER: "A10001", ONE: "A10002", THIRD: "A10003"}
    assert codes(store, NOON.date() - DAY) == {OTHER: "A10001", ONE: "A10002"}
    assert codes(store, NOON.date() - 2 * DAY) == {}
    (first, second) = numbering(store)
    assert (first.by, first.facts["person"], first.facts["unit"]) == ("", "系统", "652301")
    assert first.facts["happened_at"] == (NOON - DAY).isoformat()
    assert len(second.facts["content"]["codes"].split()) == 1


def test_a_number_that_a_row_tells_stands_and_none_of_five_digits_is_met(store):
    send(
        store, survey(firm(ONE, 0, entity_code="A007"), firm(OTHER, 1, entity_code="A10005"), firm(THIRD, 2))
    )
    assert codes(store) == {ONE: "A007", OTHER: "A10005", THIRD: "A10006"}


def test_what_is_told_with_a_number_later_keeps_the_first_and_what_is_not_accepted_gets_none(store):
    send(store, survey(firm(ONE, 0, legal_rep=None)), NOON - DAY)
    assert numbering(store) == []
    send(store, survey(firm(ONE, 0)))
    send(store, survey(firm(ONE, 0, entity_code="A007")), NOON + DAY)
    assert codes(store) == {ONE: "A10001"}
    assert len(numbering(store)) == 1


def test_two_merged_have_the_number_of_the_one_that_is_kept(store):
    send(store, two(), NOON - DAY)
    one, other = keys(store).values()
    assert sorted(codes(store).values()) == ["A10001", "A10002"]
    given = {str(key): code for key, code in store.con.execute("FROM numbered(?)", [NOON.date()]).fetchall()}
    do(store, "merged", of_pair(one, other), OFFICE, content={"kept": str(other)})
    assert list(codes(store).values()) == [given[str(other)]]
    do(store, "merge_undone", of_pair(one, other), OFFICE)
    assert sorted(codes(store).values()) == ["A10001", "A10002"]


def test_the_office_corrects_a_number_and_the_program_gives_none_that_is_in_use(store):
    send(store, survey(firm(ONE, 0)), NOON - DAY)
    record = str(keys(store)[ONE])
    do(store, "numbered", record, OFFICE, content={"code": "A20000"})
    assert codes(store) == {ONE: "A20000"}
    send(store, survey(firm(ONE, 0), firm(OTHER, 1)))
    assert codes(store)[OTHER] == "A20001"
    rows = prefill.fetch(store.con.cursor(), Scope(None, LAST, None), "652301", "survey_p2p", "A")
    assert [row["entity_code"] for row in rows] == ["A20000", "A20001"]
    assert next_finding(store, int(record)) == "督-A20000-1"
    do(store, "found", "督-A20000-1", WATCH, content=told())
    assert findings(store)[0]["entity_code"] == "A20000"
    taken = {"content": {"code": "A20001"}}
    assert "已经给了另一家" in refused(store, "numbered", record, OFFICE, **taken)


def about_numbers(store, *rows, came=NOON, unit="652301"):
    """The rows of a survey of which the number is another's, each with what is said of it."""
    content = template.template(
        unit, "county_survey", rows={"P2P网络借贷": rows}, cover={**COVER, **EARLY}, lines=lines_for(unit)
    )
    outcome = intake.receive(store, content, "上报.xlsx", "示例甲", received_at=came)
    assert outcome.judgement.verdict == "acceptable"
    return [(p.row, p.level, p.message) for p in outcome.judgement.problems if p.rule == "X32"]


def lines_for(unit):
    every = {form.title: ("零报告", "12", None) for form in forms("county_survey", unit)}
    return {**every, "P2P网络借贷": ("有数", None, None)}


def test_a_number_that_was_given_to_another_firm_is_to_be_verified_and_names_none_of_elsewhere(store):
    send(store, survey(firm(ONE, 0), firm(OTHER, 1)), NOON - DAY)
    own = firm(ONE, 0, entity_code="A10001")
    assert about_numbers(store, own, firm(THIRD, 2, entity_code="A10002")) == [
        (5, "verify", f"这个编号已经给了另一家机构（{OTHER}）")
    ]
    away = firm(THIRD, 2, entity_code="A10001", territory="阜康市")
    assert about_numbers(store, away, unit="652302") == [(4, "verify", "这个编号已经给了另一家机构")]


def test_of_records_that_are_the_same_each_may_tell_the_number_of_the_other(store):
    send(store, survey(firm(ONE, 0), firm(OTHER, 1)), NOON - DAY)
    one, other = keys(store).values()
    do(store, "merged", of_pair(one, other), OFFICE, content={"kept": str(other)}, moment=NOON - HOUR)
    assert about_numbers(store, firm(OTHER, 1, entity_code="A10001")) == []


def test_what_was_placed_by_hand_is_no_numbering(store):
    no = send(store, survey(firm(ONE, 0)), NOON - DAY)
    intake.place(store, no, NOON - 2 * DAY, "纸件先到")
    send(store, survey(firm(ONE, 0), firm(OTHER, 1)))
    assert codes(store) == {ONE: "A10001", OTHER: "A10002"}
    assert do(store, "kept_apart", of_pair(*keys(store).values()), OFFICE)
