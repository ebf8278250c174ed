"""未掌握: a state of a cell apart from blank and 0; no value, and no fault where a form allows it."""

from collections.abc import Mapping, Set

import pandas as pd

from pipelines.values.meaning import Meaning, Unreadable


def is_unknown(cell: Meaning | Unreadable) -> bool:
    return not isinstance(cell, Unreadable) and cell.how == "unknown"


def with_unknown(frame: pd.DataFrame, unknown: Mapping[str, Set[int]]) -> pd.DataFrame:
    """The rows, and where any cell says 未掌握 a column `unknown` that names those columns of each row."""
    if not unknown:
        return frame
    names = [
        "、".join(str(name) for name in frame.columns if row in unknown.get(str(name), ()))
        for row in frame.index
    ]
    return frame.assign(unknown=names)
