"""Who may act, what is said to those who may not, and what a crash leaves of an act."""

import datetime as dt
import functools
import shutil
import signal

import pytest

from pipelines import acts, intake, kept
from pipelines.acts import Acted
from pipelines.keeping import digests
from pipelines.keeping.receipts import listed
from pipelines.subjects import due_of, of_duty
from pipelines.writing import marks
from pipelines.writing.marks import apart
from schemas.access import PLACES, ROLES, Account
from schemas.acting import FACTS, STATES, STAYS, SUBJECTS
from schemas.acts import ACTS
from schemas.forms import place_of
from schemas.plan import PLAN
from schemas.returns import RETURNS
from tests.acting import (
    COUNTY,
    DAY,
    DUE,
    HOUR,
    NOON,
    OFFICE,
    OTHER,
    PROOF,
    SECOND,
    A,
    do,
    everything,
    explain,
    extended,
    filled,
    good,
    in_force,
    lit,
    odd,
    owner,
    prepared,
    refused,
    send,
    states,
    status,
    to_explain,
)
from tests.conftest import examples
from tests.forks import ended
from tests.killing import die_at
from tests.opening import opened

ONCE = "once"  # a token pressed again
DONE = [code for code, kind in ACTS.items() if PLACES[kind.place]]  # by people; not by the program itself


def test_every_kind_names_a_place_and_a_reason_for_what_is_refused():
    for code, kind in ACTS.items():
        assert kind.place in PLACES, code
        assert kind.about in SUBJECTS
        assert {*kind.before, kind.after} <= {*STATES, STAYS}
        assert kind.asks_reason or not code.endswith("refused")
        asked = {name for check in kind.content.checks for name in check.statistics["needs"]}
        assert asked <= {*FACTS[kind.about], *kind.content.columns}
        assert all(check.statistics["wrong"] and check.statistics["mend"] for check in kind.content.checks)


def test_the_rows_of_a_form_hold_each_of_its_fields_once():
    laid_out = [kind for kind in ACTS.values() if kind.rows]
    assert laid_out
    for kind in laid_out:
        assert sorted(name for row in kind.rows for name in row) == sorted(kind.fields), kind.title


def test_a_rule_of_acts_has_a_number_that_no_other_rule_has():
    said = {}
    for check in (check for kind in ACTS.values() for check in kind.content.checks):
        assert said.setdefault(check.name, check.statistics["wrong"]) == check.statistics["wrong"]
    assert not {*said} & {check.name for schema in RETURNS.values() for check in schema.checks}


WHO = {
    "its own unit": COUNTY,
    "another unit": OTHER,
    "the office": OFFICE,
    **{role: Account(role, "示例戊", "GOV", (role,)) for role in ROLES if role not in {"unit", "office"}},
    "an inspector of the county": Account("i", "示例己", "FIN", ("inspector",), ("652301",)),
    "nobody any more": Account("gone", "示例庚", "652301", ("unit",), is_active=False),
}
MAY = {
    "answer": {"its own unit", "the office"},
    "decide": {"the office"},
    "merge": {"the office"},
    "inspect": {"an inspector of the county", "the office"},
    "close": {"an inspector of the county", "the office"},
    "sample": {"an inspector of the county", "the office"},
}


@pytest.mark.parametrize("kind", DONE)
def test_an_act_is_done_by_those_who_may_and_by_nobody_else_and_once_though_pressed_twice(store, kind):
    subject, said = prepared(store, kind)
    before = everything(store)
    may, people = MAY[ACTS[kind].place], {**WHO, "its own unit": owner(kind)}
    for who in [*(set(people) - may)]:
        assert "不在您的范围内" in refused(store, kind, subject, people[who], content=said)
    assert everything(store) == before
    asked = {"content": said, "token": ONCE}
    done = do(store, kind, subject, people[max(may)], **asked)
    after = ACTS[kind].before[0] if ACTS[kind].after == STAYS else ACTS[kind].after
    assert (done.entry.by, done.entry.facts["state"]) == (people[max(may)].name, after)
    assert everything(store)[0][-1][0] == done.nth == before[0][-1][0] + 1
    before = everything(store)
    assert do(store, kind, subject, people[max(may)], **asked) == Acted(done.entry, done.nth, repeated=True)
    assert everything(store) == before


