"""The measures that a campaign declares in its folder, beside those of the product."""

from collections.abc import Mapping

import pandas as pd

from schemas import counting
from schemas.plan import PLAN
from schemas.plan_counted import MeasureRow
from schemas.returns import RETURNS
from views import Ask, Scope
from views.answers import measured
from views.figures.measures import Measure

SOURCE = "measured"


def _measure(row: MeasureRow) -> Measure:
    schema = RETURNS[row.return_]
    formula = counting.in_words(row.numerator, schema)
    of = f" ÷ {counting.in_words(row.denominator, schema)}" if row.denominator else ""
    whole = [f"{row.code}_whole"] if row.denominator else []
    unit = "件"
    if name := counting.summed(row.numerator):
        unit = str(schema.columns[name].metadata.get("unit") or "")
    said = f"{schema.title}：{formula}{of}；每件按最后一次所报"
    return Measure(row.code, row.title, said, row.clause, [f"{row.code}_part"], whole, unit, source=SOURCE)


OWN: Mapping[str, Measure] = {row.code: _measure(row) for row in PLAN.measures}


def of_returns(codes: set[str]) -> list[str]:
    """The measures of some returns, in the order of the plan."""
    return [row.code for row in PLAN.measures if row.return_ in codes]


def rows(ask: Ask, scope: Scope) -> pd.DataFrame:
    """What is counted, with two columns for each measure: its part, and of what."""
    told = ask(measured.fetch, scope)
    return told.assign(
        **{
            f"{code}_{name}": told[name].where(told["measure"] == code, 0.0)
            for code in OWN
            for name in ("part", "whole")
        }
    )
