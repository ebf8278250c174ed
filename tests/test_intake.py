"""An upload's way in: kept, judged, recorded, signed; a later accepted version takes over, no refused one."""

import datetime as dt
import random

import pytest

from pipelines import anew, intake, rebuild
from pipelines.judging import ahead
from pipelines.keeping import ddl, digests, opening, place, rows
from pipelines.keeping.journal import ArchiveDamaged
from pipelines.keeping.receipt import Arrival
from pipelines.keeping.receipts import listed
from tests.build import filled, good
from tests.opening import opened
from tests.postgres import lose_warehouse

NIGHT = dt.datetime(2016, 7, 8, 15, 59, tzinfo=dt.UTC)  # 23:59 in Shanghai
PUBLIC = ("event", "submission", "sheet_answer", "problem", "survey_p2p")


def send(store, *rows, at=NIGHT, return_="survey_p2p", **more):
    return intake.receive(store, filled(return_, *rows, **more), "上报.xlsx", "示例甲", received_at=at)


def everything(store):
    return {name: store.con.execute(f'SELECT * FROM "{name}" ORDER BY ALL').fetchall() for name in PUBLIC}


def test_a_good_workbook_is_accepted_and_its_rows_are_there(store):
    outcome = send(store, good("survey_p2p"))
    assert outcome.judgement.verdict == "acceptable"
    rows = store.con.execute("SELECT entity_name, stock_scale::DOUBLE, sheet_row FROM survey_p2p").fetchall()
    assert rows == [("示例甲网络科技有限公司", 500.0, 4)]


def test_a_refused_workbook_is_kept_with_its_problems_and_no_rows(store):
    outcome = send(store, good("survey_p2p", legal_rep=None))
    assert outcome.judgement.verdict == "refused"
    assert store.con.execute("SELECT count(*) FROM survey_p2p").fetchone() == (0,)
    assert store.con.execute("SELECT rule, cell FROM problem").fetchall() == [("not_nullable", "L4")]
    assert store.archive.bytes_of(outcome.receipt.sha256)


def test_a_file_that_is_no_workbook_gets_a_receipt_and_a_sentence(store):
    outcome = intake.receive(store, b"<html><table>", "表.xls", "示例甲")
    assert outcome.receipt.no
    assert outcome.judgement.verdict == "unreadable"
    assert "网页" in outcome.judgement.reason


def test_the_same_bytes_again_give_the_same_receipt_and_no_second_row(store):
    content = filled("survey_p2p", good("survey_p2p"))
    first = intake.receive(store, content, "上报.xlsx", "示例甲")
    again = intake.receive(store, content, "另一个名字.xlsx", "示例乙")
    assert again.receipt.no == first.receipt.no
    assert again.repeated
    assert store.con.execute("SELECT count(*) FROM submission").fetchone() == (1,)


def test_a_later_accepted_version_takes_over_and_a_refused_one_does_not(store):
    def in_force():
        rows = store.con.execute(
            "SELECT p.stock_scale::DOUBLE FROM survey_p2p p JOIN current_answer(DATE '2016-12-31') c "
            "ON c.submission = p.submission AND c.sheet = p.sheet"
        ).fetchall()
        return [value for (value,) in rows]

    send(store, good("survey_p2p", stock_scale=500))
    assert in_force() == [500.0]
    send(store, good("survey_p2p", stock_scale="很多"), at=NIGHT + dt.timedelta(days=1))
    assert in_force() == [500.0]
    send(store, good("survey_p2p", stock_scale=700), at=NIGHT + dt.timedelta(days=2))
    assert in_force() == [700.0]


def test_permuted_rows_give_the_same_rows(store):
    rows = [
        good("survey_p2p", entity_name=f"示例{n}公司", id_no=None, id_type="无证未登记") for n in range(8)
    ]
    mixed = random.Random(7).sample(rows, len(rows))
    one = send(store, *rows).receipt.no
    two = send(store, *mixed).receipt.no
    columns = "* EXCLUDE (submission, sheet_row)"
    rows_of = [
        store.con.execute(
            f"SELECT {columns} FROM survey_p2p WHERE submission = ? ORDER BY ALL", [no]
        ).fetchall()
        for no in (one, two)
    ]
    assert rows_of[0] == rows_of[1]


