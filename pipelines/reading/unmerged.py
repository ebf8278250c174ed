"""An .xlsx whose large sheets say at their start that nothing is merged in them.

Calamine reads each sheet a second time, up to where it is told of merges: for a hundred thousand rows, a
quarter of all its time. What is merged is told by `scan`. The packed bytes of a sheet stay as they are,
behind a block of plain ones (RFC 1951, 3.2.4): nothing is packed anew.
"""

import struct
import zipfile
import zlib
from io import BytesIO

from pipelines.reading.guard import BAD_ZIP, DEFLATED
from pipelines.reading.xlsx_scan import WORTH_CUTTING, is_sheet

NOTHING = b'<mergeCells x="heefetsh"></mergeCells>'  # its CRC-32 is 0: put before a part, it changes none
BLOCK = b"\x00" + struct.pack("<HH", len(NOTHING), len(NOTHING) ^ 0xFFFF) + NOTHING
HEADER, LENGTHS = 30, 26  # bytes of a local header; where it says how long its name and its extras are


def unmerged(content: bytes) -> bytes:
    """The same workbook; unchanged where no sheet is large, or its directory cannot be read or written."""
    out = BytesIO(content)
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            large = [part.filename for part in archive.infolist() if _worth_it(content, part)]
        if not large:
            return content
        with zipfile.ZipFile(out, "a") as archive:
            for name in large:
                _put_first(archive, archive.getinfo(name), content, out)
            archive.comment = archive.comment  # says that the directory is to be written anew
    except (*BAD_ZIP, struct.error):
        return content
    return out.getvalue()


def _worth_it(content: bytes, part: zipfile.ZipInfo) -> bool:
    if part.file_size < WORTH_CUTTING or part.compress_type != DEFLATED or not is_sheet(part.filename):
        return False
    first = zlib.decompressobj(-zlib.MAX_WBITS).decompress(_packed(content, part), 1)
    return first == b"<"  # plain text without a mark


def _packed(content: bytes, part: zipfile.ZipInfo) -> bytes:
    name, extras = struct.unpack_from("<HH", content, part.header_offset + LENGTHS)
    start = part.header_offset + HEADER + name + extras
    return content[start : start + part.compress_size]


def _put_first(archive: zipfile.ZipFile, part: zipfile.ZipInfo, content: bytes, out: BytesIO) -> None:
    """Write the part once more, behind all others, and let the directory lead there."""
    packed = _packed(content, part)
    part.header_offset = archive.start_dir
    part.file_size += len(NOTHING)
    part.compress_size += len(BLOCK)
    out.seek(archive.start_dir)
    out.write(part.FileHeader() + BLOCK + packed)
    archive.start_dir = out.tell()
