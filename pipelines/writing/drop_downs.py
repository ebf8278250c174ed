"""Drop-down lists of a template: the options of a column, fewer where others beside it leave fewer."""

from collections.abc import Iterable, Sequence

import pandera.pandas as pa
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.reading.a1 import letters
from pipelines.writing import narrowed
from schemas.columns import allowed
from schemas.declare import once_each
from schemas.forms import LISTS_SHEET

LIST_LIMIT = 255  # characters of a list, or of the formula of one, kept in its cell


def of_words(words: Iterable[str]) -> DataValidation:
    """A drop-down of a few short words."""
    return DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)


def put(sheet: Worksheet, lists: Worksheet, column: pa.Column, cells: str, narrowing: str = "") -> None:
    """A drop-down of the column's options, or of those that a formula leaves; a long list stands in a hidden
    sheet.
    """
    if (column.metadata or {})["kind"] != "choice":
        return
    options = allowed(column)
    words = ",".join(options)
    source = f'"{words}"' if len(words) <= LIST_LIMIT and "(" not in words else _hidden_list(lists, options)
    rule = DataValidation(type="list", formula1=narrowing or source, allow_blank=True, showErrorMessage=True)
    rule.errorTitle, rule.error = "不在可选范围内", f"“{column.title}”请从下拉列表中选择"
    rule.add(cells)
    sheet.add_data_validation(rule)


def narrowing(lists: Worksheet, schema: pa.DataFrameSchema, name: str, first_row: int) -> str:
    """The formula by which the choices of a column depend on the row's others; '' where they do not."""
    if not (cases := cases_of(schema)[name]):
        return ""
    cells = {other: f"${letters(n)}{first_row}" for n, other in enumerate(schema.columns, 1)}
    left = {case.left: _hidden_list(lists, case.left) for case in cases}
    told = narrowed.formula(cases, cells, left, _hidden_list(lists, allowed(schema.columns[name])))
    return told if len(told) <= LIST_LIMIT else ""


@once_each
def cases_of(schema: pa.DataFrameSchema) -> dict[str, list[narrowed.NarrowedList]]:
    """When which columns of a return have fewer choices."""
    return {name: narrowed.narrowed(schema, name) for name in schema.columns}


def _hidden_list(lists: Worksheet, options: Sequence[str]) -> str:
    """The range that holds the options; equal lists share one."""
    for n in range(1, lists.max_column + 1):
        held = [lists.cell(r, n).value for r in range(1, len(options) + 2)]
        if held == [*options, None]:
            break
    else:
        n = 1 if lists.cell(1, 1).value is None else lists.max_column + 1
        for r, words in enumerate(options, 1):
            lists.cell(r, n, words)
    letter = letters(n)
    return f"{LISTS_SHEET}!${letter}$1:${letter}${len(options)}"
