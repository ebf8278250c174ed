"""Any workbook → sheets of addressed cells, read by calamine in a bounded child.

Beside it a second child looks through the same bytes for what calamine does not tell, and whether they are
sound.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

from pipelines.reading import guard, ole, xls_records
from pipelines.reading.a1 import address, letters
from pipelines.reading.as_shown import Broken, ShownWords, as_shown
from pipelines.reading.columns import CellColumn, SheetRows, by_column, coded, placed
from pipelines.reading.guard import Refused
from pipelines.reading.unmerged import unmerged
from pipelines.reading.worker import Worker, give_back
from pipelines.reading.xlsx_cells import NOTHING, Noted
from pipelines.reading.xlsx_cut import MAX_BOX
from pipelines.reading.xlsx_parts import with_usual_book
from pipelines.reading.xlsx_scan import MAX_MERGES, MergedArea, Scan, look
from schemas.self_check import CHECKS_SHEET

MAX_ACROSS = 300_000  # columns of all merged areas together: each is blanked by itself
MAX_SHEETS = 200  # each is looked through for every return: a thousand would take half a minute
MAX_WIDTH = 100_000  # columns of all sheets together: each is made and carried over by itself
PART = 200_000  # cells, or one column, that are handed over at a time
MAX_COLUMNS = 16_384  # of any program; a bent .xls can place a cell beyond, where no copy of it could
ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffd-\uffff]|_x00(?:0[0-8BCEF]|1[0-9A-F])_")

PICTURE = re.compile(r"=\s*(?:_xlfn\.)?DISPIMG\(", re.IGNORECASE)


@dataclass(frozen=True)
class Sheet:
    """The cells of one worksheet from A1; '' where nothing stands. Only the anchor of a merge has a value."""

    title: str
    columns: Sequence[CellColumn]  # all of one length
    merges: Sequence[MergedArea]
    hidden: bool
    since_1904: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    struck: frozenset[tuple[int, int]] = frozenset()  # cells that are struck out whole: row, column

    @property
    def rows(self) -> SheetRows:
        """The same cells row by row."""
        return SheetRows(self.columns)

    def at(self, row: int, column: int) -> Any:
        """The value at an address counted from 1; '' outside the used range."""
        if column > len(self.columns):
            return ""
        cells = self.columns[column - 1]
        return cells.values[cells.codes[row - 1]] if row <= len(cells.codes) else ""


@dataclass(frozen=True)
class OpenedBook:
    """A workbook that was let in: its worksheets in order, and the rules that tell what else it carries."""

    sheets: list[Sheet]
    remarks: Sequence[str]


@dataclass(frozen=True)
class Page:
    """What calamine says of one worksheet."""

    title: str
    columns: Sequence[CellColumn]
    merges: Sequence[MergedArea]  # as written, also beyond the cells; not those of a large sheet of an .xlsx
    hidden: bool


def parse(content: bytes) -> list[Page]:
    """All worksheets, in the order of the workbook, but the one in which a template checks itself.

    Raises Refused when it cannot be read or named. Runs in the child.
    """
    from python_calamine import SheetTypeEnum

    book = _book(content)
    del content  # the book has bytes of its own
    sheets = book.sheets_metadata
    if len(sheets) > MAX_SHEETS:
        raise Refused("too_many_sheets")
    if len({sheet.name.casefold() for sheet in sheets}) < len(sheets):
        raise Refused("unreadable")  # no program can open it, and no cell of it could be named
    read = [each for each in sheets if each.typ == SheetTypeEnum.WorkSheet and each.name != CHECKS_SHEET]
    return list(_pages(book, read))


def _book(content: bytes) -> Any:
    """The workbook as calamine opens it."""
    from python_calamine import CalamineWorkbook

    is_old = content.startswith(ole.MAGIC)
    sound = xls_records.repaired(content) if is_old else unmerged(with_usual_book(content))
    return CalamineWorkbook.from_filelike(BytesIO(sound))


def _pages(book: Any, metas: Sequence[Any]) -> Iterator[Page]:
    """The worksheets one by one. Raises Refused as soon as they are too wide together."""
    width = 0
    for n, meta in enumerate(metas, 1):
        sheet = book.get_sheet_by_name(meta.name)
        if n == len(metas):
            book.close()  # the words of all sheets are held no longer than the last sheet is read
            give_back()
        width += sheet.end[1] + 1 if sheet.end else 0
        if width > MAX_WIDTH:
            raise Refused(
                "too_wide", most=f"{MAX_WIDTH:,}", sheet=meta.name, column=letters(sheet.end[1] + 1)
            )
        yield _page(sheet, meta)


def _page(sheet: Any, meta: Any) -> Page:
    """One worksheet. Raises Refused when absurdly much is merged in it, or its cells reach absurdly far."""
    from python_calamine import SheetVisibleEnum

    merges = [(a + 1, b + 1, c + 1, d + 1) for (a, b), (c, d) in sheet.merged_cell_ranges or []]
    if len(merges) > MAX_MERGES:
        raise Refused("too_large")
    return Page(meta.name, _columns(sheet), merges, meta.visible != SheetVisibleEnum.Visible)


def _columns(sheet: Any) -> list[CellColumn]:
    """The cells from A1 on; calamine leaves out empty columns in front. Raises Refused when too many."""
    if sheet.start is None:
        return []
    if (sheet.end[0] + 1) * (sheet.end[1] + 1) > MAX_BOX or sheet.end[1] >= MAX_COLUMNS:
        raise Refused("too_far", sheet=sheet.name, cell=address(sheet.end[0] + 1, sheet.end[1] + 1))
    read = by_column(sheet.iter_rows(), sheet.width)
    return [coded([""]).stretched(len(SheetRows(read)))] * sheet.start[1] + read


def parts_of(content: bytes) -> list[Page | list[CellColumn]]:
    """What `parse` gives, in parts that are handed over one by one: a page, then some columns at a time.

    Raises Refused as `parse` does. Runs in the child.
    """
    parts: list[Page | list[CellColumn]] = []
    for page in parse(content):
        parts.append(replace(page, columns=()))
        at_once = max(PART // (len(SheetRows(page.columns)) or 1), 1)
        parts += [list(page.columns[n : n + at_once]) for n in range(0, len(page.columns), at_once)]
    return parts


def together(parts: Iterable[Page | list[CellColumn]]) -> list[Page]:
    """The pages whose parts these are."""
    pages: list[Page] = []
    for part in parts:
        if isinstance(part, Page):
            pages.append(part)
        else:
            pages[-1] = replace(pages[-1], columns=[*pages[-1].columns, *part])
    return pages


READER, LOOKER = Worker(parts_of, 1 << 30), Worker(look, 640 << 20)  # bytes of address space


def open_book(content: bytes, *, alone: bool = False) -> OpenedBook:
    """The worksheets of a workbook, and what else it carries; `alone`: beside no other, in doubled bounds.

    Raises Refused when it has none or cannot be read, ChildDied when a child died over it or took too long.

    What the guard has against it is told before all else.
    """
    guard.glance(content)
    pages, seen = _alone(content) if alone else _side_by_side(content)
    sheets = [_sheet(page, seen) for page in pages]
    if not sheets:
        raise Refused("no_sheets")
    return OpenedBook(sheets, seen.remarks)


def _side_by_side(content: bytes) -> tuple[list[Page], Scan]:
    with ThreadPoolExecutor(1) as beside:
        reading = beside.submit(READER.ask, content)
        seen = LOOKER.ask(content)
        return together(reading.result()), seen


def _alone(content: bytes) -> tuple[list[Page], Scan]:
    with READER.at_rest(), LOOKER.at_rest():
        return together(READER.doubled(content)), LOOKER.doubled(content)


def read(content: bytes) -> list[Sheet]:
    """The worksheets of a workbook. Raises Refused when it has none or cannot be read."""
    return open_book(content).sheets


def _sheet(page: Page, seen: Scan) -> Sheet:
    cells = seen.noted.get(page.title, NOTHING)
    columns = _as_noted(page.columns, cells)
    if seen.odd_text:
        _mark_odd(columns)
    merges = _within(seen.merges.get(page.title, page.merges), len(SheetRows(columns)), len(columns))
    under = [
        (top + (column == left), bottom, column, "")
        for top, left, bottom, right in merges
        for column in range(left, right + 1)
    ]
    rows, across = seen.hidden.get(page.title, (frozenset(), frozenset()))
    shown = placed(columns, under)
    return Sheet(page.title, shown, merges, page.hidden, seen.since_1904, rows, across, cells.struck)


def _as_noted(columns: Sequence[CellColumn], cells: Noted) -> list[CellColumn]:
    """The columns with the cells as they show themselves: without struck words, by their formats, broken."""
    words = [
        (row, row, column, ShownWords(stands, kept, "struck_words"))
        for (row, column), (stands, kept) in cells.struck_words.items()
    ]
    broken = [(row, row, column, fault) for (row, column), fault in cells.broken.items()]
    columns = placed(placed(columns, words), broken)
    by_column: dict[int, dict[int, str]] = {}
    for (row, column), code in cells.formats.items():
        by_column.setdefault(column - 1, {})[row - 1] = code
    return [
        cells.changed(by_column[n], as_shown) if n in by_column else cells for n, cells in enumerate(columns)
    ]


def _mark_odd(columns: Sequence[CellColumn]) -> None:
    """A cell with characters that are no text, or with the words for a picture, holds no value."""
    for column in columns:
        for n, cell in enumerate(column.values):
            if isinstance(cell, str) and PICTURE.match(cell):
                column.values[n] = Broken(cell, "picture")
            elif isinstance(cell, str) and ODD.search(cell):
                column.values[n] = Broken(ODD.sub("□", cell), "odd_text")


def _within(merges: Sequence[MergedArea], height: int, width: int) -> list[MergedArea]:
    """Merged areas cut to the used range; what is merged beyond it says nothing.

    Raises Refused when they are absurdly many.
    """
    cut = [(a, b, min(c, height), min(d, width)) for a, b, c, d in merges]
    kept = [(a, b, c, d) for a, b, c, d in cut if a <= c and b <= d]
    cells = sum((c - a + 1) * (d - b + 1) for a, b, c, d in kept)
    if cells > MAX_BOX or sum(d - b + 1 for _, b, _, d in kept) > MAX_ACROSS:
        raise Refused("too_large")
    return kept
