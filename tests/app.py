"""The screens opened without a browser, on small campaigns of their own: what tests of pages share."""

import datetime as dt
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from lxml import html
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from door.people import of_campaign
from pipelines import intake
from pipelines.keeping import people, place
from pipelines.writing import listing
from tests import opening, signed
from ui import data

ROOT = Path(__file__).parent.parent
SHELL = str(ROOT / "ui" / "shell.py")


def tables_told(app):
    """The tables that a page tells as its own words, in their order: frames of what stands in the cells."""
    shown = [html.fromstring(each.value) for each in app.html if 'class="whole"' in each.value]
    lines = [[[cell.text_content() for cell in row] for row in table.iter("tr")] for table in shown]
    return [pd.DataFrame(rows, columns=heading) for heading, *rows in lines]


def path(name):
    return str(ROOT / "pages" / f"{name}.py")


@pytest.fixture(scope="session")
def scanned_once():
    """Streamlit looks through all installed packages for each app that is opened: here once for all."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests)
        )
        yield


@pytest.fixture
def begin(tmp_path, monkeypatch, scanned_once):
    """Begins an empty demonstration as of the given day, which `data.store()` opens."""

    def begun(today="2016-11-18"):
        home = tmp_path / "home"
        if not home.exists():
            intake.begin_demo(home, dt.date.fromisoformat(today))
        monkeypatch.setenv("CAMPAIGN_HOME", str(home))

    data._opened.clear()
    yield begun
    data.store().con.close()
    data._opened.clear()


@pytest.fixture
def open_app(begin):
    """Opens the app on an empty demonstration, as of the given day."""

    def opened(today="2016-11-18", **address):
        begin(today)
        return start(address, of_campaign())

    return opened


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """The store of an empty demonstration seen from a day: opened once, nothing is ever sent to it."""
    opened = {}

    def of(day):
        if day not in opened:
            home = tmp_path_factory.mktemp("empty") / "home"
            intake.begin_demo(home, dt.date.fromisoformat(day))
            store = opening.opened(home)
            opened[day] = (store, people.opened(place.of(home), store.archive))
        return opened[day]

    yield of
    for store, known in opened.values():
        store.con.close()
        known.close()


@pytest.fixture
def look(empty, monkeypatch, scanned_once):
    """Opens the app as `open_app` does, for tests that send nothing: what is answered once stays answered."""

    def opened(today="2016-11-18", **address):
        store, known = empty(today)
        monkeypatch.setattr(data, "_opened", lambda: store)
        monkeypatch.setattr(data, "people", lambda: known)
        return start(address, known)

    return opened


def start(address, known):
    """The app of an account (`as`, else a leader) at a page, else at the account's first."""
    app = AppTest.from_file(SHELL, default_timeout=120)
    _, app.user["session"] = signed.begin(known, address.pop("as", "leader"))
    if page := address.pop("page", ""):
        app.switch_page(path(page))
    for name, value in address.items():
        app.query_params[name] = value
    return right(app.run())


def turn(app, page):
    """The same app at another page."""
    return right(app.switch_page(path(page)).run())


def right(app):
    assert not app.exception, app.exception[0].value
    return app


def read(app):
    parts = (*app.markdown, *app.caption, *app.info, *app.warning, *app.success)
    return "\n".join(f"{each.proto.body} {getattr(each.proto, 'title', '')}" for each in parts)


def metrics(app):
    return {metric.label: metric.value for metric in app.metric}


def submit(app, *workbooks, button="报送"):
    if not app.file_uploader:
        turn(app, "submit")
    app.file_uploader[0].set_value(
        [(f"第{n}份.xlsx", content, listing.MIME) for n, content in enumerate(workbooks, 1)]
    )
    right(app.run())
    return right(next(b for b in app.button if b.label == button).click().run())


def errors(app):
    return [f"{each.proto.title} {each.value}" for each in app.error]


def press(app, label, n=0):
    return right([b for b in app.button if b.label == label][n].click().run())


def again(app, role):
    """The page that is open, for another account."""
    _, app.user["session"] = signed.begin(data.people(), role)
    return right(app.run())
