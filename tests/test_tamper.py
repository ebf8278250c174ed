"""A record that cannot be bent: each way in which one was tried is found, or is named in docs/security.md."""

import datetime as dt
import json
import os
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import commands
from pipelines import intake
from pipelines.keeping import (
    anchors,
    backup,
    ddl,
    opening,
    place,
    sealing,
    signing,
    trail,
    verified,
    warehouse,
)
from pipelines.keeping.archive import Archive
from pipelines.keeping.journal import ArchiveDamaged, Journal, read_entries
from pipelines.keeping.lines import FileLines
from pipelines.keeping.place import WrongSetting
from pipelines.keeping.signing import Anchor, Key
from schemas import plan as plans
from tests import tamper
from tests.build import filled, good

ROOT = Path(__file__).parent.parent
GOOD, BAD = filled("survey_p2p", good("survey_p2p")), filled("survey_p2p", good("survey_p2p", legal_rep=None))
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
IN_JOURNAL = {
    "the last entry cut": tamper.cut(1),
    "the last three cut": tamper.cut(3),
    "an entry taken out": tamper.taken_out("judged"),
    "a placing taken out": tamper.taken_out("placed"),
    "two entries exchanged": tamper.arranging(tamper.exchanged),
    "a line twice": tamper.twice,
    "bytes behind the last line": tamper.appended(b"{}"),
    "a line of nothing": tamper.appended(b"\n"),
    "a receipt invented": tamper.invented(copied=False),
    "a receipt invented with a copied signature": tamper.invented(copied=True),
    "an arrival backdated": tamper.changing("received", received_at="2016-07-01T01:00:00+00:00"),
    "a verdict turned": tamper.changing("judged", 1, verdict="acceptable"),
    "a sender renamed": tamper.changing("received", sent_by="示例乙"),
    "an actor renamed": tamper.naming("received", by="别人"),
    "a time of writing changed": tamper.naming("received", written_at="2016-07-01T01:00:00.000000+00:00"),
    "a form lowered": tamper.naming("received", v=1),
    "a signature taken away": tamper.naming("recorded", sig=""),
    "file and hash replaced": tamper.replaced_original,
    "the recorded plan moved": tamper.changing("plan", reason="州办通知延期"),
    "a mark of the demonstration put in": tamper.arranging(tamper.marked_as_demo),
    "the seal removed": tamper.unsealed,
    "sealed by another key": tamper.sealed_by_another,
    "the key said to be lost": tamper.lost_to_another,
    "another campaign's archive": tamper.another_campaign,
    "the journal emptied": lambda home: tamper.lines_of(home).write_bytes(b""),
    "the journal deleted": tamper.without(tamper.lines_of),
}
IN_FILES = {
    "an original deleted": tamper.of_file("received", "sha256", Path.unlink),
    "an original altered in its size": tamper.of_file("received", "sha256", tamper.same_size),
    "an original put elsewhere": tamper.of_file("received", "sha256", tamper.elsewhere),
    "a report of a judgement altered": tamper.of_file("judged", "judgement", tamper.same_size),
}
IN_WAREHOUSE = {
    "a figure edited": "UPDATE survey_p2p SET stock_scale = 1",
    "a figure taken out": "DELETE FROM survey_p2p",
    "a row doubled": "INSERT INTO survey_p2p FROM survey_p2p",
    "a verdict turned in the tables": "UPDATE submission SET verdict = 'acceptable'",
    "an arrival moved in the tables": "UPDATE submission SET received_at = TIMESTAMP '2016-07-01'",
    "a problem taken away": "DELETE FROM problem",
    "a sending taken out": "DELETE FROM submission WHERE verdict = 'refused'",
    "a sending put in": "INSERT INTO submission (id) VALUES ('20160708-99999')",
    "an event moved": "UPDATE event SET happened_at = TIMESTAMP '2016-07-01'",
    "an event renumbered": "UPDATE event SET nth = nth + 1",
    "a placing changed": "UPDATE placed SET received_at = TIMESTAMP '2016-07-01'",
}
WAYS = {**IN_JOURNAL, **IN_FILES, **{k: tamper.in_warehouse(sql) for k, sql in IN_WAREHOUSE.items()}}


