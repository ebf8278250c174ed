"""Workbooks judged a few at a time while many send: every sender in turn, each check within a bound.

Where nothing was set up (on the command line, in a rebuild) a workbook is judged at once and here.
"""

import atexit
import pickle
import threading
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager

from pipelines.judging.ahead import MEMORY, Asked, judged
from pipelines.judging.judge import TRIES
from pipelines.judging.judgement import UNREADABLE, Judgement
from pipelines.reading.worker import ChildDied, Worker
from schemas.reasons import REASONS

CHILDREN = 2  # of which a sender has one at most, so that one is always there for others
SECONDS = 120  # for a whole check; reading has bounds of its own


class Turns:
    """The children that judge, and who waits for one."""

    def __init__(self, children: int = CHILDREN) -> None:
        self._free = [Worker(judged, MEMORY) for _ in range(children)]
        self._changed = threading.Condition()
        self._waiting: deque[tuple[str, object]] = deque()
        self._busy: Counter[str] = Counter()

    def start(self) -> None:
        """Have the children ready before anybody sends."""
        for child in self._free:
            child.start()

    def judged(self, asked: Asked, sender: str, deaths: int) -> Judgement:
        """The judgement of a workbook, when it is its sender's turn.

        Raises ChildDied where a child died over it or took too long and there is another try.
        """
        try:
            with self._turn(sender) as child:
                answer = child.ask(pickle.dumps((asked, deaths)), SECONDS)
                if isinstance(answer, str):
                    raise ChildDied(answer)
                return answer
        except ChildDied as why:
            if deaths + 1 < TRIES:
                raise
            reason = REASONS[str(why)]
            return Judgement(asked.sha256, UNREADABLE, asked.unit, asked.obligation, reason)

    @contextmanager
    def _turn(self, sender: str) -> Iterator[Worker[Judgement | str]]:
        """A child for a while: the next of whoever has waited longest and has none."""
        ticket = (sender, object())
        with self._changed:
            self._waiting.append(ticket)
            self._changed.wait_for(lambda: self._free and self._next() is ticket)
            self._waiting.remove(ticket)
            self._busy[sender] += 1
            child = self._free.pop()
        try:
            yield child
        finally:
            with self._changed:
                self._busy[sender] -= 1
                self._free.append(child)
                self._changed.notify_all()

    def _next(self) -> tuple[str, object] | None:
        return next((ticket for ticket in self._waiting if not self._busy[ticket[0]]), None)

    def close(self) -> None:
        """End the children that are free; whoever asks again has new ones."""
        with self._changed:
            for child in self._free:
                child.close()
                atexit.unregister(child.close)


_OF_APP: list[Turns] = []  # those of this process, where it serves an app


def begin() -> Turns:
    """From here on this process judges what is sent in turns; returns them."""
    if not _OF_APP:
        _OF_APP.append(Turns())
        _OF_APP[0].start()
    return _OF_APP[0]


def judge_in_turn(asked: Asked, sender: str, deaths: int) -> Judgement:
    """The judgement of a workbook, in its sender's turn where this process has set that up.

    Raises ChildDied as `judge` does.
    """
    return _OF_APP[0].judged(asked, sender, deaths) if _OF_APP else asked.judged(deaths)
