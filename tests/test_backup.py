"""A campaign in one file, and back: whole, or not at all."""

import random
import zipfile

import pytest

from pipelines.keeping import place
from pipelines.keeping.archive import Archive
from pipelines.keeping.backup import CannotRestore, backup, restore
from tests.test_archive import send


@pytest.fixture
def home(tmp_path):
    archive = Archive(tmp_path / "home" / "archive")
    for n in range(3):
        receipt, _ = send(archive, f"{n}".encode() * 100)
        archive.sign(receipt.no, {"verdict": "refused", "judgement": archive.keep(f"judgement {n}".encode())})
    return tmp_path / "home"


@pytest.fixture
def copy(home, tmp_path):
    backup(place.of(home), tmp_path / "copy.zip")
    return tmp_path / "copy.zip"


def contents(home):
    return {
        p.relative_to(home).as_posix(): p.read_bytes()
        for p in home.rglob("*")
        if p.is_file() and p.name != "lock"
    }


def test_a_copy_put_back_is_the_same_archive(home, copy, tmp_path):
    restore(copy, place.of(tmp_path / "other"))
    assert contents(tmp_path / "other") == contents(home)
    assert Archive(tmp_path / "other" / "archive").verify() == []


def test_a_restored_archive_goes_on_where_it_stopped(copy, tmp_path):
    restore(copy, place.of(tmp_path / "other"))
    receipt, _ = send(Archive(tmp_path / "other" / "archive"), b"later")
    assert receipt.no.endswith("-00007")


def test_a_copy_holds_the_archive_alone(home, copy):
    (home / "warehouse.duckdb").write_bytes(b"derived")
    (home / "archive" / "files" / "half.new").write_bytes(b"half")
    assert backup(place.of(home), copy) == 7
    with zipfile.ZipFile(copy) as held:
        assert not [
            name for name in held.namelist() if "warehouse" in name or name.endswith((".new", "lock"))
        ]


def test_a_damaged_copy_is_refused_or_gives_back_exactly_what_was_kept(home, copy, tmp_path):
    whole, chance, refused = copy.read_bytes(), random.Random(2016), 0
    for n, at in enumerate(chance.sample(range(len(whole)), 200)):
        copy.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << chance.randrange(8))]) + whole[at + 1 :])
        other = tmp_path / f"other-{n}"
        try:
            restore(copy, place.of(other))
        except CannotRestore:
            refused += 1
            assert contents(other) == {}
        else:
            assert contents(other) == contents(home)
    assert refused > 100


@pytest.mark.parametrize("cut", [0, 1, 100, 0.5, -1])
def test_a_copy_cut_short_is_refused(copy, tmp_path, cut):
    whole = copy.read_bytes()
    copy.write_bytes(whole[: int(len(whole) * cut) if isinstance(cut, float) else cut])
    with pytest.raises(CannotRestore):
        restore(copy, place.of(tmp_path / "other"))


def test_a_copy_without_its_journal_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "copy.zip", "w") as made:
        made.writestr("archive/files/aa", b"x")
    with pytest.raises(CannotRestore, match="流水"):
        restore(tmp_path / "copy.zip", place.of(tmp_path / "other"))


def test_a_copy_whose_archive_was_changed_is_refused_with_the_place(home, tmp_path):
    journal = home / "archive" / "journal.jsonl"
    journal.write_bytes(journal.read_bytes().replace("示例甲".encode(), "示例乙".encode(), 1))
    backup(place.of(home), tmp_path / "copy.zip")
    with pytest.raises(CannotRestore, match="第1行"):
        restore(tmp_path / "copy.zip", place.of(tmp_path / "other"))


@pytest.mark.parametrize("name", ["archive/journal.jsonl", "warehouse.duckdb"])
def test_a_home_in_use_is_never_written_over(copy, tmp_path, name):
    used = tmp_path / "used" / name
    used.parent.mkdir(parents=True)
    used.write_bytes(b"precious")
    with pytest.raises(CannotRestore, match="已有数据"):
        restore(copy, place.of(tmp_path / "used"))
    assert contents(tmp_path / "used") == {name: b"precious"}


def test_a_copy_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CannotRestore):
        restore(tmp_path / "nothing.zip", place.of(tmp_path / "other"))


def test_a_copy_cannot_write_outside_its_home(home, tmp_path):
    backup(place.of(home), tmp_path / "copy.zip")
    with zipfile.ZipFile(tmp_path / "copy.zip", "a") as made:
        made.writestr("../../escaped", b"x")
    restore(tmp_path / "copy.zip", place.of(tmp_path / "deep" / "other"))
    assert not list(tmp_path.rglob("escaped"))
