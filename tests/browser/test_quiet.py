"""No request leaves the machine, nothing breaks the security policy, and the screen speaks Chinese only."""

import re

import pytest

pytestmark = pytest.mark.xdist_group("demo")

DEADLINE, SUBMIT = ("/", ".heatmaplayer"), ("/submit", "[data-testid=stFileUploader]")
ALLOWED = {"APP", "CSV", "KB", "SHA", "xlsx"}
SPOKEN = """() => {
  const unsaid = "script,style,noscript,[data-testid=stIconMaterial]";
  const shown = (e) => e && e.checkVisibility && e.checkVisibility() && !e.closest(unsaid);
  const words = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) if (shown(walk.currentNode.parentElement)) words.push(walk.currentNode.nodeValue);
  const said = ['aria-label', 'title', 'placeholder', 'alt'];
  for (const e of document.querySelectorAll(said.map((name) => `[${name}]`).join()))
    for (const name of said) if (shown(e)) words.push(e.getAttribute(name) || '');
  return words;
}"""


def english(page):
    """The Latin words on a page, but for its icons (drawn by name) and the words that Chinese uses too."""
    words = r"(?<![A-Za-z0-9])[A-Za-z]{2,}(?![A-Za-z0-9])"  # not AJ4, not 20MB, not a checksum
    return {word for text in page.evaluate(SPOKEN) for word in re.findall(words, text)} - ALLOWED


@pytest.mark.parametrize(("path", "sign"), [DEADLINE, SUBMIT], ids=["deadline", "submit"])
def test_a_page_asks_nobody_else_and_breaks_no_rule(watched, path, sign):
    watched.open(path, sign)
    assert watched.requested
    assert watched.strangers() == []
    assert watched.complaints == []


def test_the_server_asks_nobody_either(watched, proxy):
    watched.open(*DEADLINE)
    with pytest.raises(BlockingIOError):
        proxy.accept()


@pytest.mark.parametrize(("path", "sign"), [DEADLINE, SUBMIT], ids=["deadline", "submit"])
def test_a_page_speaks_chinese(watched, path, sign):
    watched.open(path, sign)
    assert watched.page.evaluate("document.documentElement.lang") == "zh-CN"
    assert "Streamlit" not in watched.page.title()
    assert english(watched.page) == set()


def test_the_calendar_and_the_table_tools_speak_chinese(watched):
    watched.open(*DEADLINE)
    watched.page.get_by_test_id("stDateInput").click()
    watched.page.get_by_role("grid").wait_for()
    assert english(watched.page) == set()
    watched.page.keyboard.press("Escape")
    watched.page.get_by_role("tab", name="全部明细").click()
    watched.page.get_by_test_id("stDataFrame").locator("visible=true").first.hover()
    watched.settle()
    assert english(watched.page) == set()


def test_the_address_carries_the_phase_and_the_day(watched):
    watched.open(*DEADLINE)
    watched.page.get_by_text("摸底排查 7.1–7.20").click()
    watched.settle()
    again = watched.page.url
    assert "phase=" in again
    watched.open(f"{again.removeprefix(watched.address)}&as_of=2016-07-09", ".heatmaplayer")
    assert watched.page.get_by_role("radio", name="摸底排查").get_attribute("aria-checked") == "true"
    assert "2016-07-09" in watched.page.url


def test_everything_that_matters_is_above_the_fold(watched):
    watched.open(*DEADLINE)
    charts = watched.page.locator(".js-plotly-plot").locator("visible=true")
    assert charts.count() == 2
    boxes = [charts.nth(n).bounding_box() for n in range(2)]
    assert all(box["y"] + box["height"] <= 768 for box in boxes)
    assert boxes[0]["y"] == boxes[1]["y"]
