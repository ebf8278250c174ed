"""One setting: the same product where several servers share PostgreSQL and a disk. Nothing is lost, nothing
doubled, and every view says what it says of a file.
"""

import datetime as dt
import itertools
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import pytest

import views
from pipelines import intake, kept, rebuild
from pipelines.judging import ahead
from pipelines.judging.judgement import UNDECIDED
from pipelines.keeping import ddl, lake, opening, place, postgres, verified, warehouse
from pipelines.keeping.backup import backup, restore
from pipelines.keeping.journal import ArchiveDamaged
from pipelines.keeping.lake import Moved
from pipelines.keeping.place import WrongSetting
from pipelines.keeping.postgres import Away
from schemas import plan as plans
from schemas.access import Reach
from schemas.plan import PLAN
from tests.build import filled, good
from tests.conftest import examples, is_soak
from tests.forks import begun, ended
from tests.killing import die_at
from tests.postgres import copy_in, running
from views import Scope

pytestmark = pytest.mark.xdist_group("lake")
NIGHT = dt.datetime(2016, 7, 8, 15, 59, tzinfo=dt.UTC)
SERVERS = 4  # processes at once
CONTENT = filled("survey_p2p", good("survey_p2p", entity_code="A001"))


@pytest.fixture
def shared(server, monkeypatch, tmp_path):
    """A database and a disk of their own, named by the setting; the folder of one server."""
    monkeypatch.setenv("STORE_URL", server.campaign(tmp_path))
    return tmp_path / "home"


@pytest.fixture
def opened(shared):
    """Opens one more server of the same campaign; all are closed at the end."""
    stores = []

    def another():
        store = intake.open_store(shared)
        views.install(store.con)
        stores.append(store)
        return store

    yield another
    for store in stores:
        store.close()


def send(store, content=CONTENT, **more):
    return intake.receive(store, content, "上报.xlsx", "示例甲", received_at=NIGHT, **more)


def count(store, table="submission"):
    store.gate.newest()  # as every page asks first
    return store.con.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]


def test_what_one_server_takes_in_the_other_shows(opened):
    one, other = opened(), opened()
    assert send(one).judgement.verdict == "acceptable"
    assert (other.gate.newest(), count(other), count(other, "survey_p2p")) == (1, 1, 1)
    assert send(other).repeated  # the same bytes, whichever server they come to
    assert other.archive.verify() == []


def at_once(work, *given):
    """So many processes do the same; returns how they ended."""
    children = [begun(work, n, *given) for n in range(SERVERS)]
    for child in children:
        child.join()
    return [child.exitcode for child in children]


def start(n, home, setting):
    os.environ["STORE_URL"] = setting
    intake.open_store(home / f"{n}").close()


def test_servers_that_start_at_once_on_an_empty_catalog_all_come_up(shared, server, tmp_path, monkeypatch):
    monkeypatch.setenv("STORE_URL", server.empty(tmp_path / "empty"))
    assert at_once(start, shared, os.environ["STORE_URL"]) == [0] * SERVERS


def send_many(n, home, setting, letters):
    os.environ["STORE_URL"] = setting
    store = intake.open_store(home / f"{n}")
    for k in range(letters):
        content = filled(
            "survey_p2p", good("survey_p2p", entity_code="A001", stock_scale=1000 + n * letters + k)
        )
        assert send(store, content).judgement.verdict == "acceptable"
    store.close()


def test_what_many_processes_send_is_neither_lost_nor_doubled(shared, opened):
    store = opened()
    letters = examples("letters of each server")
    assert at_once(send_many, shared, os.environ["STORE_URL"], letters) == [0] * SERVERS
    every = SERVERS * letters
    assert (count(store), count(store, "survey_p2p"), store.gate.newest()) == (every, every, every)
    numbers = store.con.execute("SELECT nth FROM event ORDER BY nth").fetchall()
    assert [nth for (nth,) in numbers] == list(range(1, every + 1))
    assert store.archive.verify() == []
    assert len(store.archive.numbers()) == every
    assert store.archive.unsigned() == []


STEPS = [
    ("pipelines.keeping.archive", "Archive.keep", 1),
    ("pipelines.keeping.journal", "Journal.append", 1),
    ("pipelines.keeping.rows", "insert", 1),
    ("pipelines.keeping.warehouse", "written", 1),
    ("pipelines.keeping.lake", "LakeGate.tell", 2),  # the first is that of the opening
    ("pipelines.keeping.archive", "Archive.sign", 1),
]


