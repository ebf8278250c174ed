"""A large sheet's part without the rows that need no look, unpacked in blocks and never held whole."""

import re
from collections.abc import Iterable, Iterator

from pipelines.reading.a1 import letters
from pipelines.reading.xlsx_cells import DATA
from pipelines.reading.xlsx_parts import parsed
from pipelines.reading.xlsx_styles import SheetStyles, Strings

MAX_BOX = 3_000_000
WORTH_CUTTING = 1 << 16  # bytes: a smaller part is looked through whole, cell by cell
ROW = b'<row r="'
SEAM = 16  # bytes: the longest name of a row, as far as it is looked at
ROW_NAME = re.compile(ROW + rb'(\d{1,7})"')
# No group is repeated possessively: Python before 3.11.5 then loses what a vain attempt had read (gh-106052).
NO_ODD_SIGN = r"(?![^<]*(?:&#|_x00|DISPIMG\(|\xef\xbf))"  # of the formula, and of the words that it gave
RECKONED = (
    rf't="str"><f(?=[ />]){NO_ODD_SIGN}[^<>/]*+(?:/>|>[^<]*+</f>)(?:<v>{NO_ODD_SIGN}[^<]*+</v>|<v/>)?</c>'
)
PLAIN_CELLS = (
    r'(?:<c r="(?:{column})(?:{row})"(?: s="{noted}\d++")?'
    rf'(?:(?: t="[{{kinds}}]")?(?:/>|><v>[-+.\dEe]*+</v></c>)| {RECKONED}))*'
)
PLAIN_ROW = r'<row r="(?:{row})"(?![^>]*(?:hidden|ht=.0))[^>]*+(?:(?<=/)>|>{cells}</row>)'
FAR = r"r=(?<=\sr=)[\"'](?!(?:{column})?(?:{row})[\"'])"


def plain_cells(of_book: SheetStyles, strings: Strings) -> str:
    """The pattern of cells that need no look: of no style, and no string, that is to be noted."""
    noted_styles = "|".join(map(str, of_book.noted))
    ahead = f'(?!(?:{noted_styles})")' if noted_styles else ""
    return PLAIN_CELLS.replace("{noted}", ahead).replace("{kinds}", "nb" if strings else "snb")


def near(blocks: Iterable[bytes]) -> tuple[str, str]:
    """Patterns of the rows up to the last of a part, and of the columns that so many rows leave room for."""
    seam = named = b""
    for block in blocks:
        joined = seam + block
        if (at := joined.rfind(ROW)) >= 0:
            named = joined[at : at + SEAM]
        seam = joined[-SEAM:]
    row = ROW_NAME.match(named)
    last = int(row[1]) if row else 0
    return _up_to(str(last), "0", "9"), _up_to(letters(MAX_BOX // max(last, 1)), "A", "Z")


def cut(blocks: Iterable[bytes], cells: str, row: str, column: str) -> bytes:
    """What remains of a part; also a plain row that is longer than a block."""
    near_cells = cells.replace("{row}", row).replace("{column}", column)
    plain = re.compile(PLAIN_ROW.replace("{row}", row).replace("{cells}", near_cells).encode())
    remainder = b"".join(plain.sub(b"", rows) for rows in _by_rows(blocks))
    parsed(_frame(remainder))  # the reader does not look so far
    return remainder


def _by_rows(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, parted where a row begins."""
    rest = b""
    for block in blocks:
        rest += block
        at = rest.rfind(ROW)
        end = at if at > 0 else len(rest)
        yield rest[:end]
        rest = rest[end:]
    yield rest


def holds_far(part: bytes, row: str, column: str) -> bool:
    """Whether a cell does not stand near."""
    far = re.compile(FAR.format(row=row, column=column).encode())
    return far.search(part, max(part.find(DATA), 0)) is not None


def _frame(part: bytes) -> bytes:
    """A sheet's part without its cells."""
    start, end = part.find(DATA), part.rfind(DATA + b">")
    return part[:start] + DATA + b"/>" + part[end + len(DATA) + 1 :] if 0 < start < end else part


def _up_to(last: str, least: str, most: str) -> str:
    """A pattern for every number, or every name of a column, up to the last."""
    shorter = [f"[{least}-{most}]{{1,{len(last) - 1}}}"] if len(last) > 1 else []
    smaller = [
        f"{last[:n]}[{least}-{chr(ord(sign) - 1)}][{least}-{most}]{{{len(last) - n - 1}}}"
        for n, sign in enumerate(last)
        if sign > least
    ]
    return "|".join([*shorter, *smaller, last])
