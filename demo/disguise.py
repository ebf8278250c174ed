"""The demonstration as offices really write: values typed by habit, and tables that are not our template.

Only manners that lose nothing are chosen: in any disguise the same rows are read as from the clean template.
"""

import datetime as dt
import random
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandera.pandas as pa

from demo.filled import FilledRow
from schemas import units
from schemas.forms import Form

OURS, TYPED, PLAIN, OLDER = "template", "typed", "plain", "older"
SHARES = {OURS: 40, TYPED: 25, PLAIN: 20, OLDER: 15}
FULL_WIDTH = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")
DAYS: tuple[Callable[[dt.date], Any], ...] = (
    lambda day: day,
    lambda day: f"{day.year}.{day.month}.{day.day}",
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: f"{day.year}/{day.month}/{day.day}",
    lambda day: f"{day:%Y%m%d}",
    lambda day: f"{day:%Y-%m-%d}".translate(FULL_WIDTH),
)
NUMBERS: tuple[Callable[[Decimal], Any], ...] = (
    float,
    float,
    lambda n: f"{n:,}",
    lambda n: f"{n:f}",
    lambda n: f"{n:f}".translate(FULL_WIDTH),
    lambda n: f" {n:,} ",
)
SCALES = {unit: Decimal(f"{1 / units.SCALES[unit]:f}") for unit in units.AMOUNT_UNITS}  # of one 万元
TICKS = {"是": "√", "否": "×"}


def manner(
    wanted: str, sheets: Sequence[Form], rows: Mapping[str, Sequence[FilledRow]], answered: Sequence[str]
) -> str:
    """The manner of a workbook: without our cover only where every answer is a table of rows."""
    if wanted not in {PLAIN, OLDER}:
        return wanted
    mine = [form for form in sheets if form.title in answered]
    fit = bool(mine) and all(rows.get(f.title) and (not f.field or _says_field(f)) for f in mine)
    return wanted if fit else TYPED


def _says_field(form: Form) -> bool:
    """Whether a sheet tells its field without the identity of our template: a survey does by its title."""
    return bool((form.schema.metadata or {}).get("survey"))


def drawn(rng: random.Random) -> str:
    """One of the manners, by its share in `SHARES`."""
    return rng.choices(list(SHARES), list(SHARES.values()))[0]


def typed(
    rows: Sequence[FilledRow], schema: pa.DataFrameSchema, rng: random.Random, unit: str = "万元"
) -> list[FilledRow]:
    """The rows as a clerk types them, one habit for each kind of cell; amounts in `unit`."""
    habit = _Habit(rng, unit)
    columns = schema.columns

    def write(name: str, value: Any) -> Any:
        return habit.write(value, columns[name]) if name in columns else value

    return [{name: write(name, value) for name, value in row.items()} for row in rows]


class _Habit:
    """How one clerk writes."""

    def __init__(self, rng: random.Random, unit: str) -> None:
        self.unit = unit
        self.day, self.number = rng.choice(DAYS), rng.choice(NUMBERS)
        self.ticks, self.spaced, self.synonyms = rng.random() < 0.5, rng.random() < 0.3, rng.random() < 0.5
        self.counted = rng.random() < 0.2
        self.rng = rng

    def write(self, value: Any, column: pa.Column) -> Any:
        meta = column.metadata or {}
        kind = meta["kind"]
        if isinstance(value, dt.date):
            return self.day(value)
        if isinstance(value, int | float) and kind in {"money", "number", "whole"}:
            return self.amount(value, kind, str(meta.get("unit", "")))
        if isinstance(value, str):
            return self.words(value, kind, meta.get("means", {}))
        return value

    def amount(self, value: float, kind: str, unit: str) -> Any:
        exact = Decimal(repr(value)) * (SCALES[self.unit] if kind == "money" else Decimal(1))
        if exact == exact.to_integral_value():
            exact = exact.to_integral_value()
        if kind == "whole" and self.counted and unit:
            return f"{exact}{unit}"
        return self.number(exact)

    def words(self, value: str, kind: str, means: Mapping[str, str]) -> str:
        if kind == "choice" and self.ticks and means.get(TICKS.get(value, "")) == value:
            return TICKS[value]
        if kind == "choice" and self.synonyms and value not in TICKS:
            return self.rng.choice([value, *(word for word, stands in means.items() if stands == value)])
        if kind == "code" and self.spaced and re.fullmatch("[0-9A-Z]{18}", value):
            return f"{value[:6]} {value[6:14]} {value[14:]}"
        return f"\u3000{value}" if kind == "text" and self.spaced and "。" not in value else value
