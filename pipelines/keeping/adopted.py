"""The plan inside the record: which plan was in force since when, and what was changed in it, and why.

Each plan is an entry of the journal with its files kept. A plan folder that says anything else than the last
one recorded stops the start until it is adopted with a reason.
"""

import csv
import datetime as dt
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import duckdb

from pipelines.keeping.archive import Archive
from pipelines.keeping.journal import JournalEntry
from schemas.plan_rows import ROWS

FIRST = "首次登记"
Cells = Mapping[tuple[str, ...], Mapping[str, str]]  # the rows of a file by their keys


class PlanChanged(Exception):
    """The plan folder is not as it was last recorded; its text says where."""


@dataclass(frozen=True)
class PlanChange:
    """One cell of the plan that was changed; a row that came or went has one side empty."""

    adopted_at: dt.datetime  # aware, UTC
    reason: str
    file: str
    row: str
    column: str
    before: str
    after: str


def hold(archive: Archive, folder: Path) -> None:
    """Hold the plan folder against the record; the first time, record it.

    Raises PlanChanged where it differs from the plan last recorded, OSError where a file cannot be read.
    """
    if differing := differences(archive, folder):
        raise PlanChanged("；".join(differing))
    if not archive.entries("plan"):
        adopt(archive, folder, FIRST)


def adopt(archive: Archive, folder: Path, reason: str, by: str = "") -> bool:
    """Record the plan of a folder with a reason; False where it is the one recorded already."""
    files = _files(folder)
    with archive.held():
        recorded = archive.entries("plan")
        if recorded and recorded[-1].facts["hash"] == _hash(files):
            return False
        kept = {name: archive.keep(content) for name, content in files.items()}
        archive.write("plan", {"hash": _hash(files), "files": kept, "reason": reason}, by)
    return True


def differences(archive: Archive, folder: Path) -> list[str]:
    """Where the folder says anything else than the plan last recorded; empty where none was."""
    recorded = archive.entries("plan")
    if not recorded:
        return []
    known = recorded[-1].facts["files"]
    # a file that binds nobody, and was not known when the plan was recorded, is no change
    files = {name: content for name, content in _files(folder).items() if name in known or _binds(name)}
    if recorded[-1].facts["hash"] == _hash(files):
        return []
    changes = _compared(_kept(archive, recorded[-1]), files)
    return [f"{shown(file)} {row} {column}“{old}”→“{new}”" for file, row, column, old, new in changes]


def shown(file: str) -> str:
    """The name of a file of the plan, as its folder has it."""
    return f"{file}.csv" if file in ROWS else file


def changes(archive: Archive) -> list[PlanChange]:
    """Every cell that was changed since the first plan recorded, oldest first."""
    plans = archive.entries("plan")
    recorded = [(entry, _kept(archive, entry)) for entry in plans] if len(plans) > 1 else []
    return [
        PlanChange(dt.datetime.fromisoformat(entry.written_at), str(entry.facts["reason"]), *change)
        for (_, old), (entry, new) in pairwise(recorded)
        for change in _compared(old, new)
    ]


def moved_days(archive: Archive) -> dict[str, list[PlanChange]]:
    """Of each matter whose due day was moved: every move, oldest first."""
    moves: dict[str, list[PlanChange]] = {}
    for change in changes(archive):
        if (change.file, change.column) == ("obligation", "due") and change.before and change.after:
            moves.setdefault(change.row, []).append(change)
    return moves


def moved_words(archive: Archive) -> dict[str, str]:
    """Of each matter whose due day was moved: the days before, with the reason of each move, in Chinese."""
    return {
        obligation: "；".join(f"原定 {m.before}，改为 {m.after}，理由：{m.reason}" for m in moves)
        for obligation, moves in moved_days(archive).items()
    }


def install(archive: Archive, con: duckdb.DuckDBPyConnection) -> None:
    """Tell an open warehouse of the due days that were moved; a plan that is changed is opened anew."""
    if moved := moved_words(archive):
        con.executemany("INSERT INTO moved_day VALUES (?, ?)", list(moved.items()))


def _files(folder: Path) -> dict[str, bytes]:
    """The bytes of every file of a plan folder, by name."""
    there = [name for name, row in ROWS.items() if not row.MAY_BE_ABSENT or (folder / f"{name}.csv").exists()]
    tables = {name: (folder / f"{name}.csv").read_bytes() for name in there}
    programs = sorted(folder.glob("returns/**/*.py"))
    return tables | {path.relative_to(folder).as_posix(): path.read_bytes() for path in programs}


def _binds(name: str) -> bool:
    """Whether a file that was not known when the plan was recorded changes it: every program does."""
    return name not in ROWS or ROWS[name].BINDS


def _kept(archive: Archive, entry: JournalEntry) -> dict[str, bytes]:
    return {name: archive.bytes_of(sha256) for name, sha256 in entry.facts["files"].items()}


def _hash(files: Mapping[str, bytes]) -> str:
    """The SHA-256 of what the files say: not of how a program wrote their lines."""
    said = {name: _table(name, content) for name, content in sorted(files.items())}
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def _table(name: str, content: bytes) -> list[list[str]]:
    """The cells of a file of the plan; rows in which nothing stands are left out. Of a program its hash."""
    if name not in ROWS:
        said = hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()
        return [["sha256"], [said]] if content else []
    text = content.decode("utf-8-sig", "replace")
    rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""))]
    return [row for row in rows if any(row)]


def _compared(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Iterator[tuple[str, str, str, str, str]]:
    """File, row, column, before and after of every cell that differs; where only the order does, of that."""
    for name in dict.fromkeys([*old, *new]):
        before, after = (_by_key(name, files.get(name, b"")) for files in (old, new))
        for key in dict.fromkeys([*before, *after]):
            was, is_now = before.get(key, {}), after.get(key, {})
            for column in dict.fromkeys([*was, *is_now]):
                pair = was.get(column, ""), is_now.get(column, "")
                if pair[0] != pair[1]:
                    yield (name, " ".join(key), column, *pair)
        if list(before) != list(after) and set(before) == set(after):
            yield name, "", "", "原次序", "新次序"


def _by_key(name: str, content: bytes) -> Cells:
    heading, *rows = _table(name, content) or [[]]
    keys = ROWS[name].KEY if name in ROWS else ()
    named = [dict(zip(heading, row, strict=False)) for row in rows]
    return {tuple(row.get(key, "") for key in keys) or (str(n),): row for n, row in enumerate(named, 1)}
