"""Columns that several answers begin with: of what matter, and of which cell of which sending, they tell."""

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
