"""What a row of a return must say to be counted, as a campaign's folder writes it: conditions, and sums.

`column` for a cell that is filled in, `column=甲|乙` for one of some options, several joined by `;` where all
must hold, `*` for every row; `+column` for the sum of a column of numbers.
"""

from collections.abc import Iterator, Mapping

import pandera.pandas as pa

EVERY, SUM = "*", "+"
SUMMED = {"whole": "", "number": "", "money": "万元"}  # kinds of columns that can be summed → their unit


def summed(words: str) -> str:
    """The column that is summed; '' where rows are counted."""
    return words.removeprefix(SUM).strip() if words.startswith(SUM) else ""


def terms(words: str) -> list[tuple[str, tuple[str, ...]]]:
    """Each condition as its column and options; without options the cell must be filled in."""
    parts = [part.strip() for part in words.split(";") if part.strip() not in {"", EVERY}]
    return [_term(part) for part in parts if not summed(part)]


def _term(part: str) -> tuple[str, tuple[str, ...]]:
    column, _, options = part.partition("=")
    return column.strip(), tuple(each.strip() for each in options.split("|") if each.strip())


def in_words(words: str, schema: pa.DataFrameSchema) -> str:
    """The same as a reader is told it, by the titles of the columns."""
    if name := summed(words):
        return f"“{schema.columns[name].title}”之和"
    said = [
        f"“{schema.columns[column].title}”为{'、'.join(options)}"
        if options
        else f"填了“{schema.columns[column].title}”"
        for column, options in terms(words)
    ]
    return "，且".join(said) or "全部"


def faults(words: str, schema: pa.DataFrameSchema) -> Iterator[str]:
    """What is wrong with the words: a column that the return does not have, an option it does not offer."""
    if name := summed(words):
        if name not in schema.columns:
            yield f"没有“{name}”这一列"
        elif schema.columns[name].metadata["kind"] not in SUMMED:
            yield f"“{name}”不是数字，不能求和"
        return
    for column, options in terms(words):
        if column not in schema.columns:
            yield f"没有“{column}”这一列，可用：{'、'.join(schema.columns)}"
            continue
        able = _options(schema.columns[column])
        if able:
            yield from (f"“{column}”没有选项“{each}”" for each in options if each not in able)


def _options(column: pa.Column) -> tuple[str, ...]:
    facts: list[Mapping[str, tuple[str, ...]]] = [check.statistics or {} for check in column.checks]
    return next((tuple(each["allowed_values"]) for each in facts if "allowed_values" in each), ())
