"""Columns that several answers begin with: of what matter, of which cell of which sending they tell; and how
what a cell holds is written.
"""

import pandera.pandas as pa

MATTER = {
    "subject": pa.Column(str),
    "unit": pa.Column(str),
    "unit_title": pa.Column(str, title="单位"),
    "obligation": pa.Column(str),
    "matter_title": pa.Column(str, title="事项"),
}
CELL = {
    **MATTER,
    "submission": pa.Column(str, title="回执号"),
    "return_": pa.Column(str),
    "sheet": pa.Column(str, title="工作表"),
    "cell": pa.Column(str, title="单元格"),
}


def is_number(column: pa.Column) -> bool:
    """Whether a column of a return holds numbers."""
    return (column.metadata or {})["kind"] in {"money", "number", "whole"}


def in_figures(column: pa.Column, value: str) -> str:
    """A value of a column as it is read: a number as 12,000.5, words as they are; '' for none."""
    return f"{float(value):,.4f}".rstrip("0").rstrip(".") if value and is_number(column) else value
