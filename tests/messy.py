"""Clean workbooks for planting faults in: our own template, and plain sheets laid out as clerks lay them out.

Each knows where its cells stand, so that a fault can be put into one and looked for there.
"""

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from lxml import etree
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from pipelines.tables.heading import names_of, normal
from pipelines.writing import template
from pipelines.writing.package import MAIN, Package
from schemas.forms import forms
from schemas.plan import PLAN
from schemas.returns import RETURNS
from tests.build import HOMES, cover_for
from tests.planted import Raw, Shown, Struck
from tests.specimens import saved

Row = dict[str, Any]
SCALES = {"元": 10_000, "万元": 1, "亿元": 0.0001}
Q = f"{{{MAIN}}}"
STYLES, OURS = "xl/styles.xml", "[Black]"  # the colour marks a format as planted, and counts for nothing
NOTES = ("注：1.本表由各县市填写。", "2.金额单位见表头。", "填表说明：不得空行")


@dataclass
class Laid:
    """One table as it was laid out: which row and column each value has, and the row of its total."""

    sheet: str
    code: str
    rows: list[Row]  # clean, amounts in 万元
    columns: dict[str, str]  # name → letter
    at: list[int]  # Excel rows
    total: int | None = None
    unit: str = "万元"

    def cell(self, name: str, n: int) -> tuple[str, str]:
        return self.sheet, f"{self.columns[name]}{self.at[n]}"

    def written(self, name: str, value: Any) -> Any:
        """A value as it stands in the sheet: amounts in the unit of its headings."""
        if RETURNS[self.code].columns[name].metadata["kind"] != "money" or not isinstance(value, int | float):
            return value
        return round(value * SCALES[self.unit], 8)

    def summed(self) -> list[str]:
        """The columns of which a total can be told."""
        meta = {name: RETURNS[self.code].columns[name].metadata for name in self.columns}
        return [n for n, m in meta.items() if m.get("adds", True) and m.get("unit") not in {None, "", "%"}]


@dataclass
class Book:
    """A clean workbook with its tables."""

    content: bytes
    tables: list[Laid]
    unit: str
    obligation: str
    cover: dict[str, tuple[str, str]] = field(default_factory=dict)  # of our template: what → cell
    dated: bool = True  # whether it says to which day the figures run
    zeros: dict[str, tuple[str, str]] = field(
        default_factory=dict
    )  # sheet with a zero report → cell of its work


def templated(rows: Mapping[str, Sequence[Row]], unit: str, obligation: str) -> Book:
    """Our own template; a sheet without rows is a zero report, or unfinished. `rows` by sheet title."""
    sheets = forms(obligation, unit)
    nil = {f.title for f in sheets if "零报告" in f.answers}
    empty = {f.title: ("零报告" if f.title in nil else "未完成", 12, None) for f in sheets}
    lines = {**empty, **dict.fromkeys(rows, ("有数", None, None))}
    cover = cover_for(next(f.return_ for f in sheets if f.title in rows))
    content = template.template(unit, obligation, rows=rows, cover=cover, lines=lines)
    tables = [
        Laid(f.title, f.return_, list(rows[f.title]),
             {n: get_column_letter(c) for c, n in enumerate(f.schema.columns, 1)},
             [template.HEADING_ROW + 1 + n for n in range(len(rows[f.title]))])
        for f in sheets if f.title in rows
    ]  # fmt: skip
    names = ("unit", "matter", "filler", "approver", "phone", "fill_date", "data_as_of", "amount_unit")
    at = {name: (template.COVER_SHEET, f"B{5 + n}") for n, name in enumerate(names)}
    line = {f.title: template.LINE_ROW + 1 + n for n, f in enumerate(sheets)}
    answers = {f"answer {t.sheet}": (template.COVER_SHEET, f"B{line[t.sheet]}") for t in tables}
    zeros = {title: (template.COVER_SHEET, f"C{n}") for title, n in line.items() if title in nil - set(rows)}
    return Book(content, tables, unit, obligation, {**at, **answers}, zeros=zeros)


def plain(code: str, rows: Sequence[Row], rng: random.Random) -> Book:
    """One sheet without our cover, in a manner drawn by chance."""
    unit, obligation = HOMES[code]
    made = _Plain(code, list(rows), unit, rng)
    return Book(made.content(), [made.laid], unit, obligation, dated=made.dated)


