"""Many workbooks judged on all cores, each before it is asked for; answers come in the order of questions."""

import atexit
import datetime as dt
import os
import pickle
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import NamedTuple

from pipelines.judging.judge import judge
from pipelines.judging.judgement import Judgement
from pipelines.reading.worker import ChildDied, Worker

FEW = 50  # workbooks below which children cost more than they save
CORES = min(os.cpu_count() or 1, 4)  # each child holds readers of its own
AHEAD = 4  # workbooks a core
MEMORY, SECONDS = 16 << 30, 300  # bytes of address space, time for a workbook: readers keep their own bounds


class Asked(NamedTuple):
    """A workbook with what was stated of it."""

    content: bytes
    unit: str | None
    obligation: str | None
    arrived_on: dt.date
    sha256: str

    def judged(self, deaths: int | None = None) -> Judgement:
        """Its judgement, as `judge` makes it. Raises ChildDied as that does."""
        return judge(
            self.content,
            unit=self.unit,
            obligation=self.obligation,
            arrived_on=self.arrived_on,
            sha256=self.sha256,
            deaths=deaths,
        )


def judged_ahead(asked: Sequence[Callable[[], Asked]]) -> Iterator[Judgement | None]:
    """The judgement of each, in order; None where it was not made ahead, and has to be made by the caller."""
    if len(asked) < FEW or CORES == 1:
        yield from (None for _ in asked)
        return
    free: SimpleQueue[Worker[Judgement | str]] = SimpleQueue()
    children = [Worker(judged, MEMORY) for _ in range(CORES)]
    for child in children:
        free.put(child)
    waiting: deque[Future[Judgement | None]] = deque()
    with ThreadPoolExecutor(CORES) as threads:
        try:
            for one in asked:
                waiting.append(threads.submit(_made, free, one()))
                if len(waiting) > CORES * AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            threads.shutdown(cancel_futures=True)
            for child in children:
                child.close()
                atexit.unregister(child.close)


def _made(free: "SimpleQueue[Worker[Judgement | str]]", asked: Asked) -> Judgement | None:
    """A judgement from the next child that is free; None where it died."""
    child = free.get()
    try:
        answer = child.ask(pickle.dumps((asked, 0)), SECONDS)
        return None if isinstance(answer, str) else answer
    except ChildDied:
        return None
    finally:
        free.put(child)


def judged(asked: bytes) -> Judgement | str:
    """The work of a child: a pickled question of ours, and how often a reader died over it → its judgement,
    or why a reader died once more.
    """
    question, deaths = pickle.loads(asked)  # noqa: S301  written by our own parent
    try:
        judgement: Judgement = question.judged(deaths)
    except ChildDied as why:
        return str(why)
    return judgement
