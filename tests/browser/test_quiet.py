"""No request leaves the machine, nothing breaks the security policy, the screen speaks Chinese only, and
whoever sees or hears it otherwise can use it.
"""

import os
import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from schemas.plan import PLAN

pytestmark = pytest.mark.xdist_group("browser")

COMMAND, DEADLINE, SUBMIT = (
    ("/", ".barlayer"), ("/deadline", ".barlayer"), ("/submit?as=office", "[data-testid=stFileUploader]"),
)  # fmt: skip
CHART, FRAME = "[data-testid=stPlotlyChart]", "[data-testid=stMain] [data-testid=stDataFrame]"
PAGES = {
    "command": COMMAND, "deadline": DEADLINE, "submit": SUBMIT, "late": ("/deadline?part=late", CHART),
    "lights": ("/about?of=lights", "text=灯和颜色"),
    "matters": ("/about?of=matters", ".whole"),
    **{f"phase-{code}": (f"/phase?phase={code}&as_of=2016-12-31", CHART) for code in PLAN.phases},
    "inspection": ("/inspection?as=inspector&q_risk_level=高", FRAME),
    "nothing": ("/inspection?q_words=没有这家", "text=没有符合"),
    "quality": ("/quality?as=office", ".whole"), "about": ("/about", ".whole"),
    "meeting": ("/meeting", ".whole"),
    "decide": ("/decide?as=office", "[data-testid=stExpander]"), "cases": ("/cases?as=office", FRAME),
    "todo": ("/?as=652328", "text=待办事项"), "mine": ("/mine?as=652328", CHART),
    "lead": ("/?as=FIN", "text=待办事项"),
    "accounts": ("/?as=administrator", FRAME), "trail": ("/trail?as=administrator", FRAME),
    "own": ("/own?as=652328", FRAME),
    "own-form": ("/submit?as=652328", "[data-testid=stFileUploader]"),
    "wrong": ("/?as_of=2016-02-30", "[data-testid=stToast]"),
    "denied": ("/deadline?as=652328", "text=不在您的范围内"),
}  # fmt: skip
ALLOWED = {"APP", "CSV", "JPG", "KB", "PDF", "PNG", "SHA", "xlsx"}
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
    words = r"(?<![A-Za-z0-9])[A-Za-z]{2,}(?![A-Za-z0-9]|-\d)"  # not AJ4, 20MB, PSB-0714
    return {word for text in page.evaluate(SPOKEN) for word in re.findall(words, text)} - ALLOWED


AXE, GRAVE = Axe(), {"serious", "critical"}


def grave(page):
    """The grave faults that axe finds: the rule, and where."""
    found = AXE.run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [(each["id"], node["html"]) for each in found if each["impact"] in GRAVE for node in each["nodes"]]


CUT = """() => {
  const main = document.querySelector('[data-testid=stMain]');
  const cut = main.scrollWidth > main.clientWidth ? ['the page itself'] : [];
  for (const e of main.querySelectorAll('*')) {
    const words = [...e.childNodes].filter((n) => n.nodeType === 3).map((n) => n.nodeValue.trim()).join('');
    if (!words || e.closest('svg, [data-testid=stIconMaterial]') || !e.checkVisibility()) continue;
    for (let p = e; p !== main; p = p.parentElement) {
      const how = getComputedStyle(p).overflowX;
      if (how === 'auto' || how === 'scroll') break;
      const past = e.getBoundingClientRect().right - p.getBoundingClientRect().right;
      const over = p === e ? e.scrollWidth - e.clientWidth : past;
      if (how !== 'visible' && p.clientWidth > 2 && over > 2) { cut.push(words); break; }
    }
  }
  return cut;
}"""
AT_LENGTH = f"""async () => {{
  const cut = {CUT};
  for (let tries = 20; tries && cut().length; tries--) await new Promise((done) => setTimeout(done, 100));
  return cut();
}}"""  # grids and charts take their new width a moment later
WIDTHS = (911, 390)  # a small desk at 150 %, a telephone


def cut(page):
    """The words that do not fit their place and cannot be moved into sight, by the width of the screen."""
    found = {}
    for width in (page.viewport_size["width"], *WIDTHS):
        page.set_viewport_size({"width": width, "height": 768})
        found[width] = page.evaluate(AT_LENGTH)
    return {width: words for width, words in found.items() if words}


SPOT = """([said, chart]) => {
  for (const plot of document.querySelectorAll(`${chart ? '.st-key-' + chart : ''} .js-plotly-plot`))
    for (const trace of plot._fullData) {
      const n = (trace.customdata || []).findIndex(([words]) => decodeURIComponent(words).includes(said));
      if (n < 0) continue;
      const box = plot.getBoundingClientRect(), { xaxis, yaxis } = plot._fullLayout;
      const own = (marks) => marks[0].trace.index === trace.index;
      const bar = trace.type === 'bar' && plot.calcdata.find(own)[n];
      const x = bar ? xaxis.c2p((bar.s0 + bar.s1) / 2) : xaxis.d2p(trace.x[n]);
      const y = bar ? yaxis.c2p((bar.p0 + bar.p1) / 2) : yaxis.d2p(trace.y[n]);
      return [box.x + xaxis._offset + x, box.y + yaxis._offset + y];
    }
  return null;
}"""


