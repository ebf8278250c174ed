"""What lies in deploy/: two app servers behind a real nginx made of our sample, and what its files say."""

import datetime as dt
import importlib.util
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import tomllib
from contextlib import ExitStack, closing, contextmanager, suppress
from hashlib import sha256
from http.client import HTTPConnection, HTTPException

import pytest
from typer.testing import CliRunner
from websockets.exceptions import WebSocketException

from cli.commands import app
from door.asking import COOKIE
from pipelines import intake
from pipelines.keeping import opening, place
from pipelines.keeping.backup import restore
from tests import signed
from tests.build import filled, good
from tests.desk import Desk
from tests.forks import ended
from tests.postgres import NEEDED
from tests.source import ROOMS, ROOT
from tests.test_lake import CONTENT, NIGHT, count, send, send_and_die

DEPLOY = ROOT / "deploy"
SAMPLE = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
MANUAL = (ROOT / "docs" / "运维手册.md").read_text(encoding="utf-8")
LETTERS = 3  # that each desk sends
WAIT = 60  # seconds, for what takes one
BROKEN = (OSError, WebSocketException, HTTPException)
ARRIVAL, DAY = intake.Arrival(NIGHT), dt.date(2016, 7, 8)
MAIN = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{}}
http {{
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    log_format whom "$campaign_seat $upstream_addr"; access_log {folder}/whom whom;
    {sample}
}}
"""


def program():
    """nginx; where it is not installed the test is skipped at a desk, and fails where it was to be."""
    found = shutil.which("nginx", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"]))
    if found is None:
        (pytest.fail if NEEDED in os.environ else pytest.skip)("nginx is not installed: make tools")
    return found


def ports(many):
    """So many ports that nobody has."""
    with ExitStack() as held:
        free = [held.enter_context(socket.socket()) for _ in range(many)]
        for each in free:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in free]


def rendered(plain, door, servers):
    """The sample without TLS, on these ports."""
    text = re.sub(r" *ssl_\w+ .+;\n", "", SAMPLE)
    for of_sample, ours in [
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl http2;", f"listen 127.0.0.1:{door};"),
        ("127.0.0.1:8501", f"127.0.0.1:{servers[0]}"),
        ("127.0.0.1:8502", f"127.0.0.1:{servers[1]}"),
    ]:
        assert text.count(of_sample) == 1, of_sample
        text = text.replace(of_sample, ours)
    return text


@contextmanager
def process(*command, log, **env):
    """A program as long as this lasts."""
    with log.open("ab") as out:
        child = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **env}, stdout=out, stderr=subprocess.STDOUT
        )
    try:
        yield child
    finally:
        child.kill()
        child.wait()


def answers(port, child, log):
    """Wait until a program listens."""
    until = time.monotonic() + WAIT
    while time.monotonic() < until:
        assert child.poll() is None, log.read_text()
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(f"nobody listens on {port}:\n{log.read_text()}")


class Site:
    """Two app servers on one lake, behind nginx."""

    def __init__(self, folder, stack):
        self.folder, self.home, self.stack = folder, folder / "home", stack
        plain, self.door, *self.ports = ports(4)
        (folder / "nginx.conf").write_text(
            MAIN.format(folder=folder, sample=rendered(plain, self.door, self.ports)), encoding="utf-8"
        )
        nginx = [
            program(),
            "-c",
            str(folder / "nginx.conf"),
            "-p",
            str(folder),
            "-e",
            str(folder / "error.log"),
        ]
        front = stack.enter_context(process(*nginx, log=folder / "nginx.log"))
        self.servers = {port: self.start(port) for port in self.ports}
        for port, child in (*self.servers.items(), (self.door, front)):
            answers(port, child, folder / "nginx.log" if child is front else folder / f"{port}.log")

    def start(self, port):
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
        log = self.folder / f"{port}.log"
        served = process(*command, "--server.address", "127.0.0.1", log=log, CAMPAIGN_HOME=str(self.home))
        return self.stack.enter_context(served)

    def desk(self, seat=None):
        return Desk(f"127.0.0.1:{self.door}", "submit", signed.token(self.home, "office"), seat)

    def page(self):
        """What a browser gets first."""
        with closing(HTTPConnection("127.0.0.1", self.door, timeout=WAIT)) as line:
            cookie = f"{COOKIE}={signed.token(self.home, 'office')}"
            line.request("GET", "/submit", headers={"Accept": "text/html", "Cookie": cookie})
            return line.getresponse().read().decode()

    def whom(self):
        """Which servers each seat came to."""
        came = {}
        for line in (self.folder / "whom").read_text().splitlines():
            seat, *those = line.replace(",", " ").split()
            servers = {int(each.rpartition(":")[2]) for each in those if ":" in each}
            came.setdefault(seat, set()).update(servers)
        return came

    def seats(self):
        """A seat at each server, as nginx gave them."""
        found = {}
        while len(found) < len(self.ports):
            with self.desk() as desk:
                (server,) = self.whom()[desk.seat]
                found.setdefault(server, desk.seat)
        return found


@pytest.fixture
def site(server, monkeypatch, tmp_path):
    program()
    monkeypatch.setenv("STORE_URL", server.campaign(tmp_path))
    intake.begin_demo(tmp_path / "home", DAY)
    with ExitStack() as stack:
        yield Site(tmp_path, stack)


def letters(desk):
    """What one desk sends."""
    return [
        filled("survey_p2p", good("survey_p2p", stock_scale=1000 + desk * LETTERS + n))
        for n in range(LETTERS)
    ]


def keep_sending(site, seat, contents, told):
    """Send as a clerk does: where the page breaks, open it anew and send the same file again."""
    waiting, until = list(enumerate(contents)), time.monotonic() + WAIT * LETTERS
    while waiting and time.monotonic() < until:
        with suppress(*BROKEN), site.desk(seat) as desk:
            while waiting:
                n, content = waiting[0]
                told.append(desk.send(f"{seat}-{n}.xlsx", content))
                waiting.pop(0)


def in_hand(archive, seat):
    """Whether a desk's workbook has a receipt and no verdict yet."""
    return any(entry.facts["filename"].startswith(seat) for entry in archive.unsigned())


