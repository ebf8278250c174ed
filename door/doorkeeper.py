"""The doorkeeper before the screens: nobody passes who is not signed in, and every frame is asked again.

It alone knows Streamlit's runtime. A fragment of a page runs without the page's script, and a callback before
it, so a check in the script would come too late.
"""

import asyncio
import hashlib
import logging
from collections import Counter
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import quote

from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.runtime import Runtime
from streamlit.web.server.starlette import starlette_app_utils as xsrf
from streamlit.web.server.starlette.starlette_server_config import XSRF_COOKIE_NAME

from door import asking, people
from door.line import ENDED, OpenLine
from door.page import told
from pipelines.keeping.journal import ArchiveDamaged
from pipelines.keeping.place import WrongSetting
from pipelines.keeping.postgres import Away
from pipelines.keeping.secrets import Session
from schemas import access
from schemas.access import TITLES

LOG = logging.getLogger("campaign")
HEADER = b"x-campaign-session"  # told to st.user by server.trustedUserHeaders
# what is there, and for whom; what is not listed is not there
OPEN = (
    "/signin",
    "/signin/unified",
    "/signin/back",
    "/signout",
    "/assets/",
    "/static/",
    "/_stcore/health",
    "/favicon.png",
)
SIGNED = ("/_stcore/host-config", "/_stcore/upload_file/", "/media/", "/download/", "/password")
STREAM, UPLOADS = "/_stcore/stream", "/_stcore/upload_file/"
# uploads under way at once, of a session and of all; bytes that lie before they are sent; seconds for a piece
AT_ONCE, AT_ONCE_OF_ALL, PARKED, PARKED_OF_ALL, PATIENCE = 3, 10, 100 << 20, 400 << 20, 30.0
TOO_MANY = "同时上传的文件太多，请等前面的传完再试。"
CANNOT = "原因在服务日志中。请稍后再试，或联系系统管理员。"
NOT_THERE = "没有这个页面，或不在您的范围内。"


