"""Any workbook → addressed cells; whatever the reader does, a file costs one sentence."""

import datetime as dt
import re
from contextlib import nullcontext
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font

from pipelines.judging.judge import judge
from pipelines.reading import reader, xlsx_scan
from pipelines.reading.a1 import address
from pipelines.reading.as_shown import Broken
from pipelines.reading.columns import SheetRows
from pipelines.reading.guard import Refused
from pipelines.reading.reader import parse
from pipelines.reading.worker import ChildDied, Worker
from pipelines.reading.xlsx_cut import MAX_BOX
from pipelines.reading.xlsx_scan import MAX_STRING
from schemas.forms import IDENTITY_SHEET
from schemas.reasons import REASONS
from tests.build import filled, good, told
from tests.build import sheet_of as sheet_of_return
from tests.specimens import bent, moved, plain, saved, zipped

SHEET = "xl/worksheets/sheet1.xml"
STRICT = {
    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships": b"http://purl.oclc.org/ooxml/officeDocument/relationships",
}


@pytest.fixture
def worker():
    made = Worker(parse, 1 << 30)
    yield made
    made.close()


def rows_by(worker, content):
    (page,) = worker.ask(content)
    return SheetRows(page.columns)


def cells_of(content):
    return {s.title: s.rows for s in reader.read(content)}


def sheet_of(content):
    (sheet,) = reader.read(content)
    return sheet


def with_cells(xml):
    """A workbook whose sheet holds just this XML as its rows."""
    return bent(
        plain(["甲"]), SHEET, lambda old: old[: old.index(b"<row")] + xml + old[old.index(b"</sheetData>") :]
    )


def strict(content):
    for part in ("xl/workbook.xml", SHEET, "xl/_rels/workbook.xml.rels", "xl/styles.xml", "_rels/.rels"):

        def change(old):
            for ours, theirs in STRICT.items():
                old = old.replace(ours, theirs)
            return old

        content = bent(content, part, change)
    return content


def memory_eater():
    """An honest-looking workbook that asks for gigabytes: one long string, used 200,000 times."""
    book = Workbook()
    book.active["A1"] = "甲"
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    rows = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (n, n) for n in range(1, 200_001))
    main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    content = bent(
        saved(book),
        SHEET,
        lambda _: b'<worksheet xmlns="' + main + b'"><sheetData>' + rows + b"</sheetData></worksheet>",
    )
    content = bent(
        content,
        "xl/sharedStrings.xml",
        lambda _: (
            b'<sst xmlns="' + main + b'" count="200000" uniqueCount="1">'
            b"<si><t>" + b"x" * 32_000 + b"</t></si></sst>"
        ),
    )
    link = (
        '<Relationship Id="strings" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        'sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    )
    content = bent(
        content,
        "xl/_rels/workbook.xml.rels",
        lambda old: old if b"sharedStrings" in old else old.replace(b"</Relationships>", link.encode()),
    )
    override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{types}"/></Types>'
    return bent(
        content,
        "[Content_Types].xml",
        lambda old: old if b"sharedStrings" in old else old.replace(b"</Types>", override.encode()),
    )


@pytest.mark.parametrize(
    ("at", "name"), [((7, 4), "D7"), ((1, 26), "Z1"), ((2, 27), "AA2"), ((1, 16384), "XFD1")]
)
def test_a_cell_is_called_as_in_the_spreadsheet(at, name):
    assert address(*at) == name


def test_cells_keep_their_address_where_the_table_starts_further_down():
    sheet = sheet_of(plain(["甲", 1], ["乙", 2], at=(5, 3)))
    assert [
        sheet.at(5, 3),
        sheet.at(6, 4),
        sheet.at(1, 1),
        sheet.at(5, 2),
        sheet.at(99, 1),
        sheet.at(6, 99),
    ] == ["甲", 2.0, "", "", "", ""]


def test_cells_keep_their_kind():
    (row,) = sheet_of(plain(["000001", 1.5, True, dt.datetime(2016, 7, 8, 9, 30), "NA"])).rows
    assert row == ["000001", 1.5, True, dt.datetime(2016, 7, 8, 9, 30), "NA"]
    assert row[2] is True


def test_only_the_anchor_of_a_merged_area_has_a_value():
    def leave_values(old):
        return old.replace(b"</row>", b'<c r="C1" t="inlineStr"><is><t>hidden</t></is></c></row>', 1)

    sheet = sheet_of(bent(plain(["甲", None, None, "乙"], merges=["A1:C1"]), SHEET, leave_values))
    assert sheet.rows[0] == ["甲", "", "", "乙"]
    assert sheet.merges == [(1, 1, 1, 3)]


