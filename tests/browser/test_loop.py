"""The loop in a browser: explained, corrected, inspected, merged, taken back, extended; then made anew."""

import datetime as dt
from io import BytesIO

import pytest
from openpyxl import load_workbook

import views
from pipelines import intake, rebuild
from pipelines.writing import template
from schemas.forms import forms
from tests.acting import COUNTY, DUE, EARLY, ODD, OFFICE, UNLIKE, do, everything
from tests.browser.conftest import Watched
from tests.browser.serving import served
from tests.browser.test_story import STANDING
from tests.build import COVER, IDS, filled, good, sheet_of
from views import Scope

pytestmark = pytest.mark.xdist_group("own server")
DAY = dt.date(2016, 7, 20)
BEFORE = dt.datetime(2016, 7, 7, 4, tzinfo=dt.UTC)
IN_TIME = dt.datetime(2016, 7, 14, 4, tzinfo=dt.UTC)
LONGER = {"content": {"new_due": dt.date(2016, 7, 22)}, "moment": BEFORE}
SURVEY = sheet_of("survey_p2p")
PHOTOGRAPH = {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff\xe0\x00\x10JFIF"}
FUKANG = template.template(
    "652302",
    "county_survey",
    rows={SURVEY: [good("survey_p2p", territory="阜康市", entity_name="示例丙公司", id_no=IDS[2], **UNLIKE)]},
    cover={**COVER, **EARLY},
    lines={f.title: ("零报告", "12", None) for f in forms("county_survey", "652302")}
    | {SURVEY: ("有数", None, None)},
)
TWIN = good("survey_p2p", entity_name="示例甲网络科技（昌吉）有限责任公司", id_no=None, id_type="无证未登记")
MAIN = "[data-testid=stMain]"


class Desk(Watched):
    """A page on which a story is told: whose turn it is, what is pressed and typed, what is read then."""

    def turn(self, who, page):
        self.open(f"/{page}{'&' if '?' in page else '?'}as={who}", f"{MAIN} [data-testid=stMarkdown]")

    def form(self, button, n=0):
        pressed = self.page.get_by_role("button", name=button, exact=True)
        return self.page.get_by_test_id("stForm").filter(has=pressed).nth(n)

    def press(self, button, n=0, **typed):
        """Fill in a form by the labels of its fields, press its button, wait for what follows."""
        form = self.form(button, n)
        for label, words in typed.items():
            form.get_by_role("textbox", name=label).first.fill(words)
        form.get_by_role("button", name=button, exact=True).click()
        self.settle()
        assert "没有办成" not in self.told()

    def unfold(self, words):
        self.page.locator("summary").filter(has_text=words).first.click()
        self.settle()

    def choose(self, label, words, within=None):
        """Choose, or type, in a list of options."""
        box = (within or self.page).get_by_role("combobox", name=label).first.element_handle()
        box.fill(words)
        box.press("Enter")
        self.settle()

    def send(self, content):
        file = {"name": "摸底排查表.xlsx", "mimeType": "", "buffer": content}
        self.page.locator("input[type=file]").first.set_input_files(file)
        self.page.get_by_role("button", name="报送", exact=True).click()
        self.page.get_by_text("回执号").first.wait_for(timeout=60_000)
        self.settle()

    def sees(self, words):
        """Wait until some words stand on the page."""
        self.page.wait_for_function(
            "([main, words]) => document.querySelector(main).innerText.includes(words)", arg=[MAIN, words]
        )

    def told(self):
        return self.page.inner_text(MAIN)


@pytest.fixture
def home(place_of, tmp_path):
    """A demonstration: the minutes of a meeting came in time, and a county was granted a later day."""
    made = tmp_path / "home"
    intake.begin_demo(made, DAY)
    store = intake.open_store(made)
    views.install(store.con)
    intake.receive(store, filled("meeting", good("meeting")), "例会.xlsx", "示例辛", received_at=IN_TIME)
    intake.receive(store, FUKANG, "阜康.xlsx", "示例乙", received_at=IN_TIME)
    do(store, "extension_asked", DUE, COUNTY, **LONGER)
    do(store, "extension_granted", DUE, OFFICE, **LONGER)
    store.con.close()
    store.archive.close()
    return made


def survey(**other):
    second = good(
        "survey_p2p", entity_name="示例乙网络科技有限公司", id_no=IDS[1], **UNLIKE, people_cnt="约40"
    )
    return filled("survey_p2p", {**ODD, **other}, second, TWIN, cover=EARLY)


def the_county_mends_explains_and_sees_what_changed(desk):
    desk.turn("652301", "submit?duty=county_survey")
    desk.send(survey(risk_level="很高"))
    desk.sees("须改正 1 处")
    desk.sees("请核实 2 处")
    with desk.page.expect_download() as download:
        desk.page.get_by_role("link", name="下载标注版工作簿").click()
    book = load_workbook(BytesIO(download.value.path().read_bytes()))
    (wrong,) = [cell for row in book[SURVEY] for cell in row if cell.value == "很高"]
    wrong.value = "中"
    mended = BytesIO()
    book.save(mended)
    desk.send(mended.getvalue())
    desk.sees("✓ 已受理")
    desk.sees("待说明 2 处")
    desk.choose("理由", "机构提供的是约数", desk.form("保存说明"))  # of both cells: alike, told once
    desk.press("保存说明")
    desk.sees("待说明 0 处")
    desk.send(survey(stock_scale=900))
    desk.page.get_by_text("比对：这一版改了哪些").first.click()
    desk.settle()
    desk.sees("改 1，增 0，缺行 0")
    desk.sees("现行截止日 2016-07-22，方案原定 2016-07-08")


def the_office_orders_a_correction_and_the_county_answers(desk):
    desk.turn("office", "decide")
    desk.unfold("发补正通知")
    desk.choose("哪一份报送", "昌吉市")
    desk.press("发出", 单元格="AD4", 补正要求="按对账单更正")
    desk.sees("要求补正")
    desk.turn("652301", "todo")
    desk.sees("按对账单更正")
    desk.unfold("答复这一条")
    desk.press("答复补正", 理由="与对账单一致")
    desk.page.get_by_text("按对账单更正").wait_for(state="detached")


def an_inspector_draws_and_finds_the_county_mends_and_the_office_closes(desk):
    desk.turn("inspector", "sample")
    desk.unfold("抽一稿")
    desk.press("抽样")
    desk.sees("重抽核对，1 家全同")
    desk.turn("office", "sample")
    desk.press("定稿")
    desk.sees("已办：定稿")
    desk.turn("inspector", "inspection")
    form = desk.form("记录并发给责任单位")
    button = form.get_by_role("button", name="记录并发给责任单位").bounding_box()
    assert button["y"] + button["height"] < desk.page.viewport_size["height"]  # the form is seen whole
    form.get_by_role("radio", name="现场").click()
    form.get_by_role("radio", name="严重").click()
    form.locator("input[type=file]").set_input_files(PHOTOGRAPH)
    desk.press("记录并发给责任单位", 发现的问题="官网仍写保本", 整改要求="撤下宣传")
    desk.sees("待昌吉市整改回复")
    desk.sees("现场.jpg")
    desk.turn("652301", "todo")
    desk.form("报送回复").locator("input[type=file]").set_input_files(PHOTOGRAPH)
    desk.press("报送回复", 做了什么="已撤下")
    desk.turn("inspector", "inspection")
    desk.form("复核通过，转销号").get_by_role("radio", name="看材料").click()
    desk.press("复核通过，转销号", 核实情况="照片已核对")
    desk.sees("另一人销号")
    desk.turn("office", "inspection")
    desk.press("销号")
    desk.sees("此前的核查和已销号的问题（1）")


def the_office_merges_two_records_and_undoes_it(desk):
    desk.turn("office", "merge")
    desk.press("确定，转下一组", 依据="同一份执照")
    desk.sees("已定 1")
    desk.page.get_by_role("button", name="撤销").first.click()
    desk.press("撤销归并结论", 理由="看错了")
    desk.sees("已定 0")


def the_meeting_is_taken_back_and_its_half_month_turns_red(desk):
    desk.turn("LG", "submit?duty=meeting_07a")
    desk.choose("再看一份的结果", "7月上半月工作例会")
    desk.unfold("申请撤回这一份")
    desk.press("申请撤回", 理由="报错了表")
    desk.turn("office", "decide")
    desk.press("同意撤回", 理由="同意")
    desk.turn("leader", "deadline")
    assert "✕" in desk.page.evaluate(STANDING, ["LG", "meeting_07a"])


def a_later_day_is_asked_for_and_granted(desk):
    desk.turn("652301", "submit?duty=monthly_07")
    desk.unfold("申请延期")
    desk.press("申请延期", 理由="两家机构账册待取")
    desk.turn("office", "decide")
    desk.press("同意延期", 理由="同意")
    desk.turn("652301", "todo")
    desk.sees("延至 2016-08-12（原定 2016-08-05）")


STORY = (
    the_county_mends_explains_and_sees_what_changed,
    the_office_orders_a_correction_and_the_county_answers,
    an_inspector_draws_and_finds_the_county_mends_and_the_office_closes,
    the_office_merges_two_records_and_undoes_it,
    the_meeting_is_taken_back_and_its_half_month_turns_red,
    a_later_day_is_asked_for_and_granted,
)


def everything_told(home):
    """Every answer to every question on the last day, and everything that happened, in its order."""
    store = intake.open_store(home)
    views.install(store.con)
    answers = {
        name: module.fetch(store.con.cursor(), Scope(None, DAY, None)).to_csv()
        for name, module in views.questions().items()
    }
    kept, faults = everything(store), store.archive.verify()
    store.con.close()
    store.archive.close()
    assert faults == []
    return answers, kept


def test_the_loop_closes_and_everything_stands_the_same_when_made_anew(place_of, home, chromium):
    with served(home) as address:
        context = chromium.new_context(viewport={"width": 1366, "height": 768}, accept_downloads=True)
        desk = Desk(context.new_page(), address)
        for part in STORY:
            part(desk)
        assert desk.complaints == []
        context.close()
    told, kept = everything_told(home)
    assert told["acted"]
    assert rebuild.rebuild(home) == []
    assert everything_told(home) == (told, kept)
