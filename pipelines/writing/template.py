"""The workbook that a unit is given to fill in: a cover, a sheet for each form, hidden lists and identity."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from io import BytesIO
from math import ceil
from typing import Any

import pandera.pandas as pa
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.reading.a1 import address, letters
from pipelines.writing import drop_downs, footer
from pipelines.writing.checked import FIRST_COVER_ROW, HEADING_ROW, LAST_ROW, checked, sheets_checked
from schemas.columns import UNKNOWN
from schemas.cover import ANSWER_HEADINGS, ANSWER_NOTES, COVER, WORK_HEADING
from schemas.forms import COVER_SHEET, IDENTITY_SHEET, LISTS_SHEET, Form, forms
from schemas.plan import PLAN, Obligation
from schemas.rules import BEFORE, MOVED
from schemas.self_check import CHECKS_SHEET
from schemas.self_check import HEADING as CHECK_HEADING
from schemas.self_check import HELP as CHECK_HELP

LINE_ROW = 15  # heading of the cover's table of answers
ACROSS = 160  # characters of columns on one sheet of paper that can still be read
PRINTED, AHEAD = 40, 20  # rows that are printed at least, and empty ones beyond those prefilled
WIDTHS = {
    "text": 18,
    "choice": 14,
    "choices": 20,
    "money": 14,
    "number": 12,
    "whole": 11,
    "day": 13,
    "code": 22,
    "phone": 22,
}
FORMATS = {
    "day": "yyyy-mm-dd",
    "code": "@",
    "phone": "@",
    "text": "@",
    "money": "#,##0.00##",
    "whole": "#,##0",
}

FONT = "微软雅黑"
TITLE = Font(name=FONT, size=16, bold=True, color="1C2430")
NOTE = Font(name=FONT, size=10, color="5B6675")
HEAD = Font(name=FONT, size=10, bold=True, color="1C2430")
BODY = Font(name=FONT, size=10)
REQUIRED = PatternFill("solid", fgColor="FFF2CC")
CHECK = PatternFill("solid", fgColor="E4E7EB")
OPTIONAL = PatternFill("solid", fgColor="EEF1F5")
LINE = Side(style="thin", color="D5DBE3")
THIN = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
WRAP = Alignment(wrap_text=True, vertical="center", horizontal="center")

PrefillRows = Sequence[Mapping[str, Any]]  # column of the return → value
CoverLine = tuple[str, str, str]  # answer in words, 排查户数, 依据或说明


_Looks = dict[tuple[str, ...], Any]  # a kind of cell → what openpyxl keeps of its look, worked out once


@dataclass(frozen=True)
class _Order:
    """What a workbook is made for, and the hidden sheet in which its long lists stand."""

    unit: str
    obligation: str
    sheets: Sequence[Form]
    lists: Worksheet
    moved: str  # the due day before this one, and why; '' where it was never moved
    looks: _Looks = field(default_factory=dict)


def template(
    unit: str,
    obligation: str,
    *,
    rows: Mapping[str, PrefillRows] | None = None,
    cover: Mapping[str, Any] | None = None,
    lines: Mapping[str, CoverLine] | None = None,
    moved: str = "",
) -> bytes:
    """The bytes of the .xlsx of a matter for a unit, prefilled with what is known.

    `rows` and `lines` by sheet title, `cover` by column of the cover; `moved` is what is said of a due day
    that is another than it was.
    """
    book = Workbook()
    front = book.active or book.create_sheet()
    front.title = COVER_SHEET
    order = _Order(unit, obligation, forms(obligation, unit), book.create_sheet(LISTS_SHEET), moved)
    _cover(front, order, cover or {}, lines or {})
    for form in order.sheets:
        _sheet(book.create_sheet(form.title), order, form, (rows or {}).get(form.title, ()))
    _identity(book.create_sheet(IDENTITY_SHEET), order)
    book.move_sheet(order.lists, len(book.sheetnames))
    order.lists.sheet_state = "hidden"
    book.create_sheet(CHECKS_SHEET).sheet_state = "hidden"
    return checked(written(book), sheets_checked(unit, obligation))


def written(book: Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _cover(sheet: Worksheet, order: _Order, cover: Mapping[str, Any], lines: Mapping[str, CoverLine]) -> None:
    matter = PLAN.obligations[order.obligation]
    sheet["A1"], sheet["A1"].font = f"{PLAN.campaign.title}  {matter.title}", TITLE
    for row, words in ((2, _terms(matter, order.moved)), (3, _note(order.sheets))):
        sheet.cell(row, 1, words).font = NOTE
    ours = {"unit": PLAN.units[order.unit].title, "matter": matter.title, "amount_unit": "万元"}
    _cover_cells(sheet, order, {**ours, **cover})
    _lines(sheet, order.sheets, lines)
    for letter, width in zip("ABCD", (24, 30, 14, 44), strict=True):
        sheet.column_dimensions[letter].width = width
    _print(sheet)


def _terms(matter: Obligation, moved: str) -> str:
    """By when a matter is owed and was before, whether that is the notice's day, and what the notice says."""
    if matter.is_standing:
        due = "常设事项，随时报送。"
    else:
        ours = "；内部时限" if matter.is_internal else ""
        due = f"报送截止：{matter.due:%Y-%m-%d} 24时(遇周末不顺延{ours})。{f'{moved}。' if moved else ''}"
    note = f"内部说明：{matter.note}" if matter.note else ""
    stop = "" if matter.quote.endswith(("。", "；", "！", "？")) or not matter.quote else "。"
    return f"{due}依据：工作方案{matter.clause}。{matter.quote}{stop}{note}"