def made(home):
    store = intake.open_store(home)
    intake.receive(store, GOOD, "上报.xlsx", "示例甲", by="admin")
    late = intake.receive(store, BAD, "上报.xlsx", "示例甲").receipt
    intake.place(store, late.no, late.received_at - dt.timedelta(hours=1), "补登", "本机:root")
    store.close()


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    """A signed campaign with an accepted and a refused sending and a placing, with its keys beside."""
    base = tmp_path_factory.mktemp("tamper")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(base / "now" / "config"))
        patch.delenv("STORE_URL", raising=False)
        made(base / "now" / "home")
        intake.open_store(base / "now" / "other").close()
        backup.backup(place.of(base / "now" / "home"), base / "copy.zip")
    (base / "now").rename(base / "kept")
    return base


@pytest.fixture
def home(pristine, monkeypatch):
    """The campaign at the same place each time, to be bent."""
    shutil.rmtree(pristine / "now", ignore_errors=True)
    shutil.copytree(pristine / "kept", pristine / "now")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(pristine / "now" / "config"))
    monkeypatch.delenv("STORE_URL", raising=False)
    monkeypatch.setenv("CAMPAIGN_HOME", str(pristine / "now" / "home"))
    return pristine / "now" / "home"


def found(home, *against):
    """What a check says is wrong."""
    named = [(path.name, anchor) for path in against for anchor in anchors.read(path)]
    try:
        return verified.of(place.of(home), opening.archive(place.of(home)), plans.HOME, named).faults
    except ArchiveDamaged as why:
        return [str(why)]


def run(*words):
    ended = CliRunner().invoke(commands.app, [str(word) for word in words])
    assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
    return ended.exit_code, ended.output


def contents(folder):
    return {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in sorted(folder.rglob("*")) if p.is_file()}


def key_path():
    (path,) = (Path(os.environ["XDG_CONFIG_HOME"]) / signing.FOLDER).glob("home-*.key")
    return path


def test_what_nobody_bent_is_whole_and_a_check_writes_nothing(home, pristine):
    before = contents(pristine / "now")
    assert found(home, pristine / "copy.zip") == []
    code, printed = run("verify")
    assert (code, "签名无误" in printed) == (0, True)
    assert contents(pristine / "now") == before


@pytest.mark.parametrize("way", WAYS)
def test_it_is_found_when_somebody_bends(home, way):
    WAYS[way](home)
    assert found(home) != []
    assert way in PAGE


@pytest.mark.parametrize("way", IN_JOURNAL)
def test_nothing_is_written_behind_a_bent_journal(home, way):
    IN_JOURNAL[way](home)
    if way == "bytes behind the last line":  # as a crash leaves them: set aside
        intake.open_store(home).close()
        return
    before = tamper.lines_of(home).read_bytes() if tamper.lines_of(home).exists() else b""
    with pytest.raises(ArchiveDamaged):
        intake.open_store(home)
    assert (tamper.lines_of(home).read_bytes() if tamper.lines_of(home).exists() else b"") == before


