"""A marked-up copy made in a child with bounds: it can take a hundred times the file's size."""

import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import pandas as pd

from pipelines.reading.a1 import spot
from pipelines.reading.guard import Refused
from pipelines.reading.worker import ChildDied, Worker
from pipelines.writing import listing, marks
from schemas.problems import LEVELS, Problem

NOTHING: Mapping[str, str] = MappingProxyType({})
MEMORY, SECONDS = 1 << 30, 60  # bytes of address space, time


@dataclass(frozen=True)
class Marked:
    """What is to be marked in a workbook."""

    problems: list[Problem]
    notes: Mapping[str, str] = field(default_factory=dict)  # place → what was said of it


def marking(asked: bytes) -> bytes:
    """The work of the child: a pickled workbook with its problems → the copy."""
    content, problems, notes = pickle.loads(asked)  # noqa: S301  written by our own parent
    return marks.marked_up(content, Marked(problems, notes))


MARKER = Worker(marking, MEMORY)


def marked_up(content: bytes, problems: list[Problem], notes: Mapping[str, str] = NOTHING) -> bytes:
    """The sender's workbook with its marks; of one that is too large for that, the list of its problems."""
    try:
        return MARKER.ask(pickle.dumps((content, problems, dict(notes))), SECONDS)
    except (ChildDied, Refused):
        return _listed(problems)


def _listed(problems: list[Problem]) -> bytes:
    rows = [(spot(p.sheet, p.cell), p.title, p.value, p.message, p.remedy, LEVELS[p.level]) for p in problems]
    table = pd.DataFrame(rows, columns=["位置", "列", "现值", "问题", "怎么改", "级别"])
    return listing.workbook("问题清单", ["原表过大，未能标注；以下按单元格列出全部问题。"], table)
