"""What a sender wrote into our own list of problems (问题清单, column 说明): of cells to be verified."""

from collections.abc import Mapping, Sequence

from pipelines.reading.reader import Sheet
from pipelines.values.meaning import words_of
from schemas.characters import clean
from schemas.forms import MARKS_SHEET, NOTE_HEADING, PLACE_HEADING

WITHIN = 10  # rows and columns in which the headings of our own list stand
LONGEST = 500  # characters of what is read


def notes_in(sheets: Sequence[Sheet]) -> Mapping[str, str]:
    """What is said of each place, as sheet!cell; nothing where there is no list, or nothing in it."""
    notes: dict[str, str] = {}
    for sheet in sheets:
        if sheet.title == MARKS_SHEET:
            for row in range(1, WITHIN + 1):
                headings = {_words(sheet, row, column): column for column in range(1, WITHIN + 1)}
                if {PLACE_HEADING, NOTE_HEADING} <= set(headings):
                    notes |= _below(sheet, row, headings[PLACE_HEADING], headings[NOTE_HEADING])
                    break
    return notes


def _below(sheet: Sheet, heading: int, place: int, note: int) -> dict[str, str]:
    lines = range(heading + 1, len(sheet.rows) + 1)
    said = ((_words(sheet, row, place), _words(sheet, row, note)[:LONGEST]) for row in lines)
    return {where: words for where, words in said if where and words}


def _words(sheet: Sheet, row: int, column: int) -> str:
    return clean(words_of(sheet.at(row, column)))
