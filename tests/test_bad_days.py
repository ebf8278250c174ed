"""Bad days: a full disk, a damaged warehouse, odd names, an older archive: a sentence, nothing is lost."""

import errno
import json
import os
import shutil
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from cli import arguments, commands, printing
from pipelines import intake, kept
from pipelines.keeping import adopted, journal, names, place, warehouse
from pipelines.keeping.archive import Archive
from pipelines.keeping.journal import ArchiveDamaged, Journal
from pipelines.keeping.lines import FileLines
from tests.build import filled, good
from ui.plain import plain

HERE = Path(__file__).parent
A = filled("survey_p2p", good("survey_p2p"))
STATED = ("--by", "示例甲", "--received-at", "2016-07-08T17:30", "--reason", "补登")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A home with one accepted workbook, to be copied."""
    home = tmp_path_factory.mktemp("made") / "home"
    store = intake.open_store(home)
    intake.receive(store, A, "上报.xlsx", "示例甲")
    store.close()
    return home


@pytest.fixture
def home(made, tmp_path, monkeypatch):
    shutil.copytree(made, tmp_path / "home")
    monkeypatch.setenv("CAMPAIGN_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(arguments, "PATIENCE", 0)
    return tmp_path / "home"


def run(*words):
    ended = CliRunner().invoke(commands.app, [str(word) for word in words])
    assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
    return ended.exit_code, ended.output


def rows(home):
    store = intake.open_store(home)
    found = store.con.execute("SELECT count(*) FROM survey_p2p").fetchone()[0]
    store.close()
    return found, store.said


def flipped(content):
    return content[:4096] + bytes(255 - byte for byte in content[4096:200_000]) + content[200_000:]


DAMAGES = {
    "text": lambda path: path.write_text("这不是数据库"),
    "cut in half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "cut within its head": lambda path: path.write_bytes(path.read_bytes()[:100]),
    "zeros": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "blocks turned over": lambda path: path.write_bytes(flipped(path.read_bytes())),
    "empty": lambda path: path.write_bytes(b""),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "a log of something else": lambda path: path.with_name(f"{path.name}.wal").write_bytes(b"block" * 999),
    "another program's": lambda path: path.write_bytes(b"SQLite format 3\0" + bytes(8000)),
}


UNNOTICED = {"empty", "a log of something else"}  # DuckDB takes the one for new, and looks past the other


@pytest.mark.parametrize("kind", DAMAGES)
def test_a_damaged_warehouse_is_made_anew_from_the_archive_and_it_is_said(home, kind):
    DAMAGES[kind](home / place.WAREHOUSE)
    assert run("verify")[0] == 0  # the archive is whole
    found, said = rows(home)
    assert found == 1
    assert kind in UNNOTICED or ("已损坏" in said[0] and list(home.glob("damaged-*/*")))
    assert rows(home) == (1, ())


def test_a_warehouse_that_belongs_to_another_journal_stops(home, tmp_path):
    (home / "archive").rename(tmp_path / "away")
    code, printed = run("answer", "matrix", "--as-of", "2016-07-11")
    assert code == 1
    assert "不属于" in printed


def test_files_without_a_journal_stop_and_no_new_journal_is_begun(home):
    (home / "archive" / "journal.jsonl").unlink()
    code, printed = run("receipts")
    assert (code, "没有流水" in printed) == (1, True)
    assert not (home / "archive" / "journal.jsonl").exists()


def test_a_journal_that_shrinks_under_an_open_archive_stops_writing_at_once(home):
    archive = Archive(home / "archive")
    archive.entries()
    lines = home / "archive" / "journal.jsonl"
    whole = lines.read_bytes()
    lines.write_bytes(whole[:-10])
    with pytest.raises(ArchiveDamaged, match="变短"):
        archive.write("recorded", {})
    assert lines.read_bytes() == whole[:-10]


COMMANDS = [
    ("receipts",),
    ("receipt", "x"),
    ("verify",),
    ("rebuild",),
    ("answer", "matrix", "--as-of", "2016-07-11"),
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_changed_journal_is_told_by_every_command(home, words):
    path = home / "archive" / "journal.jsonl"
    path.write_bytes(path.read_bytes().replace("示例甲".encode(), "示例乙".encode()))
    code, printed = run(*words)
    assert (code, "与签记不符" in printed) == (1, True)


def test_a_missing_original_is_told(home):
    shutil.rmtree(home / "archive" / "files")
    (home / place.WAREHOUSE).unlink()
    code, printed = run("answer", "matrix", "--as-of", "2016-07-11")
    assert (code, "缺失" in printed) == (1, True)


NUMBERS = [errno.ENOSPC, errno.EFBIG, errno.EROFS, errno.EACCES, errno.ENOSPC, errno.EIO]


@pytest.mark.parametrize(("nth", "number"), list(enumerate(NUMBERS, 1)))
def test_a_write_that_fails_is_a_sentence_and_nothing_acknowledged_is_lost(
    home, tmp_path, monkeypatch, number, nth
):
    path, real, calls = tmp_path / "新.xlsx", os.fsync, []
    path.write_bytes(filled("survey_p2p", good("survey_p2p", stock_scale=700)))
    before = [r.no for r in Archive(home / "archive").receipts()]

    def failing(handle):
        calls.append(1)
        if len(calls) == nth:
            raise OSError(number, os.strerror(number), "盘")
        real(handle)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", failing)
        code, printed = run("submit", path, *STATED)
    assert code == 1 if len(calls) >= nth else code == 0
    assert len(calls) < nth or "没有丢失" in printed
    archive = Archive(home / "archive")
    assert archive.verify() == []
    assert [r.no for r in archive.receipts()][: len(before)] == before
    assert run("submit", path, *STATED)[0] == 0
    assert rows(home)[0] == 2


def test_a_full_disk_in_the_warehouse_is_the_machine_s_fault(home, tmp_path, monkeypatch):
    import duckdb

    why = duckdb.IOException("IO Error: Could not write file: No space left on device")
    assert warehouse.of_machine(why).errno == errno.ENOSPC
    assert warehouse.of_machine(duckdb.IOException("a damaged block")) is None

    def full(con):
        raise why

    monkeypatch.setattr(arguments.views, "install", full)
    code, printed = run("answer", "matrix", "--as-of", "2016-07-11")
    assert (code, "磁盘已满" in printed) == (1, True)


@pytest.mark.parametrize("words", ["0001-01-01", "9999-12-31T23:59-12:00", "七月", "1900-01-01"])
def test_an_impossible_time_is_a_sentence(home, tmp_path, words):
    (tmp_path / "a.xlsx").write_bytes(A)
    assert run("submit", tmp_path / "a.xlsx", "--by", "甲", "--received-at", words, "--reason", "x")[0] == 2


def test_a_stated_time_needs_a_reason(home, tmp_path):
    (tmp_path / "a.xlsx").write_bytes(A)
    code, printed = run("submit", tmp_path / "a.xlsx", "--by", "甲", "--received-at", "2016-07-08T17:30")
    assert (code, "--reason" in printed) == (2, True)


def test_a_backup_that_cannot_be_written_or_is_not_there_is_a_sentence(home, tmp_path):
    assert run("backup", tmp_path / "没有" / "copy.zip")[0] == 1
    assert run("restore", tmp_path / "没有.zip")[0] == 1


def test_the_second_command_waits_for_the_first_with_a_word(home, monkeypatch):
    monkeypatch.setattr(arguments, "PATIENCE", 60)
    real, left = warehouse.connect, [3]

    def busy(path):
        left[0] -= 1
        if left[0] >= 0:
            raise warehouse.Busy(str(path))
        return real(path)

    monkeypatch.setattr(warehouse, "connect", busy)
    monkeypatch.setattr(arguments, "PAUSE", 0)
    code, printed = run("answer", "matrix", "--as-of", "2016-07-11")
    assert code == 0
    assert printed.count("最多一分钟") == 1


def test_an_app_is_said_to_run_only_where_one_runs(home, monkeypatch):
    def busy(path):
        raise warehouse.Busy(str(path))

    monkeypatch.setattr(warehouse, "connect", busy)
    code, printed = run("rebuild")
    assert (code, "应用正在运行" in printed) == (3, False)
    lock = place.serve(home)
    try:
        code, printed = run("rebuild")
    finally:
        lock.release()
        place.serve.cache_clear()
    assert (code, "应用正在运行" in printed) == (3, True)


def test_check_asks_as_of_a_day(home, tmp_path):
    (tmp_path / "a.xlsx").write_bytes(A)
    early, late = (
        json.loads(run("check", tmp_path / "a.xlsx", "--as-of", day, "--json")[1])[0]["verdict"]
        for day in ("2016-07-01", "2016-07-08")
    )
    assert (early, late) == ("refused", "acceptable")  # it was filled in on 07-08


def old(tmp_path):
    """A home as commit b6e2825 left it: four sendings judged, one received alone, and its warehouse."""
    with zipfile.ZipFile(HERE / "archives" / "b6e2825.zip") as packed:
        packed.extractall(tmp_path / "old")
    return tmp_path / "old"


def test_an_archive_of_an_earlier_commit_opens_and_says_the_same(tmp_path):
    store = intake.open_store(old(tmp_path))
    verdicts = store.con.execute("SELECT verdict FROM submission ORDER BY entry").fetchall()
    assert [verdict for (verdict,) in verdicts] == [
        "acceptable",
        "refused",
        "unreadable",
        *["acceptable"] * 2,
    ]
    asked = "SELECT submission FROM current_answer(DATE '2016-12-31') WHERE field = 'A'"
    assert store.con.execute(asked).fetchall() == [("20160708-00009",)]
    assert [entry.facts["reason"] for entry in store.archive.entries("plan")] == [adopted.FIRST]
    assert store.archive.verify() == []
    first = store.archive.receipts()[0]
    assert kept.decided(store, first).verdict == "acceptable"
    store.close()


HOSTILE = {
    "a\x0bb\x1b[31m.xlsx": "a b[31m.xlsx",
    "../../etc/表.xlsx": "表.xlsx",
    "C:\\我的\\表.xls": "表.xls",
    "\u202e表xslx.exe": "表xslx.exe",
    "": "未命名",
    " .xlsx": "未命名.xlsx",
    "...": "未命名",
    "表".encode("gbk").decode("utf-8", "surrogateescape") + ".xlsx": "表.xlsx",
    "[/b].xlsx": "b].xlsx",
}


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_a_name_is_cleaned_at_the_door(name):
    assert names.filename(name) == HOSTILE[name]


@given(st.text(st.characters()))
def test_any_name_becomes_one_that_breaks_nothing(name):
    for clean in (names.filename, names.person):
        cleaned = clean(name)
        assert cleaned
        assert clean(cleaned) == cleaned
        assert not set("/\\") & set(cleaned) or clean is names.person
        assert printing.printable(cleaned) == cleaned
        cleaned.encode()


def test_a_file_with_a_gbk_name_gets_its_receipt(home, tmp_path):
    path = tmp_path / os.fsdecode("县表.xlsx".encode("gbk"))
    path.write_bytes(A)
    for words in (("check", path), ("submit", path, "--by", "甲\x0b\x1b[31m乙"), ("receipts",)):
        code, printed = run(*words)
        assert code == 0
        assert "\x1b" not in printed
    assert Archive(home / "archive").receipts()[-1].filename in {"县表.xlsx", "上报.xlsx"}


@pytest.mark.parametrize("how", [(), ("--json",)])
def test_nothing_of_a_cell_steers_the_terminal(tmp_path, home, how):
    bad = filled("survey_p2p", good("survey_p2p", risk_level="[/red]\u202e\u009b31m"))
    (tmp_path / "坏.xlsx").write_bytes(bad)
    code, printed = run("submit", tmp_path / "坏.xlsx", "--by", "甲", *how)
    assert code == 1
    assert not set("\u202e\u009b\x1b") & set(printed)
    assert "[/red]" in printed


def test_no_typed_address_becomes_a_link():
    shown = plain("见 http://a.example 和 www.b.example 或 c@d.example").replace("\\", "")
    for live in ("http://a", "www.b", "c@d"):
        assert live not in shown


def test_a_torn_write_leaves_a_tail_that_the_next_entry_sets_aside(tmp_path):
    path = tmp_path / "journal.jsonl"
    log = Journal(FileLines(path))
    log.append("recorded", {"n": 1})
    log.added()
    with path.open("ab") as file:
        file.write(b'{"half')
    log.append("recorded", {"n": 2})
    assert [entry.facts["n"] for entry in journal.read_entries(path.read_bytes())] == [1, 2]
