"""Terms of recorded rules → formulas of a spreadsheet that any of its programs since 2010 can reckon.

A term may be true, false or neither, where something blank leaves it open: each of both has a formula of its
own. Law: a rule is broken for us exactly where its term is false.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
from pandas.api.types import is_extension_array_dtype

from schemas.recorded import Term

EPOCH = pd.Timestamp("1899-12-30")
SPACES = (" ", "\u3000")
COMPARISONS = frozenset({"=", "<>", "<", ">", "<=", ">="})
DECIMALS = 4  # of an amount, as reading keeps it


class Uncompiled(Exception):
    """A term of which no formula can be made."""


def literal(value: Any) -> str:
    """A value as a formula writes it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, pd.Timestamp):
        return str((value - EPOCH).days)
    if value == "\n":
        return "CHAR(10)"
    return '"' + value.replace('"', '""') + '"' if isinstance(value, str) else repr(value)


def listed(values: Any) -> str:
    """Several values as a formula writes them."""
    return "{" + ",".join(map(literal, values)) + "}"


def is_one_of(cell: str, words: Iterable[str]) -> str:
    """Whether words are one of some."""
    some = list(words)
    return (
        f"SUMPRODUCT(--EXACT({cell},{listed(some)}))>0"
        if len(some) > 1
        else f"EXACT({cell},{literal(some[0])})"
    )


def holds_one_of(cell: str, signs: Iterable[str]) -> str:
    """Whether words hold one of some signs."""
    return f"SUMPRODUCT(--ISNUMBER(FIND({listed(signs)},{cell})))>0"


def any_of(parts: Sequence[str]) -> str:
    """Whether one of some is true. OR would have LibreOffice reckon whole arrays, and fail."""
    first, *rest = parts or ["FALSE"]
    return f"IF({first},TRUE,{any_of(rest)})" if rest else first


def all_of(parts: Sequence[str]) -> str:
    """Whether all of some are true; what follows a false one is not reckoned."""
    first, *rest = parts or ["TRUE"]
    return f"IF({first},{all_of(rest)},FALSE)" if rest else first


@dataclass(frozen=True)
class Places:
    """Where the columns of a row stand, and the formulas that say of each whether it is blank."""

    cells: Mapping[str, str]  # column → formula of its value
    blanks: Mapping[str, str]
    above: Mapping[str, str]  # column → the values of the cells above, from the heading on
    days: Mapping[str, str]  # day of the cover → its cell


@dataclass(frozen=True)
class Formulas:
    """The formulas of terms, for one row of one sheet."""

    places: Places

    def true(self, term: Any) -> str:
        """Where a term is surely true. Raises Uncompiled."""
        return self._truth(term, wanted=True)

    def false(self, term: Any) -> str:
        """Where a term is surely false. Raises Uncompiled."""
        return self._truth(term, wanted=False)

    def _truth(self, term: Any, *, wanted: bool) -> str:
        if isinstance(term, bool):
            return literal(term == wanted)
        if term.done in {"and", "or"}:
            join = all_of if (term.done == "and") == wanted else any_of
            return join([self._truth(each, wanted=wanted) for each in term.to])
        if term.done == "not":
            return self._truth(term.to[0], wanted=not wanted)
        if term.done == "fill":
            return self._filled(*term.to, wanted=wanted)
        if term.done == "=" and isinstance(term.to[1], bool):
            return self._truth(term.to[0], wanted=wanted == term.to[1])
        return self._plain(term, wanted=wanted)

    def _filled(self, term: Term, value: bool, *, wanted: bool) -> str:
        """What is neither true nor false counts as the value."""
        return (
            self._truth(term, wanted=wanted)
            if value != wanted
            else f"NOT({self._truth(term, wanted=not wanted)})"
        )

    def _plain(self, term: Term, *, wanted: bool) -> str:
        """A test of values; where one is blank it is open, or of floats and days false. Raises Uncompiled."""
        if term.done == "blank":
            test, blank = self.blank(term.to[0]), "FALSE"
        elif term.done in COMPARISONS:
            left, right = term.to
            blank = any_of([b for b in map(self.blank, term.to) if b != "FALSE"])
            test = f"{self.value(left)}{term.done}{self.value(right)}"
            if term.done in {"=", "<>"} and isinstance(left, Term) and _is_of_words(left):
                test = same(self.value(left), self.value(right), left)
                test = test if term.done == "=" else f"NOT({test})"
        elif term.done in TESTS:
            blank, test = self.blank(term.to[0]), TESTS[term.done](self, term)
        else:
            raise Uncompiled(term.done)
        decided = test if wanted else f"NOT({test})"
        if blank == "FALSE":
            return decided
        is_open = is_nullable(term) and term.done not in {"isin", "repeats"}
        without = not is_open and wanted == (term.done == "<>")
        return f"IF({blank},{literal(without)},{decided})"

    def blank(self, term: Any) -> str:
        """Where a term has no value. Raises Uncompiled."""
        if not isinstance(term, Term):
            return "FALSE"
        if term.done == "column":
            return self.places.blanks[term.name]
        if term.done == "fill":
            return "FALSE"
        if term.done == "map":
            return f"ISNA(MATCH({self.value(term.to[0])},{listed(term.to[1])},0))"
        if term.done == "where":
            kept, when, other = term.to
            return f"IF({self.true(when)},{self.blank(kept)},{self.blank(other)})"
        return any_of(list(dict.fromkeys(b for b in map(self.blank, term.to) if b != "FALSE")))

    def value(self, term: Any) -> str:
        """The value of a term that is not blank. Raises Uncompiled."""
        if not isinstance(term, Term):
            return literal(term)
        if term.done == "column":
            return self.places.cells[term.name]
        if term.done in {"+", "-", "*"}:
            return f"({term.done.join(map(self.value, term.to))})"
        if term.done not in VALUES:
            raise Uncompiled(term.done)
        return VALUES[term.done](self, term)

    def repeats(self, term: Term) -> str:
        """Whether some row above has the same in all of some columns."""
        over = Formulas(replace(self.places, cells=self.places.above))
        alike = "*".join(same(over.value(each), self.value(each), each) for each in term.to)
        blank = any_of([self.blank(each) for each in term.to])
        return f"IF({blank},FALSE,SUMPRODUCT(--({alike}))>0)"


