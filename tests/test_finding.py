"""督察: who may do which step of a finding, what stands when, and that checklists and acts are one answer."""

import pytest

from pipelines.keeping import accounts, attachments
from pipelines.keeping.attachments import LARGEST, Attachment
from schemas.access import Account, Reach
from tests.acting import (
    ANOTHER,
    CHECK,
    CORRECTED,
    COUNTY,
    DAY,
    HOUR,
    LATER,
    NOON,
    OF_COUNTY,
    OFFICE,
    OTHER,
    PROOF,
    SAID,
    SECOND,
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
from views import Scope
from views.answers import acted


def test_a_finding_goes_its_way_and_as_of_each_day_it_stands_where_it_stood(store):
    send(store)
    no = go(store, "found")
    assert no.startswith("督-")
    go(store, "replied", no=no, moment=NOON + DAY)
    go(store, "sent_back", no=no, moment=NOON + 2 * DAY)
    go(store, "replied", no=no, moment=NOON + 3 * DAY)
    go(store, "passed", no=no, moment=NOON + 4 * DAY)
    go(store, "review_refused", no=no, moment=NOON + 5 * DAY)
    go(store, "passed", no=no, moment=NOON + 6 * DAY)
    go(store, "closed", no=no, moment=NOON + 7 * DAY)
    days = [NOON.date() + n * DAY for n in range(-1, 8)]
    told_ = [findings(store, day) for day in days]
    assert told_[0] == []
    assert [each["state"] for (each,) in told_[1:]] == [
        *("found", "replied", "sent_back", "replied", "passed", "replied", "passed", "closed")
    ]
    assert [each["is_open"] for (each,) in told_[1:]] == [True] * 7 + [False]
    assert number(store) == no.removesuffix("1") + "2"


def test_a_finding_is_late_while_the_unit_s_own_step_is_past_its_day(store):
    send(store)
    no = go(store, "found")
    due = NOON.date() + 7 * DAY
    assert [findings(store, day)[0]["status"] for day in (NOON.date(), due, due + DAY)] == [
        *("soon", "urgent", "overdue")
    ]
    do(store, "replied", no, COUNTY, NOON + 8 * DAY, content={"mended_on": due})
    (late,) = findings(store, due + DAY)
    assert (late["is_overdue"], late["status"], late["is_open"]) == (False, "", True)


@pytest.mark.parametrize("who", [WATCH, COUNTY, OF_COUNTY, OTHER])
def test_neither_opener_nor_reviewer_nor_anybody_of_the_unit_closes(store, who):
    send(store)
    no = go(store, "found", "replied", "passed")
    before = everything(store)
    for kind in ("closed", "review_refused"):
        refused(store, kind, no, who)
    assert everything(store) == before
    assert do(store, "closed", no, ANOTHER)


def test_a_stand_in_acts_as_whom_it_stands_in_for_also_where_that_one_may_not(store):
    send(store)
    accounts.keep(store.archive, WATCH, "")
    no = go(store, "found", "replied")
    assert "您不是发现人" in refused(store, "passed", no, ANOTHER, content=SAID["passed"])
    stand_in = Account("other", "示例壬", "FIN", ("inspector",), ("652301",), also=(WATCH,))
    do(store, "passed", no, stand_in, content=SAID["passed"])
    assert "须由另一人" in refused(store, "closed", no, stand_in)
    assert do(store, "closed", no, SECOND)


def test_a_correction_stands_beside_what_it_corrects_and_moves_no_step(store):
    send(store)
    no = go(store, "found", "replied")
    do(store, "corrected", no, WATCH, NOON + DAY, content=CORRECTED)
    levels = [findings(store, NOON.date() + n * DAY)[0]["finding_level"] for n in range(2)]
    assert levels == ["严重", "一般"]
    assert stands(store) == [(no, "replied", True)]
    contents = store.con.execute("SELECT content FROM act WHERE subject = ? ORDER BY nth", [no]).fetchall()
    assert ["严重" in text for (text,) in contents] == [True, False, False]
    go(store, "passed", "closed", no=no)
    assert "不能更正" in refused(store, "corrected", no, WATCH, content=CORRECTED)


def test_nothing_found_asks_how_and_what_was_checked(store):
    send(store)
    no = number(store)
    for name, title in (("method", "核查方式"), ("checked", "核查内容")):
        assert title in refused(store, "nothing_found", no, WATCH, content={**CHECK, name: None})
    do(store, "nothing_found", no, WATCH, content=CHECK)
    assert stands(store) == [(no, "clean", False)]
    assert "不能整改回复" in refused(store, "replied", no, COUNTY, content=SAID["replied"])


def test_what_is_said_of_a_finding_is_held_against_its_days(store):
    send(store)
    no = number(store)
    for wrong, words in (
        ({"inspected_on": NOON.date() + DAY}, "核查日期晚于今天"),
        ({"mend_due": NOON.date() - DAY}, "整改时限早于核查日期"),
        ({"finding": None}, "发现的问题"),
        ({"unit": "没有这个单位"}, "责任单位"),
        ({"method": "猜测"}, "核查方式"),
    ):
        assert words in refused(store, "found", no, WATCH, content=told(**wrong))
    go(store, "found", no=no)
    assert "办完日期应在" in refused(store, "replied", no, COUNTY, content={"mended_on": NOON.date() - DAY})


@pytest.mark.parametrize(
    "no", ["督-A001-9", "督-没有-1", "督--1", "x", "督-20161120-00001-1-4", f"督-{'9' * 50}-1"]
)
def test_a_number_that_is_not_the_next_of_an_institution_is_nothing(store, no):
    send(store)
    assert "没有这一项" in refused(store, "found", no, WATCH, content=told())


def test_the_unit_that_must_mend_it_sees_and_answers_it_and_no_other(store):
    send(store)
    no = number(store)
    do(store, "found", no, WATCH, content=told(unit="州公安局"))
    police = Account("police", "示例公", "PSB", ("unit",))
    assert [len(findings(store, reach=Reach((unit,)))) for unit in ("PSB", "652301", "652302")] == [1, 1, 0]
    assert "不在您的范围内" in refused(store, "replied", no, COUNTY, content=SAID["replied"])
    assert do(store, "replied", no, police, content=SAID["replied"])


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (Attachment("照片.jpg", b"MZ\x90"), "不是 JPG、PNG 或 PDF"),
        (Attachment("照片.jpg", b""), "不是 JPG、PNG 或 PDF"),
        (Attachment("大.pdf", b"%PDF-" + bytes(LARGEST)), "超过 20 MB"),
        (None, "至少要有 1 份附件"),
    ],
)
def test_a_file_is_taken_by_its_content_and_size(store, file, words):
    send(store)
    no = go(store, "found")
    files = [file] if file else []
    assert words in refused(store, "replied", no, COUNTY, content=SAID["replied"], files=files)
    assert "不收附件" in refused(store, "sent_back", go(store, "replied", no=no), WATCH, files=[PROOF])


