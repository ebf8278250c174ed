"""What must agree within and between the files of a plan folder, and with the returns."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandera.pandas as pa

from schemas.columns import day_columns
from schemas.plan_rows import BY_FIELD, LIGHTS, ROWS, Obligation, PlanRow

RETURN_CODES = {p.stem for p in (Path(__file__).parent / "returns").glob("[!_]*.py")}
CALLED = ("unit", "field")  # what workbooks call by name


@dataclass(frozen=True)
class Line:
    """A line of a plan file: its words by column, and the row they make; None where a cell is unreadable."""

    file: str
    number: int
    words: Mapping[str, str]
    row: PlanRow | None = None

    def fault(self, column: str, what: str) -> str:
        return f"{self.file}.csv 第{self.number}行 {column}：{what}"


Lines = Mapping[str, Sequence[Line]]  # by file


def disagreements(lines: Lines, returns: Mapping[str, pa.DataFrameSchema] | None = None) -> list[str]:
    """Every cell that contradicts another, as sentences; a row with an unreadable cell is not asked."""
    codes = {
        **{name: {line.words.get(name, "") for line in lines[name]} for name in ("unit", "field", "phase")},
        "role": {role for line in lines["unit"] for role in line.words["roles"].split(";") if role},
        "return": RETURN_CODES,
    }
    asked = [(line, line.row) for rows in lines.values() for line in rows if line.row]
    return [
        *(fault for name in lines for fault in _repeated(name, lines[name])),
        *(line.fault(column, what) for line, row in asked for column, what in row.faults(codes)),
        *_missing(lines),
        *(
            line.fault(column, what)
            for line, row in asked
            if returns is not None and isinstance(row, Obligation)
            for column, what in registered(row, returns)
        ),
    ]


def registered(owed: Obligation, returns: Mapping[str, pa.DataFrameSchema]) -> Iterator[tuple[str, str]]:
    """What a matter counted row by row asks of its return: a key that tells rows apart, a day to place them.

    Yields column and sentence of each thing that the return does not have.
    """
    if owed.counts != "row" or not set(owed.returns) <= {*returns, BY_FIELD}:
        return
    if len(owed.returns) != 1:
        yield "counts", "按行计数的事项只能有一张报表"
        return
    (code,) = owed.returns
    schema = returns.get(code)
    if schema is None or not (schema.metadata or {}).get("key"):
        yield "counts", f"报表“{code}”没有声明编号(key)，不能按行计数，应为 submission"
        return
    days = day_columns(schema)
    if owed.dated_by and owed.dated_by not in days:
        yield "dated_by", f"报表“{code}”没有日期列“{owed.dated_by}”，可用：{'、'.join(days)}"


def _repeated(name: str, lines: Sequence[Line]) -> Iterator[str]:
    """Keys that stand twice, told at their last column; and names by which two units or fields are called."""
    key = ROWS[name].KEY
    if key:
        yield from _seen_twice(
            key[-1], [(line, ",".join(line.words[column] for column in key)) for line in lines]
        )
    if name in CALLED:
        codes = {line.words[name] for line in lines}
        names = [
            (line, word)
            for line in lines
            for word in {line.words[name], line.words["title"], *line.words["aliases"].split(";")}
        ]
        yield from _seen_twice("aliases", [(line, word) for line, word in names if word not in {*codes, ""}])


def _seen_twice(column: str, named: Sequence[tuple[Line, str]]) -> Iterator[str]:
    seen: Counter[str] = Counter()
    for line, words in named:
        if seen[words]:
            yield line.fault(column, f"“{words}”重复")
        seen[words] += 1


def _missing(lines: Lines) -> Iterator[str]:
    """Fields without a lead, lights without a row, and a second campaign."""
    led = {line.words["field"] for line in lines["lead"]}
    for line in lines["field"]:
        if line.words["field"] not in led | {""}:
            yield line.fault("field", f"领域“{line.words['field']}”在 lead.csv 中没有牵头单位")
    lit = {line.words["light"] for line in lines["light"]}
    for light in sorted(set(LIGHTS) - lit):
        yield Line("light", len(lines["light"]) + 2, {}).fault("light", f"缺少“{light}”这一行")
    for line in lines["campaign"][1:]:
        yield line.fault("title", "只能有一行")
