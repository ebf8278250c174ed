"""其他指标: the measures that no card shows, each taken of the answer that it names, through the filters."""

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from schemas.returns.work_record import KINDS
from views import Ask, Scope
from views.answers import coverage, particular, tally, work
from views.figures import own_measures
from views.figures.filters import TITLES, Filters
from views.figures.measures import MEASURES
from views.figures.own_measures import OWN

HEADINGS = ("指标", "数", "构成", "口径")
NO_LEVEL = ("territory", "field")


def _of_tally(ask: Ask, scope: Scope) -> pd.DataFrame:
    return ask(tally.fetch, scope)


def _of_work(ask: Ask, scope: Scope) -> pd.DataFrame:
    """What was told, with a column for each kind, and one for what of it is settled."""
    rows = ask(work.fetch, scope)
    kinds = {kind: rows["kind"] == kind for kind in KINDS}
    return rows.assign(
        **{kind: rows["told"].where(is_so, 0) for kind, is_so in kinds.items()},
        **{f"{kind}已办结": rows["settled"].where(is_so, 0) for kind, is_so in kinds.items()},
    )


def _of_particular(ask: Ask, scope: Scope) -> pd.DataFrame:
    return ask(particular.fetch, scope)


def _of_coverage(ask: Ask, scope: Scope) -> pd.DataFrame:
    return ask(coverage.fetch, scope)


# the rows of each answer that measures are taken of, and the filters that they obey
SOURCES: Mapping[str, tuple[Callable[[Ask, Scope], pd.DataFrame], Sequence[str]]] = {
    "tally": (_of_tally, tuple(TITLES)),
    "work": (_of_work, NO_LEVEL),
    "particular": (_of_particular, tuple(TITLES)),
    "coverage": (_of_coverage, NO_LEVEL),
    own_measures.SOURCE: (own_measures.rows, NO_LEVEL),
}


def others(ask: Ask, scope: Scope, filters: Filters, codes: Sequence[str]) -> pd.DataFrame:
    """A line for each measure: its title, the figure, of how many, and how it is made."""
    rows = {name: filters.narrow(made(ask, scope)) for name, (made, _) in SOURCES.items()}
    lines = []
    for measure in ({**MEASURES, **OWN}[code] for code in codes):
        value, (_, knows) = measure.of(rows[measure.source]), SOURCES[measure.source]
        formula = f"{measure.formula}（{measure.code}，{measure.basis}）"
        base = "" if value.whole == 0 else value.base
        lines.append((f"{filters.mark(*knows)}{measure.title}", str(value), base or "—", formula))
    return pd.DataFrame(lines, columns=list(HEADINGS))
