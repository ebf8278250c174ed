"""Any workbook → sheets of addressed cells, read by calamine in a child that can be killed.

calamine can exhaust memory, hang, or unwind with an exception that is no `Exception`; in a child with a
limit of memory and time each of these costs one file, and becomes a sentence. The child is kept warm.
"""

import atexit
import gc
import pickle
import re
import struct
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from pipelines import biff, ole
from pipelines.cells import Cells, Rows, by_column, coded, placed
from pipelines.scan import MAX_BOX, Broken, Scan, letters, parts_of

ROOT = str(Path(__file__).parent.parent)
SECONDS = 20
MEMORY = 1 << 30  # bytes of address space
LENGTH = struct.Struct(">Q")
MAX_MERGES = 20_000
MAX_SHEETS = 200  # each is looked through for every return: a thousand would take half a minute
MAX_COLUMNS = 16_384  # of any spreadsheet program; a bent .xls can place a cell beyond, where no copy of it could
ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffd-\uffff]|_x00(?:0[0-8BCEF]|1[0-9A-F])_")


class CannotRead(Exception):
    """The bytes could not be read as a workbook; its text is the code of the reason."""


@dataclass(frozen=True)
class Sheet:
    """The cells of one worksheet from A1; '' where nothing stands. Only the anchor of a merge has a value."""

    title: str
    columns: Sequence[Cells]  # all of one length
    merges: list[tuple[int, int, int, int]]  # first row, first column, last row, last column, from 1
    hidden: bool
    since_1904: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()

    @property
    def rows(self) -> Rows:
        """The same cells row by row."""
        return Rows(self.columns)

    def at(self, row: int, column: int) -> Any:
        """The value at an address counted from 1; '' outside the used range."""
        if column > len(self.columns):
            return ""
        cells = self.columns[column - 1]
        return cells.values[cells.codes[row - 1]] if row <= len(cells.codes) else ""


def address(row: int, column: int) -> str:
    """The name of a cell, as `D7`; both count from 1."""
    return f"{letters(column)}{row}"


def parse(content: bytes) -> list[Sheet]:
    """All worksheets, in the order of the workbook. Runs in the child."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    parts = parts_of(content)
    if parts.too_large:
        raise CannotRead("too_large")
    seen = parts.scan()
    del parts  # the reader needs the room
    if content.startswith(ole.MAGIC):
        content = biff.repaired(content)
    with CalamineWorkbook.from_filelike(BytesIO(content)) as book:
        if len(book.sheets_metadata) > MAX_SHEETS:
            raise CannotRead("too_many_sheets")
        if len({meta.name.casefold() for meta in book.sheets_metadata}) < len(book.sheets_metadata):
            raise CannotRead("unreadable")  # no program can open it, and no cell of it could be named
        return [
            _sheet(meta.name, book.get_sheet_by_name(meta.name), seen, hidden=meta.visible != SheetVisibleEnum.Visible)
            for meta in book.sheets_metadata
            if meta.typ == SheetTypeEnum.WorkSheet
        ]


def _sheet(title: str, sheet: Any, seen: Scan, *, hidden: bool) -> Sheet:
    broken = [(row, row, column, words) for (row, column), words in seen.broken.get(title, {}).items()]
    columns = placed(_columns(sheet), broken)
    if seen.odd_text:
        _mark_odd(columns)
    merges = _merges(sheet.merged_cell_ranges or [], len(Rows(columns)), len(columns))
    under = [
        (top + (column == left), bottom, column, "")
        for top, left, bottom, right in merges
        for column in range(left, right + 1)
    ]
    return Sheet(title, placed(columns, under), merges, hidden, seen.since_1904, *seen.hidden.get(title, ()))


def _columns(sheet: Any) -> list[Cells]:
    """The cells from A1 on: the reader leaves out the empty columns in front."""
    if sheet.start is None:
        return []
    if (sheet.end[0] + 1) * (sheet.end[1] + 1) > MAX_BOX or sheet.end[1] >= MAX_COLUMNS:
        raise CannotRead("too_large")
    read = by_column(sheet.iter_rows(), sheet.width)
    return [coded([""]).stretched(len(Rows(read)))] * sheet.start[1] + read


def _mark_odd(columns: Sequence[Cells]) -> None:
    """A cell with characters that are no text holds no value."""
    for column in columns:
        for n, cell in enumerate(column.values):
            if isinstance(cell, str) and ODD.search(cell):
                column.values[n] = Broken(ODD.sub("□", cell), "odd_text")


def _merges(ranges: Sequence[Any], height: int, width: int) -> list[tuple[int, int, int, int]]:
    """Merged areas cut to the used range; what is merged beyond it, or absurdly often, says nothing."""
    cut = [(a + 1, b + 1, min(c + 1, height), min(d + 1, width)) for (a, b), (c, d) in ranges]
    merges = [(a, b, c, d) for a, b, c, d in cut if a <= c and b <= d]
    area = sum((c - a + 1) * (d - b + 1) for a, b, c, d in merges)
    if len(merges) > MAX_MERGES or area > MAX_BOX:
        raise CannotRead("too_large")
    return merges


def serve() -> None:
    """The child: reads one workbook after another from its input until that ends, or until it is killed."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    gc.disable()  # a hundred thousand rows are made at once, and nothing in a circle
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while len(head := source.read(LENGTH.size)) == LENGTH.size:
        pickle.dump(_answer(source.read(*LENGTH.unpack(head))), sink, pickle.HIGHEST_PROTOCOL)
        sink.flush()
        gc.collect()


