"""Journey: the warehouse again from the archive, beside the old one, then put in its place."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from pipelines import intake
from pipelines.keeping import adopted, opening, place
from pipelines.keeping.journal import ArchiveDamaged
from pipelines.keeping.receipt import Receipt
from pipelines.keeping.store import Store
from schemas import plan as plans


def rebuild(home: Path, progress: Callable[[int, int], None] | None = None) -> list[Receipt]:
    """Read everything again under today's schemas; returns the receipts that would now be judged otherwise.

    Raises `warehouse.Busy` while another process has the warehouse open, and ArchiveDamaged with the list
    of what is not as kept, before anything is read: a damaged original must not empty what was accepted.
    """
    where = place.of(home)
    with closing(opening.archive(where)) as archive:
        if faults := archive.verify():
            raise ArchiveDamaged("；".join(faults))
        archive.hold()
        adopted.hold(archive, plans.HOME)
        opening.opened(where, archive).close()
        with opening.renewed(where) as made:
            store = Store(home, archive, made.con, made.gate)
            otherwise = intake.catch_up(store, progress, signed_only=True)
            with made.gate.held():  # what other servers recorded meanwhile
                otherwise += intake.catch_up(store, signed_only=True)
                made.gate.stand()
        return otherwise