def same(left: str, right: str, of: Term) -> str:
    """Whether two values are one; of words every letter, for = takes capitals for small ones."""
    return f"EXACT({left},{right})" if _is_of_words(of) else f"({left}={right})"


def is_nullable(term: Any) -> bool:
    """Whether pandas leaves a comparison of it open where something is blank: of words and whole numbers."""
    if not isinstance(term, Term):
        return False
    if term.done == "column":
        return is_extension_array_dtype(term.dtype) if term.dtype is not None else False
    return term.done == "nullable" or any(map(is_nullable, term.to))


def _is_of_words(term: Term) -> bool:
    kept = term
    while kept.done in {"replace", "replace_signs", "slice", "where", "map", "fill"}:
        kept = kept.to[0]
    return kept.done == "column" and isinstance(kept.dtype, pd.StringDtype) and not _maps_to_numbers(term)


def _maps_to_numbers(term: Term) -> bool:
    while term.done == "fill":
        term = term.to[0]
    return term.done == "map" and not any(isinstance(value, str) for value in term.to[1].values())


def _replaced(formulas: Formulas, term: Term) -> str:
    """Words without some signs. Raises Uncompiled for a pattern of any other shape."""
    signs = re.fullmatch(r"\[?(\\s)(-?)\]?", term.to[1])
    if not signs or term.to[2]:
        raise Uncompiled(term.to[1])
    formula = formulas.value(term.to[0])
    for sign in (*SPACES, *signs[2]):
        formula = f'SUBSTITUTE({formula},{literal(sign)},"")'
    return formula


def _digits(formulas: Formulas, term: Term) -> str:
    words = formulas.value(term.to[0])
    return f'IFERROR(TEXT(VALUE({words}),REPT("0",LEN({words})))={words},FALSE)'


Write = Callable[[Formulas, Term], str]
TESTS: Mapping[str, Write] = {
    "isin": lambda f, t: is_one_of(f.value(t.to[0]), t.to[1]),
    "contains": lambda f, t: f"ISNUMBER(FIND({literal(t.to[1])},{f.value(t.to[0])}))",
    "isdigit": _digits,
    "repeats": lambda f, t: f.repeats(t),
}
VALUES: Mapping[str, Write] = {
    "abs": lambda f, t: f"ABS({f.value(t.to[0])})",
    "nullable": lambda f, t: f.value(t.to[0]),
    "fill": lambda f, t: f"IF({f.blank(t.to[0])},{literal(t.to[1])},{f.value(t.to[0])})",
    "len": lambda f, t: f"LEN({f.value(t.to[0])})",
    "slice": lambda f, t: f"MID({f.value(t.to[0])},{t.to[1] + 1},{t.to[2] - t.to[1]})",
    "replace": lambda f, t: f"SUBSTITUTE({f.value(t.to[0])},{literal(t.to[1])},{literal(t.to[2])})",
    "replace_signs": _replaced,
    "where": lambda f, t: f"IF({f.true(t.to[1])},{f.value(t.to[0])},{f.value(t.to[2])})",
    "map": lambda f, t: f"INDEX({listed(t.to[1].values())},MATCH({f.value(t.to[0])},{listed(t.to[1])},0))",
}
