"""docs/another-campaign in a real browser: a template taken, a workbook checked and sent, every page."""

import re
import shutil
from io import BytesIO

import pytest
from openpyxl import load_workbook

from schemas import access
from tests.browser.conftest import Watched
from tests.browser.serving import served
from tests.conftest import ANOTHER
from tests.test_own_words import names
from tests.walk import ON_SCREEN

pytestmark = pytest.mark.xdist_group("own server")
MATTER, UNIT, PLACE = ON_SCREEN
MAIN = "[data-testid=stMain]"
WHO = {role: role for role in access.MENUS} | {"unit": UNIT}
BY = dict.fromkeys(access.TITLES, UNIT) | {
    page: WHO[role] for role, pages in access.MENUS.items() for page in pages
}  # each page once, by somebody who has it: all roles are tried without a browser
SAID = {  # what is read there of this campaign alone
    "command": ("街道",),
    "phase": ("登记事项办理进展", "隐患整改率", "东街道"),
    "todo": (f"{PLACE}的待办", "11月隐患台账"),
    "submit": ("怎样报送",),
    "inspection": ("示例第一餐馆", "有未办结登记事项", "街道"),
    "about": ("隐患整改率", "整改投入"),
    "cases": ("行业排查方案",),
}
FOREIGN = re.compile("|".join(map(re.escape, sorted(names(), key=len, reverse=True))))


@pytest.fixture(scope="module")
def there(context, proxy, walked, tmp_path_factory):
    """A page of a server on what the walk left."""
    home = tmp_path_factory.mktemp("another") / "home"
    shutil.copytree(walked / "home", home)
    outside = f"http://127.0.0.1:{proxy.getsockname()[1]}"
    with served(home, outside, CAMPAIGN_PLAN=str(ANOTHER)) as address:
        yield Watched(context.new_page(), address)


def test_its_template_is_taken_and_a_workbook_checked_and_sent(there, walked):
    page = there.page
    there.open(f"/submit?duty={MATTER}&as={UNIT}", "[data-testid=stFileUploader]")
    chosen = page.get_by_role("combobox", name="应报事项")
    assert "逾期未报" in chosen.input_value()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载本单位本事项模板").click()
    book = download.value.path().read_bytes()
    assert "隐患台账" in load_workbook(BytesIO(book), read_only=True).sheetnames
    page.locator("input[type=file]").set_input_files(walked / f"{UNIT}_{MATTER}.xlsx")
    page.get_by_role("button", name="先检查").click()
    page.get_by_text("报送即可受理").wait_for(timeout=60_000)
    page.get_by_role("button", name="报送", exact=True).click()
    page.get_by_text("✓ 已受理").first.wait_for(timeout=60_000)
    there.settle()
    assert "迟报" in chosen.input_value()  # the list of matters follows at once


@pytest.mark.parametrize("name", BY)
def test_a_page_shows_its_own_words_and_nothing_of_another_campaign(there, name):
    there.open(f"/{name}?as={BY[name]}&as_of=2026-01-05", f"{MAIN} [data-testid=stMarkdown]")
    said = there.page.inner_text("body")
    assert not there.page.locator("[data-testid=stException], [data-testid=stAlertContentError]").count()
    assert set(FOREIGN.findall(said)) == set()
    assert [words for words in SAID.get(name, ()) if words not in said] == []
    assert there.strangers() == []
    assert there.complaints == []