def test_lines_cut_or_rewritten_while_the_app_holds_the_database_are_found(home, monkeypatch):
    archive = opening.archive(place.of(home))
    archive.entries()

    def busy(path, **more):
        raise warehouse.Busy(str(path))

    monkeypatch.setattr(warehouse, "connect", busy)
    code, printed = run("verify")
    assert (code, "应用正在运行" in printed) == (0, True)  # the truth: the figures were not looked at
    whole = tamper.lines_of(home).read_bytes()
    for bent in (whole[: len(whole) // 2], b"x" * len(whole), b""):
        tamper.lines_of(home).write_bytes(bent)
        with pytest.raises(ArchiveDamaged):
            archive.entries()
        assert run("verify")[0] == 1


def test_a_plan_moved_without_a_word_is_found(home, tmp_path, monkeypatch):
    shutil.copytree(plans.HOME, tmp_path / "plan")
    due = tmp_path / "plan" / "obligation.csv"
    due.write_text(due.read_text(encoding="utf-8").replace("2016-07-08", "2016-07-12"), encoding="utf-8")
    monkeypatch.setattr(plans, "HOME", tmp_path / "plan")
    assert "方案与登记的不同" in found(home)[0]


def test_a_trail_bent_or_cut_is_found_by_the_head_that_is_signed(home):
    archive = opening.archive(place.of(home))
    for n in range(2):
        trail.opened(place.of(home), archive).write("command", f"{n}")
    assert found(home) == []
    path = home / trail.FILE
    whole = path.read_bytes()
    for bent in (whole.replace(b"command", b"refused", 1), b"", whole[1:]):
        path.write_bytes(bent)
        assert "留痕" in found(home)[0]


def test_a_key_exchanged_or_its_start_moved_is_found(home):
    plain = json.loads(key_path().read_text())
    for bent in (
        {**plain, "private": signing.new().private.private_bytes_raw().hex()},
        {**plain, "began": {"journal": {"seq": 2, "hash": plain["began"]["journal"]["hash"]}}},
    ):
        key_path().write_text(json.dumps(bent))
        assert found(home)
        with pytest.raises(ArchiveDamaged):
            intake.open_store(home)


def test_without_the_key_all_can_be_read_and_nothing_written_and_it_is_said(home):
    key_path().unlink()
    code, printed = run("verify")
    assert (code, "没有签名私钥" in printed) == (0, True)
    assert run("receipts")[0] == 0
    code, printed = run("answer", "matrix", "--as-of", "2016-07-11")
    assert (code, "签名私钥" in printed, "key replace" in printed) == (1, True, True)
    with pytest.raises(WrongSetting, match="私钥"):
        opening.archive(place.of(home)).write("died", {})


def test_whoever_has_key_and_archive_is_found_by_what_left_the_house(home, pristine, tmp_path):
    receipt = tmp_path / "回执.json"
    receipt.write_text(run("receipt", opening.archive(place.of(home)).numbers()[0])[1], encoding="utf-8")
    shown = tmp_path / "公钥.json"
    shown.write_text(run("key", "show")[1], encoding="utf-8")
    note = tmp_path / "记录.txt"
    last = tamper.entries(home)[-1]
    note.write_text(f"第 {last['seq']} {last['hash']}\n", encoding="utf-8")
    outside = (receipt, shown, note, pristine / "copy.zip")
    assert found(home, *outside) == []
    plain, key = tamper.entries(home), signing._at(key_path())
    plain[tamper.at(plain, "received")]["facts"]["sent_by"] = "示例乙"
    since = tamper.at(plain, "seal")
    tamper.write(home, plain, key, since)
    tamper.without_warehouse(home)
    for seen in key_path().parent.glob("*.seen"):
        seen.unlink()
    assert found(home) == []  # the keeper of both: outside the promise, and so named
    assert "whoever has both key and archive" in PAGE
    for path in (receipt, note, pristine / "copy.zip"):
        assert found(home, path), path
    assert run("verify", "--against", receipt)[0] == 1
    assert found(home, shown) == []  # the seal itself was left as it was


def test_what_names_no_entry_is_said(home, tmp_path):
    (tmp_path / "x.txt").write_text("没有指纹")
    code, printed = run("verify", "--against", tmp_path / "x.txt")
    assert (code, "没有流水的条目号和指纹" in printed) == (2, True)
    code, printed = run("verify", "--against", tmp_path / "没有")
    assert (code, "找不到" in printed) == (2, True)
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as copy:
        copy.writestr("a", "b")
    assert "不是完整的备份文件" in run("verify", "--against", tmp_path / "x.zip")[1]


def test_a_key_is_replaced_with_a_reason_and_what_was_signed_stays(home):
    before = opening.archive(place.of(home)).head.key
    store = intake.open_store(home)
    code, printed = run("key", "replace", "--reason", "人员调离")
    assert (code, "已换用" in printed) == (0, True)
    intake.receive(store, b"junk", "a.xls", "示例甲")  # an app that runs goes on with the new one
    store.close()
    archive = opening.archive(place.of(home))
    (entry,) = archive.entries("key")
    assert (entry.facts["was"], entry.facts["reason"], entry.by[:3]) == (before, "人员调离", "本机:")
    assert archive.head.key == entry.facts["key"] != before
    assert found(home) == []
    assert run("key", "replace", "--reason", " ")[0] == 2


def test_a_lost_key_is_replaced_and_the_record_says_so(home):
    key_path().unlink()
    assert "丢失" in run("key", "replace", "--reason", "硬盘损坏")[1]
    intake.open_store(home).close()
    code, printed = run("verify")
    assert (code, "原私钥丢失，理由：硬盘损坏" in printed) == (0, True)


@pytest.mark.parametrize("step", ["make", "append", "take", "begin"])
def test_a_crash_while_a_key_is_made_or_replaced_costs_nothing(home, monkeypatch, step):
    owner, new = Journal if step == "append" else signing.KeyFile, home.parent / "new"
    real = getattr(owner, step)

    def dies(*given, **named):
        real(*given, **named)
        raise KeyboardInterrupt

    steps = {"replace": {"make", "append", "take"}, "first": {"make", "append", "take", "begin"}}
    ways = {
        "replace": lambda: opening.archive(place.of(home)).replace_key("x", ""),
        "first": lambda: made(new),
    }
    for way, begin in ways.items():
        if step in steps[way]:
            with monkeypatch.context() as patch:
                patch.setattr(owner, step, dies)
                with pytest.raises(KeyboardInterrupt):
                    begin()
    for each in (home, new):
        intake.open_store(each).close()
        assert found(each) == []


def test_a_home_given_back_from_a_copy_says_which_lines_it_lacks(home, pristine, tmp_path):
    store = intake.open_store(home)
    intake.receive(store, b"junk", "a.xls", "示例甲")
    store.close()
    lost = tamper.entries(home)[-1]
    shutil.rmtree(home)
    assert run("restore", pristine / "copy.zip")[0] == 0
    (entry,) = opening.archive(place.of(home)).entries("restored")
    assert entry.facts["lost"] == {"seq": lost["seq"], "hash": lost["hash"]}
    assert found(home) == []


def test_a_copy_names_the_state_of_the_data_and_holds_no_key(pristine, home):
    with zipfile.ZipFile(pristine / "copy.zip") as copy:
        told = json.loads(copy.read(anchors.MANIFEST))
        held = b"".join(copy.read(name) for name in copy.namelist())
    events = opening.archive(place.of(home)).events()
    newest = max(events)
    assert told == {"nth": newest, "entry": events[newest].seq, "hash": events[newest].hash}
    assert signing._at(key_path()).private.private_bytes_raw().hex().encode() not in held


def test_figures_made_anew_are_signed_again_where_they_are_others(home, monkeypatch):
    assert run("rebuild")[0] == 0
    assert opening.archive(place.of(home)).entries("made") == []  # the same rows as were signed
    monkeypatch.setattr(ddl, "fingerprint", lambda: "of other schemas")
    intake.open_store(home).close()
    assert len(opening.archive(place.of(home)).entries("made")) == 1
    assert found(home) == []
    tamper.in_warehouse("UPDATE survey_p2p SET stock_scale = 1")(home)
    assert found(home)


def test_everything_made_is_its_owners_alone_whatever_the_habit_of_the_machine(tmp_path):
    code = (
        "import os, pathlib, sys; os.umask(0)\n"
        "from pipelines import intake; from pipelines.keeping import backup, place\n"
        "home = pathlib.Path(sys.argv[1]); store = intake.open_store(home)\n"
        "intake.receive(store, b'junk', 'a.xls', 'x')\n"
        "backup.backup(place.of(home), home.parent / 'copy.zip')\n"
        "os.kill(os.getpid(), 9)\n"  # with the database's log still there
    )
    env = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path / "made" / "config"), "STORE_URL": ""}
    home = tmp_path / "made" / "home"
    subprocess.run([sys.executable, "-c", code, str(home)], cwd=ROOT, env=env, check=False)
    every = [tmp_path / "made" / "copy.zip", *(p for p in (tmp_path / "made").rglob("*"))]
    modes = {p: stat.S_IMODE(p.stat().st_mode) for p in every}
    assert {p.name for p in every} >= {"copy.zip", "journal.jsonl", "warehouse.duckdb", "lock"}
    assert {p: oct(m) for p, m in modes.items() if m != (0o700 if p.is_dir() else 0o600)} == {}


