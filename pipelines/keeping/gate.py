"""The one door through which everything is written into a warehouse, and where its newest number is read."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

import duckdb


class Gate(Protocol):
    """Lets one writer in at a time, of whichever thread, process or server."""

    def held(self) -> AbstractContextManager[object]:
        """Keep every other writer out."""
        ...

    def tell(self, nth: int) -> None:
        """Say to all readers that an event was recorded."""
        ...

    def newest(self) -> int:
        """The last event that was told."""
        ...

    def is_conflict(self, why: duckdb.Error) -> bool:
        """Whether a transaction failed because another came before it."""
        ...

    def named(self, why: duckdb.Error) -> Exception:
        """What an error of DuckDB is, where what stands behind it does not answer."""
        ...

    def alone(self) -> AbstractContextManager[bool]:
        """Whether no other server sweeps now; none does while this is held."""
        ...

    def tidy(self, con: duckdb.DuckDBPyConnection) -> None:
        """Put small pieces together where there are many."""
        ...

    def compact(self, con: duckdb.DuckDBPyConnection) -> bool:
        """Put small pieces together now; False where another server does."""
        ...

    def stand(self) -> None:
        """Put a warehouse that was made anew in force; it is held."""
        ...

    def close(self) -> None:
        """Give back what was opened."""
        ...


class FileGate:
    """Of a warehouse that one process holds: its threads take turns, and the file itself tells."""

    def __init__(self, newest: Callable[[], int]) -> None:
        self.newest = newest
        self._turn = threading.RLock()

    def held(self) -> AbstractContextManager[object]:
        return self._turn

    def tell(self, nth: int) -> None:
        """Readers ask the file."""

    def is_conflict(self, why: duckdb.Error) -> bool:  # noqa: ARG002  one process, one writer
        return False

    def named(self, why: duckdb.Error) -> Exception:
        return why

    def alone(self) -> AbstractContextManager[bool]:
        return nullcontext(True)

    def tidy(self, con: duckdb.DuckDBPyConnection) -> None:
        """A file has no pieces."""

    def compact(self, con: duckdb.DuckDBPyConnection) -> bool:
        con.execute("CHECKPOINT warehouse")
        return True

    def stand(self) -> None:
        """A file takes the place of the one before when it is closed."""

    def close(self) -> None:
        """The file is closed with its connection."""
