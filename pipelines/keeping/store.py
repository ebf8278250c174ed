"""A campaign opened: its archive, its warehouse, and the gate through which that is written."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from pipelines.keeping.acted_rows import done_by
from pipelines.keeping.archive import Archive
from pipelines.keeping.gate import Gate
from pipelines.keeping.journal import JournalEntry
from schemas.clock import FAR, SHANGHAI, local_day


@dataclass(frozen=True)
class Store:
    """A campaign's archive and its warehouse, opened; `today` is the demonstration's day."""

    home: Path
    archive: Archive
    con: duckdb.DuckDBPyConnection
    gate: Gate  # through which `con` is written
    today: dt.date | None = None
    said: Sequence[str] = ()  # what whoever opened it should be told

    def close(self) -> None:
        """Give everything back; nothing is lost."""
        self.con.close()
        self.gate.close()
        self.archive.close()

    @property
    def is_demo(self) -> bool:
        return self.today is not None

    def now(self) -> dt.datetime:
        """The instant of an arrival: the real one, or in the demonstration the same hour of its day."""
        now = dt.datetime.now(tz=SHANGHAI)
        if self.today:
            now = dt.datetime.combine(self.today, now.timetz())
        return now.astimezone(dt.UTC)

    @property
    def day(self) -> dt.date:
        """As of which day what is sent or done now is held against what is there.

        A demonstration holds what comes after its day, of which nothing is there yet. Elsewhere whatever was
        recorded has happened, however the clock went.
        """
        return self.today or FAR

    def at(self, moment: dt.datetime) -> "Store":
        """The same store, as something of a moment finds it: a demonstration as of the day of that."""
        return replace(self, today=local_day(moment)) if self.is_demo else self

    def done(self, matter: str, subject: str) -> list[JournalEntry]:
        """The acts of a matter on a subject that had happened by the day, oldest first."""
        return done_by(self.day, self.archive.done(matter, subject))


def demo_day(archive: Archive) -> dt.date | None:
    """The day from which a demonstration is seen, by its first entry; None of a real campaign."""
    first = next(iter(archive.entries()), None)
    return dt.date.fromisoformat(first.facts["today"]) if first and first.kind == "demo" else None
