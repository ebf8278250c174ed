"""A day's ledger is worked out once, and anew as soon as something is accepted that changes it; nobody sees
further.
"""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest

from pipelines import intake
from pipelines.keeping.archive import Arrival
from schemas.access import Reach
from tests.build import IDS, filled, good
from views import Scope
from views.answers import ledger, ledger_cache, tally

DAY = dt.date(2016, 7, 8)


@pytest.fixture
def con(store):
    return store.con


def came(store, *names, clock, **cover):
    """A county's survey with these institutions, received at that minute of the day."""
    content = filled("survey_p2p", *rows(*names), cover=cover)
    sent = intake.receive(store, content, "表.xlsx", "示例甲", received_at=moment(clock))
    return sent.judgement.verdict


def rows(*names):
    return [
        good("survey_p2p", entity_name=f"示例{name}公司", id_no=no)
        for name, no in zip(names, IDS, strict=False)
    ]


def moment(clock):
    return dt.datetime.combine(DAY, dt.time.fromisoformat(clock), dt.UTC)


def listed(con, day=DAY):
    return sorted(ledger.fetch(con, Scope(None, day, None)).entity_name)


def held(con):
    return len(days_kept(con))


def days_kept(con):
    """The days whose ledgers are kept, whichever state of the data they are of."""
    tables = con.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'worked'").fetchall()
    return sorted(name[:10] for (name,) in tables if name != "known")


def whole(con, day=DAY):
    with ledger_cache.reached(con, Scope(None, day, None)) as (rows, given):
        return con.execute(f"FROM {rows} ORDER BY entity", given).fetchall()


def test_every_question_about_a_day_is_answered_from_one_ledger(store, con):
    came(store, "子", "丑", clock="02:00")
    scope = Scope(None, DAY, None)
    assert listed(con) == ["示例丑公司", "示例子公司"]
    assert (ledger.hits(con, scope).count, tally.fetch(con, scope).found.sum()) == (2, 2)
    assert held(con) == 2  # the ledger, and what is alike in it
    assert whole(con) == con.execute("FROM ledger(?) ORDER BY entity", [DAY]).fetchall()


def test_what_is_accepted_later_is_seen_at_once_and_what_is_refused_changes_nothing(store, con):
    assert came(store, "子", clock="02:00") == "acceptable"
    assert listed(con) == ["示例子公司"]
    assert came(store, "子", "丑", clock="03:00", filler=None) == "refused"
    assert (listed(con), held(con)) == (["示例子公司"], 1)
    assert came(store, "子", "丑", clock="04:00") == "acceptable"
    assert (listed(con), held(con)) == (["示例丑公司", "示例子公司"], 2)


def test_a_reader_sees_no_further_than_shown_and_a_day_before_is_another_ledger(store, con):
    came(store, "子", clock="02:00")
    (shown,) = con.execute("SELECT max(nth) FROM event").fetchone()
    came(store, "子", "丑", clock="03:00")
    earlier = con.cursor()
    earlier.execute(f"SET VARIABLE seen = {shown}")
    assert listed(con) == ["示例丑公司", "示例子公司"]
    assert listed(earlier) == ["示例子公司"]
    assert listed(con, DAY - dt.timedelta(1)) == []
    assert listed(con.cursor()) == ["示例丑公司", "示例子公司"]


def test_a_large_workbook_that_is_recorded_after_a_small_one_that_came_later_is_seen(store, con):
    large, small = (
        store.archive.receive(
            filled("survey_p2p", *rows(*names)), "表.xlsx", "示例甲", unit, None, Arrival(moment("02:00"))
        )[0]
        for names, unit in ((("子", "丑"), None), (("寅",), None))
    )
    second = intake._take(store, small)
    assert second.verdict == "acceptable"
    before, seen = listed(con), con.execute("SELECT max(nth) FROM event").fetchone()[0]
    reader = con.cursor()
    reader.execute(f"SET VARIABLE seen = {seen}")
    assert intake._take(store, large).verdict == "acceptable"
    assert listed(reader) == before  # under a reader's eyes nothing changes
    assert listed(con) == sorted(con.execute("SELECT entity_name FROM ledger(?)", [DAY]).df().entity_name)
    assert tally.fetch(con, Scope(None, DAY, None)).found.sum() == len(listed(con))
    events = con.execute("SELECT nth, seq FROM event WHERE kind = 'sending' ORDER BY nth").fetchall()
    assert events == [(1, small.entry), (3, large.entry)]  # each is followed by the numbers it gave


def test_what_was_not_asked_for_longest_goes_first_and_the_rest_stays_within_the_bound(
    store, con, monkeypatch
):
    came(store, "子", clock="02:00")
    first, second, third, fourth = (DAY + dt.timedelta(n) for n in range(4))
    size = size_of_one(con, first)
    monkeypatch.setattr(ledger_cache, "BOUND", 3 * size)
    for day in (first, second, third):
        assert listed(con, day) == ["示例子公司"]
    assert days_kept(con) == [f"{day}" for day in (first, second, third)]
    assert listed(con, first) == listed(con, fourth) == ["示例子公司"]
    assert days_kept(con) == [f"{day}" for day in (first, third, fourth)]
    assert sum(each.size for each in ledger_cache._of_database(con).values()) <= ledger_cache.BOUND
    assert listed(con, second) == ["示例子公司"]
    assert days_kept(con) == [f"{day}" for day in (first, second, fourth)]


def size_of_one(con, day):
    assert listed(con, day)
    ((kept),) = ledger_cache._of_database(con).values()
    return kept.size


def test_one_ledger_is_kept_though_it_alone_is_over_the_bound_and_none_goes_while_it_is_asked(
    store, con, monkeypatch
):
    monkeypatch.setattr(ledger_cache, "BOUND", 0)
    came(store, "子", clock="02:00")
    with ledger_cache.reached(con, Scope(None, DAY, None)) as (rows, given):
        assert listed(con.cursor(), DAY + dt.timedelta(1)) == ["示例子公司"]
        assert held(con) == 2
        assert len(con.execute(f"FROM {rows}", given).fetchall()) == 1
    assert days_kept(con) == [f"{DAY + dt.timedelta(1)}"]


def test_many_readers_of_a_day_work_it_out_once(store, con, monkeypatch):
    came(store, "子", clock="02:00")
    made = []
    work_out = ledger_cache._work_out
    monkeypatch.setattr(ledger_cache, "_work_out", lambda *asked: made.append(1) or work_out(*asked))
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda con: listed(con), [con.cursor() for _ in range(8)]))
    assert told == [["示例子公司"]] * 8
    assert len(made) == 1


def test_a_ledger_that_could_not_be_worked_out_is_worked_out_by_the_next_who_asks(store, con, monkeypatch):
    came(store, "子", clock="02:00")
    with monkeypatch.context() as patch:
        patch.setattr(ledger_cache, "_work_out", lambda *asked: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            listed(con)
    assert listed(con) == ["示例子公司"]


def test_what_is_kept_leaves_only_as_far_as_it_is_reached(store, con):
    came(store, "子", clock="02:00")
    for reach, names in (
        (Reach(("652301",)), 1),
        (Reach(fields=("A",)), 1),
        (Reach(("652302",)), 0),
        (Reach(), 0),
    ):
        scope = Scope(None, DAY, reach)
        assert len(ledger.fetch(con, scope)) == ledger.hits(con, scope).of == names
        assert tally.fetch(con, scope)["found"].sum() == names
    assert held(con) == 2  # the ledger, and what is alike in it
