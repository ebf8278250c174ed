"""The container of an .xls: named streams in chains of sectors, followed with bounds, never trusted."""

import struct
from dataclasses import dataclass
from functools import cached_property

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEADER = 512
END = 0xFFFFFFFA  # this and what is above it is no sector
IN_HEADER = 109  # sectors of the table that the header itself names
ENTRY = 128
STREAM, ROOT = 2, 5
SHIFTS = {9, 12}


class Damaged(Exception):
    """The chains lead nowhere, round in circles, or out of the file."""


@dataclass(frozen=True)
class Entry:
    """A stream or storage by its name."""

    name: str
    kind: int
    start: int
    size: int


class Container:
    """The streams of a compound file; raises Damaged where it is not whole."""

    def __init__(self, content: bytes) -> None:
        try:
            self.content = content
            shift, small = struct.unpack_from("<2H", content, 30)
            if not content.startswith(MAGIC) or shift not in SHIFTS or small != 6:
                raise Damaged
            self.size: int = 1 << shift
            self.small: int = 1 << small
            (self.first,) = struct.unpack_from("<I", content, 48)
            self.cutoff, self.small_table = struct.unpack_from("<2I", content, 56)
            self.table = self._table()
            self.entries = self._entries()
        except (struct.error, IndexError) as why:
            raise Damaged from why

    @property
    def names(self) -> set[str]:
        return {entry.name for entry in self.entries}

    def stream(self, name: str) -> bytes:
        """The bytes of a stream, whole."""
        return b"".join(self.content[at : at + length] for at, length in self.pieces(self.find(name)))

    def find(self, name: str) -> Entry:
        found = [e for e in self.entries if e.name == name and e.kind == STREAM]
        if len(found) != 1:
            raise Damaged
        return found[0]

    def pieces(self, entry: Entry) -> list[tuple[int, int]]:
        """Where in the file the bytes of a stream stand, in order, each with its length."""
        if entry.size >= self.cutoff:
            starts, unit = [self._at(n) for n in _chain(self.table, entry.start)], self.size
        else:
            starts, unit = [self._small_at(n) for n in _chain(self._small, entry.start)], self.small
        if len(starts) * unit < entry.size:
            raise Damaged
        lengths = [min(unit, entry.size - n * unit) for n in range(-(-entry.size // unit))]
        found = list(zip(starts, lengths, strict=False))
        if any(at + length > len(self.content) for at, length in found):
            raise Damaged
        return found

    def _at(self, sector: int) -> int:
        return (sector + 1) * self.size

    def _sector(self, sector: int) -> bytes:
        found = self.content[self._at(sector) : self._at(sector + 1)]
        if sector >= END or not found:
            raise Damaged
        return found

    def _table(self) -> list[int]:
        """The table of chains, its sectors named by the header and by a chain of their own."""
        count, first_more = (
            struct.unpack_from("<I", self.content, 44)[0],
            struct.unpack_from("<I", self.content, 68)[0],
        )
        limit = len(self.content) // self.size + 1
        if count > limit:
            raise Damaged
        named = list(struct.unpack_from(f"<{IN_HEADER}I", self.content, 76))
        seen: set[int] = set()
        while len(named) < count and first_more < END:
            if first_more in seen:
                raise Damaged
            seen.add(first_more)
            *more, first_more = _numbers(self._sector(first_more))
            named += more
        return [n for sector in named[:count] for n in _numbers(self._sector(sector))]

    def _entries(self) -> list[Entry]:
        raw = b"".join(self._sector(n) for n in _chain(self.table, self.first))
        return [e for at in range(0, len(raw) - ENTRY + 1, ENTRY) if (e := _entry(raw[at : at + ENTRY]))]

    @cached_property
    def _small(self) -> list[int]:
        return [n for sector in _chain(self.table, self.small_table) for n in _numbers(self._sector(sector))]

    @cached_property
    def _root(self) -> list[int]:
        root = next((e for e in self.entries if e.kind == ROOT), None)
        if root is None:
            raise Damaged
        return [self._at(n) for n in _chain(self.table, root.start)]

    def _small_at(self, sector: int) -> int:
        """Small sectors stand in the stream of the root."""
        each = self.size // self.small
        if sector // each >= len(self._root):
            raise Damaged
        return self._root[sector // each] + sector % each * self.small


def _numbers(sector: bytes) -> tuple[int, ...]:
    return struct.unpack_from(f"<{len(sector) // 4}I", sector)


def _chain(table: list[int], start: int) -> list[int]:
    """The sectors of a chain; one that leaves the table or comes back to itself is Damaged."""
    found: list[int] = []
    while start < END:
        if start >= len(table) or len(found) >= len(table):
            raise Damaged
        found.append(start)
        start = table[start]
    return found


def _entry(raw: bytes) -> Entry | None:
    length, kind = struct.unpack_from("<HB", raw, 64)
    if not kind or not 2 <= length <= 64:
        return None
    start, size = struct.unpack_from("<2I", raw, 116)
    return Entry(raw[: length - 2].decode("utf-16-le", "replace"), kind, start, size)
