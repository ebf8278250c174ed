"""The names of columns and cells in a spreadsheet: `AB` and `AB7`; rows and columns count from 1."""

import re

NAME = re.compile(r"([A-Z]{1,3})(\d+)")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def letters(column: int) -> str:
    """The name of a column: 28 → `AB`."""
    name = ""
    while column:
        column, letter = divmod(column - 1, len(LETTERS))
        name = LETTERS[letter] + name
    return name


def column_number(name: str) -> int:
    """The number of a column by its name in capitals: `AB` → 28; 0 for ''."""
    number = 0
    for letter in name:
        number = number * len(LETTERS) + ord(letter) - ord("A") + 1
    return number


def address(row: int, column: int) -> str:
    """The name of a cell: (7, 4) → `D7`."""
    return f"{letters(column)}{row}"


def place(cell: str) -> tuple[int, int]:
    """Row and column of an address: `D7` → (7, 4). Raises ValueError when it is none."""
    parts = NAME.fullmatch(cell)
    if parts is None:
        raise ValueError(cell)
    return int(parts[2]), column_number(parts[1])


def row_of(cell: str) -> int:
    """The row of an address: `D7` → 7; 0 for ''."""
    return int(cell.lstrip(LETTERS) or 0)


def spot(sheet: str, cell: str) -> str:
    """A cell with its sheet; the sheet alone where no cell is named."""
    return f"{sheet}!{cell}" if cell else sheet
