"""The read side: each view is a question with two parameters, which phase and as of which day.

In: an open warehouse with what is in force (`pipelines.keeping.in_force`). Out: answers (tables), figures
(numbers and sentences made of answers) and charts (figures drawn).
"""

import datetime as dt
import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from types import ModuleType
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import duckdb
import pandas as pd
import pandera.pandas as pa

P = ParamSpec("P")
T = TypeVar("T")
ANSWERS = Path(__file__).parent / "answers"
MACRO = re.compile(r"\bMACRO (\w+)\(")
TO_THE_MINUTE = {"clock": True}  # of a column of moments; without it the column is one of days


@dataclass(frozen=True)
class Scope:
    """What a view is asked: a phase (None for all) as of the end of a day, Asia/Shanghai.

    `dates` says which due days count in rates and rankings: '' all, 'notice' those that the notice gives,
    'internal' the others.
    """

    phase: str | None
    as_of: dt.date
    dates: str = ""


class Ask(Protocol):
    """Asks a view: a `fetch` and what it is asked besides the connection → its answer.

    Figures and charts are handed one, so that they know neither database nor cache.
    """

    def __call__(
        self,
        fetch: Callable[Concatenate[duckdb.DuckDBPyConnection, P], T],
        /,
        *asked: P.args,
        **named: P.kwargs,
    ) -> T: ...


def install(con: duckdb.DuckDBPyConnection) -> None:
    """Make every view's macros in an open warehouse, each after those it asks: a macro binds when made."""
    for statement in statements():
        con.execute(statement)


@cache
def statements() -> tuple[str, ...]:
    """What makes the views' macros, in an order in which each finds those that it asks."""
    texts: Mapping[str, str] = {name: _statement(name) for name in names()}
    homes = {macro: name for name, text in texts.items() for macro in MACRO.findall(text)}
    asks = {
        name: {homes[word] for word in re.findall(r"\b(\w+)\(", text) if homes.get(word, name) != name}
        for name, text in texts.items()
    }
    return tuple(texts[name] for name in TopologicalSorter(asks).static_order() if texts[name])


def names() -> list[str]:
    """The answers there are: the one list of views, which is the folder itself."""
    return sorted(module.name for module in pkgutil.iter_modules([str(ANSWERS)]))


def questions() -> dict[str, ModuleType]:
    """The answers that ask for a scope and no more: their modules, with `ANSWER` and `fetch(con, scope)`."""
    modules = {name: importlib.import_module(f"views.answers.{name}") for name in names()}
    return {
        name: module
        for name, module in modules.items()
        if hasattr(module, "ANSWER") and _asks_a_scope(module)
    }


def _asks_a_scope(module: ModuleType) -> bool:
    given = inspect.signature(module.fetch).parameters.values()
    return [p.name for p in given if p.default is p.empty] == ["con", "scope"]


def _statement(name: str) -> str:
    """What makes the macros of one answer: `macro()` of NAME.py, then NAME.sql; '' where it asks others'."""
    path = ANSWERS / f"{name}.sql"
    declared: str = getattr(importlib.import_module(f"views.answers.{name}"), "macro", str)()
    written = path.read_text(encoding="utf-8") if path.exists() else ""
    return f"{declared}\n{written}".strip()


def query(
    con: duckdb.DuckDBPyConnection, answer: pa.DataFrameSchema, question: str, given: Sequence[Any]
) -> pd.DataFrame:
    """The rows that answer a question, held against what the view promises."""
    return answer.validate(con.execute(question, list(given)).df())


def records(rows: pd.DataFrame) -> list[Any]:
    """The rows of an answer, each with its columns as attributes."""
    return list(rows.itertuples(index=False))
