"""The sheet 问题清单: a line for each fault with a link to its cell; hidden beside it how a cell looked."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple
from xml.sax.saxutils import escape

from lxml import etree

from pipelines.writing import footer
from pipelines.writing.marks.cells import Styles, child, q
from pipelines.writing.marks.notes import legal
from pipelines.writing.package import MAIN, REL, Package
from schemas.forms import MARKS_SHEET, NOTE_HEADING, PLACE_HEADING, place_of
from schemas.problems import LEVELS, VERIFY, Problem, rule_name

MOST = 5_000  # cells marked and lines listed; beyond it the list says how many more there are
HEADINGS = (PLACE_HEADING, "列", "现值", "问题", "怎么改", "级别", "规则", "", NOTE_HEADING)  # the 8th hidden
WIDTHS = (26, 20, 20, 38, 42, 8, 12)
NOTE = (
    "点“位置”可跳到单元格；红色必须改正，黄色请核实，核对无误的不用改，在“说明”一列写明理由。"
    "改好后直接重新报送本工作簿，标记不影响读取。"
)
FIRST_LINE = 4
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"

COLUMN = '<col min="{n}" max="{n}" width="{width}" customWidth="1"/>'
HIDDEN_COLUMN = '<col min="8" max="8" hidden="1" width="10" customWidth="1"/>'
NOTE_COLUMN = '<col min="9" max="9" width="32" customWidth="1"/>'
WORDS_CELL = '<c r="{cell}"{look} t="inlineStr"><is><t xml:space="preserve">{words}</t></is></c>'
LINK = '<hyperlink ref="A{line}" location="{target}"/>'
PART = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="{MAIN}">'
    '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="3" topLeftCell="A4" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    "<cols>{columns}</cols><sheetData>{rows}</sheetData>{links}"
    '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>{foot}</worksheet>'
)


class FirstLook(NamedTuple):
    """A cell before it was marked, by the title of its sheet and its address: the number of its style."""

    sheet: str
    cell: str
    style: int


class FaultList:
    """Writes the sheet 问题清单 into a package, in the place of an earlier one."""

    def __init__(self, package: Package, styles: Styles) -> None:
        self.package = package
        self.head, self.body = styles.plain(bold=True), styles.plain(bold=False)

    def write(
        self,
        problems: Sequence[Problem],
        looks: Sequence[FirstLook],
        title: str,
        notes: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """A line for each of the first `MOST` problems; `looks` are kept in the hidden column, one a line.

        `notes`: what was said of a place before, put beside it.
        """
        listed, more = problems[:MOST], len(problems) - MOST
        note = NOTE + (f" 另有 {more} 处未列出，改好后再次报送时列出。" if more > 0 else "")
        lines = [_line(p, looks[n : n + 1], notes) for n, p in enumerate(listed)]
        top = [_row(1, (title,), self.head), _row(2, (note,), None), _row(3, HEADINGS, self.head)]
        rows = [*top, *(_row(n, words, self.body) for n, words in enumerate(lines, FIRST_LINE))]
        links = "".join(_link(n, p) for n, p in enumerate(listed, FIRST_LINE) if p.cell)
        columns = "".join(COLUMN.format(n=n, width=width) for n, width in enumerate(WIDTHS, 1))
        self._put(
            PART.format(
                foot=footer.PART,
                columns=columns + HIDDEN_COLUMN + NOTE_COLUMN,
                rows="".join(rows),
                links=f"<hyperlinks>{links}</hyperlinks>" if links else "",
            )
        )

    def _put(self, xml: str) -> None:
        parts = self.package.sheets()
        if MARKS_SHEET in parts:
            self.package.put(parts[MARKS_SHEET], xml)
            return
        part = self.package.free("xl/worksheets/sheetMarks{}.xml")
        self.package.add(part, xml, SHEET_TYPE)
        book = self.package.edit(self.package.book)
        sheets = child(book, "sheets")
        number = max((int(s.get("sheetId", "0")) for s in sheets), default=0) + 1
        made = etree.SubElement(sheets, q("sheet"), name=MARKS_SHEET, sheetId=str(number))
        made.set(f"{{{REL}}}id", self.package.relate(self.package.book, "worksheet", part))
        for view in book.iter(q("workbookView")):
            view.set("activeTab", str(len(sheets) - 1))


def _line(p: Problem, looks: Sequence[FirstLook], notes: Mapping[str, str]) -> tuple[str, ...]:
    """The words of a problem's line, under `HEADINGS`; in the hidden column the look of a cell."""
    place = place_of(p)
    note = notes.get(place, "") if p.level == VERIFY else ""
    kept = "".join("!".join(map(str, look)) for look in looks)
    return place, p.title, p.value, p.message, p.remedy, LEVELS[p.level], rule_name(p.rule), kept, note


def _row(number: int, words: Iterable[str], style: int | None) -> str:
    look = "" if style is None else f' s="{style}"'
    cells = (
        WORDS_CELL.format(cell=f"{chr(64 + n)}{number}", look=look, words=escape(legal(each)))
        for n, each in enumerate(words, 1)
    )
    return f'<row r="{number}">{"".join(cells)}</row>'


def _link(line: int, p: Problem) -> str:
    sheet = p.sheet.replace("'", "''")
    target = escape(legal(f"'{sheet}'!{p.cell}"), {'"': "&quot;"})
    return LINK.format(line=line, target=target)