def test_an_office_that_asks_does_not_grant_itself(store):
    no = send(store)
    do(store, "withdrawal_asked", no, OFFICE)
    assert "另一位" in refused(store, "withdrawal_granted", no, OFFICE)
    assert do(store, "withdrawal_granted", no, SECOND)


def test_what_is_not_as_it_must_be_is_said_in_a_sentence(store):
    assert "没有这一项" in refused(store, "withdrawn", "20160708-00099")
    no = send(store)
    assert "须写明理由" in refused(store, "withdrawn", no, reason="  ")
    assert "理由最多" in refused(store, "withdrawn", no, reason="长" * 501)
    assert "不能同意撤回：没有提出过" in refused(store, "withdrawal_granted", no, OFFICE)
    assert "必填" in refused(store, "extension_asked", DUE)
    assert "填得不对" in refused(store, "extension_asked", DUE, content={"new_due": "后天"})
    bad = send(store, filled("survey_p2p", good("survey_p2p", legal_rep=None)))
    assert "没有受理" in refused(store, "withdrawn", bad)


def test_as_of_before_it_the_sending_stands_and_after_it_the_duty_is_open(store):
    no = send(store)
    do(store, "withdrawal_asked", no, moment=NOON + DAY)
    assert "收到已超过 2 小时" in refused(store, "withdrawn", no, moment=NOON + 3 * HOUR)
    do(store, "withdrawal_granted", no, OFFICE, moment=NOON + 3 * DAY)
    days = [dt.date(2016, 7, day) for day in (8, 9, 10, 11, 12)]
    assert [status(store, day) for day in days] == ["on_time"] * 3 + ["overdue"] * 2
    assert [in_force(store, day) for day in days] == [[500.0]] * 3 + [[], []]
    assert "不能申请撤回" in refused(store, "withdrawal_asked", no)
    assert [each.verdict for each in listed(store.archive)] == ["withdrawn"]


def test_before_its_day_a_duty_whose_sending_was_taken_back_is_as_if_nothing_had_come(store):
    no = send(store, A, NOON - 3 * DAY)
    do(store, "withdrawn", no, moment=NOON - 3 * DAY)
    assert status(store, dt.date(2016, 7, 6)) == "urgent"


def test_the_same_bytes_after_it_are_a_new_sending(store):
    no = send(store)
    do(store, "withdrawn", no)
    again = intake.receive(store, A, "上报.xlsx", "示例甲", received_at=NOON + HOUR)
    assert (again.repeated, again.receipt.no != no, again.judgement.verdict) == (False, True, "acceptable")
    assert in_force(store) == [500.0]


def test_a_refused_withdrawal_changes_nothing_and_can_be_asked_again(store):
    no = send(store)
    do(store, "withdrawal_asked", no)
    do(store, "withdrawal_refused", no, OFFICE)
    assert in_force(store) == [500.0]
    assert do(store, "withdrawal_asked", no)


def test_a_sending_is_on_time_by_the_day_that_was_in_force_when_it_came(store):
    extended(store)
    send(store, A, NOON + 3 * DAY)
    row = lit(store, dt.date(2016, 12, 31))
    assert (row["status"], row["is_extended"]) == ("on_time", True)
    assert (row["due"].date(), row["first_due"].date()) == (dt.date(2016, 7, 12), dt.date(2016, 7, 8))


def test_what_came_before_the_day_was_moved_is_judged_by_the_old_day(store):
    send(store, A, NOON + DAY)
    extended(store, granted=NOON + 2 * DAY)
    row = lit(store, dt.date(2016, 12, 31))
    assert (row["status"], row["days"], row["is_extended"]) == ("late", 0, False)


def test_as_of_before_the_grant_the_old_day_counts_and_after_it_the_new(store):
    extended(store, granted=NOON + DAY)
    days = [dt.date(2016, 7, day) for day in (8, 9, 12, 13)]
    told = [(lit(store, day)["due"].day, lit(store, day)["status"]) for day in days]
    assert told == [(8, "urgent"), (12, "urgent"), (12, "urgent"), (12, "overdue")]


