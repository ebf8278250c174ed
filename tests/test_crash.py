"""Killed at any step (SIGKILL), an upload leaves either its receipt and its rows, or neither."""

import importlib
import multiprocessing
import os
import signal

import pytest

from pipelines import intake
from tests.build import filled, good

STEPS = [  # module, function: killed just before it runs, and just after
    ("pipelines.keeping.archive", "Archive.keep"), ("pipelines.keeping.archive", "Archive._append"),
    ("pipelines.keeping.archive", "_sync_folder"), ("os", "fsync"), ("pipelines.reading.guard", "glance"),
    ("pipelines.reading.reader", "open_book"), ("pipelines.judging.judge", "recognise"), ("pipelines.judging.judge", "check"),
    ("pipelines.keeping.warehouse", "record"), ("pipelines.keeping.warehouse", "_insert"),
]  # fmt: skip
KINDS = {
    "good": filled("survey_p2p", good("survey_p2p")),
    "faulty": filled("survey_p2p", good("survey_p2p", legal_rep=None)),
    "junk": b"junk, not a workbook",
}
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.test_crash"])


def receive_and_die(home, content, module, name, when, nth):
    """Take in one upload; die at the nth call of a step, just before it runs or just after."""
    store = intake.open_store(home)
    owner = importlib.import_module(module)
    *outer, name = name.split(".")
    for part in outer:
        owner = getattr(owner, part)
    real, calls = getattr(owner, name), []

    def killing(*args, **kwargs):
        calls.append(1)
        if when == "before" and len(calls) == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*args, **kwargs)
        if when == "after" and len(calls) == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, killing)
    intake.receive(store, content, "上报.xlsx", "示例甲")


def run(home, content, *where):
    child = FORKS.Process(target=receive_and_die, args=(home, content, *where))
    child.start()
    child.join()
    return child.exitcode


def deaths():
    for module, name in STEPS:
        for when in ("before", "after"):
            for nth in (1, 2) if name in {"Archive.keep", "Archive._append", "fsync", "_insert"} else (1,):
                yield module, name, when, nth


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("where", list(deaths()), ids=lambda w: "-".join(map(str, w[1:])))
def test_killed_there_it_leaves_receipt_and_rows_or_neither(tmp_path, kind, where):
    home = tmp_path / "home"
    ended = run(home, KINDS[kind], *where)
    assert ended in ({-signal.SIGKILL} if kind == "good" and where[-1] == 1 else {0, -signal.SIGKILL})
    store = intake.open_store(home)
    listed = intake.receipts(store.archive)
    recorded = store.con.execute("SELECT id, verdict FROM submission").fetchall()
    rows = store.con.execute("SELECT count(*) FROM survey_p2p").fetchone()
    if listed:
        verdict = {"good": "acceptable", "faulty": "refused", "junk": "unreadable"}[kind]
        assert [x.verdict for x in listed] == [verdict]
        assert recorded == [(listed[0].receipt.no, verdict)]
        assert rows == (1 if kind == "good" else 0,)
    else:
        assert recorded == []
        assert rows == (0,)
    assert store.archive.verify() == []
    again = intake.receive(store, KINDS[kind], "上报.xlsx", "示例甲")
    assert again.repeated == bool(listed)
    store.con.close()


def test_there_are_at_least_sixty_deaths():
    assert len(list(deaths())) * len(KINDS) >= 60
