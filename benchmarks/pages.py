"""How long a person waits for a page, beside a bare Streamlit page with as many empty charts (the floor).

`python -m benchmarks.pages [RUNS]` makes the demonstration, serves it and the floor, and prints for each
page the median of the runs: the script alone (AppTest, answers cached, as for the second reader), and in
Chromium the time until the last chart has stopped changing: first load (empty browser cache), reload, and
changes of filter one after another in the open page. A phase page is filtered by clearing a territory, a
field and a risk level; another phase on it is another page, and told apart. The floor is served twice:
under the app's own settings, which spare it as much as they spare the app, and as Streamlit comes.
"""

import os
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import demo
from benchmarks import report
from tests.browser import serving

RUNS = 5
QUIET = 1.2  # seconds without a change in any chart: it is painted
FILTERED = "territory=652301&field=A&risk_level=高"
CHIPS, PHASES = ("✕",) * 3, ("清理整顿", "摸底排查") * 3
PAGES = {  # address, and what is clicked to change the filter, one after the other
    "指挥台": ("/", PHASES),
    "阶段：摸底排查": (f"/phase?phase=survey&{FILTERED}", CHIPS),
    "阶段：清理整顿": (f"/phase?phase=cleanup&{FILTERED}", CHIPS),
    "阶段：督察和评估": (f"/phase?phase=inspection&{FILTERED}", CHIPS),
    "阶段：换到另一阶段": ("/phase?phase=survey", PHASES),
    "时限：换阶段": ("/deadline", PHASES),
    "时限：滞后单位": ("/deadline?part=late&territory=652301&field=A", CHIPS[:2]),
    "督察核查": ("/inspection", ("未交接",) * 6),
    "本单位工作情况": ("/mine?as=652301", ()),
}
FLOOR = """
import plotly.graph_objects as go
import streamlit as st
st.set_page_config(layout="wide")
shown = st.segmented_control("x", ["a", "b"], default="a")
for n in range({count}):
    st.plotly_chart(go.Figure(layout={{"height": 220, "title": f"{{shown}}{{n}}"}}), key=f"{{n}}", theme=None)
"""
WATCH = """() => {
  window.painted = 0;
  const look = (changes) => {
    for (const change of changes) {
      const node = change.target.closest ? change.target : change.target.parentElement;
      const holds = (n) => n.querySelector && n.querySelector('.js-plotly-plot');
      const within = node && node.closest && node.closest('.js-plotly-plot');
      if ([...change.addedNodes].some(holds) || within) window.painted = performance.now();
    }
  };
  const start = () => new MutationObserver(look).observe(document.documentElement,
    { subtree: true, childList: true, attributes: true, characterData: true });
  document.documentElement ? start() : document.addEventListener('readystatechange', start, { once: true });
}"""


SCRIPT = """
import sys, time
from pathlib import Path
from statistics import median
from urllib.parse import parse_qsl
from streamlit.testing.v1 import AppTest
from door.people import of_campaign
from tests import signed
address, who = signed.parted({address!r})
where, _, query = address.partition("?")
app = AppTest.from_file({shell!r}, default_timeout=120)
_, app.user["session"] = signed.begin(of_campaign(), who)
for name, value in parse_qsl(query):
    app.query_params[name] = value
app.run()
if where.strip("/"):
    app.switch_page({pages!r} + where + ".py")
app.run()
times = []
for _ in range({runs}):
    start = time.perf_counter()
    app.run()
    times.append(1000 * (time.perf_counter() - start))
print(median(times))
"""
HEAD = (
    "| page | charts | script, ms | first load, ms (floor) | reload, ms (floor) | filter change, ms (floor) "
    "| ÷ floor | floor as Streamlit comes, ms | ÷ that |"
)
Waits = dict[str, float]  # first, reload, filter → milliseconds; no filter on a page that has none


@contextmanager
def floor(place: Path, count: int, settings: Path) -> Iterator[str]:
    """The address of a bare page with that many empty charts, under the settings of the folder `settings`."""
    script = place / f"floor{count}.py"
    script.write_text(textwrap.dedent(FLOOR.format(count=count)), encoding="utf-8")
    port = str(8700 + count)
    silent = ["--server.headless", "true", "--browser.gatherUsageStats", "false"]
    order = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", port, *silent]
    quiet = subprocess.DEVNULL
    server = subprocess.Popen(order, cwd=settings, stdout=quiet, stderr=quiet)
    try:
        time.sleep(5)
        yield f"http://localhost:{port}"
    finally:
        server.terminate()
        server.wait(20)


