"""Below a heading: which rows hold data, which hold totals, and which only speak to the reader.

A row is set apart only where it cannot be data; what is set apart is listed, so that nothing is lost in silence.
"""

import re
import unicodedata
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any

from pipelines.reading.reader import Sheet
from pipelines.tables.heading import PAIR, normal, unit_in
from pipelines.tables.plain_rows import FIRST, is_filled, ordinary
from pipelines.values.clean import BLANKS
from pipelines.values.guidance import is_guidance

TOTAL = re.compile(
    r"^(.{0,8}?)(合计|总计|小计|共计|总数|总额|累计)(?:数|金额)?(\d{1,5}[家户个笔]?)?$|^(?:共\d{1,5}[家户个笔]|计)()()$"
)
SUMMING = frozenset("计总共")
RUNNING = "累计"  # counts more than the rows that are seen
WHOLE = frozenset({"", "总", "本表", "全表", "全部", "全州", "全市", "全县", "全区", "各项"})
NOTES = re.compile(
    r"^(注|备注|附注|说明|填表说明|填报说明|填写说明|填表要求|填报要求|填报须知|数据来源|资料来源|填表人|填报人|制表人|制表|填表|"
    r"经办人|签字|(?:主要|分管|主管|单位|科室|部门|填报)?(?:负责人|领导|责任人)(?:签字|签名|签章|盖章)?|"
    r"审核人|审核|复核人?|批准人?|签发人|填表日期|填报日期|填报单位|联系电话)(\([^)]*\))?\s*(\d{0,2}\s*[::.、]|$)"
)
NUMBERED = re.compile(
    r"^([一二三四五六七八九十]{1,3}[、.]|\([一二三四五六七八九十]{1,3}\)|第[一二三四五六七八九十]{1,3}(部分|类|批|组)|[◆■●▲])"
)
COLUMN_MARK = re.compile(
    r"^[(\[]?(\d{1,2}|[甲乙丙丁戊己庚辛壬癸]|[A-Z]\d?|[①-⑳])[)\]]?(=[\dA-Z()+\-*/×÷]+)?[)\]]?$"
)
NUMERAL = re.compile(r"^[一二三四五六七八九十]{1,3}[、.]?$")
CONTINUED = re.compile(r"\(?续(表|上表|前表|页)?[一二三四五\d]{0,2}\)?$")
DATED = re.compile(
    r"^\d{4}[-./年]\d{1,2}[-./月]\d{1,2}日?$"
)  # alone at the end: the day on which it was signed
COUNT = re.compile(r"^\d{1,5}(\.0)?$")
DATA_AFTER_NOTES = 3  # cells in a row below the notes that make it data again, and not a note
REMARKS = 2  # words behind the numbers of a row of totals
PROSE = 3  # Chinese letters; a day in words has as many
ACROSS = 3  # columns under one merged cell that make it a line across the table
WORDS = frozenset({"note", "line", "section", "heading"})
NIL = BLANKS | {"零", "0", "零报告", "无此情况", "无数据", "0.0"}


@dataclass
class Body:
    """The rows under a heading, told apart; all are Excel row numbers."""

    rows: list[int] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    sections: list[int] = field(default_factory=list)
    passed: list[int] = field(default_factory=list)  # short rows after a note, which may be data or not
    guidance: list[int] = field(default_factory=list)  # rows that hold nothing but words on how to fill in
    words: list[int] = field(
        default_factory=list
    )  # rows of words: notes, lines, sections, the heading once more
    nil: list[int] = field(default_factory=list)  # rows that say 无, in a table that holds nothing else
    other: int = 0  # where another table begins, with other columns; nothing is read from there on
    kinds: list[tuple[int, str]] = field(
        default_factory=list
    )  # rows of data, totals and sections, in their order

    def add(self, row: int, kind: str) -> None:
        places = {
            "data": self.rows,
            "total": self.totals,
            "section": self.sections,
            "guidance": self.guidance,
            "passed": self.passed,
        }
        if kind in places:
            places[kind].append(row)
        if kind in WORDS:
            self.words.append(row)
        if kind in {"data", "total", "section"}:
            self.kinds.append((row, kind))


