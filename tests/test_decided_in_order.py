"""Sendings held against what is in force: in the order in which they are recorded, signed, and never asked
again; on both stores.
"""

import threading

import pytest

from pipelines import acts, intake, rebuild
from pipelines.acts import AskedAct
from pipelines.keeping import digests, earlier, warehouse
from tests.acting import COUNTY, do, to_explain
from tests.months import AFTER, STILL, banned, mending, send, send_for, workbook

BEFORE = mending(scale_end=440, scale_mom=-60, scale_ytd=-60)  # against which STILL's month does not hold
AUGUST = workbook("monthly_08", rectification=[mending(**STILL)])


def refused(store):
    """A month refused for what the month before says."""
    send_for(store, "monthly_07", rectification=[BEFORE])
    outcome = send(store, AUGUST, AFTER["monthly_08"])
    assert [p.rule for p in outcome.judgement.problems] == ["X10"]
    return outcome


def recorded(store):
    tables = ("event", "submission", "sheet_answer", "problem", "rectification", "ban")
    return [store.con.execute(f'FROM "{table}" ORDER BY ALL').fetchall() for table in tables]


def test_the_same_bytes_are_answered_with_the_old_receipt_until_what_is_in_force_has_changed(store):
    first = refused(store)
    again = send(store, AUGUST, AFTER["monthly_08"])
    assert (again.receipt.no, again.repeated) == (first.receipt.no, True)
    send_for(store, "monthly_07", later=40, rectification=[mending()])
    anew = send(store, AUGUST, AFTER["monthly_09"])
    assert (anew.repeated, anew.judgement.verdict) == (False, "acceptable")
    assert anew.receipt.no != first.receipt.no
    assert send(store, AUGUST, AFTER["monthly_09"]).receipt.no == anew.receipt.no


def test_also_where_the_month_before_was_taken_back(store):
    first = refused(store)
    (no,) = [receipt.no for receipt in store.archive.receipts() if receipt.no != first.receipt.no]
    do(store, "withdrawn", no, moment=store.archive.receipt(no).received_at)
    anew = send(store, AUGUST, AFTER["monthly_08"])
    assert (anew.repeated, anew.judgement.verdict) == (False, "acceptable")


def test_made_anew_everything_is_as_it_was_decided_whatever_is_in_force_since(store):
    refused(store)
    send_for(store, "monthly_07", later=40, rectification=[mending(), mending("示例乙公司")])
    before = recorded(store)
    store.close()
    assert rebuild.rebuild(store.home) == []
    store = intake.open_store(store.home)
    assert recorded(store) == before
    assert digests.differences(store.con, store.archive) == []
    store.close()


def test_what_a_crash_left_unsigned_is_held_against_what_stood_at_its_own_number(store, monkeypatch):
    send_for(store, "monthly_07", rectification=[BEFORE])
    monkeypatch.setattr(store.archive, "sign", lambda *_: None)
    asked = send(store, AUGUST, AFTER["monthly_08"]).judgement
    monkeypatch.undo()
    send_for(store, "monthly_07", later=40, rectification=[mending()])
    intake.catch_up(store)
    (verdict,) = [v for _, v in store.archive.verdicts() if v["verdict"] == "refused"]
    assert (asked.verdict, verdict["nth"], verdict["alone"]) == (
        "refused",
        3,
        "acceptable",
    )  # after July and its numbers
    assert digests.differences(store.con, store.archive) == []


def test_two_that_overlap_are_decided_one_after_the_other(store, monkeypatch):
    judged, go_on, numbers = threading.Event(), threading.Event(), []
    beside = earlier.beside

    def slowly(*asked):
        numbers.append(warehouse.newest(store.con))
        judged.set()
        go_on.wait(20)
        return beside(*asked)

    def july():
        send_for(store, "monthly_07", rectification=[BEFORE])

    monkeypatch.setattr(earlier, "beside", slowly)
    threads = [threading.Thread(target=july)]
    threads[0].start()
    assert judged.wait(20)
    told = []
    threads.append(threading.Thread(target=lambda: told.append(send(store, AUGUST, AFTER["monthly_08"]))))
    threads[1].start()
    go_on.set()
    for thread in threads:
        thread.join(30)
    assert numbers == [0, 1]
    assert told[0].judgement.verdict == "refused"


def test_looked_at_first_it_says_the_same_and_keeps_nothing(store):
    send_for(store, "monthly_07", rectification=[BEFORE])
    before = store.archive.journal()
    judgement = intake.checked(store, AUGUST, "示例甲")
    assert (judgement.verdict, [p.rule for p in judgement.problems]) == ("refused", ["X10"])
    assert store.archive.journal() == before
    assert judgement.problems == send(store, AUGUST, AFTER["monthly_08"]).judgement.problems


def test_what_is_to_be_verified_is_explained_and_stays_explained_while_the_value_does(store):
    start = {"scale_init": 510, "scale_ytd": -60}
    send_for(store, "monthly_07", rectification=[mending()])
    send_for(store, "monthly_08", rectification=[mending(**STILL, **start)])
    (cell,) = to_explain(store)
    assert (cell["rule"], cell["value"]) == ("X28", "510")
    do(store, "explained", cell["subject"], content={"told_value": "510"})
    send_for(store, "monthly_08", later=1, rectification=[mending(**STILL, **start, remark="示例")])
    assert [row["explained"] for row in to_explain(store)] == ["explained"]


@pytest.mark.parametrize(("fate", "is_told"), [("注销", False), ("漏填", True)])
def test_a_missing_institution_is_answered_as_missing_and_told_again_only_where_it_was_forgotten(
    store, fate, is_told
):
    send_for(store, "monthly_07", rectification=[mending(), mending("示例乙公司")])
    august = send_for(store, "monthly_08", rectification=[mending(**STILL)])
    assert [p.rule for p in august.judgement.problems] == ["X15"]
    assert to_explain(store) == []
    ((subject,),) = store.con.execute("SELECT subject FROM row_missing(DATE '2016-12-31')").fetchall()
    acts.act(store, COUNTY, AskedAct("gap_answered", subject, f"t{fate}", "示例理由", {"fate": fate}))
    again = send_for(
        store, "monthly_08", later=1, rectification=[mending(**STILL)], ban=[banned("示例丁公司")]
    )
    assert ("X15" in [p.rule for p in again.judgement.problems]) is is_told
