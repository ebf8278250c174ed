"""Streamlit's own scripts and styles, seven megabytes of them, on their way to the browser: packed once in a
process, where Streamlit sends them as they lie, to be packed by a proxy that a small office does not have.
"""

import gzip
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import streamlit
from anyio import to_thread
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

FOLDER = Path(streamlit.__file__).parent / "static"
TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
FILES: Mapping[str, Path] = {  # the path in an address → the file; no path is made of what was asked
    f"/{path.relative_to(FOLDER).as_posix()}": path
    for path in sorted((FOLDER / "static").rglob("*"))
    if path.suffix in TYPES
}
HEADERS = {  # the names bear a hash of what is in them
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Encoding": "gzip",
    "Vary": "Accept-Encoding",
}


class PackageFiles:
    """Answers for the files of FILES to whoever takes gzip; everything else goes on to `app`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = FILES.get(scope["path"]) if scope["type"] == "http" and _takes(scope) else None
        if path is None:
            await self.app(scope, receive, send)
            return
        body = await to_thread.run_sync(packed, path)
        answer = Response(body, media_type=TYPES[path.suffix], headers=HEADERS)
        await answer(scope, receive, send)


def _takes(scope: Scope) -> bool:
    """Whether all of a file is asked for, packed if we like."""
    asked = Headers(scope=scope)
    return scope["method"] == "GET" and "range" not in asked and "gzip" in asked.get("accept-encoding", "")


@cache
def packed(path: Path) -> bytes:
    """A file of FILES as gzip."""
    return gzip.compress(path.read_bytes(), mtime=0)


MIDDLEWARE = [Middleware(PackageFiles)]
