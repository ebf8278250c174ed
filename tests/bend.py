"""Ways to bend a workbook: its bytes, its zip, its parts, the elements of its XML, the records of an older
one.

Each way takes the content, another good workbook, and a source of chance; `Unbendable` where it finds nothing
to bend.
"""

import random
import re
import struct
import zipfile
from collections.abc import Callable
from io import BytesIO

from lxml import etree

Rng = random.Random
Change = Callable[[bytes, bytes, Rng], bytes]

ODD_NUMBERS = (
    "-1", "0", "1e309", "99999999999999999999", "2147483648", "-2147483649", "4294967295", "NaN", "", "1.5",
    "٣",
)  # fmt: skip
ODD_WORDS = (
    "A0", "XFE1", "A1048577", "ZZZZ9", "A1:XFD1048576", "A1:A0", "B2:A1", "$A$1", "#REF!", "_x0000_", "'",
    "=1+1",
    "A" * 40_000, "中" * 300, "s", "e", "b", "str", "inlineStr", "true", "rId999", "../../x", "1900-01-00",
    "xl/worksheets/sheet1.xml", "http://example.invalid/",
)  # fmt: skip
NUMBER = re.compile(rb"\d+")
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FORMATS = (
    '0!.0,"万元"', '#,##0.00"元"', '0.00"亿元"', "0.0%", "000", ";;;", '[=2]"中";[=3]"高"', "[>=1e999]0",
    "@@@", '"', "\\",
    "0" * 300, "0,,,,,,,,,,,,,,,,", "%%%%%%%%", "[h]:mm", "yyyy年m月d日", "[$-804]0", "?/?", "0.0E+00",
)  # fmt: skip
FORMAT_SIGNS = '0#?.,;%"!\\_*[]@-年元万亿Gydhms$=<>1/E+ （'
UNSEEN = (
    "\u200e",
    "\u200b",
    "\ufe0f",
    "\u2060",
    "\ufeff",
    "\u202e",
    "\u00ad",
    "\u3164",
    "\U000e0101",
    "_x000D_",
    "_x200E_",
)


class Unbendable(Exception):
    """There is nothing of the kind in these bytes."""


def flip_bits(content: bytes, _: bytes, rng: Rng) -> bytes:
    bent = bytearray(content)
    for _n in range(rng.choice((1, 2, 8, 64))):
        bent[rng.randrange(len(bent))] ^= 1 << rng.randrange(8)
    return bytes(bent)


def truncate(content: bytes, _: bytes, rng: Rng) -> bytes:
    if len(content) < 2:
        raise Unbendable
    return content[: rng.choice((rng.randrange(len(content)), len(content) - rng.randrange(1, 200)))]


def splice(content: bytes, other: bytes, rng: Rng) -> bytes:
    """Cut out, double, overwrite or fill in a run of bytes."""
    at, size = rng.randrange(len(content)), rng.choice((1, 4, 32, 512, 4096))
    run = rng.choice(
        (b"", content[at : at + size] * 2, rng.randbytes(size), other[at : at + size], b"\0" * size)
    )
    return content[:at] + run + content[at + size :]


def join(content: bytes, other: bytes, rng: Rng) -> bytes:
    return rng.choice(
        (content + other, other[:200] + content, content + b"\0" * 1000, rng.randbytes(16) + content)
    )