class Doorkeeper:
    """Lets through what is declared, for whoever may have it; everything else is not there."""

    def __init__(self, app: ASGIApp, hosts: tuple[str, ...]) -> None:
        self.app, self.hosts = app, hosts
        self.uploading: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif not asking.is_for_us(scope, self.hosts):
            await _refuse(scope, receive, send, 400, "访问地址不在允许的名单内。")
        elif scope["type"] == "websocket":
            await self._stream(_bare(scope), receive, send)
        else:
            await self._told(_bare(scope), receive, send)

    async def _told(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A request; where what is kept cannot be read, that it cannot, and nothing else."""
        try:
            await self._request(scope, receive, send)
        except (Away, ArchiveDamaged, WrongSetting) as why:
            LOG.error("not answered: %s", why)
            await told("暂时打不开数据", CANNOT, 503)(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if _is_of(path, OPEN):
            await self.app(scope, receive, send)
            return
        session = await _session(scope)
        if session is None:
            await _to_sign_in(scope, receive, send)
        elif session.must_change and path != "/password":
            await _redirect(scope, receive, send, "/password")
        elif (to := await to_thread.run_sync(_right_path, session, path)) != path:
            query = scope["query_string"].decode("latin-1")
            await _redirect(scope, receive, send, f"{to}?{query}".rstrip("?"))
        elif not (_is_page(path) or _is_of(path, SIGNED)):
            await _refuse(scope, receive, send, 404, NOT_THERE)
        elif scope["method"] not in {"GET", "HEAD"} and not _is_sent_by(scope, session):
            await to_thread.run_sync(_note, session, scope, "别处网页发来的请求")
            await _refuse(scope, receive, send, 403, "请求不是由本系统的页面发出的，没有执行。")
        elif path.startswith(UPLOADS):
            await self._upload(scope, receive, send, session)
        else:
            await self.app(scope, receive, _Answered(send, session, scope))

    async def _upload(self, scope: Scope, receive: Receive, send: Send, session: Session) -> None:
        """One file on its way in, to a page of the same session; few at once, none that stops coming."""
        page = scope["path"].removeprefix(UPLOADS).partition("/")[0]
        if _handle_of(page) != session.handle:
            await to_thread.run_sync(_note, session, scope, "上传到别人的页面")
            await _refuse(scope, receive, send, 404, NOT_THERE)
            return
        if scope["method"] != "PUT":
            await self.app(scope, receive, send)
            return
        is_full = self.uploading[session.handle] >= AT_ONCE or self.uploading.total() >= AT_ONCE_OF_ALL
        if is_full or not _has_room(page):
            await _refuse(scope, receive, send, 429, TOO_MANY)
            return

        async def soon() -> Message:
            try:
                return await asyncio.wait_for(receive(), PATIENCE)
            except TimeoutError:
                return {"type": "http.disconnect"}

        self.uploading[session.handle] += 1
        try:
            await self.app(scope, soon, send)
        finally:
            self.uploading[session.handle] -= 1

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            session = await _session(scope) if scope["path"] == STREAM else None
        except (Away, ArchiveDamaged, WrongSetting):
            session = None
        if session is None or session.must_change or not asking.is_from_us(scope):
            await send({"type": "websocket.close", "code": ENDED})
            return
        named = (HEADER, session.handle.encode())
        line = OpenLine(asking.token(scope), receive, send)
        await self.app({**scope, "headers": [*scope["headers"], named]}, line.asked, line.told)


class _Answered:
    """An answer on its way out, with the sign of its session: the page sends it back with what it changes."""

    def __init__(self, send: Send, session: Session, scope: Scope) -> None:
        self.send, self.session, self.scope = send, session, scope

    async def __call__(self, message: Message) -> None:
        is_page = message["type"] == "http.response.start" and _is_page(self.scope["path"])
        if is_page:
            sign = xsrf.generate_xsrf_token_string(_sign(self.session))
            secure = "; Secure" if asking.is_secure(self.scope) else ""
            cookie = f"{XSRF_COOKIE_NAME}={sign}; Path=/; SameSite=Lax{secure}"
            headers = MutableHeaders(scope=message)
            headers.append("set-cookie", cookie)
            headers["cache-control"] = "no-store"
        await self.send(message)


def _bare(scope: Scope) -> Scope:
    """A request without what only the doorkeeper may say."""
    return {**scope, "headers": [pair for pair in scope["headers"] if pair[0].lower() != HEADER]}


def _is_page(path: str) -> bool:
    return path == "/" or path.removeprefix("/") in TITLES


def _is_of(path: str, listed: tuple[str, ...]) -> bool:
    return any(path.startswith(each) if each.endswith("/") else path == each for each in listed)


async def _session(scope: Scope) -> Session | None:
    return await people.holder(asking.token(scope))


def _right_path(session: Session, path: str) -> str:
    """Where a page stands: the first of whoever is signed in under the bare address, none as a folder."""
    page = path.removesuffix("/")
    account = people.of_campaign().account(session.account)
    is_first = account is not None and page == f"/{access.menu(account)[0]}"
    return "/" if is_first else page if _is_page(page) else path


def _note(session: Session, scope: Scope, what: str) -> None:
    """Write that something was refused."""
    people.of_campaign().trail.write(
        "refused", session.account, subject=what, address=asking.address(scope), session=session.handle
    )


def _sign(session: Session) -> bytes:
    signed = people.of_campaign().secrets.signed("xsrf", session.handle)
    return hashlib.sha256(signed.encode()).digest()[:16]


def _is_sent_by(scope: Scope, session: Session) -> bool:
    """Whether what changes something comes from a page of the session, and of this host."""
    if not asking.is_from_us(scope):
        return False
    if not scope["path"].startswith("/_stcore/"):
        return True  # our own pages: the cookie is sent with requests of this site alone
    sign = Headers(scope=scope).get("x-xsrftoken", "")
    return xsrf.decode_xsrf_token_string(sign)[0] == _sign(session)


def _handle_of(page: str) -> str | None:
    """The session to which an open page belongs, as the doorkeeper named it when the page was opened."""
    client = Runtime.instance().get_client(page) if Runtime.exists() else None
    if client is None:
        return None
    headers = dict(cast("Any", client).client_context.headers)
    return headers.get(HEADER.decode())


def _has_room(page: str) -> bool:
    """Whether few bytes lie uploaded and not yet sent: of a page, and of all."""
    parked: Mapping[str, Mapping[str, Any]] = cast("Any", Runtime.instance().uploaded_file_mgr).file_storage
    held = {name: sum(len(file.data) for file in [*files.values()]) for name, files in [*parked.items()]}
    return held.get(page, 0) < PARKED and sum(held.values()) < PARKED_OF_ALL


async def _to_sign_in(scope: Scope, receive: Receive, send: Send) -> None:
    if not asking.wants_a_page(scope):
        await _refuse(scope, receive, send, 401, "请先登录。")
        return
    query = scope["query_string"].decode("latin-1")
    wanted = f"{scope['path']}?{query}" if query else scope["path"]
    await _redirect(scope, receive, send, f"/signin?next={quote(wanted, safe='')}")


async def _redirect(scope: Scope, receive: Receive, send: Send, to: str) -> None:
    response = RedirectResponse(to, status_code=303, headers={"cache-control": "no-store"})
    await response(scope, receive, send)


async def _refuse(scope: Scope, receive: Receive, send: Send, code: int, sentence: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": ENDED})
        return
    response: Response = PlainTextResponse(sentence, code, headers={"cache-control": "no-store"})
    if asking.wants_a_page(scope):
        response = told("没有打开", sentence, code)
    await response(scope, receive, send)
