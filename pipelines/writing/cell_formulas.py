"""What a spreadsheet can say of a cell by itself: blank, surely unreadable, read as it stands, wrong.

Between the second and the third lie cells that reading may understand, as 1,234 or 2001.7.8: of them nothing
is said. Law: whatever is called unreadable or wrong here, `check` refuses too.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pandera.pandas as pa

from pipelines.values.clean import ABOUT_BEFORE, ABOUT_BEHIND, NUMBERS, OPEN, TICKED, TOO_MUCH
from pipelines.values.days import SERIALS
from pipelines.values.guidance import SIGNS
from pipelines.values.meaning import BLANKS, LOST_DIGITS
from pipelines.writing.day_formulas import day_words, no_day
from pipelines.writing.formulas import DECIMALS, all_of, any_of, holds_one_of, is_one_of, listed, literal
from pipelines.writing.number_formulas import (
    ALL_DIGITS,
    CODE,
    DIGITS,
    LETTERS,
    MOST_SIGNS,
    NEVER,
    NONE,
    WIDE,
    all_digits,
    credit_differs,
    is_of,
    organisation_differs,
    register_differs,
)
from pipelines.writing.number_formulas import bare as bare_of
from pipelines.writing.pattern_formulas import fits_pattern
from schemas.columns import UNKNOWN_WORDS, allowed, sample_of
from schemas.problems import ID_DETAILS, ID_MENDS, MUST, length_said, sentence
from schemas.units import COMMON_COUNTS, SCALES

SEPARATORS = ("、", ";", "；", ",", "，", "/", "\n", " ", "\u3000", ".", "(", ")", "（", "）", *DIGITS)
OF_ABOUT = (ABOUT_BEFORE, ABOUT_BEHIND, "人民币RMBCNY整余多几来▲△▼▽圆")
READ = "".join((*ALL_DIGITS, *SCALES, *COMMON_COUNTS, *OF_ABOUT)) + ". ,()+-eE¥%−\u3000，"
BESIDE = "".join(dict.fromkeys(READ + READ.translate(WIDE)))  # of a number and what may stand beside it
LOOKED_AT = 31  # letters of words that may be a number
IMPOSSIBLE = 10  # digits of a number without area code, that begins with 1


@dataclass(frozen=True)
class Fault:
    """A rule of one cell: the formula that is true where it is broken, its level and sentence."""

    rule: str
    level: str
    said: tuple[str, str]
    formula: str


@dataclass(frozen=True)
class CellFormulas:
    """The formulas of one cell."""

    blank: str
    unknown: str  # 未掌握, where the column allows it
    day_words: str  # of a day, as 2001-02-30: the formula for which DAY_WORDS stands in `unreadable`
    unreadable: str
    value: str
    shape: str  # of which the value is made: of a cell, or of many
    sound: str  # of a cell that is not blank: it is read as it stands, whatever the rules say of it
    faults: Sequence[Fault]

    def over(self, cells: str) -> str:
        """The values of other cells of the column."""
        return self.shape.format(cells)


def of_cell(cell: str, column: pa.Column, must_be: tuple[str, str] | None = None) -> CellFormulas:
    """The formulas for a cell of a column, named by its address; `must_be`: rule and only right value."""
    meta = column.metadata or {}
    kind = meta["kind"]
    unknown = sorted(UNKNOWN_WORDS) if meta.get("may_be_unknown") else []
    unseen = {"\u200e", "\u200b", "\ufeff"}
    options = {*allowed(column), *meta.get("means", ())} if kind == "choice" else set()
    nothing = sorted({*BLANKS, *(words.translate(WIDE) for words in BLANKS), *unseen, *unknown} - options)
    return CellFormulas(
        blank=f"IF(ISBLANK({cell}),TRUE,IF(ISERROR({cell}),FALSE,{is_one_of(f'TRIM({cell})', nothing)}))",
        unknown=is_one_of(f"TRIM({cell})", unknown) if unknown else "FALSE",
        unreadable=f"IF(ISERROR({cell}),TRUE,{UNREADABLE.get(kind, _lost_digits)(cell)})",
        day_words=day_words(cell) if kind == "day" else "",
        value=VALUE.get(kind, AS_IT_IS).format(cell),
        shape=VALUE_OF_MANY.get(kind, AS_IT_IS),
        sound=all_of([SOUND.get(kind, _sound_words)(cell, column), *_fits(cell, column)]),
        faults=list(_faults(cell, column, must_be)),
    )


def _no_number(cell: str) -> str:
    """Neither a number nor words that may be read as one."""
    each = f"MID({cell},{listed(range(1, LOOKED_AT))},1)"
    strange = f"SUMPRODUCT(({each}<>{NONE})*ISERROR(FIND({each},{literal(BESIDE)})))>0"
    dots = f'LEN({cell})-LEN(SUBSTITUTE({cell},".",""))>1'
    no_number = any_of([f"NOT({holds_one_of(cell, ALL_DIGITS)})", strange, dots])
    words = f"IF({holds_one_of(cell, SIGNS)},FALSE,{no_number})"
    return f"IF(ISNUMBER({cell}),ABS({cell})>={TOO_MUCH},{words})"


def _no_whole(cell: str) -> str:
    number = any_of([f"ABS({cell})>={TOO_MUCH}", f"ABS({cell}-ROUND({cell},0))>1E-6"])
    return f"IF(ISNUMBER({cell}),{number},{_no_number(cell)})"


def _lost_digits(cell: str) -> str:
    return f"IF(ISNUMBER({cell}),ABS({cell})>={LOST_DIGITS},FALSE)"


def _never(cell: str) -> str:  # noqa: ARG001  every kind is asked alike
    return "FALSE"


UNREADABLE: Mapping[str, Callable[[str], str]] = {
    "money": _no_number,
    "number": _no_number,
    "whole": _no_whole,
    "day": no_day,
    "choice": _never,
    "choices": _never,
    "phone": _never,
}
AS_IT_IS = "{0}"
VALUE_OF_MANY = {"code": CODE}  # words in a heading would spoil a sum
VALUE = {"money": f"ROUND({{0}},{DECIMALS})", "whole": "ROUND({0},0)", "day": "INT({0})", "code": CODE}


def _is_number(cell: str, column: pa.Column) -> str:  # noqa: ARG001  likewise
    return f"ISNUMBER({cell})"


def _is_day(cell: str, column: pa.Column) -> str:  # noqa: ARG001  likewise
    return all_of([f"ISNUMBER({cell})", f"{cell}>={SERIALS[0]}", f"{cell}<={SERIALS[-1]}"])


def _sound_words(cell: str, column: pa.Column) -> str:  # noqa: ARG001  likewise
    return f"IF(ISTEXT({cell}),EXACT(TRIM({cell}),{cell}),FALSE)"


def _fits(cell: str, column: pa.Column) -> list[str]:
    """That words fit a pattern of the column: surely only where it says of each place what stands there."""
    patterns = [check.statistics["pattern"] for check in column.checks if check.name == "str_matches"]
    return [fits_pattern(cell, pattern) or "FALSE" for pattern in patterns]


def _is_option(cell: str, column: pa.Column) -> str:
    return is_one_of(cell, allowed(column))


def _is_code(cell: str, column: pa.Column) -> str:  # noqa: ARG001  likewise
    return f"IF(ISTEXT({cell}),{is_of(bare_of(cell), LETTERS + DIGITS, 'LEN(' + bare_of(cell) + ')')},FALSE)"


SOUND: Mapping[str, Callable[[str, pa.Column], str]] = {
    "money": _is_number,
    "number": _is_number,
    "whole": _is_number,
    "day": _is_day,
    "choice": _is_option,
    "code": _is_code,
}


def _faults(cell: str, column: pa.Column, must_be: tuple[str, str] | None) -> Iterator[Fault]:
    for check in column.checks:
        rule, facts = str(check.name), dict(check.statistics or {})
        level = str(facts.pop("level", MUST))
        for more, formula in FAULTS.get(rule, _unseen)(cell, column, facts):
            yield Fault(rule, level, _said(rule, column, {**facts, **more}), formula)
    if must_be:
        rule, right = must_be
        formula = all_of([is_one_of(cell, allowed(column)), f"NOT(EXACT({cell},{literal(right)}))"])
        yield Fault(rule, MUST, sentence(rule, title=right), formula)


def _said(rule: str, column: pa.Column, facts: Mapping[str, Any]) -> tuple[str, str]:
    bounds = {k: f"{v:%Y-%m-%d}" if isinstance(v, pd.Timestamp) else v for k, v in facts.items()}
    blanks = {"title": column.title, "span": length_said(facts), "sample": sample_of(column), "offer": ""}
    return sentence(rule, **{**blanks, **bounds})


Made = Iterator[tuple[dict[str, str], str]]  # more facts of the sentence, the formula


def _below(cell: str, column: pa.Column, facts: Mapping[str, Any]) -> Made:
    yield {}, f"IF({_typed(cell, column)},{cell}<{literal(facts['min_value'])},FALSE)"


def _over(cell: str, column: pa.Column, facts: Mapping[str, Any]) -> Made:
    yield {}, f"IF({_typed(cell, column)},{cell}>{literal(facts['max_value'])},FALSE)"


def _typed(cell: str, column: pa.Column) -> str:
    kind = (column.metadata or {})["kind"]
    return _is_number(cell, column) if kind in NUMBERS else _is_day(cell, column)


def _length(cell: str, column: pa.Column, facts: Mapping[str, Any]) -> Made:  # noqa: ARG001  likewise
    least = f"LEN({cell})<{facts['min_value']}" if facts.get("min_value") else "FALSE"
    most = f"LEN(TRIM({cell}))>{facts['max_value']}"
    yield {}, all_of([f"ISTEXT({cell})", any_of([most, least])])


def _strange(cell: str, column: pa.Column, facts: Mapping[str, Any]) -> Made:
    """No option and no word that is read as one, nor written so that it may still be."""
    means = (column.metadata or {}).get("means", {})
    known = is_one_of(f'{cell}&""', [*facts["allowed_values"], *means])
    doubtful = holds_one_of(cell, [*TICKED, *OPEN, *SIGNS, " ", "\u3000", "。", ".", ";", ",", "，", "；"])
    yield {}, f"NOT({any_of([known, doubtful, f'NOT(EXACT(ASC({cell}),{cell}&{NONE}))'])})"


def _strange_parts(cell: str, column: pa.Column, facts: Mapping[str, Any]) -> Made:  # noqa: ARG001  likewise
    """Something stands in a cell besides options and what parts them."""
    words = cell
    options = sorted(facts["allowed_values"], key=len, reverse=True)
    for gone in [*options, *SEPARATORS]:
        words = f'SUBSTITUTE({words},{literal(gone)},"")'
    yield (
        {},
        all_of(
            [f"ISTEXT({cell})", f"{words}<>{NONE}", f"NOT({holds_one_of(cell, [*TICKED, *OPEN, *SIGNS])})"]
        ),
    )


def _no_match(cell: str, column: pa.Column, facts: Mapping[str, Any]) -> Made:  # noqa: ARG001  likewise
    """Words of half width that do not fit a pattern of places."""
    fits = fits_pattern(cell, facts["pattern"])
    read = all_of([f"ISTEXT({cell})", f"EXACT(ASC({cell}),{cell})", f"EXACT(TRIM({cell}),{cell})"])
    if fits:
        yield {}, all_of([read, f"NOT({fits})"])


def _wrong_id(cell: str, column: pa.Column, facts: Mapping[str, Any]) -> Made:  # noqa: ARG001  likewise
    """A number of no kind's length, with letters that its kind has not, or whose check digit differs."""
    bare = bare_of(cell)
    read = _is_code(cell, column)
    alphabet = holds_one_of(bare, NEVER)
    digits = {18: credit_differs, 15: register_differs, 9: organisation_differs}
    differs = any_of([all_of([f"LEN({bare})={length}", of(bare)]) for length, of in digits.items()])
    wrong = {
        "length": f"ISNA(MATCH(LEN({bare}),{listed(digits)},0))",
        "alphabet": all_of([f"LEN({bare})={MOST_SIGNS}", alphabet]),
        "check": differs,
    }
    for kind, formula in wrong.items():
        more = {"detail": ID_DETAILS[kind], "mend": ID_MENDS[kind]}
        yield more, f"IF({read},{formula},FALSE)"


