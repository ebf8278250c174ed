"""The container of an .xls: named streams in chains of sectors, followed with bounds, never trusted."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
END = 0xFFFFFFFA  # this and what is above it is no sector
IN_HEADER = 109  # sectors of the table that the header itself names
ENTRY = 128  # bytes of the directory for each stream or storage
STREAM, ROOT = 2, 5
SHIFTS = {9, 12}
Piece = tuple[int, int]  # offset in the file, length, in bytes


class BrokenContainer(Exception):
    """The chains lead nowhere, round in circles, or out of the file."""


@dataclass(frozen=True)
class Stream:
    """A stream or storage by its name: the first sector of its chain, and its size in bytes."""

    name: str
    kind: int
    start: int
    size: int
    at: int  # where in the file its entry stands
    is_top: bool  # in no storage, as an embedded workbook's is

    def is_called(self, name: str) -> bool:
        """Whether it has this name, whatever the letters."""
        return self.name.casefold() == name.casefold()


class Container:
    """The streams of a compound file, its directory read when it is made."""

    def __init__(self, content: bytes) -> None:
        """Raises BrokenContainer when header, table or directory is not whole."""
        try:
            self.content = content
            shift, small = struct.unpack_from("<2H", content, 30)
            if not content.startswith(MAGIC) or shift not in SHIFTS or small != 6:
                raise BrokenContainer
            self.size: int = 1 << shift
            self.small: int = 1 << small
            (self.first,) = struct.unpack_from("<I", content, 48)
            self.cutoff, self.small_table = struct.unpack_from("<2I", content, 56)
            self.table = self._table()
            self.streams = self._streams()
        except (struct.error, IndexError) as why:
            raise BrokenContainer from why

    def holds(self, name: str) -> bool:
        """Whether a stream of this name lies in no storage."""
        return any(s.is_top and s.is_called(name) for s in self.streams)

    @property
    def has_root(self) -> bool:
        """Whether the directory begins as every directory does: otherwise it is none."""
        return bool(self.streams) and self.streams[0].kind == ROOT

    @property
    def names(self) -> set[str]:
        return {stream.name for stream in self.streams}

    def read(self, name: str) -> bytes:
        """The bytes of a stream, whole. Raises BrokenContainer when they are not all there."""
        return b"".join(self.content[at : at + length] for at, length in self.pieces(name))

    def pieces(self, name: str) -> list[Piece]:
        """Where in the file a stream's bytes stand, in order. Raises BrokenContainer when some do not."""
        stream = self._find(name)
        if stream.size >= self.cutoff:
            starts, unit = [self._at(n) for n in _chain(self.table, stream.start)], self.size
        else:
            starts, unit = [self._small_at(n) for n in _chain(self._small, stream.start)], self.small
        if len(starts) * unit < stream.size:
            raise BrokenContainer
        lengths = [min(unit, stream.size - n * unit) for n in range(-(-stream.size // unit))]
        pieces = list(zip(starts, lengths, strict=False))
        if any(at + length > len(self.content) for at, length in pieces):
            raise BrokenContainer
        return pieces

    def _find(self, name: str) -> Stream:
        """The only stream of a name in no storage. Raises BrokenContainer when there is none, or several."""
        streams = [s for s in self.streams if s.is_top and s.is_called(name) and s.kind == STREAM]
        if len(streams) != 1:
            raise BrokenContainer
        return streams[0]

    def _at(self, sector: int) -> int:
        return (sector + 1) * self.size

    def _sector(self, sector: int) -> bytes:
        """The bytes of a sector. Raises BrokenContainer when it lies outside the file."""
        data = self.content[self._at(sector) : self._at(sector + 1)]
        if sector >= END or not data:
            raise BrokenContainer
        return data

    def _table(self) -> list[int]:
        """The table of chains, its sectors named by the header and by a chain of their own.

        Raises BrokenContainer when it claims more sectors than the file has, or the chain comes back to
        itself.
        """
        (count,), (first_more,) = (struct.unpack_from("<I", self.content, at) for at in (44, 68))
        limit = len(self.content) // self.size + 1
        if count > limit:
            raise BrokenContainer
        named = list(struct.unpack_from(f"<{IN_HEADER}I", self.content, 76))
        seen: set[int] = set()
        while len(named) < count and first_more < END:
            if first_more in seen:
                raise BrokenContainer
            seen.add(first_more)
            *more, first_more = _numbers(self._sector(first_more))
            named += more
        return [n for sector in named[:count] for n in _numbers(self._sector(sector))]

    def _streams(self) -> list[Stream]:
        """What the directory lists. Raises BrokenContainer when a part of it is not there."""
        sectors = _chain(self.table, self.first)
        if any(len(self._sector(sector)) < self.size for sector in sectors):
            raise BrokenContainer
        places = [self._at(sector) + at for sector in sectors for at in range(0, self.size, ENTRY)]
        entries = [self.content[at : at + ENTRY] for at in places]
        top = _top(entries)
        streams = (_stream(e, at, n in top) for n, (e, at) in enumerate(zip(entries, places, strict=True)))
        return [stream for stream in streams if stream]

    @cached_property
    def _small(self) -> list[int]:
        return [n for sector in _chain(self.table, self.small_table) for n in _numbers(self._sector(sector))]

    @cached_property
    def _root(self) -> list[int]:
        """Where the sectors of the root's stream stand. Raises BrokenContainer when there is no root."""
        root = next((s for s in self.streams if s.kind == ROOT), None)
        if root is None:
            raise BrokenContainer
        return [self._at(n) for n in _chain(self.table, root.start)]

    def _small_at(self, sector: int) -> int:
        """Where a small sector stands: in the root's stream. Raises BrokenContainer when it lies beyond."""
        each = self.size // self.small
        if sector // each >= len(self._root):
            raise BrokenContainer
        return self._root[sector // each] + sector % each * self.small


def _numbers(sector: bytes) -> tuple[int, ...]:
    return struct.unpack_from(f"<{len(sector) // 4}I", sector)


def _chain(table: Sequence[int], start: int) -> list[int]:
    """The sectors of a chain. Raises BrokenContainer when it leaves the table or comes back to itself."""
    sectors: list[int] = []
    while start < END:
        if start >= len(table) or len(sectors) >= len(table):
            raise BrokenContainer
        sectors.append(start)
        start = table[start]
    return sectors


def _top(entries: Sequence[bytes]) -> set[int]:
    """The numbers of the entries that lie in no storage; all, where the root leads to none of them."""
    links = [struct.unpack_from("<3I", entry, 68) for entry in entries]  # before, behind, inside
    waiting = [links[0][2]] if links else []
    top: set[int] = set()
    while waiting:
        n = waiting.pop()
        if n < len(links) and n not in top:
            top.add(n)
            waiting += links[n][:2]
    return {0, *top} if top else set(range(len(entries)))


def _stream(entry: bytes, at: int, is_top: bool) -> Stream | None:
    """The stream or storage that an entry of the directory describes; None for an unused one."""
    length, kind = struct.unpack_from("<HB", entry, 64)
    if not kind or not 2 <= length <= 64:
        return None
    start, size = struct.unpack_from("<2I", entry, 116)
    return Stream(entry[: length - 2].decode("utf-16-le", "replace"), kind, start, size, at, is_top)
