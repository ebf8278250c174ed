"""How it is printed: data on stdout as JSON or as a table, words to a person on stderr."""

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pandas as pd
import pandera.pandas as pa
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from pipelines.intake import Outcome
from pipelines.judging.judgement import Judgement
from pipelines.judging.report import as_json
from pipelines.keeping.receipt import Receipt
from pipelines.keeping.receipts import Listed, came
from pipelines.kept import DECIDED
from pipelines.reading.a1 import spot
from pipelines.writing.listing import FORMULA_STARTS
from schemas.clock import SHANGHAI
from schemas.plan import PLAN
from schemas.problems import LEVELS
from views.figures.words import NOTES

VERDICT_WORDS = {
    "acceptable": "可受理",
    "refused": "未通过",
    "unreadable": "无法读取",
    "withdrawn": "已撤回",
    "": "正在检查",
}
UNPRINTED = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ud800-\udfff\ufeff]"
)
MOMENTS = ("received_at", "stamped_at")
WIDE = 240  # columns, where no terminal says how wide it is

err = Console(stderr=True, highlight=False, markup=False)
out = Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)


def say(words: str) -> None:
    """A sentence to the person at the terminal, on stderr."""
    err.print(printable(words), soft_wrap=True)


def printable(words: str) -> str:
    """Words of others as a terminal may have them: nothing in them steers it or turns their direction."""
    return UNPRINTED.sub("□", words)


def shown(words: object) -> str:
    """Words of others in a table or a line: nothing in them is markup."""
    return escape(printable(str(words)))


@contextmanager
def bar(words: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar for long work, on stderr; told (done, total)."""
    with Progress(console=err, transient=True) as progress:
        task = progress.add_task(words, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def data(value: Any) -> None:
    """A value as JSON; what JSON has no form for is written as Python prints it."""
    typer.echo(_json_safe(json.dumps(value, ensure_ascii=False, indent=1, default=str)))


def _json_safe(text: str) -> str:
    """The same JSON with every sign that steers a terminal in its escaped form."""
    return UNPRINTED.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)


def judgement(name: str, judged: Judgement) -> None:
    """One workbook's verdict for a person: unit, matter, reason, and every problem on a line of its own."""
    unit = PLAN.units[judged.unit].title if judged.unit else "单位不明"
    owed = PLAN.obligations.get(judged.obligation or "")
    out.print(
        f"{shown(name)}  {unit}  {owed.title if owed else ''}  [bold]{VERDICT_WORDS[judged.verdict]}[/]"
    )
    if judged.reason:
        out.print(f"  {shown(judged.reason)}")
    if judged.problems:
        table = Table("位置", "列", "现值", "问题", "怎么改", "级别")
        for p in judged.problems:
            cells = (spot(p.sheet, p.cell), p.title, p.value, p.message, p.remedy, LEVELS[p.level])
            table.add_row(*map(shown, cells))
        out.print(table)
    if judged.repairs or judged.unchecked:
        out.print(f"  修正 {len(judged.repairs)} 处，暂未检查 {len(judged.unchecked)} 处（用 --json 查看）")


def judgements(judged: Sequence[tuple[str, Judgement]], *, as_data: bool) -> None:
    """The verdicts of some files, by their names."""
    if as_data:
        data([as_json(each, name) for name, each in judged])
        return
    for name, each in judged:
        judgement(name, each)


def outcomes(received: Sequence[Outcome], *, as_data: bool) -> None:
    """What became of some uploads: the receipt of each, then its verdict."""
    if as_data:
        data([_outcome(each) for each in received])
        return
    for outcome in received:
        again = "（此前已收到同一文件）" if outcome.repeated else ""
        out.print(f"回执 [bold]{outcome.receipt.no}[/] {again}  SHA-256 {outcome.receipt.sha256}")
        out.print(f"  收到 {shown(came(outcome.receipt))}")
        out.print(f"  流水第 {outcome.receipt.entry} 条 {outcome.receipt.hash}")
        judgement(outcome.receipt.filename, outcome.judgement)
        for words in outcome.remarks:
            out.print(f"  {shown(words)}")


def _outcome(outcome: Outcome) -> dict[str, Any]:
    report = as_json(outcome.judgement, outcome.receipt.filename)
    told = {"repeated": outcome.repeated, "remarks": list(outcome.remarks)}
    return {"receipt": receipt(outcome.receipt), **told, **report}


def receipt(of: Receipt) -> dict[str, Any]:
    """A receipt as plain data, its moment in the campaign's own time."""
    moments = {name: getattr(of, name).astimezone(SHANGHAI).isoformat() for name in MOMENTS}
    return {**vars(of), **moments, "entry": of.entry}


def receipts(listed: Sequence[Listed], *, as_data: bool) -> None:
    """What came, newest first, with its verdict."""
    if as_data:
        data([{**receipt(x.receipt), **{name: getattr(x, name) for name in DECIDED}} for x in listed])
        return
    table = Table("回执号", "收到时间", "单位", "事项", "文件", "结论")
    for x in listed:
        unit = PLAN.units.get(x.unit or "")
        owed = PLAN.obligations.get(x.obligation or "")
        matter = (unit.title if unit else "", owed.title if owed else "")
        table.add_row(
            x.receipt.no, shown(came(x.receipt)), *matter, shown(x.receipt.filename), VERDICT_WORDS[x.verdict]
        )
    out.print(table)


def rows(answered: pd.DataFrame, answer: pa.DataFrameSchema, *, as_data: bool | None) -> None:
    """A view's answer: as JSON (True), as CSV (False), or as a table under its Chinese titles (None)."""
    if as_data:
        text = answered.to_json(orient="records", force_ascii=False, date_format="iso", indent=1)
        typer.echo(_json_safe(text))
    elif as_data is False:
        typer.echo(answered.map(_inert).to_csv(index=False), nl=False)
    else:
        titles = {name: str(column.title) for name, column in answer.columns.items() if column.title}
        for note in set(NOTES.values()) & titles.keys():
            if not answered[note].astype(bool).any():
                titles.pop(note)  # nothing was moved by hand
        table = Table(*titles.values())
        for cells in answered[list(titles)].astype(object).to_numpy():
            table.add_row(*("" if pd.isna(cell) else shown(cell) for cell in cells))
        out.print(table)


def table(rows: Sequence[Mapping[str, str]]) -> None:
    """Rows under their titles; nothing where there is none."""
    if not rows:
        say("没有。")
        return
    made = Table(*rows[0])
    for row in rows:
        made.add_row(*map(shown, row.values()))
    out.print(made)


def _inert(cell: Any) -> Any:
    """A cell that no spreadsheet program runs: words that begin like a formula stand behind an apostrophe."""
    if not isinstance(cell, str):
        return cell
    return f"'{printable(cell)}" if cell.startswith(FORMULA_STARTS) else printable(cell)
