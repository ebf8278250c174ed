"""The screenshots of README and docs/screens: `make screens`, from a fresh demonstration campaign."""

import datetime as dt
import tempfile
from pathlib import Path

import demo
from pipelines.writing import template
from schemas.plan import PLAN
from tests.browser.serving import ROOT, browsing, go, served, settle
from tests.build import COVER, good, sheet_of

SCREENS = ROOT / "docs" / "screens"
SIZE = {"width": 1366, "height": 768}


def faulty():
    """A month's return with a few faults of the common kinds."""
    sheet = sheet_of("rectification")
    days = {"fill_date": dt.date(2016, 11, 17), "data_as_of": dt.date(2016, 11, 16)}
    lines = {sheet: ("有数", None, None), sheet_of("ban"): ("零报告", "12", None)}
    rows = [
        good("rectification", risk_level="很高", scale_end="约450万元"),
        good("rectification", entity_name="示例乙公司", notice_date="2016.7", scale_ytd=-40),
    ]
    return template.template("652301", "monthly_11", rows={sheet: rows}, cover={**COVER, **days}, lines=lines)


PAGES = {
    "command": "/", "deadline": "/deadline",
    "inspection": "/inspection?as=inspector&q_risk_level=高&q_alerts=逾期整改,未交接",
    **{f"phase-{n}-{code}": f"/phase?phase={code}" for n, code in enumerate(PLAN.phases, 1)},
    "todo": "/?as=652328", "mine": "/mine?as=652328", "quality": "/quality?as=office", "about": "/about",
}  # fmt: skip
PAINTED = """() => [...document.querySelectorAll('[data-testid=stPlotlyChart]')]
  .filter((chart) => chart.checkVisibility()).every((chart) => chart.querySelector('.main-svg'))"""
MAIN = ("command", "deadline", "inspection")
WIDE = {"width": 1920, "height": 1080}


def take(browser, address):
    for name, path in PAGES.items():
        shot(browser, address + path, name)
    for name in MAIN:
        shot(browser, address + PAGES[name], f"{name}-dark", scheme="dark")
        shot(browser, address + PAGES[name], f"{name}-1920", size=WIDE)
    page = browser.new_page(viewport=SIZE)
    go(page, f"{address}/inspection")
    page.get_by_text("看全部历史和出处").click(timeout=60_000)
    page.get_by_text("各项数值出处").wait_for(timeout=60_000)
    settle(page)
    page.screenshot(path=SCREENS / "entity.png")
    submitted(page, address)


def shot(browser, url, name, scheme="light", size=SIZE):
    page = browser.new_page(viewport=size, color_scheme=scheme)
    go(page, url)
    page.locator("[data-testid=stMain] [data-testid=stMarkdown]").first.wait_for(timeout=120_000)
    settle(page)
    page.wait_for_function(PAINTED, timeout=60_000)
    page.wait_for_timeout(500)
    page.screenshot(path=SCREENS / f"{name}.png")
    page.close()


def submitted(page, address):
    go(page, f"{address}/submit?as=652301")
    page.locator("input[type=file]").set_input_files(
        {"name": "昌吉市_11月.xlsx", "mimeType": "", "buffer": faulty()}
    )
    page.get_by_role("button", name="报送", exact=True).click()
    page.get_by_text("退回修改，未受理").first.wait_for(timeout=60_000)
    settle(page)
    page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop = 0")
    page.wait_for_timeout(500)
    page.screenshot(path=SCREENS / "submit.png")


def main():
    SCREENS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        home = Path(place) / "home"
        demo.run(home)
        with served(home) as address, browsing() as browser:
            take(browser, address)


if __name__ == "__main__":
    main()
