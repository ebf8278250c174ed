"""What may be opened: each refusal by a specimen made here, and honest files let in whatever their name."""

import io
import struct
import warnings
import zipfile

import pytest

from pipelines.judging.judge import judge
from pipelines.reading import guard, xlsx_scan
from schemas.reasons import REASONS
from tests.build import filled, good
from tests.specimens import BOF5, BOF8, EOF, bare_xls, bent, compound, plain, record, xls, zipped

TYPES, BOOK = ("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<workbook/>")


def inspect(content):
    """The kind of a workbook of which every part is sound."""
    kind = guard.glance(content)
    guard.inspect_parts(content) if kind == "xlsx" else guard.old_book(content)
    return kind


def remarks(content):
    return list(xlsx_scan.look(content).remarks)


def ole(name):
    return compound({name: BOF8 + EOF})


def sheet_of_kind(kind):
    return record(0x85, struct.pack("<IBBBB", 0, 0, kind, 1, 0) + b"A")


def with_entries(*names):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # zipfile warns of the duplicate that is wanted here
        return zipped(TYPES, BOOK, *((name, b"x") for name in names))


def with_flag():
    """The first entry marked as encrypted in the central directory."""
    content = bytearray(zipped(TYPES, BOOK))
    content[content.rindex(b"PK\x01\x02") + 8] |= guard.ENCRYPTED_FLAG
    return bytes(content)


def with_method():
    content = bytearray(zipped(TYPES, BOOK))
    struct.pack_into("<H", content, content.rindex(b"PK\x01\x02") + 10, 12)
    return bytes(content)


def with_bad_crc():
    content = bytearray(zipped(TYPES, BOOK, ("xl/a.bin", b"A" * 100), compression=zipfile.ZIP_STORED))
    content[content.index(b"A" * 100) + 50] ^= 1
    return bytes(content)


