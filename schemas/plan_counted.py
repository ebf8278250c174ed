"""The rows of a plan folder that say what of a return is counted: measures of its own, steps of a funnel."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

import pandera.pandas as pa
from pydantic import Field as Column

from schemas import counting
from schemas.plan_cells import Code, Words
from schemas.plan_row import Codes, PlanRow, Saying, unknown

Returns = Mapping[str, pa.DataFrameSchema]
NO_KEY = "报表“{code}”没有声明编号(key)，同一件前后几次报的分不清，不能计数"


class OfReturn(PlanRow):
    """A row about a return that is a register: what one entry last said of itself is counted."""

    MAY_BE_EMPTY: ClassVar[bool] = True
    MAY_BE_ABSENT: ClassVar[bool] = True
    COUNTED: ClassVar[tuple[str, ...]]  # columns in the words of `counting`

    def faults(self, codes: Codes, /) -> Saying:
        yield from unknown([vars(self)["return_"]], codes["return"], "return", "报表")

    def against(self, returns: Returns) -> Iterator[tuple[str, str]]:
        """Column and sentence of each thing that the return does not have."""
        schema = returns.get(vars(self)["return_"])
        if schema is None:
            return
        if not (schema.metadata or {}).get("key"):
            yield "return", NO_KEY.format(code=schema.name)
        for name in self.COUNTED:
            yield from ((name, what) for what in counting.faults(vars(self)[name], schema))


class MeasureRow(OfReturn):
    """A measure: of the entries of a return how many, or how much; a share where it has a denominator."""

    FILE: ClassVar[str] = "measure"
    KEY: ClassVar[tuple[str, ...]] = ("code",)
    COUNTED: ClassVar[tuple[str, ...]] = ("numerator", "denominator")

    code: Code
    title: Words
    numerator: Words
    denominator: str
    return_: Words = Column(alias="return")
    clause: Words


class StepRow(OfReturn):
    """A step on the way of an entry, in the order of the rows: what it must say to have come there."""

    FILE: ClassVar[str] = "step"
    KEY: ClassVar[tuple[str, ...]] = ("return", "title")
    COUNTED: ClassVar[tuple[str, ...]] = ("reached",)

    return_: Words = Column(alias="return")
    title: Words
    reached: Words
