"""What is sent and done on the day of a demonstration, whose archive holds later ones, not there yet."""

import pytest

from pipelines import acts, intake, rebuild
from pipelines.keeping import digests
from pipelines.keeping.receipts import listed
from pipelines.subjects import entries_of, state_of
from schemas.acts import ACTS
from tests.acting import (
    COUNTY,
    DAY,
    IDS,
    LEAD,
    NOON,
    ODD,
    OFFICE,
    do,
    everything,
    in_force,
    refused,
    scaled,
    survey,
    to_explain,
)
from tests.build import filled, good
from tests.opening import opened
from views import Scope
from views.answers import compared, gap

TODAY = NOON.date()
SOON = NOON + 2 * DAY
NOW = {"moment": None}
LEFT_OUT = good("survey_p2p", entity_name="示例乙公司", id_no=IDS[1])


def story(store, content, came):
    return intake.receive(
        store, content, "上报.xlsx", "示例甲", received_at=came, reason=intake.STORY
    ).receipt.no


@pytest.fixture
def store(place_of, tmp_path):
    """A demonstration: a survey of two institutions before its day, and after it another of one."""
    intake.begin_demo(tmp_path / "home", TODAY)
    store = opened(tmp_path / "home")
    story(store, survey(ODD, LEFT_OUT), NOON - DAY)
    story(store, scaled(700), SOON)
    yield store
    store.close()


def sent_today(store):
    """One of the two institutions, with a value that is to be verified."""
    return intake.receive(store, survey({**ODD, "people_cnt": "约20"}), "上报.xlsx", "示例甲")


def gaps(store, day):
    return gap.fetch(store.con.cursor(), Scope(None, day, None)).to_dict("records")


def told(store):
    """What stands on the day and after it."""
    days = (TODAY, SOON.date())
    return [
        everything(store),
        *([in_force(store, day), to_explain(store, day), gaps(store, day)] for day in days),
    ]


def test_a_sending_before_later_ones_stands_is_explained_compared_answered_and_taken_back(store):
    first = listed(store.archive)[-1].receipt.no
    looked = intake.checked(store, survey({**ODD, "people_cnt": "约20"}), "示例甲")
    outcome = sent_today(store)
    no = outcome.receipt.no
    assert looked.problems == outcome.judgement.problems
    assert (outcome.judgement.verdict, outcome.remarks) == ("acceptable", [])
    assert sorted(p.rule for p in outcome.judgement.problems) == ["X15", "approximate"]
    (cell,) = to_explain(store, TODAY)
    assert cell["submission"] == no
    do(store, "explained", cell["subject"], content={"told_value": cell["value"]}, **NOW)
    (missing,) = gaps(store, TODAY)
    do(store, "gap_answered", missing["subject"], content={"fate": "注销"}, **NOW)
    scope = Scope(None, TODAY, None)
    sides = compared.sides(store.con, scope, no)
    assert sides.version == first
    assert set(compared.differences(store.con, scope, sides, compared.VERSION).rows["kind"]) == {"改", "缺行"}
    assert [row["explained"] for row in to_explain(store, TODAY)] == ["explained"]
    assert [row["fate"] for row in gaps(store, TODAY)] == ["注销"]
    assert (in_force(store, TODAY), in_force(store, SOON.date())) == ([500.0], [700.0])
    before = told(store)
    store.close()
    assert rebuild.rebuild(store.home) == []
    store = opened(store.home)
    assert told(store) == before
    assert digests.differences(store.con, store.archive) == []
    do(store, "withdrawn", no, **NOW)
    assert (len(in_force(store, TODAY)), in_force(store, SOON.date())) == (2, [700.0])
    store.close()


def test_what_comes_later_is_no_subject_yet_and_its_acts_are_not_done(store):
    (later, first) = [each.receipt.no for each in listed(store.archive)]
    (cell,) = to_explain(store, TODAY)
    said = {"content": {"told_value": cell["value"]}}
    do(store, "explained", cell["subject"], reason="以后", **said, moment=NOON + DAY)
    do(store, "withdrawal_asked", first, moment=SOON)
    do(store, "withdrawal_granted", first, OFFICE, moment=SOON)
    assert [each.verdict for each in listed(store.archive, day=TODAY)] == ["acceptable"] * 2
    assert [each.verdict for each in listed(store.archive)] == ["acceptable", "withdrawn"]
    assert state_of(store, ACTS["explained"], cell["subject"]) == ("", None)
    assert do(store, "explained", cell["subject"], reason="现在", **said, seen=0, **NOW)
    assert do(store, "withdrawal_asked", first, **NOW)
    assert "没有这一项" in refused(store, "withdrawn", later, **NOW)
    brief = story(store, filled("brief", good("brief")), SOON)
    (entry,) = entries_of(store.at(SOON), brief)
    assert entries_of(store, brief) == []
    assert "没有这一项" in refused(store, "entry_withdrawn", entry, LEAD, **NOW)


def test_words_in_a_workbook_are_read_back_as_of_its_own_day(store):
    outcome = sent_today(store)
    (cell,) = to_explain(store, TODAY)
    notes = {f"{cell['sheet']}!{cell['cell']}": "已与机构核实"}
    assert acts.read_back(store, COUNTY, outcome.receipt.no, notes) == 1
    assert [row["reason"] for row in to_explain(store, TODAY)] == ["已与机构核实"]


def test_a_campaign_of_its_own_time_knows_whatever_was_recorded_however_the_clock_went(tmp_path):
    store = intake.open_store(tmp_path / "real")
    assert store.day > TODAY + 365 * DAY
    assert store.at(NOON) is store
    store.close()
