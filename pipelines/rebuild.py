"""Journey: the warehouse again from the archive, beside the old one, then put in its place."""

from collections.abc import Callable
from pathlib import Path

from pipelines import intake
from pipelines.keeping import warehouse
from pipelines.keeping.archive import Archive, ArchiveDamaged, Receipt

NAME = "warehouse.duckdb"


def rebuild(home: Path, progress: Callable[[int, int], None] | None = None) -> list[Receipt]:
    """Read everything again under today's schemas; returns the receipts that would now be judged otherwise.

    Raises `warehouse.Busy` while another process has the warehouse open, and ArchiveDamaged with the list
    of what is not as kept, before anything is read: a damaged original must not empty what was accepted.
    """
    warehouse.connect(home / NAME).close()
    archive = Archive(home / "archive")
    if faults := archive.verify():
        raise ArchiveDamaged("；".join(faults))
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