def test_entries_say_who_did_it(home):
    by = {(e["kind"], e["by"]) for e in tamper.entries(home)}
    assert {("received", "admin"), ("placed", "本机:root"), ("judged", "")} <= by
    assert all(e["v"] == 2 for e in tamper.entries(home))


def test_an_old_journal_is_sealed_as_it_stands(home, tmp_path):
    archive = Archive(tmp_path / "plain")
    for n in range(3):
        archive.write("died", {"no": f"{n}", "reason": "x"})
    keys = signing.KeyFile(tmp_path / "key", tmp_path / "seen", is_named=True)
    again = Archive(tmp_path / "plain", keys=keys)
    assert "已生成签名私钥" in again.hold()[0]
    assert again.hold() == []
    seal = again.entries("seal")[0]
    assert (seal.seq, seal.facts["count"], seal.facts["head"]) == (4, 3, seal.prev)
    again.write("died", {"no": "3"})
    assert again.verify() == []
    assert [bool(e.sig) for e in again.entries()] == [False] * 3 + [True] * 2


def test_a_later_form_of_a_line_is_said_to_be_one(tmp_path, monkeypatch):
    archive = Archive(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr("pipelines.keeping.journal.VERSION", 3)
        archive._journal.append("died", {})
    with pytest.raises(ArchiveDamaged, match="由更新的程序写成"):
        archive.entries()


def test_any_chain_of_lines_can_be_a_journal_with_a_key_or_without(tmp_path):
    plain = Journal(FileLines(tmp_path / "trail.jsonl"))
    plain.append("opened", {"n": 1}, "admin")
    assert [e.facts for e in plain.added()] == [{"n": 1}]
    keys = signing.KeyFile(tmp_path / "key", tmp_path / "seen", is_named=True, name="trail")
    signed = Journal(FileLines(tmp_path / "trail.jsonl"), keys)
    sealing.hold(signed, signed.added())
    signed.added()
    written = signed.append("opened", {"n": 2}, "admin")
    assert signed.added()[0].hash == written.hash == keys.last().hash
    assert len(list(read_entries((tmp_path / "trail.jsonl").read_bytes()))) == 3


def test_a_key_never_stands_in_the_home_nor_in_what_is_printed(tmp_path, monkeypatch):
    monkeypatch.setenv("CAMPAIGN_KEY", str(tmp_path / "home" / "key"))
    with pytest.raises(WrongSetting, match="不能放在数据目录中"):
        intake.open_store(tmp_path / "home")
    key = signing.new()
    assert key.private.private_bytes_raw().hex() not in repr(Key(key.private, {"journal": Anchor(1, "x")}))


def test_the_demonstration_makes_its_own_key_again_and_again(tmp_path):
    for _ in range(2):
        intake.begin_demo(tmp_path / "home", dt.date(2016, 7, 20))
        store = intake.open_store(tmp_path / "home")
        assert [e.kind for e in store.archive.entries()][:2] == ["demo", "seal"]
        store.close()
        shutil.rmtree(tmp_path / "home")
