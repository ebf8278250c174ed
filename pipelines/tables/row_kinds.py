"""What a row below a heading is, by a list of tests asked in order: the first that holds tells its kind."""

import re
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from pipelines.tables.heading import normal, of_all_returns, titles_of_returns, unit_in
from pipelines.tables.plain_rows import FIRST
from pipelines.tables.signs import (
    DATED,
    half_width,
    is_label_of_sender,
    is_note,
    is_prose,
    is_signature,
    is_total,
    says_nothing_found,
)
from pipelines.values.guidance import is_guidance, is_instruction
from pipelines.values.meaning import BLANKS

NUMBER = "[一二三四五六七八九十]{1,3}"
NUMBERED = re.compile(rf"^({NUMBER}[、.]|\({NUMBER}\)|第{NUMBER}(部分|类|批|组)|[◆■●▲])")
NUMERAL = re.compile(rf"^{NUMBER}[、.]?$")
COLUMN_MARK = re.compile(
    r"^[(\[]?(\d{1,2}|[甲乙丙丁戊己庚辛壬癸]|[A-Z]{1,2}\d?|[①-⑳])[)\]]?(=[\dA-Z()+\-*/×÷]+)?[)\]]?$"
)
CONTINUED = re.compile(r"\(?续(表|上表|前表|页)?[一二三四五\d]{0,2}\)?$")
COUNT = re.compile(r"^\d{1,5}(\.0)?$")
NOUGHT_BEHIND = re.compile(r"\.0$")
DATA_AFTER_NOTES = 3  # cells in a row below the notes that make it data again, and not a note
REMARKS = 2  # words behind the numbers of a row of totals
HEADS = 5  # cells that all name a column of some return: no row of data does
ACROSS = 3  # columns under one merged cell that make it a line across the table


@dataclass(frozen=True)
class Above:
    """What the rows below a heading are held against; columns are numbers from 1."""

    last: int  # the last row of the heading
    lines: Sequence[Mapping[int, str]]  # for each row of the heading its words in normal form, by column
    names: Mapping[str, str]  # every heading of the return, in normal form
    options: frozenset[str]  # words that a choice column may hold: alone in a row they name a section
    counting: frozenset[int]  # columns of numbers
    titles: frozenset[str]  # what stands alone in a row above
    counters: frozenset[int] = frozenset()  # columns of 序号: numbered beforehand, a row is still empty
    ready: frozenset[int] = frozenset()  # these, and what else an office fills in before it hands a table out
    units: Mapping[int, str] = field(default_factory=dict)  # the unit that each column names
    required: frozenset[int] = frozenset()  # columns that must be filled
    days: frozenset[int] = frozenset()  # columns of days: no total stands in one

    @cached_property
    def columns(self) -> frozenset[int]:
        return frozenset().union(*self.lines)

    @cached_property
    def numbers(self) -> frozenset[int]:
        """The columns of amounts and counts."""
        return self.counting - self.days - self.counters

    @cached_property
    def headings(self) -> frozenset[str]:
        """Every word, in normal form, that this heading or another of the return may say."""
        return frozenset(self.names).union(*(line.values() for line in self.lines))


@dataclass(frozen=True)
class Merges:
    """What merges below a heading say: which rows one speaks for from above, and which cells reach across."""

    under: frozenset[int]  # rows
    wide: frozenset[tuple[int, int]]  # anchors


class SheetRow(NamedTuple):
    """A row in which something stands, and what is known of the rows above it."""

    number: int
    cells: Sequence[tuple[int, Any]]  # column, value; only those that are filled
    own: Sequence[tuple[int, Any]]  # those of them under the columns of the heading
    above: Above
    merges: Merges
    is_noted: bool  # a note stands above it
    after_heading: bool  # nothing but the heading, its numbers and guidance stands right above it


def kind_of(row: SheetRow) -> str:
    """What a row is: the kind of the first of its tests that holds; data where none does."""
    for kind, test in ROW_KINDS:
        if test(row):
            return kind
    return "data"


