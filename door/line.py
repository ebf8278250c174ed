"""The line of an open page: every frame is asked whether its session is good, and so is a silent line."""

import asyncio

from google.protobuf.message import DecodeError
from starlette.types import Message, Receive, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from door import people
from pipelines.keeping.postgres import Away

ENDED = 4401  # a websocket's code: the session is over
AGAIN = 5.0  # seconds after which a line on which nothing comes is asked again
FRAMES = {"rerun_script", "stop_script", "file_urls_request", "app_heartbeat", "backend_operation_request"}


class OpenLine:
    """A websocket of a session, which ends with it: at the next frame, or within `AGAIN` seconds."""

    def __init__(self, token: str, receive: Receive, send: Send) -> None:
        self.token, self.receive, self.send = token, receive, send
        self.is_over = False

    async def asked(self) -> Message:
        """The next frame that a page may send; when the session is over, that the line is closed."""
        while True:
            message = await self._next()
            if message["type"] != "websocket.receive" or self.is_over or _is_allowed(message):
                return message

    async def _next(self) -> Message:
        """What comes next, while the session is good; its end, once it is over."""
        coming = asyncio.ensure_future(self.receive())
        try:
            while not coming.done():
                await asyncio.wait({coming}, timeout=AGAIN)
                is_closed = coming.done() and coming.result()["type"] != "websocket.receive"
                if not is_closed and not self.is_over and await self._is_ended():
                    self.is_over = True
                    await self.send({"type": "websocket.close", "code": ENDED})
                    return {"type": "websocket.disconnect", "code": ENDED}
        finally:
            if not coming.done():
                coming.cancel()
        return coming.result()

    async def _is_ended(self) -> bool:
        """Whether the session is over; where that cannot be asked, what is on the screen stays."""
        try:
            return await people.holder(self.token) is None
        except Away:
            return False

    async def told(self, message: Message) -> None:
        if not self.is_over:
            await self.send(message)


def _is_allowed(message: Message) -> bool:
    """Whether a frame asks for what a page needs. Clearing the cache of all is not that, nor is garbage."""
    asked = BackMsg()
    try:
        asked.ParseFromString(message.get("bytes") or b"")
    except DecodeError:
        return False
    return asked.WhichOneof("type") in FRAMES
