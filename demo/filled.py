"""What a clerk fills into a workbook: the rows of its sheets, and for each sheet its line on the cover."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.writing.template import CoverLine

FilledRow = dict[str, Any]  # column of the return → value; None or absent is an empty cell


@dataclass(frozen=True)
class Filled:
    """The content of one workbook, both by sheet title."""

    rows: Mapping[str, Sequence[FilledRow]]
    lines: Mapping[str, CoverLine]
