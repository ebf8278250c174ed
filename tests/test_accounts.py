"""Accounts, secrets and the trail: what may be written, who is let in, and that the chain holds; on both
stores.
"""

import datetime as dt
import os
import stat
from dataclasses import replace

import pytest

from pipelines import intake
from pipelines.keeping import accounts, opening, people, place, secrets, trail
from pipelines.keeping.accounts import AccountRefused
from pipelines.keeping.journal import ArchiveDamaged
from schemas import access
from schemas.access import Account, Reach
from schemas.plan import PLAN

HEAD = Account("管理甲", "张示例", "OF", ("administrator",))
COUNTY = Account("木垒", "李示例", "652328", ("unit",))
WATCH = Account("督察一", "王示例", "OF", ("inspector",), ("652301", "652302"), ("A",))


@pytest.fixture
def where(place_of, tmp_path):
    """Where a campaign is kept of which nothing but its people is asked."""
    return place.of(tmp_path / "home")


@pytest.fixture
def known(where):
    archive = opening.archive(where)
    made = people.opened(where, archive)
    yield made
    made.close()
    archive.close()


def test_an_account_stands_as_it_was_last_written(known):
    for account in (HEAD, COUNTY, replace(COUNTY, person="赵示例", contact="0994-0000000")):
        accounts.keep(known.archive, account, "测试", "试")
    assert list(accounts.accounts(known.archive)) == ["管理甲", "木垒"]
    assert known.account("木垒").person == "赵示例"
    written = [entry.facts["person"] for entry in known.archive.entries("account")]
    assert written == ["张示例", "李示例", "赵示例"]  # nothing is lost of what was


def test_the_same_again_writes_nothing(known):
    accounts.keep(known.archive, HEAD, "测试")
    accounts.keep(known.archive, HEAD, "测试")
    assert len(known.archive.entries("account")) == 1


