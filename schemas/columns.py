"""The kinds of column a return may have, each declared by what the person filling it in sees.

A column's `metadata` says how its cells are read: `kind`, the `unit` printed in the heading, the heading's
known synonyms (`also`), the words read as an option (`means`), and an `example`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import pandera.pandas as pa

from schemas.identifiers import ids_are_ours, ids_hold, phones_hold

YES_NO = ("是", "否")
YES_NO_WORDS = {
    "√": "是",
    "✓": "是",
    "✔": "是",
    "有": "是",
    "Y": "是",
    "y": "是",
    "yes": "是",
    "对": "是",
    "1": "是",
    "×": "否",
    "✗": "否",
    "✘": "否",
    "无": "否",
    "没有": "否",
    "不是": "否",
    "N": "否",
    "n": "否",
    "no": "否",
    "0": "否",
    "X": "否",
    "x": "否",
}
ICP = r"^(未备案|[京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新]ICP[备证]\d{6,8}号(-\d+)?)$"
CODE = r"^[A-Z]\d{3}$"


def text(
    title: str,
    help: str = "",
    *,
    optional: bool = False,
    max_length: int = 500,
    min_length: int = 0,
    pattern: str | None = None,
    also: Sequence[str] = (),
    example: str = "",
) -> pa.Column:
    checks = [pa.Check.str_length(min_length or None, max_length)]
    if pattern:
        checks.append(pa.Check.str_matches(pattern))
    return _column("str", "text", title, help, optional, checks, also=also, example=example)


def choice(
    title: str,
    options: Sequence[str],
    help: str = "",
    *,
    optional: bool = False,
    means: Mapping[str, str] | None = None,
    also: Sequence[str] = (),
) -> pa.Column:
    """One of `options`; a word in `means` is read as the option it stands for, and listed as a repair."""
    checks = [pa.Check.isin(list(options))]
    return _column("str", "choice", title, help, optional, checks, also=also, means=means or {})


def choices(
    title: str, options: Sequence[str], help: str = "", *, optional: bool = False, also: Sequence[str] = ()
) -> pa.Column:
    """Any of `options`, kept joined by 、 in the order of the declaration."""
    check = pa.Check(
        lambda cells: cells.isin(
            [words for words in cells.unique() if set(words.split("、")) <= set(options)]
        ),
        name="all_in",
        statistics={"allowed_values": list(options)},
    )
    return _column("str", "choices", title, help or "可填多项，用顿号隔开", optional, [check], also=also)


def yes_no(title: str, help: str = "", *, optional: bool = False, also: Sequence[str] = ()) -> pa.Column:
    return choice(title, YES_NO, help, optional=optional, means=YES_NO_WORDS, also=also)


def money(
    title: str,
    help: str = "",
    *,
    optional: bool = False,
    at_least: float | None = 0,
    also: Sequence[str] = (),
    adds: bool = True,
) -> pa.Column:
    """An amount, kept in 万元 to four decimals (one 元); `adds` where a total is the sum of the rows."""
    return _column(
        "float64", "money", title, help, optional, _bounds(at_least), also=also, unit="万元", adds=adds
    )


def number(
    title: str,
    help: str = "",
    *,
    unit: str = "",
    optional: bool = False,
    at_least: float | None = 0,
    at_most: float | None = None,
    also: Sequence[str] = (),
) -> pa.Column:
    return _column(
        "float64", "number", title, help, optional, _bounds(at_least, at_most), also=also, unit=unit
    )


def whole(
    title: str,
    help: str = "",
    *,
    unit: str = "",
    optional: bool = False,
    at_most: int | None = None,
    also: Sequence[str] = (),
    adds: bool = True,
) -> pa.Column:
    return _column(
        pd.Int64Dtype(), "whole", title, help, optional, _bounds(0, at_most), also=also, unit=unit, adds=adds
    )


def day(
    title: str, help: str = "", *, optional: bool = False, since: str = "1980-01-01", also: Sequence[str] = ()
) -> pa.Column:
    checks = [pa.Check.ge(pd.Timestamp(since))]
    return _column("datetime64[us]", "day", title, help, optional, checks, also=also, example="2016-07-08")


def code(title: str, help: str = "", *, optional: bool = False, also: Sequence[str] = ()) -> pa.Column:
    """统一社会信用代码 (GB 32100-2015), 注册号 (GS 15-2006) or 组织机构代码 (GB 11714-1997)."""
    checks = [_all("id_number", ids_hold), _all("id_letter", ids_are_ours, level="verify")]
    return _column("str", "code", title, help, optional, checks, also=also, example="91652301MA775X1A13")


def phone(title: str, help: str = "", *, optional: bool = False, also: Sequence[str] = ()) -> pa.Column:
    return _column("str", "code", title, help, optional, [_all("phone", phones_hold)], also=also)


def _all(name: str, test: Callable[[Sequence[str]], list[bool]], level: str = "must") -> pa.Check:
    def asked(cells: pd.Series) -> pd.Series:
        return pd.Series(test(cells.tolist()), index=cells.index, dtype=bool)

    return pa.Check(asked, name=name, statistics={"level": level})


def _bounds(at_least: float | None, at_most: float | None = None) -> list[pa.Check]:
    checks = [] if at_least is None else [pa.Check.ge(at_least)]
    return checks if at_most is None else [*checks, pa.Check.le(at_most)]


def _column(
    dtype: Any, kind: str, title: str, help: str, optional: bool, checks: list[pa.Check], **more: Any
) -> pa.Column:
    return pa.Column(
        dtype,
        checks,
        nullable=optional,
        title=title,
        description=help or None,
        metadata={"kind": kind, **more},
    )


def allowed(column: pa.Column) -> list[str]:
    """The options of a column of choices, in the order of the declaration; none for any other column."""
    for check in column.checks:
        if "allowed_values" in (check.statistics or {}):
            return list(check.statistics["allowed_values"])
    return []