def is_heading_again(row: SheetRow) -> bool:
    """The heading, or a row of it, printed again."""
    return _repeats(row) and all(_is_same_unit(row, column, cell) for column, cell in row.own)


def is_other_heading(row: SheetRow) -> bool:
    """A heading with other columns, or the same in other units."""
    if _repeats(row) or _heads_another(row):
        return True
    return (
        len(row.own) >= ACROSS
        and _is_between_headings(row)
        and all(normal(cell) in row.above.headings for _, cell in row.own)
    )


def _heads_another(row: SheetRow) -> bool:
    """Whether a row is the heading of a return, or its title alone, of whichever return."""
    if not all(isinstance(cell, str) for _, cell in row.cells):
        return False
    words = [normal(cell) for _, cell in row.cells]
    if len(words) == 1:
        return not row.after_heading and words[0] in titles_of_returns() - row.above.titles
    return len(words) >= HEADS and all(each in of_all_returns().columns for each in words)


def _repeats(row: SheetRow) -> bool:
    """Whether a row says what one row of the heading says, whatever its units."""
    if not _is_between_headings(row):
        return False
    words = {column: normal(cell) for column, cell in row.own}
    return any(all(line.get(n) == w for n, w in words.items()) for line in row.above.lines)


def _is_between_headings(row: SheetRow) -> bool:
    """Whether its first cell and its last say what a heading may say; a quick look spares most rows."""
    return len(row.own) > 1 and _is_known(row.own[0][1], row.above) and _is_known(row.own[-1][1], row.above)


def _is_known(cell: Any, above: Above) -> bool:
    return isinstance(cell, str) and normal(cell) in above.headings


def _is_same_unit(row: SheetRow, column: int, words: Any) -> bool:
    unit = unit_in(words)
    return not unit or unit == row.above.units.get(column, unit)


