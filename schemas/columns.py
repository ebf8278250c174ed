"""The kinds of column a return may have, each declared by what the person filling it in sees.

A column's `metadata` says how its cells are read: `kind`, and where they are declared the `unit` printed in
the heading, other headings for the column (`also`), the words read as an option (`means`), and an `example`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypedDict, Unpack

import pandas as pd
import pandera.pandas as pa
from pandera.engines.pandas_engine import STRING

from schemas import units
from schemas.identifiers import ids_are_ours, ids_hold, phones_hold
from schemas.said import EXAMPLE_DAY, said

YES_NO = ("是", "否")
YES_NO_WORDS = {
    **dict.fromkeys(
        ("√", "✓", "✔", "有", "Y", "y", "yes", "对", "1", "True", "TRUE", "真", "持有", "已持有"), "是"
    ),
    **dict.fromkeys(
        ("×", "✗", "✘", "无", "没有", "不是", "N", "n", "no", "0", "X", "x", "False", "FALSE", "假"), "否"
    ),
    **dict.fromkeys(("未持有", "不持有", "未", "不涉嫌", "未涉嫌", "未新增"), "否"),
}
ICP = r"^(未备案|[京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新]ICP[备证]\d{6,8}号(-\d+)?)$"
CODE = r"^[A-Z]\d{3,6}$"


class Text(STRING):
    """Text, which a column is by its type: yes or no, where pandera's own answers for each row."""

    def check(self, pandera_dtype: Any, data_container: Any = None) -> bool:  # noqa: ARG002  as pandera asks
        return bool(super().check(pandera_dtype))


TEXT = Text.from_parametrized_dtype(pd.StringDtype())


class ColumnOptions(TypedDict, total=False):
    """What any column may have: blank cells, 未掌握 for a value, other headings (`also`), an example.

    `personal` is what tells of a person (a telephone, who answers for a firm): only for those who need it.
    """

    optional: bool
    personal: bool
    may_be_unknown: bool
    also: Sequence[str]
    example: str


def text(
    title: str,
    help: str = "",
    *,
    max_length: int = 500,
    min_length: int = 0,
    pattern: str | None = None,
    **more: Unpack[ColumnOptions],
) -> pa.Column:
    checks = [pa.Check.str_length(min_length or None, max_length)]
    if pattern:
        checks.append(pa.Check.str_matches(pattern))
    return _column(TEXT, "text", title, help, checks, **more)


def sample_of(column: pa.Column) -> str:
    """How a column is filled in, to stand behind a sentence: ，如 A001; '' of one without an example."""
    example = str((column.metadata or {}).get("example", ""))
    return f"，如 {example}" if example else ""


def choice(
    title: str,
    options: Sequence[str],
    help: str = "",
    *,
    means: Mapping[str, str] | None = None,
    **more: Unpack[ColumnOptions],
) -> pa.Column:
    """One of `options`; a word in `means` is read as the option it stands for, and listed as a repair."""
    checks = [pa.Check.isin(list(options))]
    return _column(TEXT, "choice", title, help, checks, means=means or {}, **more)


def choices(title: str, options: Sequence[str], help: str = "", **more: Unpack[ColumnOptions]) -> pa.Column:
    """Any of `options`, kept joined by 、 in the order of the declaration."""

    def asked(cells: pd.Series) -> pd.Series:
        return cells.isin([words for words in cells.unique() if set(words.split("、")) <= set(options)])

    check = pa.Check(asked, name="all_in", statistics={"allowed_values": list(options)})
    return _column(TEXT, "choices", title, help or "可填多项，用顿号隔开", [check], **more)


def yes_no(title: str, help: str = "", **more: Unpack[ColumnOptions]) -> pa.Column:
    return choice(title, YES_NO, help, means=YES_NO_WORDS, **more)


def money(
    title: str,
    help: str = "",
    *,
    at_least: float | None = 0,
    adds: bool = True,
    **more: Unpack[ColumnOptions],
) -> pa.Column:
    """An amount, kept in 万元 to four decimals (one 元); `adds` where a total is the sum of the rows."""
    checks = _bounds(at_least)
    return _column("float64", "money", title, help, checks, unit=units.KEPT_IN, adds=adds, **more)