def test_a_merged_area_is_cut_to_the_cells_in_use():
    content = bent(
        plain(["甲", "乙"], ["丙"]),
        SHEET,
        lambda old: old.replace(
            b"</sheetData>",
            b'</sheetData><mergeCells count="1"><mergeCell ref="A2:XFD1048576"/></mergeCells>',
        ),
    )
    assert sheet_of(content).merges == [(2, 1, 2, 2)]


def test_a_hidden_sheet_is_read_and_says_that_it_is_hidden():
    book = Workbook()
    book.active.title = "见"
    book.create_sheet("不见")["A1"] = "甲"
    book["不见"].sheet_state = "hidden"
    assert [(s.title, s.hidden) for s in reader.read(saved(book))] == [("见", False), ("不见", True)]


def test_chart_sheets_are_no_worksheets():
    book = Workbook()
    book.active["A1"] = "甲"
    book.create_chartsheet("图")
    assert list(cells_of(saved(book))) == ["Sheet"]


def test_a_workbook_without_a_worksheet_is_refused():
    book = Workbook()
    book.create_chartsheet("图")
    book.remove(book.active)
    with pytest.raises(Refused, match="no_sheets"):
        reader.read(saved(book))


def test_strict_open_xml_reads_as_the_common_kind_does():
    content = plain(["机构名称", "余额"], ["甲", 3])
    assert cells_of(strict(content)) == cells_of(content) == {"Sheet1": [["机构名称", "余额"], ["甲", 3.0]]}


def test_the_dimension_a_sheet_claims_is_not_believed():
    content = bent(
        plain(["甲", "乙"], ["丙", "丁"]), SHEET, lambda old: old.replace(b'ref="A1:B2"', b'ref="A1:A1"')
    )
    assert sheet_of(content).rows == [["甲", "乙"], ["丙", "丁"]]


def test_an_error_and_a_formula_without_a_result_are_no_blanks():
    book = Workbook()
    book.active.append(["甲", "=1/0", "=SUM(A1:A9)"])
    book.active["D5"], book.active["E1"] = "#N/A", "=A1"
    book.active["D5"].data_type = "e"
    content = bent(
        saved(book), SHEET, lambda old: re.sub(rb"<f>A1</f><v ?/?>(</v>)?", b"<f>A1</f><v>7</v>", old)
    )
    sheet = sheet_of(content)
    assert sheet.at(1, 2) == Broken("=1/0", "never_calculated")
    assert sheet.at(1, 3) == Broken("=SUM(A1:A9)", "never_calculated")
    assert sheet.at(5, 4) == Broken("#N/A", "error_value")
    assert sheet.at(1, 5) == 7.0


def test_a_formula_whose_result_is_no_words_is_blank():
    content = with_cells(
        b'<row r="1"><c r="A1" t="str"><f>IF(1,"","")</f><v></v></c><c r="B1"><v>1</v></c></row>'
    )
    assert sheet_of(content).rows == [["", 1.0]]


def test_dates_of_the_1904_epoch_are_told():
    book = Workbook()
    book.epoch = dt.datetime(1904, 1, 1)
    book.active["A1"] = dt.datetime(2016, 7, 8)
    sheet = sheet_of(saved(book))
    assert sheet.since_1904
    assert f"{sheet.at(1, 1):%Y-%m-%d}" == "2016-07-08"
    assert not sheet_of(plain(["甲"])).since_1904


@pytest.mark.parametrize(
    "xml",
    [
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="100000"><c r="FOO100000"><v>1</v></c></row>',
        b"<row r='1'><c s='0' r='A1'/></row><row r='1048576'><c r='XFD1048576' t='n'><v>1</v></c></row>",
        b'<x:row r="1"/><x:row r="100000"><x:c r="FOO100000"><x:v>1</x:v></x:c></x:row>',
    ],
)
def test_a_cell_far_out_is_refused_though_the_reader_asks_for_fourteen_gigabytes(xml):
    with pytest.raises(Refused, match="too_far") as why:
        reader.read(with_cells(xml))
    assert why.value.facts["sheet"] == "Sheet1"
    assert why.value.facts["cell"].startswith(("FOO", "XFD"))
    assert sheet_of(plain(["甲"])).rows == [["甲"]]