def numbers_columns(row: SheetRow) -> bool:
    """The row 甲 乙 1 2 3 that numbers the columns, right under a heading."""
    if not row.after_heading or len(row.own) < max(ACROSS, len(row.above.columns) // 2):
        return False
    marks = [COLUMN_MARK.match(without_nought(cell)) for _, cell in row.own]
    if not all(marks):
        return False
    numbers = [int(mark[1]) for mark in marks if mark and mark[1].isdigit()]
    return not numbers or numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def begins_like_a_note(row: SheetRow) -> bool:
    cells = row.own or row.cells
    return is_note(cells[0][1], is_alone=len(cells) == 1)


def says_nothing_besides(row: SheetRow) -> bool:
    """Below rows of data a sentence, alone, that there is nothing more, as 本月无新增."""
    if row.after_heading or len(row.cells) != 1 or not isinstance(row.cells[0][1], str):
        return False
    words = half_width(row.cells[0][1])
    return words not in BLANKS and says_nothing_found(words)


def stands_beside(row: SheetRow) -> bool:
    """Nothing stands under a column of the heading."""
    return not row.own


def is_short_after_a_note(row: SheetRow) -> bool:
    """Few cells below a note, and not all that must be filled."""
    return row.is_noted and len(row.own) < DATA_AFTER_NOTES and not _is_whole(row)


def _is_whole(row: SheetRow) -> bool:
    """Whether a row fills every column that must be filled, or stands under one that is merged downwards."""
    required = row.above.required
    return stands_under_a_merge(row) or (bool(required) and required <= {column for column, _ in row.own})


def belongs_to_notes(row: SheetRow) -> bool:
    return is_short_after_a_note(row) and (
        len(row.own) == 1 or any(is_signature(cell) for _, cell in row.own)
    )


def sums_up(row: SheetRow) -> bool:
    """A word for a total among the first cells, then numbers, hardly a word but options, and no day."""
    at = next((n for n, (_, cell) in enumerate(row.cells[:FIRST]) if is_total(cell)), None)
    if at is None or any(column in row.above.days and not is_total(cell) for column, cell in row.own):
        return False
    return _are_sums([cell for _, cell in row.cells[at + 1 :]], row.above.options)


def _are_sums(cells: Sequence[Any], options: Container[str]) -> bool:
    """Whether cells behind the word for a total are numbers, and hardly a word but options."""
    behind = [cell for cell in cells if not (isinstance(cell, str) and half_width(cell) in BLANKS)]
    words = [
        c for c in behind if isinstance(c, str) and not any(map(str.isdigit, c)) and normal(c) not in options
    ]
    return len(words) <= REMARKS and (not behind or len(words) < len(behind))


def is_never_filled_in(row: SheetRow) -> bool:
    """A row made ready beforehand, with its number, field and territory, or noughts of formulas; a day."""
    if len(row.cells) == 1:
        return _is_no_answer(row, *row.cells[0])
    answers = [cell for column, cell in row.own if column not in row.above.ready]
    return not answers or (
        not row.after_heading and all(isinstance(cell, float) and cell == 0 for cell in answers)
    )


def _is_no_answer(row: SheetRow, column: int, cell: Any) -> bool:
    """Whether a single cell is a 序号 written beforehand, or the day of a signature."""
    words = half_width(cell)
    may_be_dated = column not in row.above.counting - row.above.counters
    is_number = column in row.above.counters and COUNT.match(words) is not None
    return is_number or (may_be_dated and DATED.match(words) is not None)


def sums_up_unsaid(row: SheetRow) -> bool:
    """Numbers alone, below rows of data, and no word of whose they are: sums without a word for a total."""
    return (
        len(row.cells) > 1
        and not row.after_heading
        and not stands_under_a_merge(row)
        and all(column in row.above.numbers and isinstance(cell, float) for column, cell in row.cells)
    )


def is_all_guidance(row: SheetRow) -> bool:
    """Words on how to fill in: in every cell, or in the only one."""
    if len(row.cells) == 1 and is_instruction(row.cells[0][1]):
        return True
    return all(isinstance(cell, str) and is_guidance(cell) for _, cell in row.own)


def stands_under_a_merge(row: SheetRow) -> bool:
    """A cell above it is merged downwards over it."""
    return row.number in row.merges.under


def is_line_across(row: SheetRow) -> bool:
    """One cell across the table that no column asks for: a line between parts, or the title once more."""
    if len(row.cells) != 1 or not isinstance(row.cells[0][1], str):
        return False
    ((column, cell),) = row.cells
    words = half_width(cell)
    return (
        (row.number, column) in row.merges.wide
        or any(pattern.search(words) for pattern in (NUMBERED, CONTINUED))
        or normal(words) in row.above.options | row.above.titles
        or (column in row.above.counting and words not in BLANKS and is_prose(words))
    )


def is_numbered_part(row: SheetRow) -> bool:
    """A line between parts whose number stands in a cell of its own."""
    if len(row.cells) != 2:
        return False
    column, cell = row.cells[0]
    return column in row.above.counting and NUMERAL.match(half_width(cell)) is not None


def is_line_of_labels(row: SheetRow) -> bool:
    """A line of label:value once more, as on top of a second page."""
    return all(is_label_of_sender(cell) for _, cell in row.cells)


# asked in this order, from the plainest sign to the least
ROW_KINDS: tuple[tuple[str, Callable[[SheetRow], bool]], ...] = (
    ("heading", is_heading_again),
    ("other", is_other_heading),
    ("numbers", numbers_columns),
    ("note", begins_like_a_note),
    ("note", says_nothing_besides),
    ("aside", stands_beside),
    ("note", belongs_to_notes),
    ("passed", is_short_after_a_note),
    ("total", sums_up),
    ("empty", is_never_filled_in),
    ("total", sums_up_unsaid),
    ("guidance", is_all_guidance),
    ("data", stands_under_a_merge),
    ("section", is_line_across),
    ("section", is_numbered_part),
    ("line", is_line_of_labels),
)


def without_nought(cell: Any) -> str:
    """The text of a cell; of a whole number without `.0`."""
    return NOUGHT_BEHIND.sub("", half_width(cell))
