"""The cover and the hidden identity of a workbook: for whom it speaks, and its answer for each sheet."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pipelines.judging.check import Checked, Context, check
from pipelines.judging.grid import Grid
from pipelines.reading.columns import CellColumn, coded
from pipelines.reading.reader import Sheet
from pipelines.tables.heading import CellPlace, HeadingSearch, names_of, normal, search
from pipelines.tables.plain_rows import is_filled
from pipelines.tables.reporting import Reporter
from pipelines.tables.table import names_in
from pipelines.values.clean import says_about
from pipelines.values.meaning import words_of
from schemas.characters import closed
from schemas.cover import ANSWER_HEADINGS, ANSWERS, COVER
from schemas.forms import COVER_SHEET, IDENTITY_SHEET, Form
from schemas.plan import PLAN
from schemas.returns import RETURNS

COVER_NAMES = names_of(COVER)
COVER_RETURN = str(COVER.name)
ONE_NUMBER = re.compile(r"\D*?(\d{1,3}(?:,\d{3}){1,2}|\d{1,9})[^\d.]*")
LABELLED = re.compile(r"([^:：]{2,20})[:：]\s*(\S.*)")
LABELS = 3  # a front page with fewer is an ornament
LABELS_ACROSS = 50  # columns
LABELS_WITHIN = 200  # rows: what is longer is a table, and no cover


@dataclass(frozen=True)
class SheetLine:
    """What the cover says of one sheet: answer in words, 排查户数, 依据或说明; where the first two are."""

    words: str
    checked: str
    basis: str
    place: CellPlace
    checked_at: CellPlace = (0, 0)

    @property
    def answer(self) -> str:
        """The answer's code; '' where nothing is chosen, the words themselves where they are no answer."""
        return ANSWERS.get(closed(self.words), self.words)

    @property
    def households(self) -> int | None:
        """排查户数 as a number; None where the words name none, or more than one."""
        named = ONE_NUMBER.fullmatch(unicodedata.normalize("NFKC", self.checked))
        return int(named[1].replace(",", "")) if named else None

    @property
    def is_about(self) -> bool:
        """Whether 排查户数 is told as about a number, as 约12户, 12户左右, 10多家."""
        return self.households is not None and says_about(self.checked)


@dataclass(frozen=True)
class Cover:
    """The cover as it was found: labelled values with their addresses, and the lines for the sheets.

    `searched` holds, by title, where headings were looked for on the way.
    """

    sheet: str = ""
    labelled: Mapping[str, tuple[CellPlace, Any]] = field(default_factory=dict)  # column → place, value
    lines: Mapping[str, SheetLine] = field(default_factory=dict)  # sheet title → line
    searched: Mapping[str, HeadingSearch] = field(default_factory=dict)

    def text(self, name: str) -> str:
        return words_of(self.labelled[name][1]) if name in self.labelled else ""


@dataclass(frozen=True)
class Identity:
    """What our template wrote into its hidden sheet."""

    unit: str = ""
    obligation: str = ""
    forms: tuple[Form, ...] = ()


def identity(sheets: Iterable[Sheet]) -> Identity:
    """The marks of our own template, or empty marks."""
    sheet = next((s for s in sheets if s.title == IDENTITY_SHEET), None)
    if sheet is None:
        return Identity()
    pairs = [
        (str(sheet.at(r, 1)), [str(sheet.at(r, c)) for c in (2, 3, 4)]) for r in range(1, len(sheet.rows) + 1)
    ]
    facts = {label: values[0] for label, values in pairs if label != "form"}
    marked = tuple(Form(*values) for label, values in pairs if label == "form" and _is_known(*values))
    return Identity(facts.get("unit", ""), facts.get("obligation", ""), marked)


def _is_known(_title: str, return_: str, of_field: str) -> bool:
    return return_ in RETURNS and of_field in {"", *PLAN.fields}


