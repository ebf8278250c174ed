"""Step: what was signed is recorded anew: read on all cores, in order, many in a transaction."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial

from pipelines import kept
from pipelines.judging.ahead import judged_ahead
from pipelines.judging.judge import TRIES
from pipelines.judging.judgement import ACCEPTABLE, UNREADABLE, Judgement
from pipelines.keeping import warehouse
from pipelines.keeping.receipt import Receipt
from pipelines.keeping.rows import Decision, Sending, rows_of
from pipelines.keeping.store import Store
from pipelines.reading.worker import ChildDied

ALONE = "alone"  # what the workbook alone had been found, where what was in force refused it
TOGETHER, ROWS = 32, 20_000  # sendings in a transaction, and how many rows of theirs end it sooner


class Anew:
    """What was signed on some receipts, recorded again with the rows as they are read now: nothing is asked
    of what is in force.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.otherwise: list[Receipt] = []  # which would now be judged otherwise
        self.digests: dict[str, str] = {}  # of the rows of each, by receipt number

    def record(self, nos: Sequence[str], told: Callable[[int], None]) -> None:
        """Record each in turn; `told` is called with how many are done.

        Raises ChildDied where the children died over an accepted one, and what `warehouse.record` does: the
        sendings of the transactions before stand then.
        """
        waiting: list[Sending] = []
        for done, sending in enumerate(self._sendings(nos), 1):
            waiting.append(sending)
            rows = sum(len(sheet.frame) for _, decision in waiting for sheet in decision.rows.values())
            if len(waiting) == TOGETHER or rows > ROWS or done == len(nos):
                recorded = warehouse.record(self.store.con, self.store.gate, waiting)
                self.digests |= {
                    receipt.no: digest for (receipt, _), (_, digest) in zip(waiting, recorded, strict=True)
                }
                waiting = []
            told(done)

    def _sendings(self, nos: Sequence[str]) -> Iterator[Sending]:
        ahead = judged_ahead([partial(kept.asked, self.store, no) for no in nos])
        for no, made in zip(nos, ahead, strict=True):
            yield self._sending(self.store.archive.arrival(no), made)

    def _sending(self, receipt: Receipt, made: Judgement | None) -> Sending:
        """A signed verdict stands, whatever rules say today."""
        signed = self.store.archive.verdict(receipt.no) or {}
        judgement = _judged(self.store, receipt, signed["verdict"], made)
        if judgement.verdict != signed.get(ALONE, signed["verdict"]):
            self.otherwise.append(receipt)
        stands = kept.decided(self.store, receipt)
        rows = rows_of(judgement, stands.answers) if signed["verdict"] == ACCEPTABLE else {}
        return receipt, Decision(signed, stands.answers, stands.problems, rows)


def _judged(store: Store, receipt: Receipt, verdict: str, made: Judgement | None) -> Judgement:
    """The judgement of a file on which a verdict was signed; the one made ahead where it will do.

    Raises ChildDied where the children died over an accepted one: it must not be emptied by that.
    """
    if made and (verdict, made.verdict) != (ACCEPTABLE, UNREADABLE):
        return made
    asked = kept.asked(store, receipt.no)
    for deaths in range(TRIES - 1):
        with suppress(ChildDied):
            return asked.judged(deaths)
    judgement = asked.judged(TRIES - 1)
    if (verdict, judgement.verdict) == (ACCEPTABLE, UNREADABLE):
        raise ChildDied(receipt.no)
    return judgement