def number(
    title: str,
    help: str = "",
    *,
    unit: str = "",
    at_least: float | None = 0,
    at_most: float | None = None,
    **more: Unpack[ColumnOptions],
) -> pa.Column:
    """A number with decimals, counted in `unit`."""
    checks = _bounds(at_least, at_most)
    return _column("float64", "number", title, help, checks, unit=_counted_in(unit), **more)


def whole(
    title: str,
    help: str = "",
    *,
    unit: str = "",
    at_most: int | None = None,
    adds: bool = True,
    **more: Unpack[ColumnOptions],
) -> pa.Column:
    """A whole number from 0 on, counted in `unit`; `adds` where a total is the sum of the rows."""
    checks, dtype = _bounds(0, at_most), pd.Int64Dtype()
    return _column(dtype, "whole", title, help, checks, unit=_counted_in(unit), adds=adds, **more)


def day(title: str, help: str = "", *, since: str = "1980-01-01", **more: Unpack[ColumnOptions]) -> pa.Column:
    options: ColumnOptions = {"example": EXAMPLE_DAY, **more}
    return _column("datetime64[us]", "day", title, help, [pa.Check.ge(pd.Timestamp(since))], **options)


def code(title: str, help: str = "", **more: Unpack[ColumnOptions]) -> pa.Column:
    """统一社会信用代码 (GB 32100-2015), 注册号 (GS 15-2006) or 组织机构代码 (GB 11714-1997)."""
    options: ColumnOptions = {"example": said("example_code"), **more}
    checks = [_all("id_number", ids_hold), _all("id_letter", ids_are_ours, level="verify")]
    return _column(TEXT, "code", title, help, checks, **options)


def phone(title: str, help: str = "", **more: Unpack[ColumnOptions]) -> pa.Column:
    options: ColumnOptions = {"personal": True, **more}
    return _column(TEXT, "phone", title, help, [_all("phone", phones_hold)], **options)


def _counted_in(unit: str) -> str:
    """The unit, known from now on in headings; '' for none."""
    if unit:
        units.declare(unit)
    return unit


def _all(name: str, test: Callable[[Sequence[str]], list[bool]], level: str = "must") -> pa.Check:
    def asked(cells: pd.Series) -> pd.Series:
        return pd.Series(test(cells.tolist()), index=cells.index, dtype=bool)

    return pa.Check(asked, name=name, statistics={"level": level})


def _bounds(at_least: float | None, at_most: float | None = None) -> list[pa.Check]:
    checks = [] if at_least is None else [pa.Check.ge(at_least)]
    return checks if at_most is None else [*checks, pa.Check.le(at_most)]


def _column(
    dtype: Any, kind: str, title: str, help: str, checks: Sequence[pa.Check], **meta: Any
) -> pa.Column:
    """A column whose metadata holds `kind` and all of `meta` but `optional`."""
    optional = meta.pop("optional", False)
    return pa.Column(
        dtype,
        list(checks),
        nullable=optional,
        title=title,
        description=help or None,
        metadata={"kind": kind, **meta},
    )


UNKNOWN = "未掌握"
UNKNOWN_WORDS = frozenset(
    {UNKNOWN, "不掌握", "不详", "未知", "尚未掌握", "暂未掌握", "人数未掌握", "金额未掌握"}
)


def may_be_unknown(schema: pa.DataFrameSchema) -> list[str]:
    """The columns of a return in which 未掌握 is a state of its own, neither blank nor 0."""
    return [name for name, column in schema.columns.items() if column.metadata.get("may_be_unknown")]


def personal(schema: pa.DataFrameSchema) -> list[str]:
    """The columns of a return that tell of a person."""
    return [name for name, column in schema.columns.items() if column.metadata.get("personal")]


def allowed(column: pa.Column) -> list[str]:
    """The options of a column of choices, in the order of the declaration; none for any other column."""
    for check in column.checks:
        if "allowed_values" in (check.statistics or {}):
            return list(check.statistics["allowed_values"])
    return []
