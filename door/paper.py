"""A table as it goes on paper: plain HTML, A4 landscape, every row; what it is stands on each page."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import pandas as pd

MIME = "text/html; charset=utf-8"
# Without its language the page would be taken for Streamlit's own, and ours sent in its place.
HEADERS = {
    "content-language": "zh-CN",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
}
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
td.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
th.about { border: 0; background: none; font-weight: normal; padding: 0 0 4pt; }
th.about b { font-size: 13pt; }
@media print { body { margin: 0; } p { display: none; } }
"""


def page(title: str, lines: Sequence[str], rows: pd.DataFrame | Callable[[], pd.DataFrame]) -> bytes:
    """The bytes of the page: `title` and `lines` above the columns of `rows`, repeated on each sheet."""
    table = rows() if callable(rows) else rows
    about = f"<b>{escape(title)}</b>　{len(table):,} 行<br>{'　'.join(map(escape, lines))}"
    heads = "".join(f"<th>{escape(str(name))}</th>" for name in table.columns)
    body = "".join(
        f"<tr>{''.join(_cell(value) for value in cells)}</tr>\n" for cells in table.itertuples(index=False)
    )
    small = ' class="small"' if len(table.columns) > SMALL else ""
    return f"""<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style></head>
<body{small}><p>按 Ctrl+P 打印；A4 横向，每页都有题名、截至日期和筛选。</p>
<table><thead><tr><th class="about" colspan="{max(len(table.columns), 1)}">{about}</th></tr>
<tr>{heads}</tr></thead><tbody>
{body}</tbody></table></body></html>
""".encode()


def _cell(value: Any) -> str:
    is_number = not isinstance(value, bool | str) and isinstance(value, int | float) and not pd.isna(value)
    return f'<td class="n">{words(value)}</td>' if is_number else f"<td>{escape(words(value))}</td>"


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