def test_a_file_is_kept_under_its_fingerprint_and_named_by_its_content(store):
    send(store)
    no = go(store, "found")
    given = [Attachment("../单\u202e.exe", b"\x89PNG\r\n\x1a\n1"), Attachment("IMG.JPEG", b"\xff\xd8\xff1")]
    done = do(store, "replied", no, COUNTY, content=SAID["replied"], files=given)
    kept = done.entry.facts["files"]
    assert [file["name"] for file in kept] == ["单.exe.png", "IMG.JPEG"]
    assert [store.archive.bytes_of(file["sha256"]) for file in kept] == [file.content for file in given]
    assert store.archive.verify() == []
    path = next(store.archive.files.rglob(str(kept[0]["sha256"])))
    path.unlink()
    assert store.archive.verify() == [f"文件缺失：{kept[0]['sha256']}"]
    assert attachments.ending_of(b"GIF89a") == ""


def test_a_finding_of_a_checklist_is_mended_reviewed_and_closed_on_the_screen(store):
    accounts.keep(store.archive, WATCH, "")
    receipt = checklist(store, row(), by=WATCH.name)
    no, moment = f"督-{receipt}-1-4", LATER + HOUR
    said = {"content": {"mended_on": LATER.date()}}
    do(store, "replied", no, COUNTY, moment, **said)
    assert "您不是发现人" in refused(store, "passed", no, ANOTHER, moment, content=SAID["passed"])
    do(store, "passed", no, WATCH, moment, content=SAID["passed"])
    assert "须由另一人" in refused(store, "closed", no, WATCH, moment)
    do(store, "closed", no, ANOTHER, moment)
    (told_,) = findings(store)
    assert (told_["submission"], told_["opened_by"], told_["mended_on"].date()) == (receipt, "", LATER.date())
    checklist(store, row(result="未整改"), came=LATER + DAY)
    assert stands(store) == [(no, "closed", False)]


def test_a_row_that_bears_a_number_corrects_and_closes_nothing(store):
    send(store)
    no = go(store, "found")
    changed = {"finding_no": no, "finding": "台账缺三页", "finding_level": "轻微"}
    sent = checklist(store, row(**changed, result="已销号", mended_on=LATER.date()))
    (after,) = findings(store)
    assert (after["no"], after["state"], after["finding"], after["finding_level"]) == (
        *(no, "found", "台账缺三页", "轻微"),
    )
    assert after["requirement"] == "补齐台账"
    do(store, "withdrawn", sent, OFFICE, LATER)
    assert findings(store)[0]["finding"] == "台账登记不全"