def send_and_die(setting, home, content, module, name, when, nth):
    os.environ["STORE_URL"] = setting
    store = intake.open_store(home)
    die_at(module, name, when, nth)
    send(store, content)


KILLED = [(step, when) for step in STEPS for when in ("before", "after")]


@pytest.mark.parametrize(
    ("step", "when"),
    KILLED if is_soak() else KILLED[1::2],  # after its end it has done most that the others must do without
    ids=lambda value: value if isinstance(value, str) else value[1],
)
def test_a_server_killed_there_leaves_the_other_a_receipt_with_its_rows_or_neither(
    shared, opened, monkeypatch, step, when
):
    survivor = opened()
    module, name, nth = step
    nth -= name == "LakeGate.tell"
    killed = (os.environ["STORE_URL"], shared, CONTENT, module, name, when, nth)
    assert ended(send_and_die, *killed) == -signal.SIGKILL
    monkeypatch.setattr(intake, "SWEPT_AFTER", dt.timedelta(0))
    intake.sweep(survivor)
    received = len(survivor.archive.numbers())
    assert received in {0, 1}
    assert (count(survivor), count(survivor, "survey_p2p")) == (received, received)
    assert survivor.archive.unsigned() == []
    assert survivor.archive.verify() == []
    assert send(survivor).judgement.verdict == "acceptable"  # the dead one's locks died with it
    assert count(survivor) == 1
    assert opened().gate.newest() == 1  # what the dead one had not told is told at an opening


def test_a_rebuilt_warehouse_is_a_new_generation_to_which_the_others_move(shared, opened):
    one, other = opened(), opened()
    send(one)
    assert rebuild.rebuild(shared) == []
    with pytest.raises(Moved):
        count(other)
    late = send(one, filled("survey_p2p", good("survey_p2p", entity_code="A001", stock_scale=777)))
    assert late.judgement.verdict == UNDECIDED  # the receipt stands; who opens it anew looks at it
    again = opened()
    assert (count(again), again.gate.newest()) == (1, 1)
    intake.catch_up(again)
    assert (count(again), again.gate.newest()) == (2, 2)
    assert again.archive.verify() == []


def test_of_the_generations_two_are_kept(shared, opened):
    opened()
    for _ in range(3):
        rebuild.rebuild(shared)
    data = place.of(shared).shared.data
    fingerprint = ddl.fingerprint()[: lake.SHORT]
    opened()
    assert {path.name for path in data.iterdir()} <= {f"w_{fingerprint}_{n}" for n in (3, 4)}
    with postgres.locked(place.of(shared).shared.dsn, postgres.ATTACH) as server:
        schemas = server.ask("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, 'w_') ORDER BY 1")
    assert [name for (name,) in schemas] == [f"w_{fingerprint}_{n}" for n in (3, 4)]


def test_servers_of_two_versions_stand_side_by_side(opened, monkeypatch):
    old = opened()
    send(old)
    monkeypatch.setattr(ddl, "fingerprint", lambda: "f" * 64)
    new = opened()
    assert count(new) == 1
    monkeypatch.undo()
    send(old, filled("survey_p2p", good("survey_p2p", entity_code="A001", stock_scale=777)))
    assert (count(old), count(new)) == (2, 1)
    intake.catch_up(new, signed_only=True)  # as at its next opening
    assert count(new) == 2


def test_what_waits_is_swept_by_one_server_at_a_time(opened, monkeypatch):
    one, other = opened(), opened()
    monkeypatch.setattr(intake, "SWEPT_AFTER", dt.timedelta(0))
    one.archive.receive(CONTENT, "表.xlsx", "示例甲", None, None, intake.Arrival(NIGHT))
    with one.gate.alone() as is_mine:
        assert is_mine
        assert intake.sweep(other) == []
    assert len(intake.sweep(other)) == 1


def test_many_small_files_become_few_beside_a_reader(shared, opened):
    store, reader = opened(), opened()
    for n in range(3):
        send(store, filled("survey_p2p", good("survey_p2p", entity_code="A001", stock_scale=700 + n)))
    before = reader.con.execute("SELECT * FROM survey_p2p ORDER BY ALL").fetchall()
    server, name = postgres.Server(place.of(shared).shared.dsn), store.gate.generation.name
    many = postgres.pieces(server, name)
    failed, stop = [], threading.Event()

    def read():
        cursor = reader.con.cursor()
        while not stop.is_set():
            try:
                assert cursor.execute("SELECT * FROM survey_p2p ORDER BY ALL").fetchall() == before
            except Exception as why:
                failed.append(why)

    reading = threading.Thread(target=read)
    reading.start()
    assert store.gate.compact(store.con)
    stop.set()
    reading.join()
    assert failed == []
    assert postgres.pieces(server, name) < many
    send(reader, filled("survey_p2p", good("survey_p2p", entity_code="A001", stock_scale=999)))
    assert count(store) == 4


