"""Who asks, from where, and by which of our names: read from a request, believed as far as it can be."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import Scope

from pipelines.keeping.secrets import LONGEST

COOKIE = "campaign_session"
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


def token(scope: Scope) -> str:
    """What the browser holds as its session; '' without any."""
    return HTTPConnection(scope).cookies.get(COOKIE, "")


def address(scope: Scope) -> str:
    """The address of whoever asks; a proxy that is named in FORWARDED_ALLOW_IPS has been looked through."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def is_secure(scope: Scope) -> bool:
    return scope["scheme"] in {"https", "wss"}


def is_for_us(scope: Scope, hosts: Iterable[str]) -> bool:
    """Whether a request names one of our hosts; another name leads here only by deceit (DNS rebinding)."""
    named = urlsplit(f"//{Headers(scope=scope).get('host', '')}")
    try:
        host = (named.hostname or "").lower().rstrip(".")
    except ValueError:
        return False
    return host in {each.strip("[]").lower() for each in hosts}


def is_from_us(scope: Scope) -> bool:
    """Whether a request comes from one of our own pages, as far as browsers tell; other programs do not."""
    headers = Headers(scope=scope)
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}
    return urlsplit(origin).netloc == headers.get("host")


def wants_a_page(scope: Scope) -> bool:
    return scope["method"] in {"GET", "HEAD"} and "text/html" in Headers(scope=scope).get("accept", "")


def remember(response: Response, token: str, *, is_secure: bool) -> None:
    """Give the browser what it holds as its session: no script reads it, no other site sends it."""
    response.set_cookie(COOKIE, token, max_age=LONGEST, httponly=True, samesite="lax", secure=is_secure)


def inside(path: str) -> str:
    """A path of our own that a link may lead to; anything else is the first page."""
    parts = urlsplit(path)
    is_ours = path.startswith("/") and not path.startswith("//") and not parts.netloc and "\\" not in path
    return path if is_ours and path.isprintable() else "/"