@pytest.mark.parametrize("worth_asking", [0, 1 << 14])
@pytest.mark.parametrize(
    ("cells", "is_far"),
    [
        (b'<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>', False),
        (b'<row r="183"><c r="XFD183"><v>1</v></c></row>', False),
        (b'<row r="184"><c r="XFD184"><v>1</v></c></row>', True),
        (b'<row r="9"><c r="XFD9"/></row><row r="3"><c r="A400"><v>1</v></c></row>', False),
        (b'<row r="9"><c r="XFD9"><v>1</v></c></row><row r="3"><c r="A400"><v>1</v></c></row>', True),
    ],
)
def test_far_is_far_whether_every_cell_is_asked_or_only_those_that_do_not_stand_near(
    monkeypatch, worth_asking, cells, is_far
):
    monkeypatch.setattr(xlsx_scan, "WORTH_ASKING", worth_asking)
    with pytest.raises(Refused, match="too_far") if is_far else nullcontext():
        xlsx_scan.look(with_cells(cells))


def test_sheets_too_wide_together_are_refused_as_soon_as_they_are(monkeypatch):
    book = Workbook()
    for title, width in (("甲", 3), ("乙", 28), ("丙", 1)):
        book.create_sheet(title).cell(2, width, 1)
    content = saved(book)
    assert len(parse(content)) == 4
    monkeypatch.setattr(reader, "MAX_WIDTH", 30)
    with pytest.raises(Refused, match="too_wide") as why:
        parse(content)
    assert why.value.facts == {"most": "30", "sheet": "乙", "column": "AB"}
    assert "读到“乙”时已超出（该表到 AB 列）" in REASONS["too_wide"].format(**why.value.facts)


def test_a_large_honest_sheet_is_not_too_large():
    rows, columns = 3000, MAX_BOX // 3000 // 10
    assert len(sheet_of(plain(["甲"] * columns, *([n] for n in range(rows)))).rows) == rows + 1


@pytest.mark.parametrize(
    ("areas", "last", "taller"), [(20_001, b"B", 0), (400, b"CV", 100), (4_000, b"CV", 0)]
)
def test_absurdly_many_or_wide_merged_areas_are_refused(areas, last, taller):
    each = b"".join(b'<mergeCell ref="A%d:%s%d"/>' % (n, last, n + taller) for n in range(1, areas + 1))
    rows = b"".join(b'<row r="%d"><c r="CV%d"><v>1</v></c></row>' % (n, n) for n in range(1, 20_102))
    content = bent(
        with_cells(rows),
        SHEET,
        lambda old: old.replace(
            b"</sheetData>", b'</sheetData><mergeCells count="1">' + each + b"</mergeCells>"
        ),
    )
    with pytest.raises(Refused, match="too_large"):
        reader.read(content)


def test_a_workbook_that_eats_memory_costs_a_sentence_and_the_next_one_reads(worker):
    with pytest.raises((Refused, ChildDied)) as why:
        worker.ask(memory_eater())
    assert str(why.value) in {"too_large", "unreadable"}
    assert rows_by(worker, plain(["甲"])) == [["甲"]]


def test_a_reader_that_takes_too_long_is_stopped_and_the_next_file_reads(worker):
    with pytest.raises(ChildDied, match="too_slow"):
        worker.ask(plain(["甲"]), seconds=0.001)
    assert rows_by(worker, plain(["甲"])) == [["甲"]]


def test_a_reader_that_dies_is_replaced(worker):
    assert rows_by(worker, plain(["甲"])) == [["甲"]]
    worker._child.kill()
    worker._child.wait()
    assert rows_by(worker, plain(["乙"])) == [["乙"]]


@pytest.mark.parametrize(
    "content",
    [
        zipped(("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<workbook/>")),
        bent(plain(["甲"]), SHEET, lambda old: old[:200]),
        bent(plain(["甲"]), SHEET, lambda _: b""),
        bent(plain(["甲"]), "xl/workbook.xml", lambda old: old.replace(b"sheetId", b"sheet Id <")),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "Workbook".encode("utf-16-le") + bytes(2048),
    ],
    ids=["no parts", "sheet cut short", "sheet empty", "bad xml", "ole of noughts"],
)
def test_bytes_that_are_no_workbook_inside_get_a_sentence(content):
    judgement = judge(content)
    assert judgement.verdict == "unreadable"
    assert judgement.reason in REASONS.values()


