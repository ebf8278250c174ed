"""The sender's own workbook back, with each faulty cell coloured and explained, and a list that links to them.

Formats, merges, other sheets, pictures and print settings stay: only the parts that carry a mark are changed.
Marked again, it first loses its earlier marks; a reader ignores them.
"""

import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Protocol

from lxml import etree

from pipelines.reading.reader import read
from pipelines.writing.marks.cells import Cells, Styles, q
from pipelines.writing.marks.faults import MOST, FaultList
from pipelines.writing.marks.notes import Notes, words_in
from pipelines.writing.package import Package
from pipelines.writing.template import copy_of
from schemas.forms import MARKS_SHEET
from schemas.problems import LEVELS, MUST, Problem

COLOURS = {MUST: "FFF4B6B0", "verify": "FFFCE8B2"}
COPIED = "原文件不是通用的 .xlsx 格式，已转存为 .xlsx（只保留数值和文字），请在本文件上修改后重新报送"


class Judged(Protocol):
    """What marking needs to know of a judgement."""

    @property
    def problems(self) -> Sequence[Problem]: ...


def marked_up(content: bytes, judgement: Judged, title: str = "") -> bytes:
    """The sender's workbook with its marks; one that is no common .xlsx comes back as a copy of its values."""
    try:
        return _marked(content, judgement, title)
    except (KeyError, ValueError, etree.XMLSyntaxError, zipfile.BadZipFile):
        return _marked(copy_of(read(content), COPIED), judgement, title)


def _marked(content: bytes, judgement: Judged, title: str) -> bytes:
    package = Package(content)
    parts = package.sheets()
    styles = Styles(package)
    for name, cell, style in _earlier(package, parts):
        if name in parts:
            Cells(package, parts[name]).restyle(cell, _always(style))
    for name, part in parts.items():
        if name != MARKS_SHEET:
            Notes(package, part).clear()
    by_sheet: dict[str, list[Problem]] = defaultdict(list)
    for problem in judgement.problems[:MOST]:
        if problem.cell and problem.sheet in parts:
            by_sheet[problem.sheet].append(problem)
    lines = []
    for name, problems in by_sheet.items():
        lines += _mark(package, parts[name], name, problems, styles)
    FaultList(package, styles).write(judgement.problems, lines, title or "问题清单")
    return package.write()


def _mark(
    package: Package, part: str, name: str, problems: Sequence[Problem], styles: Styles
) -> list[tuple[str, str, int]]:
    """Colour and explain the cells of one sheet; returns for each cell the style that it had."""
    sheet, notes = Cells(package, part), Notes(package, part)
    told: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        told[problem.cell].append(problem)
    had = []
    for cell, found in told.items():
        colour = COLOURS[MUST if any(p.level == MUST for p in found) else "verify"]
        had.append((name, cell, sheet.restyle(cell, partial(styles.filled, colour=colour))))
    notes.add({cell: "\n".join(_said(p) for p in found) for cell, found in told.items()})
    return had


def _always(style: int) -> Callable[[int], int]:
    return lambda _: style


def _number(rule: str) -> str:
    """A rule's number where it has one, as X01; the others have names of ours that say nothing to a clerk."""
    return f"({rule})" if rule[1:].isdigit() else ""


def _said(problem: Problem) -> str:
    return f"[{LEVELS[problem.level]}] {problem.message}。{problem.remedy}。{_number(problem.rule)}"


def _earlier(package: Package, parts: Mapping[str, str]) -> Iterable[tuple[str, str, int]]:
    """The cells that an earlier answer coloured, with the style each had, as its list of faults keeps them."""
    if MARKS_SHEET not in parts:
        return
    for cell in package.tree(parts[MARKS_SHEET]).iter(q("c")):
        words = words_in(cell)
        if cell.get("r", "").startswith("H") and words.count("!") == 2:
            name, place, style = words.rsplit("!", 2)
            yield name, place, int(style)