def _wrong_phone(cell: str, column: pa.Column, facts: Mapping[str, Any]) -> Made:  # noqa: ARG001  likewise
    """Words without a digit, digits that are too few or one too few for a mobile number, and what no number
    behind its area code begins with.
    """
    words = f'{cell}&""'
    odd = all_of([f"LEN({words})={IMPOSSIBLE}", f'LEFT({words},1)="1"'])
    short = any_of([f"LEN({words})<7", odd])
    no_digit = f"NOT({holds_one_of(cell, [*ALL_DIGITS, *SIGNS])})"
    first = f'MID({words},FIND("-",{words}&"-")+1,1)'
    local = all_of([f'LEFT({words},1)="0"', any_of([f'{first}="0"', f'{first}="1"'])])
    yield {}, f"IF({all_digits('(' + words + ')')},{short},{any_of([no_digit, local])})"


def _unseen(cell: str, column: pa.Column, facts: Mapping[str, Any]) -> Made:  # noqa: ARG001  likewise
    """Nothing: a rule of which no formula is made."""
    yield from ()


FAULTS: Mapping[str, Callable[[str, pa.Column, Mapping[str, Any]], Made]] = {
    "greater_than_or_equal_to": _below,
    "less_than_or_equal_to": _over,
    "str_length": _length,
    "str_matches": _no_match,
    "isin": _strange,
    "all_in": _strange_parts,
    "id_number": _wrong_id,
    "phone": _wrong_phone,
}
