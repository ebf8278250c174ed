"""The rows of a sending, as the tables of a warehouse hold them, and their digest, which is signed."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field

import duckdb
import pandas as pd
import pyarrow

from pipelines.judging.judgement import Judgement, SheetAnswer
from pipelines.keeping import ddl
from pipelines.keeping.receipt import Receipt
from schemas.problems import MUST, Problem
from schemas.returns import RETURNS, lists_entities

# One institution, one key, whichever return speaks of it: its field, territory and name without spaces; and
# the codes of both, since short words are grouped several times faster than titles.
KEYED = r"""
SELECT r.*,
       md5_number_lower(
           concat_ws('|', r.field, r.territory, regexp_replace(r.entity_name, '\s', '', 'g'))
       ) AS entity,
       u.unit AS territory_code, f.field AS field_code
FROM {rows} r
LEFT JOIN unit u ON u.title = r.territory
LEFT JOIN field f ON f.title = r.field"""

# A row as a text that no other row has, with the name of its table, hashed.
HASHED = "sha256(concat('{table}|', to_json({row})))"
KEYS = ("entity", "territory_code", "field_code")


@dataclass(frozen=True)
class AcceptedSheet:
    """The accepted rows of one sheet, and in which of its columns each value stands."""

    frame: pd.DataFrame  # indexed by the rows of Excel
    letters: Mapping[str, str]  # column of the return → column of Excel


@dataclass(frozen=True)
class Decision:
    """What was decided on a sending, as it is recorded."""

    verdict: Mapping[str, object]  # unit, obligation, verdict, reason; `nth` where it is signed
    answers: Sequence[SheetAnswer]
    problems: Sequence[Problem]
    rows: Mapping[int, AcceptedSheet] = field(default_factory=dict)  # by the position of their answer


def rows_of(judgement: Judgement, answers: Sequence[SheetAnswer]) -> Mapping[int, AcceptedSheet]:
    """Rows by the position of their sheet among `answers`, which may have been signed under other rules."""
    by_sheet = {
        judgement.answers[n].sheet: AcceptedSheet(frame, judgement.letters[n])
        for n, frame in judgement.frames.items()
    }
    return {n: by_sheet[a.sheet] for n, a in enumerate(answers) if a.answer == "rows" and a.sheet in by_sheet}


def of(receipt: Receipt, decision: Decision) -> list[tuple[str, pyarrow.Table]]:
    """The rows of a judged submission with the tables they belong to; none without rows."""
    parts = [(table, pd.DataFrame(rows)) for table, rows in _plain(receipt, decision)]
    return [(t, pyarrow.Table.from_pandas(f, preserve_index=False)) for t, f in parts if not f.empty]


def _plain(
    receipt: Receipt, decision: Decision
) -> Iterator[tuple[str, pd.DataFrame | Sequence[Mapping[str, object]]]]:
    verdict, answers = decision.verdict, decision.answers
    yield "submission", [_submission_row(receipt, verdict, decision.problems)]
    yield "sheet_answer", [_answer_row(receipt.no, n, a) for n, a in enumerate(answers)]
    yield "problem", [_problem_row(receipt.no, p) for p in decision.problems]
    for position, accepted in decision.rows.items():
        answer, frame = answers[position], accepted.frame
        place = {"submission": receipt.no, "sheet": answer.sheet}
        yield answer.return_, frame.assign(**place, sheet_row=frame.index)
        yield "heading", [{**place, "column_name": c, "letters": at} for c, at in accepted.letters.items()]


def insert(con: duckdb.DuckDBPyConnection, table: str, rows: pyarrow.Table) -> None:
    """Append rows to a table of the warehouse, by their columns' names."""
    with _registered(con, table, rows) as source:
        con.execute(f'INSERT INTO warehouse."{table}" BY NAME {source}')


def digest(con: duckdb.DuckDBPyConnection, parts: Sequence[tuple[str, pyarrow.Table]]) -> str:
    """One hash of all rows of a sending, as their tables will hold them, in any order.

    Nothing of the warehouse is read or written. The connection is closed.
    """
    hashes: list[str] = []
    for table, given in parts:
        with _registered(con, table, given) as source:
            row = HASHED.format(table=table, row=_typed(table, given.column_names))
            hashes += [hashed for (hashed,) in con.execute(f"SELECT {row} FROM ({source})").fetchall()]
    con.close()
    return joined(hashes)


def _typed(table: str, given: Iterable[str]) -> str:
    """A row of some columns as its table will hold it, as SQL makes it."""
    named = {*given, *(KEYS if _is_keyed(table) else ())}
    cast = [(f'"{n}"', f'"{n}"' if n in named else "NULL", type_) for n, type_ in ddl.typed(table).items()]
    return (
        "struct_pack(" + ", ".join(f"{name} := CAST({value} AS {type_})" for name, value, type_ in cast) + ")"
    )


@contextmanager
def _registered(con: duckdb.DuckDBPyConnection, table: str, rows: pyarrow.Table) -> Iterator[str]:
    """The statement that gives some rows: of a return that lists institutions with the keys of `KEYED`."""
    con.register("rows_in", rows)
    yield KEYED.format(rows="rows_in") if _is_keyed(table) else "SELECT * FROM rows_in"
    con.unregister("rows_in")


def _is_keyed(table: str) -> bool:
    return table in RETURNS and lists_entities(table)


def joined(hashes: Sequence[str]) -> str:
    """The hash of hashes of rows, whatever their order."""
    return hashlib.sha256("".join(sorted(hashes)).encode()).hexdigest()


def _submission_row(
    receipt: Receipt, verdict: Mapping[str, object], problems: Sequence[Problem]
) -> dict[str, object]:
    musts = sum(p.level == MUST for p in problems)
    said = {key: verdict[key] for key in ("unit", "obligation", "verdict", "reason")}
    came = {key: getattr(receipt, key) for key in ("sha256", "filename", "sent_by", "entry")}
    counted = {"musts": musts, "verifies": len(problems) - musts}
    moment = {"received_at": utc(receipt.received_at), "is_placed": receipt.reason is not None}
    clock = {"stamped_at": utc(receipt.stamped_at), "placed_because": receipt.reason}
    return {"id": receipt.no, **said, **came, **counted, **moment, **clock}


def _answer_row(no: str, position: int, answer: SheetAnswer) -> dict[str, object]:
    return {
        "submission": no,
        "position": position,
        "return_": answer.return_,
        "field": answer.field,
        "sheet": answer.sheet,
        "answer": answer.answer,
        "row_count": answer.rows,
        "checked": answer.checked,
    }


def _problem_row(no: str, problem: Problem) -> dict[str, object]:
    facts = asdict(problem)
    return {"submission": no, "column_name": facts.pop("column"), **facts}


def utc(moment: dt.datetime) -> dt.datetime:
    """A moment as tables hold it."""
    return moment.astimezone(dt.UTC).replace(tzinfo=None)
