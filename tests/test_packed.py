"""What the browser gets of Streamlit's own: packed once, byte for byte what lies in the package."""

import gzip
import re
from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest
from starlette.responses import PlainTextResponse

from ui import chinese, packed

LARGEST = max(packed.FILES, key=lambda path: packed.FILES[path].stat().st_size)


def ask(method, path, **headers):
    """The headers and the body that a browser gets; what is not answered here is answered “gone on”."""
    sent = []

    async def send(message):
        sent.append(message)

    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "headers": named}
    with ThreadPoolExecutor(1) as apart:  # a browser's test leaves a loop running in this thread
        apart.submit(anyio.run, packed.PackageFiles(PlainTextResponse("gone on")), scope, None, send).result()
    start, *rest = sent
    told = {name.decode(): value.decode() for name, value in start["headers"]}
    return told, b"".join(message["body"] for message in rest)


def test_a_file_comes_packed_and_whole_and_is_kept_for_good():
    headers, body = ask("GET", LARGEST, accept_encoding="gzip, br")
    whole = packed.FILES[LARGEST].read_bytes()
    assert gzip.decompress(body) == whole
    assert int(headers["content-length"]) == len(body) < len(whole) / 2
    assert (headers["content-encoding"], headers["vary"]) == ("gzip", "Accept-Encoding")
    assert "immutable" in headers["cache-control"]


def test_every_file_that_the_page_names_is_one_of_them():
    named = re.findall(r'"\./(static/[^"]+\.(?:js|css))"', chinese.PAGE.decode())
    assert len(named) > 1
    assert {f"/{name}" for name in named} <= set(packed.FILES)


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", LARGEST, {"accept_encoding": "identity"}),
        ("GET", LARGEST, {"accept_encoding": "gzip", "range": "bytes=0-9"}),
        ("HEAD", LARGEST, {"accept_encoding": "gzip"}),
        ("GET", f"{LARGEST}/../x.js", {"accept_encoding": "gzip"}),
        ("GET", "/static/js/none.js", {"accept_encoding": "gzip"}),
        ("GET", "/", {"accept_encoding": "gzip"}),
    ],
)
def test_everything_else_goes_on(method, path, headers):
    told, _ = ask(method, path, **headers)
    assert "content-encoding" not in told
    assert int(told["content-length"]) == len("gone on")
