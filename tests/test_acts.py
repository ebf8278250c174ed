"""What acts do: once, and by one; what stands as of a day before and after; the record made anew."""

import datetime as dt
import threading

import pytest

from pipelines import intake, rebuild
from pipelines.acts import Acted, ActRefused
from pipelines.keeping import digests
from pipelines.records import of_pair
from schemas.clock import FAR
from tests.acting import (
    DAY,
    HOUR,
    NOON,
    OFFICE,
    SECOND,
    A,
    B,
    codes,
    do,
    everything,
    explain,
    extended,
    firm,
    in_force,
    keys,
    lit,
    numbering,
    odd,
    refused,
    send,
    states,
    survey,
    to_explain,
    two,
)
from tests.opening import opened
from views import Scope
from views.answers import ledger


def test_of_two_at_once_the_second_is_told_what_has_changed(store):
    no = send(store)
    seen = do(store, "withdrawal_asked", no).entry.seq
    said = []

    def decide(kind, who):
        try:
            said.append(do(store, kind, no, who, seen=seen))
        except ActRefused as why:
            said.append(str(why))

    both = [("withdrawal_granted", OFFICE), ("withdrawal_refused", SECOND)]
    threads = [threading.Thread(target=decide, args=each) for each in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (done,), (told,) = ([x for x in said if isinstance(x, kind)] for kind in (Acted, str))
    assert "情况有变" in told
    assert done.entry.facts["person"] in told
    assert "撤回" in told


def test_a_sending_is_taken_back_within_two_hours_and_the_version_before_it_stands(store):
    send(store, A, NOON - 2 * DAY)
    no = send(store, B)
    assert in_force(store) == [600.0]
    do(store, "withdrawn", no, moment=NOON + HOUR)
    assert in_force(store) == [500.0]
    assert store.archive.receipt(no) is not None
    assert store.archive.verify() == []
    row = lit(store, dt.date(2016, 7, 9))
    assert (row["status"], row["received"], row["accepted"]) == ("on_time", 2, 1)


def test_it_lapses_visibly_with_the_value_and_is_told_beside_the_new_one(store):
    send(store, odd())
    explain(store, to_explain(store)[0], reason="已与机构核实")
    send(store, odd(people_cnt="约40"), NOON + DAY)
    (row,) = to_explain(store)
    assert (row["explained"], row["value"], row["told_value"]) == ("lapsed", "约40", "约30")
    assert row["reason"] == "已与机构核实"
    stale = {"content": {"told_value": "约30"}}
    assert "值已经变了" in refused(store, "explained", row["subject"], **stale)
    explain(store, row)
    assert states(store) == ["explained"]


def test_merged_records_are_one_from_then_on_and_two_again_when_undone_also_made_anew(store):
    send(store, two(), NOON - DAY)
    one, other = keys(store).values()
    pair = of_pair(one, other)
    do(store, "merged", pair, OFFICE, content={"kept": str(other)}, moment=NOON + DAY)
    do(store, "numbered", str(other), OFFICE, content={"code": "A001"}, moment=NOON + DAY)
    do(store, "merge_undone", pair, SECOND, moment=NOON + 3 * DAY)
    days = [dt.date(2016, 7, day) for day in (8, 9, 11)]

    def told():
        return [
            ledger.fetch(store.con.cursor(), Scope(None, day, None))[["entity", "entity_code"]].to_dict(
                "records"
            )
            for day in days
        ]

    before = told()
    assert [len(rows) for rows in before] == [2, 1, 2]
    assert before[1] == [{"entity": other, "entity_code": "A001"}]
    store.close()
    assert rebuild.rebuild(store.home) == []
    store = opened(store.home)
    assert told() == before
    assert digests.differences(store.con, store.archive) == []
    store.close()


def test_everything_done_is_made_anew_as_it_was(store):
    send(store, A, NOON - 2 * DAY)
    no = send(store, odd())
    explain(store, to_explain(store)[0])
    extended(store)
    do(store, "withdrawn", no)
    days = [dt.date(2016, 7, day) for day in (7, 8, 9, 13)]

    def told():
        return [
            [everything(store), lit(store, day), in_force(store, day), to_explain(store, day)] for day in days
        ]

    before = told()
    assert digests.differences(store.con, store.archive) == []
    store.close()
    assert rebuild.rebuild(store.home) == []
    store = opened(store.home)
    assert told() == before
    assert store.archive.verify() == []
    store.close()


def test_two_sendings_at_once_give_no_number_twice(store):
    sent = [survey(firm("示例甲公司", 0)), survey(firm("示例乙公司", 1))]
    threads = [threading.Thread(target=send, args=(store, content)) for content in sent]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    given = [code for (code,) in store.con.execute("SELECT code FROM numbered(?)", [FAR]).fetchall()]
    assert sorted(given) == ["A10001", "A10002"]


def test_made_anew_the_numbers_are_the_same(store):
    send(store, survey(firm("示例甲公司", 0)), NOON - DAY)
    send(store, survey(firm("示例甲公司", 0), firm("示例乙公司", 1)))
    before = [everything(store), codes(store)]
    store.close()
    assert rebuild.rebuild(store.home) == []
    store = opened(store.home)
    assert [everything(store), codes(store)] == before
    assert digests.differences(store.con, store.archive) == []
    store.close()


@pytest.mark.parametrize("dies", ["write", "sign"])
def test_a_sending_that_was_cut_off_gives_its_numbers_once(store, monkeypatch, dies):
    class Cut(Exception):
        pass

    real = getattr(store.archive, dies)

    def cut(kind, *rest):
        if dies == "sign" or kind == "act":
            raise Cut
        return real(kind, *rest)

    monkeypatch.setattr(store.archive, dies, cut)
    with pytest.raises(Cut):
        send(store, survey(firm("示例甲公司", 0)))
    store.close()
    store = opened(store.home)
    intake.catch_up(store)
    assert codes(store) == {"示例甲公司": "A10001"}
    assert len(numbering(store)) == len(store.con.execute("FROM act").fetchall()) == 1
    assert digests.differences(store.con, store.archive) == []
    store.close()