def settled(page: Any) -> float:
    """Milliseconds on the page's clock when the last chart stopped changing."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=60_000)
    page.wait_for_function(
        f"() => window.painted && performance.now() - window.painted > {1000 * QUIET}", timeout=60_000
    )
    return float(page.evaluate("window.painted"))


def waits(browser: Any, url: str, clicks: Sequence[str], runs: int) -> tuple[Waits, int]:
    """The medians of first load, reload and change of filter, and how many charts there are."""
    times: dict[str, list[float]] = {"first": [], "reload": [], "filter": []}
    charts = 0
    for _ in range(runs):
        context = browser.new_context(viewport={"width": 1366, "height": 768})
        context.add_init_script(f"({WATCH})()")
        page = context.new_page()
        serving.go(page, url)
        times["first"].append(settled(page))
        charts = page.locator(".js-plotly-plot").count()
        page.reload()
        times["reload"].append(settled(page))
        times["filter"] += [changed(page, click) for click in clicks]
        context.close()
    return {name: median(tries) for name, tries in times.items() if tries}, charts


def changed(page: Any, click: str) -> float:
    """Milliseconds from a click on the first button of these words until the last chart stopped changing."""
    target = page.locator("button").filter(has_text=click).first
    target.scroll_into_view_if_needed()
    page.evaluate("window.painted = 0")
    began = float(page.evaluate("performance.now()"))
    target.click()
    page.wait_for_timeout(50)
    return settled(page) - began


def script(home: Path, address: str) -> float:
    """Milliseconds of a page's script when its answers are known, the median of the runs."""
    shell, pages = str(serving.ROOT / "ui" / "shell.py"), str(serving.ROOT / "pages")
    code = SCRIPT.format(address=address, shell=shell, pages=pages, runs=RUNS)
    env = {**os.environ, "CAMPAIGN_HOME": str(home), "PYTHONPATH": str(serving.ROOT)}
    order = [sys.executable, "-W", "ignore", "-c", code]
    ran = subprocess.run(order, env=env, check=True, capture_output=True, text=True)
    return float(ran.stdout.split()[-1])


def line(times: Waits, base: Waits, plain: Waits) -> str:
    """The waits of a page beside those of the floor under its own settings and under none."""
    cells = [f"{times[k]:.0f} ({base[k]:.0f})" if k in times else "—" for k in ("first", "reload", "filter")]
    ratios = [
        f"{times['filter'] / each['filter']:.2f}" if "filter" in times else "—" for each in (base, plain)
    ]
    return f"{' | '.join(cells)} | {ratios[0]} | {plain['filter']:.0f} | {ratios[1]}"


def floors(browser: Any, place: Path, settings: Path, counts: set[int], runs: int) -> dict[int, Waits]:
    """The waits of the floor by its number of charts."""
    bare = {}
    for count in sorted(counts):
        with floor(place, count, settings) as address:
            bare[count] = waits(browser, address, ("b", "a") * 3, runs)[0]
    return bare


def main(runs: int) -> None:
    with tempfile.TemporaryDirectory() as named:
        place = Path(named)
        demo.run(place / "home")
        scripts = {name: script(place / "home", address) for name, (address, _) in PAGES.items()}
        with serving.browsing() as browser:
            with serving.served(place / "home") as address:
                ours = {
                    name: waits(browser, address + at, clicks, runs) for name, (at, clicks) in PAGES.items()
                }
            counts = {count for _, count in ours.values()}
            under_ours = floors(browser, place, serving.ROOT, counts, runs)
            under_none = floors(browser, place, place, counts, runs)
    lines = [HEAD, "|---|---|---|---|---|---|---|---|---|"]
    for name, (times, count) in ours.items():
        cells = line(times, under_ours[count], under_none[count])
        lines.append(f"| {name} | {count} | {scripts[name]:.0f} | {cells} |")
    how = f"Demonstration campaign, Chromium on the same machine, medians of {runs}."
    report.write("Pages beside a bare page", "python -m benchmarks.pages", lines, how)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS)
