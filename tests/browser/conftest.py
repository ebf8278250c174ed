"""The product as a person meets it: a real server on the demonstration campaign, and a real Chromium."""

import shutil
import socket

import pytest

from tests.browser.serving import browsing, go, served, settle


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
    with served(home, f"http://127.0.0.1:{proxy.getsockname()[1]}") as address:
        yield address


@pytest.fixture(scope="session")
def chromium():
    with browsing() as browser:
        yield browser


class Watched:
    """A page with everything it asked of the network and everything it complained of."""

    def __init__(self, page, address):
        self.page, self.address = page, address
        self.requested, self.complaints = [], []
        page.on("request", lambda request: self.requested.append(request.url))
        page.on("console", self._complaint)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _complaint(self, message):
        if message.type == "error":
            self.complaints.append(message.text)

    def strangers(self):
        own = (self.address, self.address.replace("http", "ws", 1), "data:", "blob:")
        return [url for url in self.requested if not url.startswith(own)]

    def open(self, path, sign):
        """Open an address, signed in as `as=` says or as a leader, until a sign of it is seen."""
        go(self.page, f"{self.address}{path}")
        self.page.locator(sign).first.wait_for(timeout=60_000)
        self.settle()

    def click(self, place):
        """Click a place on the page and wait for what follows."""
        self.page.mouse.click(*place)
        self.settle()

    def settle(self):
        settle(self.page)


@pytest.fixture(scope="session")
def context(chromium):
    """One browser for all tests, so that only the first page fetches what every page needs."""
    size = {"width": 1366, "height": 768}
    made = chromium.new_context(viewport=size, locale="en-US", accept_downloads=True)
    yield made
    made.close()


@pytest.fixture
def watched(context, address):
    page = context.new_page()
    yield Watched(page, address)
    page.close()
