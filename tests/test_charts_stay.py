"""A chart that stands elsewhere than before is drawn anew by the browser, though nothing of it changed."""

import pytest

from pipelines.keeping import people, place
from tests.app import start
from ui import data

FILTERED = ({}, {"territory": "652301"}, {"field": "A"}, {"territory": "652301", "risk_level": "高"})


@pytest.fixture(scope="module")
def known(demo_store):
    opened = people.opened(place.of(demo_store.home), demo_store.archive)
    yield opened
    opened.close()


def places(block, within=()):
    """Every chart of a page by its key, and the blocks that it stands in."""
    standing = {}
    for n, child in block.children.items():
        if child.type == "plotly_chart":
            standing[child.proto.id.rpartition("-")[2]] = (*within, n)
        standing |= places(child, (*within, n)) if hasattr(child, "children") else {}
    return standing


@pytest.mark.parametrize("phase", ["survey", "cleanup", "inspection", "acceptance"])
def test_a_filter_leaves_every_chart_of_a_phase_in_its_place(
    demo_store, known, monkeypatch, scanned_once, phase
):
    monkeypatch.setattr(data, "_opened", lambda: demo_store)
    monkeypatch.setattr(data, "people", lambda: known)
    pages = [start({"phase": phase, "page": "phase", **each}, known) for each in FILTERED]
    first, *others = [places(page.main) for page in pages]
    assert len(first) >= 4
    assert others == [first] * len(others)