def _note(sheets: Sequence[Form]) -> str:
    """What the cover asks for: only of answers that one of its sheets may be given."""
    offered = {code for form in sheets for code in form.answers.values()}
    notes = [note for code, note in ANSWER_NOTES.items() if code in offered]
    return "".join([str(COVER.description), *notes])


def _cover_cells(sheet: Worksheet, order: _Order, values: Mapping[str, Any]) -> None:
    """Each column of the cover as a line: its label, and the cell of its value."""
    for row, (name, column) in enumerate(COVER.columns.items(), FIRST_COVER_ROW):
        label, value = sheet.cell(row, 1, column.title), sheet.cell(row, 2, values.get(name))
        _format(value, column, order.looks)
        label.font = HEAD
        value.fill = OPTIONAL if column.nullable else REQUIRED
        label.border = value.border = THIN
        drop_downs.put(sheet, order.lists, column, f"B{row}")


def _lines(sheet: Worksheet, sheets: Sequence[Form], lines: Mapping[str, CoverLine]) -> None:
    """The cover's table of answers: a line for each sheet, with the answers that its return may be given."""
    is_work_asked = any("zero" in form.answers.values() for form in sheets)
    headings = [words for words in ANSWER_HEADINGS if is_work_asked or words != WORK_HEADING]
    for c, words in enumerate(headings, 1):
        cell = sheet.cell(LINE_ROW, c, words)
        cell.font, cell.fill, cell.border = HEAD, OPTIONAL, THIN
    choose: dict[tuple[str, ...], DataValidation] = {}
    for n, form in enumerate(sheets, LINE_ROW + 1):
        line = dict(zip(ANSWER_HEADINGS, (form.title, *lines.get(form.title, ())), strict=False))
        for c, words in enumerate(headings, 1):
            answer = sheet.cell(n, c, line.get(words))
            answer.font, answer.border = BODY, THIN
        sheet.cell(n, 2).fill = REQUIRED
        sheet.cell(n, 1).hyperlink = f"#{quote_sheetname(form.title)}!A1"
        choose.setdefault(tuple(form.answers), drop_downs.of_words(form.answers)).add(f"B{n}")
    for rule in choose.values():
        sheet.add_data_validation(rule)


def _sheet(sheet: Worksheet, order: _Order, form: Form, rows: PrefillRows) -> None:
    schema, moved = form.schema, MOVED.get(form.return_, {})
    sheet["A1"], sheet["A1"].font = str(schema.title), TITLE
    printed = HEADING_ROW + max(len(rows) + AHEAD, PRINTED)  # 检查 has formulas down to LAST_ROW
    sheet["A2"] = (
        f"填报单位：{PLAN.units[order.unit].title}    {schema.description} 黄色列必填。"
        f"打印到第{printed}行，行数更多的请先扩大打印区域。"
    )
    sheet["A2"].font = NOTE
    for n, (name, column) in enumerate(schema.columns.items(), 1):
        _heading(sheet, n, column, order.looks)
        span = f"{letters(n)}{HEADING_ROW + 1}:{letters(n)}{LAST_ROW}"
        drop_downs.put(
            sheet, order.lists, column, span, drop_downs.narrowing(order.lists, schema, name, HEADING_ROW + 1)
        )
        for r, row in enumerate(rows, HEADING_ROW + 1):
            if row.get(name) is not None:
                _format(sheet.cell(r, n, row[name]), column, order.looks)
            if name in moved and row.get(f"{BEFORE}{moved[name]}") is not None:
                sheet.cell(r, n).comment = _was(schema.columns[moved[name]], row)
    _check_heading(sheet, len(schema.columns) + 1)
    sheet.row_dimensions[HEADING_ROW].height = 44
    names = list(schema.columns)
    first_moving = names.index("entity_name") + 2 if "entity_name" in names else 2
    sheet.freeze_panes = address(HEADING_ROW + 1, first_moving)
    sheet.print_area = f"A1:{letters(len(names))}{printed}"
    _print_in_blocks(sheet, schema, first_moving - 1 if "entity_name" in names else 0)


