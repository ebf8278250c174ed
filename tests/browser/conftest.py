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
        self.heard = {"request": self._request, "console": self._complaint, "pageerror": self._error}
        for event, told in self.heard.items():
            page.on(event, told)

    def _request(self, request):
        self.requested.append(request.url)

    def _complaint(self, message):
        if message.type == "error":
            self.complaints.append(message.text)

    def _error(self, error):
        self.complaints.append(str(error))

    def leave(self):
        """Watch the page no longer."""
        for event, told in self.heard.items():
            self.page.remove_listener(event, told)

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


SIZE = {"width": 1366, "height": 768}


@pytest.fixture(scope="session")
def context(chromium):
    """One browser for all tests, so that only the first page fetches what every page needs."""
    made = chromium.new_context(viewport=SIZE, locale="en-US", accept_downloads=True)
    yield made
    made.close()


@pytest.fixture(scope="session")
def tab(context):
    """One tab for all tests: a new one would read seven megabytes of scripts anew, a third of its work."""
    return context.new_page()


@pytest.fixture
def watched(tab, address):
    """The tab as if it were new, watched for one test.

    It leaves for a page of the same server, so that the browser keeps the process in which all scripts are
    compiled: half of what opening a page costs it.
    """
    tab.goto(f"{address}/_stcore/health")
    tab.set_viewport_size(SIZE)
    made = Watched(tab, address)
    yield made
    made.leave()
