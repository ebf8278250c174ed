"""Killed at any step (SIGKILL), an upload leaves either its receipt and its rows, or neither."""

import itertools
import os
import signal
import sys
from types import ModuleType

import pytest

from pipelines import intake
from pipelines.keeping.receipts import listed
from tests.build import filled, good
from tests.conftest import is_soak
from tests.forks import ended
from tests.killing import die_at

READ = ("good", "faulty")  # a file that is no workbook is not read
EVERY = (*READ, "junk")
# A step, which kinds of upload reach its start, which its end, and at which of its calls they are killed.
STEPS = [
    ("pipelines.keeping.archive", "Archive.keep", EVERY, EVERY, (1, 2)),
    ("pipelines.keeping.journal", "Journal.append", EVERY, EVERY, (1, 2)),
    ("pipelines.keeping.archive", "_sync_folder", EVERY, EVERY, (1,)),
    ("os", "fsync", EVERY, EVERY, (1, 2)),
    ("pipelines.reading.guard", "glance", EVERY, READ, (1,)),
    ("pipelines.reading.reader", "open_book", EVERY, READ, (1,)),
    ("pipelines.judging.judge", "recognise", READ, READ, (1,)),
    ("pipelines.judging.sheet", "check", READ, READ, (1,)),
    ("pipelines.keeping.warehouse", "record", EVERY, EVERY, (1,)),
    ("pipelines.keeping.rows", "insert", EVERY, EVERY, (1,)),
    ("pipelines.keeping.rows", "insert", READ, READ, (2,)),
]
KINDS = {
    "good": filled("survey_p2p", good("survey_p2p")),
    "faulty": filled("survey_p2p", good("survey_p2p", legal_rep=None)),
    "junk": b"junk, not a workbook",
}


def receive_and_die(home, content, module, name, when, nth):
    """Take in one upload; die at the nth call of a step, just before it runs or just after."""
    store = intake.open_store(home)
    die_at(module, name, when, nth)
    intake.receive(store, content, "上报.xlsx", "示例甲")


def deaths():
    """Every place to die at, with a good upload; with the others where it is recorded, and under make soak
    everywhere.
    """
    for module, name, begun_by, ended_by, times in STEPS:
        for when, kinds in (("before", begun_by), ("after", ended_by)):
            tried = kinds if is_soak() or name == "record" else kinds[:1]
            for nth, kind in itertools.product(times, tried):
                yield kind, (module, name, when, nth)


def ident(value):
    return value if isinstance(value, str) else "-".join(map(str, value[1:]))


@pytest.mark.parametrize(("kind", "where"), list(deaths()), ids=ident)
def test_killed_there_it_leaves_receipt_and_rows_or_neither(tmp_path, kind, where):
    home = tmp_path / "home"
    assert ended(receive_and_die, home, KINDS[kind], *where) == -signal.SIGKILL
    store = intake.open_store(home)
    found = listed(store.archive)
    recorded = store.con.execute("SELECT id, verdict FROM submission").fetchall()
    rows = store.con.execute("SELECT count(*) FROM survey_p2p").fetchone()
    if found:
        verdict = {"good": "acceptable", "faulty": "refused", "junk": "unreadable"}[kind]
        assert [x.verdict for x in found] == [verdict]
        assert recorded == [(found[0].receipt.no, verdict)]
        assert rows == (1 if kind == "good" else 0,)
    else:
        assert recorded == []
        assert rows == (0,)
    assert store.archive.verify() == []
    again = intake.receive(store, KINDS[kind], "上报.xlsx", "示例甲")
    assert again.repeated == bool(found)
    store.close()


def test_a_child_runs_no_page_that_was_tried_before_it(tmp_path, monkeypatch):
    page = tmp_path / "page.py"
    page.write_text("raise SystemExit(3)", encoding="utf-8")
    left = ModuleType("__main__")
    left.__file__ = str(page)
    monkeypatch.setitem(sys.modules, "__main__", left)
    assert ended(list) == 0


def leave_with(code):
    raise SystemExit(int(os.environ.get(code, 1)))


@pytest.mark.parametrize("code", ["7", "8"])
def test_a_child_has_the_environment_of_its_own_test(code, monkeypatch):
    monkeypatch.setenv("LEAVES_WITH", code)
    assert ended(leave_with, "LEAVES_WITH") == int(code)
