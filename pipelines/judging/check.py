"""Hold cells against their return: typed rows, and everything that is wrong, at once, once per cell.

Every rule is asked on every row whose inputs could be read; what could not be asked is listed as unchecked.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrorReason

from pipelines.reading.a1 import address
from pipelines.reading.columns import CellColumn
from pipelines.tables.table import Table
from pipelines.values.bulk import read_cells
from pipelines.values.clean import Manner, Meaning, Unreadable, read_cell, words_of
from schemas.cover import COVER
from schemas.identifiers import id_fault, id_swapped
from schemas.problems import ID_DETAILS, MUST, VERIFY, Problem, Repair, Unchecked, sentence
from schemas.units import MONEY_UNITS, SCALES

COVER_TITLES = {name: str(column.title) for name, column in COVER.columns.items()}
SUM_TOLERANCE = 0.01  # of 万元 or of the column's unit


@dataclass(frozen=True)
class Grid:
    """The cells to be checked: by column name the cells of these rows."""

    sheet: str
    return_: str
    rows: Sequence[int]  # Excel row numbers
    cells: Mapping[str, CellColumn]
    where: Callable[[str, int], str]  # column name, row → address
    units: Mapping[str, str] = field(default_factory=dict)
    since_1904: bool = False


@dataclass(frozen=True)
class Context:
    """What the rest of the workbook says that a rule may need."""

    arrived_on: dt.date
    data_as_of: dt.date | None = None
    must_be: Mapping[str, tuple[str, str]] = field(
        default_factory=dict
    )  # column → rule, the only value right


@dataclass
class Checked:
    """What checking one grid gave; `frame` has the Excel row numbers as its index."""

    frame: pd.DataFrame
    problems: list[Problem] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    unchecked: list[Unchecked] = field(default_factory=list)
    bad: Mapping[str, set[int]] = field(
        default_factory=dict
    )  # column → rows whose cell gave no allowed value


def grid_of(table: Table, schema: pa.DataFrameSchema, unit: str) -> Grid:
    """The cells of a table under its headings; `unit` is that of amounts where no heading or note names one."""
    columns = table.columns()
    rows = np.asarray(table.rows, dtype=np.int64)
    cells = {name: table.sheet.columns[at.column - 1].take(rows) for name, at in columns.items()}
    units = {
        name: _unit(
            schema.columns[name], at.unit, table.unit.unit if table.unit.unit in MONEY_UNITS else unit
        )
        for name, at in columns.items()
    }
    return Grid(
        table.sheet.title,
        str(schema.name),
        table.rows,
        cells,
        lambda name, row: address(row, columns[name].column),
        units,
        table.sheet.since_1904,
    )


def _unit(column: pa.Column, in_heading: str, on_sheet: str) -> str:
    meta = column.metadata or {}
    if meta["kind"] == "money":
        return in_heading if in_heading in MONEY_UNITS else on_sheet
    return str(meta.get("unit", ""))


def check(grid: Grid, schema: pa.DataFrameSchema, context: Context) -> Checked:
    return _Checker(grid, schema, context).run()


class _Checker:
    """Gathers the problems of one grid, each told once and where the reader can find it."""

    def __init__(self, grid: Grid, schema: pa.DataFrameSchema, context: Context) -> None:
        self.grid, self.schema, self.context = grid, schema, context
        self.problems: dict[tuple[str, int], list[Problem]] = {}
        self.repairs: list[Repair] = []
        self.bad: dict[str, set[int]] = {}  # column → rows whose cell gave no allowed value
        self.unchecked: list[Unchecked] = []
        self.index = pd.Index(list(grid.rows), dtype="int64")
        self.blanks: dict[str, pd.Series[Any]] = {}
        self.everywhere = set(grid.rows)  # of every column that is not there

    def run(self) -> Checked:
        frame = pd.DataFrame({name: self.read(name, column) for name, column in self.schema.columns.items()})
        self.validate(frame)
        self.fixed_values(frame)
        order = {name: n for n, name in enumerate(self.schema.columns)}
        told = sorted(
            (p for found in self.problems.values() for p in _most_telling(found)),
            key=lambda p: (p.row, order.get(p.column, -1), p.level, p.rule),
        )
        return Checked(
            frame, told, self.repairs, sorted(self.unchecked, key=lambda u: (u.row, u.rule)), self.bad
        )

    def read(self, name: str, column: pa.Column) -> "pd.Series[Any]":
        if name not in self.grid.cells:
            self.bad[name] = self.everywhere
            return self.blank(str(column.dtype))
        raw = self.grid.cells[name]
        column_read = read_cells(raw, self.manner(name, column))
        for position, meaning in column_read.notable.items():
            row = self.grid.rows[position]
            if isinstance(meaning, Unreadable):
                self.bad.setdefault(name, set()).add(row)
                self.tell(name, row, str(meaning))
            else:
                self.note(name, row, raw[position], meaning)
        return self.series(column_read.values, column_read.codes, column)

    def blank(self, dtype: Any) -> "pd.Series[Any]":
        """A column that is not there; one for all of a kind."""
        if dtype not in self.blanks:
            self.blanks[dtype] = pd.Series(None, index=self.index, dtype=dtype)
        return self.blanks[dtype]

    def series(self, values: Sequence[Any], codes: Sequence[int], column: pa.Column) -> "pd.Series[Any]":
        dtype: Any = str(column.dtype)
        made: pd.Series[Any] = pd.Series(values, dtype=dtype)
        return made.take(np.asarray(codes, dtype=np.int64)).set_axis(self.index)

    def manner(self, name: str, column: pa.Column) -> Manner:
        meta = column.metadata or {}
        year = (self.context.data_as_of or self.context.arrived_on).year
        unit = self.grid.units.get(name) or str(meta.get("unit", ""))
        return Manner(
            meta["kind"],
            allowed(column),
            meta.get("means", {}),
            unit,
            year,
            self.grid.since_1904,
            not column.nullable,
        )

    def note(self, name: str, row: int, cell: Any, told: Meaning) -> None:
        if told.how:
            after = "" if told.value is None else shown(told.value)
            self.repairs.append(
                Repair(self.grid.sheet, self.grid.where(name, row), shown(cell), after, told.how)
            )
        if told.confirm:
            self.tell(name, row, told.confirm, level=VERIFY)

    def validate(self, frame: pd.DataFrame) -> None:
        try:
            self.schema.validate(self.with_context(frame), lazy=True)
        except pa.errors.SchemaErrors as failed:
            errors = failed.schema_errors
        else:
            errors = []
        across = []
        for error in errors:
            if error.reason_code is SchemaErrorReason.CHECK_ERROR:
                raise error  # the rule itself failed: our bug, not the sender's
            if isinstance(error.check, pa.Check) and "on" in (error.check.statistics or {}):
                across.append(error)
            else:
                self.of_column(error)
        self.unasked(frame)
        for error in across:
            self.of_row(error)

    def with_context(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The frame, and beside it what rules may ask of the rest of the workbook."""
        around = {"data_as_of": self.context.data_as_of, "arrived_on": self.context.arrived_on}
        days = {
            name: pd.Series(
                pd.Timestamp(value) if value else pd.NaT, index=frame.index, dtype="datetime64[us]"
            )
            for name, value in around.items()
            if name not in frame
        }
        return frame.assign(**days)

    def of_column(self, error: pa.errors.SchemaError) -> None:
        """A rule of one column; a cell that could not be read has its own problem already."""
        name = str(error.schema.name)
        rule = error.check if isinstance(error.check, str) else str(error.check.name)
        facts = {} if isinstance(error.check, str) else dict(error.check.statistics or {})
        rows = set(failing(error)) - self.bad.get(name, set())
        level = str(facts.pop("level", MUST))
        for row in rows:
            self.tell(name, row, rule, level=level, **facts)
        if level == MUST:
            self.bad.setdefault(name, set()).update(rows)

    def of_row(self, error: pa.errors.SchemaError) -> None:
        """A rule across columns: means nothing where a cell that it needs gave no allowed value."""
        facts = error.check.statistics
        blind = set().union(*(self.bad.get(name, set()) for name in facts["needs"]))
        for row in set(failing(error)) - blind:
            self.add(facts["on"], row, str(error.check.name), facts["level"], facts["wrong"], facts["mend"])

    def unasked(self, frame: pd.DataFrame) -> None:
        """List every rule and row that cannot be judged, and what stands in the way: a cell, or a line of the cover."""
        for rule in self.schema.checks:
            facts = rule.statistics or {}
            for name in facts.get("needs", ()):
                for row in self.bad.get(name, set()) if name in self.grid.cells else ():
                    self.unchecked.append(self.not_asked(rule, row, self.grid.where(name, row)))
                if name == "data_as_of" and name not in frame and self.context.data_as_of is None:
                    told = frame.index[frame[facts["on"]].notna()]
                    self.unchecked += [self.not_asked(rule, int(row), COVER_TITLES[name]) for row in told]
        self.unchecked = list(dict.fromkeys(self.unchecked))

    def not_asked(self, rule: pa.Check, row: int, because: str) -> Unchecked:
        return Unchecked(self.grid.sheet, str(rule.name), row, because)

    def fixed_values(self, frame: pd.DataFrame) -> None:
        """Columns that can hold one value only in this workbook: the sheet's field, the unit's territory."""
        for name, (rule, right) in self.context.must_be.items():
            if name in self.grid.cells:
                wrong = frame.index[frame[name].notna() & (frame[name] != right)]
                for row in set(wrong) - self.bad.get(name, set()):
                    self.tell(name, row, rule, title=right)

    def tell(self, name: str, row: int, rule: str, *, level: str = MUST, **facts: Any) -> None:
        column = self.schema.columns[name]
        raw = self.raw(name, row)
        detail = ID_DETAILS.get(id_fault(words_of(raw).upper()) or "", "") if rule == "id_number" else ""
        swapped = id_swapped(words_of(raw).upper()) if detail else ""
        span = "–".join(str(facts[k]) for k in ("min_value", "max_value") if facts.get(k) is not None)
        bound = {k: shown(v) if isinstance(v, pd.Timestamp) else v for k, v in facts.items()}
        said = {
            "title": str(column.title),
            "detail": detail,
            "span": span,
            **bound,
            "offer": f"，是否应为 {swapped}" if swapped else "",
        }
        self.add(name, row, rule, level, *sentence(rule, **said))

    def add(self, name: str, row: int, rule: str, level: str, wrong: str, mend: str) -> None:
        cell = self.grid.where(name, row) if name in self.grid.cells else ""
        title = str(self.schema.columns[name].title)
        problem = Problem(
            level,
            rule,
            self.grid.return_,
            self.grid.sheet,
            cell,
            row,
            name,
            title,
            shown(self.raw(name, row)),
            wrong,
            mend,
        )
        self.problems.setdefault((name, row), []).append(problem)

    @cached_property
    def line(self) -> dict[int, int]:
        """The position of each row."""
        return {row: n for n, row in enumerate(self.grid.rows)}

    def raw(self, name: str, row: int) -> Any:
        return self.grid.cells[name][self.line[row]] if name in self.grid.cells else ""