@pytest.mark.slow
def test_a_server_killed_under_load_loses_no_receipt_and_the_other_goes_on(site, monkeypatch):
    seats, page = site.seats(), site.page()
    lost, staying = site.ports
    store = intake.open_store(site.home)
    sent = {seat: letters(n) for n, seat in enumerate(seats.values())}
    told = []
    desks = [threading.Thread(target=keep_sending, args=(site, *each, told)) for each in sent.items()]
    for desk in desks:
        desk.start()
    until = time.monotonic() + WAIT
    while not in_hand(store.archive, seats[lost]) and time.monotonic() < until:
        time.sleep(0.005)
    site.servers[lost].kill()  # in the middle of an upload
    for desk in desks:
        desk.join()
    with site.desk(seats[lost]) as again:  # whoever sat at the dead one reads on at the other
        shown = again.read()
    assert site.page() == page
    assert '<html lang="zh-CN">' in page
    monkeypatch.setattr(intake, "SWEPT_AFTER", dt.timedelta(0))
    intake.sweep(store)
    numbers = store.archive.numbers()
    assert len(told) == len(set(told)) == len(desks) * LETTERS
    assert set(told) <= set(numbers)
    assert all(store.archive.verdict(no)["verdict"] == "acceptable" for no in numbers)
    assert all(no in shown for no in told)
    kept = {store.archive.receipt(no).sha256 for no in numbers}
    assert kept == {sha256(content).hexdigest() for each in sent.values() for content in each}
    assert (store.archive.verify(), count(store)) == ([], len(numbers))
    assert site.whom()[seats[staying]] == {staying}
    assert site.whom()[seats[lost]] == {lost, staying}
    store.close()


def test_a_server_restarted_in_mid_upload_finishes_it_under_its_number(site_setting, monkeypatch):
    home, setting = site_setting
    killed = ("pipelines.keeping.warehouse", "record", "before", 1)
    assert ended(send_and_die, setting, home, CONTENT, *killed) == -signal.SIGKILL
    restarted = intake.open_store(home)
    (no,) = restarted.archive.numbers()
    assert restarted.archive.verdict(no) is None
    outcome = send(restarted)  # the clerk sends the file again: it has its number
    assert (outcome.receipt.no, outcome.repeated, outcome.judgement.verdict) == (no, True, "acceptable")
    assert (count(restarted), restarted.archive.unsigned(), restarted.archive.verify()) == (1, [], [])
    restarted.close()


@pytest.fixture
def site_setting(server, monkeypatch, tmp_path):
    """A lake of its own, and the folder of one server."""
    monkeypatch.setenv("STORE_URL", server.campaign(tmp_path))
    return tmp_path / "home", os.environ["STORE_URL"]


def test_nginx_takes_what_the_app_takes():
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    (bound,) = re.findall(r"client_max_body_size (\d+)m;", SAMPLE)
    assert int(bound) == settings["server"]["maxUploadSize"]


