"""A hostile browser before a real server: what is not declared, not theirs, forged or over is not given."""

import http.client
from contextlib import closing
from dataclasses import replace
from urllib.parse import quote, urlencode

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus

from door.asking import COOKIE
from pipelines import intake
from pipelines.keeping import accounts, opening, people, place
from pipelines.keeping.people import DEMO_PASSWORD
from schemas import access
from schemas.access import PLACES, TITLES
from tests import signed
from tests.browser.serving import served
from tests.build import filled, good
from tests.desk import XSRF, Desk
from tests.test_deploy import DAY

pytestmark = pytest.mark.xdist_group("hostile")
WHO = ["leader", "office", "inspector", "administrator", "652301", "FIN"]
HTML = {"Accept": "text/html"}
ASKED = ("/", *(f"/{name}" for name in TITLES), "/nothing", "/download/x", "/password")
CLOSED = (
    *(
        "/_stcore/metrics",
        "/_stcore/agent/openapi.json",
        "/_stcore/agent/mcp",
        "/_stcore/script-health-check",
    ),
    *("/_stcore/bidi-components/x", "/component/x", "/app/static/x", "/oauth2callback", "/nothing"),
    "/media/../data",
)
ELSEWHERE = {"Origin": "http://elsewhere.example"}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("hostile") / "home"
    intake.begin_demo(home, DAY)
    store = intake.open_store(home)
    for unit in ("652301", "652302"):
        content = filled("survey_p2p", good("survey_p2p"))
        intake.receive(store, content, "县.xlsx", "示例甲", unit=unit, obligation="county_survey")
    store.close()
    return home


@pytest.fixture(scope="module")
def site(home):
    """The server's host and port."""
    with served(home) as address:
        yield address.removeprefix("http://").replace("localhost", "127.0.0.1")


@pytest.fixture(scope="module")
def known(home):
    where = place.of(home)
    archive = opening.archive(where)
    made = people.opened(where, archive)
    yield made
    made.close()
    archive.close()


def ask(site, path, method="GET", token=None, body=None, **headers):
    """The status, the place it leads to, and the text of an answer."""
    given = {key.replace("_", "-"): value for key, value in headers.items()}
    if token:
        given["Cookie"] = "; ".join(filter(None, [f"{COOKIE}={token}", given.get("Cookie")]))
    with closing(http.client.HTTPConnection(site, timeout=60)) as line:
        line.request(method, quote(path, safe="/?=&%"), body, given)
        answer = line.getresponse()
        return answer.status, answer.headers.get("Location", ""), answer.read().decode("utf-8", "replace")


def sign_in(site, account, **headers):
    """What a browser holds after signing in, or None; the status; and the cookie whole."""
    body = urlencode({"account": account, "password": DEMO_PASSWORD})
    form = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    with closing(http.client.HTTPConnection(site, timeout=60)) as line:
        line.request("POST", "/signin", body, form)
        answer = line.getresponse()
        cookie = answer.headers.get("Set-Cookie", "")
        answer.read()
    return (cookie.partition("=")[2].partition(";")[0] or None), answer.status, cookie


@pytest.mark.parametrize("path", ASKED)
def test_nobody_sees_anything_before_signing_in(site, path):
    status, to, text = ask(site, path, **HTML)
    assert (status, text) == (303, "")
    assert to == f"/signin?next={quote(path, safe='')}"
    assert ask(site, path)[0] == 401


@pytest.mark.parametrize("path", CLOSED)
def test_what_is_not_declared_is_not_there_for_anybody(site, known, path):
    token, _ = signed.begin(known, "administrator")
    assert ask(site, path, token=token, **HTML)[0] in {400, 404}


@pytest.mark.parametrize("who", WHO)
def test_the_matrix_of_roles_and_pages_holds_on_the_line_itself(site, known, who):
    token, _ = signed.begin(known, who)
    account = known.account(signed.account_of(known, who))
    first = access.menu(account)[0]
    for name in TITLES:
        page = "" if name == first else name
        assert ask(site, f"/{page}", token=token, **HTML)[0] == 200
        with Desk(site, page, token) as desk:
            is_shown = "不在您的范围内" not in desk.words
        assert is_shown == bool(access.rights(account, name)), (who, name)


def test_a_place_that_is_not_declared_is_refused_to_everybody(known):
    for who in WHO:
        account = known.account(signed.account_of(known, who))
        assert access.rights(account, "a place of tomorrow") == set()
        with pytest.raises(access.Denied):
            access.reach(account, "a place of tomorrow")
    assert set(TITLES) <= set(PLACES)


def test_signing_in_gives_a_cookie_that_no_script_reads_and_no_other_site_sends(site):
    token, status, cookie = sign_in(site, "示例领导")
    assert status == 303
    assert len(token) >= 22  # 128 random bits
    assert {"httponly", "samesite=lax"} <= {part.strip().lower() for part in cookie.split(";")}
    assert ask(site, "/", token=token, **HTML)[0] == 200