def test_a_formula_never_calculated_is_told_at_its_cell():
    book = load_workbook(BytesIO(filled("survey_p2p", good("survey_p2p"))))
    (cell,) = (c for c in book[sheet_of_return("survey_p2p")][4] if c.value == 500)
    cell.value = "=500*1"
    judgement = judge(saved(book), arrived_on=dt.date(2016, 7, 8))
    assert told(judgement) == [(cell.coordinate, "never_calculated")]
    assert judgement.problems[0].value == "=500*1"


def test_marks_that_name_no_field_of_the_plan_are_no_marks():
    book = load_workbook(BytesIO(filled("survey_p2p", good("survey_p2p"))))
    (cell,) = (
        c
        for row in book[IDENTITY_SHEET]
        for c in row
        if row[0].value == "form" and c.column == 4 and c.value == "A"
    )
    cell.value = "Bform"
    judgement = judge(saved(book), arrived_on=dt.date(2016, 7, 8))
    assert judgement.verdict == "acceptable"
    assert ("survey_p2p", "A") in {(a.return_, a.field) for a in judgement.answers if a.answer == "rows"}


def test_hidden_rows_and_columns_are_told_by_the_parts():
    book = Workbook()
    sheet = book.active
    for n in range(1, 6):
        sheet.append([n, "甲", "乙"])
    sheet.row_dimensions[2].hidden = sheet.column_dimensions["B"].hidden = True
    found = sheet_of(
        bent(
            saved(book), SHEET, lambda old: old.replace(b'<row r="4"', b'<row r="4" ht="0" customHeight="1"')
        )
    )
    assert (found.hidden_rows, found.hidden_columns) == ({2, 4}, {2})
    assert sheet_of(plain(["甲"])).hidden_rows == frozenset()


@pytest.mark.parametrize("words", ["甲\ufffd", "_x0007_甲"])
def test_text_that_is_no_text_is_told_at_its_cell(words):
    sheet = sheet_of(plain([words, "乙_x000D_" if "_" in words else "乙", "丙"]))
    assert sheet.at(1, 1).rule == "odd_text"
    assert not isinstance(sheet.at(1, 2), Broken)
    assert sheet.at(1, 3) == "丙"


def test_a_string_of_absurd_length_is_refused():
    strings = b"<sst><si><t>" + b"x" * MAX_STRING + b"</t></si></sst>"
    content = bent(plain(["甲"]), "xl/sharedStrings.xml", lambda _: strings)
    with pytest.raises(Refused, match="too_large"):
        reader.read(content)


def test_a_workbook_of_a_thousand_sheets_is_refused_at_once():
    book = Workbook()
    for n in range(reader.MAX_SHEETS):
        book.create_sheet(f"表{n}")
    made = BytesIO()
    book.save(made)
    with pytest.raises(Refused, match="too_many_sheets"):
        reader.read(made.getvalue())


def test_an_empty_cell_far_out_is_no_cell_and_a_refusal_names_the_one_that_is():
    near = b'<row r="1"><c r="A1"><v>1</v></c></row>'
    far = b'<row r="1000000"><c r="XEB1000000" s="0"/><c r="XEC1000000"><v></v></c></row>'
    assert sheet_of(with_cells(near + far)).rows == [[1.0]]
    judgement = judge(with_cells(near + far.replace(b"<v></v>", b"<v>1</v>")))
    assert "“Sheet1”" in judgement.reason
    assert "XEC1000000" in judgement.reason


def test_cells_and_rows_that_do_not_say_where_they_stand_are_counted():
    rows = (
        b"<row><c><v>1</v></c><c t='e'><v>#DIV/0!</v></c></row><row hidden='1'><c><v>2</v></c></row>"
        b"<row r='5'><c r='C5'><v>3</v></c><c><f>A1</f></c></row><row><c/><c t='e'><v>#REF!</v></c></row>"
    )
    sheet = sheet_of(with_cells(rows))
    assert sheet.at(1, 2) == Broken("#DIV/0!", "error_value")
    assert sheet.at(5, 4) == Broken("=A1", "never_calculated")
    assert sheet.at(6, 2) == Broken("#REF!", "error_value")
    assert sheet.hidden_rows == {2}
    plain_row = b'<row r="%d"><c r="A%d"><v>1</v></c></row>'
    many = b"".join(plain_row % (n, n) for n in range(1, 40_000))
    large = sheet_of(with_cells(many + rows.replace(b" r='5'", b"").replace(b" r='C5'", b"")))
    assert large.at(40_000, 2) == Broken("#DIV/0!", "error_value")
    assert large.at(40_003, 2) == Broken("#REF!", "error_value")