@pytest.mark.slow
def test_gone_before_the_receipt_nothing_is_kept_and_gone_after_it_the_number_stands(tmp_path, monkeypatch):
    with running() as server:
        monkeypatch.setenv("STORE_URL", server.campaign(tmp_path))
        store = intake.open_store(tmp_path / "home")
        server.stop()
        with pytest.raises(Away):
            send(store)
        with pytest.raises(Away):
            store.gate.newest()
        server.start()
        assert store.archive.numbers() == []
        real = ahead.judge

        def judged(*given, **stated):
            server.stop()
            return real(*given, **stated)

        monkeypatch.setattr(ahead, "judge", judged)
        outcome = send(store)
        assert (outcome.judgement.verdict, outcome.judgement.reason) == (UNDECIDED, kept.CHECKING)
        monkeypatch.setattr(ahead, "judge", real)
        server.start()
        monkeypatch.setattr(intake, "SWEPT_AFTER", dt.timedelta(0))
        assert [r.no for r in intake.sweep(store)] == [outcome.receipt.no]
        assert store.archive.verdict(outcome.receipt.no)["verdict"] == "acceptable"
        store.close()


def test_a_campaign_moves_from_a_file_to_a_lake_and_back(server, monkeypatch, tmp_path):
    monkeypatch.delenv("STORE_URL", raising=False)
    first = intake.open_store(tmp_path / "file")
    send(first)
    first.close()
    lines = first.archive.journal()
    backup(place.of(tmp_path / "file"), tmp_path / "one.zip")
    monkeypatch.setenv("STORE_URL", server.campaign(tmp_path))
    restore(tmp_path / "one.zip", place.of(tmp_path / "lake"))
    second = intake.open_store(tmp_path / "lake")
    assert (second.archive.journal(), second.archive.verify(), count(second)) == (lines, [], 1)
    send(second, filled("survey_p2p", good("survey_p2p", entity_code="A001", stock_scale=777)))
    second.close()
    backup(place.of(tmp_path / "lake"), tmp_path / "two.zip")
    monkeypatch.delenv("STORE_URL")
    restore(tmp_path / "two.zip", place.of(tmp_path / "back"))
    third = intake.open_store(tmp_path / "back")
    assert third.archive.journal().startswith(lines)
    assert (third.archive.verify(), count(third), third.gate.newest()) == ([], 2, 2)
    third.close()


def test_a_changed_row_of_the_journal_is_found(shared, opened):
    store = opened()
    send(store)
    with postgres.Server(place.of(shared).shared.dsn) as server:
        server.ask("UPDATE campaign.journal SET line = replace(line, '示例甲', '示例乙')")
    assert "与签记不符" in store.archive.verify()[0]
    with pytest.raises(ArchiveDamaged):
        opened()


BENT_ROWS = {
    "the last deleted": "DELETE FROM campaign.journal WHERE seq = (SELECT max(seq) FROM campaign.journal)",
    "half of them deleted": "DELETE FROM campaign.journal WHERE seq > 2",
    "one edited": "UPDATE campaign.journal SET line = replace(line, '示例甲', '示例乙')",
    "one added": "INSERT INTO campaign.journal SELECT seq + 1, line FROM campaign.journal "
    "ORDER BY seq DESC LIMIT 1",
}


@pytest.mark.parametrize("way", BENT_ROWS)
def test_rows_bent_beside_a_running_server_are_found(shared, opened, way):
    store = opened()
    send(store)
    with postgres.Server(place.of(shared).shared.dsn) as server:
        server.ask(BENT_ROWS[way])
    where = place.of(shared)
    assert verified.of(where, opening.archive(where), plans.HOME, []).faults
    with pytest.raises(ArchiveDamaged):
        opened()
    if way != "one edited":  # an edited line further back is read again by whoever opens it
        with pytest.raises(ArchiveDamaged):
            send(store, b"junk")


def test_figures_of_the_lake_are_checked_beside_the_app(shared, opened):
    store, where = opened(), place.of(shared)
    send(store)
    assert verified.of(where, opening.archive(where), plans.HOME, []) == verified.Verified()
    store.con.execute("UPDATE warehouse.survey_p2p SET stock_scale = 1")
    assert "与登记时不同" in verified.of(where, opening.archive(where), plans.HOME, []).faults[0]


