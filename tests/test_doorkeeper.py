"""What the doorkeeper does where what is kept cannot be read, and to uploads that do not end."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from door import doorkeeper, line, people
from door.doorkeeper import Doorkeeper
from pipelines.keeping.journal import ArchiveDamaged
from pipelines.keeping.place import WrongSetting
from pipelines.keeping.postgres import Away
from pipelines.keeping.secrets import Session

HOST = (b"host", b"localhost:8501")
SESSION = Session("handle", "示例领导", "10.0.0.1", must_change=False, began_at=0, seen_at=0)


def run(coroutine):
    """What it returns, run in a thread of its own: the browser's driver leaves a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


async def nothing(scope, receive, send):
    """An app that answers every request, and reads every body first."""
    more = scope["type"] == "http" and scope["method"] == "PUT"
    while more:
        message = await receive()
        more = message["type"] == "http.request" and message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def ask(path, method="GET", headers=(), arriving=(), kind="http"):
    """What the doorkeeper sends; what arrives then stops coming."""
    sent, queue = [], list(arriving)
    told = [HOST, (b"cookie", b"campaign_session=x"), (b"accept", b"text/html"), *headers]
    scope = {
        "type": kind,
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": told,
        "scheme": "http",
    }

    async def receive():
        if not queue:
            await asyncio.sleep(3600)
        return queue.pop(0)

    async def send(message):
        sent.append(message)

    run(Doorkeeper(nothing, ("localhost",))(scope, receive, send))
    return sent


@pytest.mark.parametrize(
    "why",
    [Away("server closed"), ArchiveDamaged("流水第3行与签记不符"), WrongSetting("私钥不在 /home/x/key")],
)
def test_where_what_is_kept_cannot_be_read_a_page_says_so_and_names_no_place_of_the_machine(monkeypatch, why):
    def broken():
        raise why

    monkeypatch.setattr(people, "of_campaign", broken)
    start, body = ask("/about")
    assert start["status"] == 503
    assert "暂时打不开数据" in body["body"].decode()
    assert str(why) not in body["body"].decode()
    assert ask("/_stcore/stream", kind="websocket") == [{"type": "websocket.close", "code": 4401}]


@pytest.fixture
def inside(monkeypatch):
    """Whoever asks is signed in, and sends what page 'p' of his own sends."""
    monkeypatch.setattr(people, "_session", lambda token: SESSION)
    monkeypatch.setattr(doorkeeper, "_right_path", lambda session, path: path)
    monkeypatch.setattr(doorkeeper, "_is_sent_by", lambda scope, session: True)
    monkeypatch.setattr(doorkeeper, "_handle_of", {"p": "handle"}.get)
    monkeypatch.setattr(doorkeeper, "_has_room", lambda page: True)


PIECE = {"type": "http.request", "body": b"x", "more_body": True}


def test_an_upload_that_stops_coming_is_given_up(inside, monkeypatch):
    monkeypatch.setattr(doorkeeper, "PATIENCE", 0.05)
    assert ask("/_stcore/upload_file/p/1", "PUT", arriving=[PIECE])[0]["status"] == 200  # the body ended


def test_few_uploads_at_once_and_none_where_much_lies_already(inside, monkeypatch):
    assert ask("/_stcore/upload_file/q/1", "PUT")[0]["status"] == 404
    monkeypatch.setattr(doorkeeper, "AT_ONCE", 0)
    assert ask("/_stcore/upload_file/p/1", "PUT")[0]["status"] == 429
    monkeypatch.setattr(doorkeeper, "AT_ONCE", 3)
    monkeypatch.setattr(doorkeeper, "_has_room", lambda page: False)
    assert ask("/_stcore/upload_file/p/1", "PUT")[0]["status"] == 429


@pytest.mark.parametrize(
    ("frame", "is_allowed"),
    [
        (BackMsg(clear_cache=True), False),
        (BackMsg(set_run_on_save=True), False),
        (BackMsg(load_git_info=True), False),
        (BackMsg(debug_shutdown_runtime=True), False),
        (BackMsg(stop_script=True), True),
        (BackMsg(app_heartbeat=True), True),
        (BackMsg(), False),
    ],
)
def test_a_frame_that_no_page_needs_is_dropped(frame, is_allowed):
    assert line._is_allowed({"bytes": frame.SerializeToString()}) == is_allowed


@pytest.mark.parametrize("garbage", [b"\xff\xff\xff", b"\x0a\x05a", "文字".encode("gbk")])
def test_garbage_is_dropped(garbage):
    assert not line._is_allowed({"bytes": garbage})
    assert not line._is_allowed({"text": "文字"})


def test_where_the_session_cannot_be_asked_what_is_on_the_screen_stays(monkeypatch):
    def away(token):
        raise Away("server closed")

    monkeypatch.setattr(people, "_session", away)
    heard = [{"type": "websocket.receive", "bytes": BackMsg(app_heartbeat=True).SerializeToString()}]

    async def receive():
        return heard[0]

    opened = line.OpenLine("token", receive, None)
    assert run(opened.asked()) == heard[0]
    assert not opened.is_over


def test_a_silent_line_ends_soon_after_its_session(monkeypatch):
    good, sent = [object(), object()], []
    monkeypatch.setattr(line, "AGAIN", 0.01)
    monkeypatch.setattr(people, "_session", lambda token: good.pop() if good else None)

    async def silence():
        await asyncio.Event().wait()

    async def send(message):
        sent.append(message)

    opened = line.OpenLine("token", silence, send)
    assert run(opened.asked())["type"] == "websocket.disconnect"
    assert sent == [{"type": "websocket.close", "code": line.ENDED}]
    assert not good
    run(opened.told({"type": "websocket.send"}))
    assert len(sent) == 1
