"""Workbooks broken at random come to a verdict and a sentence; longer runs are in docs/reliability.md."""

import zipfile
from io import BytesIO

import pytest
from openpyxl import load_workbook

from pipelines.judging.judge import judge
from pipelines.judging.judgement import ACCEPTABLE
from pipelines.reading import reader
from pipelines.reading.guard import OLE
from pipelines.writing import marks
from schemas.reasons import REASONS
from schemas.returns import RETURNS
from schemas.self_check import CHECKS_SHEET
from tests.conftest import examples
from tests.fuzz import ARRIVED, at_once, bent, pool, run
from tests.fuzz import _sender as sender
from tests.messy import put
from tests.specimens import bent as bent_part

FILES, PARTS = examples("broken workbooks"), 2
LIMIT = 1 << 20  # kB: 1 GiB


# what is repeated at random says nothing new of coverage, and being watched makes it twice as slow
@pytest.mark.no_cover
@pytest.mark.parametrize("first", range(0, FILES, FILES // PARTS))
def test_whatever_is_sent_comes_to_a_verdict_and_a_sentence(first):
    tally = run(range(first, first + FILES // PARTS), mark_every=10)
    assert tally.faults == []
    assert tally.child <= LIMIT
    assert tally.parent <= LIMIT
    assert sum(tally.verdicts.values()) == FILES // PARTS


def test_workbooks_sent_by_several_at_once_are_in_force_as_if_they_came_one_by_one():
    assert at_once(0) == ""


def test_the_good_workbooks_are_good():
    assert {judge(content, arrived_on=ARRIVED, **sender(code, 1)).verdict for code, content in pool()} == {
        ACCEPTABLE
    }


def test_a_number_bends_the_same_workbook_in_the_same_way():
    assert [bent(n) for n in range(20)] == [bent(n) for n in range(20)]


def checks(content):
    """Whether a workbook checks itself: then its rows reach to the last that may be filled in."""
    with zipfile.ZipFile(BytesIO(content)) as parts:
        return CHECKS_SHEET.encode() in parts.read("xl/workbook.xml")


def test_a_cell_astray_in_the_last_column_does_not_make_every_row_a_long_one():
    code, content = next((c, b) for c, b in pool() if b.startswith(b"PK") and c == "ban" and not checks(b))
    (title,) = load_workbook(BytesIO(content), read_only=True).sheetnames[:1]
    astray = put(content, {(title, "XFD3"): "示例"})
    judgement = judge(astray, arrived_on=ARRIVED, **sender(code, 1))
    assert judgement.verdict == ACCEPTABLE
    assert not any(p.cell == "XFD3" for p in judgement.problems)


def test_a_cell_beyond_the_last_column_of_any_program_is_refused():
    code, content = next((c, b) for c, b in pool() if b.startswith(OLE))
    record = content.rindex(b"\xfd\x00\x0a\x00")  # a cell with words: row and column follow
    bent_one = content[: record + 6] + b"\x00\x80" + content[record + 8 :]
    judgement = judge(bent_one, arrived_on=ARRIVED, **sender(code, 1))
    assert judgement.reason == REASONS["too_far"].format(sheet="Sheet1", cell="AVLI9")


def test_an_older_workbook_with_a_broken_cell_comes_back_marked():
    code, content = next((c, b) for c, b in pool() if b.startswith(OLE))
    words = "示例0号公司" if "示例0号公司".encode("utf-16-le") in content else "摸底排查进展"
    bent_one = content.replace(words.encode("utf-16-le"), f"{words[:-1]}\x01".encode("utf-16-le"))
    assert bent_one != content
    judgement = judge(bent_one, arrived_on=ARRIVED, **sender(code, 1))
    assert {p.rule for p in judgement.problems} >= {"odd_text"}
    sheets = reader.read(marks.marked_up(bent_one, judgement))
    assert any(f"{words[:-1]}□" in cells for sheet in sheets for cells in sheet.rows)


def test_two_sheets_of_one_name_are_refused():
    code, content = next((c, b) for c, b in pool() if b.startswith(b"PK"))
    name = b"<sheet "

    def twice(part):
        first = part[part.index(name) : part.index(b"/>", part.index(name)) + 2]
        return part.replace(name, first + name, 1)

    judgement = judge(bent_part(content, "xl/workbook.xml", twice), arrived_on=ARRIVED, **sender(code, 1))
    assert judgement.reason == REASONS["unreadable"]


@pytest.mark.parametrize("strange", ["\ufffe", "\uffff"])
def test_a_character_that_no_part_may_hold_is_told_and_the_copy_can_be_made(strange):
    """Found by the long run: an .xls holds it, and its marked copy could not."""
    from xlwt import Workbook

    book = Workbook(encoding="utf-8")
    sheet = book.add_sheet("Sheet1")
    for n, column in enumerate(RETURNS["meeting"].columns.values()):
        sheet.write(0, n, str(column.title))
        sheet.write(1, n, f"研究{strange}工作")
    made = BytesIO()
    book.save(made)
    judgement = judge(made.getvalue(), arrived_on=ARRIVED, **sender("meeting", 1))
    assert "odd_text" in {p.rule for p in judgement.problems}
    assert marks.marked_up(made.getvalue(), judgement).startswith(b"PK")