def test_a_forged_an_old_and_a_foreign_cookie_open_nothing(site, known):
    token, _ = signed.begin(known)
    session = known.secrets.session(token)
    for forged in (
        session.handle,
        ("B" if token[0] == "A" else "A") + token[1:],
        "x",
        "",
        known.secrets.key.decode(),
    ):
        assert ask(site, "/", token=forged or "0", **HTML)[0] == 303
    assert ask(site, "/signout", "POST", token=token, body="")[0] == 303
    assert ask(site, "/", token=token, **HTML)[0] == 303  # replayed after signing out
    with pytest.raises((InvalidStatus, ConnectionClosed)):
        Desk(site, "about", "x").open()


def test_a_frame_after_the_end_of_a_session_is_answered_by_the_end_of_the_line(site, known):
    token, handle = signed.begin(known)
    with Desk(site, "about", token) as desk:
        known.secrets.end(handle)
        with pytest.raises(ConnectionClosed) as over:
            desk.read()
    assert over.value.rcvd.code == 4401


def test_an_account_that_is_disabled_is_out_at_once(site, known):
    token, _ = signed.begin(known, "PSB")
    account = known.account(signed.account_of(known, "PSB"))
    accounts.keep(known.archive, replace(account, is_active=False), "示例管理员", "离岗")
    assert ask(site, "/", token=token, **HTML)[0] == 303
    assert sign_in(site, account.name)[0] is None
    accounts.keep(known.archive, account, "示例管理员", "返岗")


def test_the_page_of_another_is_not_resumed(site, known):
    theirs, _ = signed.begin(known, "office")
    mine, _ = signed.begin(known, "652301")
    with Desk(site, "submit", theirs) as office:
        other = Desk(site, "submit", mine)
        other.ask("/about")
        other.open(again=office.session)
        assert other.session != office.session
        assert "昌吉市" in other.words
        assert "自动识别（看封面填报单位）" not in other.words
        other.__exit__()


def test_nobody_names_his_own_session(site, known):
    _, of_office = signed.begin(known, "office")
    mine, _ = signed.begin(known, "652301")
    desk = Desk(site, "submit", mine)
    desk.ask("/about")
    desk.open(**{"X-Campaign-Session": of_office})
    assert "自动识别（看封面填报单位）" not in desk.words
    desk.__exit__()
    forged = Desk(site, "submit", "x")
    with pytest.raises((InvalidStatus, ConnectionClosed)):
        forged.open(**{"X-Campaign-Session": of_office})


def test_no_other_site_signs_out_signs_in_or_uploads(site, known):
    token, _ = signed.begin(known, "office")
    assert sign_in(site, "示例领导", **ELSEWHERE)[0] is None
    ask(site, "/signout", "POST", token=token, body="", **ELSEWHERE)
    assert ask(site, "/", token=token, **HTML)[0] == 200
    with Desk(site, "submit", token) as desk:
        path = f"/_stcore/upload_file/{desk.session}/1"
        for cookie, sign in (("", ""), ("2|a|b|1", "2|a|b|1")):
            told = {"X-Xsrftoken": sign, "Cookie": f"{XSRF}={cookie}"}
            assert ask(site, path, "PUT", token=token, body=b"x", **told)[0] == 403
        told = {"X-Xsrftoken": desk.cookies[XSRF], "Cookie": f"{XSRF}={desk.cookies[XSRF]}"}
        assert ask(site, path, "PUT", token=token, body=b"x", **told, **ELSEWHERE)[0] == 403


def test_the_sign_of_one_session_is_not_that_of_another_and_its_page_takes_no_file_of_another(site, known):
    theirs, _ = signed.begin(known, "office")
    mine, _ = signed.begin(known, "652301")
    with Desk(site, "submit", theirs) as office, Desk(site, "submit", mine) as own:
        path = f"/_stcore/upload_file/{office.session}/1"
        for each, expected in ((office, 403), (own, 404)):
            told = {"X-Xsrftoken": each.cookies[XSRF], "Cookie": f"{XSRF}={each.cookies[XSRF]}"}
            assert ask(site, path, "PUT", token=mine, body=b"x", **told)[0] == expected


def test_the_order_of_another_does_not_exist(site, known):
    theirs, _ = signed.begin(known, "office")
    mine, _ = signed.begin(known, "652301")
    with Desk(site, "about", theirs, query="of=matters") as office:
        number = next(part for part in office.words.split('"') if part.startswith("/download/"))
        for _ in range(3):
            office.read()  # what a page leaves is there for minutes, not for a run of its script
    assert ask(site, number, token=theirs)[0] == 200
    status, _, text = ask(site, number, token=mine)
    assert (status, text) == (404, ask(site, "/download/none", token=mine)[2])
    (deed,) = [deed for deed in known.trail.deeds() if deed.kind == "exported"]
    assert (deed.account, deed.subject.split("_")[0]) == ("示例办公室", "应报事项和原文")


