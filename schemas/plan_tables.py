"""The files of a plan folder: their columns, what each cell may hold, and what must agree between files."""

import csv
import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RETURNS = {p.stem for p in (Path(__file__).parent / "returns").glob("[!_]*.py")}
ROLES = {"territory", "lead", "member", "office", "group", "external"}
LIGHTS = {"overdue", "late", "returned", "urgent", "soon", "pending", "on_time"}

Reader = Callable[[str], Any]
Row = dict[str, Any]


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
        return dt.date.fromisoformat(words)
    except ValueError:
        raise ValueError(f"“{words}”不是日期,应写作 2016-07-10") from None


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
    return one_of("yes", "no")(words) == "yes"


COLUMNS: Mapping[str, Mapping[str, Reader]] = {
    "campaign": {
        "title": text, "short": text, "starts_on": day, "ends_on": day, "dates_until": day,
        "code_prefix": free, "clause": text,
    },
    "unit": {
        "unit": text, "title": text, "aliases": listed, "roles": listed, "tile_x": maybe_whole,
        "tile_y": maybe_whole, "clause": text,
    },
    "field": {"field": text, "title": text, "aliases": listed, "return": one_of(*sorted(RETURNS)), "clause": text},
    "lead": {"field": text, "unit": text, "clause": text},
    "phase": {"phase": text, "title": text, "starts_on": day, "ends_on": day, "clause": text},
    "obligation": {
        "obligation": text, "title": text, "node": text, "phase": text, "return": listed, "owed_by": listed,
        "owed_for": one_of("unit", "field", "unit_field", "campaign"), "owed_to": text, "opens": day, "due": day,
        "at_least": whole, "counts": one_of("submission", "row"), "dated_by": free,
        "basis": one_of("plan", "derived", "internal"), "scored": yes, "clause": text, "quote": free,
    },
    "light": {"light": one_of(*sorted(LIGHTS)), "title": text, "glyph": free, "within": maybe_whole, "meaning": text},
    "calendar": {"day": day, "kind": one_of("off", "work"), "title": text, "basis": text},
}  # fmt: skip
KEYS = {"unit": "unit", "field": "field", "phase": "phase", "obligation": "obligation", "light": "light",
        "calendar": "day"}  # fmt: skip


def read_tables(home: Path) -> dict[str, list[Row]]:
    """Every file of the folder as rows of read values; raises PlanError naming every fault."""
    faults: list[str] = []
    tables: dict[str, list[Row]] = {}
    lines: dict[str, list[int]] = {}
    for name in COLUMNS:
        tables[name], lines[name] = _read_file(home / f"{name}.csv", name, faults)
    if not faults:
        faults += [say(where, what) for where, what in _disagreements(tables, lines)]
    if faults:
        raise PlanError("\n".join(faults))
    return tables


def say(where: Where, what: str) -> str:
    return f"{where.file} 第{where.row}行 {where.column}:{what}"


def _read_file(path: Path, name: str, faults: list[str]) -> tuple[list[Row], list[int]]:
    readers = COLUMNS[name]
    if not path.is_file():
        faults.append(f"{path.name}:缺少这个文件({path.parent})")
        return [], []
    rows: list[Row] = []
    lines: list[int] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = csv.DictReader(file, restkey="多出的列")
        if list(table.fieldnames or []) != list(readers):
            faults.append(f"{path.name} 第1行:列应依次为 {','.join(readers)}")
            return [], []
        for cells in table:
            row = _read_row(cells, readers, path.name, table.line_num, faults)
            rows.append(row)
            lines.append(table.line_num)
    if not rows and name != "calendar":
        faults.append(f"{path.name}:没有任何一行")
    return rows, lines


def _read_row(cells: Row, readers: Mapping[str, Reader], file: str, line: int, faults: list[str]) -> Row:
    row: Row = {}
    if "多出的列" in cells:
        faults.append(say(Where(file, line, "行尾"), "多出了列,请检查逗号和引号"))
    for column, reader in readers.items():
        try:
            row[column] = reader((cells[column] or "").strip())
        except ValueError as why:
            faults.append(say(Where(file, line, column), str(why)))
    return row


def _disagreements(tables: dict[str, list[Row]], lines: dict[str, list[int]]) -> Iterator[tuple[Where, str]]:
    codes = {name: {row[key] for row in tables[name]} for name, key in KEYS.items()}
    for name, key in KEYS.items():
        seen: set[Any] = set()
        for row, line in zip(tables[name], lines[name], strict=True):
            if row[key] in seen:
                yield Where(f"{name}.csv", line, key), f"“{row[key]}”重复"
            seen.add(row[key])
    for name in tables:
        for row, line in zip(tables[name], lines[name], strict=True):
            for column, what in RULES[name](row, codes) if name in RULES else ():
                yield Where(f"{name}.csv", line, column), what
    led = {row["field"] for row in tables["lead"]}
    for row, line in zip(tables["field"], lines["field"], strict=True):
        if row["field"] not in led:
            yield Where("field.csv", line, "field"), f"领域“{row['field']}”在 lead.csv 中没有牵头单位"
    for light in sorted(LIGHTS - codes["light"]):
        yield Where("light.csv", len(tables["light"]) + 1, "light"), f"缺少“{light}”这一行"


def _unknown(words: tuple[str, ...], known: set[str], column: str, what: str) -> Iterator[tuple[str, str]]:
    for word in words:
        if word not in known:
            yield column, f"{what}“{word}”不存在"


def _unit_rules(row: Row, codes: dict[str, set[str]]) -> Iterator[tuple[str, str]]:
    yield from _unknown(row["roles"], ROLES, "roles", "角色")
    if not row["roles"]:
        yield "roles", "至少要有一个角色"


def _lead_rules(row: Row, codes: dict[str, set[str]]) -> Iterator[tuple[str, str]]:
    yield from _unknown((row["field"],), codes["field"], "field", "领域")
    yield from _unknown((row["unit"],), codes["unit"], "unit", "单位")


def _span(row: Row, codes: dict[str, set[str]]) -> Iterator[tuple[str, str]]:
    if row["ends_on"] < row["starts_on"]:
        yield "ends_on", "早于 starts_on"


def _obligation_rules(row: Row, codes: dict[str, set[str]]) -> Iterator[tuple[str, str]]:
    yield from _unknown((row["phase"],), codes["phase"], "phase", "阶段")
    yield from _unknown(row["return"], RETURNS | {"by_field"}, "return", "报表")
    yield from _unknown(row["owed_by"], ROLES | codes["unit"], "owed_by", "单位或角色")
    yield from _unknown((row["owed_to"],), codes["unit"], "owed_to", "单位")
    for column in ("return", "owed_by"):
        if not row[column]:
            yield column, "不能为空"
    if row["due"] < row["opens"]:
        yield "due", "早于 opens"
    if row["dated_by"] and row["counts"] != "row":
        yield "dated_by", "只有按行计数(counts=row)的事项才能按行内日期归期"


RULES: Mapping[str, Callable[[Row, dict[str, set[str]]], Iterator[tuple[str, str]]]] = {
    "unit": _unit_rules,
    "lead": _lead_rules,
    "phase": _span,
    "campaign": _span,
    "obligation": _obligation_rules,
}