def _most_telling(found: list[Problem]) -> list[Problem]:
    """Of the problems of one cell: all that must be mended, else all to verify; each rule once."""
    level = MUST if any(p.level == MUST for p in found) else VERIFY
    return list({p.rule: p for p in found if p.level == level}.values())


def failing(error: pa.errors.SchemaError) -> list[int]:
    """The rows, by index, that broke a rule."""
    if isinstance(error.check_output, pd.Series):
        output = error.check_output
        return [int(row) for row in output.index[~output.astype("boolean").fillna(False).to_numpy(bool)]]
    cases = error.failure_cases
    return [int(row) for row in np.unique(cases["index"].dropna())] if isinstance(cases, pd.DataFrame) else []


def allowed(column: pa.Column) -> list[str]:
    """The options of a choice column, in the order of the declaration."""
    for check in column.checks:
        if "allowed_values" in (check.statistics or {}):
            return list(check.statistics["allowed_values"])
    return []


def shown(value: Any) -> str:
    """A cell as the person sees it."""
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d}" if value.time() == dt.time() else f"{value:%Y-%m-%d %H:%M}"
    return "" if value is None else words_of(value) if isinstance(value, float) else str(value)


def totals(table: Table, grid: Grid, checked: Checked, schema: pa.DataFrameSchema) -> list[Problem]:
    """X17: each cell of a 小计, 合计 or 总计 against the sum of the rows it speaks for."""
    found = []
    columns = table.columns()
    for row, choices in table.sums:
        for name, heading in columns.items():
            meta = schema.columns[name].metadata or {}
            cell = table.sheet.at(row, heading.column)
            if (
                not meta.get("adds", True)
                or meta.get("unit") in {None, "", "%"}
                or cell == ""
                or name not in grid.cells
            ):
                continue
            if blind := _unread(grid, checked, name, choices[0]):
                checked.unchecked.append(Unchecked(grid.sheet, "X17", row, blind))
                continue
            told = read_cell(cell, Manner(meta["kind"], unit=grid.units[name]))
            amounts = checked.frame[name].astype("float64")
            sums = [float(amounts.loc[list(rows)].sum()) for rows in choices]
            if isinstance(told, Unreadable) and str(told) in {"never_calculated", "error_value"}:
                rule, said = str(told), sentence(str(told))
            elif isinstance(told, Unreadable) or _differs(told.value, sums):
                rule, said = (
                    "X17",
                    sentence("total_differs", sum=_in_unit(sums[0], meta["kind"], grid.units[name])),
                )
            else:
                continue
            place = address(row, heading.column)
            title = str(schema.columns[name].title)
            found.append(
                Problem(MUST, rule, grid.return_, grid.sheet, place, row, name, title, shown(cell), *said)
            )
    return found


def _differs(value: float | None, sums: Sequence[float]) -> bool:
    """Whether a total claims something else than any of these sums; a dash claims nothing."""
    return value is not None and all(abs(value - total) > SUM_TOLERANCE for total in sums)


def _in_unit(total: float, kind: str, unit: str) -> str:
    """A sum in the unit in which its column is written."""
    return f"{total / float(SCALES[unit]):.10g} {unit}" if kind == "money" else f"{total:.10g}"


def _unread(grid: Grid, checked: Checked, name: str, rows: Sequence[int]) -> str:
    """The first cell among some rows that gave no allowed value; '' where each did."""
    bad = checked.bad.get(name, set())
    return next((grid.where(name, row) for row in rows if row in bad), "")