def test_a_page_may_not_clear_what_is_kept_for_all(site, known):
    token, _ = signed.begin(known)
    with Desk(site, "about", token) as desk:
        desk.socket.send(BackMsg(clear_cache=True).SerializeToString())
        assert "口径" in desk.read()


def test_another_host_name_leads_nowhere(site):
    for host in ("elsewhere.example", "127.0.0.1.elsewhere.example", "a@b", ""):
        assert ask(site, "/signin", Host=host, **HTML)[0] == 400


def test_after_sign_in_one_goes_to_a_page_of_this_house_only(site):
    for evil in ("//elsewhere.example", "https://elsewhere.example", "/\\elsewhere.example", "javascript:x"):
        body = urlencode({"account": "示例领导", "password": "示例2016"})
        to = ask(site, f"/signin?next={quote(evil, safe='')}", "POST", body=body)[1]
        assert to == "/"


def test_after_five_failures_nobody_is_let_in_for_a_while_whether_the_account_exists_or_not(site, known):
    for name in ("示例领导", "没有这个人"):
        body = urlencode({"account": name, "password": "不是口令"})
        answers = [ask(site, "/signin", "POST", body=body) for _ in range(6)]
        assert [status for status, _, _ in answers] == [401] * 4 + [429] * 2
        assert "秒后再试" in answers[-1][2]
        assert sign_in(site, name)[0] is None
    known.secrets.forgive("示例领导", "127.0.0.1")
    told = [f"{deed}" for deed in known.trail.deeds() if deed.kind == "not_let_in"]
    assert any("没有这个账户" in words for words in told)
    assert not any("没有这个人" in words for words in told)
    assert not any("不是口令" in words for words in told)


def test_an_option_that_nobody_offered_and_an_amount_that_is_none_are_no_page_errors(site, known):
    token, _ = signed.begin(known, "office")
    for query in ("q_least=²", "q_least=1e400&entity=-1", "q_risk_level=很高&q_alerts=x"):
        with Desk(site, "inspection", token, query=query) as desk:
            assert "错误编号" not in desk.words
            facet = next(
                each.multiselect for each in desk.elements if each.WhichOneof("type") == "multiselect"
            )
            back = BackMsg()
            back.rerun_script.page_name = "inspection"
            state = back.rerun_script.widget_states.widgets.add(id=facet.id)
            state.string_array_value.data.append("巴黎")
            desk.socket.send(back.SerializeToString())
            assert "错误编号" not in desk.finished()


def test_a_forwarded_address_counts_only_from_a_proxy_that_is_named(site, known):
    body = urlencode({"account": "示例财政局", "password": "不是口令"})
    for n in range(6):
        ask(site, "/signin", "POST", body=body, X_Forwarded_For=f"9.9.9.{n}", X_Forwarded_Proto="https")
    assert ask(site, "/signin", "POST", body=body, X_Forwarded_For="9.9.9.9")[0] == 429
    told = [deed.address for deed in known.trail.deeds() if deed.kind == "not_let_in"]
    assert set(told) == {"127.0.0.1"}
    known.secrets.forgive("示例财政局", "127.0.0.1")


def test_whoever_only_follows_a_link_to_sign_out_is_asked_first(site, known):
    token, _ = signed.begin(known)
    status, _, text = ask(site, "/signout", token=token, **HTML)
    assert (status, "退出登录" in text) == (200, True)
    assert ask(site, "/", token=token, **HTML)[0] == 200


def test_a_form_of_more_fields_than_ours_is_an_empty_one(site):
    assert ask(site, "/signin", "POST", body="&".join(f"f{n}=1" for n in range(50)))[0] == 401


def test_nobody_takes_away_the_file_of_another(site, known):
    theirs, _ = signed.begin(known, "office")
    mine, _ = signed.begin(known, "652301")
    with Desk(site, "submit", theirs) as office, Desk(site, "submit", mine) as own:
        told = {"X-Xsrftoken": own.cookies[XSRF], "Cookie": f"{XSRF}={own.cookies[XSRF]}"}
        path = f"/_stcore/upload_file/{office.session}/1"
        assert ask(site, path, "DELETE", token=mine, **told)[0] == 404
    refused = [deed for deed in known.trail.deeds() if deed.kind == "refused"]
    assert refused[-1].subject == "上传到别人的页面"


@pytest.mark.parametrize("path", ["/SUBMIT", "//submit", "/submit/submit", "//example.com/submit/"])
def test_what_is_not_there_is_said_on_a_page_of_ours(site, known, path):
    token, _ = signed.begin(known)
    status, _, text = ask(site, path, token=token, **HTML)
    assert (status, "没有这个页面" in text, "回到首页" in text) == (404, True, True)


def test_a_page_with_a_stroke_behind_it_is_the_page(site, known):
    token, _ = signed.begin(known, "office")
    assert ask(site, "/submit/?duty=x", token=token, **HTML)[:2] == (303, "/submit?duty=x")
