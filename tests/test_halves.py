"""A demonstration that is stopped while it is made is never taken for a whole one."""

import datetime as dt
import os
import signal

import pytest
from filelock import FileLock
from typer.testing import CliRunner

import demo
from cli.commands import app
from cli.faults import BUSY
from demo import halves
from pipelines import intake
from pipelines.keeping import place
from schemas.plan import PLAN
from tests.build import filled, good
from tests.forks import ended

UNTIL = PLAN.campaign.starts_on + dt.timedelta(1)
ALREADY = "已有数据"


def stopped_at(home, nth):
    """Make a demonstration and be killed when so many workbooks were sent."""

    def told(n, _):
        if n == nth:
            os.kill(os.getpid(), signal.SIGKILL)

    demo.run(home, until=UNTIL, progress=told)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CAMPAIGN_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def half(home):
    assert ended(stopped_at, home, 2) == -signal.SIGKILL
    return home


def make():
    return CliRunner().invoke(app, ["demo", "--until", f"{UNTIL}"])


def sent(home):
    """How many workbooks have a receipt, and how many of them are in the warehouse."""
    store = intake.open_store(home)
    recorded = store.con.execute("SELECT count(*) FROM submission").fetchone()[0]
    assert store.archive.verify() == []
    store.close()
    return len(store.archive.numbers()), recorded


def test_the_next_one_is_made_from_the_beginning_and_the_half_is_put_aside(half):
    again = make()
    assert (again.exit_code, ALREADY in again.output) == (0, False)
    assert f"上次生成示例时中断，只有一半；已移到 {half / 'half-1'}" in again.stderr
    whole = sent(half)
    assert f"示例数据已生成：{whole[0]} 份工作簿" in again.output
    assert whole[0] == whole[1] > 2
    assert (half / "half-1" / halves.MARK).exists()
    assert not (half / halves.MARK).exists()
    assert ALREADY in make().output
    assert sent(half) == whole


def test_stopped_twice_it_leaves_two_halves(half):
    assert halves.put_aside(half) == half / "half-1"
    assert ended(stopped_at, half, 1) == -signal.SIGKILL
    assert halves.put_aside(half) == half / "half-2"
    assert {path.name for path in half.iterdir()} == {"half-1", "half-2"}


def test_a_stop_while_it_is_put_aside_is_gone_on_with(half):
    (half / "half-1").mkdir()
    (half / "archive").rename(half / "half-1" / "archive")
    make()
    whole = sent(half)
    assert whole[0] == whole[1] > 2


@pytest.mark.parametrize("by", ["an app", "another command"])
def test_it_stays_while_something_has_it(half, by):
    name = {"an app": place.SERVED, "another command": halves.MARK}[by]
    with FileLock(half / name):
        again = make()
    assert again.exit_code == BUSY
    assert {"an app": "请停止应用", "another command": "请等它结束"}[by] in again.stderr
    assert sent(half) == (2, 2)


def test_it_stays_where_its_database_is_elsewhere(half, monkeypatch):
    monkeypatch.setenv("STORE_URL", f"duckdb:///{half.parent}/elsewhere.duckdb")
    again = make()
    assert again.exit_code == BUSY
    assert "请在 STORE_URL 换一个空的数据库" in again.stderr


def test_a_campaign_of_ones_own_is_never_put_aside(home):
    store = intake.open_store(home)
    intake.receive(store, filled("survey_p2p", good("survey_p2p")), "上报.xlsx", "示例甲")
    store.close()
    (home / halves.MARK).touch()
    assert halves.put_aside(home) is None
    assert ALREADY in make().output
    assert sent(home) == (1, 1)
