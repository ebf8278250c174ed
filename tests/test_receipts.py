"""What is said is what counts: deaths of a reader, what comes twice, and in which order versions stand."""

import datetime as dt
import threading

import pytest

from pipelines import intake, rebuild
from pipelines.judging import judge as judging
from pipelines.keeping import receipts, rules
from pipelines.keeping.archive import Archive
from pipelines.keeping.receipts import listed, shown
from pipelines.keeping.store import demo_day
from pipelines.reading import reader
from pipelines.reading.worker import ChildDied, Worker
from schemas.access import Reach
from tests.build import DAY, filled, good
from tests.opening import opened
from ui import sweeper, tables
from views import Scope, records
from views.answers import compliance, history, ledger, registered

NOON = dt.datetime(2016, 7, 8, 4, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
A, B = (filled("survey_p2p", good("survey_p2p", stock_scale=scale)) for scale in (500, 50000))


def send(store, content=A, hours=0, **stated):
    return intake.receive(store, content, "上报.xlsx", "示例甲", received_at=NOON + hours * HOUR, **stated)


def in_force(store):
    rows = store.con.execute(
        "SELECT p.stock_scale::DOUBLE FROM survey_p2p p JOIN current_answer(DATE '2017-12-31') c "
        "ON c.submission = p.submission AND c.sheet = p.sheet"
    ).fetchall()
    return [value for (value,) in rows]


@pytest.fixture
def dying(monkeypatch):
    """The reader dies so often before it reads; the bounds of each try are listed."""
    real, left, tries = reader.open_book, [0], []

    def opened(content, *, alone=False):
        tries.append(alone)
        if left[0]:
            left[0] -= 1
            raise ChildDied("too_slow")
        return real(content, alone=False)

    monkeypatch.setattr(judging.reader, "open_book", opened)
    return left, tries


def test_a_death_of_the_reader_is_no_verdict_and_the_same_bytes_try_again(store, dying):
    left, _ = dying
    left[0] = 1
    first = send(store)
    assert (first.judgement.verdict, listed(store.archive)[0].verdict) == ("", "")
    assert "正在检查" in first.judgement.reason
    assert store.archive.verdict(store.archive.numbers()[0]) is None
    again = send(store, hours=1)
    assert (again.receipt.no, again.repeated, again.judgement.verdict) == (
        first.receipt.no,
        True,
        "acceptable",
    )
    assert in_force(store) == [500.0]


def test_three_deaths_the_last_alone_are_a_verdict(store, dying):
    left, tries = dying
    left[0] = 3
    verdicts = [send(store).judgement.verdict for _ in range(4)]
    assert verdicts == ["", "", "unreadable", "unreadable"]
    assert tries == [False, False, True]
    assert "超时" in listed(store.archive)[0].reason


def test_the_last_try_is_made_alone_in_doubled_bounds(monkeypatch):
    asked = []

    def ask(worker, content, seconds=20):
        asked.append((worker.memory, seconds, reader.READER._lock.locked(), reader.LOOKER._lock.locked()))
        raise ChildDied("unreadable")

    memory = reader.READER.memory
    monkeypatch.setattr(Worker, "ask", ask)
    with pytest.raises(ChildDied):
        reader.open_book(A, alone=True)
    assert asked == [(2 * memory, 40, True, True)]


def test_what_waits_is_tried_again_at_the_next_opening_and_by_the_sweeper(store, dying, monkeypatch):
    left, _ = dying
    left[0] = 1
    no = send(store).receipt.no
    assert intake.sweep(store) == []  # it came less than five minutes ago
    monkeypatch.setattr(intake, "SWEPT_AFTER", -HOUR)
    assert sweeper.sweep(store)
    assert store.archive.verdict(no)["verdict"] == "acceptable"
    left[0] = 1
    later = send(store, B, 1).receipt.no
    store.close()
    assert not sweeper.sweep(store)  # a closed store ends the sweeper
    again = intake.open_store(store.home)
    assert again.archive.verdict(later)["verdict"] == "acceptable"
    again.close()


def test_a_death_never_empties_what_was_accepted(store, dying):
    left, _ = dying
    send(store)
    store.close()
    left[0] = 3
    with pytest.raises(ChildDied):
        rebuild.rebuild(store.home)
    again = intake.open_store(store.home)
    assert in_force(again) == [500.0]
    again.close()


def test_the_first_version_sent_again_after_another_stands_under_a_new_receipt(store):
    outcomes = [send(store, content, n) for n, content in enumerate((A, B, A))]
    assert len({outcome.receipt.no for outcome in outcomes}) == 3
    assert [outcome.repeated for outcome in outcomes] == [False, False, False]
    assert in_force(store) == [500.0]
    assert send(store, A, 3).receipt == outcomes[2].receipt


def test_the_same_bytes_are_told_what_was_signed_and_not_judged_anew(store, dying):
    _, tries = dying
    bad = filled("survey_p2p", good("survey_p2p", legal_rep=None, stock_scale="1,000"))
    first, again = send(store, bad), send(store, bad, 1)
    assert len(tries) == 1
    assert (again.receipt, again.repeated) == (first.receipt, True)
    for part in ("verdict", "unit", "obligation", "answers", "problems", "repairs", "unchecked"):
        assert getattr(again.judgement, part) == getattr(first.judgement, part) or list(
            getattr(again.judgement, part)
        ) == list(getattr(first.judgement, part))


def test_under_other_rules_the_same_bytes_are_a_new_sending(store, monkeypatch):
    first = send(store)
    monkeypatch.setattr(rules, "fingerprint", lambda: "mended")
    second = send(store, hours=1)
    assert (second.repeated, second.receipt.no != first.receipt.no) == (False, True)


def test_what_is_found_of_a_workbook_may_also_be_stated(store):
    first = send(store)
    same = send(store, hours=1, unit="652301", obligation="county_survey")
    assert (same.receipt, same.repeated) == (first.receipt, True)
    assert not send(store, hours=1, unit="652302").repeated


def test_a_correction_stands_though_the_clock_was_ahead_before_it(store):
    send(store, A, hours=48)  # the clock is two days ahead
    corrected = send(store, B, hours=1)
    assert in_force(store) == [50000.0]
    assert corrected.receipt.received_at == NOON + HOUR  # times are never shifted
    (alarm,) = corrected.remarks
    assert "时钟" in alarm


def test_an_older_file_that_stands_again_is_told(store):
    first, second = send(store, A, hours=1), send(store, B, hours=2)
    (told,) = send(store, A, hours=3).remarks
    assert told.startswith(
        f"这份文件与回执 {first.receipt.no} 完全相同，其后已受理过回执 {second.receipt.no}"
    )
    assert in_force(store) == [500.0]
    assert send(store, B, hours=4).remarks[0].startswith(f"这份文件与回执 {second.receipt.no} 完全相同")


def test_a_stated_time_places_a_sending_where_it_says_and_tells_which_stands(store):
    stands = send(store, A, hours=5).receipt
    late = send(store, B, hours=1, reason="传真件补登")
    assert in_force(store) == [500.0]
    assert late.remarks == [f"现行版本仍是回执 {stands.no}，这一份没有替代它"]
    told = receipts.came(late.receipt)
    assert told.startswith("2016-07-08 13:00（登记")
    assert "传真件补登" in told
    assert receipts.came(stands) == "2016-07-08 17:00"


def arrived(store):
    asked = """SELECT DISTINCT arrived FROM compliance(NULL, DATE '2016-12-31', NULL)
        WHERE unit = '652301' AND field = 'A'"""
    return [moment for (moment,) in store.con.execute(asked).fetchall() if moment]


def test_a_wrong_stamp_is_mended_by_an_entry_and_stays_so(store):
    no = send(store, A, hours=24 * 60).receipt.no
    before = arrived(store)
    moved = intake.place(store, no, NOON, "时钟错了")
    assert (moved.received_at, moved.stamped_at) == (NOON, NOON + 60 * 24 * HOUR)
    assert arrived(store) != before
    assert [kind for (kind,) in store.con.execute("SELECT kind FROM event ORDER BY nth").fetchall()] == [
        *("sending", "act", "placed")
    ]
    assert intake.place(store, "没有", NOON, "x") is None
    mended, tables = arrived(store), store.con.execute("SELECT * FROM event ORDER BY nth").fetchall()
    store.close()
    assert rebuild.rebuild(store.home) == []
    again = opened(store.home)
    assert arrived(again) == mended
    assert again.con.execute("SELECT * FROM event ORDER BY nth").fetchall() == tables
    assert again.archive.verify() == []
    again.close()


def test_an_act_that_a_crash_left_unrecorded_is_recorded_at_the_next_opening(store):
    no = send(store, A, hours=24).receipt.no
    store.archive.write("placed", {"no": no, "received_at": NOON.isoformat(), "reason": "时钟错了"})
    store.close()
    again = intake.open_store(store.home)
    assert again.con.execute("SELECT submission FROM placed").fetchall() == [(no,)]
    assert len(again.archive.entries("recorded")) == 2  # of the numbers given, and of this
    again.close()


def test_the_demonstration_is_the_first_entry_and_no_file_that_could_be_dropped_in(store, tmp_path):
    (store.home / "demo.json").write_text('{"today": "2016-11-18"}')
    assert demo_day(store.archive) is None
    with pytest.raises(ValueError, match="in use"):
        intake.begin_demo(store.home, NOON.date())
    intake.begin_demo(tmp_path / "other", NOON.date())
    assert demo_day(Archive(tmp_path / "other" / "archive")) == NOON.date()


def test_whoever_hands_a_workbook_in_finds_its_receipt_whosever_units_they_reach(store):
    send(store, by="督察一")
    every = listed(store.archive)
    assert receipts.reached(every, None, "办公室一") == every
    assert receipts.reached(every, Reach(), "督察一") == every
    assert receipts.reached(every, Reach((every[0].unit,)), "木垒") == every
    assert receipts.reached(every, Reach(), "督察二") == []


def test_the_same_sending_twice_at_once_has_one_receipt(store):
    outcomes = []
    threads = [threading.Thread(target=lambda: outcomes.append(send(store))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({outcome.receipt.no for outcome in outcomes}) == 1
    assert store.con.execute("SELECT count(*) FROM submission").fetchone() == (1,)


def test_both_times_are_shown_wherever_an_answer_shows_the_time(store):
    """A stated time, one placed later, and an ordinary arrival: in lists, exports and the story of a firm."""
    slow = filled("survey_p2p", good("survey_p2p"))
    stated = dt.datetime(2016, 7, 8, 4, tzinfo=dt.UTC)
    no = intake.receive(store, slow, "a.xlsx", "甲", received_at=stated, reason="邮箱收到").receipt.no
    stamp = shown(store.archive.receipt(no).stamped_at)

    def told():
        rows = compliance.fetch(store.con, Scope(None, dt.date(2016, 12, 31), None))
        (mine,) = [r for r in records(rows) if r.field == "A" and r.unit == "652301" and r.accepted]
        (firm,) = ledger.fetch(store.con, Scope(None, dt.date(2016, 12, 31), None))["entity"]
        story = history.fetch(store.con, Scope(None, dt.date(2016, 12, 31), None), int(firm))
        assert set(story["placed_words"]) == {mine.placed_words}
        assert list(tables.titled(rows, compliance.ANSWER, ("arrived",))) == ["受理版本报送时间", "另定时间"]
        return f"{mine.arrived:%Y-%m-%d %H:%M}", mine.placed_words

    assert told() == ("2016-07-08 12:00", f"登记 {stamp}，理由：邮箱收到")
    intake.place(store, no, dt.datetime(2016, 7, 9, 4, tzinfo=dt.UTC), "记错一天")
    assert told() == ("2016-07-09 12:00", f"登记 {stamp}，理由：记错一天")


def test_of_an_ordinary_arrival_nothing_more_is_said(store):
    when = dt.datetime(2016, 7, 8, 4, tzinfo=dt.UTC)
    intake.receive(store, filled("survey_p2p", good("survey_p2p")), "a.xlsx", "甲", received_at=when)
    rows = compliance.fetch(store.con, Scope(None, dt.date(2016, 12, 31), None))
    assert rows["arrived"].notna().any()
    assert not rows["placed_words"].any()
    assert list(tables.titled(rows, compliance.ANSWER, ("due", "arrived"))) == ["截止日", "受理版本报送时间"]


def test_an_entry_of_a_register_shows_both_times(store):
    meeting = filled("meeting", good("meeting"))
    intake.receive(
        store, meeting, "a.xlsx", "甲", received_at=dt.datetime(2016, 7, 20, tzinfo=dt.UTC), reason="补登"
    )
    (row,) = records(registered.fetch(store.con, Scope(None, dt.date(2016, 12, 31), None)))
    assert row.placed_words.startswith("登记 ")
    assert row.placed_words.endswith("，理由：补登")


def test_a_second_article_under_a_number_that_is_taken_is_told(store):
    def brief(hours, **said):
        content = filled("brief", good("brief", **said))
        return intake.receive(store, content, "信息.xlsx", "示例甲", received_at=NOON + hours * HOUR)

    first = brief(0, serial="1", headline="示例动员", sent_on=DAY(2016, 7, 5))
    mended = brief(1, serial="01", headline="示例动员部署", sent_on=DAY(2016, 7, 5))
    assert mended.remarks == []  # a correction keeps what is not corrected
    (told,) = brief(2, serial="1", headline="示例进展", sent_on=DAY(2016, 7, 6)).remarks
    assert told.startswith(f"篇号 1 在回执 {mended.receipt.no} 报的是另一条")
    assert brief(3, serial="2", headline="示例成效", sent_on=DAY(2016, 7, 6)).remarks == []
    assert first.judgement.verdict == "acceptable"
