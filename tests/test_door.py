"""The front door: what every answer carries, and that Streamlit's own words have a Chinese twin."""

import datetime as dt
import re
import sys
from pathlib import Path

import pandas as pd
import pytest
import streamlit
from streamlit.testing.v1 import AppTest

from door import page, paper
from door.people import _opened
from pipelines import intake
from ui import chinese

PACKAGE = Path(streamlit.__file__).parent
WORDS = re.search(r"const WORDS = \{(.*?)\n  \};", chinese.SCRIPT.decode(), re.DOTALL)


def ask(answer, method="GET", kind="http", headers=()):
    """What comes out of the middleware when the server behind it sends `answer`."""
    seen, sent = {}, []

    async def server(scope, receive, send):
        seen.update(scope)
        for message in answer:
            await send(message)

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.disconnect"}

    scope = {"type": kind, "method": method, "headers": list(headers)}
    with pytest.raises(StopIteration):  # run by hand: nothing in it waits, and no event loop is asked for
        chinese.ChinesePage(server)(scope, receive, send).send(None)
    return seen, sent


def answered(content_type, body=b"theirs", status=200, more=()):
    head = [(b"content-type", content_type), (b"etag", b'"1"'), (b"content-encoding", b"gzip"), *more]
    return [
        {"type": "http.response.start", "status": status, "headers": head},
        {"type": "http.response.body", "body": body, "more_body": True},
        {"type": "http.response.body", "body": b""},
    ]


def body_of(sent):
    return b"".join(message.get("body", b"") for message in sent[1:])


def test_the_page_is_chinese_and_brings_our_script():
    page = chinese.PAGE.decode()
    assert page.startswith("<!DOCTYPE html>")
    assert '<html lang="zh-CN">' in page
    assert page.index("./assets/zh.js?v=") < page.index('type="module"')
    assert "Streamlit" not in re.sub(r'"\./static/[^"]*"', "", page)
    assert not re.search(r"https?://", page)


def test_every_html_answer_is_our_page():
    _, sent = ask(answered(b"text/html; charset=utf-8"))
    headers = dict(sent[0]["headers"])
    assert body_of(sent) == chinese.PAGE
    assert headers[b"content-length"] == str(len(chinese.PAGE)).encode()
    assert b"etag" not in headers
    assert b"content-encoding" not in headers


def test_a_page_to_be_printed_comes_through_as_it_is():
    told = [(name.encode(), value.encode()) for name, value in paper.HEADERS.items()]
    _, sent = ask(answered(paper.MIME.encode(), more=told))
    assert body_of(sent) != chinese.PAGE
    headers = dict(sent[0]["headers"])
    assert headers[b"content-security-policy"].decode() == paper.HEADERS["content-security-policy"]
    assert headers[b"x-frame-options"] == b"DENY"


def test_the_head_of_a_column_of_numbers_stands_over_them():
    rows = pd.DataFrame(
        {"家数": [1, 2], "金额": [None, 2.5], "办结": ["1", "—"], "": [None, None]}, dtype=object
    )
    assert paper.heading(rows) == (
        '<tr><th class="n">家数</th><th class="n">金额</th><th>办结</th><th></th></tr>'
    )


def test_a_head_request_gets_the_headers_alone():
    _, sent = ask(answered(b"text/html"), method="HEAD")
    assert body_of(sent) == b""


@pytest.mark.parametrize(("content_type", "status"), [(b"text/javascript", 200), (b"text/html", 404)])
def test_other_answers_pass_with_the_security_headers(content_type, status):
    _, sent = ask(answered(content_type, status=status))
    headers = dict(sent[0]["headers"])
    assert body_of(sent) == b"theirs"
    assert {name.lower().encode() for name in chinese.HEADERS} <= set(headers)


def test_a_page_is_never_asked_for_on_condition():
    headers = [(b"accept", b"text/html"), (b"if-none-match", b'"1"'), (b"cookie", b"a=b")]
    seen, _ = ask(answered(b"text/html"), headers=headers)
    assert [name for name, _ in seen["headers"]] == [b"accept", b"cookie"]


def test_a_websocket_passes_untouched():
    _, sent = ask([{"type": "websocket.accept"}], kind="websocket")
    assert sent == [{"type": "websocket.accept"}]


def test_the_policy_allows_this_host_and_no_inline_script():
    policy = dict(part.split(" ", 1) for part in chinese.HEADERS["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'self' data: blob:"
    assert re.fullmatch(r"'self' 'sha256-[\w+/=]{44}'", policy["script-src"])
    assert "unsafe" not in policy["script-src"]


def test_a_changed_index_stops_the_start(monkeypatch):
    monkeypatch.setattr(chinese, "REWRITES", ((r"not there", ""),))
    with pytest.raises(RuntimeError, match="not there"):
        chinese._page()


def test_the_assets_are_served_for_good():
    for route in (*chinese.ROUTES, *page.ROUTES):
        assert "immutable" in route.endpoint(None).headers["cache-control"]


def test_every_word_translated_is_still_one_of_streamlits():
    said = "".join(
        path.read_text(errors="ignore") for path in (PACKAGE / "static" / "static" / "js").glob("*.js")
    )
    words = re.findall(r'"([^"]+)":\s', WORDS[1])
    assert len(words) > 150
    assert [word for word in words if word not in said] == []


def test_the_app_is_streamlits_own_kind(monkeypatch, tmp_path):
    monkeypatch.setenv("CAMPAIGN_HOME", str(tmp_path))
    monkeypatch.delitem(sys.modules, "app", raising=False)
    with pytest.raises(SystemExit, match="account add"):
        import app
    _opened.cache_clear()
    intake.begin_demo(tmp_path, dt.date(2016, 7, 20))
    import app

    assert isinstance(app.app, streamlit.App)


def test_a_failure_shows_a_number_and_no_trace(caplog):
    def failing():
        from ui import faults

        assert faults.apologise(ValueError("a secret of the house"))

    shown = AppTest.from_function(failing).run().error[0].value
    number = re.search(r"\*\*([0-9A-F]{8})\*\*", shown)
    assert number
    assert number[1] in caplog.text
    assert "secret" not in shown
