"""Under which addresses the campaign is served, and the doorkeeper that is set before it."""

import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn.config
from starlette.middleware import Middleware
from streamlit import config
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from door import asking, people
from door.doorkeeper import Doorkeeper
from pipelines.judging import turns
from pipelines.keeping.journal import ArchiveDamaged
from pipelines.keeping.place import WrongSetting
from pipelines.keeping.postgres import Away

LOG = logging.getLogger("campaign")


def trust_named_proxies_only() -> None:
    """Have uvicorn believe no forwarded address but a named proxy's.

    By itself it believes whoever asks from this machine, and it has read its setting before this app is
    imported; it makes its middleware afterwards.
    """

    def named(app: Any, **_: object) -> object:
        return ProxyHeadersMiddleware(app, os.environ.get("FORWARDED_ALLOW_IPS", ""))

    vars(uvicorn.config)["ProxyHeadersMiddleware"] = named


def has_nobody() -> bool:
    """Whether nobody could sign in to a real campaign. What cannot be read now is told on the page."""
    try:
        return people.has_nobody()
    except (ArchiveDamaged, Away, WrongSetting, OSError) as why:
        LOG.warning("%s", why)
        return False


def hosts() -> tuple[str, ...]:
    """The names under which the campaign may be asked for: this machine, and what the settings name."""
    named = [config.get_option("server.address"), config.get_option("browser.serverAddress")]
    allowed = config.get_option("server.allowedHosts")
    return (*asking.LOOPBACK, *(name for name in [*named, *allowed] if name))


@asynccontextmanager
async def while_serving(_: object) -> AsyncIterator[None]:
    """What a process that serves does besides: workbooks are judged in turns; open passwords are told."""
    judging = turns.begin()
    address, is_secure = config.get_option("server.address"), config.get_option("server.sslCertFile")
    if address not in asking.LOOPBACK and not is_secure:
        LOG.warning("正以未加密的 http 提供服务（%s）：口令在网上是明文，请由代理加 https。", address)
    yield
    judging.close()


def middleware() -> list[Middleware]:
    return [Middleware(Doorkeeper, hosts=hosts())]
