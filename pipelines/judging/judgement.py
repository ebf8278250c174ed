"""What a workbook was found to be: the verdict, the answer of each sheet, and everything that is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from schemas.problems import Problem, Repair, Unchecked

ACCEPTABLE, REFUSED, UNREADABLE = "acceptable", "refused", "unreadable"
UNDECIDED = ""  # received, and no verdict yet: the receipt says 正在检查


@dataclass(frozen=True)
class SheetAnswer:
    """What one sheet answers: a code of `schemas.cover.SHEET_ANSWERS`, and how many rows it holds.

    `checked` is 排查户数 as the cover counts it; None where it names no number.
    """

    return_: str
    field: str
    sheet: str
    answer: str
    rows: int
    checked: int | None = None


@dataclass(frozen=True)
class Judgement:
    """What a workbook was found to be; `frames` hold the rows of each answered sheet."""

    sha256: str
    verdict: str
    unit: str | None = None
    obligation: str | None = None
    reason: str | None = None
    answers: Sequence[SheetAnswer] = ()
    problems: Sequence[Problem] = ()
    repairs: Sequence[Repair] = ()
    unchecked: Sequence[Unchecked] = ()
    frames: Mapping[int, pd.DataFrame] = field(default_factory=dict)  # position in `answers` → rows
    letters: Mapping[int, Mapping[str, str]] = field(
        default_factory=dict
    )  # the same → column of the return → of Excel
    notes: Mapping[str, str] = field(default_factory=dict)  # sheet!cell → what its sender says of it
