"""Lists that depend on lists: which choices of a column its rules leave, as the choices beside it are.

In: a return. Out: for a column the cases in which fewer choices are left, found by asking its rules of every
combination; nothing is declared for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from math import prod

import pandas as pd
import pandera.pandas as pa

from schemas.columns import allowed
from schemas.problems import MUST

MOST_ROWS = 500  # combinations that are asked of one rule


@dataclass(frozen=True)
class NarrowedList:
    """The choices that are left where the columns beside hold one of some combinations."""

    beside: tuple[str, ...]
    held: tuple[tuple[str, ...], ...]
    left: tuple[str, ...]


def narrowed(schema: pa.DataFrameSchema, name: str) -> list[NarrowedList]:
    """When a column has fewer choices than it declares; none where its rules leave all or none of them.

    Where rules leave different choices, those of the first count: the others are told when they are broken.
    """
    cases: list[NarrowedList] = []
    for check in schema.checks:
        facts = check.statistics
        if facts["on"] == name and facts["level"] == MUST:
            beside = tuple(other for other in facts["needs"] if other != name)
            cases += _cases(schema, check, name, beside)
    left = {case.left for case in cases}
    return cases if len(left) == 1 or len({case.beside for case in cases}) == 1 else cases[:1]


def _cases(
    schema: pa.DataFrameSchema, check: pa.Check, name: str, beside: tuple[str, ...]
) -> list[NarrowedList]:
    """The cases of one rule, which asks of choices alone."""
    options = [_options(schema, each) for each in (*beside, name)]
    if not beside or not 0 < prod(map(len, options)) <= MOST_ROWS:
        return []
    rows = pd.DataFrame(product(*options), columns=[*beside, name], dtype=str)
    rows["kept"] = check(rows).check_output.to_numpy(bool)
    left: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for held in product(*options[:-1]):
        stands = (rows[[*beside]] == list(held)).all(axis="columns") & rows["kept"]
        words = tuple(rows.loc[stands, name])
        if words and words != tuple(options[-1]):
            left.setdefault(words, []).append(held)
    return [NarrowedList(beside, tuple(held), words) for words, held in left.items()]


def _options(schema: pa.DataFrameSchema, name: str) -> list[str]:
    column = schema.columns.get(name)
    return [] if column is None or (column.metadata or {})["kind"] != "choice" else list(allowed(column))


def formula(
    cases: list[NarrowedList], cells: Mapping[str, str], lists: Mapping[tuple[str, ...], str], of_all: str
) -> str:
    """A formula that gives the range of the list that holds; `cells` by column, `lists` by their words."""
    told = of_all
    for case in reversed(cases):
        tests = [
            _either(
                "AND",
                [f"{cells[column]}={_quoted(word)}" for column, word in zip(case.beside, held, strict=True)],
            )
            for held in case.held
        ]
        told = f"IF({_either('OR', tests)},{lists[case.left]},{told})"
    return told


def _either(word: str, tests: list[str]) -> str:
    return tests[0] if len(tests) == 1 else f"{word}({','.join(tests)})"


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'
