"""Workbooks as others make them: plain sheets, and the same bytes bent in one place."""

import struct
import zipfile
from io import BytesIO

from openpyxl import Workbook

ENTRY, NONE = 128, 0xFFFFFFFF  # bytes of an entry of a directory; no entry


def plain(*rows, title="Sheet1", merges=(), at=(1, 1)):
    """A workbook of one plain sheet, its first cell at row and column `at`."""
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for r, row in enumerate(rows, at[0]):
        for c, value in enumerate(row, at[1]):
            sheet.cell(r, c, value)
    for area in merges:
        sheet.merge_cells(area)
    return saved(book)


def saved(book):
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def bent(content, part, change):
    """The same workbook with a part changed by `change(bytes)`; a part that is not there is made."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
        if part not in old.namelist():
            new.writestr(part, change(b""))
    return out.getvalue()


def zipped(*parts, compression=zipfile.ZIP_DEFLATED):
    out = BytesIO()
    with zipfile.ZipFile(out, "w", compression) as made:
        for name, content in parts:
            made.writestr(name, content)
    return out.getvalue()


def moved(content, home, base="workbook.xml"):
    """The same workbook with all that lies in `xl` in another folder, and its book under another name."""
    changes = {b"/xl/": f"/{home}".encode(), b'"xl/': f'"{home}'.encode(), b"workbook.xml": base.encode()}
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part, at = old.read(name), name.removeprefix("xl/")
            for ours, theirs in changes.items() if name.endswith((".rels", "Types].xml")) else ():
                part = part.replace(ours, theirs)
            new.writestr((home if at != name else "") + at.replace("workbook.xml", base), part)
    return out.getvalue()


def embedding(kept, other):
    """An .xls in whose container another workbook lies in a storage, listed before its own."""
    streams = compound({"Embedded": other, "Workbook": kept})
    at = streams.index("Embedded".encode("utf-16-le"))
    made = bytearray(streams.replace("Embedded".encode("utf-16-le"), "Workbook".encode("utf-16-le")))
    root = at - ENTRY
    struct.pack_into("<3I", made, root + 68, NONE, NONE, 2)
    return bytes(made)


def compound(streams, *, chain=None, short=0):
    """An OLE container of these streams, each in sectors of 512 bytes; `chain` bends the table of chains."""
    bodies = {name: body.ljust(4096, b"\0") for name, body in streams.items()}
    sectors, table = b"", []
    starts = {}
    for name, body in bodies.items():
        count = -(-len(body) // 512)
        starts[name] = len(table)
        table += [*range(len(table) + 1, len(table) + count), 0xFFFFFFFE]
        sectors += body.ljust(count * 512, b"\0")
    entries = [
        ("Root Entry", 5, 0xFFFFFFFE, 0),
        *((name, 2, starts[name], len(body)) for name, body in bodies.items()),
    ]
    entries += [None] * (-len(entries) % 4)
    first = len(table)
    count = len(entries) // 4
    table += [*range(first + 1, first + count), 0xFFFFFFFE]
    sectors += b"".join(_entry(*e) if e else bytes(128) for e in entries)
    at = len(table)
    table += [0xFFFFFFFD] + [0xFFFFFFFF] * (127 - at)
    for n, to in (chain or {}).items():
        table[n] = to
    sectors += struct.pack("<128I", *table[:128])
    head = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(10)
    )
    head += struct.pack("<9I", 1, first, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, at) + b"\xff" * 4 * 108
    return (head + sectors)[: len(head + sectors) - short]


def _entry(name, kind, start, size):
    words = name.encode("utf-16-le") + b"\0\0"
    raw = words.ljust(64, b"\0") + struct.pack("<HBB", len(words), kind, 1) + b"\xff" * 12 + bytes(36)
    return raw + struct.pack("<3I", start, size, 0)


def record(kind, data=b""):
    """One record of an .xls."""
    return struct.pack("<2H", kind, len(data)) + data


BOF8, BOF5, EOF = (
    record(0x0809, struct.pack("<2H", 0x0600, 5) + bytes(12)),
    record(0x0809, struct.pack("<2H", 0x0500, 5)),
    record(0x0A),
)


def bare_xls(*of_book, version=BOF8, end=EOF, **more):
    """An .xls of these records of the whole workbook, and no sheet."""
    return compound({"Workbook": version + b"".join(of_book) + end}, **more)


def xls(write, **more):
    """A real .xls whose first sheet `write(book, sheet)` fills."""
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    write(book, book.add_sheet(more.get("title", "Sheet1")))
    out = BytesIO()
    book.save(out)
    return out.getvalue()