def test_the_unit_receives_a_finding_once_while_it_is_its_turn(store):
    send(store)
    no = go(store, "found")
    do(store, "finding_received", no)
    assert stands(store) == [(no, "found", True)]
    assert "不能签收问题" in refused(store, "finding_received", no)
    other = go(store, "found", "replied")
    assert "不等责任单位整改" in refused(store, "finding_received", other)


def test_a_later_day_is_asked_before_the_first_and_both_stay(store):
    send(store)
    no, day = go(store, "found"), NOON.date() + 7 * DAY
    asked, granted = ({"content": {"new_due": day + n * DAY}} for n in (3, 5))
    assert "已过整改时限" in refused(store, "finding_extension_asked", no, moment=NOON + 8 * DAY, **granted)
    same = {"content": {"new_due": day}}
    assert "新的截止日应晚于" in refused(store, "finding_extension_asked", no, **same)
    do(store, "finding_extension_asked", no, moment=NOON + 7 * DAY, **asked)
    do(store, "finding_extension_granted", no, OFFICE, NOON + 8 * DAY, **granted)
    days = [
        (each["mend_due"].date(), each["first_due"].date(), each["is_overdue"])
        for (each,) in (findings(store, day + n * DAY) for n in (0, 1, 5, 6))
    ]
    assert days == [
        *((day, day, False), (day + 5 * DAY, day, False), (day + 5 * DAY, day, False)),
        (day + 5 * DAY, day, True),
    ]
    assert do(
        store, "finding_extension_asked", no, moment=NOON + 10 * DAY, content={"new_due": day + 9 * DAY}
    )


def test_a_refused_later_day_changes_nothing_and_is_told_with_its_reason(store):
    send(store)
    no = go(store, "found")
    do(store, "finding_extension_asked", no, OFFICE, content=SAID["finding_extension_asked"])
    assert "另一位" in refused(store, "finding_extension_refused", no, OFFICE)
    assert "须写明理由" in refused(store, "finding_extension_refused", no, SECOND, reason="")
    do(store, "finding_extension_refused", no, SECOND)
    (row,) = acted.fetch(store.con.cursor(), Scope(None, NOON.date(), None)).to_dict("records")
    assert (row["state"], row["about"], row["first_due"].date()) == (
        *("refused", f"督察问题 {no} 台账登记不全", NOON.date() + 7 * DAY),
    )
    assert findings(store)[0]["mend_due"].date() == NOON.date() + 7 * DAY


def test_a_correction_after_a_later_day_says_the_day_anew(store):
    send(store)
    no = go(store, "found")
    for kind, who in (("finding_extension_asked", COUNTY), ("finding_extension_granted", OFFICE)):
        do(store, kind, no, who, content=SAID[kind])
    sooner = {**CORRECTED, "mend_due": NOON.date() + 2 * DAY}
    do(store, "corrected", no, WATCH, NOON + HOUR, content=sooner)
    assert findings(store)[0]["mend_due"].date() == NOON.date() + 2 * DAY
    late = {"content": {"new_due": NOON.date() + 9 * DAY}, "moment": NOON + 3 * DAY}
    assert "已过整改时限" in refused(store, "finding_extension_asked", no, **late)


def test_what_was_closed_is_looked_at_again_and_what_came_back_points_to_it(store):
    send(store)
    first = go(store, "found")
    looked = {"content": {"looked_on": NOON.date(), "method": "现场"}}
    assert "还没有销号" in refused(store, "looked_back", first, WATCH, **looked)
    assert "原问题不是" in refused(store, "found_again", number(store), WATCH, content=told(again_of=first))
    go(store, "replied", "passed", "closed", no=first)
    assert "晚于今天" in refused(
        store, "looked_back", first, WATCH, content={**looked["content"], "looked_on": NOON.date() + DAY}
    )
    do(store, "looked_back", first, WATCH, **looked)
    second = number(store)
    do(store, "found_again", second, ANOTHER, NOON + DAY, content=told(again_of=first))
    assert sorted(stands(store)) == sorted([(first, "closed", False), (second, "found", True)])
    pointed = {each["no"]: each["again_of"] for each in findings(store)}
    assert pointed == {first: "", second: first}
    go(store, "replied", no=second)
    do(store, "passed", second, ANOTHER, content=SAID["passed"])
    assert "须由另一人" in refused(store, "closed", second, ANOTHER)
    assert len(findings(store, NOON.date())) == 1
