"""Workbooks of before 2007 (.xls, and WPS .et): read by their records as truthfully as the new ones."""

import datetime as dt
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.judging.judge import judge
from pipelines.reading import guard, ole, reader, xls_records, xlsx_scan
from pipelines.reading.as_shown import Broken
from pipelines.reading.guard import Refused
from pipelines.reading.xlsx_cut import MAX_BOX
from pipelines.values.clean import read_cell
from pipelines.values.meaning import Manner
from schemas.returns import RETURNS
from tests.build import good, told
from tests.specimens import BOF8, EOF, bare_xls, compound, embedding, plain, record, xls

HEADS = ["机构名称", "所属县市", "存量业务规模(万元)"]


def rows(*lines):
    def write(_, sheet):
        for r, cells in enumerate(lines):
            for c, value in enumerate(cells):
                if value is not None:
                    sheet.write(r, c, value)

    return write


def poked(content, kind, at, value):
    """The same workbook with bytes of the first record of a kind changed, `at` counted from its data."""
    container = ole.Container(content)
    stream = container.read("Workbook")
    place = 0
    while struct.unpack_from("<H", stream, place)[0] != kind:
        place += 4 + struct.unpack_from("<H", stream, place + 2)[0]
    where = xls_records._in_file(container.pieces("Workbook"), place + 4 + at)
    return content[:where] + value + content[where + len(value) :]


def looked(content):
    return xls_records.look(ole.Container(content))


def only(content):
    (sheet,) = reader.read(content)
    return sheet


def test_an_old_workbook_reads_as_a_new_one_does():
    content = xls(rows(HEADS, ["示例公司", "昌吉市", 12.5], [None, "阜康市", "１２"]))
    assert only(content).rows == [HEADS, ["示例公司", "昌吉市", 12.5], ["", "阜康市", "１２"]]


@pytest.mark.parametrize("page", [1252, 936, 367])
def test_a_code_page_that_is_not_unicode_is_not_believed(page):
    content = poked(xls(rows(HEADS)), xls_records.CODEPAGE, 0, struct.pack("<H", page))
    assert looked(content).code_page_at > 0
    assert only(content).rows == [HEADS]
    assert xls_records.repaired(xls(rows(HEADS))) == xls(rows(HEADS))


def test_an_error_typed_in_or_calculated_is_no_blank():
    import xlwt

    def write(_, sheet):
        sheet.row(1).set_cell_error(2, 0x2A)
        sheet.write(3, 1, xlwt.Formula("1/0"))
        sheet.write(4, 4, "末")

    content = poked(xls(write), xls_records.FORMULA, 6, b"\x02\x00\x07\x00\x00\x00\xff\xff")
    sheet = only(content)
    assert sheet.at(2, 3) == Broken("#N/A", "error_value")
    assert sheet.at(4, 2) == Broken("#DIV/0!", "error_value")
    assert sheet.at(5, 5) == "末"


def test_a_truth_value_is_no_error():
    def write(_, sheet):
        sheet.write(0, 0, True)

    assert only(xls(write)).rows == [[True]]


def test_hidden_rows_and_columns_are_told():
    def write(_, sheet):
        rows(HEADS, ["甲"], ["乙"])(_, sheet)
        sheet.row(2).hidden = True
        sheet.col(1).hidden = True

    sheet = only(xls(write))
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({3}, {2})


def test_characters_that_are_no_text_are_told_at_their_cell():
    sheet = only(xls(rows(["甲\x01公司", "乙\ufffd", "丙\n丁"])))
    assert sheet.rows == [[Broken("甲□公司", "odd_text"), Broken("乙□", "odd_text"), "丙\n丁"]]