def test_an_extension_is_asked_before_the_day_is_over_and_to_a_later_one(store):
    late = {"content": {"new_due": dt.date(2016, 7, 20)}, "moment": NOON + DAY}
    assert "已过截止日" in refused(store, "extension_asked", DUE, **late)
    for day in (dt.date(2016, 7, 8), PLAN.until + DAY):
        assert "新的截止日应晚于" in refused(store, "extension_asked", DUE, content={"new_due": day})
    assert "没有这一项" in refused(store, "extension_asked", "work_record|652301|")


def test_it_may_be_refused_and_a_granted_one_be_extended_again(store):
    do(store, "extension_asked", DUE, content={"new_due": dt.date(2016, 7, 12)})
    do(store, "extension_refused", DUE, OFFICE)
    assert due_of(store, DUE) == dt.date(2016, 7, 8)
    extended(store)
    do(store, "extension_asked", DUE, content={"new_due": dt.date(2016, 7, 15)}, moment=NOON + 4 * DAY)
    do(
        store,
        "extension_granted",
        DUE,
        OFFICE,
        content={"new_due": dt.date(2016, 7, 15)},
        moment=NOON + 5 * DAY,
    )
    assert due_of(store, DUE) == dt.date(2016, 7, 15)
    assert lit(store, dt.date(2016, 7, 13))["due"].day == 15
    assert lit(store, dt.date(2016, 7, 12))["due"].day == 12


def test_any_lead_of_a_field_asks_for_its_joint_duty_and_no_other_unit(store):
    joint = next(d for d in PLAN.duties if len(PLAN.submitters(d.obligation, d.field)) > 1 and d.field)
    subject = of_duty(joint.obligation, joint.unit, joint.field)
    owed, leads = PLAN.obligations[joint.obligation], PLAN.submitters(joint.obligation, joint.field)
    when = dt.datetime.combine(owed.due, dt.time(4), dt.UTC)
    said = {"content": {"new_due": owed.due + DAY}, "moment": when}
    stranger = next(u for u in PLAN.units if u not in leads)
    assert "不在您的范围内" in refused(
        store, "extension_asked", subject, Account("x", "x", stranger, ("unit",)), **said
    )
    assert do(store, "extension_asked", subject, Account("y", "y", leads[-1], ("unit",)), **said)


def test_an_explanation_stays_with_the_value_also_in_a_later_version(store):
    send(store, odd())
    row, *_ = to_explain(store)
    assert states(store) == ["open"]
    explain(store, row, reason="已与机构核实", moment=NOON + HOUR)
    send(store, odd(biz_model="其他"), NOON + DAY)
    (later,) = to_explain(store)
    assert later["submission"] != row["submission"]
    assert (later["explained"], later["reason"], later["person"]) == ("explained", "已与机构核实", "示例甲")


def test_as_of_before_it_a_value_is_open(store):
    send(store, odd(), NOON - 2 * DAY)
    explain(store, to_explain(store)[0], moment=NOON)
    assert states(store, day=dt.date(2016, 7, 7)) == ["open"]
    assert states(store, day=dt.date(2016, 7, 8)) == ["explained"]


def test_another_explanation_corrects_the_first_and_both_are_kept(store):
    send(store, odd())
    row = to_explain(store)[0]
    explain(store, row, reason="先这样写")
    explain(store, row, reason="更正为这样")
    assert to_explain(store)[0]["reason"] == "更正为这样"
    assert [
        r for (r,) in store.con.execute("SELECT reason FROM act WHERE reason <> '' ORDER BY nth").fetchall()
    ] == ["先这样写", "更正为这样"]


def test_an_act_changed_in_the_tables_is_found(store):
    no = send(store)
    done = do(store, "withdrawal_asked", no)
    store.con.execute("UPDATE warehouse.act SET reason = '别的理由' WHERE reason <> ''")
    assert digests.differences(store.con, store.archive) == [f"数据库中第 {done.nth} 号事件与流水不同"]


