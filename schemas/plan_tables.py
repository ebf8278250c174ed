"""The files of a plan folder: their columns, and what each cell may hold."""

import csv
import datetime as dt
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas.plan_rules import LIGHTS, RETURNS, Row, disagreements

TOO_MANY = "多出的列"

Reader = Callable[[str], Any]


class PlanError(Exception):
    """The plan folder cannot be used; its text lists every fault, one a line."""


@dataclass(frozen=True)
class Where:
    """A cell of a plan file: line numbers count from 1, the heading being line 1."""

    file: str
    row: int
    column: str


def text(words: str) -> str:
    if not words:
        raise ValueError("不能为空")
    return words


def free(words: str) -> str:
    return words


def day(words: str) -> dt.date:
    try:
        found = dt.date.fromisoformat(words)
        if found.isoformat() == words:
            return found
        raise ValueError
    except ValueError:
        raise ValueError(f"“{words}”不是日期，应写作 2016-07-10") from None


def whole(words: str) -> int:
    if not words.isascii() or not words.isdigit():
        raise ValueError(f"“{words}”不是非负整数")
    return int(words)


def maybe_whole(words: str) -> int | None:
    return whole(words) if words else None


def listed(words: str) -> tuple[str, ...]:
    return tuple(w for w in words.split(";") if w)


def one_of(*allowed: str) -> Reader:
    def read(words: str) -> str:
        if words not in allowed:
            raise ValueError(f"“{words}”不在 {'、'.join(allowed)} 之中")
        return words

    return read


def yes(words: str) -> bool:
    return bool(one_of("yes", "no")(words) == "yes")


COLUMNS: Mapping[str, Mapping[str, Reader]] = {
    "campaign": {
        "title": text,
        "short": text,
        "starts_on": day,
        "ends_on": day,
        "dates_until": day,
        "code_prefix": free,
        "clause": text,
    },
    "unit": {
        "unit": text,
        "title": text,
        "aliases": listed,
        "roles": listed,
        "tile_x": maybe_whole,
        "tile_y": maybe_whole,
        "clause": text,
    },
    "field": {
        "field": text,
        "title": text,
        "aliases": listed,
        "return": one_of(*sorted(RETURNS)),
        "clause": text,
    },
    "lead": {"field": text, "unit": text, "clause": text},
    "phase": {"phase": text, "title": text, "starts_on": day, "ends_on": day, "clause": text},
    "obligation": {
        "obligation": text,
        "title": text,
        "node": text,
        "phase": text,
        "return": listed,
        "owed_by": listed,
        "owed_for": one_of("unit", "field", "unit_field", "campaign"),
        "owed_to": text,
        "opens": day,
        "due": day,
        "at_least": whole,
        "counts": one_of("submission", "row"),
        "dated_by": free,
        "basis": one_of("plan", "derived", "internal"),
        "scored": yes,
        "clause": text,
        "quote": free,
    },
    "light": {
        "light": one_of(*sorted(LIGHTS)),
        "title": text,
        "glyph": free,
        "within": maybe_whole,
        "meaning": text,
    },
    "calendar": {"day": day, "kind": one_of("off", "work"), "title": text, "basis": text},
}


def read_tables(home: Path) -> dict[str, list[Row]]:
    """Every file of the folder as rows of read values; raises PlanError naming every fault."""
    faults: list[str] = []
    tables = {name: _read_file(home / f"{name}.csv", name, faults) for name in COLUMNS}
    if all(
        tables[name] for name in COLUMNS if name != "calendar"
    ):  # else each reference to it would be a fault
        columns = {name: list(readers) for name, readers in COLUMNS.items()}
        found = disagreements(tables, columns)
        faults += [say(Where(f"{file}.csv", line, column), what) for file, line, column, what in found]
    if faults:
        raise PlanError("\n".join(faults))
    return {name: [row for _, row in rows] for name, rows in tables.items()}


def say(where: Where, what: str) -> str:
    return f"{where.file} 第{where.row}行 {where.column}：{what}"


def _read_file(path: Path, name: str, faults: list[str]) -> list[tuple[int, Row]]:
    readers = COLUMNS[name]
    if not path.is_file():
        faults.append(f"{path.name}：缺少这个文件（{path.parent}）")
        return []
    rows: list[tuple[int, Row]] = []
    try:
        table = csv.DictReader(
            io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), restkey=TOO_MANY
        )
        if list(table.fieldnames or []) != list(readers):
            faults.append(f"{path.name} 第1行：列应依次为 {','.join(readers)}")
            return []
        rows += (
            (table.line_num, _read_row(cells, readers, path.name, table.line_num, faults)) for cells in table
        )
    except (UnicodeDecodeError, csv.Error):
        faults.append(f"{path.name}：不是 UTF-8 编码的 CSV，请另存为“CSV UTF-8”")
        return []
    if not rows and name != "calendar":
        faults.append(f"{path.name}：没有任何一行")
    return rows


def _read_row(cells: Row, readers: Mapping[str, Reader], file: str, line: int, faults: list[str]) -> Row:
    """The values of one line; a cell that cannot be read is left out."""
    row: Row = {}
    if TOO_MANY in cells:
        faults.append(say(Where(file, line, "行尾"), "多出了列，请检查逗号和引号"))
    for column, reader in readers.items():
        try:
            row[column] = reader((cells[column] or "").strip())
        except ValueError as why:
            faults.append(say(Where(file, line, column), str(why)))
    return row
