"""A clerk's desk without a browser: Streamlit's own protocol over a websocket, through whatever stands before
the server.
"""

import re
from contextlib import ExitStack, closing
from http.client import HTTPConnection

from google.protobuf.text_format import MessageToString
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from door.asking import COOKIE

RECEIPT = re.compile(r"回执号 \*\*([\d-]+)\*\*")
XSRF, SEAT = "_streamlit_xsrf", "campaign_seat"
PATIENCE = 60  # seconds for one answer
BOUNDARY = "campaign-boundary"
PART = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{{}}"\r\n\r\n'
VALUES, SENDS = {"button": "trigger_value"}, "报送"


class Desk:
    """A session on one page, as long as this lasts: reads what it shows, sends a workbook."""

    def __init__(self, address, page, token, seat=None, query=""):
        """`address` is host:port, `token` what a browser holds that is signed in, `seat` the cookie by which
        a proxy knows whom to ask, or none yet.
        """
        self.address, self.page, self.query = address, page, query
        self.cookies = {COOKIE: token} | ({SEAT: seat} if seat else {})
        self.session, self.elements, self.told = "", [], []

    def __enter__(self):
        self.ask("/about")  # which gives the cookies
        self.open()
        return self

    def open(self, *, again="", **headers):
        """Open the line of the page, as the one of another session where that is named, and read it."""
        with ExitStack() as stack:
            line = connect(
                f"ws://{self.address}/_stcore/stream",
                subprotocols=["streamlit", self.cookies.get(XSRF, "0"), *([again] if again else [])],
                origin=f"http://{self.address}",
                additional_headers={"Cookie": self._cookie(), **headers},
                max_size=None,
            )
            self.socket = stack.enter_context(line)
            self.words = self.read()
            self._held = stack.pop_all()

    def __exit__(self, *why):
        self._held.close()

    @property
    def seat(self):
        return self.cookies[SEAT]

    def read(self, **filled):
        """Run the page with what is filled in, by the kind of its first such element; returns its words."""
        back = BackMsg()
        back.rerun_script.page_name, back.rerun_script.query_string = self.page, self.query
        for kind, value in filled.items():
            state = back.rerun_script.widget_states.widgets.add(id=self._first(kind).id)
            if kind == "file_uploader":
                state.file_uploader_state_value.uploaded_file_info.add(**value)
            else:
                setattr(state, VALUES[kind], value)
        self.socket.send(back.SerializeToString())
        return self.finished()

    def finished(self):
        """What the page says when it has run."""
        while not self._is_finished(self._hear()):
            pass
        return "\n".join(MessageToString(each, as_utf8=True) for each in self.elements)

    def _is_finished(self, message):
        """Take in what the page says; whether that was all."""
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.session, self.elements = message.new_session.initialize.session_id, []
        elif kind == "delta" and message.delta.HasField("new_element"):
            self.elements.append(message.delta.new_element)
        return kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY

    def send(self, name, content):
        """Send a workbook as this page's form does; returns its receipt number."""
        back = BackMsg()
        asked = back.file_urls_request
        asked.request_id, asked.session_id = "1", self.session
        asked.file_names.append(name)
        self.socket.send(back.SerializeToString())
        while (message := self._hear()).WhichOneof("type") != "file_urls_response":
            pass
        (urls,) = message.file_urls_response.file_urls
        self.ask(urls.upload_url, name, content)
        given = {"file_id": urls.file_id, "name": name, "size": len(content), "file_urls": urls}
        words = self.read(file_uploader=given, button=True)
        while self.told == (told := RECEIPT.findall(words)):  # what the page says is of a run before
            words = self.finished()
        (no,) = self.told = told
        return no

    def _first(self, kind):
        """The first element of a kind; of buttons the one that sends."""
        found = (getattr(each, kind) for each in self.elements if each.WhichOneof("type") == kind)
        return next(each for each in found if kind != "button" or each.label == SENDS)

    def _hear(self):
        message = ForwardMsg()
        message.ParseFromString(self.socket.recv(timeout=PATIENCE))
        return message

    def _cookie(self):
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def ask(self, path, name=None, content=None):
        """Ask for a path, or put a file there; keeps the cookies. Raises OSError where that is refused."""
        method, headers, body = "GET", {"Cookie": self._cookie(), "Accept": "text/html"}, None
        if content is not None:
            method, body = "PUT", PART.format(name).encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
            headers["X-Xsrftoken"] = self.cookies[XSRF]
            headers["Content-Type"] = f"multipart/form-data; boundary={BOUNDARY}"
        with closing(HTTPConnection(self.address, timeout=PATIENCE)) as line:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            if answer.status >= 400:
                raise OSError(answer.status, answer.read().decode())
            for cookie in answer.headers.get_all("Set-Cookie", ()):
                key, _, value = cookie.partition(";")[0].partition("=")
                self.cookies[key] = value
