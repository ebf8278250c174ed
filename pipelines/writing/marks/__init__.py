"""The sender's own workbook back, each faulty cell coloured and explained, with a list that links to them.

Formats, merges, other sheets, pictures and print settings stay: only the parts that carry a mark are changed.
Marked again, it first loses its earlier marks; a reader ignores them.
In: bytes and their judgement. Out: the bytes of an .xlsx.
"""

import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Protocol

from lxml import etree

from pipelines.reading.reader import read
from pipelines.writing.marks.cells import SheetPart, Styles, q
from pipelines.writing.marks.faults import MOST, FaultList, FirstLook
from pipelines.writing.marks.notes import Notes, words_in
from pipelines.writing.package import Package
from pipelines.writing.values_alone import copy_of
from schemas.forms import MARKS_SHEET
from schemas.problems import LEVELS, MUST, VERIFY, Problem

COLOURS = {MUST: "FFF4B6B0", VERIFY: "FFFCE8B2"}
COPIED = "原文件不是通用的 .xlsx 格式，已转存为 .xlsx（只保留数值和文字），请在本文件上修改后重新报送"


class Judged(Protocol):
    """What marking needs of a judgement."""

    @property
    def problems(self) -> Sequence[Problem]: ...

    @property
    def notes(self) -> Mapping[str, str]: ...


def marked_up(content: bytes, judgement: Judged, title: str = "") -> bytes:
    """The sender's workbook with its marks; what is no common .xlsx comes back as a copy of its values."""
    try:
        return _marked(content, judgement, title)
    except (KeyError, ValueError, etree.XMLSyntaxError, zipfile.BadZipFile):
        return _marked(copy_of(read(content), COPIED), judgement, title)


def _marked(content: bytes, judgement: Judged, title: str) -> bytes:
    package = Package(content)
    parts = package.sheets()
    styles = Styles(package)
    for look in _earlier(package, parts):
        if look.sheet in parts:
            SheetPart(package, parts[look.sheet]).restyle(look.cell, _always(look.style))
    for name, part in parts.items():
        if name != MARKS_SHEET:
            Notes(package, part).clear()
    by_sheet: dict[str, list[Problem]] = defaultdict(list)
    for problem in judgement.problems[:MOST]:
        if problem.cell and problem.sheet in parts:
            by_sheet[problem.sheet].append(problem)
    looks = []
    for name, problems in by_sheet.items():
        looks += _mark(package, parts[name], problems, styles)
    FaultList(package, styles).write(judgement.problems, looks, title or "问题清单", judgement.notes)
    return package.write()


def _mark(package: Package, part: str, problems: Sequence[Problem], styles: Styles) -> list[FirstLook]:
    """Colour and explain the cells of one sheet, whose problems these are; returns how each cell looked."""
    sheet, notes = SheetPart(package, part), Notes(package, part)
    by_cell: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        by_cell[problem.cell].append(problem)
    looks = []
    for cell, of_cell in by_cell.items():
        colour = COLOURS[MUST if any(p.level == MUST for p in of_cell) else VERIFY]
        style = sheet.restyle(cell, partial(styles.filled, colour=colour))
        looks.append(FirstLook(of_cell[0].sheet, cell, style))
    notes.add({cell: "\n".join(map(_note, of_cell)) for cell, of_cell in by_cell.items()})
    return looks


def _always(style: int) -> Callable[[int], int]:
    return lambda _: style


def _number(rule: str) -> str:
    """A rule's number in brackets where it has one, as X01; the names of others say nothing to a clerk."""
    return f"({rule})" if rule[1:].isdigit() else ""


def _note(problem: Problem) -> str:
    return f"[{LEVELS[problem.level]}] {problem.message}。{problem.remedy}。{_number(problem.rule)}"


def _earlier(package: Package, parts: Mapping[str, str]) -> Iterable[FirstLook]:
    """How the cells looked that an earlier marking coloured, as its list of faults keeps it."""
    if MARKS_SHEET not in parts:
        return
    for cell in package.tree(parts[MARKS_SHEET]).iter(q("c")):
        words = words_in(cell)
        if cell.get("r", "").startswith("H") and words.count("!") == 2:
            sheet, place, style = words.rsplit("!", 2)
            yield FirstLook(sheet, place, int(style))
