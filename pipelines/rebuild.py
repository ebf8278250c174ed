"""Journey: the warehouse again from the archive, beside the old one, then put in its place."""

from collections.abc import Callable
from pathlib import Path

from pipelines import intake
from pipelines.keeping import adopted, opening, warehouse
from pipelines.keeping.archive import Archive, Receipt
from pipelines.keeping.journal import ArchiveDamaged
from pipelines.keeping.opening import NAME
from schemas import plan as plans


def rebuild(home: Path, progress: Callable[[int, int], None] | None = None) -> list[Receipt]:
    """Read everything again under today's schemas; returns the receipts that would now be judged otherwise.

    Raises `warehouse.Busy` while another process has the warehouse open, and ArchiveDamaged with the list
    of what is not as kept, before anything is read: a damaged original must not empty what was accepted.
    """
    archive = Archive(home / "archive")
    if faults := archive.verify():
        raise ArchiveDamaged("；".join(faults))
    adopted.hold(archive, plans.HOME)
    opening.opened(home, archive)[0].close()
    made = home / f"{NAME}.new"
    made.unlink(missing_ok=True)
    con = warehouse.connect(made)
    warehouse.create(con)
    store = intake.Store(home, archive, con)
    otherwise = intake.catch_up(store, progress)
    con.close()
    for stale in home.glob(f"{NAME}.wal"):
        stale.unlink()
    made.replace(home / NAME)
    return otherwise