def parts_of(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except Exception as why:  # bent before: no zip any more
        raise Unbendable from why


def zipped(parts: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, part in parts:
            made.writestr(zipfile.ZipInfo(name), part, method)
    return out.getvalue()


def one_part(change: Callable[[bytes, Rng], bytes], *, only: str = "") -> Change:
    """Bend a single part, and zip it so that every checksum holds."""

    def bend(content: bytes, _: bytes, rng: Rng) -> bytes:
        parts = parts_of(content)
        able = [n for n in parts if n.endswith((".xml", ".rels")) and only in n and parts[n]]
        if not able:
            raise Unbendable
        name = rng.choice(able)
        parts[name] = change(parts[name], rng)
        return zipped(list(parts.items()))

    return bend


def swap_part(content: bytes, other: bytes, rng: Rng) -> bytes:
    """A part of another workbook in the place of one of this, of the same name or of any."""
    mine, theirs = parts_of(content), parts_of(other)
    same = sorted(mine.keys() & theirs.keys())
    name = rng.choice(same if rng.random() < 0.7 and same else sorted(mine))
    mine[name] = theirs[name] if name in theirs and rng.random() < 0.8 else theirs[rng.choice(sorted(theirs))]
    return zipped(list(mine.items()))


def drop_part(content: bytes, _: bytes, rng: Rng) -> bytes:
    parts = list(parts_of(content).items())
    parts.pop(rng.randrange(len(parts)))
    return zipped(parts)


def rename_part(content: bytes, _: bytes, rng: Rng) -> bytes:
    parts = list(parts_of(content).items())
    n = rng.randrange(len(parts))
    name = parts[n][0]
    odd = (name.upper(), name.replace("/", "\\"), f"../{name}", f"/{name}", name + " ", name[:-1],
           "xl/vbaProject.bin",
           "xl/macrosheets/sheet1.xml", "EncryptedPackage", "中文.xml", "x" * 300,
           name.replace("sheet", "Sheet"))  # fmt: skip
    parts[n] = (rng.choice(odd), parts[n][1])
    return zipped(parts)


def rezip(content: bytes, _: bytes, rng: Rng) -> bytes:
    """Another method or order, a comment, many parts, a part that unpacks to much."""
    parts = list(parts_of(content).items())
    way = rng.randrange(5)
    if way == 0:
        return zipped(parts, rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)))
    if way == 1:
        rng.shuffle(parts)
    elif way == 2:
        parts += [(f"xl/media/{n}.png", b"x") for n in range(rng.choice((10, 3000)))]
    elif way == 3:
        parts.append(("xl/media/large.bin", b"\0" * rng.choice((1 << 16, 9 << 20))))
    else:
        parts.append((f"xl/worksheets/{rng.choice(('sheet99.xml', 'SHEET1.XML'))}", b"<worksheet/>"))
    return zipped(parts)


