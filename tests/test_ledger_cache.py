"""A day's ledger is worked out once, and anew as soon as something is accepted that changes it; nobody sees
further.
"""

import datetime as dt

import pytest

import views
from pipelines import intake
from pipelines.keeping.archive import Arrival
from tests.build import IDS, filled, good
from views import Scope
from views.answers import ledger, ledger_cache, tally

DAY = dt.date(2016, 7, 8)


@pytest.fixture
def con(store):
    views.install(store.con)
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
    return sorted(ledger.fetch(con, Scope(None, day)).entity_name)


def held(con):
    row = con.execute("SELECT count(*) FROM duckdb_tables() WHERE database_name = 'worked'").fetchone()
    return row[0]


def test_every_question_about_a_day_is_answered_from_one_ledger(store, con):
    came(store, "子", "丑", clock="02:00")
    scope = Scope(None, DAY)
    assert listed(con) == ["示例丑公司", "示例子公司"]
    assert (ledger.hits(con, scope).count, tally.fetch(con, scope).found.sum()) == (2, 2)
    assert held(con) == 1
    assert (
        con.execute(f"FROM {ledger_cache.ledger(con, DAY)} ORDER BY entity").fetchall()
        == con.execute("FROM ledger(?) ORDER BY entity", [DAY]).fetchall()
    )


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
    second = intake._take(store, small, None)
    assert second.verdict == "acceptable"
    before, seen = listed(con), con.execute("SELECT max(nth) FROM event").fetchone()[0]
    reader = con.cursor()
    reader.execute(f"SET VARIABLE seen = {seen}")
    assert intake._take(store, large, None).verdict == "acceptable"
    assert listed(reader) == before  # under a reader's eyes nothing changes
    assert listed(con) == sorted(con.execute("SELECT entity_name FROM ledger(?)", [DAY]).df().entity_name)
    assert tally.fetch(con, Scope(None, DAY)).found.sum() == len(listed(con))
    events = con.execute("SELECT nth, seq FROM event ORDER BY nth").fetchall()
    assert events == [(1, small.entry), (2, large.entry)]


def test_the_oldest_ledgers_go(store, con):
    came(store, "子", clock="02:00")
    for day in range(ledger_cache.MOST + 3):
        assert listed(con, DAY + dt.timedelta(day)) == ["示例子公司"]
    assert held(con) == ledger_cache.MOST
    assert listed(con) == ["示例子公司"]
