"""How much memory a large workbook may take, beside what a small one does: parent and children together."""

import datetime as dt
import gc
from copy import deepcopy
from io import BytesIO
from pathlib import Path

import pytest

from pipelines.reading import reader, worker
from pipelines.reading.columns import SheetRows
from pipelines.reading.reader import CellColumn, Page, parse, parts_of, together
from pipelines.reading.worker import Worker
from pipelines.reading.xlsx_scan import look
from tests.specimens import plain, zipped

MEGABYTE = 1 << 20
STATUS = Path("/proc/self/status")
ROWS, COLUMNS = 20_000, [chr(ord("A") + n) for n in range(24)]
SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BOOK = (
    f'<workbook xmlns="{SPREADSHEET}" xmlns:r="{KINDS}"><sheets>'
    '<sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
LINKS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{KINDS}/{{kind}}" Target="{{target}}"/></Relationships>'
)


@pytest.fixture(scope="module")
def tall():
    """A sheet of twenty thousand rows of numbers, and how many bytes its part has."""
    row = "".join(f'<c r="{c}{{n}}"><v>{{n}}.5</v></c>' for c in COLUMNS)
    rows = "".join(f'<row r="{n}">{row.format(n=n)}</row>' for n in range(1, ROWS + 1))
    part = f'<worksheet xmlns="{SPREADSHEET}"><sheetData>{rows}</sheetData></worksheet>'
    content = zipped(
        ("[Content_Types].xml", "<Types/>"),
        ("_rels/.rels", LINKS.format(kind="officeDocument", target="xl/workbook.xml")),
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", LINKS.format(kind="worksheet", target="worksheets/sheet1.xml")),
        ("xl/worksheets/sheet1.xml", part),
    )
    return content, len(part)


def most_held(child):
    """The most bytes that a child has held."""
    lines = Path(f"/proc/{child.pid}/status").read_text(encoding="utf-8").splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def grown(work, content):
    """By how much a child's peak grows over a workbook, after a small one."""
    child = Worker(work, 1 << 30)
    try:
        child.ask(plain(["甲"]))
        before = most_held(child)
        child.ask(content)
        return most_held(child) - before
    finally:
        child.close()


@pytest.mark.skipif(not STATUS.exists(), reason="the system does not tell what a process holds")
def test_a_large_sheet_is_looked_through_and_read_without_being_held_several_times(tall, monkeypatch):
    monkeypatch.setattr(worker, "LARGE", 1 << 40)  # the children stay, so that they can be asked
    content, size = tall
    cells = ROWS * len(COLUMNS)
    assert grown(look, content) < size  # not even once
    assert grown(parts_of, content) < len(content) + 140 * cells


def test_a_child_that_has_grown_is_given_up_and_the_next_file_reads(tall, monkeypatch):
    monkeypatch.setattr(worker, "LARGE", len(tall[0]) - 1)
    child = Worker(parse, 1 << 30)
    (page,) = child.ask(tall[0])
    assert len(SheetRows(page.columns)) == ROWS
    assert child.pid == 0
    assert [list(c) for c in child.ask(plain(["甲", 1]))[0].columns] == [["甲"], [1.0]]
    assert child.pid
    child.close()


def test_a_page_handed_over_in_parts_is_the_same_page(monkeypatch):
    monkeypatch.setattr(reader, "PART", 3)
    day = dt.datetime(2016, 7, 8)
    content = plain(["甲", None, 1, True], ["乙", day, 2.5, "丙"], at=(2, 2), merges=["B2:C2"])
    whole = parse(content)
    parts = parts_of(content)
    assert len(parts) > 3
    assert all(isinstance(each, CellColumn) for part in parts if not isinstance(part, Page) for each in part)
    again = together(parts)
    assert [page.title for page in again] == [page.title for page in whole]
    assert [page.merges for page in again] == [page.merges for page in whole]
    assert [list(map(list, p.columns)) for p in again] == [list(map(list, p.columns)) for p in whole]


@pytest.mark.parametrize("answer", [None, [], [1, "甲", [2]], {"甲": 1}, ()])
def test_an_answer_is_read_as_it_was_written(answer):
    written = BytesIO()
    worker._write(deepcopy(answer), written)
    written.seek(0)
    assert worker._read(written) == answer


def frozen(_content):
    return gc.get_freeze_count()


def test_what_a_child_loaded_for_its_first_file_is_walked_after_none_of_the_others():
    child = Worker(frozen, 1 << 30)
    first, second, third = (child.ask(b"") for _ in range(3))
    child.close()
    assert first == 0 < third <= second
