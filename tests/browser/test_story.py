"""The whole way of a workbook on the screen: faulty, told where, mended, accepted, and seen in the matrix."""

import datetime as dt
import re
from io import BytesIO

import pytest
from openpyxl import load_workbook

from pipelines import workbook
from tests.browser.test_quiet import DEADLINE, SUBMIT, english
from tests.build import COVER, good, sheet_of

pytestmark = pytest.mark.xdist_group("demo")

UNIT, DUTY, SHEET = "652301", "monthly_11", sheet_of("rectification")
STANDING = """([unit, duty]) => {
  for (const plot of document.querySelectorAll('.js-plotly-plot')) {
    const marks = plot.data[plot.data.length - 1];
    const n = marks.customdata.findIndex(([subject, owed]) => subject === unit && owed === duty);
    if (n >= 0) return marks.hovertext[n];
  }
  return null;
}"""


def faulty():
    """A month's return in which one risk level is a word of the sender's own."""
    days = {"fill_date": dt.date(2016, 11, 17), "data_as_of": dt.date(2016, 11, 16)}
    lines = {SHEET: ("有数", None, None), sheet_of("ban"): ("零报告", "12", None)}
    rows = {SHEET: [good("rectification", risk_level="很高")]}
    return workbook.template(UNIT, DUTY, rows=rows, cover={**COVER, **days}, lines=lines)


def hand_over(page, name, content):
    page.get_by_label("报送人（必填）").fill("示例甲")
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "", "buffer": content})
    page.get_by_role("button", name="报送", exact=True).click()


def test_a_workbook_is_told_its_fault_mended_and_accepted(watched):
    page = watched.page
    watched.open(*DEADLINE)
    assert "未到期" in page.evaluate(STANDING, [UNIT, DUTY])

    watched.open(*SUBMIT)
    hand_over(page, "昌吉市_11月.xlsx", faulty())
    page.get_by_text("退回修改，未受理").first.wait_for(timeout=60_000)
    watched.settle()
    assert re.search(r"回执号 \d{4}", page.inner_text("[data-testid=stMain]").replace("\n", " "))
    problems = page.get_by_test_id("stTable").first.inner_text()
    cell = re.search(re.escape(SHEET) + r"!([A-Z]+\d+)", problems)
    assert cell, problems
    assert "很高" in problems
    assert "风险程度" in problems
    assert page.get_by_test_id("stFileUploaderFile").count() == 0
    assert english(page) == set()

    with page.expect_download() as download:
        page.get_by_role("button", name="下载标注版工作簿").click()
    assert download.value.suggested_filename == "标注_昌吉市_11月.xlsx"
    book = load_workbook(BytesIO(download.value.path().read_bytes()))
    assert book[SHEET][cell[1]].comment
    book[SHEET][cell[1]] = "高"
    mended = BytesIO()
    book.save(mended)

    hand_over(page, "昌吉市_11月_改.xlsx", mended.getvalue())
    page.get_by_text("✓ 已受理").first.wait_for(timeout=60_000)
    watched.settle()
    assert watched.complaints == []

    watched.open(*DEADLINE)
    assert "✓ 按时" in page.evaluate(STANDING, [UNIT, DUTY])


def test_a_click_on_a_cell_opens_the_duty(watched):
    watched.open(*DEADLINE)
    box = watched.page.locator(".js-plotly-plot").first.bounding_box()
    watched.page.mouse.click(box["x"] + box["width"] - 30, box["y"] + 60)
    watched.page.get_by_text("报送记录").wait_for(timeout=30_000)
    assert "方案 " in watched.page.locator("blockquote").first.inner_text()


def test_what_is_not_a_workbook_gets_a_receipt_and_a_reason(watched):
    watched.open(*SUBMIT)
    hand_over(watched.page, "情况说明.xlsx", b"not a workbook")
    watched.page.get_by_text("无法读取，未受理").first.wait_for(timeout=60_000)
    watched.settle()
    assert "回执号" in watched.page.inner_text("[data-testid=stMain]")
