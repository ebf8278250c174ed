"""Any workbook → sheets of addressed cells, read by calamine in a child that can be killed.

calamine can exhaust memory, hang, or unwind with an exception that is no `Exception`; in a child with a
limit of memory and time each of these costs one file, and becomes a sentence. The child is kept warm.
"""

import atexit
import pickle
import struct
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

ROOT = str(Path(__file__).parent.parent)
SECONDS = 20
MEMORY = 1 << 30  # bytes of address space
LENGTH = struct.Struct(">Q")
MAX_BOX = 3_000_000
MAX_COLUMN = 16_384
NAMES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class CannotRead(Exception):
    """The bytes could not be read as a workbook; its text is the code of the reason."""


@dataclass(frozen=True)
class Sheet:
    """The cells of one worksheet from A1; '' where nothing stands. Only the anchor of a merge has a value."""

    title: str
    rows: list[list[Any]]
    merges: list[tuple[int, int, int, int]]  # first row, first column, last row, last column, from 1
    hidden: bool

    def at(self, row: int, column: int) -> Any:
        """The value at an address counted from 1; '' outside the used range."""
        if row > len(self.rows) or column > len(self.rows[row - 1]):
            return ""
        return self.rows[row - 1][column - 1]


def address(row: int, column: int) -> str:
    """The name of a cell, as `D7`; both count from 1."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = NAMES[rest] + letters
    return f"{letters}{row}"


def parse(content: bytes) -> list[Sheet]:
    """All worksheets, in the order of the workbook. Runs in the child."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    with CalamineWorkbook.from_filelike(BytesIO(content)) as book:
        found = []
        for meta in book.sheets_metadata:
            if meta.typ != SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_name(meta.name)
            hidden = meta.visible != SheetVisibleEnum.Visible
            found.append(_sheet(meta.name, sheet, hidden=hidden))
        return found


def _sheet(title: str, sheet: Any, *, hidden: bool) -> Sheet:
    if sheet.start is None:
        return Sheet(title, [], [], hidden)
    if (sheet.end[0] + 1) * (sheet.end[1] + 1) > MAX_BOX:
        raise CannotRead("too_large")
    above, before = sheet.start
    body = sheet.to_python(skip_empty_area=True)
    rows: list[list[Any]] = [[] for _ in range(above)]
    rows += [[""] * before + row for row in body] if before else body
    merges = [(a + 1, b + 1, c + 1, d + 1) for (a, b), (c, d) in sheet.merged_cell_ranges or []]
    for first_row, first_column, last_row, last_column in merges:
        for row in range(first_row, min(last_row, len(rows)) + 1):
            cells = rows[row - 1]
            for column in range(first_column, min(last_column, len(cells)) + 1):
                if (row, column) != (first_row, first_column):
                    cells[column - 1] = ""
    return Sheet(title, rows, merges, hidden)


def serve() -> None:
    """The child: reads one workbook after another from its input until that ends, or until it is killed."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while len(head := source.read(LENGTH.size)) == LENGTH.size:
        answer = _answer(source.read(*LENGTH.unpack(head)))
        sink.write(LENGTH.pack(len(answer)))
        sink.write(answer)
        sink.flush()


def _answer(content: bytes) -> bytes:
    try:
        return pickle.dumps(parse(content), pickle.HIGHEST_PROTOCOL)
    except CannotRead as why:
        return pickle.dumps(str(why))
    except MemoryError:
        return pickle.dumps("too_large")
    except BaseException as why:  # a panic of the reader is a BaseException
        return pickle.dumps("encrypted" if type(why).__name__ == "PasswordError" else "unreadable")


class Worker:
    """One warm child, used by one thread at a time, replaced when it dies."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def read(self, content: bytes, seconds: float = SECONDS) -> list[Sheet]:
        with self._lock:
            child = self._ready()
            late = threading.Event()
            timer = threading.Timer(seconds, lambda: (late.set(), child.kill()))
            timer.start()
            try:
                answer = _ask(child, content)
            except (EOFError, OSError) as why:
                self._child = None
                child.kill()
                child.communicate()
                raise CannotRead("too_slow" if late.is_set() else "unreadable") from why
            finally:
                timer.cancel()
        if isinstance(answer, str):
            raise CannotRead(answer)
        return answer

    def _ready(self) -> "subprocess.Popen[bytes]":
        if self._child is None or self._child.poll() is not None:
            start = f"import sys; sys.path.insert(0, {ROOT!r}); from pipelines.reader import serve; serve()"
            self._child = subprocess.Popen(  # noqa: S603  our own interpreter and our own words
                [sys.executable, "-c", start], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )  # fmt: skip
            atexit.register(self._child.kill)
        return self._child


def _ask(child: "subprocess.Popen[bytes]", content: bytes) -> list[Sheet] | str:
    """Hand a workbook to the child and wait for its answer; raises EOFError or OSError when it dies."""
    sink, source = child.stdin, child.stdout
    if sink is None or source is None:
        raise EOFError
    sink.write(LENGTH.pack(len(content)) + content)
    sink.flush()
    head = source.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise EOFError
    (size,) = LENGTH.unpack(head)
    body = source.read(size)
    if len(body) < size:
        raise EOFError
    answer: list[Sheet] | str = pickle.loads(body)  # noqa: S301  written by our own child
    return answer


WORKER = Worker()


def read(content: bytes) -> list[Sheet]:
    """The worksheets of a workbook that the guard let in; raises CannotRead."""
    sheets = WORKER.read(content)
    if not sheets:
        raise CannotRead("no_sheets")
    return sheets