@pytest.mark.parametrize(
    ("account", "words"),
    [
        (replace(COUNTY, name=""), "账户名"),
        (replace(COUNTY, name="木" * 31), "账户名"),
        (replace(COUNTY, name="木 垒"), "空格"),
        (replace(COUNTY, person="\u200b"), "姓名"),
        (replace(COUNTY, unit="巴黎"), "没有这个单位"),
        (replace(COUNTY, roles=()), "角色"),
        (replace(COUNTY, roles=("king",)), "角色"),
        (replace(WATCH, territories=(), fields=()), "核查范围"),
        (replace(WATCH, territories=("PSB",)), "县市"),
        (replace(WATCH, fields=("Z",)), "领域"),
        (replace(COUNTY, stand_in="没有"), "代理人"),
        (replace(HEAD, is_active=False), "最后一个管理员"),
        (replace(HEAD, roles=("office",)), "最后一个管理员"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(known, account, words):
    accounts.keep(known.archive, HEAD, "测试")
    with pytest.raises(AccountRefused, match=words):
        accounts.keep(known.archive, account, "测试")
    assert len(known.archive.entries("account")) == 1


def test_whoever_stands_in_has_the_roles_of_the_other_for_the_days_that_are_named(known):
    first, last = dt.date(2016, 8, 1), dt.date(2016, 8, 5)
    accounts.keep(known.archive, HEAD, "测试")
    accounts.keep(known.archive, WATCH, "测试")
    away = replace(COUNTY, stand_in=WATCH.name, stand_in_from=first, stand_in_until=last)
    accounts.keep(known.archive, away, "测试")
    for day, is_in in (
        (first - dt.timedelta(1), False),
        (first, True),
        (last, True),
        (last + dt.timedelta(1), False),
    ):
        acting = accounts.acting(known.archive, WATCH.name, day)
        assert ("unit" in acting.every_role) == is_in
        assert ("652328" in acting.own.units) == is_in
    with pytest.raises(AccountRefused, match="起止"):
        accounts.keep(known.archive, replace(away, stand_in_until=None), "测试")


def test_what_an_account_reaches_is_its_own_or_everything_and_nothing_of_a_place_that_is_not_its_own():
    lead = Account("银监", "钱示例", "CBRC", ("unit",))
    assert access.reach(COUNTY, "inspection") == Reach(("652328",), ())
    assert access.reach(lead, "inspection") == Reach(("CBRC",), ("A", "D"))
    assert access.reach(WATCH, "inspection") == Reach(("652301", "652302"), ("A",))
    assert access.reach(WATCH, "command") is None
    for account, place_ in ((COUNTY, "command"), (HEAD, "inspection"), (HEAD, "export"), (COUNTY, "trail")):
        with pytest.raises(access.Denied):
            access.reach(account, place_)
    with pytest.raises(access.Denied):
        access.reach(replace(COUNTY, is_active=False), "inspection")


def test_every_page_has_a_place_a_title_and_a_menu_or_a_link():
    assert set(access.TITLES) <= set(access.PLACES)
    for role, menu in access.MENUS.items():
        assert all(role in access.PLACES[name] for name in menu), role
    assert set(access.MENUS) == set(access.ROLES)


def test_a_password_lets_in_its_own_account_and_a_code_only_once_set(known, monkeypatch):
    keys = known.secrets
    code = keys.one_time_code("木垒")
    assert keys.is_password("木垒", code)
    assert keys.set_at("木垒")[1]
    assert not keys.is_password("木垒", "别的口令别的口令")
    assert not keys.is_password("没有这个人", code)
    keys.set_password("木垒", "自己的口令12")
    assert keys.is_password("木垒", "自己的口令12")
    assert not keys.is_password("木垒", code)
    late = keys.one_time_code("昌吉")
    now = secrets.time.time()
    monkeypatch.setattr(secrets.time, "time", lambda: now + secrets.ONCE + 1)
    assert not keys.is_password("昌吉", late)


def test_an_account_holds_so_many_sessions_and_one_more_ends_the_one_used_longest_ago(known, monkeypatch):
    monkeypatch.setattr(secrets, "MOST_SESSIONS", 2)
    moments = iter(range(1_800_000_000, 1_800_001_000))
    monkeypatch.setattr(secrets.time, "time", lambda: next(moments))
    first, second, third = (known.secrets.begin("木垒", "10.0.0.1")[0] for _ in range(3))
    other = known.secrets.begin("管理甲", "10.0.0.2")[0]
    assert known.secrets.session(first) is None
    assert all(known.secrets.session(token) for token in (second, third, other))


def test_a_session_ends_when_idle_when_old_and_when_it_is_ended(known, monkeypatch):
    keys, now = known.secrets, secrets.time.time()
    token, session = keys.begin("木垒", "10.0.0.1")
    assert keys.session(token) == session
    assert keys.session(session.handle) is None  # its name is not what the browser holds
    clock = {"now": now}
    monkeypatch.setattr(secrets.time, "time", lambda: clock["now"])
    clock["now"] = now + secrets.IDLE - 1
    assert keys.session(token)
    clock["now"] = now + secrets.IDLE + 3600
    assert keys.session(token)  # it was used meanwhile
    clock["now"] = now + secrets.LONGEST + 1
    assert keys.session(token) is None
    assert keys.sessions() == []
    token, session = keys.begin("木垒", "10.0.0.1")
    other, _ = keys.begin("木垒", "10.0.0.2")
    keys.end_all("木垒", but=session.handle)
    assert keys.session(token)
    assert keys.session(other) is None
    keys.end(session.handle)
    assert keys.session(token) is None


def test_secrets_are_read_by_their_user_alone_and_no_password_stands_in_them(known, where, place_of):
    known.secrets.set_password("木垒", "自己的口令12")
    token, _ = known.secrets.begin("木垒", "10.0.0.1")
    if place_of == "file" and os.name == "posix":
        assert stat.S_IMODE((where.home / secrets.FILE).stat().st_mode) == 0o600
    rows = [
        *known.secrets.rows.ask("SELECT * FROM door_password"),
        *known.secrets.rows.ask("SELECT * FROM door_session"),
    ]
    assert len(rows) == 2
    assert not any(secret in f"{rows}" for secret in ("自己的口令12", token))


def test_too_many_failures_close_the_door_for_a_while(known, monkeypatch):
    keys, now = known.secrets, 1_000_000.0
    clock = {"now": now}
    monkeypatch.setattr(secrets.time, "time", lambda: clock["now"])
    for _ in range(5):
        assert keys.wait("木垒", "10.0.0.1") == 0
        keys.failed("木垒", "10.0.0.1")
    assert keys.wait("木垒", "10.0.0.1") == 60
    assert keys.wait("木垒", "10.0.0.2") == 0
    for n in range(15):
        keys.failed("木垒", f"10.0.1.{n}")
    assert keys.wait("木垒", "10.0.0.2") == 600
    clock["now"] = now + 601
    assert keys.wait("木垒", "10.0.0.2") == 0


def test_the_trail_tells_who_did_what_and_an_opening_once(known):
    known.trail.write("signed_in", "木垒", unit="652328", address="10.0.0.1", session="s")
    for _ in range(3):
        known.trail.opened("木垒", "s", "机构 7", unit="652328")
    known.trail.opened("木垒", "t", "机构 7")
    deeds = known.trail.deeds()
    assert [(deed.kind, deed.subject) for deed in deeds] == [
        ("signed_in", ""),
        ("opened", "机构 7"),
        ("opened", "机构 7"),
    ]
    assert known.trail.verify() == 3
    (head,) = known.archive.entries("trail")
    assert (head.facts["seq"], head.facts["hash"]) == (1, deeds[0].hash)


def test_words_of_others_in_the_trail_are_bounded_and_steer_nothing(known):
    known.trail.write("not_let_in", subject="账户 \x1b[31m" + "长" * 10_000)
    (deed,) = known.trail.deeds()
    assert "\x1b" not in deed.subject
    assert len(deed.subject) <= 200


def test_a_trail_that_cannot_be_written_stops_no_sending(known, monkeypatch, caplog):
    def full(*_given):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(known.trail._journal, "append", full)
    known.trail.write("sent", "木垒", subject="回执 1")
    assert "the trail was not written" in caplog.text
    assert known.trail.deeds() == []


def test_a_line_of_the_trail_that_is_changed_is_found(tmp_path, monkeypatch):
    monkeypatch.delenv("STORE_URL", raising=False)
    store = intake.open_store(tmp_path)
    made = people.opened(place.of(tmp_path), store.archive)
    for account in ("甲", "乙", "丙"):
        made.trail.write("signed_in", account)
    path = tmp_path / "trail.jsonl"
    lines = path.read_bytes()
    path.write_bytes(lines.replace("乙".encode(), "丁".encode()))
    with pytest.raises(ArchiveDamaged):
        made.trail.verify()
    path.write_bytes(lines[: lines.index(b"\n") + 1].replace("甲".encode(), "丁".encode()))
    with pytest.raises(ArchiveDamaged):
        made.trail.verify()
    store.close()
    made.close()


def test_the_demonstration_brings_an_account_for_every_role_and_every_unit_that_owes(tmp_path, monkeypatch):
    monkeypatch.delenv("STORE_URL", raising=False)
    intake.begin_demo(tmp_path, dt.date(2016, 11, 18))
    store = intake.open_store(tmp_path)
    made = people.opened(place.of(tmp_path), store.archive)
    every = accounts.accounts(made.archive).values()
    assert {role for each in every for role in each.roles} == set(access.ROLES)
    assert {each.unit for each in every} == {unit for unit in PLAN.units if PLAN.obligations_of(unit)}
    assert all(made.is_password(each.name, people.DEMO_PASSWORD) for each in list(every)[:1])
    store.close()
    made.close()


def test_a_real_campaign_has_no_account_of_its_own(known):
    assert accounts.accounts(known.archive) == {}
    assert not known.is_password("示例领导", people.DEMO_PASSWORD)


def test_a_trail_that_was_kept_long_enough_goes_and_its_head_stays(known, where):
    for account in ("甲", "乙", "丙"):
        known.trail.write("signed_in", account)
    assert known.trail.seal(known.trail.deeds()[2].done_at) == 2
    assert [deed.account for deed in known.trail.deeds()] == ["丙"]
    known.trail.write("signed_out", "丙")
    assert known.trail.verify() == 2
    again = trail.opened(where, known.archive)
    assert [(deed.seq, deed.kind) for deed in again.deeds()] == [(3, "signed_in"), (4, "signed_out")]
    again.close()


def test_an_inspector_hands_in_checklists_and_nothing_else():
    assert access.may_send(COUNTY, ["survey_p2p"])
    assert access.may_send(WATCH, ["inspection"])
    assert not access.may_send(WATCH, ["survey_p2p"])
    assert not access.may_send(WATCH, ["inspection", "filing"])
    assert access.may_send(replace(WATCH, roles=("inspector", "office")), ["filing"])


def test_a_new_account_never_takes_the_place_of_another_and_a_changed_one_begins_anew(known):
    known.keep(HEAD, "测试", "新建", is_new=True)
    known.keep(COUNTY, "测试", "新建", is_new=True)
    token, _ = known.secrets.begin(COUNTY.name, "10.0.0.1")
    for name in (COUNTY.name, f"{COUNTY.name} ", f" {COUNTY.name}\u200b"):
        with pytest.raises(AccountRefused, match="已有这个账户名"):
            known.keep(replace(COUNTY, name=name, unit="OF"), "测试", "新建", is_new=True)
    assert known.account(COUNTY.name).unit == "652328"
    assert known.secrets.session(token)
    assert known.keep(COUNTY, "测试", "没有改")[1] == ""
    assert known.secrets.session(token)
    assert known.keep(replace(COUNTY, unit="652301"), "测试", "调动")[1] == "单位 652328→652301"
    assert known.secrets.session(token) is None


def test_no_telephone_and_no_number_of_a_person_stands_in_the_trail(known):
    words = "木垒 13899990000 0994-4902688 65232819800101001X 回执 20161118-00642"
    known.trail.write("sent", "木垒", subject=words)
    (deed,) = known.trail.deeds()
    assert deed.subject == "木垒 … … … 回执 20161118-00642"
