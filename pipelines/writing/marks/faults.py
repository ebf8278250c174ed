"""The sheet 问题清单: one line for each fault, with a link to its cell, and hidden beside it the cell's first look."""

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

from lxml import etree

from pipelines.writing.marks.cells import Styles, child, q
from pipelines.writing.marks.notes import legal
from pipelines.writing.package import MAIN, REL, WORKBOOK, Package
from schemas.forms import MARKS_SHEET
from schemas.problems import LEVELS, Problem

MOST = 5_000  # cells marked and lines listed; beyond it the list says how many more there are
HEADINGS = ("位置", "列", "现值", "问题", "怎么改", "级别", "规则")
WIDTHS = (26, 20, 20, 38, 42, 8, 12)
NOTE = "点“位置”可跳到单元格；红色必须改正，黄色请核实。改好后直接重新报送本工作簿，标记不影响读取。"
FIRST_LINE = 4
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


class FaultList:
    """The sheet 问题清单: one line for each fault, with a link to its cell."""

    def __init__(self, package: Package, styles: Styles) -> None:
        self.package = package
        self.head, self.body = styles.plain(bold=True), styles.plain(bold=False)

    def write(self, problems: Sequence[Problem], had: Sequence[tuple[str, str, int]], title: str) -> None:
        more = len(problems) - MOST
        note = NOTE + (f" 另有 {more} 处未列出，改好后再次报送时列出。" if more > 0 else "")
        rows = [
            self._row(1, (title,), self.head),
            self._row(2, (note,), None),
            self._row(3, HEADINGS, self.head),
        ]
        links = []
        for n, p in enumerate(problems[:MOST], FIRST_LINE):
            place = f"{p.sheet}!{p.cell}" if p.cell else p.sheet
            kept = "!".join(map(str, had[n - FIRST_LINE])) if n - FIRST_LINE < len(had) else ""
            words = (place, p.title, p.value, p.message, p.remedy, LEVELS[p.level], p.rule, kept)
            rows.append(self._row(n, words, self.body))
            if p.cell:
                target = f"'{p.sheet.replace(chr(39), chr(39) * 2)}'!{p.cell}"
                links.append(
                    f'<hyperlink ref="A{n}" location="{escape(legal(target), {chr(34): "&quot;"})}"/>'
                )
        self._put("".join(rows), "".join(links))

    def _row(self, number: int, words: Iterable[str], style: int | None) -> str:
        look = "" if style is None else f' s="{style}"'
        cells = "".join(
            f'<c r="{chr(64 + n)}{number}"{look} t="inlineStr"><is><t xml:space="preserve">{escape(legal(w))}</t></is></c>'
            for n, w in enumerate(words, 1)
        )
        return f'<row r="{number}">{cells}</row>'

    def _put(self, rows: str, links: str) -> None:
        columns = "".join(
            f'<col min="{n}" max="{n}" width="{w}" customWidth="1"/>' for n, w in enumerate(WIDTHS, 1)
        )
        columns += '<col min="8" max="8" hidden="1" width="10" customWidth="1"/>'
        frozen = '<pane ySplit="3" topLeftCell="A4" activePane="bottomLeft" state="frozen"/>'
        xml = (
            f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="{MAIN}">'
            f'<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
            f'<sheetViews><sheetView workbookViewId="0">{frozen}</sheetView></sheetViews><cols>{columns}</cols>'
            f"<sheetData>{rows}</sheetData>"
            + (f"<hyperlinks>{links}</hyperlinks>" if links else "")
            + '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
        )
        parts = self.package.sheets()
        if MARKS_SHEET in parts:
            self.package.put(parts[MARKS_SHEET], xml)
            return
        part = self.package.free("xl/worksheets/sheetMarks{}.xml")
        self.package.add(part, xml, SHEET_TYPE)
        book = self.package.edit(WORKBOOK)
        sheets = child(book, "sheets")
        number = max((int(s.get("sheetId", "0")) for s in sheets), default=0) + 1
        made = etree.SubElement(sheets, q("sheet"), name=MARKS_SHEET, sheetId=str(number))
        made.set(f"{{{REL}}}id", self.package.relate(WORKBOOK, "worksheet", part))
        for view in book.iter(q("workbookView")):
            view.set("activeTab", str(len(sheets) - 1))