def test_a_server_without_the_key_says_where_it_should_be(shared, opened, monkeypatch, tmp_path):
    opened()
    monkeypatch.setenv("CAMPAIGN_KEY", str(tmp_path / "elsewhere" / "key"))
    with pytest.raises(WrongSetting, match="elsewhere"):
        opened()


SETTINGS = {
    "mysql://x": "只能以",
    "ducklake:postgres:dbname=x": "应写作",
    "ducklake:postgres:dbname=x?data=here&files=/b": "绝对路径",
    "ducklake:postgres:dbname=x password=y?data=/a&files=/b": "不能写口令",
    "ducklake:postgres:postgresql://me:y@host/x?data=/a&files=/b": "不能写口令",
}


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_setting_that_cannot_be_followed_is_a_sentence(monkeypatch, tmp_path, setting):
    monkeypatch.setenv("STORE_URL", setting)
    with pytest.raises(WrongSetting, match=SETTINGS[setting]):
        place.of(tmp_path)


def test_a_server_with_chinese_messages_is_refused_with_how_to_set_it(shared, monkeypatch):
    real = postgres.Server.ask

    def chinese(self, question, *given):
        return [("zh_CN.UTF-8",)] if question == "SHOW lc_messages" else real(self, question, *given)

    monkeypatch.setattr(postgres.Server, "ask", chinese)
    with pytest.raises(WrongSetting, match="ALTER SYSTEM SET lc_messages"):
        intake.open_store(shared)


def test_without_the_setting_nothing_of_postgresql_is_loaded():
    loaded = (
        "import sys, app_free; print([m for m in sys.modules if 'psycopg' in m or 'duckdb_extension' in m])"
    )
    code = loaded.replace("app_free", "pipelines.intake, cli.commands, views")
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                         cwd=Path(__file__).parent.parent)  # fmt: skip
    assert ran.stdout.strip() == "[]"


@pytest.fixture(scope="module")
def both(demo_made, server, tmp_path_factory):
    """The demonstration's warehouse in its file and on a lake, with the views on each."""
    home = tmp_path_factory.mktemp("both")
    setting = server.campaign(home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STORE_URL", setting)
        where = place.of(home)
    con, gate = lake.opened(where.shared)
    made = demo_made / "home" / place.WAREHOUSE
    copy = home / "copy.duckdb"
    copy.write_bytes(made.read_bytes())
    copy_in(con, gate, copy)
    file = opening.of_file(warehouse.connect(copy))
    for each in (con, file.con):
        each.execute("RESET threads")
        views.install(each)
    yield file.con, con
    con.close()
    gate.close()
    file.close()


DAYS = [
    dt.date(2016, 6, 30),
    dt.date(2016, 7, 11),
    dt.date(2016, 9, 30),
    dt.date(2016, 11, 18),
    dt.date(2016, 12, 31),
]
ASKED = [(phase, day) for phase in [None, *PLAN.phases] for day in DAYS]
COUNTY, LED = Reach(("652328",)), Reach((), ("D",))  # a territory's own, and a field's: by turns, or both
REACHES = dict(zip(views.questions(), itertools.cycle((COUNTY, LED)), strict=False))


@pytest.mark.parametrize("view", views.questions())
def test_every_view_says_on_the_lake_what_it_says_of_the_file(both, view):
    fetch = views.questions()[view].fetch
    for phase, day in ASKED[:: -(-len(ASKED) // examples("questions to each view"))]:
        file, on_lake = (fetch(con, Scope(phase, day, None)) for con in both)
        assert file.equals(on_lake), (phase, day)
    reaches = (COUNTY, LED) if is_soak() else (REACHES[view],)
    for reach in reaches:
        file, on_lake = (fetch(con, Scope(None, DAYS[3], reach)) for con in both)
        assert file.equals(on_lake), reach


def test_a_conflict_is_tried_again_as_a_whole(opened, monkeypatch):
    store = opened()
    real, left = warehouse._once, [2]

    def conflicts(*given):
        nth = real(*given)
        left[0] -= 1
        if left[0] >= 0:
            raise duckdb.TransactionException("another came before")
        return nth

    monkeypatch.setattr(warehouse, "_once", conflicts)
    assert send(store).judgement.verdict == "acceptable"
    assert (count(store), count(store, "survey_p2p"), store.gate.newest()) == (1, 1, 1)
