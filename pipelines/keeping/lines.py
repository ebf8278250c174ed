"""The lines of a journal in a file; those in rows of a database are in `postgres.py`: the same bytes in both.

A line that a crash cut short was never answered for and is set aside. A journal whose last line read is no
longer where it was stops everything: nothing is ever written behind a gap.
"""

import os
from pathlib import Path

from pipelines.keeping.journal import ArchiveDamaged

SHORTER = "流水变短了：已经读过的内容有缺失"


class FileLines:
    """JournalLines in a file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._offset, self._last = 0, b""  # what was read, and its last line
        self._state = (0, 0)  # size and time of the file when it was read

    def begun(self) -> bool:
        return self.path.exists()

    def begin(self) -> None:
        self.path.touch(mode=0o600)

    def whole(self) -> bytes:
        return self.path.read_bytes() if self.path.exists() else b""

    def added(self) -> bytes:
        """The lines added. Raises ArchiveDamaged where the last one read is gone or another."""
        if self._stands() == self._state:
            return b""
        if not self.path.exists():
            raise ArchiveDamaged(SHORTER)
        with self.path.open("rb") as file:
            self._state = self._stands()
            file.seek(self._offset - len(self._last))
            if file.read(len(self._last)) != self._last:
                raise ArchiveDamaged(SHORTER)
            added = file.read()
        whole = added[: added.rfind(b"\n") + 1]
        self._offset += len(whole)
        if whole:
            self._last = whole[whole.rfind(b"\n", 0, -1) + 1 :]
        return whole

    def _stands(self) -> tuple[int, int]:
        """Size and time of the file; nothing before there is one."""
        if not self.path.exists():
            return 0, 0
        found = self.path.stat()
        return found.st_size, found.st_mtime_ns

    def add(self, seq: int, line: bytes) -> None:  # noqa: ARG002  a file has an order of its own
        self._set_torn_tail_aside()
        with self.path.open("ab") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())

    def drop(self, seq: int, count: int) -> None:  # noqa: ARG002  a file has an order of its own
        """Take the first lines away, on disk before it is answered; who does this reads anew afterwards."""
        rest = self.path.read_bytes().split(b"\n", count)[count]
        made = self.path.with_name(f"{self.path.name}.new")
        with made.open("wb") as file:
            os.fchmod(file.fileno(), 0o600) if os.name == "posix" else None
            file.write(rest)
            file.flush()
            os.fsync(file.fileno())
        made.replace(self.path)
        self._offset, self._last, self._state = 0, b"", (0, 0)

    def close(self) -> None:
        """A file is open only while it is read or written."""

    def _set_torn_tail_aside(self) -> None:
        """A line cut short by a crash was never answered for: moved to a file of its own, not deleted."""
        if not self.path.exists() or self.path.stat().st_size == self._offset:
            return
        with self.path.open("rb+") as file:
            file.seek(self._offset)
            self.path.with_name(f"torn-{self._offset}").write_bytes(file.read())
            file.truncate(self._offset)