def test_nginx_finds_no_fault_in_the_sample(tmp_path):
    plain, door, *servers = ports(4)
    made = tmp_path / "nginx.conf"
    made.write_text(MAIN.format(folder=tmp_path, sample=rendered(plain, door, servers)), encoding="utf-8")
    tried = [program(), "-t", "-q", "-c", str(made), "-p", str(tmp_path), "-e", str(tmp_path / "error.log")]
    assert subprocess.run(tried, capture_output=True, check=False, text=True).stderr == ""


def units():
    """Every unit of systemd, as its settings."""
    for path in sorted(DEPLOY.glob("*.service")):
        yield path.name, re.findall(r"^(\w+)=(.*)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)


def test_a_unit_that_fails_raises_the_alarm():
    silent = [name for name, said in units() if ("OnFailure", "campaign-alarm@%n.service") not in said]
    assert silent == ["campaign-alarm@.service"]


def test_every_unit_runs_what_there_is():
    installed = "/opt/campaign/"
    for name, said in units():
        program, *arguments = dict(said)["ExecStart"].removeprefix(installed).split()
        own = [word for word in (program, *arguments) if re.fullmatch(r"[\w/]+\.(py|sh)", word)]
        assert [word for word in own if not (ROOT / word).is_file()] == [], name
        assert own or arguments[:2] == ["-m", "pipelines"], name
        assert dict(said)["EnvironmentFile"] == "/etc/campaign/campaign.env"


def test_the_image_holds_every_room_and_no_test():
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = {line.split()[1] for line in lines if line.startswith("COPY ")}
    let_in = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    assert {"app.py", *ROOMS, "static", ".streamlit", "data/plan"} <= copied
    assert copied == {line[1:] for line in let_in if line.startswith("!")} - {"wheels"}
    assert any(line.startswith("USER ") for line in lines)


def test_what_is_deployed_is_what_was_tested():
    def pinned(path):
        return {
            line for line in path.read_text(encoding="utf-8").splitlines() if "==" in line and line[0] != "#"
        }

    deployed = pinned(DEPLOY / "requirements.txt")
    assert deployed < pinned(ROOT / "requirements.txt")
    assert {line.partition("==")[0] for line in deployed} >= {"duckdb", "psycopg", "streamlit"}


def test_every_file_of_the_folder_is_in_the_manual_and_every_file_in_it_exists():
    named = set(re.findall(r"deploy/([\w@.-]*\w)", MANUAL))
    assert named == {path.name for path in DEPLOY.iterdir() if path.is_file()}


@pytest.fixture
def nightly(tmp_path, monkeypatch):
    """What the timer starts, its commands run in this process; the home, and where copies stand."""
    spec = importlib.util.spec_from_file_location("nightly", DEPLOY / "backup.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    monkeypatch.setattr(script, "_asked", lambda *words: CliRunner().invoke(app, words).exit_code == 0)
    home, copies = tmp_path / "home", tmp_path / "copies"
    monkeypatch.delenv("STORE_URL", raising=False)
    monkeypatch.setenv("CAMPAIGN_HOME", str(home))
    monkeypatch.setenv("BACKUP_DIR", str(copies))
    copies.mkdir()
    return script.main, home, copies


def test_a_copy_is_made_every_night_and_old_ones_go_only_after_it(nightly, tmp_path):
    run, home, copies = nightly
    opened = intake.open_store(home)
    no = opened.archive.receive(CONTENT, "表.xlsx", "示例甲", None, None, ARRIVAL)[0].no
    opened.close()
    old, journal = copies / "campaign-20160101-013000.zip", home / "archive" / "journal.jsonl"
    old.write_bytes(b"")
    os.utime(old, (0, 0))
    whole = journal.read_bytes()
    journal.write_bytes(whole.replace("示例甲".encode(), "示例乙".encode()))
    assert (run(), old.exists()) == (1, True)
    journal.write_bytes(whole)
    assert (run(), old.exists()) == (0, False)
    restore(max(copies.glob("*.zip"), key=lambda path: path.stat().st_mtime_ns), place.of(tmp_path / "drill"))
    assert opening.archive(place.of(tmp_path / "drill")).numbers() == [no]


def test_the_alarm_hands_the_sentence_on(tmp_path):
    env = {**os.environ, "ALARM": f"cat > {tmp_path}/said", "LC_ALL": "C.UTF-8"}
    subprocess.run(
        ["sh", str(DEPLOY / "alarm.sh"), "campaign-backup.service"], env=env, check=True, capture_output=True
    )
    assert "campaign-backup.service 失败" in (tmp_path / "said").read_text(encoding="utf-8")
