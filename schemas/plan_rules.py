"""What must agree within and between the files of a plan folder, and with the returns."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandera.pandas as pa

from schemas.kinds import day_columns
from schemas.plan_counted import OfReturn
from schemas.plan_row import PlanRow
from schemas.plan_rows import BY_FIELD, LIGHTS, ROWS, Campaign, Obligation, Phase

RETURN_CODES = {p.stem for p in (Path(__file__).parent / "returns").glob("[!_]*.py")}
CALLED = ("unit", "field")  # what workbooks call by name
TITLED = ("phase", "obligation")  # what is shown by its title alone


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


def own_returns(home: Path) -> list[Path]:
    """The modules by which a plan folder declares returns of its own."""
    return sorted((home / "returns").glob("[!_]*.py"))


def disagreements(
    lines: Lines, returns: Mapping[str, pa.DataFrameSchema] | None = None, own: Collection[str] = ()
) -> list[str]:
    """Every cell that contradicts another, as sentences; a row with an unreadable cell is not asked.

    `own`: the codes of returns that the folder declares.
    """
    codes = {
        **{name: {line.words.get(name, "") for line in lines[name]} for name in ("unit", "field", "phase")},
        "role": {role for line in lines["unit"] for role in line.words["roles"].split(";") if role},
        "return": RETURN_CODES | set(own),
    }
    asked = [(line, line.row) for rows in lines.values() for line in rows if line.row]
    return [
        *(fault for name in lines for fault in _repeated(name, lines[name])),
        *(line.fault(column, what) for line, row in asked for column, what in row.faults(codes)),
        *_missing(lines),
        *_leads(lines),
        *_unbroken(lines),
        *(
            line.fault(column, what)
            for line, row in asked
            if returns is not None
            for column, what in against(row, returns)
        ),
    ]


def against(row: PlanRow, returns: Mapping[str, pa.DataFrameSchema]) -> Iterator[tuple[str, str]]:
    """What a row asks of a return that does not have it: column and sentence."""
    if isinstance(row, Obligation):
        yield from registered(row, returns)
    if isinstance(row, OfReturn):
        yield from row.against(returns)


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
        for line, word in names:
            if word in codes and word != line.words[name]:
                yield line.fault("aliases", f"“{word}”是另一行的代码")
    if name in TITLED:
        yield from _seen_twice("title", [(line, line.words["title"]) for line in lines])


def _seen_twice(column: str, named: Sequence[tuple[Line, str]]) -> Iterator[str]:
    seen: Counter[str] = Counter()
    for line, words in named:
        if seen[words]:
            yield line.fault(column, f"“{words}”重复")
        seen[words] += 1


def _unbroken(lines: Lines) -> Iterator[str]:
    """Phases that do not follow each other day by day from the campaign's first day to its last.

    Nothing where a span is turned round or cannot be read: then that is told.
    """
    spans = [(line, line.row) for line in lines["phase"] if isinstance(line.row, Phase)]
    whole = [line.row for line in lines["campaign"][:1] if isinstance(line.row, Campaign)]
    every: list[Campaign | Phase] = [*whole, *(phase for _, phase in spans)]
    if len(spans) < len(lines["phase"]) or any(span.ends_on < span.starts_on for span in every):
        return
    for campaign in whole:
        begins = campaign.starts_on
        for line, phase in spans:
            if phase.starts_on != begins:
                yield line.fault("starts_on", f"应为 {begins}：阶段须首尾相接，既不重叠也不留空")
            begins = phase.ends_on + dt.timedelta(1)
        if spans and spans[-1][1].ends_on != campaign.ends_on:
            yield spans[-1][0].fault("ends_on", f"最后一个阶段应止于 {campaign.ends_on}")


def _leads(lines: Lines) -> Iterator[str]:
    """Units that lead a field and do not have the role."""
    leading = {line.words["unit"] for line in lines["unit"] if "lead" in line.words["roles"].split(";")}
    known = {line.words["unit"] for line in lines["unit"]}
    for line in lines["lead"]:
        if line.words["unit"] in known - leading:
            yield line.fault("unit", f"单位“{line.words['unit']}”在 unit.csv 中没有角色 lead")


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
