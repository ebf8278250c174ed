"""What is corrected, taken out, missing, settled and closed: by whom, as of when, and made anew as it was."""

import datetime as dt

from pipelines import intake, rebuild
from pipelines.keeping import digests, people, place
from schemas.access import Reach
from tests.acting import (
    ASKED,
    CASE_OF,
    COUNTY,
    DAY,
    HOUR,
    LEAD,
    MADE,
    NOON,
    OFFICE,
    RESOLVED,
    B,
    do,
    entry,
    everything,
    gap,
    item,
    refused,
    send,
)
from tests.build import filled, good
from tests.opening import opened
from views import Scope
from views.answers import cases, compliance, correction
from views.answers import gap as missing

END = dt.date(2016, 12, 31)
WHOLE = Scope(None, END, None)


def told(store, view, day=END, **scope):
    return view.fetch(store.con.cursor(), Scope(None, day, None, **scope)).to_dict("records")


def case(store, part, day=END):
    return [row for row in told(store, cases, day) if row["part"] == part and row["source"] != "duty"]


def meetings(store, day):
    rows = compliance.fetch(store.con.cursor(), Scope(None, day, Reach(("LG",))))
    return rows[rows["obligation"] == "meeting_07a"]["status"].item()


def test_an_entry_counts_before_it_is_taken_out_and_not_after_and_the_others_stay(store):
    other = good("meeting", held_on=dt.date(2016, 7, 26))
    no = send(store, filled("meeting", good("meeting"), other), NOON + 25 * DAY)
    group = type(COUNTY)("group", "示例壬", "LG", ("unit",))
    asked = "SELECT subject FROM entry_told(?) WHERE submission = ? AND entry_key LIKE '%12%'"
    ((subject,),) = store.con.execute(asked, [END, no]).fetchall()
    assert "不在您的范围内" in refused(store, "entry_withdrawal_asked", subject, LEAD)
    assert "2 小时" in refused(store, "entry_withdrawn", subject, group, moment=NOON + 27 * DAY)
    do(store, "entry_withdrawal_asked", subject, group, moment=NOON + 27 * DAY)
    do(store, "entry_withdrawal_granted", subject, OFFICE, moment=NOON + 28 * DAY)
    days = [dt.date(2016, 8, day) for day in (2, 4, 5)]
    assert [meetings(store, day) for day in days] == ["on_time", "on_time", "overdue"]
    standing = "SELECT count(*) FROM register(?) WHERE return_ = 'meeting' AND dated_by = ''"
    counted = [store.con.execute(standing, [day]).fetchone()[0] for day in days]
    assert counted == [2, 2, 1]
    assert "不计入" in refused(store, "entry_withdrawal_asked", subject, group, moment=NOON + 29 * DAY)


def test_an_entry_that_comes_again_counts_again_also_in_the_same_bytes(store):
    subject = entry(store)
    do(store, "entry_withdrawn", subject, LEAD, moment=NOON + HOUR)
    standing = "SELECT count(*) FROM register(?) WHERE return_ = 'brief' AND dated_by = ''"
    assert store.con.execute(standing, [END]).fetchone() == (0,)
    again = intake.receive(
        store, filled("brief", good("brief")), "上报.xlsx", "示例甲", received_at=NOON + DAY
    )
    assert (again.repeated, again.judgement.verdict) == (False, "acceptable")
    assert store.con.execute(standing, [END]).fetchone() == (1,)
    assert do(store, "entry_withdrawal_asked", subject, LEAD, moment=NOON + 2 * DAY)


def test_an_item_is_held_against_the_next_version_and_turns_red_when_nothing_comes(store):
    no = send(store)
    subject = item(store, no)
    assert "没有这一项" in refused(store, "correction_ordered", f"{no}|没有这张表!Z4", OFFICE, content=ASKED)
    do(store, "correction_ordered", subject, OFFICE, content=ASKED)
    days = [dt.date(2016, 7, day) for day in (7, 12, 13)]
    assert [[r["standing"] for r in told(store, correction, day)] for day in days] == [
        [],
        ["open"],
        ["overdue"],
    ]
    (one,) = case(store, "sent", dt.date(2016, 7, 13))
    assert (one["light"], one["slip"], one["state"]) == ("overdue", "blue", "open")
    later = send(store, B, NOON + 6 * DAY)
    (row,) = told(store, correction)
    assert (row["standing"], row["later"]) == ("changed", later)
    assert (float(row["value"]), float(row["later_value"])) == (500, 600)
    assert [each["state"] for each in case(store, "sent")] == ["closed"]


def test_a_draft_is_kept_outside_the_archive_and_dropped_when_sent(store):
    known, before = people.opened(place.of(store.home), store.archive), len(store.archive.entries())
    known.drafts.keep("示例昌吉", "case_answered x", "先这样写")
    known.drafts.keep("示例昌吉", "case_answered x", "再这样写")
    assert known.drafts.words("示例昌吉", "case_answered x") == "再这样写"
    assert known.drafts.words("示例阜康", "case_answered x") == ""
    known.drafts.drop("示例昌吉", "case_answered x")
    assert known.drafts.words("示例昌吉", "case_answered x") == ""
    assert len(store.archive.entries()) == before
    known.close()


def test_everything_is_made_anew_as_it_was(store):
    subject = gap(store)
    do(store, "gap_answered", subject, content={"fate": "转其他县市", "another": "阜康市"})
    mine = item(store, [no for no, _ in store.archive.verdicts()][-1], "biz_model")
    do(store, "correction_ordered", mine, OFFICE, content=ASKED)
    do(store, "correction_answered", mine)
    do(store, "entry_withdrawn", entry(store), LEAD, moment=NOON + HOUR)
    do(store, "resolution_made", RESOLVED, OFFICE, content=MADE)
    do(store, "case_answered", CASE_OF["resolution"])
    do(store, "closing_asked", CASE_OF["resolution"], OFFICE)
    days = [dt.date(2016, 7, day) for day in (7, 13)]

    def whole():
        views_ = (cases, correction, missing)
        return [everything(store), *(told(store, view, day) for view in views_ for day in days)]

    before = repr(whole())
    assert digests.differences(store.con, store.archive) == []
    store.close()
    assert rebuild.rebuild(store.home) == []
    store = opened(store.home)
    assert repr(whole()) == before
    assert store.archive.verify() == []
    store.close()
