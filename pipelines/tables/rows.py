"""Below a heading: which rows hold data, which hold totals, and which only speak to the reader.

A row is set apart only where it cannot be data; what is set apart is listed: nothing is lost in silence.
"""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.reading.reader import Sheet
from pipelines.tables.heading import PAIR, normal, of_all_returns
from pipelines.tables.plain_rows import is_filled, ordinary, unnamed
from pipelines.tables.row_kinds import (
    ACROSS,
    DATA_AFTER_NOTES,
    Above,
    Merges,
    SheetRow,
    kind_of,
    without_nought,
)
from pipelines.tables.signs import NOTES, half_width, is_total, says_nothing_found
from pipelines.values.guidance import is_guidance

WORDS = frozenset({"note", "aside", "line", "section", "heading"})
IN_ORDER = frozenset({"data", "total", "section"})
BELOW_HEADING = frozenset({"heading", "numbers", "guidance"})
Stretch = tuple[Sequence[int], str]  # Excel row numbers, what each of these rows is


@dataclass(frozen=True)
class Body:
    """The rows under a heading, told apart; all are Excel row numbers."""

    rows: Sequence[int] = ()  # of data
    totals: Sequence[int] = ()
    sections: Sequence[int] = ()
    passed: Sequence[int] = ()  # short rows after a note, which may be data or not
    guidance: Sequence[int] = ()  # rows that hold nothing but words on how to fill in
    words: Sequence[int] = ()  # rows of words: notes, lines, sections, the heading once more
    nil: Sequence[int] = ()  # rows that say 无, in a table that holds nothing else
    other: int = 0  # where another table begins, with other columns; nothing is read from there on
    kinds: Sequence[tuple[int, str]] = ()  # rows of data, totals and sections, in their order


def body_of(sheet: Sheet, above: Above) -> Body:
    """Tell the rows below a heading apart."""
    stretches = list(_stretches(sheet, above))
    data = _of_kinds(stretches, {"data"})
    is_nil = bool(data) and all(_is_nil(sheet, above, row) for row in data)
    return Body(
        rows=[] if is_nil else data,
        totals=_of_kinds(stretches, {"total"}),
        sections=_of_kinds(stretches, {"section"}),
        passed=_of_kinds(stretches, {"passed"}),
        guidance=_of_kinds(stretches, {"guidance"}),
        words=_of_kinds(stretches, WORDS),
        nil=data if is_nil else [],
        other=next(iter(_of_kinds(stretches, {"other"})), 0),
        kinds=[(row, kind) for rows, kind in stretches if kind in IN_ORDER for row in rows],
    )


def _of_kinds(stretches: Iterable[Stretch], kinds: Container[str]) -> list[int]:
    return [row for rows, kind in stretches if kind in kinds for row in rows]


def _stretches(sheet: Sheet, above: Above) -> Iterator[Stretch]:
    """The rows below a heading with what they are, runs of plain data together; blank rows are left out.

    Another heading, of kind 'other', is the last.
    """
    merges, plain = _merges(sheet, above), _plain(sheet, above)
    is_noted, after_heading = False, True
    rows, row = sheet.rows, above.last + 1
    last = len(rows)
    while row <= last:
        end = row if after_heading else plain.index(False, row - 1) + 1  # right below a heading none is sure
        if end > row:
            yield range(row, end), "data"
            row = end
            continue
        cells = [(n, cell) for n, cell in enumerate(rows[row - 1], 1) if is_filled(cell)]
        if cells:
            own = [(n, cell) for n, cell in cells if n in above.columns]
            kind = kind_of(SheetRow(row, cells, own, above, merges, is_noted, after_heading))
            yield [row], kind
            if kind == "other":
                return
            is_noted = kind == "note" or (is_noted and kind != "heading")  # with it another page begins
            after_heading = kind in BELOW_HEADING or (after_heading and kind == "line")
        row += 1


def _plain(sheet: Sheet, above: Above) -> list[bool]:
    """For each row whether it can be nothing but data; one more, which cannot, ends the last run of them."""

    def speaks(cell: Any) -> bool:
        return _may_begin_words(cell, above)

    flags = ordinary(sheet.columns, above.columns, above.ready, DATA_AFTER_NOTES, speaks, is_total)
    naming = [n for n in sorted(above.columns - above.numbers) if n <= len(sheet.columns)]
    nameless = unnamed(sheet.columns, naming) if naming and above.numbers else [False] * len(flags)
    return [*(flag and not blank for flag, blank in zip(flags, nameless, strict=True)), False]


def _may_begin_words(cell: Any, above: Above) -> bool:
    """Whether a row that this cell begins may be anything but data."""
    if not isinstance(cell, str):
        return False
    words = half_width(cell)
    is_known = normal(cell) in above.headings or normal(cell) in of_all_returns().columns
    return bool(is_known or NOTES.match(words) or PAIR.match(words) or is_guidance(cell))


def _merges(sheet: Sheet, above: Above) -> Merges:
    areas = [area for area in sheet.merges if area[0] > above.last]
    under = (
        row for top, left, bottom, _ in areas if left in above.columns for row in range(top + 1, bottom + 1)
    )
    wide = ((top, left) for top, left, _, right in areas if right - left + 1 >= ACROSS)
    return Merges(frozenset(under), frozenset(wide))


def _is_nil(sheet: Sheet, above: Above, row: int) -> bool:
    """Whether a row says nothing but 无, 零 or 0."""
    own = above.columns - above.ready
    cells = [c for n, c in enumerate(sheet.rows[row - 1], 1) if n in own and str(c).strip()]
    return len(cells) > 0 and all(says_nothing_found(without_nought(cell)) for cell in cells)
