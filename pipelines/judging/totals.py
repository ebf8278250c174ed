"""X17: each cell of a 小计, 合计 or 总计 against the sum of the rows that it speaks for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandera.pandas as pa

from pipelines.judging.check import Checked, shown
from pipelines.judging.grid import Grid
from pipelines.tables.heading import CellPlace
from pipelines.tables.reporting import Reporter
from pipelines.tables.table import Table
from pipelines.values.clean import read_cell
from pipelines.values.meaning import Manner, Unreadable
from schemas.problems import Problem, Unchecked, sentence
from schemas.units import SCALES

TOLERANCE = 0.01  # of 万元, or of the column's unit
RULE = "X17"
OWN_FAULTS = frozenset({"never_calculated", "error_value"})  # of a cell of totals, told as such


@dataclass(frozen=True)
class Summed:
    """What holding the totals of a table against its rows gave."""

    problems: Sequence[Problem] = ()
    unchecked: Sequence[Unchecked] = ()


@dataclass(frozen=True)
class Total:
    """One cell of a row of totals: its column, place and content, and the sums of which it may claim any."""

    name: str
    at: CellPlace
    cell: Any
    choices: Sequence[Sequence[int]]  # rows that it may speak for, the likeliest first


def totals(table: Table, grid: Grid, checked: Checked, schema: pa.DataFrameSchema) -> Summed:
    """Problems of the cells of totals, and those not asked because a row that they need gave no value."""
    reporter = Reporter(grid.sheet, grid.return_, schema.columns)
    problems: list[Problem] = []
    unchecked: list[Unchecked] = []
    for total in _cells(table, grid, schema):
        if unread := _unread(grid, checked, total.name, total.choices[0]):
            unchecked.append(Unchecked(grid.sheet, RULE, total.at[0], unread))
            continue
        kind = schema.columns[total.name].metadata["kind"]
        if broken := _broken(total, grid, checked, kind):
            rule, words = broken
            title = str(schema.columns[total.name].title)
            shown_as = {"column": total.name, "title": title, "value": shown(total.cell)}
            problems.append(reporter.worded(rule, total.at, words, **shown_as))
    return Summed(problems, unchecked)


def _cells(table: Table, grid: Grid, schema: pa.DataFrameSchema) -> Iterator[Total]:
    """The filled cells of totals in columns whose total is the sum of the rows."""
    columns = {
        name: heading.column
        for name, heading in table.columns().items()
        if name in grid.cells and _adds(schema.columns[name])
    }
    for row, choices in table.sums:
        for name, column in columns.items():
            cell = table.sheet.at(row, column)
            if cell != "":
                yield Total(name, (row, column), cell, choices)


def _adds(column: pa.Column) -> bool:
    """Whether a total of the column is the sum of its rows: of counts and amounts, never of shares."""
    meta = column.metadata or {}
    return bool(meta.get("adds", True)) and meta.get("unit") not in {None, "", "%"}


def _broken(total: Total, grid: Grid, checked: Checked, kind: str) -> tuple[str, tuple[str, str]] | None:
    """The rule that a cell of totals breaks, with its sentence; None where it keeps it."""
    unit = grid.units[total.name]
    claimed = read_cell(total.cell, Manner(kind, unit=unit))
    if isinstance(claimed, Unreadable) and str(claimed) in OWN_FAULTS:
        return str(claimed), sentence(str(claimed))
    amounts = checked.frame[total.name].astype("float64")
    sums = [float(amounts.loc[list(rows)].sum()) for rows in total.choices]
    if isinstance(claimed, Unreadable) or _differs(claimed.value, sums):
        return RULE, sentence("total_differs", sum=_in_unit(sums[0], kind, unit))
    return None


def _differs(value: float | None, sums: Sequence[float]) -> bool:
    """Whether a total claims something else than any of these sums; a dash claims nothing."""
    return value is not None and all(abs(value - total) > TOLERANCE for total in sums)


def _in_unit(total: float, kind: str, unit: str) -> str:
    """A sum in the unit in which its column is written."""
    return f"{total / float(SCALES[unit]):.10g} {unit}" if kind == "money" else f"{total:.10g}"


def _unread(grid: Grid, checked: Checked, name: str, rows: Sequence[int]) -> str:
    """The first cell among some rows that gave no allowed value; '' where each did."""
    bad = checked.bad.get(name, set())
    return next((grid.where(name, row) for row in rows if row in bad), "")
