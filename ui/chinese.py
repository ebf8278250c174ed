"""The page the browser gets: Streamlit's own, told to speak Chinese and forbidden to ask any other host."""

import base64
import hashlib
import re
from pathlib import Path

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SCRIPT, STYLE = ((Path(__file__).parent / name).read_bytes() for name in ("zh.js", "screen.css"))
VERSION = hashlib.sha256(SCRIPT + STYLE).hexdigest()[:12]
ICON = (Path(__file__).parent.parent / "static" / "icon.png").read_bytes()

NO_SCRIPT = "<noscript><p>本系统需要浏览器启用 JavaScript。</p></noscript>"
REWRITES = (
    (r'<html lang="en">', '<html lang="zh-CN">'),
    (r"<title>.*?</title>", "<title>正在打开…</title>"),
    (r'href="\./favicon\.png"', 'href="./assets/icon.png"'),
    (r'\s*<link\s+rel="preload"[^>]*as="font"[^>]*>', ""),
    (r"\s*<!--(?! ?\[).*?-->", ""),
    (r'\s*<link rel="service-desc"[^>]*>', ""),
    (r"<noscript>.*?</noscript>", NO_SCRIPT),
    (r"(<meta charset=[^>]*>)", rf'\1\n    <script src="./assets/zh.js?v={VERSION}"></script>'),
    (r"(</head>)", rf'  <link rel="stylesheet" href="./assets/screen.css?v={VERSION}">\n  \1'),
)


def _page() -> str:
    """Streamlit's index.html with our language, icon, script and style.

    Raises RuntimeError when a rewrite does not find its place: another Streamlit than the pinned one.
    """
    text = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    for pattern, replacement in REWRITES:
        text, places = re.subn(pattern, replacement, text, flags=re.DOTALL)
        if not places:
            raise RuntimeError(f"Streamlit's index.html no longer holds {pattern}")
    return text.strip()


def _policy(page: str) -> str:
    """Only this host; only scripts from files, and the inline ones this page is known to hold."""
    inline = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in inline
    )
    return "; ".join(
        (
            "default-src 'self' data: blob:",
            f"script-src 'self' {hashes}",
            "style-src 'self' 'unsafe-inline'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


PAGE = _page().encode()
HEADERS = {
    "Content-Security-Policy": _policy(PAGE.decode()),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
# A browser that kept the page from before an upgrade must not be told "not modified" on Streamlit's word.
CONDITIONS = {b"if-none-match", b"if-modified-since", b"range"}


class ChinesePage:
    """Sends our page wherever Streamlit would send its own, and the security headers with every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if _asks_for_a_page(scope):
            scope = {**scope, "headers": [pair for pair in scope["headers"] if pair[0] not in CONDITIONS]}
        await self.app(scope, receive, _Answer(scope["method"], send))


class _Answer:
    """One response on its way out."""

    def __init__(self, method: str, send: Send) -> None:
        self.method, self.send, self.ours = method, send, False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self.send(self._headed(message))
        elif not self.ours:
            await self.send(message)
        elif not message.get("more_body"):
            body = b"" if self.method == "HEAD" else PAGE
            await self.send({"type": "http.response.body", "body": body})

    def _headed(self, message: Message) -> Message:
        headers = MutableHeaders(scope=message)
        is_page = message["status"] == 200 and headers.get("content-type", "").startswith("text/html")
        self.ours = is_page and "content-language" not in headers  # a plain page of `door` says its language
        if self.ours:
            for name in ("etag", "last-modified", "content-encoding", "accept-ranges"):
                del headers[name]
            headers["content-length"] = str(len(PAGE))
        for name, value in HEADERS.items():
            headers.setdefault(name, value)  # a page to be printed allows itself less
        return message


def _asks_for_a_page(scope: Scope) -> bool:
    return any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])


def _asset(content: bytes, media_type: str) -> Response:
    return Response(content, media_type=media_type, headers={"Cache-Control": "max-age=31536000, immutable"})


def script(_: Request) -> Response:
    return _asset(SCRIPT, "text/javascript; charset=utf-8")


def style(_: Request) -> Response:
    return _asset(STYLE, "text/css; charset=utf-8")


def icon(_: Request) -> Response:
    return _asset(ICON, "image/png")


ROUTES = [Route("/assets/zh.js", script), Route("/assets/screen.css", style), Route("/assets/icon.png", icon)]
MIDDLEWARE = [Middleware(ChinesePage)]
