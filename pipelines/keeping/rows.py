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


TableRow = Mapping[str, object]
TablePart = tuple[str, pyarrow.Table]  # a table of the warehouse, and rows for it


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


Sending = tuple[Receipt, Decision]


def rows_of(judgement: Judgement, answers: Sequence[SheetAnswer]) -> Mapping[int, AcceptedSheet]:
    """Rows by the position of their sheet among `answers`, which may have been signed under other rules."""
    by_sheet = {
        judgement.answers[n].sheet: AcceptedSheet(frame, judgement.letters[n])
        for n, frame in judgement.frames.items()
    }
    return {n: by_sheet[a.sheet] for n, a in enumerate(answers) if a.answer == "rows" and a.sheet in by_sheet}


def of(sendings: Iterable[Sending]) -> list[TablePart]:
    """The rows of judged submissions with the tables they belong to; of a return those together that are of
    the same types, so that none is read as another's would be.
    """
    plain: dict[str, list[TableRow]] = {}
    framed: dict[tuple[str, pyarrow.Schema], list[pyarrow.Table]] = {}
    for receipt, decision in sendings:
        for table, made in _plain(receipt, decision):
            plain.setdefault(table, []).extend(made)
        for code, columns in _framed(receipt, decision):
            framed.setdefault((code, columns.schema), []).append(columns)
    parts = [(table, pyarrow.Table.from_pylist(made)) for table, made in plain.items()]
    parts += [(code, pyarrow.concat_tables(those)) for (code, _), those in framed.items()]
    return [(table, made) for table, made in parts if made.num_rows]


def _plain(receipt: Receipt, decision: Decision) -> Iterator[tuple[str, list[TableRow]]]:
    verdict, answers = decision.verdict, decision.answers
    yield "submission", [_submission_row(receipt, verdict, decision.problems)]
    yield "sheet_answer", [_answer_row(receipt.no, n, a) for n, a in enumerate(answers)]
    yield "problem", [_problem_row(receipt.no, p) for p in decision.problems]
    for position, accepted in decision.rows.items():
        place = {"submission": receipt.no, "sheet": answers[position].sheet}
        yield "heading", [{**place, "column_name": c, "letters": at} for c, at in accepted.letters.items()]


def _framed(receipt: Receipt, decision: Decision) -> Iterator[tuple[str, pyarrow.Table]]:
    for position, accepted in decision.rows.items():
        answer, frame = decision.answers[position], accepted.frame
        columns = {name: pyarrow.array(frame[name], from_pandas=True) for name in frame}
        place = {"submission": receipt.no, "sheet": answer.sheet}
        columns |= {name: pyarrow.repeat(value, len(frame)) for name, value in place.items()}
        yield answer.return_, pyarrow.table({**columns, "sheet_row": pyarrow.array(frame.index)})


def insert(con: duckdb.DuckDBPyConnection, table: str, rows: pyarrow.Table) -> None:
    """Append rows to a table of the warehouse, by their columns' names."""
    with _registered(con, table, rows) as source:
        con.execute(f'INSERT INTO warehouse."{table}" BY NAME {source}')


def digests(con: duckdb.DuckDBPyConnection, parts: Iterable[TablePart]) -> dict[str, str]:
    """One hash of all rows of each sending, by its receipt number, as their tables will hold them, in any
    order.

    Nothing of the warehouse is read or written. The connection is closed.
    """
    hashes: dict[str, list[str]] = {}
    for table, given in parts:
        with _registered(con, table, given) as source:
            row = HASHED.format(table=table, row=_typed(table, given.column_names))
            for no, hashed in con.execute(f"SELECT {receipt_in(table)}, {row} FROM ({source})").fetchall():
                hashes.setdefault(no, []).append(hashed)
    con.close()
    return {no: joined(each) for no, each in hashes.items()}


def receipt_in(table: str) -> str:
    """The column of a table in which the receipt number of its rows stands."""
    return "id" if table == "submission" else "submission"


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
