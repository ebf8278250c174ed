"""A large sheet is handed to the reader as one that merges nothing; the scan tells of its merges."""

import zipfile
import zlib
from io import BytesIO

import pytest

from pipelines.reading import reader, unmerged
from pipelines.reading.guard import Refused
from pipelines.reading.xlsx_cut import WORTH_CUTTING
from pipelines.reading.xlsx_scan import look
from tests.fuzz import bent as mutated
from tests.fuzz import pool
from tests.specimens import bent, plain

SHEET = "xl/worksheets/sheet1.xml"
TALL = plain(["填报单位：昌吉市", None, "丙"], *([n, n, n] for n in range(20_000)), merges=["A1:B1", "A3:A4"])
GOOD = [
    pytest.param(content, id=f"{code}{n}")
    for n, (code, content) in enumerate(pool())
    if content.startswith(b"PK")
]


@pytest.fixture
def every_sheet_is_large(monkeypatch):
    monkeypatch.setattr(unmerged, "WORTH_CUTTING", 0)


def pages_of(content):
    """What calamine makes of the workbook as it is: titles, cells and merges."""
    try:
        with pytest.MonkeyPatch.context() as still:
            still.setattr(reader, "unmerged", lambda same: same)
            return told(reader.parse(content))
    except BaseException as why:
        if isinstance(why, KeyboardInterrupt):
            raise
        return type(why).__name__


def told(pages):
    return [(page.title, [list(column) for column in page.columns], list(page.merges)) for page in pages]


def streamed(content):
    """The same parts as a program writes them that cannot turn back: lengths behind each, a remark last."""

    class Stream(BytesIO):
        def seekable(self):
            return False

        def seek(self, *_):
            raise OSError

        def tell(self):
            raise OSError

    out = Stream()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        new.comment = b"remark"
        for name in old.namelist():
            new.writestr(name, old.read(name))
    return out.getvalue()


@pytest.mark.parametrize("way", [bytes, streamed])
@pytest.mark.parametrize("content", GOOD)
def test_the_reader_finds_the_same_cells_and_the_scan_the_same_merges(content, way, every_sheet_is_large):
    content = way(content)
    made = unmerged.unmerged(content)
    before, after = pages_of(content), pages_of(made)
    assert [page[:2] for page in after] == [page[:2] for page in before]
    assert not any(merges for *_, merges in after)
    assert [look(content).merges[title] for title, *_ in before] == [merges for *_, merges in before]
    assert zipfile.ZipFile(BytesIO(made)).testzip() is None


def test_a_bent_workbook_is_never_read_as_other_cells(every_sheet_is_large):
    compared = 0
    for number in range(150):
        content = mutated(number)[2]
        before, after = pages_of(content), pages_of(unmerged.unmerged(content))
        if not isinstance(before, str):
            assert [page[:2] for page in after] == [page[:2] for page in before], number
            compared += 1
    assert compared > 50


def test_what_is_merged_in_a_large_sheet_is_told():
    assert zipfile.ZipFile(BytesIO(TALL)).getinfo(SHEET).file_size > WORTH_CUTTING
    assert not reader.parse(TALL)[0].merges
    (sheet,) = reader.read(TALL)
    assert set(sheet.merges) == {(1, 1, 1, 2), (3, 1, 4, 1)}
    assert [sheet.at(3, 1), sheet.at(4, 1), sheet.at(5, 1), len(sheet.rows)] == [1, "", 3, 20_001]


@pytest.mark.parametrize(("end", "bad"), [(b"</mergeCells>", b"</mergeCell>"), (b"</worksheet>", b"")])
def test_a_large_sheet_that_ends_in_no_xml_is_refused_like_a_small_one(end, bad):
    with pytest.raises(Refused, match="unreadable"):
        reader.read(bent(TALL, SHEET, lambda part: part.replace(end, bad)))


def test_a_small_workbook_and_what_is_none_stay_as_they_are():
    small = plain(["甲"], merges=["A1:B1"])
    assert unmerged.unmerged(small) is small
    assert unmerged.unmerged(b"PK\x03\x04 and no more") == b"PK\x03\x04 and no more"


def test_what_is_put_first_leaves_the_checksum_true():
    assert zlib.crc32(unmerged.NOTHING) == 0
