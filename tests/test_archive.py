"""What was received stays as it was received: a changed byte is found, a crash costs nothing."""

import datetime as dt
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.keeping import names
from pipelines.keeping.archive import Archive, Arrival
from pipelines.keeping.journal import ArchiveDamaged, Journal

ROOT = Path(__file__).parent.parent
NOW = dt.datetime(2016, 7, 8, 16, 30, tzinfo=dt.UTC)  # already the 9th in Shanghai
POSITIONS = 250  # in each file


def send(archive, content=b"one", *, unit=None, obligation=None):
    return archive.receive(content, "上报.xlsx", "示例甲", unit, obligation, Arrival(NOW))


def lines_of(archive):
    return archive.root / "journal.jsonl"


def files_of(archive):
    return [p for p in [lines_of(archive), *archive.files.rglob("*")] if p.is_file()]


@pytest.fixture
def archive(tmp_path):
    """An archive with three sendings, one of them judged."""
    made = Archive(tmp_path / "archive")
    for content in (b"one", b"two" * 200, bytes(range(256)) * 4):
        receipt, _ = send(made, content)
    made.sign(receipt.no, {"verdict": "acceptable", "judgement": made.keep(b'{"problems": []}')})
    return made


def test_what_was_kept_is_whole_and_comes_back_as_it_was(archive):
    assert archive.verify() == []
    assert [archive.bytes_of(r.sha256) for r in archive.receipts()] == [
        b"one",
        b"two" * 200,
        bytes(range(256)) * 4,
    ]
    assert Archive(archive.root).entries() == archive.entries()


def test_a_changed_byte_is_found_wherever_it_stands(archive):
    chance = random.Random(2016)
    for path in files_of(archive):
        whole = path.read_bytes()
        for at in {0, len(whole) - 1, *(chance.randrange(len(whole)) for _ in range(POSITIONS))}:
            path.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << chance.randrange(8))]) + whole[at + 1 :])
            assert archive.verify(), (path.name, at)
        path.write_bytes(whole)
    assert archive.verify() == []


def test_a_byte_lost_or_added_is_found(archive):
    for path in files_of(archive):
        whole = path.read_bytes()
        for other in (whole[:-1], whole[1:], whole + b"\n", b""):
            path.write_bytes(other)
            assert archive.verify() or (path == lines_of(archive) and not other)
        path.write_bytes(whole)


def test_a_line_taken_out_or_two_exchanged_are_found(archive):
    lines = lines_of(archive).read_bytes().splitlines(keepends=True)
    for other in (lines[1:], [lines[0], *lines[2:]], [lines[1], lines[0], *lines[2:]], [*lines, lines[-1]]):
        lines_of(archive).write_bytes(b"".join(other))
        assert archive.verify()
        with pytest.raises(ArchiveDamaged):
            Archive(archive.root).entries()


def test_a_file_taken_away_or_put_elsewhere_is_found(archive):
    (first, *_) = archive.receipts()
    path = archive.files / first.sha256[:2] / first.sha256
    path.rename(archive.files / first.sha256)
    assert len(archive.verify()) == 2
    (archive.files / first.sha256).unlink()
    assert archive.verify() == [f"文件缺失：{first.sha256}"]


@pytest.mark.parametrize("kept", [1, 20, -1])
def test_a_line_torn_by_a_crash_is_set_aside_and_the_next_is_written(archive, kept):
    before = archive.entries()
    line = lines_of(archive).read_bytes().splitlines(keepends=True)[-1]
    with lines_of(archive).open("ab") as file:
        file.write(line[:kept])
    assert archive.verify() == ["流水末行没有写完"]
    again = Archive(archive.root)
    assert again.entries() == before
    receipt, repeated = send(again, b"four")
    assert (receipt.no, repeated) == ("20160709-00005", False)
    assert again.verify() == []
    assert [p.read_bytes() for p in again.root.glob("torn-*")] == [line[:kept]]
    assert len(archive.entries()) == 5


def test_a_file_left_half_written_by_a_crash_is_no_fault(archive):
    (archive.files / "ab" / "abc.1.2.new").parent.mkdir(exist_ok=True)
    (archive.files / "ab" / "abc.1.2.new").write_bytes(b"half")
    assert archive.verify() == []


def test_the_number_bears_the_day_in_shanghai(archive):
    assert [r.no for r in archive.receipts()] == ["20160709-00001", "20160709-00002", "20160709-00003"]


def test_the_same_sending_twice_gives_the_same_receipt(archive):
    first, repeated = send(archive, b"five", unit="652301")
    again, repeated_again = Archive(archive.root).receive(
        b"five", "别名.xlsx", "示例乙", "652301", None, Arrival(NOW)
    )
    assert (repeated, repeated_again) == (False, True)
    assert again == first


@pytest.mark.parametrize("other", [{"unit": "652302"}, {"obligation": "county_survey"}])
def test_the_same_bytes_for_another_unit_or_matter_are_another_sending(archive, other):
    first, _ = send(archive, b"five")
    second, repeated = send(archive, b"five", **other)
    assert not repeated
    assert (second.no != first.no, second.sha256) == (True, first.sha256)


def test_a_verdict_is_given_once(archive):
    (first, *_) = archive.receipts()
    archive.sign(first.no, {"verdict": "refused"})
    archive.sign(first.no, {"verdict": "acceptable"})
    assert archive.verdict(first.no)["verdict"] == "refused"


@given(st.binary(max_size=300), st.text(max_size=40), st.one_of(st.none(), st.text(max_size=8)))
def test_any_bytes_and_any_name_come_back(tmp_path_factory, content, name, unit):
    archive = Archive(tmp_path_factory.mktemp("any"))
    receipt, _ = archive.receive(content, name, name, unit, None, Arrival(NOW))
    (back,) = Archive(archive.root).receipts()
    assert (back, archive.bytes_of(back.sha256), archive.verify()) == (receipt, content, [])
    assert back.filename == names.filename(back.filename) != ""


def test_processes_appending_at_once_get_numbers_of_their_own(archive):
    program = (
        "import sys, datetime as dt, pathlib; from pipelines.keeping.archive import Archive, Arrival\n"
        "a = Archive(pathlib.Path(sys.argv[1]))\n"
        "for n in range(20): print(a.receive(f'{sys.argv[2]}-{n}'.encode(), 'x', 'y', None, None, "
        "Arrival(dt.datetime.now(tz=dt.UTC)))[0].no[9:])"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(archive.root), str(n)], stdout=subprocess.PIPE, cwd=ROOT
        )
        for n in range(3)
    ]
    numbers = [no for child in started for no in child.communicate()[0].decode().split()]
    assert sorted(map(int, numbers)) == list(range(5, 65))
    assert archive.verify() == []
    assert len(archive.receipts()) == 63


def test_threads_that_share_an_archive_neither_lose_nor_double_an_entry(archive, monkeypatch):
    failed, inside, added = [], [], Journal.added

    def alone(self):
        inside.append(threading.get_ident())
        time.sleep(0.0005)  # lets another thread in where nothing keeps it out
        entries = added(self)
        here = set(inside)
        inside.remove(threading.get_ident())
        assert here == {threading.get_ident()}
        return entries

    monkeypatch.setattr(Journal, "added", alone)

    def work(n):
        try:
            for k in range(15):
                send(
                    archive, f"{n % 2}-{k}".encode(), unit=f"{n % 2}", obligation=f"{k}"
                )  # every sending is made by two threads
                archive.entries()
        except Exception as why:
            failed.append(why)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert [e.seq for e in archive.entries()] == list(range(1, 35))
    assert archive.verify() == []
