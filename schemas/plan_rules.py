"""What must agree within and between the files of a plan folder."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

RETURNS = {p.stem for p in (Path(__file__).parent / "returns").glob("[!_]*.py")}
ROLES = {"territory", "lead", "member", "office", "group", "external"}
LIGHTS = {"overdue", "late", "returned", "urgent", "soon", "pending", "on_time"}
KEYS = {
    "unit": "unit",
    "field": "field",
    "phase": "phase",
    "obligation": "obligation",
    "light": "light",
    "calendar": "day",
}
CALLED = ("unit", "field")  # what workbooks call by name

Row = dict[str, Any]
Tables = Mapping[
    str, Sequence[tuple[int, Row]]
]  # line number, values; a row with an unread cell lacks that column
Codes = Mapping[str, set[Any]]
Fault = tuple[str, int, str, str]  # file, line, column, what is wrong
Told = Iterator[tuple[str, str]]  # column, what is wrong


def disagreements(tables: Tables, columns: Mapping[str, Sequence[str]]) -> Iterator[Fault]:
    """Every cell that contradicts another; rows with a cell that could not be read are not asked."""
    codes: dict[str, set[Any]] = {
        name: {row.get(key) for _, row in tables[name]} for name, key in KEYS.items()
    }
    codes["owing"] = codes["unit"].union(*(row.get("roles", ()) for _, row in tables["unit"]))
    yield from _repeated(tables)
    for name, rule in RULES.items():
        for line, row in tables[name]:
            if len(row) == len(columns[name]):
                yield from ((name, line, column, what) for column, what in rule(row, codes))
    yield from _missing(tables, codes)


def _repeated(tables: Tables) -> Iterator[Fault]:
    for name, key in KEYS.items():
        yield from _seen_twice(name, key, [(line, row[key]) for line, row in tables[name] if key in row])
    pairs = [
        (line, f"{row['field']},{row['unit']}")
        for line, row in tables["lead"]
        if {"field", "unit"} <= set(row)
    ]
    yield from _seen_twice("lead", "unit", pairs)
    for name in CALLED:
        called = [
            (line, words)
            for line, row in tables[name]
            for words in {row.get(KEYS[name]), row.get("title"), *row.get("aliases", ())} - {None}
        ]
        codes = {row.get(KEYS[name]) for _, row in tables[name]}
        yield from _seen_twice(
            name, "aliases", [(line, words) for line, words in called if words not in codes]
        )


def _seen_twice(name: str, column: str, said: Sequence[tuple[int, Any]]) -> Iterator[Fault]:
    seen: Counter[Any] = Counter()
    for line, words in said:
        if seen[words]:
            yield name, line, column, f"“{words}”重复"
        seen[words] += 1


def _missing(tables: Tables, codes: Codes) -> Iterator[Fault]:
    led = {row.get("field") for _, row in tables["lead"]}
    for line, row in tables["field"]:
        if row.get("field", "") not in led | {""}:
            yield "field", line, "field", f"领域“{row['field']}”在 lead.csv 中没有牵头单位"
    for light in sorted(LIGHTS - codes["light"]):
        yield "light", len(tables["light"]) + 2, "light", f"缺少“{light}”这一行"
    for line, _ in tables["campaign"][1:]:
        yield "campaign", line, "title", "只能有一行"


def _unknown(words: Sequence[str], known: set[Any], column: str, what: str) -> Told:
    yield from ((column, f"{what}“{word}”不存在") for word in words if word not in known)


def _unit(row: Row, _codes: Codes) -> Told:
    yield from _unknown(row["roles"], ROLES, "roles", "角色")
    if not row["roles"]:
        yield "roles", "至少要有一个角色"


def _lead(row: Row, codes: Codes) -> Told:
    yield from _unknown([row["field"]], codes["field"], "field", "领域")
    yield from _unknown([row["unit"]], codes["unit"], "unit", "单位")


def _span(row: Row, _codes: Codes) -> Told:
    if row["ends_on"] < row["starts_on"]:
        yield "ends_on", "早于 starts_on"
    if row.get("dates_until", row["ends_on"]) < row["ends_on"]:
        yield "dates_until", "早于 ends_on"


def _obligation(row: Row, codes: Codes) -> Told:
    yield from _unknown([row["phase"]], codes["phase"], "phase", "阶段")
    yield from _unknown(row["return"], RETURNS | {"by_field"}, "return", "报表")
    yield from _unknown(row["owed_by"], codes["owing"], "owed_by", "单位或角色")
    yield from _unknown([row["owed_to"]], codes["unit"], "owed_to", "单位")
    yield from ((column, "不能为空") for column in ("return", "owed_by") if not row[column])
    if row["due"] < row["opens"]:
        yield "due", "早于 opens"
    if row["dated_by"] and row["counts"] != "row":
        yield "dated_by", "只有按行计数(counts=row)的事项才能按行内日期归期"


RULES: Mapping[str, Callable[[Row, Codes], Told]] = {
    "unit": _unit,
    "lead": _lead,
    "phase": _span,
    "campaign": _span,
    "obligation": _obligation,
}
