"""Signing in by an identity provider: a real one of the tests' own, and what it says bent."""

import datetime as dt
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import pytest
import requests
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from door import asking, people, signin, unified
from door.doorkeeper import Doorkeeper
from pipelines import intake
from pipelines.keeping import accounts
from schemas import plan as plans
from schemas.plan import PLAN
from schemas.plan_beside import Claim
from tests.test_deploy import ports

PEOPLE = (
    {"sub": "1", "preferred_username": "li", "name": "李示例", "groups": ["其他", "木垒县"]},
    {"sub": "2", "preferred_username": "wang", "name": "王示例", "groups": ["不相干"]},
)
ROW = {
    "claim": "groups",
    "value": "木垒县",
    "unit": "652328",
    "roles": "unit",
    **dict.fromkeys(("territories", "fields"), ""),
}


def answers(number):
    for _ in range(200):
        with suppress(OSError), socket.create_connection(("127.0.0.1", number), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError(f"nobody listens on {number}")


@pytest.fixture(scope="module")
def provider():
    """The address of an identity provider that knows two people."""
    (number,) = ports(1)
    words = [f"--user-claims={json.dumps(each)}" for each in PEOPLE]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "-p", str(number), *words]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
        answers(number)
        yield f"http://localhost:{number}"
        child.terminate()


@contextmanager
def listening(app, number):
    server = uvicorn.Server(uvicorn.Config(app, port=number, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        answers(number)
        yield
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture
def site(provider, monkeypatch, tmp_path):
    """The address of our door, which trusts the provider."""
    intake.begin_demo(tmp_path / "home", dt.date(2016, 7, 20))
    monkeypatch.setenv("CAMPAIGN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("OIDC_ISSUER", provider)
    monkeypatch.setenv("OIDC_CLIENT_ID", "campaign")
    secret = tmp_path / "secret"
    secret.write_text("x", encoding="utf-8")
    monkeypatch.setenv("OIDC_CLIENT_SECRET_FILE", str(secret))
    monkeypatch.setitem(PLAN.__dict__, "claims", (Claim.model_validate(ROW),))
    inside = Route("/about", lambda _: PlainTextResponse("inside"))
    app = Starlette(
        routes=[*signin.ROUTES, inside], middleware=[Middleware(Doorkeeper, hosts=asking.LOOPBACK)]
    )
    (number,) = ports(1)
    with listening(app, number):
        yield f"http://localhost:{number}"


def ask(url):
    return requests.get(url, timeout=30)


def sign_in(site, sub, wanted="/about"):
    """What a browser gets that signs in as a person of the provider."""
    browser = requests.Session()
    form = browser.get(f"{site}/signin/unified?next={wanted}")
    assert "oidc" in form.text.lower() or form.ok
    return browser, browser.post(form.url, data={"sub": sub})


def test_whoever_the_provider_knows_is_let_in_with_the_unit_and_roles_of_the_plan(site):
    browser, landed = sign_in(site, "1")
    assert (urlsplit(landed.url).path, landed.text) == ("/about", "inside")
    known = people.of_campaign()
    account = known.account("li@统一身份")
    assert (account.person, account.unit, account.roles) == ("李示例", "652328", ("unit",))
    deed = known.trail.deeds()[-1]
    assert (deed.kind, deed.account, deed.detail) == ("signed_in", "li@统一身份", "统一身份")
    assert "用单位统一身份登录" in browser.get(f"{site}/signin").text


def test_whoever_no_row_of_the_plan_fits_is_not_let_in(site):
    browser, answer = sign_in(site, "2")
    assert answer.status_code == 403
    assert "没有对应的单位" in answer.text
    assert asking.COOKIE not in browser.cookies
    assert "wang" not in "".join(accounts.accounts(people.of_campaign().archive))


def test_an_account_that_was_disabled_here_stays_out(site):
    sign_in(site, "1")
    known = people.of_campaign()
    account = accounts.accounts(known.archive)["li@统一身份"]
    accounts.keep(known.archive, account.__class__(**{**vars(account), "is_active": False}), "测试", "离岗")
    _, answer = sign_in(site, "1")
    assert answer.status_code == 403


@pytest.mark.parametrize("bent", ["state", "cookie", "nonce"])
def test_what_comes_back_otherwise_than_it_left_is_refused(site, bent, monkeypatch):
    browser = requests.Session()
    form = browser.get(f"{site}/signin/unified?next=/about")
    if bent == "nonce":
        monkeypatch.setattr(unified, "_said", nonce_of_another(unified._said))
    if bent == "cookie":
        held = browser.cookies[unified.COOKIE].strip('"')
        browser.cookies.clear()
        browser.cookies.set(unified.COOKIE, re.sub(r"^.", lambda m: "B" if m[0] == "A" else "A", held))
    back = browser.post(form.url, data={"sub": "1"}, allow_redirects=False).headers["Location"]
    if bent == "state":
        back = re.sub(r"state=[^&]+", "state=another", back)
    answer = browser.get(back)
    assert answer.status_code in {400, 502}
    assert asking.COOKIE not in browser.cookies


def nonce_of_another(said):
    return lambda provider, back, url, verifier, nonce: said(provider, back, url, verifier, nonce + "x")


def test_where_the_provider_does_not_answer_that_is_said(site, monkeypatch):
    monkeypatch.setitem(os.environ, "OIDC_ISSUER", "http://localhost:9")
    answer = ask(f"{site}/signin/unified")
    assert (answer.status_code, "没有应答" in answer.text) == (503, True)


def test_without_a_provider_there_is_no_such_way_in(site, monkeypatch):
    monkeypatch.delenv("OIDC_ISSUER")
    assert ask(f"{site}/signin/unified").status_code == 404
    assert "统一身份" not in ask(f"{site}/signin").text


def test_a_plan_may_be_without_claims_and_every_fault_in_them_is_told(tmp_path):
    folder = tmp_path / "plan"
    shutil.copytree(plans.HOME, folder)
    assert plans.read(folder).claims == ()
    heading = ",".join(Claim.columns())
    (folder / "claim.csv").write_text(f"{heading}\ngroups,木垒县,652328,unit,,\n", encoding="utf-8")
    assert plans.read(folder).claims[0].unit == "652328"
    (folder / "claim.csv").write_text(f"{heading}\ngroups,木垒县,巴黎,king,,Z\n", encoding="utf-8")
    with pytest.raises(plans.PlanError) as why:
        plans.read(folder)
    assert all(words in str(why.value) for words in ("巴黎", "king", "“Z”"))