def spot(page, said, chart=""):
    """Where the mark is drawn whose click chooses this."""
    if chart:
        page.locator(f".st-key-{chart}").first.scroll_into_view_if_needed()
        page.wait_for_timeout(300)
    found = page.evaluate(SPOT, [said, chart])
    assert found, f"no mark says {said}"
    return found


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_nobody_else_breaks_no_rule_speaks_chinese_cuts_no_word_and_serves_all(watched, name):
    watched.open(*PAGES[name])
    assert watched.requested
    assert watched.strangers() == []
    assert watched.complaints == []
    assert watched.page.evaluate("document.documentElement.lang") == "zh-CN"
    assert "Streamlit" not in watched.page.title()
    assert english(watched.page) == set()
    assert grave(watched.page) == []
    assert cut(watched.page) == {}


def test_the_server_asks_nobody_either(watched, proxy):
    watched.open(*DEADLINE)
    with pytest.raises(BlockingIOError):
        proxy.accept()


def test_the_calendar_and_the_table_tools_speak_chinese(watched):
    watched.open(*DEADLINE)
    watched.page.get_by_test_id("stDateInput").click()
    watched.page.get_by_role("grid").wait_for()
    assert english(watched.page) == set()
    watched.page.keyboard.press("Escape")
    watched.page.get_by_text("全部明细").click()
    watched.page.get_by_test_id("stDataFrame").locator("visible=true").first.hover()
    watched.settle()
    assert english(watched.page) == set()


def test_the_words_of_a_chart_open_beside_it(watched):
    watched.open(*COMMAND)
    watched.page.get_by_role("button", name="文字版").nth(1).click()
    watched.page.locator("[data-testid=stPopoverBody] table").first.wait_for()
    said = watched.page.locator("[data-testid=stPopoverBody]").inner_text()
    alt = watched.page.locator(".st-key-chart_pace [aria-label], .st-key-chart_pace [alt]").first
    assert "全部应报 258 份" in said
    assert "全部应报 258 份" in (alt.get_attribute("aria-label") or alt.get_attribute("alt"))
    assert english(watched.page) == set()


def test_the_keyboard_opens_what_a_click_on_a_cell_opens_and_shows_where_it_is(watched):
    watched.open(*COMMAND)
    page = watched.page
    page.get_by_role("button", name="文字版").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outline")
    assert "rgb(57, 122, 181) solid 2px" in outline  # 4.5 on white, 4.0 on the dark ground
    page.keyboard.press("Enter")
    page.get_by_role("combobox", name="在图上选").focus()
    page.keyboard.type("木垒哈萨克自治县　8月")
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_text("报送记录").wait_for(timeout=30_000)
    assert "cell=652328.monthly_08" in page.url


def test_a_file_over_the_limit_is_refused_in_chinese(watched, tmp_path):
    watched.open(*SUBMIT)
    large = tmp_path / "太大.xlsx"
    large.touch()
    os.truncate(large, 20 * 2**20 + 1)
    watched.page.locator("input[type=file]").set_input_files(large)
    uploader = watched.page.get_by_test_id("stFileUploader")
    uploader.get_by_text("文件不得超过 20.0MB。").wait_for()
    watched.settle()
    assert english(watched.page) == set()
    assert watched.page.get_by_role("button", name="报送", exact=True).is_disabled()


def test_on_a_telephone_nothing_is_wider_than_the_screen(watched):
    watched.page.set_viewport_size({"width": 390, "height": 844})
    watched.open(*COMMAND)
    wide = "[...document.querySelectorAll('[data-testid=stMain]')].map((e) => e.scrollWidth)"
    assert watched.page.evaluate(wide) == [390]
    plot = watched.page.locator(".st-key-chart_tiles .main-svg").first
    assert plot.bounding_box()["width"] >= 560  # moved sideways within its own frame
    line = watched.page.locator(".st-key-foremost summary").first
    assert line.bounding_box()["height"] >= 44
    line.click()
    assert "逾期 95 个工作日" in watched.page.locator(".st-key-foremost details[open]").inner_text()


def test_everything_a_leader_must_see_is_above_the_fold(watched):
    watched.open(*COMMAND)
    charts = watched.page.locator(".js-plotly-plot").locator("visible=true")
    boxes = [charts.nth(n).bounding_box() for n in range(3)]  # matrix, curve, tiles
    assert all(box["y"] + box["height"] <= 768 for box in boxes)
    assert watched.page.evaluate("document.documentElement.scrollWidth") <= 1366
    assert not watched.page.locator(".st-key-foremost").is_visible()  # the matrix says it
