"""The headings of one sheet judged: columns that are missing or astray, and the units that are named.

A unit that is overlooked or misread makes every amount of a column wrong by ten thousand.
"""

import re
from collections.abc import Iterator, Mapping

import pandas as pd
import pandera.pandas as pa

from pipelines.judging.cover import COVER_RETURN
from pipelines.reading.a1 import address
from pipelines.tables.heading import CellPlace, Heading, names_of, normal
from pipelines.tables.reporting import Reporter
from pipelines.tables.table import COMMON, COUNTER_TITLE, Table
from schemas.cover import COVER
from schemas.forms import Form
from schemas.problems import Problem, Repair
from schemas.units import AMOUNT_UNITS, KEPT_IN, MONEY_UNITS

COUNTED = frozenset({"money", "number", "whole"})
# what may be a unit behind a heading, and is none that is known
STRANGE_UNIT = re.compile(
    r"[(（\[【〔《/]([^()（）\[\]]{0,12}[元圆币金万亿千百%％‰$＄€£][^()（）\[\]]{0,12})[)）\]】〕》]?$"
)


def problems(table: Table, form: Form) -> list[Problem]:
    """Columns of the return that no heading names, headings that match nothing or twice, strange units."""
    columns = form.schema.columns
    reporter = Reporter(table.sheet.title, form.return_, columns)
    by_column = table.columns()
    first = (table.heading_row, min((h.column for h in table.headings), default=1))
    astray = [h for h in table.headings if not _is_counter(h) and by_column.get(h.name or "") is not h]
    strange = {h: name for h in astray if (name := _but_for_its_unit(h, form.schema)) not in {"", *by_column}}
    missing = [
        reporter.problem("missing_column", first, column=name)
        for name, column in columns.items()
        if name not in {*by_column, *strange.values()} and not column.nullable
    ]
    told = (_strange_unit(reporter, h, strange[h]) if h in strange else _astray(reporter, h) for h in astray)
    return [*missing, *told, *_units_unfit(reporter, by_column)]


def _is_counter(heading: Heading) -> bool:
    """Whether it heads the numbers of rows, which any table may have."""
    return heading.name is None and normal(heading.words) == COUNTER_TITLE


def _astray(reporter: Reporter, heading: Heading) -> Problem:
    is_twice = heading.name is not None and normal(heading.words) not in COMMON
    rule = "twice_column" if is_twice else "extra_column"
    return reporter.problem(rule, _place(heading), column=heading.name or "", value=heading.words)


def _but_for_its_unit(heading: Heading, schema: pa.DataFrameSchema) -> str:
    """The column of numbers that a heading would mean without its unit; '' where it would mean none."""
    bare = STRANGE_UNIT.sub("", heading.words.strip()) if heading.name is None else heading.words
    name = "" if bare == heading.words else names_of(schema).get(normal(bare), "")
    return name if name and _kind(schema, name) in COUNTED else ""


def _strange_unit(reporter: Reporter, heading: Heading, name: str) -> Problem:
    right = _offered(reporter.columns[name])
    return reporter.problem("unit_strange", _place(heading), column=name, value=heading.words, right=right)


def _units_unfit(reporter: Reporter, by_column: Mapping[str, Heading]) -> Iterator[Problem]:
    """Headings whose unit is not one of those in which their column is counted."""
    for name, heading in by_column.items():
        column = reporter.columns[name]
        kind, own = _meta(column, "kind"), _meta(column, "unit")
        if not heading.unit or not own or kind not in COUNTED:
            continue
        is_of_money = heading.unit in MONEY_UNITS
        if is_of_money == (kind == "money") and (is_of_money or heading.unit == own):
            continue
        is_of_count = not (is_of_money or kind == "money" or "%" in {heading.unit, own})
        rule = "unit_of_count" if is_of_count else "unit_unfit"
        facts = {"value": heading.words, "unit": heading.unit, "right": _offered(column)}
        yield reporter.problem(rule, _place(heading), column=name, **facts)


def _offered(column: pa.Column) -> str:
    """The units in which a column may be counted, as they are said to a person."""
    return "、".join(AMOUNT_UNITS) if _meta(column, "kind") == "money" else _meta(column, "unit")


def unit_of_cover(
    units: Mapping[str, str], form: Form, sheet: str, at: CellPlace, named: str
) -> list[Problem]:
    """A cover that names one unit for amounts, and every heading another: one of them is a slip."""
    used = {unit for name, unit in units.items() if _kind(form.schema, name) == "money"}
    if not used or named in used:
        return []
    reporter = Reporter(sheet, COVER_RETURN, COVER.columns)
    return [reporter.problem("unit_of_amount", at, column="amount_unit", value=named)]


def unit_of_lines(table: Table, form: Form, units: Mapping[str, str]) -> list[Problem]:
    """A line of the sheet that names one unit for amounts, and every heading another."""
    line = table.unit
    used = dict.fromkeys(unit for name, unit in units.items() if _kind(form.schema, name) == "money")
    if line.unit not in MONEY_UNITS or not used or line.unit in used:
        return []
    facts = {"unit": line.unit, "others": "、".join(used), "value": line.words}
    return [
        Reporter(table.sheet.title, form.return_).problem("unit_of_line", (line.row, line.column), **facts)
    ]


def unit_unsaid(table: Table, form: Form, rows: pd.DataFrame) -> list[Problem]:
    """Amounts whose heading names no unit where no line does: told of each beside others that name one.

    Where none names one the sheet says it nowhere: that is told once.
    """
    if table.unit.unit:
        return []
    amounts = [
        heading
        for name, heading in table.columns().items()
        if _kind(form.schema, name) == "money" and rows[name].gt(0).any()
    ]
    named = dict.fromkeys(h.unit for h in amounts if h.unit in MONEY_UNITS)
    bare = [h for h in amounts if h.unit not in MONEY_UNITS]
    rule, told = ("unit_missing", bare) if named else ("unit_nowhere", bare[:1])
    reporter = Reporter(table.sheet.title, form.return_)
    facts = {"unit": KEPT_IN, "others": "、".join(named)}
    return [
        reporter.problem(rule, _place(h), column=str(h.name), title=h.words, value=h.words, **facts)
        for h in told
    ]


def units_converted(units: Mapping[str, str], table: Table) -> list[Repair]:
    """Headings whose unit is not the one in which amounts are kept: told once for the column."""
    by_column = table.columns()
    return [
        Repair(table.sheet.title, address(*_place(by_column[name])), unit, KEPT_IN, "heading_unit")
        for name, unit in units.items()
        if unit in MONEY_UNITS and unit != KEPT_IN
    ]


def _kind(schema: pa.DataFrameSchema, name: str) -> str:
    return _meta(schema.columns[name], "kind")


def _meta(column: pa.Column, fact: str) -> str:
    return str((column.metadata or {}).get(fact) or "")


def _place(heading: Heading) -> CellPlace:
    return heading.row, heading.column
