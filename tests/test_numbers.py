"""编号: what the program gives as a sending is accepted, and what the office corrects."""

from pipelines.findings import next_finding
from pipelines.records import of_pair
from tests.acting import (
    DAY,
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
