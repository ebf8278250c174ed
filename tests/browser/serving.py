"""A real server on a campaign, and a real browser: for the tests and for the screenshots."""

import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

from door.asking import COOKIE
from tests import signed

ROOT = Path(__file__).parents[2]
CHROMIUMS = (  # the first is without a window of its own, and a fifth cheaper
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


HOMES, PROCESSES = {}, {}  # of each server that runs, by its address
HEADLESS = ("--server.headless", "true", "--server.port")


@contextmanager
def served(home, outside=None):
    """Serve the campaign in `home` on a free port; `outside` is where it is told to send what it asks of
    others.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = home.parent / "server.log"
    proxies = dict.fromkeys(("http_proxy", "https_proxy"), outside) if outside else {}
    with log.open("wb") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", *HEADLESS, str(port)],
            cwd=ROOT,
            env={**os.environ, **proxies, "CAMPAIGN_HOME": str(home)},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(server, port, log)
            address = f"http://localhost:{port}"
            HOMES[address], PROCESSES[address] = home, server.pid
            yield address
        finally:
            server.terminate()
            server.wait(20)


def _wait(server, port, log):
    for _ in range(120):
        assert server.poll() is None, log.read_text()
        try:
            socket.create_connection(("localhost", port), timeout=2).close()
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise AssertionError(f"the server did not answer:\n{log.read_text()}")


def go(page, url):
    """Open an address, on our own servers signed in: as `as=` says, or as a leader."""
    url, who = signed.parted(url)
    home = HOMES.get("/".join(url.split("/")[:3]))
    if home:
        cookie = {"name": COOKIE, "value": signed.token(home, who), "url": url, "httpOnly": True}
        page.context.add_cookies([cookie])
    page.goto(url)


@contextmanager
def browsing():
    path = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    assert path, "a Chromium is needed: make tools"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


STILL = """(pause) => new Promise((done) => {
  const end = () => { watcher.disconnect(); done(); };
  let timer = setTimeout(end, pause);
  const watcher = new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(end, pause); });
  watcher.observe(document.body, { childList: true, subtree: true, attributes: true, characterData: true });
  setTimeout(end, 20 * pause);
})"""
STARTS, PAUSE = (
    200,
    300,
)  # milliseconds: until a click has reached the server; without any change, to be still


def settle(page):
    """Until the script has finished and nothing on the page has moved for a while."""
    page.wait_for_timeout(STARTS)
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=120_000)
    page.evaluate(STILL, PAUSE)
