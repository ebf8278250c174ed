"""The three groups at their work: the leader, the clerk with a workbook to be mended, the inspector."""

import datetime as dt
import re
from io import BytesIO

import pytest
from openpyxl import load_workbook

from pipelines.reading import reader
from pipelines.writing import template
from tests.browser.serving import go, settle
from tests.browser.test_quiet import COMMAND, DEADLINE, SUBMIT, english, spot
from tests.build import COVER, good, sheet_of

pytestmark = pytest.mark.xdist_group("browser")

UNIT, DUTY, SHEET = "652301", "monthly_11", sheet_of("rectification")
STANDING = """([unit, duty]) => {
  for (const plot of document.querySelectorAll('.js-plotly-plot')) {
    const marks = plot.data[plot.data.length - 1];
    const cell = ([words]) => new URLSearchParams(words).get("cell");
    const n = (marks.customdata || []).findIndex((each) => cell(each) === `${unit}.${duty}`);
    if (n >= 0) return marks.hovertext[n];
  }
  return null;
}"""


def faulty():
    """A month's return in which one risk level is a word of the sender's own."""
    days = {"fill_date": dt.date(2016, 11, 17), "data_as_of": dt.date(2016, 11, 16)}
    lines = {SHEET: ("有数", None, None), sheet_of("ban"): ("零报告", "12", None)}
    rows = {SHEET: [good("rectification", risk_level="很高")]}
    return template.template(UNIT, DUTY, rows=rows, cover={**COVER, **days}, lines=lines)


def hand_over(page, name, content):
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
    problems = page.locator(".whole").first.inner_text()
    cell = re.search(re.escape(SHEET) + r"!([A-Z]+\d+)", problems)
    assert cell, problems
    assert "很高" in problems
    assert "风险程度" in problems
    assert page.get_by_test_id("stFileUploaderFile").count() == 0
    assert english(page) == set()

    with page.expect_download() as download:
        page.get_by_role("link", name="下载标注版工作簿").click()
    assert re.fullmatch(r"标注_\d{8}-\d{5}\.xlsx", download.value.suggested_filename)
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


def test_what_is_not_a_workbook_gets_a_receipt_and_a_reason(watched):
    watched.open(*SUBMIT)
    hand_over(watched.page, "情况说明.xlsx", b"not a workbook")
    watched.page.get_by_text("无法读取，未受理").first.wait_for(timeout=60_000)
    watched.settle()
    assert "回执号" in watched.page.inner_text("[data-testid=stMain]")


def test_the_leader_finds_who_is_late_and_why_in_two_clicks(watched):
    page = watched.page
    watched.open(*COMMAND)
    assert "15 项逾期未报" in page.inner_text("[data-testid=stMain]")
    watched.click(spot(page, "cell=652328.monthly_08"))  # the first click: a red cell of the unit named first
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("报送记录").wait_for(timeout=30_000)
    said = dialog.inner_text()
    assert "木垒哈萨克自治县" in said
    assert "8月清理整顿进展表" in said
    assert "截止 2016-09-07" in said
    assert "《工作方案》第四部分（三）" in said
    assert "未报齐的原因，已逾期" in said
    assert "尚未收到报送" in said or "最近一份（回执" in said
    dialog.get_by_role("button", name="关闭").click()
    watched.settle()
    assert "territory=" not in page.url
    assert "cell=" not in page.url
    assert page.get_by_role("button", name=re.compile("✕")).count() == 0
    assert watched.complaints == []


def test_a_unit_finds_what_is_due_and_is_taken_to_the_right_form(watched):
    page = watched.page
    watched.open("/?as=652302", "text=待办事项")
    assert "11月清理整顿进展表" in page.inner_text("[data-testid=stMain]")
    page.get_by_role("button", name="去报送").first.click()
    template = page.get_by_role("link", name="下载本单位本事项模板")
    template.wait_for(timeout=30_000)
    watched.settle()
    assert page.get_by_text("报送单位　阜康市").count() == 1
    with page.expect_download() as download:
        template.click()
    assert download.value.suggested_filename == "阜康市_11月清理整顿进展表.xlsx"


def test_the_inspector_narrows_opens_follows_a_number_to_its_cell_and_takes_the_list_away(watched):
    page = watched.page
    watched.open("/inspection?as=inspector", "text=/符合条件 \\d+ 家/")
    page.locator("[data-testid=stMain]").get_by_role("button", name="更多").first.click()
    for pill in ("高", "逾期整改", "未交接"):
        page.get_by_role("button", name=pill, exact=True).click()
        watched.settle()
    main = page.inner_text("[data-testid=stMain]")
    count = int(re.search(r"符合条件 (\d+) 家", main)[1])
    assert 1 <= count < 46
    with page.expect_download() as download:
        page.get_by_role("link", name="下载表格").first.click()
    sheet = load_workbook(BytesIO(download.value.path().read_bytes())).worksheets[0]
    assert sheet["A3"].value == "筛选：风险程度：高；警示：逾期整改或未交接"
    assert "内部资料" in [cell.value for cell in sheet["A"]]
    assert sheet.max_row == 8 + count
    name = page.locator("[data-testid=stMain] strong").filter(has_text="示例").last.inner_text()

    page.get_by_text("看全部历史和出处").click()
    page.get_by_text("各项数值出处").wait_for(timeout=30_000)
    watched.settle()
    main = page.inner_text("[data-testid=stMain]")
    assert name in main
    of_sheet, row = re.search(r"出处　.+? · (.+?) · 第 (\d+) 行", main).groups()
    no = re.search(r"回执 (\d{8}-\d{5})", main)[1]
    with page.expect_download() as original:
        page.get_by_text("下载原件").first.click()
    assert original.value.suggested_filename == f"原件_{no}.xlsx"
    rows = reader.read(original.value.path().read_bytes())
    cells = next(sheet for sheet in rows if sheet.title == of_sheet).rows[int(row) - 1]
    assert name in cells
    assert watched.complaints == []


