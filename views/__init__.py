"""The read side: each view is a question of a scope: which phase, as of which day, and whose rows.

In: an open warehouse with what is in force (`pipelines.keeping.in_force`). Out: answers (tables), figures
(numbers and sentences made of answers) and charts (figures drawn).
"""

import datetime as dt
import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from types import ModuleType
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import duckdb
import pandas as pd
import pandera.pandas as pa

from schemas.access import Reach

P = ParamSpec("P")
T = TypeVar("T")
ANSWERS = Path(__file__).parent / "answers"
MACRO = re.compile(r"\bMACRO (\w+)\(([^)]*)\)")
SCOPED = "of_scope"  # the parameter of a macro that says whose rows leave it
NOBODY = Reach()
TO_THE_MINUTE = {"clock": True}  # of a column of moments; without it the column is one of days


@dataclass(frozen=True)
class Scope:
    """What a view is asked: a phase (None for all) as of the end of a day, Asia/Shanghai, and of whose rows.

    `reach` has no default: None is the whole prefecture, an empty one nothing. `dates` says which due days
    count in rates and rankings: '' all, 'notice' those that the notice gives, 'internal' the others. `people`
    says whose telephones, legal persons and controllers are told: nobody's, unless it is asked for.
    """

    phase: str | None
    as_of: dt.date
    reach: Reach | None
    dates: str = ""
    people: Reach | None = NOBODY

    @property
    def reached(self) -> "OfScope":
        """Whose rows, as `of_scope` is given to a macro."""
        return of_scope(self.reach)

    @property
    def whole(self) -> "Scope":
        """The same day and rows, of every phase and every due day."""
        return replace(self, phase=None, dates="")


@dataclass(frozen=True)
class RowOrder:
    """An order of an answer's rows that a reader may choose: by a column, what is blank last.

    Rows that are alike there, and all where no column is named, stand in the answer's own order.
    """

    title: str
    column: str = ""
    falls: bool = False

    def of(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The rows in this order."""
        if not self.column:
            return rows
        return rows.sort_values(
            self.column, ascending=not self.falls, kind="stable", na_position="last", ignore_index=True
        )


OfScope = Mapping[str, list[str]] | None


def of_scope(reach: Reach | None) -> OfScope:
    """A reach as the macros take it: a struct of units and fields, NULL for everything."""
    return None if reach is None else {"units": list(reach.units), "fields": list(reach.fields)}


class Undeclared(Exception):
    """A macro or function of an answer that neither asks whose rows it may tell, nor is named as a base."""


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
    homes = {macro: name for name, text in texts.items() for macro, _ in MACRO.findall(text)}
    asks = {
        name: {homes[word] for word in re.findall(r"\b(\w+)\(", text) if homes.get(word, name) != name}
        for name, text in texts.items()
    }
    return tuple(texts[name] for name in TopologicalSorter(asks).static_order() if texts[name])


def names() -> list[str]:
    """The answers there are: the one list of views, which is the folder itself."""
    return sorted(module.name for module in pkgutil.iter_modules([str(ANSWERS)]))


def questions() -> dict[str, ModuleType]:
    """The answers that ask for a scope and no more: their modules, with `ANSWER` and `fetch(con, scope)`.

    Raises Undeclared for what does not say whose rows it tells.
    """
    modules = {name: importlib.import_module(f"views.answers.{name}") for name in names()}
    for name in modules:
        _statement(name)
    return {
        name: module
        for name, module in modules.items()
        if hasattr(module, "ANSWER") and _asks_a_scope(module)
    }


def _asks_a_scope(module: ModuleType) -> bool:
    given = inspect.signature(module.fetch).parameters.values()
    return [p.name for p in given if p.default is p.empty] == ["con", "scope"]


def refuse_undeclared(module: ModuleType, statement: str) -> None:
    """Hold the macros and functions of an answer to it that each asks whose rows it may tell.

    A macro takes `of_scope`, or is named in the module's `BASES`: what others are made of. A function that is
    handed a connection takes a scope. Raises Undeclared.
    """
    bases = getattr(module, "BASES", ())
    for macro, parameters in MACRO.findall(statement):
        if SCOPED not in re.findall(r"\w+", parameters) and macro not in bases:
            raise Undeclared(f"{module.__name__}: {macro}({parameters})")
    for name, function in vars(module).items():
        own = inspect.isfunction(function) and function.__module__ == module.__name__
        if own and not name.startswith("_"):
            given = inspect.signature(function).parameters
            if "con" in given and "scope" not in given:
                raise Undeclared(f"{module.__name__}.{name}")


def _statement(name: str) -> str:
    """What makes the macros of one answer: `macro()` of NAME.py, then NAME.sql; '' where it asks others'.

    Raises Undeclared.
    """
    module, path = importlib.import_module(f"views.answers.{name}"), ANSWERS / f"{name}.sql"
    declared: str = getattr(module, "macro", str)()
    written = path.read_text(encoding="utf-8") if path.exists() else ""
    statement = f"{declared}\n{written}".strip()
    refuse_undeclared(module, statement)
    return statement


def query(
    con: duckdb.DuckDBPyConnection, answer: pa.DataFrameSchema, question: str, given: Sequence[Any]
) -> pd.DataFrame:
    """The rows that answer a question, held against what the view promises."""
    return as_promised(answer, con.execute(question, list(given)).df())


def as_promised(answer: pa.DataFrameSchema, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows as `answer` promises them, exactly as pandera's `validate` gives them, in a fifth of its time.

    Each column is made of its kind and asked for blanks and by its rules; where one of them is not as
    promised pandera is asked, and tells what is wrong. Raises pandera.errors.SchemaError.
    """
    if set(rows) != set(answer.columns) or rows.columns.has_duplicates:
        return answer.validate(rows)
    try:
        made = {name: _of_kind(answer.columns[name], rows[name]) for name in rows}
    except Exception:  # whatever it is, pandera says it
        return answer.validate(rows)
    is_kept = all(_keeps(answer.columns[name], cells) for name, cells in made.items())
    return pd.DataFrame(made, index=rows.index) if is_kept else answer.validate(rows)


def _of_kind(column: pa.Column, cells: "pd.Series[Any]") -> "pd.Series[Any]":
    made: pd.Series[Any] = cells if cells.dtype == column.dtype.type else column.dtype.coerce(cells)
    return made


def _keeps(column: pa.Column, cells: "pd.Series[Any]") -> bool:
    if not column.nullable and cells.isna().any():
        return False
    return all(bool(check(cells).check_passed) for check in column.checks)


def records(rows: pd.DataFrame) -> list[Any]:
    """The rows of an answer, each with its columns as attributes."""
    return list(rows.itertuples(index=False))