def _answer(content: bytes) -> list[Sheet] | str:
    """What a workbook holds, or why it cannot be read."""
    try:
        return parse(content)
    except CannotRead as why:
        return str(why)
    except MemoryError:
        return "too_large"
    except BaseException as why:  # a panic of the reader is a BaseException
        return "encrypted" if type(why).__name__ == "PasswordError" else "unreadable"


class Worker:
    """One warm child, used by one thread at a time, replaced when it dies."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        atexit.register(self.close)

    def read(self, content: bytes, seconds: float = SECONDS) -> list[Sheet]:
        """The worksheets of a workbook; raises CannotRead, also when the child dies or takes too long."""
        with self._lock:
            child = self._ready()
            late = threading.Event()
            timer = threading.Timer(seconds, _stop, (child, late))
            timer.start()
            try:
                answer = _ask(child, content)
            except (EOFError, OSError, pickle.UnpicklingError) as why:
                self.close()
                raise CannotRead("too_slow" if late.is_set() else "unreadable") from why
            finally:
                timer.cancel()
            if late.is_set():  # it answered in the moment it was killed: the next file needs another
                self.close()
        if isinstance(answer, str):
            raise CannotRead(answer)
        return answer

    def close(self) -> None:
        """End the child; the next file starts another."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.communicate()

    def _ready(self) -> "subprocess.Popen[bytes]":
        if self._child is None or self._child.poll() is not None:
            self.close()
            start = f"import sys; sys.path.insert(0, {ROOT!r}); from pipelines.reader import serve; serve()"
            self._child = subprocess.Popen(  # noqa: S603  our own interpreter and our own words
                [sys.executable, "-c", start], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )  # fmt: skip
        return self._child


def _stop(child: "subprocess.Popen[bytes]", late: threading.Event) -> None:
    late.set()
    child.kill()


def _ask(child: "subprocess.Popen[bytes]", content: bytes) -> list[Sheet] | str:
    """Hand a workbook to the child and wait for its answer; raises when it dies: EOFError, OSError or UnpicklingError."""
    sink, source = child.stdin, child.stdout
    if sink is None or source is None:
        raise EOFError
    sink.write(LENGTH.pack(len(content)) + content)
    sink.flush()
    answer: list[Sheet] | str = pickle.load(source)  # noqa: S301  written by our own child
    return answer


WORKER = Worker()


def read(content: bytes) -> list[Sheet]:
    """The worksheets of a workbook that the guard let in; raises CannotRead."""
    sheets = WORKER.read(content)
    if not sheets:
        raise CannotRead("no_sheets")
    return sheets
