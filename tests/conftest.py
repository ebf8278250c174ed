"""What tests share: an empty campaign, and the demonstration campaign made once for all workers."""

import gc
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from pipelines.judging import ahead
from pipelines.keeping import warehouse
from pipelines.writing import checked, template
from tests import judged, postgres, recompute
from tests.opening import opened

pytest_plugins = ["tests.app"]
ROOT = Path(__file__).parent.parent
NEEDS = {"demo_made", "demo_store", "demo_home", "clean", "letters"}  # minutes of setting up, or most of one
AT_RANDOM = {  # whole families of examples
    "test_fuzz",
    "test_mutations",
    "test_crash",
    "test_disguise",
    "test_turns",
    "test_second_campaign",
}
OUTSIDE = {  # other programs, or many
    "test_office",
    "test_self_check",
    "test_quiet",
    "test_story",
    "test_another",
    "test_page_acts",
    "test_pages",
    "test_recipes",
    "test_template",
    "test_commands",
    "test_plan",
    "test_compliance",
}
MEMORY, ENOUGH = Path("/dev/shm"), 8 << 30  # noqa: S108  a disk in memory, where there is one with room
WHOLE_TEMPLATE, ROWS = checked.LAST_ROW, 120  # openpyxl opens a template of 2,000 rows in 1.6 s
STORES = ("file", "lake")
ANOTHER = ROOT / "docs" / "another-campaign"
ON_BOTH = {
    "test_acts",
    "test_followed",
    "test_findings_kept",
    "test_intake",
    "test_backup",
    "test_lake",
    "test_accounts",
    "test_decided_in_order",
}
JUDGED_ONCE = {  # of what is done with what came, not of how it is read
    "test_acting",
    "test_acts",
    "test_accounts",
    "test_adopted",
    "test_beside",
    "test_briefing",
    "test_cases",
    "test_compliance",
    "test_day",
    "test_decided_in_order",
    "test_finding",
    "test_findings_kept",
    "test_followed",
    "test_ledger_cache",
    "test_merge",
    "test_numbers",
    "test_page_acts",
    "test_pages",
    "test_prefill",
    "test_rights",
    "test_sample",
    "test_unknown",
    "test_work",
}
AT_LENGTH = {"test_numbers", "test_day"}  # on the second store under make soak
LONG = {  # made anew, or told at length: on the second store under make soak; its short kin in every run
    "test_everything_is_made_anew_as_it_was",
    "test_the_loop_closes_and_everything_stands_the_same_when_made_anew",
    "test_merged_records_are_one_from_then_on_and_two_again_when_undone_also_made_anew",
    "test_a_rebuild_makes_the_same_findings",
    "test_it_lapses_visibly_with_the_value_and_is_told_beside_the_new_one",
    "test_an_item_is_held_against_the_next_version_and_turns_red_when_nothing_comes",
    "test_also_where_the_month_before_was_taken_back",
    "test_what_a_crash_left_unsigned_is_held_against_what_stood_at_its_own_number",
    "test_looked_at_first_it_says_the_same_and_keeps_nothing",
    "test_what_is_to_be_verified_is_explained_and_stays_explained_while_the_value_does",
    "test_a_missing_institution_is_answered_as_missing_and_told_again_only_where_it_was_forgotten",
    "test_one_is_swapped_with_a_reason_and_stays_listed_and_progress_is_what_was_checked_since",
    "test_made_anew_the_numbers_are_the_same",
    "test_a_sending_that_was_cut_off_gives_its_numbers_once",
    "test_made_anew_everything_is_as_it_was_decided_whatever_is_in_force_since",
    "test_the_same_bytes_are_answered_with_the_old_receipt_until_what_is_in_force_has_changed",
    "test_permuted_rows_give_the_same_rows",
}
TURNS = ("browser", "own server", "at random", "lake", "demo")  # everything else after them

settings.register_profile("house", deadline=None)  # how long an example takes says nothing about the product
settings.register_profile("desk", deadline=None, max_examples=10)  # make test-fast
settings.register_profile("soak", deadline=None, max_examples=1000)  # make soak
settings.load_profile("house")
EXAMPLES = {  # of the families that take long: how many in every run, and how many under make soak
    "broken workbooks": (100, 1000),
    "planted faults": (12, 200),
    "orders of arrival": (4, 50),
    "filled templates": (6, 100),
    "checked templates": (2, 200),
    "disguises": (9, 90),
    "letters of each server": (3, 50),
    "questions to each view": (2, 30),
    "kinds killed": (2, 100),
    "days of figures": (2, 5),
    "days of generated plans": (1, 3),
}


def is_soak():
    """Whether this is the long run."""
    return settings.get_current_profile_name() == "soak"


def examples(family):
    """How many of a family are tried in this run."""
    usual, soak = EXAMPLES[family]
    return soak if is_soak() else usual


def pytest_configure(config):
    rows_of_templates(ROWS)
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH:
        tempfile.tempdir = str(MEMORY)
    if not hasattr(config, "workerinput"):  # of all workers together, and nothing in this user's own folders
        root = tempfile.mkdtemp(prefix="tests-")
        os.chmod(root, 0o711)  # noqa: PTH101, S103  also for the user who runs PostgreSQL
        os.environ |= {"PYTEST_DEBUG_TEMPROOT": root, "XDG_CONFIG_HOME": f"{root}/keys"}
        config.add_cleanup(lambda: shutil.rmtree(root, ignore_errors=True))
    config.addinivalue_line("markers", "slow: not part of the loop at the desk (make test-fast)")


def rows_of_templates(last):
    template.LAST_ROW = checked.LAST_ROW = last


