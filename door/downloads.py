"""What is handed out as a file: ordered on a page, made on a click, good for minutes.

An order says for whom, what, how filtered, and of which state of the data. It is kept here, not in a run of a
page's script, so that nothing vanishes while others work; what makes the bytes knows no Streamlit.
"""

import logging
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

import duckdb
from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from door import asking, people
from door.page import told
from pipelines.keeping.journal import ArchiveDamaged
from pipelines.keeping.postgres import Away
from schemas import access
from schemas.access import Account

LOG = logging.getLogger("campaign")
GOOD = 1800.0  # seconds
MOST, HEAVIEST = 5000, 256 << 20  # orders held; bytes of what they hold; the oldest go
GONE = "这个下载已过时，或不在您的范围内。请回到页面，刷新后再点一次。"
AT_ONCE = 2  # files made at the same time


@dataclass(frozen=True)
class Order:
    """A file that somebody may fetch."""

    account: str
    place: str  # of `access.PLACES`: what is asked again when it is fetched
    filename: str
    mime: str
    make: Callable[[], bytes]
    what: str  # for the trail: what is in it, how it was filtered
    weight: int = 0  # bytes that it holds until it is made
    headers: Mapping[str, str] = field(default_factory=dict)  # of a page to be shown; else a file to be saved


class Orders:
    """The orders of this process, each good for a while."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._held: OrderedDict[str, tuple[float, Order]] = OrderedDict()

    def take(self, order: Order) -> str:
        """Keep an order; returns the address under which it is fetched."""
        number, now = secrets.token_urlsafe(16), time.monotonic()
        with self._turn:
            self._held[number] = (now, order)
            weight = sum(each.weight for _, each in self._held.values())
            while self._held and (len(self._held) > MOST or weight > HEAVIEST or self._is_over(now)):
                _, (_, oldest) = self._held.popitem(last=False)
                weight -= oldest.weight
        return f"/download/{number}"

    def _is_over(self, now: float) -> bool:
        began, _ = next(iter(self._held.values()))
        return now - began > GOOD

    def find(self, number: str, account: str) -> Order | None:
        """The order of a number, for whoever made it, while it is good."""
        with self._turn:
            began, order = self._held.get(number, (0.0, None))
        is_good = order is not None and order.account == account and time.monotonic() - began <= GOOD
        return order if is_good else None


ORDERS = Orders()


async def download(request: Request) -> Response:
    """The file of an order, made now."""
    address, token = asking.address(request.scope), asking.token(request.scope)
    asked = await to_thread.run_sync(_asked, token, request.path_params["number"])
    if asked is None:
        return told("没有这个文件", GONE, 404)
    order, account, session = asked
    try:
        content = await to_thread.run_sync(order.make, limiter=_limiter(request))
    except (duckdb.Error, Away, ArchiveDamaged, OSError):
        LOG.exception("not made: %s", order.filename)
        return told("没有做成", "数据正在更换或暂时读不到，请回到页面，刷新后再点一次。", 503)
    await to_thread.run_sync(_noted, order, account, session, address)
    return Response(
        content,
        media_type=order.mime,
        headers={"content-disposition": _how(order), "cache-control": "no-store", **order.headers},
    )


def _asked(token: str, number: str) -> tuple[Order, Account, str] | None:
    """The order of a number with who fetches it and in which session; None where it is not theirs."""
    known = people.of_campaign()
    session = known.secrets.session(token)
    account = known.account(session.account) if session else None
    order = ORDERS.find(number, account.name) if account else None
    if session and account and order and access.rights(account, order.place):
        return order, account, session.handle
    if session:
        known.trail.write("refused", session.account, subject="下载", session=session.handle)
    return None


def _how(order: Order) -> str:
    name = quote(order.filename, safe="")
    return f"{'inline' if order.headers else 'attachment'}; filename*=utf-8''{name}"


def _noted(order: Order, account: Account, session: str, address: str) -> None:
    people.of_campaign().trail.write(
        "exported",
        account.name,
        unit=account.unit,
        subject=order.filename,
        detail=order.what,
        address=address,
        session=session,
    )


def _limiter(request: Request) -> CapacityLimiter:
    """Few files are made at once: each may take much memory."""
    state = request.app.state
    if not hasattr(state, "making"):
        state.making = CapacityLimiter(AT_ONCE)
    limiter: CapacityLimiter = state.making
    return limiter


ROUTES = [Route("/download/{number}", download)]