def rich(*runs):
    """A cell of runs, of which some are struck out."""
    bare = "".join(
        f"<r><rPr>{'<strike/>' if struck else ''}</rPr><t>{words}</t></r>" for words, struck in runs
    )
    return f"<is>{bare}</is>".encode()


def test_struck_words_are_dropped_and_cells_struck_out_whole_are_kept_and_told():
    rows = (
        b'<row r="1"><c r="A1" t="inlineStr">' + rich(("500", True), ("800", False)) + b"</c>"
        b'<c r="B1" t="inlineStr">' + rich(("500", True)) + b"</c>"
        b'<c r="C1" t="inlineStr">' + rich(("5", False), ("6", False)) + b"</c></row>"
    )
    sheet = sheet_of(with_cells(rows))
    assert (sheet.at(1, 1), sheet.at(1, 1).kept) == ("800", "500800")
    assert sheet.rows[0][1:] == ["500", "56"]
    assert sheet.struck == {(1, 2)}


def test_struck_words_are_dropped_where_strings_are_shared():
    string = rich(("500", True), ("800", False)).replace(b"is>", b"si>")
    strings = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' + string + b"</sst>"
    for count in (1, 40_000):  # a small sheet, and one of which plain rows are cut away
        row = b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>'
        rows = b"".join(row % (n, n) for n in range(1, count + 1))
        content = bent(with_cells(rows), "xl/sharedStrings.xml", lambda _: strings)
        assert {str(cell) for cell in sheet_of(content).columns[0]} == {"800"}


def test_rows_and_cells_struck_out_are_read_and_are_to_be_verified():
    book = load_workbook(BytesIO(filled("survey_p2p", good("survey_p2p"), good("survey_p2p", id_no=None))))
    sheet = book[sheet_of_return("survey_p2p")]
    for cell in sheet[5]:
        cell.font = Font(strike=True)
    (one,) = (c for c in sheet[4] if c.value == 500)
    one.font = Font(strike=True)
    found = {p.rule: p for p in judge(saved(book), arrived_on=dt.date(2016, 7, 8)).problems}
    assert (found["struck_row"].row, found["struck_row"].level) == (5, "verify")
    assert (found["struck_cell"].cell, found["struck_cell"].level) == (one.coordinate, "verify")


@pytest.mark.parametrize(("home", "base"), [("", "workbook.xml"), ("book/", "workbook.xml"), ("", "wb1.xml")])
def test_the_parts_of_a_workbook_may_lie_in_any_folder(home, base):
    book = Workbook()
    book.active.append(["甲", "=1/0", 5])
    book.active["C1"].number_format = '0"万元"'
    sheet = sheet_of(moved(saved(book), home, base))
    assert sheet.at(1, 1) == "甲"
    assert sheet.at(1, 2) == Broken("=1/0", "never_calculated")
    assert str(sheet.at(1, 3)) == "5万元"


def test_a_picture_in_a_cell_is_told_as_a_picture_whatever_its_result():
    call = b"DISPIMG(&quot;ID_1&quot;,1)"
    rows = (
        b'<row r="1"><c r="A1" t="str"><f>' + call + b"</f><v>=" + call + b"</v></c>"
        b'<c r="B1" t="e"><f>_xlfn.' + call + b'</f><v>#NAME?</v></c><c r="C1"><f>' + call + b"</f></c>"
        b'<c r="D1" t="inlineStr"><is><t>=' + call + b"</t></is></c></row>"
    )
    assert [cell.rule for cell in sheet_of(with_cells(rows)).rows[0]] == ["picture"] * 4


def test_no_reason_speaks_the_language_of_programs():
    words = ("实体", "结构", "解压", "字节", "OLE", "XML 声明")
    reasons = {key: text for key, text in REASONS.items() if key in {"entities", "strange_zip"}}
    assert not [text for text in reasons.values() if any(word in text for word in words)]


def test_a_stretch_without_a_font_of_its_own_takes_that_of_the_cell():
    runs = "<is><r><t>500</t></r><r><rPr><b/></rPr><t>800</t></r></is>"
    book = Workbook()
    book.active["A1"].font = Font(strike=True)
    book.active["A1"], book.active["B1"] = "甲", "甲"

    def rewrite(old):
        return re.sub(rb"<is>.*?</is>", runs.encode(), old)

    sheet = sheet_of(bent(saved(book), SHEET, rewrite))
    assert (list(sheet.rows), sheet.struck) == ([["800", "500800"]], frozenset())