@pytest.fixture
def whole_template():
    """Templates with all their rows, as the demonstration and the browser's server give them out."""
    rows_of_templates(WHOLE_TEMPLATE)
    yield
    rows_of_templates(ROWS)


def pytest_collection_finish():
    """What was imported stays: the collector need not look through it again and again (a seventh of all)."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items):
    """Mark what is slow; begin with what takes longest, so that no worker is left alone with it at the end.

    The browser's tests go first, those on the demonstration by one worker and those with a server of their
    own by another; beside them what is tried at random, then what asks the demonstration: by then it is made.
    """
    for item in items:
        if set(item.fixturenames) & NEEDS or "lake" in item.nodeid or item.path.stem in AT_RANDOM | OUTSIDE:
            item.add_marker("slow")
    items.sort(key=_turn)


def _turn(item):
    """When a test is run: by its group, or by being one of many at random."""
    group = item.get_closest_marker("xdist_group")
    kind = "at random" if item.path.stem in AT_RANDOM else group.args[0] if group else ""
    return TURNS.index(kind) if kind in TURNS else len(TURNS)


def pytest_generate_tests(metafunc):
    """What takes in, keeps, makes anew and moves is tried on both stores."""
    if "place_of" in metafunc.fixturenames:
        name, is_long = metafunc.module.__name__.rpartition(".")[2], metafunc.function.__name__ in LONG
        on_both = is_soak() if is_long or name in AT_LENGTH else name in ON_BOTH
        kinds = STORES if on_both else STORES[:1]
        metafunc.parametrize("place_of", kinds, indirect=True, scope="function")


@pytest.fixture
def place_of(request, monkeypatch, tmp_path):
    """Where campaigns opened in this test are kept: 'file', or 'lake', a PostgreSQL database of their own."""
    monkeypatch.delenv("STORE_URL", raising=False)
    if request.param == "lake":
        monkeypatch.setenv("STORE_URL", request.getfixturevalue("server").campaign(tmp_path))
    return request.param


@pytest.fixture(autouse=True, scope="session")
def nobodys_home(tmp_path_factory):
    """Where a test is kept that names no home: never the running campaign's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CAMPAIGN_HOME", str(tmp_path_factory.mktemp("nobodys") / "home"))
        yield


@pytest.fixture(autouse=True, scope="session")
def one_thread():
    """DuckDB on one thread: small campaigns have nothing to share out, and a worker for each core runs."""
    connected = warehouse.memory

    def memory():
        con = connected()
        con.execute("SET threads = 1")
        return con

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(warehouse, "memory", memory)
        yield


@pytest.fixture(autouse=True)
def judged_once(request, monkeypatch):
    """The same workbook is judged once in a process, for the tests to which it does not matter."""
    if request.module.__name__.rpartition(".")[2] in JUDGED_ONCE:
        monkeypatch.setattr(ahead, "judge", judged.once)


@pytest.fixture(scope="session")
def server():
    """A PostgreSQL of the tests' own."""
    with postgres.running() as made:
        yield made


@pytest.fixture
def store(place_of, tmp_path):
    made = opened(tmp_path / "home")
    yield made
    made.close()


def made_once(tmp_path_factory, name, make):
    """A folder made by the first worker that asks for it, for all of them: never written to again."""
    shared = Path(tmp_path_factory.getbasetemp())
    root = shared.parent if shared.name.startswith("popen-") else shared
    with FileLock(root / f"{name}.lock"):
        if not (root / name / "done").exists():
            make(root / name)
            (root / name / "done").touch()
    return root / name


def make_demo(folder):
    made = [sys.executable, "-m", "pipelines", "demo", "--workbooks", str(folder / "workbooks")]
    subprocess.run(made, check=True, cwd=ROOT, env={**os.environ, "CAMPAIGN_HOME": str(folder / "home")})


def make_walk(folder):
    folder.mkdir()
    setting = {"CAMPAIGN_PLAN": str(ANOTHER), "CAMPAIGN_HOME": str(folder / "home")}
    made = [sys.executable, "-m", "tests.walk", folder]
    ended = subprocess.run(made, cwd=ROOT, env={**os.environ, **setting}, capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr.decode()
    (folder / "told.json").write_bytes(ended.stdout)


@pytest.fixture(scope="session")
def demo_made(tmp_path_factory):
    """The demonstration campaign's home with its workbooks beside it."""
    return made_once(tmp_path_factory, "demo", make_demo)


@pytest.fixture(scope="session")
def walked(tmp_path_factory):
    """The walk of docs/another-campaign: home, workbooks, and what came of each stage (`told.json`)."""
    return made_once(tmp_path_factory, "walk", make_walk)


@pytest.fixture(scope="session")
def demo_store(demo_made, tmp_path_factory):
    """The demonstration campaign opened, in a copy of this worker alone: one process holds a warehouse.

    Nothing is sent to it.
    """
    home = tmp_path_factory.mktemp("opened") / "home"
    shutil.copytree(demo_made / "home", home)
    made = opened(home)
    made.con.execute("RESET threads")  # as in the app, so that no answer hangs on an order by chance
    yield made
    made.con.close()


@pytest.fixture(scope="session")
def clean(demo_made, tmp_path_factory):
    """The demonstration's workbooks without their disguise: what is recomputed is recomputed from these."""
    as_sent = demo_made / "workbooks"
    return made_once(tmp_path_factory, "clean", lambda folder: recompute.write_clean(folder, as_sent))


@pytest.fixture
def demo_home(demo_made, tmp_path):
    """A copy of the demonstration campaign, to be changed at will."""
    shutil.copytree(demo_made / "home", tmp_path / "demo")
    return tmp_path / "demo"