def test_a_copied_address_restores_the_view_in_another_browser(watched, chromium, address):
    page = watched.page
    watched.open(*COMMAND)
    page.get_by_text("③ 清理整顿").click()
    watched.settle()
    watched.click(spot(page, "territory=652301", chart="chart_tiles"))
    assert {"phase=cleanup", "territory=652301"} <= set(page.url.partition("?")[2].split("&"))
    other = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN").new_page()
    go(other, page.url)
    other.locator(".barlayer").first.wait_for(timeout=60_000)
    settle(other)
    assert other.get_by_role("button", name="县市（园区）=昌吉市 ✕").count() == 1
    assert other.get_by_role("radio", name="清理整顿").get_attribute("aria-checked") == "true"
    first, second = (each.inner_text("[data-testid=stMain]") for each in (page, other))
    assert first == second
    other.context.close()


def test_back_undoes_the_last_filter_and_no_more(watched):
    page = watched.page
    watched.open("/phase?phase=survey", "[data-testid=stPlotlyChart]")
    watched.click(spot(page, "field=A&risk_level=高", chart="chart_risk_by_field"))
    watched.click(spot(page, "territory=652301&risk_level=高", chart="chart_risk_by_territory"))
    assert page.get_by_role("button", name="县市（园区）=昌吉市 ✕").count() == 1
    page.go_back()
    page.get_by_role("button", name="县市（园区）=昌吉市 ✕").wait_for(state="detached", timeout=30_000)
    watched.settle()
    assert "territory=" not in page.url
    assert page.get_by_role("button", name="风险程度=高 ✕").count() == 1
    assert watched.complaints == []


def test_back_over_pages_shows_each_as_it_was_left(watched):
    page = watched.page
    watched.open("/?phase=cleanup", COMMAND[1])
    page.get_by_role("link", name="时限").click()
    page.wait_for_url("**/deadline?phase=cleanup")
    page.get_by_text("② 摸底排查").click()
    page.wait_for_url("**/deadline?phase=survey")
    watched.settle()
    page.get_by_role("link", name="督察核查").click()
    page.wait_for_url("**/inspection?phase=survey")
    for left in ("/deadline?phase=survey", "/deadline?phase=cleanup", "/?phase=cleanup"):
        watched.settle()
        page.go_back()
        page.wait_for_url(f"**{left}")
    watched.settle()
    assert page.get_by_role("radio", name="清理整顿").get_attribute("aria-checked") == "true"
    assert watched.complaints == []


def main(page):
    return page.inner_text("[data-testid=stMain]")


def test_a_figure_leads_to_the_rows_that_it_counts(watched):
    page = watched.page
    watched.open(*COMMAND)
    high = int(re.search(r"高风险机构\s+名单 ›\s+(\d+) 家", page.inner_text("[data-testid=stMain]"))[1])
    page.get_by_role("link", name="名单 ›").first.click()
    page.get_by_text(re.compile(r"符合条件 \d+ 家")).wait_for(timeout=30_000)
    watched.settle()
    assert f"符合条件 {high} 家" in page.inner_text("[data-testid=stMain]")
    assert "q_risk_level=" in page.url
    page.go_back()
    page.locator(".barlayer").first.wait_for(timeout=30_000)
    watched.settle()
    assert "q_risk_level" not in page.url
    (told,) = re.findall(r"已报率\s+未报 ›\s+\S+\s.*?(方案 \d+/\d+＋内部 \d+/\d+)", main(page), re.DOTALL)
    filed, due, ours, of = map(int, re.findall(r"\d+", told))
    page.get_by_role("link", name="未报 ›").click()
    page.get_by_test_id("stDataFrame").wait_for(timeout=30_000)
    watched.settle()
    assert (
        page.get_by_role("radio", name=f"其中未报 {due + of - filed - ours}").get_attribute("aria-checked")
        == "true"
    )
    assert watched.complaints == []


def test_one_step_back_closes_the_cell_that_a_click_opened(watched):
    page = watched.page
    watched.open(*COMMAND)
    watched.click(spot(page, "cell="))
    page.get_by_role("dialog").wait_for(timeout=30_000)
    assert "cell=" in page.url
    page.go_back()
    page.get_by_role("dialog").wait_for(state="detached", timeout=30_000)
    watched.settle()
    assert "cell=" not in page.url
    assert page.get_by_role("button", name=re.compile("✕")).count() == 0
    assert watched.complaints == []


def test_a_mark_that_is_clicked_again_takes_its_filter_back(watched):
    page = watched.page
    watched.open("/phase?phase=cleanup", "[data-testid=stPlotlyChart]")
    watched.click(spot(page, "field=A&risk_level=高", chart="chart_risk_by_field"))
    assert "risk_level=" in page.url
    assert page.get_by_role("button", name="风险程度=高 ✕").count() == 1
    page.get_by_role("button", name="清除全部").click()
    watched.settle()
    assert "risk_level=" not in page.url