def _print_in_blocks(sheet: Worksheet, schema: pa.DataFrameSchema, repeated: int) -> None:
    """Printed on as many sheets side by side as its columns need, the first of them repeated on each."""
    sheet.print_title_rows = f"{HEADING_ROW}:{HEADING_ROW}"
    widths = [WIDTHS[(column.metadata or {})["kind"]] for column in schema.columns.values()]
    if repeated:
        sheet.print_title_cols = f"A:{letters(repeated)}"
    _print(sheet, _sheets_across(widths, repeated or 1))


def _was(column: pa.Column, row: Mapping[str, Any]) -> Comment:
    """What the period before said of a column, and of whom: rows may be sorted."""
    words = f"{row['entity_name']}　上期{column.title}：{row[f'{BEFORE}{column.name}']:,.10g}"
    return Comment(words, "填写说明", height=60, width=260)


def _sheets_across(widths: Sequence[int], repeated: int) -> int:
    """On how many sheets side by side columns can be read, of which the first `repeated` stand on each."""
    fixed = sum(widths[:repeated])
    return max(1, ceil((sum(widths) - fixed) / max(ACROSS - fixed, ACROSS // 2)))


def heading(column: pa.Column) -> str:
    """A column's heading as printed: its title, and its unit in brackets."""
    unit = (column.metadata or {}).get("unit")
    return f"{column.title}({unit})" if unit else str(column.title)


def _heading(sheet: Worksheet, n: int, column: pa.Column, looks: _Looks) -> None:
    cell = sheet.cell(HEADING_ROW, n, heading(column))
    asked, fill = ("选填", OPTIONAL) if column.nullable else ("必填", REQUIRED)
    _look(cell, looks, ("heading", asked), {"font": HEAD, "alignment": WRAP, "border": THIN, "fill": fill})
    meta = column.metadata or {}
    words = [asked, column.description, _unknown(meta), _example(meta)]
    note = Comment("。".join(w for w in words if w), "填写说明", height=90, width=260)
    cell.comment = note
    across = sheet.column_dimensions[letters(n)]
    across.width = WIDTHS[meta["kind"]]
    number_format = FORMATS.get(meta["kind"], "General")
    _look(across, looks, ("body", number_format), {"font": BODY, "number_format": number_format})


def _look(styled: Any, looks: _Looks, kind: tuple[str, ...], look: Mapping[str, Any]) -> None:
    """Give a cell or a column its look, which is set once for each kind: openpyxl hashes every part of it."""
    if kind not in looks:
        for name, part in look.items():
            setattr(styled, name, part)
        looks[kind] = styled._style
    styled._style = copy(looks[kind])


def _check_heading(sheet: Worksheet, n: int) -> None:
    """The heading of the column 检查, and the looks of its cells."""
    cell = sheet.cell(HEADING_ROW, n, CHECK_HEADING)
    cell.font, cell.alignment, cell.border, cell.fill = HEAD, WRAP, THIN, CHECK
    cell.comment = Comment(CHECK_HELP, "填写说明", height=90, width=260)
    across = sheet.column_dimensions[letters(n)]
    across.width, across.fill, across.font, across.protection = 60, CHECK, NOTE, Protection(locked=False)


def _unknown(meta: Mapping[str, Any]) -> str:
    return f"未掌握的填“{UNKNOWN}”，不要填0" if meta.get("may_be_unknown") else ""


def _example(meta: Mapping[str, Any]) -> str:
    return f"例：{meta['example']}" if meta.get("example") else ""


def _format(cell: Any, column: pa.Column, looks: _Looks) -> None:
    number_format = FORMATS.get((column.metadata or {})["kind"], "General")
    _look(cell, looks, ("body", number_format), {"font": BODY, "number_format": number_format})
    if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@")):
        cell.data_type = "s"


def _print(sheet: Worksheet, across: int = 1) -> None:
    """Printed on A4 landscape, so many sheets side by side."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = across, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    footer.put(sheet)


def _identity(sheet: Worksheet, order: _Order) -> None:
    """The hidden sheet by which the workbook is recognised: unit, matter, and the return of each sheet."""
    for row in (("unit", order.unit), ("obligation", order.obligation)):
        sheet.append(row)
    for form in order.sheets:
        sheet.append(("form", form.title, form.return_, form.field))
    sheet.sheet_state = "hidden"
