"""Which sheets the workbook of a matter holds for a unit: for template, judgement and demonstration alike."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandera.pandas as pa

from schemas.cover import ANSWERS
from schemas.plan import PLAN
from schemas.problems import Problem
from schemas.returns import RETURNS, answers_of
from schemas.self_check import CHECKS_SHEET

COVER_SHEET = "封面"
IDENTITY_SHEET = "_identity"
LISTS_SHEET = "_lists"
MARKS_SHEET = "问题清单"
PLACE_HEADING, NOTE_HEADING = "位置", "说明"  # of it: of which cell a line is, and what its sender says
COPY_SHEET = "转存说明"
OURS = frozenset(
    {IDENTITY_SHEET, LISTS_SHEET, CHECKS_SHEET, MARKS_SHEET, COPY_SHEET}
)  # never read as a return
TITLE_LIMIT = 31  # of a sheet title, in Excel


@dataclass(frozen=True)
class Form:
    """One sheet of a workbook: its title, its return, and the field it speaks of ('' for none)."""

    title: str
    return_: str
    field: str

    @property
    def schema(self) -> pa.DataFrameSchema:
        return RETURNS[self.return_]

    @property
    def answers(self) -> Mapping[str, str]:
        """The answers that the cover offers for the sheet: in words → code."""
        offered = answers_of(self.return_)
        return {words: code for words, code in ANSWERS.items() if code in offered}

    @property
    def without_rows(self) -> list[str]:
        """In words, those of them that a sheet without rows may be given."""
        return [words for words, code in self.answers.items() if code != "rows"]


def forms(obligation: str, unit: str) -> list[Form]:
    """The sheets that `unit` fills in for a matter, in the order of the plan."""
    return [
        _form(PLAN.fields[field].return_ if code == "by_field" else code, field, by=code)
        for field in PLAN.fields_of(obligation, unit)
        for code in PLAN.obligations[obligation].returns
    ]


def _form(return_: str, field: str, *, by: str) -> Form:
    if by == "by_field":
        return Form(PLAN.fields[field].title[:TITLE_LIMIT], return_, field)
    title = str(RETURNS[return_].title)
    return Form((f"{title}-{PLAN.fields[field].title}" if field else title)[:TITLE_LIMIT], return_, field)


def place_of(problem: Problem) -> str:
    """Its cell as the list of problems names it; its sheet where it is of no cell."""
    return f"{problem.sheet}!{problem.cell}" if problem.cell else problem.sheet
