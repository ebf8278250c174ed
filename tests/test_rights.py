"""A machine without rights or room, as a user meets it who is not root: a sentence, and nothing is lost."""

import os
import re
import resource
import shutil
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import arguments, commands
from pipelines import intake
from pipelines.keeping import place
from pipelines.keeping.archive import Archive
from tests.build import filled, good

NOBODY = 65534
FIRST, SECOND, THIRD = (filled("survey_p2p", good("survey_p2p", stock_scale=n)) for n in (500, 700, 900))
BY = ("--by", "示例甲", "--received-at", "2016-07-08T17:30", "--reason", "补登")
COMMANDS = {
    "submit": ("submit", "second.xlsx", *BY),
    "answer": ("answer", "coverage", "--as-of", "2016-07-11"),
    "receipts": ("receipts",),
    "verify": ("verify",),
    "rebuild": ("rebuild",),
}
CLOSED = {"the whole home": ".", "the archive": "archive", "the warehouse": place.WAREHOUSE}
OF_ARCHIVE = {"receipts", "verify"}  # these look at the archive, which asks for no right to write
GIVEN = re.compile(r"\d{8}-\d{5}")


@contextmanager
def without_rights():
    """What is done inside is done by a user who is not root, whom permissions stop."""
    is_root = os.geteuid() == 0
    if is_root:
        os.setegid(NOBODY)
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)
            os.setegid(0)


def run(*words):
    ended = CliRunner().invoke(commands.app, list(words))
    assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
    return ended.exit_code, ended.output


@pytest.fixture(scope="module")
def room():
    """A folder of that user, with a home of one accepted workbook, to be copied, and two more workbooks.

    Every command is run once: what a command loads is loaded by whoever may read our own interpreter.
    """
    room = Path(tempfile.mkdtemp())
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(room)
        patch.setattr(arguments, "PATIENCE", 0)
        (room / "second.xlsx").write_bytes(SECOND)
        (room / "third.xlsx").write_bytes(THIRD)
        patch.setenv("CAMPAIGN_HOME", str(room / "tried"))
        for words in COMMANDS.values():
            run(*words)
        for path in (room, *room.glob("*.xlsx")):
            shutil.chown(path, NOBODY, NOBODY) if os.geteuid() == 0 else None
        patch.setenv("XDG_CONFIG_HOME", str(room / "settings"))
        with without_rights():
            store = intake.open_store(room / "made")
            intake.receive(store, FIRST, "上报.xlsx", "示例甲")
            store.close()
        yield room
    shutil.rmtree(room)


@pytest.fixture
def home(room, monkeypatch):
    """A copy, at a place of its own: a machine remembers what it last wrote at each."""
    with without_rights():
        home = Path(tempfile.mkdtemp(dir=room)) / "home"
        shutil.copytree(room / "made", home)
    monkeypatch.setenv("CAMPAIGN_HOME", str(home))
    return home


def allowed(home):
    """The user may write everything in the home again."""
    for path in (home, *home.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)


def received(home):
    return [receipt.no for receipt in Archive(home / "archive").receipts()]


def tried(home, said, able=frozenset()):
    """Every command in a home without rights or room: it ends well, or says so; some always end well."""
    given = received(home)
    for name, words in COMMANDS.items():
        with without_rights():
            code, printed = run(*words)
        assert code == 0 or (code, said in printed, "没有丢失" in printed) == (1, True, True), (name, printed)
        assert code == 0 or name not in able
        given += GIVEN.findall(printed) if name == "submit" else []
    return given


def whole(home, given):
    """Every receipt that was given out is kept, and once there are rights and room the next one is given."""
    archive = Archive(home / "archive")
    assert archive.verify() == []
    assert set(given) <= set(received(home))
    with without_rights():
        code, printed = run("submit", "third.xlsx", *BY)
        assert code == 0, printed
        store = intake.open_store(home)
        counted = "SELECT count(DISTINCT submission) FROM survey_p2p"
        assert store.con.execute(counted).fetchone() == (len(received(home)),)
        store.close()


@pytest.mark.parametrize("what", CLOSED)
def test_where_nothing_may_be_written_that_is_said_and_nothing_is_lost(home, what):
    closed = home / CLOSED[what]
    for path in (closed, *closed.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    given = tried(home, "没有写入权限", OF_ARCHIVE)
    assert given == received(home)[:1]  # nothing could be sent
    allowed(home)
    whole(home, given)


@pytest.mark.parametrize("left", [16, 800])
def test_on_a_full_disk_that_is_said_and_nothing_is_lost(home, left, room):
    """The home is a disk of its own, of which so many kB are left."""
    shutil.rmtree(home)
    home.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", home], check=False).returncode:
        pytest.skip("a disk of our own can be had by root alone")
    try:
        shutil.chown(home, NOBODY, NOBODY)
        with without_rights():
            shutil.copytree(room / "made", home, dirs_exist_ok=True)
        with (home / "filler").open("wb", buffering=0) as filler, suppress(OSError):
            while filler.write(bytes(4096)):
                pass
        os.truncate(home / "filler", (home / "filler").stat().st_size - left * 1024)
        given = tried(home, "磁盘已满", OF_ARCHIVE)
        (home / "filler").unlink()
        whole(home, given)
    finally:
        subprocess.run(["umount", "-l", home], check=True)


@pytest.mark.parametrize("most", [6_000, 600_000])
def test_under_a_limit_of_file_size_that_is_said_and_nothing_is_lost(home, most):
    _, hard = usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        given = tried(home, "磁盘已满", OF_ARCHIVE)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    whole(home, given)
