"""Problems of one sheet, made by a factory that knows sheet and return and says the rule's sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandera.pandas as pa

from pipelines.reading.a1 import address
from pipelines.tables.heading import CellPlace
from schemas.problems import Problem, level_of, sentence

# column 0 stands for a column of the return that is not there
CORNER = (1, 1)  # where a problem of a whole sheet is told


@dataclass(frozen=True)
class Reporter:
    """Makes the problems and names the cells of one sheet; `columns` are those of its return, by name."""

    sheet: str
    return_: str = ""
    columns: Mapping[str, pa.Column] = field(default_factory=dict)

    def problem(
        self,
        rule: str,
        at: CellPlace = CORNER,
        *,
        column: str = "",
        title: str | None = None,
        level: str = "",
        **facts: Any,
    ) -> Problem:
        """The problem that breaks `rule` at a cell, with the rule's own level unless another is given.

        `facts` fill the blanks of the rule's sentence; `value` among them is what stands in the cell. Raises
        KeyError for a rule without a sentence, or one whose sentence has a blank that no fact fills.
        """
        name = str(self.columns[column].title) if title is None and column in self.columns else title or ""
        words = sentence(rule, **{"title": name, "value": "", **facts})
        return self.worded(
            rule, at, words, column=column, title=name, level=level, value=str(facts.get("value", ""))
        )

    def worded(
        self, rule: str, at: CellPlace, words: tuple[str, str], *, level: str = "", **shown: str
    ) -> Problem:
        """The same with a sentence that is known already: what is wrong, and how to mend it."""
        row, place = at
        return Problem(
            level=level or level_of(rule),
            rule=rule,
            return_=self.return_,
            sheet=self.sheet,
            cell=address(row, place) if place else "",
            row=row,
            column=shown.get("column", ""),
            title=shown.get("title", ""),
            value=shown.get("value", ""),
            message=words[0],
            remedy=words[1],
        )
