"""A plan folder read: every file as rows, and every fault in it told at once by file, row and column."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandera.pandas as pa
from pydantic import ValidationError

from schemas import plan_notice
from schemas.characters import has_unseen
from schemas.plan_row import PlanRow
from schemas.plan_rows import ROWS
from schemas.plan_rules import Line, Lines, disagreements, own_returns

TOO_MANY = "多出的列"
UNSEEN = "含有看不见的字符，请删去后重新键入"
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class PlanError(Exception):
    """The plan folder cannot be used; its text lists every fault, one a line."""


@dataclass(frozen=True)
class _File:
    """What was read of one file, and what is wrong with its cells."""

    lines: list[Line]
    faults: list[str]


def read_tables(
    home: Path, returns: Mapping[str, pa.DataFrameSchema] | None = None
) -> dict[str, list[PlanRow]]:
    """Every file of the folder as its rows, by name; raises PlanError naming every fault.

    `returns`: the declared returns by code; where given, what matters ask of them is held against them.
    """
    files = {name: _read_file(home / f"{name}.csv", model) for name, model in ROWS.items()}
    faults = [fault for file in files.values() for fault in file.faults]
    lines: Lines = {name: file.lines for name, file in files.items()}
    if all(lines[name] or model.MAY_BE_EMPTY for name, model in ROWS.items()):
        faults += disagreements(
            lines, returns, [path.stem for path in own_returns(home)]
        )  # of a missing file each reference to it would be a fault
    faults += _misquoted(home, lines)
    if faults:
        raise PlanError("\n".join(faults))
    return {name: [line.row for line in rows if line.row] for name, rows in lines.items()}


def _misquoted(home: Path, lines: Lines) -> list[str]:
    """What the plan quotes otherwise than the notice beside it says; nothing where none lies there."""
    try:
        notice = plan_notice.clauses(home)
    except UnicodeDecodeError:
        return [f"{plan_notice.FILE}：不是 UTF-8 编码的文本"]
    return [
        line.fault(column, what)
        for name, each in lines.items()
        if notice is not None and name != "campaign"
        for line in each
        for column, what in plan_notice.misquoted(line.words, notice)
    ]


def _read_file(path: Path, model: type[PlanRow]) -> _File:
    if not path.is_file() and model.MAY_BE_ABSENT:
        return _File([], [])
    if not path.is_file():
        return _File([], [f"{path.name}：缺少这个文件（{path.parent}）"])
    try:
        text = path.read_bytes().decode("utf-8-sig")
        table = csv.DictReader(io.StringIO(text, newline=""), restkey=TOO_MANY)
        heading = list(table.fieldnames or [])
        if heading not in (model.columns(), [c for c in model.columns() if c not in model.MAY_LACK]):
            return _File([], [f"{path.name} 第1行：列应依次为 {','.join(model.columns())}"])
        read = [_read_line(cells, table.line_num, model) for cells in table]
    except (UnicodeDecodeError, csv.Error):
        return _File([], [f"{path.name}：不是 UTF-8 编码的 CSV，请另存为“CSV UTF-8”"])
    if not read and not model.MAY_BE_EMPTY:
        return _File([], [f"{path.name}：没有任何一行"])
    return _File([line for line, _ in read], [fault for _, faults in read for fault in faults])


def _read_line(cells: Mapping[str, str | None], number: int, model: type[PlanRow]) -> tuple[Line, list[str]]:
    """One line: its words by column, and the row they make; without one where a cell cannot be read."""
    words = {column: (cells.get(column) or "").strip() for column in model.columns()}
    line = Line(model.FILE, number, words)
    faults = [line.fault("行尾", "多出了列，请检查逗号和引号")] if TOO_MANY in cells else []
    faults += [line.fault(column, UNSEEN) for column, cell in words.items() if _has_unseen(cell)]
    try:
        return Line(model.FILE, number, words, model.model_validate({**words, "line": number})), faults
    except ValidationError as why:
        return line, [*faults, *(line.fault(column, what) for column, what in _told(why))]


def _has_unseen(cell: str) -> bool:
    """Whether a cell holds what nobody sees, but for the end of a line."""
    return has_unseen(cell.replace("\r\n", "\n")) or CONTROL.search(cell) is not None


def _told(why: ValidationError) -> Iterator[tuple[str, str]]:
    """Column and sentence of each cell that could not be read."""
    for error in why.errors():
        yield str(error["loc"][0]), str(error["ctx"]["error"])
