"""A campaign begun from nothing: the first administrator, an account for a county, and what it sees."""

import os
import re
import subprocess
import sys

import pytest

from tests.browser.serving import ROOT, served, settle

pytestmark = pytest.mark.xdist_group("own server")
CODE = re.compile(r"[a-z2-9]{4}(?:-[a-z2-9]{4}){2}")


def command(home, *words):
    ran = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env={**os.environ, "CAMPAIGN_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.returncode, ran.stdout + ran.stderr


def sign_in(page, address, name, password):
    page.goto(address)
    page.fill("#account", name)
    page.fill("#password", password)
    page.click("button.primary")


def set_password(page, password):
    page.fill("#new", password)
    page.fill("#again", password)
    page.click("button.primary")
    page.wait_for_selector("[data-testid=stMain]", timeout=60_000)
    settle(page)


def test_a_new_campaign_is_begun_by_its_administrator_and_a_county_sees_its_own(tmp_path, chromium):
    home = tmp_path / "home"
    code, said = command(home, "app.py")
    assert (code, "account add" in said) == (1, True)
    make = ("account", "add", "管理甲", "--person", "张示例", "--unit", "OF", "--role", "administrator")
    code, said = command(home, "-m", "pipelines", *make)
    assert code == 0
    with served(home) as address:
        page = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN").new_page()
        sign_in(page, address, "管理甲", CODE.search(said)[0])
        page.wait_for_selector("text=请设定自己的口令")
        page.goto(f"{address}/accounts")  # nothing is seen before
        assert page.url.endswith("/password")
        set_password(page, "自己的口令也够长")
        assert "示例" not in page.inner_text("[data-testid=stMain]").replace("张示例", "")

        page.get_by_role("button", name="新账户").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("账户名").fill("木垒填报")
        dialog.get_by_label("姓名").fill("李示例")
        dialog.get_by_role("combobox", name="单位").click()
        page.get_by_role("option", name="木垒哈萨克自治县").click()
        dialog.get_by_role("button", name="建账户").click()
        page.get_by_text("一次性口令只显示这一次").wait_for(timeout=30_000)
        given = CODE.search(page.inner_text("[data-testid=stMain]"))[0]
        settle(page)
        page.reload()
        page.wait_for_selector("[data-testid=stDataFrame]", timeout=60_000)
        assert given not in page.content()

        page.get_by_role("button", name="张示例").click()
        page.get_by_role("link", name="退出").click()
        page.wait_for_selector("text=已退出，请重新登录")
        sign_in(page, address, "木垒填报", given)
        page.wait_for_selector("text=请设定自己的口令")
        set_password(page, "县里的口令也够长")
        assert "我的待办" in page.inner_text("header")
        assert "木垒哈萨克自治县的待办" in page.inner_text("[data-testid=stMain]")
        page.goto(f"{address}/deadline")
        page.get_by_text("不在您的范围内").first.wait_for(timeout=30_000)
        page.goto(f"{address}/submit")
        page.get_by_text("报送单位　木垒哈萨克自治县").wait_for(timeout=30_000)
        assert "昌吉市" not in page.inner_text("[data-testid=stMain]")
        page.context.close()
