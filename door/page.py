"""A plain page of our own, before Streamlit: made of words, never of what came from outside."""

import hashlib
from html import escape
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from schemas.plan import PLAN

STYLE, SCRIPT = ((Path(__file__).parent / name).read_bytes() for name in ("door.css", "door.js"))
VERSION = hashlib.sha256(STYLE + SCRIPT).hexdigest()[:12]
FOR_GOOD = {"cache-control": "max-age=31536000, immutable"}
# says that the page is ours: `ui.chinese` sends Streamlit's in the place of every other
OURS = {"content-language": "zh-CN", "cache-control": "no-store"}


def page(title: str, body: str, code: int = 200) -> HTMLResponse:
    """A whole page; `title` is words, `body` is markup in which every word has been escaped."""
    name = escape(f"{PLAN.campaign.short}报送与督办")
    return HTMLResponse(
        f"""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} · {name}</title>
<link rel="icon" href="/assets/icon.png">
<link rel="stylesheet" href="/assets/door.css?v={VERSION}">
<script src="/assets/door.js?v={VERSION}" defer></script>
</head>
<body>
<header><img src="/assets/icon.png" alt="" width="24" height="24"><b>{name}</b></header>
<main>{body}</main>
</body>
</html>
""",
        code,
        headers=OURS,
    )


def told(title: str, sentence: str, code: int = 200) -> HTMLResponse:
    """A page that only says something, and leads back."""
    return page(
        title,
        f'<section><h1>{escape(title)}</h1><p class="gray">{escape(sentence)}</p>'
        '<p><a href="/">回到首页</a></p></section>',
        code,
    )


def style(_: Request) -> Response:
    return Response(STYLE, media_type="text/css; charset=utf-8", headers=FOR_GOOD)


def script(_: Request) -> Response:
    return Response(SCRIPT, media_type="text/javascript; charset=utf-8", headers=FOR_GOOD)


ROUTES = [Route("/assets/door.css", style), Route("/assets/door.js", script)]