def test_the_warehouse_can_be_deleted_and_comes_back_the_same(store):
    send(store, good("survey_p2p"))
    send(store, good("survey_p2p", risk_level="较高"), at=NIGHT + dt.timedelta(hours=1))
    before = everything(store)
    store.close()
    lose_warehouse(store.home)
    again = intake.open_store(store.home)
    assert everything(again) == before
    again.close()
    assert rebuild.rebuild(store.home) == []
    third = intake.open_store(store.home)
    assert everything(third) == before
    third.close()


def test_events_keep_their_order_though_it_is_not_that_of_arrival(store):
    contents = [
        filled("survey_p2p", good("survey_p2p", entity_code="A001", stock_scale=scale))
        for scale in (500, 600)
    ]
    first, second = (
        store.archive.receive(content, "表.xlsx", "示例甲", None, None, Arrival(NIGHT))[0]
        for content in contents
    )
    intake._take(store, second)
    intake._take(store, first)
    order = store.con.execute("SELECT seq FROM event ORDER BY nth").fetchall()
    assert order == [(second.entry,), (first.entry,)]
    store.close()
    assert rebuild.rebuild(store.home) == []
    again = intake.open_store(store.home)
    assert again.con.execute("SELECT seq FROM event ORDER BY nth").fetchall() == order
    again.close()


def damage(store, receipt):
    """Change a byte of a kept original."""
    path = store.archive._path(receipt.sha256)
    kept = path.read_bytes()
    path.write_bytes(b"x" + kept[1:])
    return kept


def test_a_damaged_original_stops_a_rebuild_and_empties_nothing(store):
    receipt = send(store, good("survey_p2p")).receipt
    before = everything(store)
    kept = damage(store, receipt)
    store.close()
    with pytest.raises(ArchiveDamaged, match="指纹不符"):
        rebuild.rebuild(store.home)
    again = intake.open_store(store.home)
    assert everything(again) == before
    assert again.archive.keep(kept) == receipt.sha256  # the right bytes mend the file
    assert again.archive.verify() == []
    again.close()
    assert rebuild.rebuild(store.home) == []


def test_a_damaged_original_is_never_read_at_an_opening(store):
    receipt = send(store, good("survey_p2p")).receipt
    damage(store, receipt)
    store.close()
    lose_warehouse(store.home)
    with pytest.raises(ArchiveDamaged, match=receipt.sha256[:12]):
        intake.open_store(store.home)


def test_a_tightened_rule_does_not_unaccept_history_and_is_listed(store, monkeypatch):
    accepted = send(store, good("survey_p2p")).receipt
    store.close()
    real = ahead.judge

    def stricter(content, **stated):
        judgement = real(content, **stated)
        return type(judgement)(**{**vars(judgement), "verdict": "refused"})

    monkeypatch.setattr(ahead, "judge", stricter)
    assert [r.no for r in rebuild.rebuild(store.home)] == [accepted.no]
    again = intake.open_store(store.home)
    assert again.con.execute("SELECT verdict FROM submission").fetchall() == [("acceptable",)]
    assert again.con.execute("SELECT count(*) FROM survey_p2p").fetchone() == (1,)
    again.close()


def test_a_changed_plan_or_schema_makes_the_warehouse_anew(store, monkeypatch):
    send(store, good("survey_p2p"))
    store.close()
    monkeypatch.setattr(ddl, "fingerprint", lambda: "another")
    again = intake.open_store(store.home)
    assert again.con.execute("SELECT count(*) FROM submission").fetchone() == (1,)
    assert again.con.execute("SELECT fingerprint FROM made_of").fetchall() == [("another",)]
    again.close()


