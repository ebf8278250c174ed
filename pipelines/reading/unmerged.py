"""An .xlsx whose large sheets say at their start that nothing is merged in them.

Calamine reads each sheet a second time, up to where it is told of merges: for a hundred thousand rows, a
quarter of all its time. What is merged is told by `scan`. The packed bytes of a sheet stay as they are,
behind a block of plain ones (RFC 1951, 3.2.4): nothing is packed anew.
"""

import struct
import zipfile
import zlib
from collections.abc import Container, Sequence
from io import BytesIO
from operator import attrgetter

from pipelines.reading.guard import BAD_ZIP, DEFLATED
from pipelines.reading.xlsx_cut import WORTH_CUTTING
from pipelines.reading.xlsx_scan import is_sheet

NOTHING = b'<mergeCells x="heefetsh"></mergeCells>'  # its CRC-32 is 0: put before a part, it changes none
BLOCK = b"\x00" + struct.pack("<HH", len(NOTHING), len(NOTHING) ^ 0xFFFF) + NOTHING
HEADER, LENGTHS = 30, 26  # bytes of a local header; where it says how long its name and its extras are


def unmerged(content: bytes) -> bytes:
    """The same workbook; unchanged where no sheet is large, or its directory cannot be read or written."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = sorted(archive.infolist(), key=attrgetter("header_offset"))
            large = {part.filename for part in parts if _worth_it(content, part)}
        are_apart = len({part.header_offset for part in parts}) == len(parts)
        return _with_nothing_first(content, archive, parts, large) if large and are_apart else content
    except (*BAD_ZIP, struct.error):
        return content


def _worth_it(content: bytes, part: zipfile.ZipInfo) -> bool:
    if part.file_size < WORTH_CUTTING or part.compress_type != DEFLATED or not is_sheet(part.filename):
        return False
    start = _start(content, part)
    packed = memoryview(content)[start : start + part.compress_size]
    first = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, 1)
    return first == b"<"  # plain text without a mark


def _start(content: bytes, part: zipfile.ZipInfo) -> int:
    """Where the packed bytes of a part begin."""
    name, extras = struct.unpack_from("<HH", content, part.header_offset + LENGTHS)
    return part.header_offset + HEADER + int(name) + int(extras)


def _with_nothing_first(
    content: bytes, old: zipfile.ZipFile, parts: Sequence[zipfile.ZipInfo], large: Container[str]
) -> bytes:
    """The workbook copied once, by the order of its parts, with a block put into each large one."""
    out, whole, copied = BytesIO(), memoryview(content), 0
    with zipfile.ZipFile(out, "w") as made:
        for part in parts:
            if part.filename not in large:
                part.header_offset += out.tell() - copied
                continue
            out.write(whole[copied : part.header_offset])
            copied, part.header_offset = _start(content, part), out.tell()
            part.file_size += len(NOTHING)
            part.compress_size += len(BLOCK)
            out.write(part.FileHeader() + BLOCK)
        out.write(whole[copied : old.start_dir])
        made.filelist[:], made.comment, made.start_dir = old.filelist, old.comment, out.tell()
    return out.getvalue()