@dataclass(frozen=True)
class Above:
    """What the rows below a heading are held against."""

    last: int  # the last row of the heading
    lines: Sequence[Mapping[int, str]]  # for each row of the heading its words in normal form, by column
    names: Mapping[str, str]  # every heading that is known
    options: frozenset[str]  # words that a choice column may hold: alone in a row they name a section
    counting: frozenset[int]  # columns of numbers
    titles: frozenset[str]  # what stands alone in a row above
    counters: frozenset[int] = frozenset()  # columns of 序号: numbered beforehand, a row is still empty
    ready: frozenset[int] = frozenset()  # these, and what else an office fills in before it hands a table out
    units: Mapping[int, str] = field(default_factory=dict)  # the unit that each column names
    required: frozenset[int] = frozenset()  # columns that must be filled
    days: frozenset[int] = frozenset()  # columns of days: no total stands in one

    @property
    def columns(self) -> set[int]:
        return set().union(*self.lines)


def said(cell: Any) -> str:
    """What a cell says, in half-width and without outer spaces."""
    return unicodedata.normalize("NFKC", str(cell)).strip()


def body_of(sheet: Sheet, above: Above) -> Body:
    """Tell the rows below a heading apart."""
    return _Sorter(sheet, above).sort()


class _Sorter:
    def __init__(self, sheet: Sheet, above: Above) -> None:
        self.sheet, self.above, self.columns = sheet, above, above.columns
        self.known = {words for line in above.lines for words in line.values()} | set(above.names)
        self.under = {
            row
            for a, b, c, _ in sheet.merges
            if a > above.last and b in self.columns
            for row in range(a + 1, c + 1)
        }
        self.wide = {(a, b) for a, b, _, d in sheet.merges if a > above.last and d - b + 1 >= ACROSS}
        told = ordinary(sheet.columns, above.columns, above.ready, DATA_AFTER_NOTES, self.speaks, is_total)
        self.ordinary = [*told, False]  # the run of them ends at the latest below the last row
        self.noted = False
        self.after_heading = True

    def sort(self) -> Body:
        body = Body()
        row, last = self.above.last, len(self.sheet.rows)
        while (row := row + 1) <= last:
            if not self.after_heading and (run := self.ordinary_from(row)):
                body.rows.extend(run)
                body.kinds.extend(zip(run, repeat("data")))
                row = run[-1]
                continue
            kind = self.kind_at(row)
            if not kind:
                continue
            if kind == "other":
                body.other = row
                break
            self.noted = self.noted and kind != "heading"  # another page begins
            self.after_heading = kind in {"heading", "numbers", "guidance"} or (
                self.after_heading and kind == "line"
            )
            body.add(row, kind)
        if body.rows and all(self.is_nil(row) for row in body.rows):
            body.nil, body.rows = body.rows, []
        return body

    def ordinary_from(self, row: int) -> range:
        """The rows from here on that can be nothing but data; right below a heading none is sure to be."""
        return range(row, self.ordinary.index(False, row - 1) + 1)

    def kind_at(self, row: int) -> str:
        """What a row is, '' where nothing stands in it."""
        cells = [(n, c) for n, c in enumerate(self.sheet.rows[row - 1], 1) if is_filled(c)]
        return self.kind(row, cells) if cells else ""

    def kind(self, row: int, cells: list[tuple[int, Any]]) -> str:
        """What a row is; asked from the plainest sign to the least."""
        own = [(n, c) for n, c in cells if n in self.columns]
        if (heading := self.heading(own)) or self.is_numbers(own):
            return heading or "numbers"
        if self.is_note(own or cells):
            self.noted = True
            return "note"
        if not own:
            return "note"
        if self.noted and len(own) < DATA_AFTER_NOTES and not self.is_whole(row, own):
            return "note" if len(own) == 1 or any(is_signature(c) for _, c in own) else "passed"
        if not {n for n, c in own if not is_total(c)} & self.above.days and sums_up(
            [c for _, c in cells], self.above.options
        ):
            return "total"
        if self.is_empty(cells, own):
            return "empty"
        if all(isinstance(c, str) and is_guidance(c) for _, c in own):
            return "guidance"
        return self.of_few(row, cells)

    def speaks(self, cell: Any) -> bool:
        """Whether a row that this cell begins may be anything but data."""
        if not isinstance(cell, str):
            return False
        words = said(cell)
        return bool(
            normal(cell) in self.known or NOTES.match(words) or PAIR.match(words) or is_guidance(cell)
        )

    def of_few(self, row: int, cells: list[tuple[int, Any]]) -> str:
        if row in self.under:
            return "data"
        if len(cells) == 1 and self.is_section(row, *cells[0]):
            return "section"
        if len(cells) == 2 and cells[0][0] in self.above.counting and NUMERAL.match(said(cells[0][1])):
            return "section"  # its number stands in a cell of its own
        return "line" if self.is_line(cells) else "data"

    def heading(self, own: list[tuple[int, Any]]) -> str:
        """'heading' where the heading, or a row of it, is printed again; 'other' where it has other columns."""
        if len(own) < 2 or not (isinstance(own[0][1], str) and isinstance(own[-1][1], str)):
            return ""
        first, last = normal(own[0][1]), normal(own[-1][1])
        known = self.known
        if first not in known or last not in known:
            return ""
        words = {n: normal(c) for n, c in own}
        if any(all(line.get(n) == w for n, w in words.items()) for line in self.above.lines):
            return "heading" if all(self.is_same_unit(n, c) for n, c in own) else "other"
        return "other" if len(words) >= ACROSS and all(w in known for w in words.values()) else ""

    def is_same_unit(self, column: int, words: Any) -> bool:
        unit = unit_in(words)
        return not unit or unit == self.above.units.get(column, unit)

    def is_numbers(self, own: list[tuple[int, Any]]) -> bool:
        """The row 甲 乙 1 2 3 that numbers the columns, right under a heading."""
        if not self.after_heading or len(own) < max(ACROSS, len(self.columns) // 2):
            return False
        marks = [COLUMN_MARK.match(re.sub(r"\.0$", "", said(c))) for _, c in own]
        if not all(marks):
            return False
        counted = [int(m[1]) for m in marks if m and m[1].isdigit()]
        return counted == list(range(counted[0], counted[0] + len(counted))) if counted else True

    def is_note(self, cells: list[tuple[int, Any]]) -> bool:
        first = cells[0][1]
        found = NOTES.match(said(first)) if isinstance(first, str) else None
        return found is not None and (bool(found[3]) or len(cells) == 1)

    def is_whole(self, row: int, own: list[tuple[int, Any]]) -> bool:
        """Whether a row fills every column that must be filled, or stands under one that is merged downwards."""
        return row in self.under or (bool(self.above.required) and self.above.required <= {n for n, _ in own})

    def is_section(self, row: int, column: int, cell: Any) -> bool:
        """One cell across the table that no column asks for: a line between parts, or the title once more."""
        if not isinstance(cell, str):
            return False
        words = said(cell)
        return (
            (row, column) in self.wide
            or bool(NUMBERED.match(words))
            or normal(words) in self.above.options
            or bool(CONTINUED.search(words))
            or normal(words) in self.above.titles
            or (column in self.above.counting and words not in BLANKS and is_prose(words))
        )

    def is_empty(self, cells: list[tuple[int, Any]], own: list[tuple[int, Any]]) -> bool:
        """A row made ready and never filled in: its number, field and territory, or the noughts of formulas."""
        if len(cells) == 1:
            return self.is_nothing(*cells[0])
        rest = [c for n, c in own if n not in self.above.ready]
        return not rest or (not self.after_heading and all(type(c) is float and c == 0 for c in rest))

    def is_nothing(self, column: int, cell: Any) -> bool:
        """A single cell that is no answer: a 序号 written beforehand, or the day of a signature."""
        words = said(cell)
        dated = column not in self.above.counting - self.above.counters and DATED.match(words)
        return bool(dated or (column in self.above.counters and COUNT.match(words)))

    def is_line(self, cells: list[tuple[int, Any]]) -> bool:
        """A line of label:value once more, as on top of a second page."""
        return all(isinstance(c, str) and self.is_pair(said(c)) for _, c in cells)

    @staticmethod
    def is_pair(words: str) -> bool:
        found = PAIR.match(words)
        return found is not None and normal(found[1]).endswith(
            ("单位", "单位盖章", "人", "日期", "时间", "电话")
        )

    def is_nil(self, row: int) -> bool:
        own = self.columns - self.above.ready
        cells = [c for n, c in enumerate(self.sheet.rows[row - 1], 1) if n in own and str(c).strip()]
        return len(cells) > 0 and all(re.sub(r"\.0$", "", said(c)) in NIL for c in cells)


def is_signature(cell: Any) -> bool:
    """Whether a cell is one of those that stand below a table: a label, a name behind it, a day."""
    words = said(cell)
    return bool(NOTES.match(words) or PAIR.match(words) or DATED.match(words))


def is_prose(words: str) -> bool:
    """Words that cannot be an amount or a day: without a digit, or with several others."""
    return not any(c.isdigit() for c in words) or sum("\u4e00" <= c <= "\u9fff" for c in words) > PROSE


def is_total(cell: Any) -> bool:
    """Whether a cell says that its row sums others up."""
    return isinstance(cell, str) and not SUMMING.isdisjoint(cell) and TOTAL.match(normal(cell)) is not None


def sums_up(cells: Sequence[Any], options: Container[str]) -> bool:
    """Whether a row is one of totals: a word for it among the first cells, then numbers, and hardly a word but options."""
    at = next((n for n, cell in enumerate(cells[:FIRST]) if is_total(cell)), None)
    if at is None:
        return False
    behind = [cell for cell in cells[at + 1 :] if not (isinstance(cell, str) and said(cell) in BLANKS)]
    words = [
        c for c in behind if isinstance(c, str) and not any(map(str.isdigit, c)) and normal(c) not in options
    ]
    return len(words) <= REMARKS and (not behind or len(words) < len(behind))


def sums_of(sheet: Sheet, body: Body) -> list[tuple[int, list[list[int]]]]:
    """For each row of totals the rows that it may sum up, the likeliest first: its part of the table, or all of it."""
    words = {row: _total_words(sheet, row) for row in body.totals}
    parts = _parts(body, {row for row, (_, what) in words.items() if what != "总计"})
    found: list[tuple[int, list[list[int]]]] = []
    for row, (whose, what) in words.items():
        if what == RUNNING:
            continue
        if what == "总计" or len(words) == 1:
            found.append((row, [body.rows]))
            continue
        same = {other for other, (_, other_what) in words.items() if other_what == what}
        near = [parts.get(row, []), *_around(body, row, set(words)), *_around(body, row, same)]
        far = [body.rows, [r for r in body.rows if r < row], [r for r in body.rows if r > row]]
        choices = near if what == "小计" else [*far, *near] if whose in WHOLE else [*near, *far]
        told = list({tuple(rows): rows for rows in choices if rows}.values())
        of_none: list[list[int]] = [[]] if what == "小计" and [] in near else []  # a part may be empty
        found.append((row, [*told, *of_none] or [body.rows]))
    return found


def _around(body: Body, row: int, totals: set[int]) -> list[list[int]]:
    """The rows of data before and behind a row of totals, up to the next of some totals or, of all of them, a section."""
    at = body.kinds.index((row, "total"))
    found: list[list[int]] = []
    for way in (reversed(body.kinds[:at]), body.kinds[at + 1 :]):
        held: list[int] = []
        for other, kind in way:
            if other in totals or (kind == "section" and held):
                break
            held += [other] if kind == "data" else []
        found.append(sorted(held))
    return found


def _total_words(sheet: Sheet, row: int) -> tuple[str, str]:
    found = next(m for c in sheet.rows[row - 1] if is_total(c) and (m := TOTAL.match(normal(c))))
    return found[1] or "", found[2] or ""


def _parts(body: Body, subtotals: set[int]) -> dict[int, list[int]]:
    """The rows of data that belong to each row of subtotals: those before it, or after it where it leads its part."""
    told = [(row, kind) for row, kind in body.kinds if kind != "total" or row in subtotals]
    leads = next((kind for _, kind in told if kind != "section"), "") == "total"
    found: dict[int, list[int]] = {}
    held: list[int] = []
    for row, kind in reversed(told) if leads else told:
        if kind == "data":
            held.append(row)
            continue
        if kind == "total":
            found[row] = sorted(held)
        held = []
    return found