def test_a_failed_insert_leaves_nothing_behind(store, monkeypatch):
    real = rows.insert

    def fails(con, table, frame):
        if table == "survey_p2p":
            raise OSError("disk full")
        real(con, table, frame)

    monkeypatch.setattr(rows, "insert", fails)
    with pytest.raises(OSError, match="disk full"):
        send(store, good("survey_p2p"))
    assert all(rows == [] for rows in everything(store).values())


def test_the_receipts_are_read_from_the_archive_alone(store):
    send(store, good("survey_p2p"))
    send(store, good("survey_p2p", legal_rep=None), at=NIGHT + dt.timedelta(hours=1))
    found = listed(opening.archive(place.of(store.home)), "652301")
    assert [x.verdict for x in found] == ["refused", "acceptable"]
    assert listed(store.archive, "652302") == []


def test_the_demonstration_stamps_arrivals_with_its_own_day(tmp_path):
    intake.begin_demo(tmp_path, dt.date(2016, 11, 18))
    store = opened(tmp_path)
    outcome = intake.receive(store, filled("survey_p2p", good("survey_p2p")), "上报.xlsx", "示例甲")
    store.close()
    assert store.is_demo
    assert outcome.receipt.received_at.astimezone(dt.timezone(dt.timedelta(hours=8))).date() == dt.date(
        2016, 11, 18
    )


def test_what_is_judged_ahead_on_all_cores_is_what_is_judged_one_by_one(tmp_path, monkeypatch):
    monkeypatch.delenv("STORE_URL", raising=False)
    store = intake.open_store(tmp_path / "home")
    for n in range(4):
        send(store, good("survey_p2p", stock_scale=500 + n, legal_rep=None if n == 2 else "示例丙"))
    before = everything(store)
    store.close()
    monkeypatch.setattr(ahead, "FEW", 2)
    monkeypatch.setattr(ahead, "CORES", 2)
    assert rebuild.rebuild(store.home) == []
    again = intake.open_store(store.home)
    assert everything(again) == before
    again.close()


@pytest.fixture
def lost(tmp_path, monkeypatch):
    """A campaign of five sendings, and one on which nothing is signed, that has lost its warehouse; and what
    that held.
    """
    monkeypatch.delenv("STORE_URL", raising=False)
    store = intake.open_store(tmp_path / "home")
    for n in range(5):
        send(store, good("survey_p2p", stock_scale=500 + n, legal_rep=None if n == 2 else "示例丙"))
    before = everything(store)
    store.archive.receive(b"<html>", "表.xls", "示例甲", None, None, Arrival(NIGHT))
    store.close()
    lose_warehouse(store.home)
    return store.home, before


def test_what_was_signed_goes_in_many_together_or_not_at_all_and_the_next_opening_goes_on(lost, monkeypatch):
    home, before = lost
    real = rows.insert

    def fails(con, table, given):
        if table == "submission" and given.num_rows == 1:  # the fifth, after two and two
            raise OSError("disk full")
        real(con, table, given)

    monkeypatch.setattr(anew, "TOGETHER", 2)
    monkeypatch.setattr(rows, "insert", fails)
    with pytest.raises(OSError, match="disk full"):
        intake.open_store(home)
    with opening.to_read(place.of(home)) as con:
        assert con.execute("SELECT count(*) FROM warehouse.submission").fetchone() == (4,)
    monkeypatch.setattr(rows, "insert", real)
    again = intake.open_store(home)
    told = everything(again)
    assert [row for name in PUBLIC for row in before[name] if row not in told[name]] == []
    assert digests.differences(again.con, again.archive) == []
    again.close()


def test_what_nobody_decided_yet_takes_a_number_after_all_that_were_signed(lost):
    home, before = lost
    again = intake.open_store(home)
    numbers = [nth for (nth,) in again.con.execute("SELECT nth FROM event ORDER BY nth").fetchall()]
    assert numbers == [*range(1, len(before["event"]) + 2)]
    again.close()