def claiming(size, ratio=None):
    """A part whose directory entry claims another true size, and a packed size to go with it."""
    content = bytearray(zipped(TYPES, BOOK))
    at = content.rindex(b"PK\x01\x02")
    struct.pack_into("<I", content, at + 24, size)
    if ratio:
        struct.pack_into("<I", content, at + 20, size // ratio)
    return bytes(content)


def doctype(encoding="utf-8", before=0):
    words = f'<?xml version="1.0"?>{"<!-- -->" * before}<!DOCTYPE w [<!ENTITY a "b">]><w>&a;</w>'
    return bent(plain(["甲"]), "xl/sharedStrings.xml", lambda _: words.encode(encoding))


SPECIMENS = {
    "nothing": (lambda: b"", "empty"),
    "one byte too many": (lambda: b"PK\x03\x04" + bytes(guard.FILE_LIMIT - 3), "too_big"),
    "encrypted ole": (lambda: ole("EncryptedPackage"), "encrypted"),
    "old xls": (lambda: ole("Book"), "old_workbook"),
    "xls of before 1997": (lambda: bare_xls(version=BOF5), "old_workbook"),
    "xls without a container": (lambda: bytes.fromhex("0902060000001000") + bytes(90), "old_workbook"),
    "xls with a password": (lambda: bare_xls(record(0x2F, bytes(6))), "encrypted"),
    "xls with a macro sheet": (lambda: bare_xls(sheet_of_kind(1)), "macro_sheet"),
    "xls add-in": (lambda: bare_xls(record(0x87)), "addin"),
    "xls whose records do not end": (lambda: bare_xls(end=b""), "damaged"),
    "xls whose record is cut": (lambda: bare_xls(end=struct.pack("<2H", 0x0A, 9000)), "damaged"),
    "xls that begins otherwise": (lambda: bare_xls(version=record(0x42, bytes(16))), "damaged"),
    "xls whose sheet is elsewhere": (
        lambda: bare_xls(sheet_of_kind(0)[:4] + b"\xff\xff\0\0" + sheet_of_kind(0)[8:]),
        "damaged",
    ),
    "chain in a circle": (lambda: bare_xls(chain={3: 1}), "damaged"),
    "chain out of range": (lambda: bare_xls(chain={3: 5000}), "damaged"),
    "chain too short": (lambda: bare_xls(chain={3: 0xFFFFFFFE}), "damaged"),
    "directory in a circle": (lambda: bare_xls(chain={8: 8}), "damaged"),
    "container cut short": (lambda: bare_xls()[:2000], "damaged"),
    "container's header cut": (lambda: bare_xls()[:60], "damaged"),
    "addin": (
        lambda: bent(
            plain(["甲"]),
            "[Content_Types].xml",
            lambda old: old.replace(
                b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main",
                guard.ADDIN + b".main",
            ),
        ),
        "addin",
    ),
    "word document": (lambda: ole("WordDocument"), "not_a_workbook"),
    "web page": (lambda: b"\xef\xbb\xbf  <html><body><table>", "html"),
    "web archive": (lambda: b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "html"),
    "page after a comment": (lambda: b"<!-- saved --><div><TABLE><tr><td>", "html"),
    "xml spreadsheet": (lambda: b'<?xml version="1.0"?><Workbook/>', "xml"),
    "Excel 2003 XML": (
        lambda: b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook><Table>',
        "xml_workbook",
    ),
    "Excel 2003 XML in utf-16": (
        lambda: '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">'.encode(
            "utf-16"
        ),
        "xml_workbook",
    ),
    "odt": (
        lambda: zipped(("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", b"<a/>")),
        "not_a_workbook",
    ),
    "a bent zip": (lambda: b"PK\x03\x05" + plain(["甲"])[4:], "damaged"),
    "text that begins like a zip": (lambda: b"PKC,1\n2,3\n", "csv"),
    "csv": (lambda: "机构名称,余额\r\n甲,1\r\n".encode("gb18030"), "csv"),
    "tab separated": (lambda: b"a\tb\n1\t2\n", "csv"),
    "pdf": (lambda: b"%PDF-1.7\n%\xe2\xe3", "pdf"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n\x00\x00", "not_a_workbook"),
    "cut short": (lambda: plain(["甲"])[:-30], "damaged"),
    "half of it": (lambda: plain(["甲"])[:2000], "damaged"),
    "only a zip's magic": (lambda: b"PK\x03\x04", "damaged"),
    "xlsb": (lambda: zipped(TYPES, ("xl/workbook.bin", b"x")), "xlsb"),
    "ods": (lambda: zipped(("mimetype", b"application/vnd"), ("content.xml", b"<a/>")), "ods"),
    "docx": (lambda: zipped(TYPES, ("word/document.xml", b"<a/>")), "not_a_workbook"),
    "a workbook without its book": (
        lambda: zipped(TYPES, ("xl/worksheets/sheet1.xml", b"<worksheet/>")),
        "strange_zip",
    ),
    "macro sheet": (lambda: zipped(TYPES, BOOK, ("xl/macrosheets/sheet1.xml", b"<a/>")), "macro_sheet"),
    "doctype": (doctype, "entities"),
    "doctype far down": (lambda: doctype(before=2000), "entities"),
    "doctype in utf-16": (lambda: doctype("utf-16"), "entities"),
    "same name twice": (lambda: with_entries("xl/a.xml", "xl/a.xml"), "strange_zip"),
    "same name but for case": (lambda: with_entries("xl/a.xml", "xl/A.XML"), "strange_zip"),
    "same name but for slashes": (lambda: with_entries("xl/a.xml", "xl\\a.xml"), "strange_zip"),
    "out of its folder": (lambda: with_entries("xl/../../a"), "strange_zip"),
    "too many parts": (lambda: with_entries(*(f"a{n}" for n in range(guard.ENTRY_LIMIT))), "strange_zip"),
    "strange method": (with_method, "strange_zip"),
    "encrypted part": (with_flag, "encrypted"),
    "bomb": (lambda: zipped(TYPES, BOOK, ("xl/a.xml", bytes(guard.RATIO_FROM + 1))), "zip_bomb"),
    "claims a huge part": (lambda: claiming(guard.PART_LIMIT + 1, ratio=2), "zip_bomb"),
    "claims less than it holds": (lambda: claiming(1), "damaged"),
    "bad sum": (with_bad_crc, "damaged"),
}


@pytest.mark.parametrize(("make", "reason"), SPECIMENS.values(), ids=SPECIMENS)
def test_a_file_that_may_not_be_opened_is_refused_with_its_sentence(make, reason):
    content = make()
    with pytest.raises(guard.Refused, match=f"^{reason}$"):
        inspect(content)
    judgement = judge(content)
    assert (judgement.verdict, judgement.reason) == ("unreadable", REASONS[reason])
    assert judgement.problems == ()


def test_many_middling_parts_are_a_bomb_too():
    content = bytearray(zipped(TYPES, BOOK, *((f"xl/{n}.bin", b"x") for n in range(4))))
    at = -1
    while (at := content.find(b"PK\x01\x02", at + 1)) >= 0:
        struct.pack_into("<II", content, at + 20, guard.MEGABYTE, guard.TOTAL_LIMIT // 5)
    with pytest.raises(guard.Refused, match="zip_bomb"):
        inspect(bytes(content))


def test_a_file_of_the_largest_size_is_not_too_big():
    with pytest.raises(guard.Refused, match="damaged"):
        inspect(b"PK\x03\x04" + bytes(guard.FILE_LIMIT - 4))


@pytest.mark.parametrize(
    "content", [plain(["甲"]), filled("survey_p2p", good("survey_p2p"))], ids=["plain", "template"]
)
def test_an_honest_workbook_is_let_in(content):
    assert inspect(content) == "xlsx"


def test_an_xls_is_known_by_its_bytes():
    assert inspect(ole("Workbook")) == "xls"
    assert inspect(xls(lambda _, sheet: sheet.write(0, 0, "甲"))) == "xls"


@pytest.mark.parametrize(
    ("make", "rule"),
    [
        (lambda: bent(plain(["甲"]), "xl/vbaProject.bin", lambda _: b"x"), "has_macros"),
        (lambda: bent(plain(["甲"]), "xl/externalLinks/externalLink1.xml", lambda _: b"<a/>"), "has_links"),
        (lambda: bent(plain(["甲"]), "xl/connections.xml", lambda _: b"<a/>"), "has_links"),
        (lambda: bent(plain(["甲"]), "xl/embeddings/oleObject1.bin", lambda _: b"x"), "has_embeddings"),
        (lambda: compound({"Workbook": BOF8 + EOF, "_VBA_PROJECT": b""}), "has_macros"),
        (lambda: compound({"Workbook": BOF8 + EOF, "MBD0001": b""}), "has_embeddings"),
        (lambda: bare_xls(record(0x01AE, b"\1\0\5\0\0book1")), "has_links"),
    ],
    ids=["vba", "link", "connection", "embedded", "xls vba", "xls embedded", "xls link"],
)
def test_what_is_never_run_nor_followed_is_remarked(make, rule):
    content = make()
    assert inspect(content) in {"xlsx", "xls"}
    assert remarks(content) == [rule]


def test_a_link_of_an_old_workbook_to_itself_is_none():
    assert remarks(bare_xls(record(0x01AE, b"\1\0\1\4"), record(0x01AE, b"\1\0\1\x3a"))) == []


def test_values_beside_macros_are_taken_and_the_macros_told():
    content = bent(filled("survey_p2p", good("survey_p2p")), "xl/vbaProject.bin", lambda _: b"never run")
    judgement = judge(content)
    assert judgement.verdict == "acceptable"
    assert [(p.rule, p.level) for p in judgement.problems] == [("has_macros", "verify")]


def test_each_part_of_an_honest_workbook_is_guarded():
    """A flipped byte anywhere in the bytes of a part is refused, or leaves every part as it was."""
    content = plain(["甲", 1], ["乙", 2])
    with zipfile.ZipFile(io.BytesIO(content)) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    refused = 0
    for at in range(30, len(content), 37):
        flipped = bytearray(content)
        flipped[at] ^= 0x40
        try:
            inspect(bytes(flipped))
        except guard.Refused:
            refused += 1
            continue
        with zipfile.ZipFile(io.BytesIO(flipped)) as still:
            assert [still.read(name) for name in still.namelist()] == list(parts.values())
    assert refused