def test_a_cell_far_out_is_refused_before_it_is_read():
    with pytest.raises(Refused, match="too_far"):
        xlsx_scan.look(xls(lambda _, sheet: sheet.write(MAX_BOX // 200, 250, 1)))


def test_an_old_survey_is_judged_whole():
    schema, given = RETURNS["survey_p2p"], good("survey_p2p", stock_scale="12.5万元", est_date=42000)
    names = [n for n in schema.columns if n in given]
    lines = [["P2P网络借贷摸底排查表"], ["填报单位：昌吉市"], [str(schema.columns[n].title) for n in names],
             [f"{v:%Y.%m.%d}" if isinstance(v := given[n], dt.date) else v for n in names]]  # fmt: skip
    judgement = judge(xls(rows(*lines)), arrived_on=dt.date(2016, 7, 8))
    assert judgement.unit == "652301"
    assert [a.return_ for a in judgement.answers if a.answer] == ["survey_p2p"]
    assert {rule for _, rule in told(judgement)} == {"X01", "no_cover", "unit_nowhere"}


def test_streams_under_four_kilobytes_stand_in_small_sectors():
    """Hand-made: the root's stream holds the small sectors, their chain has a table of its own."""
    body = BOF8 + record(0x42, struct.pack("<H", 1252)) + EOF
    content = bytearray(compound({"Workbook": b"", "Small": bytes(range(1, 129))}))
    directory = 512 + 16 * 512
    small = body.ljust(128, b"\0")
    content[512 : 512 + 128] = small
    table = struct.pack("<2I", 1, 0xFFFFFFFE).ljust(512, b"\xff")
    content[512 + 8 * 512 : 512 + 9 * 512] = table
    struct.pack_into("<I", content, 60, 8)
    struct.pack_into("<2I", content, directory + 116, 0, 4096)
    struct.pack_into("<2I", content, directory + 128 + 116, 0, len(body))
    container = ole.Container(bytes(content))
    assert container.read("Workbook") == body
    repaired = xls_records.repaired(bytes(content))
    assert looked(repaired).code_page_at < 0


def test_each_process_that_reads_an_old_workbook_parses_it_once(monkeypatch):
    parsed, make = [], ole.Container.__init__

    def counted(container, content):
        parsed.append(content)
        make(container, content)

    monkeypatch.setattr(ole.Container, "__init__", counted)
    content = xls(rows(HEADS, ["示例公司", "昌吉市", 12.5]))
    for read, times in ((xlsx_scan.look, 1), (reader.parse, 1), (judge, 0)):
        parsed.clear()
        read(content)
        assert len(parsed) == times, read


@pytest.mark.parametrize(
    "bend",
    [
        lambda c: c[:24] + b"\xff" * 40 + c[64:],
        lambda c: c[:48] + struct.pack("<I", 0x7FFFFFFF) + c[52:],
        lambda c: c[:44] + struct.pack("<I", 0x00FFFFFF) + c[48:],
        lambda c: c[:76] + struct.pack("<I", 0x00FFFFFF) + c[80:],
        lambda c: c[:30] + struct.pack("<2H", 31, 31) + c[34:],
        lambda c: c[:44] + struct.pack("<I", 5) + c[48:],
    ],
    ids=["header", "directory", "count", "table", "shift", "more tables than there are"],
)
def test_a_bent_container_is_damaged_and_nothing_worse(bend):
    with pytest.raises(ole.BrokenContainer):
        looked(bend(bare_xls()))


def test_every_cut_of_an_old_workbook_is_refused_or_read():
    content = xls(rows(HEADS, ["示例公司", "昌吉市", 12.5]))
    refused = 0
    for cut in range(0, len(content), 97):
        try:
            assert [s.title for s in looked(content[:cut]).sheets] == ["Sheet1"]
        except ole.BrokenContainer:
            refused += 1
    assert refused > len(content) // 97 * 3 // 4


def test_struck_words_and_struck_cells_of_an_old_workbook_are_told():
    import xlwt

    def write(_, sheet):
        struck = xlwt.easyfont("struck_out on")
        sheet.write_rich_text(0, 0, (("500", struck), "800"))
        sheet.write_rich_text(0, 1, ("甲" * 5000, ("乙" * 5000, struck), "丙"))
        sheet.write(0, 2, 7, xlwt.easyxf("font: struck_out on"))
        sheet.write(0, 3, "丁")
        plain_font = xlwt.easyfont("bold on")
        sheet.write_rich_text(0, 4, ("500", ("800", plain_font)), xlwt.easyxf("font: struck_out on"))

    sheet = only(xls(write))
    assert sheet.rows == [["800", "甲" * 5000 + "丙", 7.0, "丁", "800"]]
    assert sheet.struck == {(1, 3)}


def stream_of(content):
    return ole.Container(content).read("Workbook")


@pytest.mark.parametrize("name", ["WORKBOOK", "workbook", "WorkBook"])
def test_the_name_of_the_stream_may_be_written_in_any_letters(name):
    content = compound({name: stream_of(xls(rows(HEADS)))})
    assert only(content).rows == [HEADS]


def test_a_workbook_embedded_in_another_is_not_read_for_it():
    outer, inner = (stream_of(xls(rows([words]))) for words in ("外", "内"))
    assert only(embedding(outer, inner)).rows == [["外"]]


def test_days_of_an_old_workbook_are_counted_from_its_own_epoch():
    import xlwt

    def write(book, sheet):
        book.dates_1904 = True
        sheet.write(0, 0, dt.date(2014, 5, 1), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
        sheet.write(0, 1, 40_298)

    sheet = only(xls(write))
    assert sheet.since_1904
    assert sheet.at(1, 1) == dt.date(2014, 5, 1)
    assert read_cell(sheet.at(1, 2), Manner("day", since_1904=True)).value == dt.datetime(2014, 5, 1)


WHOLE = (xls(rows(HEADS)), plain(HEADS))  # made once: the same bytes for every example


@given(st.sampled_from(WHOLE), st.floats(0, 1, exclude_max=True))
def test_a_workbook_cut_short_is_damaged_wherever_it_was_cut(content, share):
    cut = content[: 8 + int((len(content) - 8) * share)]
    with pytest.raises(Refused, match="damaged"):
        guard.old_book(cut) if guard.glance(cut) == "xls" else guard.inspect_parts(cut)


def told_of(content):
    """What is said of an old workbook: why it is refused, or that it is sound."""
    try:
        guard.glance(content)
        guard.old_book(content)
    except Refused as why:
        return str(why)
    return "sound"


@given(st.integers(0, 511), st.integers(0, 7))
def test_a_bit_bent_in_the_head_of_an_old_workbook_makes_it_damaged_or_nothing(at, bit):
    content = bytearray(WHOLE[0])
    content[at] ^= 1 << bit
    assert told_of(bytes(content)) in {"damaged", "sound"}


@pytest.mark.parametrize("letter", range(8))
def test_a_bent_name_of_the_stream_is_damage(letter):
    name = "Workbook"[:letter] + chr(ord("Workbook"[letter]) ^ 4) + "Workbook"[letter + 1 :]
    assert told_of(compound({name: stream_of(xls(rows(HEADS)))})) == "damaged"


@pytest.mark.parametrize("bit", [0, 2, 3, 7])
def test_a_bent_version_is_damage(bit):
    assert told_of(bare_xls(version=BOF8[:5] + bytes([BOF8[5] ^ 1 << bit]) + BOF8[6:])) == "damaged"