class _Plain:
    def __init__(self, code: str, rows: list[Row], unit: str, rng: random.Random) -> None:
        self.code, self.rows, self.unit, self.rng = code, rows, unit, rng
        self.schema = RETURNS[code]
        self.book = Workbook()
        self.sheet = self.book.active
        self.sheet.title = rng.choice(("Sheet1", "汇总", str(self.schema.title)[:20]))
        names = list(self.schema.columns)
        if rng.random() < 0.3:
            names = names[:5] + rng.sample(
                names[5:], len(names) - 5
            )  # who it is comes first, and 合计 with it
        letters = {name: get_column_letter(n) for n, name in enumerate(names, 1)}
        self.laid = Laid(self.sheet.title, code, self.rows, letters, [], unit=rng.choice(tuple(SCALES)))
        self.unit_on_top, self.dated = rng.random() < 0.5, rng.random() < 0.5
        self.next = 1

    def content(self) -> bytes:
        self.above()
        self.heading()
        first = bool(self.laid.summed()) and self.rng.random() < 0.2
        last = bool(self.laid.summed()) and not first and self.rng.random() < 0.6
        if first:
            self.total()
        for row in self.rows:
            self.next += self.rng.random() < 0.1
            self.laid.at.append(self.next)
            self.line({n: self.laid.written(n, v) for n, v in row.items() if n in self.laid.columns})
        if last:
            self.next += self.rng.choice((0, 0, 1, 3))
            self.total()
        self.next += self.rng.choice((0, 1))
        for note in NOTES[: self.rng.choice((0, 1, 2, 3))]:
            self.sheet.cell(self.next, 1, note)
            self.next += 1
        return saved(self.book)

    def above(self) -> None:
        """What stands over a heading: the number of the annex, titles, who reports, the unit of amounts."""
        field = next((f.title for f in PLAN.fields.values() if f.return_ == self.code), "")
        title = f"{PLAN.units[self.unit].title}{self.schema.title}"
        words = [["附件1"]] * self.rng.choice((0, 1)) + [[title]] if field or self.rng.random() < 0.8 else []
        pairs = [
            "填报单位（盖章）：" + PLAN.units[self.unit].title,
            None,
            None,
            "填报人：示例甲",
            None,
            "电话:13900000000",
        ]
        words += [pairs] if self.rng.random() < 0.7 else []
        if self.dated:
            days = cover_for(self.code)
            words += [
                [
                    f"填报日期:{days['fill_date']:%Y年%m月%d日}",
                    None,
                    f"数据截止日期：{days['data_as_of']:%Y.%m.%d}",
                ]
            ]
        words += [["（单位：" + self.laid.unit + "）"]] if self.unit_on_top else []
        for line in words:
            for c, said in enumerate(line, 1):
                self.sheet.cell(self.next, c, said)
            if len(line) == 1 and self.rng.random() < 0.6:
                self.sheet.merge_cells(start_row=self.next, start_column=1, end_row=self.next, end_column=8)
            self.next += 1

    def heading(self) -> None:
        """Headings in one row, or in two with merges: the leaf below its parent, or one cell over both."""
        known = names_of(self.schema)
        deep = self.rng.random() < 0.4
        parents = {}
        for c, name in enumerate(self.laid.columns, 1):
            column = self.schema.columns[name]
            called = [
                w for w in (str(column.title), *column.metadata.get("also", ())) if known[normal(w)] == name
            ]
            words = self.rng.choice(called) if self.rng.random() < 0.3 else str(column.title)
            if "-" in str(column.title) and deep:
                parents[c], words = str(column.title).split("-")
            self.sheet.cell(self.next + deep, c, self.dressed(words, column))
        if deep:
            self.groups(parents)
        self.next += 1 + deep

    def dressed(self, words: str, column: Any) -> str:
        unit = column.metadata.get("unit", "")
        if column.metadata["kind"] == "money":
            unit = "" if self.unit_on_top else self.laid.unit
        words = words.replace("日期", " 日 期") if self.rng.random() < 0.1 else words
        words = f"{words[:2]}\n{words[2:]}" if self.rng.random() < 0.1 else words
        return words + self.rng.choice(("({})", "（{}）", "[{}]")).format(unit) if unit else words

    def groups(self, parents: Mapping[int, str]) -> None:
        """Parents over runs of columns; a column without one is a single cell over both rows."""
        width, top, c = len(self.laid.columns), self.next, 1
        while c <= width:
            if c in parents:
                end = c
                while parents.get(end + 1) == parents[c]:
                    end += 1
                said = parents[c]
            else:
                end = c
                room = min(c + self.rng.choice((0, 0, 2, 4)), width)
                while end < room and end + 1 not in parents:
                    end += 1
                said = f"第{c}组情况" if end > c else None
            self.group(top, c, end, said)
            c = end + 1

    def group(self, top: int, first: int, last: int, said: str | None) -> None:
        if said is None:
            leaf = self.sheet.cell(top + 1, first)
            self.sheet.cell(top, first, leaf.value)
            leaf.value = None
            self.sheet.merge_cells(start_row=top, start_column=first, end_row=top + 1, end_column=first)
            return
        self.sheet.cell(top, first, said)
        if last > first:
            self.sheet.merge_cells(start_row=top, start_column=first, end_row=top, end_column=last)

    def total(self) -> None:
        sums = {n: sum(r.get(n) or 0 for r in self.rows) for n in self.laid.summed()}
        label = next(n for n in self.laid.columns if n not in sums and n != "seq_no")
        self.laid.total = self.next
        words = self.rng.choice(("合计", "合  计", "总计"))
        self.line({label: words, **{n: self.laid.written(n, v) for n, v in sums.items()}})

    def line(self, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            self.sheet[f"{self.laid.columns[name]}{self.next}"] = value
        self.next += 1


def put(content: bytes, values: Mapping[tuple[str, str], Any]) -> bytes:
    """The same workbook with other values in some cells, by (sheet, address); every look stays."""
    package = Package(content)
    parts = package.sheets()
    for (sheet, address), value in values.items():
        cell = _cell(package.edit(parts[sheet]), address)
        if isinstance(value, Shown):
            cell.set("s", str(_style(package, value.code)))
        elif cell.get("s") in _our_styles(package):
            del cell.attrib["s"]  # who types anew into a cell under such a format formats it anew
        _put(cell, value)
    return package.write()


def placeless(content: bytes) -> bytes:
    """The same workbook, its cells and rows not saying where they stand where counting finds them."""
    package = Package(content)
    for part in package.sheets().values():
        last = 0
        for row in package.edit(part).iter(Q + "row"):
            columns = [column_index_from_string(coordinate_from_string(c.get("r"))[0]) for c in row]
            for cell, before, column in zip(row, [0, *columns], columns, strict=False):
                if column == before + 1:
                    del cell.attrib["r"]
            number = int(row.get("r"))
            if number == last + 1:
                del row.attrib["r"]
            last = number
    return package.write()


def _style(package: Package, code: str) -> int:
    """The number of a style with this format, made where there is none."""
    styles = package.edit(STYLES)
    formats = styles.find(Q + "numFmts")
    if formats is None:
        formats = etree.Element(Q + "numFmts")
        styles.insert(0, formats)
    ids = {int(each.get("numFmtId")) for each in formats}
    known = next((e.get("numFmtId") for e in formats if e.get("formatCode") == OURS + code), None)
    xfs = styles.find(Q + "cellXfs")
    if known is None:
        known = str(max({200, *ids}) + 1)
        etree.SubElement(formats, Q + "numFmt", numFmtId=known, formatCode=OURS + code)
        etree.SubElement(xfs, Q + "xf", numFmtId=known, fontId="0", fillId="0", borderId="0")
    return next(n for n, xf in enumerate(xfs) if xf.get("numFmtId") == known)


def _our_styles(package: Package) -> set[str]:
    formats = package.tree(STYLES).find(Q + "numFmts")
    ours = {
        e.get("numFmtId")
        for e in ([] if formats is None else formats)
        if e.get("formatCode").startswith(OURS)
    }
    xfs = package.tree(STYLES).find(Q + "cellXfs")
    return {str(n) for n, xf in enumerate(xfs) if xf.get("numFmtId") in ours}


def _cell(sheet: etree._Element, address: str) -> etree._Element:
    """The cell at an address; made, in its place, where there is none."""
    number = int(address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    data = sheet.find(Q + "sheetData")
    row = next((r for r in data if int(r.get("r")) == number), None)
    if row is None:
        row = etree.Element(Q + "row", r=str(number))
        data.insert(sum(int(r.get("r")) < number for r in data), row)
    found = next((c for c in row if c.get("r") == address), None)
    if found is None:
        found = etree.Element(Q + "c", r=address)
        row.insert(sum((len(c.get("r")), c.get("r")) < (len(address), address) for c in row), found)
    return found


def _put(cell: etree._Element, value: Any) -> None:
    for child in list(cell):
        cell.remove(child)
    cell.attrib.pop("t", None)
    if isinstance(value, dt.date):
        value = f"{value:%Y-%m-%d}"
    if isinstance(value, str | Struck):
        cell.set("t", "inlineStr")
        _say(etree.SubElement(cell, Q + "is"), value)
    elif isinstance(value, Raw) and value.kind == "formula":
        etree.SubElement(cell, Q + "f").text = value.words
    elif value is not None:
        cell.attrib.update({"t": "e"} if isinstance(value, Raw) else {})
        etree.SubElement(cell, Q + "v").text = _number(value)


def _number(value: Any) -> str:
    return (
        value.words if isinstance(value, Raw) else repr(value.number if isinstance(value, Shown) else value)
    )


def _say(words: etree._Element, value: str | Struck) -> None:
    """Words in one run, or in two of which the first is struck out."""
    if isinstance(value, str):
        etree.SubElement(words, Q + "t").text = value
        return
    for said, is_struck in ((value.gone, True), (value.left, False)):
        run = etree.SubElement(words, Q + "r")
        if is_struck:
            etree.SubElement(etree.SubElement(run, Q + "rPr"), Q + "strike")
        etree.SubElement(run, Q + "t").text = said


def held(content: bytes, cell: tuple[str, str]) -> Any:
    """What stands in a cell."""
    return load_workbook(BytesIO(content))[cell[0]][cell[1]].value
