"""A table as plain HTML: as it stands on the screen, and on paper, A4 landscape, what it is on each page."""

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd

MIME = "text/html; charset=utf-8"
# Without its language the page would be taken for Streamlit's own, and ours sent in its place.
HEADERS = {
    "content-language": "zh-CN",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
}
CellStyles = Mapping[tuple[int, int], str]  # row and column, both from 0 → CSS of the cell
UNSTYLED: CellStyles = {}
DAY, UNBROKEN = re.compile(r"\d{4}-\d\d-\d\d"), r'<span class="s">\g<0></span>'
OF_NUMBERS = ' class="n"'
SHORT = 8  # characters of words that are not broken over lines
SMALL = 12  # columns from which the letters are smaller
STYLE = """
@page { size: A4 landscape; margin: 12mm 10mm 14mm;
  @bottom-right { content: "第 " counter(page) " 页，共 " counter(pages) " 页"; font: 9pt sans-serif; } }
body { font: 10.5pt/1.4 "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; color: #000; margin: 1rem; }
body.small { font-size: 8pt; }
table { border-collapse: collapse; width: 100%; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
th, td { border: 0.5pt solid #888; padding: 2pt 4pt; text-align: left; vertical-align: top; }
td { overflow-wrap: anywhere; }
th { background: #eee; print-color-adjust: exact; }
th.n, td.n { text-align: right; font-variant-numeric: tabular-nums; }
td.n, .s { white-space: nowrap; }
th.about { border: 0; background: none; font-weight: normal; padding: 0 0 4pt; }
th.about b { font-size: 13pt; }
@media print { body { margin: 0; } p { display: none; } }
"""


def page(title: str, lines: Sequence[str], rows: pd.DataFrame | Callable[[], pd.DataFrame]) -> bytes:
    """The bytes of the page: `title` and `lines` above the columns of `rows`, repeated on each sheet."""
    table = rows() if callable(rows) else rows
    about = f"<b>{escape(title)}</b>　{len(table):,} 行<br>{'　'.join(map(escape, lines))}"
    small = ' class="small"' if len(table.columns) > SMALL else ""
    return f"""<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style></head>
<body{small}><p>按 Ctrl+P 打印；A4 横向，每页都有题名、截至日期和筛选。</p>
<table><thead><tr><th class="about" colspan="{max(len(table.columns), 1)}">{about}</th></tr>
{heading(table)}</thead><tbody>
{body(table)}</tbody></table></body></html>
""".encode()


def heading(rows: pd.DataFrame) -> str:
    """The row of a table that names its columns, each over its cells; nothing in it is markup."""
    kinds = (_heads_numbers(rows.iloc[:, n]) for n in range(len(rows.columns)))
    cells = (
        f"<th{OF_NUMBERS if is_of_numbers else ''}>{escape(str(name))}</th>"
        for name, is_of_numbers in zip(rows.columns, kinds, strict=True)
    )
    return f"<tr>{''.join(cells)}</tr>"


def _heads_numbers(column: "pd.Series[Any]") -> bool:
    told = column.dropna()
    return len(told) > 0 and all(map(_is_number, told))


def _is_number(value: Any) -> bool:
    return not isinstance(value, bool | str) and isinstance(value, int | float) and not pd.isna(value)


def body(rows: pd.DataFrame, styles: CellStyles = UNSTYLED) -> str:
    """The rows of a table, cell by cell in its style; nothing in a cell is markup."""
    lines = (
        "".join(_cell(value, styles.get((at, n), "")) for n, value in enumerate(cells))
        for at, cells in enumerate(rows.itertuples(index=False, name=None))
    )
    return "".join(f"<tr>{line}</tr>\n" for line in lines)


def _cell(value: Any, style: str) -> str:
    told = words(value)
    is_unbroken = isinstance(value, pd.Timestamp) or len(told) <= SHORT
    kind = OF_NUMBERS if _is_number(value) else ' class="s"' if is_unbroken else ""
    drawn = f' style="{escape(style)}"' if style else ""
    safe = escape(told) if kind else DAY.sub(UNBROKEN, escape(told))
    return f"<td{kind}{drawn}>{safe}</td>"


def words(value: Any) -> str:
    """A value as it is read: a midnight is a day, a number has no idle decimals, nothing is a dash."""
    if isinstance(value, str):
        return value
    if value is None or pd.isna(value):
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}" if value == value.normalize() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, float):
        return f"{value:,.4f}".rstrip("0").rstrip(".")
    return f"{value:,}" if isinstance(value, int) else str(value)