def test_an_act_that_nobody_recorded_is_recorded_by_the_sweeper(store, monkeypatch):
    no = send(store)
    monkeypatch.setattr(acts.acted, "record", lambda *_: 0)
    do(store, "withdrawn", no)
    assert in_force(store) == [500.0]
    monkeypatch.undo()
    intake.sweep(store)
    assert in_force(store) == []


def test_what_is_written_into_the_list_of_problems_is_read_back_once(store):
    no = send(store, odd())
    receipt = store.archive.receipt(no)
    problems = kept.decided(store, receipt).problems
    place = place_of(problems[0])
    marked = marks.marked_up(odd(), apart.Marked(list(problems), {place: "已与机构核实"}))
    outcome = intake.receive(store, marked, "上报.xlsx", "示例甲", received_at=NOON + HOUR)
    assert outcome.judgement.notes == {place: "已与机构核实"}
    told = [acts.read_back(store, COUNTY, outcome.receipt.no, outcome.judgement.notes) for _ in range(2)]
    assert told == [1, 0]
    (row,) = to_explain(store)
    assert (row["explained"], row["reason"]) == ("explained", "已与机构核实")
    again = intake.receive(store, marked, "上报.xlsx", "示例甲", received_at=NOON + 2 * HOUR)
    assert (again.repeated, again.judgement.notes) == (True, outcome.judgement.notes)
    assert acts.read_back(store, OTHER, no, outcome.judgement.notes) == 0


STEPS = [
    ("pipelines.keeping.journal", "Journal.append", "before", 1),
    ("pipelines.keeping.journal", "Journal.append", "after", 1),
    ("os", "fsync", "before", 1),
    ("pipelines.keeping.warehouse", "_once", "after", 1),
    ("pipelines.keeping.warehouse", "record_acts", "before", 1),
    ("pipelines.keeping.warehouse", "record_acts", "after", 1),
    ("pipelines.keeping.journal", "Journal.append", "after", 2),
]


OF_FILES = [
    ("pipelines.keeping.archive", "Archive.keep", "before", 1),
    ("pipelines.keeping.archive", "Archive.keep", "after", 1),
    ("pipelines.keeping.archive", "_sync_folder", "after", 1),
    *STEPS[1:5],
]
FIRST_KILLED = ("withdrawn", "replied")  # in every run: one without files, and one with
KILLED = [*FIRST_KILLED, *(kind for kind in DONE if kind not in FIRST_KILLED)][: examples("kinds killed")]


def by_whom(kind):
    return owner(kind) if ACTS[kind].place == "answer" else OFFICE


def act_and_die(home, kind, subject, said, *where):
    store = intake.open_store(home)
    die_at(*where)
    do(store, kind, subject, by_whom(kind), content=said, token=ONCE)


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    """A campaign in which a kind of act may be done, its subject and what is said: copied by each test."""

    @functools.cache
    def made(kind):
        home = tmp_path_factory.mktemp(kind) / "home"
        store = opened(home)
        about = prepared(store, kind)
        store.close()
        return home, *about

    return made


@pytest.mark.parametrize(
    ("kind", "where"),
    [(kind, where) for kind in KILLED for where in (OF_FILES if ACTS[kind].files else STEPS)],
    ids=lambda value: value if isinstance(value, str) else "-".join(map(str, value[1:])),
)
def test_killed_there_it_leaves_the_act_or_nothing(tmp_path, kind, where, ready):
    made, subject, said = ready(kind)
    home = tmp_path / "home"
    shutil.copytree(made, home)
    assert ended(act_and_die, home, kind, subject, said, *where) == -signal.SIGKILL
    store = intake.open_store(home)
    signed = store.archive.pressed(by_whom(kind).name, ONCE)
    assert len(store.archive.acts()) == len(store.con.execute("FROM act").fetchall())
    assert len(store.archive.acts(unrecorded=True)) == 0
    again = do(store, kind, subject, by_whom(kind), content=said, token=ONCE)
    assert again.repeated == (signed is not None)
    assert [store.archive.bytes_of(file["sha256"]) for file in again.entry.facts["files"]] == (
        [PROOF.content] if ACTS[kind].files else []
    )
    assert store.archive.verify() == []
    assert digests.differences(store.con, store.archive) == []
    store.close()
