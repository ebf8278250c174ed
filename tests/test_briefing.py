"""The page before the meeting: late and due as owed, changes one by one, sums with each firm once."""

import datetime as dt

import pytest

import views
from tests.acting import DAY, NOON, go, scaled, send, two
from views import Scope
from views.answers import cases, compliance, tally
from views.figures import briefing, foremost, owed

TODAY = dt.date(2016, 7, 20)
SCOPE = Scope(None, TODAY, None)


@pytest.fixture
def ask(store):
    return lambda what, *given: what(store.con.cursor(), *given)


def overdue(ask, day):
    rows = owed.part(ask(compliance.fetch, Scope(None, day, None)), "overdue")
    return {(row.unit_title, row.title) for row in views.records(rows)}


def test_what_changed_is_told_line_by_line(store, ask):
    send(store, scaled(500), NOON)
    go(store, "found")
    send(store, two(risk_level="高", risk_desc="资金去向不明，投资人众多"), NOON + 5 * DAY)
    before = dt.date(2016, 7, 10)
    told = briefing.changes(ask, SCOPE, before)
    lines = {tuple(line) for line in told.itertuples(index=False)}
    assert ("新列入", "昌吉市", "示例乙网络科技有限公司") in lines
    assert "督察发现问题" not in set(told["变化"])
    assert "督察发现问题" in set(briefing.changes(ask, SCOPE, dt.date(2016, 7, 7))["变化"])
    assert briefing.changes(ask, SCOPE, TODAY).empty
    late = {(unit, what.partition("（")[0]) for change, unit, what in lines if change == "新逾期未报"}
    assert late == overdue(ask, TODAY) - overdue(ask, before)


@pytest.mark.xdist_group("demo")
def test_the_demonstration_in_one_page(demo_store):
    def asked(what, *given):
        return what(demo_store.con.cursor(), *given)

    scope = Scope(None, dt.date(2016, 11, 18), None)
    rows = asked(compliance.fetch, scope)
    assert len(briefing.late(asked, scope)) == (rows["status"] == "overdue").sum()
    told = cases.open_(asked(cases.fetch, scope))
    past = told[(told["by_when"] < "2016-11-18") & (told["source"] != "duty")]
    assert set(briefing.overdue_cases(asked, scope)["no"]) == set(past["no"])
    assert set(past["source"]) >= {"resolution", "finding", "work", "doubt"}
    ahead = briefing.ahead(asked, scope)
    assert set(ahead["status"]) <= {"pending", "soon", "urgent", "returned"}
    assert set(ahead["kind"]) == {"报送", "督察", "例会"}
    assert ahead["due"].between("2016-11-18", "2016-12-02").all()
    counties = briefing.by_county(asked, scope)
    assert counties["县市（园区）"].iloc[-1] == "全州合计"
    whole = tally.once(asked(tally.fetch, scope))
    assert counties["排查机构（家）"].iloc[-1] == whole["found"].sum()
    assert counties["逾期未报（项）"].iloc[:-1].sum() == counties["逾期未报（项）"].iloc[-1]
    assert dt.date(2016, 10, 31) <= briefing.last_meeting(asked, scope) < scope.as_of


@pytest.mark.xdist_group("demo")
@pytest.mark.parametrize("day", [dt.date(2016, 7, 1), dt.date(2016, 7, 20), dt.date(2016, 11, 18)])
def test_what_a_narrow_screen_shows_first_leaves_out_nothing_and_is_in_order(demo_store, day):
    def asked(what, *given):
        return what(demo_store.con.cursor(), *given)

    scope = Scope(None, day, None)
    late, soon = foremost.worst(asked, scope), foremost.coming(asked, scope)
    assert sum(len(line.items) for line in late) == len(briefing.late(asked, scope))
    assert sum(len(line.items) for line in soon) == len(briefing.ahead(asked, scope))
    named = [len(line.items) for line in late if line.status]
    assert len(named) <= foremost.MOST
    assert named == sorted(named, reverse=True)
    assert [line.below[:5] for line in soon] == sorted(line.items[0][:5] for line in soon)
    assert not any("示例机构" in line.words + line.below for line in soon)