def read_cover(sheets: Sequence[Sheet]) -> Cover:
    """The cover sheet of a workbook, by its labels; an empty cover where there is none."""
    is_ours = any(sheet.title == IDENTITY_SHEET for sheet in sheets)
    searched: dict[str, HeadingSearch] = {}
    for sheet in sheets:
        values = _labelled(sheet)
        labelled = len(values) >= len(COVER.columns) - 2
        front = sheet.title == COVER_SHEET and (is_ours or len(values) >= LABELS or bool(_lines(sheet)))
        if labelled and not front:
            searched[sheet.title] = search(sheet)
        if front or (labelled and not _is_a_table(searched[sheet.title])):
            return Cover(sheet.title, values, _lines(sheet), searched)
    return Cover(searched=searched)


def _is_a_table(headings: HeadingSearch) -> bool:
    """Whether a sheet that names who reports is a return itself: a clerk's table with those lines on top."""
    return any(names_in(headings.places, schema) for schema in RETURNS.values())


def _labelled(sheet: Sheet) -> dict[str, tuple[CellPlace, Any]]:
    values: dict[str, tuple[CellPlace, Any]] = {}
    places = sorted(
        (r, c, labels[code])
        for c, cells in enumerate(sheet.columns[:LABELS_ACROSS], 1)
        if (labels := _labels(cells))
        for r, code in enumerate(cells.codes[:LABELS_WITHIN], 1)
        if code in labels
    )
    for r, c, name in places:
        beside, said = sheet.at(r, c + 1), LABELLED.match(str(sheet.at(r, c)))
        if said and not is_filled(beside):  # 填报单位（盖章）：某市, in one cell
            values.setdefault(name, ((r, c), said[2]))
        else:
            values.setdefault(name, ((r, c + 1), beside))
    return values


def _labels(cells: CellColumn) -> dict[int, str]:
    """Of the different cells of a column near its top those that are labels of the cover, by their place."""
    near = set(cells.codes[:LABELS_WITHIN])
    words = {code: cell for code in near if isinstance(cell := cells.values[code], str)}
    labels = {code: said[1] if (said := LABELLED.match(cell)) else cell for code, cell in words.items()}
    return {code: name for code, label in labels.items() if (name := COVER_NAMES.get(normal(label)))}


def _lines(sheet: Sheet) -> dict[str, SheetLine]:
    for r, cells in enumerate(sheet.rows, 1):
        words = [words_of(c) for c in cells]
        if all(heading in words for heading in ANSWER_HEADINGS[:2]):
            at = {heading: words.index(heading) + 1 for heading in ANSWER_HEADINGS if heading in words}
            return dict(_read_lines(sheet, r + 1, at))
    return {}


def _read_lines(sheet: Sheet, first: int, at: Mapping[str, int]) -> Iterable[tuple[str, SheetLine]]:
    title, answer, checked, basis = ANSWER_HEADINGS
    for row in range(first, len(sheet.rows) + 1):
        if name := words_of(sheet.at(row, at[title])):
            words = {h: words_of(sheet.at(row, at[h])) if h in at else "" for h in (answer, checked, basis)}
            counted_at = (row, at.get(checked, at[answer]))
            yield name, SheetLine(words[answer], words[checked], words[basis], (row, at[answer]), counted_at)


def check_cover(cover: Cover, context: Context) -> Checked:
    """The cover held against its own declaration: a single row 0, each cell where it stands."""
    cells = {name: coded([value]) for name, (_, value) in cover.labelled.items()}
    grid = Grid(cover.sheet, COVER_RETURN, [0], cells, lambda name, _: cover.labelled[name][0])
    checked = check(grid, COVER, context)
    reporter = Reporter(cover.sheet, COVER_RETURN, COVER.columns)
    absent = [reporter.problem("missing_column", column=name) for name in missing(cover)]
    return replace(checked, problems=[*absent, *checked.problems])


def missing(cover: Cover) -> list[str]:
    """The columns of the cover that must be filled in and that no label names."""
    return [n for n, column in COVER.columns.items() if n not in cover.labelled and not column.nullable]
