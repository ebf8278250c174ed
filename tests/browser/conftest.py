"""The product as a person meets it: a real server on the demonstration campaign, and a real Chromium."""

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def proxy():
    """Where the server is told to send whatever it asks of other hosts: a line nobody should ring."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


@pytest.fixture(scope="session")
def address(demo_made, proxy, tmp_path_factory):
    """The address of a server whose campaign is a copy of the demonstration's."""
    home = tmp_path_factory.mktemp("browser") / "home"
    shutil.copytree(demo_made / "home", home)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = home.parent / "server.log"
    outside = dict.fromkeys(("http_proxy", "https_proxy"), f"http://127.0.0.1:{proxy.getsockname()[1]}")
    with log.open("wb") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
            cwd=ROOT,
            env={**os.environ, **outside, "CAMPAIGN_HOME": str(home)},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(server, port, log)
            yield f"http://localhost:{port}"
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
    pytest.fail(f"the server did not answer:\n{log.read_text()}")


@pytest.fixture(scope="session")
def chromium():
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium on this machine")
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


class Watched:
    """A page with everything it asked of the network and everything it complained of."""

    def __init__(self, page, address):
        self.page, self.address = page, address
        self.requested, self.complaints = [], []
        page.on("request", lambda request: self.requested.append(request.url))
        page.on("console", self._complaint)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _complaint(self, message):
        # On a sub-page Streamlit first looks for its server below that page; those two 404s are its way.
        probing = "/_stcore/" in (message.location or {}).get("url", "")
        if message.type == "error" and not probing:
            self.complaints.append(message.text)

    def strangers(self):
        own = (self.address, self.address.replace("http", "ws", 1), "data:", "blob:")
        return [url for url in self.requested if not url.startswith(own)]

    def open(self, path, sign):
        self.page.goto(f"{self.address}{path}")
        self.page.locator(sign).first.wait_for(timeout=60_000)
        self.settle()

    def settle(self):
        """Until the script has finished and the page has stopped moving."""
        self.page.wait_for_timeout(500)
        self.page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=60_000)
        self.page.wait_for_timeout(700)


@pytest.fixture
def watched(chromium, address):
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="en-US", accept_downloads=True)
    yield Watched(context.new_page(), address)
    context.close()
