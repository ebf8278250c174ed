"""督察 and 抽查 as both stores keep them: two at once, checklists and acts as one, the record made anew."""

import json
import threading

from pipelines import rebuild
from pipelines.acts import Acted, ActRefused
from pipelines.keeping import digests
from tests.acting import (
    ANOTHER,
    COUNTY,
    DAY,
    HOUR,
    LATER,
    NOON,
    OFFICE,
    SAID,
    WATCH,
    checklist,
    do,
    everything,
    findings,
    go,
    number,
    refused,
    row,
    send,
    stands,
    told,
)
from tests.drafts import EVE, draft, listed, said
from tests.opening import opened


def test_checklists_and_acts_are_one_answer_and_a_checklist_falls_with_its_withdrawal(store):
    send(store)
    mine = go(store, "found")
    first = checklist(
        store, row(finding="台账不全"), row(finding="没有存管", result="已销号", mended_on=LATER.date())
    )
    sheet = [f"督-{first}-1-{n}" for n in (4, 5)]
    assert sorted(stands(store)) == sorted(
        [(mine, "found", True), (sheet[0], "found", True), (sheet[1], "closed", False)]
    )
    again = checklist(store, row(finding="宣传不实"), row(finding="台账不全"), came=LATER + DAY)
    assert (sheet[0], "found", True) in stands(store)
    assert (f"督-{again}-1-4", "found", True) in stands(store)
    do(store, "withdrawn", again, OFFICE, LATER + DAY)
    assert {no for no, *_ in stands(store)} == {mine, *sheet}
    do(store, "withdrawn", first, OFFICE, LATER + HOUR)
    assert stands(store) == [(mine, "found", True)]


def test_a_rebuild_makes_the_same_findings(store):
    send(store)
    no = go(store, "found")
    for kind, who in (("finding_extension_asked", COUNTY), ("finding_extension_granted", OFFICE)):
        do(store, kind, no, who, content=SAID[kind])
    go(store, "replied", "passed", "closed", no=no)
    do(store, "looked_back", no, WATCH, content=SAID["looked_back"])
    do(store, "found_again", number(store), WATCH, content=told(again_of=no))
    receipt = checklist(store, row(), row(finding="没有存管"))
    do(store, "replied", f"督-{receipt}-1-4", COUNTY, LATER, content={"mended_on": LATER.date()})
    before = [everything(store), findings(store), findings(store, NOON.date())]
    assert digests.differences(store.con, store.archive) == []
    store.close()
    assert rebuild.rebuild(store.home) == []
    store = opened(store.home)
    assert [everything(store), findings(store), findings(store, NOON.date())] == before
    store.close()


def test_of_two_who_record_the_same_number_the_second_is_told(store):
    send(store)
    no, said = number(store), []

    def record(who):
        try:
            said.append(do(store, "found", no, who, content=told()))
        except ActRefused as why:
            said.append(str(why))

    threads = [threading.Thread(target=record, args=(who,)) for who in (WATCH, ANOTHER)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (done,), (refusal,) = ([x for x in said if isinstance(x, kind)] for kind in (Acted, str))
    assert done.entry.facts["person"] in refusal
    assert number(store) != no


def test_one_is_swapped_with_a_reason_and_stays_listed_and_progress_is_what_was_checked_since(store):
    send(store, came=EVE - DAY)
    do(store, "drawn", "抽-1", WATCH, content=said(store))
    (one,) = listed(store)
    assert (one["is_out"], one["checks"], one["whom"]) == (False, 0, "")
    into = json.loads(said(store)["listed"])[0] | {"code": "A999", "way": "swapped"}
    swap = {"content": {"out": one["code"], "into": json.dumps(into, ensure_ascii=False)}}
    assert "不能换一家" in refused(store, "swapped", "抽-1", WATCH, **swap)
    do(store, "finalised", "抽-1", OFFICE)
    assert "须写明理由" in refused(store, "swapped", "抽-1", WATCH, reason="", **swap)
    do(store, "swapped", "抽-1", WATCH, reason="机构已注销", **swap)
    given = {"whom": "示例督", "visit_on": NOON.date() + DAY, "listed": "A999"}
    do(store, "assigned", "抽-1", WATCH, content=given)
    go(store, "found", moment=NOON + DAY)
    rows = {each["code"]: each for each in listed(store)}
    assert (rows[one["code"]]["is_out"], rows[one["code"]]["out_reason"]) == (True, "机构已注销")
    assert (rows["A999"]["whom"], rows["A999"]["checks"], rows["A999"]["faults"]) == ("示例督", 1, 1)
    assert [each["checks"] for each in listed(store, NOON.date())] == [0, 0]
    assert draft(store)[0]["state"] == "final"