def edit_directory(content: bytes, _: bytes, rng: Rng) -> bytes:
    """Change a field in a local or central header of the zip: flags, method, CRC, sizes, lengths, offset."""
    marks = [m.start() for m in re.finditer(rb"PK(?:\x01\x02|\x03\x04|\x05\x06)", content)]
    if not marks:
        raise Unbendable
    at = rng.choice(marks) + rng.randrange(4, 42)
    value = rng.choice((b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x01", b"\xff\x7f", rng.randbytes(4)))
    return content[:at] + value + content[at + len(value) :]


def flip_part(part: bytes, rng: Rng) -> bytes:
    return flip_bits(part, b"", rng)


def cut_part(part: bytes, rng: Rng) -> bytes:
    return part[: rng.randrange(len(part))]


def edit_words(part: bytes, rng: Rng) -> bytes:
    """Odd numbers for numbers, odd characters anywhere, another encoding."""
    way = rng.randrange(4)
    if way < 2:
        found = list(NUMBER.finditer(part))
        for m in sorted(rng.sample(found, min(len(found), rng.choice((1, 3)))), key=lambda m: -m.start()):
            part = part[: m.start()] + rng.choice(ODD_NUMBERS).encode() + part[m.end() :]
        return part
    if way == 2:
        at = rng.randrange(len(part))
        odd = rng.choice(
            (b"\0", b"<", b"&", b"&#0;", b"&x;", b"]]>", b"\xff\xfe", "\ufffe".encode(), b"<!-- -->", b"<a>")
        )
        return part[:at] + odd + part[at:]
    try:
        words = part.decode()
    except UnicodeDecodeError as why:
        raise Unbendable from why
    return rng.choice((words.encode("utf-16"), b"\xef\xbb\xbf" + part, words.encode("gb18030"),
                       b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]>' + part))  # fmt: skip


def edit_tree(part: bytes, rng: Rng) -> bytes:
    """Delete, double, rename, move or empty elements; delete, rename or change attributes."""
    try:
        root = etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError) as why:
        raise Unbendable from why
    for _ in range(rng.choice((1, 1, 3))):
        every = list(root.iter(etree.Element))
        _edit_element(rng.choice(every), rng)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _edit_element(element: etree._Element, rng: Rng) -> None:
    parent, way = element.getparent(), rng.randrange(9)
    if way < 5 and element.attrib:
        name = rng.choice(sorted(element.attrib))
        _edit_attribute(element, name, rng)
    elif way == 5 and parent is not None:
        parent.remove(element)
    elif way == 6 and parent is not None:
        for _ in range(rng.choice((1, 2, 300))):
            parent.append(_copy(element))
    elif way == 7:
        element.tag = rng.choice(("x", "row", "c", "v", "f", "sheet", "{urn:x}c", element.tag))
    else:
        element.text = rng.choice((*ODD_NUMBERS, *ODD_WORDS))


def _edit_attribute(element: etree._Element, name: str, rng: Rng) -> None:
    way = rng.randrange(4)
    value = element.attrib.pop(name) if way < 2 else element.attrib[name]
    if way == 1:
        element.set(rng.choice(("r", "t", "s", "ref", "x")), value)
    elif way > 1:
        element.set(name, rng.choice((*ODD_NUMBERS, *ODD_WORDS)))


def _copy(element: etree._Element) -> etree._Element:
    return etree.fromstring(etree.tostring(element, with_tail=False))


def edit_record(content: bytes, _: bytes, rng: Rng) -> bytes:
    """Change the length, kind or body of a record of the older format, found by its likely headers."""
    if len(content) < 2048:
        raise Unbendable
    bent = bytearray(content)
    for _n in range(rng.choice((1, 2, 5))):
        at = rng.randrange(512, len(bent) - 8)
        value = rng.choice((0, 1, 0x7FFF, 0xFFFF, 0x2020, rng.randrange(0x10000)))
        struct.pack_into("<H", bent, at, value)
    return bytes(bent)


def edit_chain(content: bytes, _: bytes, rng: Rng) -> bytes:
    """Change the header or the sector chains of the older container: loops, ends too early, sectors that are
    not.
    """
    if len(content) < 1024:
        raise Unbendable
    bent = bytearray(content)
    at = rng.choice(
        (rng.randrange(24, 76) & ~1, 76 + 4 * rng.randrange(4), *[_chain(bent) + 4 * rng.randrange(128)] * 4)
    )
    value = rng.choice(
        (0, 1, 2, 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, rng.randrange(64), rng.randrange(1 << 32))
    )
    if at + 4 > len(bent):
        raise Unbendable
    struct.pack_into("<I", bent, at, value)
    return bytes(bent)


def _chain(content: bytes) -> int:
    """Where the first sector of the allocation table stands."""
    (sector,) = struct.unpack_from("<I", content, 76)
    return 512 * (sector + 1) if sector < 100_000 else 512


def odd_formats(content: bytes, _: bytes, rng: Rng) -> bytes:
    """Formats as clerks and worse have them, on any cells."""
    codes = [
        rng.choice((*FORMATS, "".join(rng.choices(FORMAT_SIGNS, k=rng.randint(1, 40))))) for _n in range(3)
    ]
    parts = parts_of(content)
    root = _root(parts, "xl/styles.xml")
    formats = root.find(MAIN + "numFmts")
    if formats is None:
        formats = etree.Element(MAIN + "numFmts")
        root.insert(0, formats)
    styles = root.find(MAIN + "cellXfs")
    if styles is None:
        raise Unbendable
    for n, code in enumerate(codes, 900):
        etree.SubElement(formats, MAIN + "numFmt", numFmtId=str(n), formatCode=code)
        etree.SubElement(styles, MAIN + "xf", numFmtId=str(n), applyNumberFormat="1")
    parts["xl/styles.xml"] = etree.tostring(root)
    last = len(styles)
    return _with_cells(parts, lambda cell: cell.set("s", str(rng.randrange(last - 3, last))), rng)


def strikes(content: bytes, _: bytes, rng: Rng) -> bytes:
    """Words of several runs, some of them struck out, in place of what stands in cells."""

    def strike(cell: etree._Element) -> None:
        for child in list(cell):
            cell.remove(child)
        cell.set("t", "inlineStr")
        words = etree.SubElement(cell, MAIN + "is")
        for said in rng.choices(
            ("500", "800", "示例", "", "2016-07-08", "万元", "\u200e", "A" * 500), k=rng.randint(1, 4)
        ):
            run = etree.SubElement(words, MAIN + "r")
            stroke = etree.SubElement(etree.SubElement(run, MAIN + "rPr"), MAIN + "strike")
            if rng.random() < 0.5:
                stroke.set("val", rng.choice(("0", "1", "false", "true", "x", "")))
            etree.SubElement(run, MAIN + "t").text = said

    return _with_cells(parts_of(content), strike, rng)


def unseen(content: bytes, _: bytes, rng: Rng) -> bytes:
    """What nobody sees amid any words: headings, cells, names of sheets."""
    parts = parts_of(content)
    name = rng.choice(
        sorted(n for n in parts if n.endswith(".xml") and ("sheet" in n or "String" in n)) or [""]
    )
    root = _root(parts, name)
    said = [e for e in root.iter(MAIN + "t", MAIN + "v", MAIN + "f") if e.text]
    for element in rng.sample(said, min(len(said), rng.choice((1, 5, 50)))):
        at = rng.randrange(len(element.text) + 1)
        element.text = element.text[:at] + rng.choice(UNSEEN) * rng.choice((1, 1, 200)) + element.text[at:]
    parts[name] = etree.tostring(root)
    return zipped(list(parts.items()))


def without_places(content: bytes, _: bytes, rng: Rng) -> bytes:
    """Cells and rows that do not say where they stand, or all say the same."""
    same = rng.random() < 0.3

    def lose(element: etree._Element) -> None:
        if same and "r" in element.attrib:
            element.set("r", "C5" if element.tag == MAIN + "c" else "5")
        else:
            element.attrib.pop("r", None)

    return _with_cells(parts_of(content), lose, rng, rows=True)


def _with_cells(
    parts: dict[str, bytes], change: Callable[[etree._Element], None], rng: Rng, *, rows: bool = False
) -> bytes:
    """Some cells (and rows) of a sheet changed, or all of them."""
    name = rng.choice(
        sorted(n for n in parts if n.startswith("xl/worksheets/") and n.endswith(".xml")) or [""]
    )
    root = _root(parts, name)
    every = list(root.iter(MAIN + "c", *([MAIN + "row"] if rows else [])))
    for element in rng.sample(every, rng.choice((min(3, len(every)), len(every) // 2, len(every)))):
        change(element)
    parts[name] = etree.tostring(root)
    return zipped(list(parts.items()))


def _root(parts: dict[str, bytes], name: str) -> etree._Element:
    try:
        return etree.fromstring(parts[name], etree.XMLParser(resolve_entities=False, no_network=True))
    except (KeyError, etree.XMLSyntaxError, ValueError) as why:
        raise Unbendable from why


BYTES: dict[str, Change] = {"bits": flip_bits, "cut": truncate, "splice": splice, "join": join}
ZIP: dict[str, Change] = {
    **BYTES, "part swapped": swap_part, "part dropped": drop_part, "part renamed": rename_part,
    "zip anew": rezip,
    "zip header": edit_directory, "bits of a part": one_part(flip_part), "part cut": one_part(cut_part),
    "words": one_part(edit_words), "words of a sheet": one_part(edit_words, only="sheet"),
    "elements": one_part(edit_tree), "elements of a sheet": one_part(edit_tree, only="xl/worksheets/sheet"),
    "formats": odd_formats, "strikes": strikes, "unseen": unseen, "without places": without_places,
    "elements of the book": one_part(edit_tree, only="workbook"),
}  # fmt: skip
OLE: dict[str, Change] = {**BYTES, "records": edit_record, "chains": edit_chain}
