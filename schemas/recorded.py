"""A rule asked with a stand-in for rows: what it does to them, as a term that can be written in other words.

Rules stay Python; whoever wants one as a formula asks here. `recorded` gives the term, or None for a rule
that does what the stand-in does not know.
"""

import inspect
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandera.pandas as pa

from schemas.characters import holding, key_form


class Unrecorded(Exception):
    """A rule does to its rows what the stand-in does not know."""


@dataclass(frozen=True, eq=False)
class Term:
    """What was done, and to what: stands for a column of rows, or for what was made of some."""

    done: str
    to: tuple[Any, ...]
    dtype: Any = None  # of a column of the return
    name: str = ""

    def __and__(self, other: "Term") -> "Term":
        return Term("and", (self, other))

    def __or__(self, other: "Term") -> "Term":
        return Term("or", (self, other))

    def __invert__(self) -> "Term":
        return Term("not", (self,))

    def __gt__(self, other: Any) -> "Term":
        return Term(">", (self, other))

    def __lt__(self, other: Any) -> "Term":
        return Term("<", (self, other))

    def __ge__(self, other: Any) -> "Term":
        return Term(">=", (self, other))

    def __le__(self, other: Any) -> "Term":
        return Term("<=", (self, other))

    def __eq__(self, other: object) -> "Term":  # type: ignore[override]
        return Term("=", (self, other))

    def __ne__(self, other: object) -> "Term":  # type: ignore[override]
        return Term("<>", (self, other))

    def __add__(self, other: Any) -> "Term":
        return Term("+", (self, other))

    def __sub__(self, other: Any) -> "Term":
        return Term("-", (self, other))

    def __mul__(self, other: Any) -> "Term":
        return Term("*", (self, other))

    __rmul__ = __mul__
    eq = __eq__

    def __bool__(self) -> bool:
        """Raises Unrecorded: whether a row keeps a rule is not known while the rule is recorded."""
        raise Unrecorded

    def isna(self) -> "Term":
        return Term("blank", (self,))

    def notna(self) -> "Term":
        return Term("not", (self.isna(),))

    def isin(self, options: Sequence[str]) -> "Term":
        return Term("isin", (self, tuple(options)))

    def between(self, first: Any, last: Any) -> "Term":
        return Term("and", (self >= first, self <= last))

    def abs(self) -> "Term":
        return Term("abs", (self,))

    def astype(self, dtype: Any) -> "Term":
        return Term("nullable", (self,)) if dtype == "Float64" else self

    def fillna(self, value: Any) -> "Term":
        return Term("fill", (self, value))

    def map(self, meant: Mapping[str, Any]) -> "Term":
        return Term("map", (self, dict(meant)))

    def where(self, kept: "Term", other: Any) -> "Term":
        return Term("where", (self, kept, other))

    def any(self) -> bool:
        """Whether some row has it is asked to spare work where none has; the work changes nothing then."""
        return True

    @property
    def str(self) -> "TermWords":
        return TermWords(self)


@dataclass(frozen=True)
class TermWords:
    """What rules ask of words."""

    of: Term

    def __getitem__(self, span: slice) -> Term:
        return self.slice(span.start or 0, span.stop)

    def slice(self, first: int, end: int) -> Term:
        return Term("slice", (self.of, first, end))

    def len(self) -> Term:
        return Term("len", (self.of,))

    def isdigit(self) -> Term:
        return Term("isdigit", (self.of,))

    def startswith(self, words: str) -> Term:
        return Term("=", (self.slice(0, len(words)), words))

    def contains(self, words: str, *, regex: bool = True) -> Term:
        is_plain = not regex or re.escape(words) == words
        return Term("contains" if is_plain else "matches", (self.of, words))

    def replace(self, words: str, by: str, *, regex: bool) -> Term:
        return Term("replace" if not regex else "replace_signs", (self.of, words, by))


@dataclass(frozen=True)
class Terms:
    """Several columns side by side."""

    each: tuple[Term, ...]

    def isna(self) -> "Terms":
        return Terms(tuple(term.isna() for term in self.each))

    def notna(self) -> "Terms":
        return Terms(tuple(term.notna() for term in self.each))

    def astype(self, dtype: Any) -> "Terms":
        return Terms(tuple(term.astype(dtype) for term in self.each))

    def assign(self, **other: Term) -> "Terms":
        return Terms(tuple(other.get(term.name, term) for term in self.each))

    def any(self, *, axis: str) -> Term:  # noqa: ARG002  as pandas asks
        return Term("or", self.each)

    def all(self, *, axis: str) -> Term:  # noqa: ARG002  as pandas asks
        return Term("and", self.each)

    def sum(self, *, axis: str, skipna: bool) -> Term:  # noqa: ARG002  as pandas asks
        return Term("+", self.each)

    def duplicated(self, *, keep: str) -> Term:  # noqa: ARG002  as pandas asks
        return Term("repeats", self.each)


@dataclass(frozen=True)
class TermRows:
    """The rows of a return, as a rule is handed them."""

    schema: pa.DataFrameSchema

    def __getitem__(self, name: str | list[str]) -> Term | Terms:
        if isinstance(name, list):
            return Terms(tuple(self._column(each) for each in name))
        return self._column(name)

    def _column(self, name: str) -> Term:
        column = self.schema.columns.get(name)
        return Term("column", (name,), column.dtype.type if column else None, name)


@key_form.register
def _key_form(cells: Term) -> Term:
    return cells


@holding.register
def _holding(cells: Term, pattern: str) -> Term:
    return Term("matches", (cells, pattern))


def recorded(check: pa.Check, schema: pa.DataFrameSchema) -> Term | None:
    """What a rule across the row does, as a term that is true where the row keeps it; None for unknown."""
    try:
        term = inspect.unwrap(check._check_fn)(TermRows(schema))
    except (Unrecorded, AttributeError, TypeError):
        return None
    return term if isinstance(term, Term) else None


def columns_of(term: Any) -> set[str]:
    """The columns that a term asks of."""
    if not isinstance(term, Term):
        return set()
    own = {term.name} if term.done == "column" else set()
    return own.union(*(columns_of(each) for each in term.to))
