"""The styles of an .xls whose cells show something else than they keep, from the records of the workbook."""

import struct
from collections.abc import Iterator, Sequence

from pipelines.reading import number_format
from pipelines.reading.xlsx_styles import SheetStyles, Strings, of_cells

FONT, FORMAT, STYLE, STRINGS, CONTINUE = 0x0031, 0x041E, 0x00E0, 0x00FC, 0x003C
STRUCK = 0x08
NO_FONT = 4  # no font has this number
RICH, FOREIGN, WIDE = 0x08, 0x04, 0x01
Heads = Sequence[tuple[int, int, bytes]]  # kind, place, data
FontStart = tuple[int, int]  # from which sign on, the number of a font


def styles(heads: Heads) -> SheetStyles:
    """The styles of a workbook that want a look. Raises struct.error when a record is cut short."""
    codes = dict(_format(data) for kind, _, data in heads if kind == FORMAT)
    cells = [struct.unpack_from("<2H", data) for kind, _, data in heads if kind == STYLE]
    struck = _struck_fonts(heads)
    return of_cells(
        [(code, font) for font, code in cells], {**number_format.BUILT_IN, **codes}, struck.__contains__
    )


def _format(data: bytes) -> tuple[int, str]:
    number, count, flags = struct.unpack_from("<2HB", data)
    return number, _decoded(data[5 : 5 + count * (1 + (flags & WIDE))], flags)


def _decoded(data: bytes, flags: int) -> str:
    return data.decode("utf-16-le" if flags & WIDE else "latin-1", "replace")


def _struck_fonts(heads: Heads) -> set[int]:
    fonts = [data for kind, _, data in heads if kind == FONT]
    struck = (n for n, data in enumerate(fonts) if struct.unpack_from("<H", data, 2)[0] & STRUCK)
    return {n + (n >= NO_FONT) for n in struck}


def rich_strings(heads: Heads) -> Strings:
    """The strings of several fonts, where any font is struck out.

    Raises struct.error or IndexError when they are cut short.
    """
    struck = _struck_fonts(heads)
    start = next((n for n, (kind, _, _) in enumerate(heads) if kind == STRINGS), None)
    if not struck or start is None:
        return {}
    end = next((n for n in range(start + 1, len(heads)) if heads[n][0] != CONTINUE), len(heads))
    found = enumerate(_strings([data for _, _, data in heads[start:end]]))
    return {n: list(_runs(words, fonts, struck)) for n, (words, fonts) in found if fonts}


def _runs(words: str, fonts: Sequence[FontStart], struck: set[int]) -> Iterator[tuple[str, bool | None]]:
    """The stretches of words by font; what stands before the first has that of the cell."""
    yield words[: fonts[0][0]], None
    for (start, font), (end, _) in zip(fonts, [*fonts[1:], (len(words), 0)], strict=True):
        yield words[start:end], font in struck


def _strings(parts: Sequence[bytes]) -> Iterator[tuple[str, Sequence[FontStart]]]:
    """Every shared string with its runs."""
    reader = _Continued(parts)
    (count,) = struct.unpack("<4xI", reader.take(8))
    for _ in range(count):
        length, flags = struct.unpack("<HB", reader.take(3))
        runs = struct.unpack("<H", reader.take(2))[0] if flags & RICH else 0
        more = struct.unpack("<I", reader.take(4))[0] if flags & FOREIGN else 0
        words = reader.words(length, flags)
        fonts = list(struct.iter_unpack("<2H", reader.take(4 * runs)))
        reader.take(more)
        yield words, fonts


class _Continued:
    """A record with those that continue it, read from front to back."""

    def __init__(self, parts: Sequence[bytes]) -> None:
        self.parts, self.part, self.at = parts, 0, 0

    def take(self, count: int) -> bytes:
        """So many bytes. Raises IndexError when there are not so many."""
        taken = b""
        while len(taken) < count:
            if self.at >= len(self.parts[self.part]):
                self.part, self.at = self.part + 1, 0
                continue
            piece = self.parts[self.part][self.at : self.at + count - len(taken)]
            self.at += len(piece)
            taken += piece
        return taken

    def words(self, length: int, flags: int) -> str:
        """So many signs; where they go on in another record, that says anew whether they are wide."""
        words = ""
        while len(words) < length:
            if self.at >= len(self.parts[self.part]):
                self.part, self.at = self.part + 1, 0
                flags = self.take(1)[0]
            width = 1 + (flags & WIDE)
            room = (len(self.parts[self.part]) - self.at) // width
            words += _decoded(self.take(min(length - len(words), max(room, 1)) * width), flags)
        return words
