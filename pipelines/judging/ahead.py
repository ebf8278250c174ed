"""Many workbooks judged on all cores, each before it is asked for; answers come in the order of questions."""

import datetime as dt
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import NamedTuple

from pipelines.judging.judge import judge
from pipelines.judging.judgement import Judgement
from pipelines.reading.worker import ChildDied

FEW = 50  # workbooks below which processes cost more than they save
CORES = min(os.cpu_count() or 1, 4)  # each process holds its own readers
AHEAD = 4  # workbooks a core


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
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(CORES, mp_context=context) as cores:
        waiting: deque[Future[Judgement | None]] = deque()
        try:
            for one in asked:
                waiting.append(_begun(cores, one()))
                if len(waiting) > CORES * AHEAD:
                    yield _made(waiting.popleft())
            while waiting:
                yield _made(waiting.popleft())
        finally:
            cores.shutdown(wait=False, cancel_futures=True)


def _begun(cores: ProcessPoolExecutor, asked: Asked) -> Future[Judgement | None]:
    """A judgement under way; an empty one where the processes have died."""
    try:
        return cores.submit(_judged, asked)
    except BrokenProcessPool:
        none: Future[Judgement | None] = Future()
        none.set_result(None)
        return none


def _made(begun: Future[Judgement | None]) -> Judgement | None:
    try:
        return begun.result()
    except BrokenProcessPool:
        return None


def _judged(asked: Asked) -> Judgement | None:
    """In a process of its own."""
    try:
        return asked.judged(0)
    except ChildDied:
        return None
