"""Rules across returns and periods: a judgement held against what was in force when it is recorded.

Pure: what was in force is handed in (`pipelines/keeping/earlier.py`). Away from the records the rules are
listed as unchecked. They are asked of what would be accepted: with cells that must be mended, half of them
would tell of nothing but these.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
import pandera.pandas as pa

from pipelines.judging.asking import BrokenRule, broken_rules
from pipelines.judging.judgement import ACCEPTABLE, REFUSED, Judgement, SheetAnswer
from schemas.declare import asked_of
from schemas.plan import PLAN
from schemas.problems import MUST, Problem, Unchecked
from schemas.returns import RETURNS, is_survey
from schemas.rules import BEFORE, GONE, ROWS, SUM, SUMMED, SUMS, ZEROS
from schemas.said import TERRITORY_PLAIN
from schemas.stages import LAST, STOOD

OFFLINE = "暂未检查（离线）：没有此前的报送可比"
Cell = tuple[str, str]  # titles of a territory and a field
NamedRow = tuple[str, str, str]  # an institution: titles of its field and its territory, its name


@dataclass(frozen=True)
class Gap:
    """An institution that stood in the last period or in an earlier version: 缺行, unless told of again."""

    key: str  # as `key_of_row` gives it
    name: str
    return_: str
    field: str
    stood_in: str  # the number of a receipt


@dataclass(frozen=True)
class Earlier:
    """What was in force beside a sending."""

    matter: str = ""  # the title of the last period before
    is_next: bool = False  # whether that is the period right before
    rows: Mapping[str, pd.DataFrame] = field(default_factory=dict)  # what it says, by return
    gone: Sequence[Gap] = ()  # everybody that stood before, also who stands in this sending
    zeros: Mapping[Cell, str] = field(default_factory=dict)  # the receipt of each zero report
    told: Mapping[str, str] = field(default_factory=dict)  # by field: who tells of institutions here
    surveyed: Mapping[str, pd.DataFrame] = field(default_factory=dict)  # by field, for its leads: all rows
    # by the number: the institution to which it was given, then what is the same
    holders: Mapping[str, Sequence[NamedRow]] = field(default_factory=dict)
    last: Mapping[str, pd.DataFrame] = field(default_factory=dict)  # the months in force, by return
    stood: Collection[str] = ()  # who was ever told of, as `key_of_row` gives it


NOTHING = Earlier()


def offline(judgement: Judgement) -> Judgement:
    """The same, with the rules listed that can only be asked beside the records."""
    joint = lead_fields(judgement)
    unasked = [
        Unchecked(answer.sheet, rule, 0, OFFLINE)
        for answer in judgement.answers
        for rule in dict.fromkeys(str(check.name) for check in _asked(answer, joint))
    ]
    return replace(judgement, unchecked=[*judgement.unchecked, *unasked])


def _asked(answer: SheetAnswer, joint: Collection[str]) -> Iterator[pa.Check]:
    """The rules that a sheet is asked beside the records, by what it answers."""
    if answer.answer == "rows":
        yield from (*ROWS.get(answer.return_, ()), *(SUMS if answer.field in joint else ()))
    if answer.answer == "zero" and is_survey(answer.return_):
        yield from ZEROS
    if answer.answer and answer.return_ in ROWS:
        yield from GONE


def between(judgement: Judgement, known: Earlier) -> Judgement:
    """The judgement with what the rules have against it; refused where anything of that must be mended."""
    if judgement.verdict != ACCEPTABLE or known is NOTHING:
        return judgement
    told = [*_of_rows(judgement, known), *_of_gone(judgement, known), *_of_answers(judgement, known)]
    if not told:
        return judgement
    is_refused = any(problem.level == MUST for problem in told)
    verdict = REFUSED if is_refused else ACCEPTABLE
    return replace(judgement, verdict=verdict, problems=_joined(judgement.problems, told))


def is_held_back(judgement: Judgement) -> bool:
    """Whether the rules were not asked yet: something else of the workbook must be mended first."""
    between = {str(check.name) for checks in (*ROWS.values(), SUMS, ZEROS, GONE) for check in checks}
    joint = lead_fields(judgement)
    has_any = any(check for answer in judgement.answers for check in _asked(answer, joint))
    return has_any and any(p.level == MUST and p.rule not in between for p in judgement.problems)


def key_of_row(of_field: str, territory: str, name: str) -> str:
    """Which institution a row is of, however its name is spaced."""
    return f"{of_field}|{territory}|{''.join(name.split())}"


def _of_rows(judgement: Judgement, known: Earlier) -> Iterator[Problem]:
    for n, frame in judgement.frames.items():
        answer = judgement.answers[n]
        checks = ROWS.get(answer.return_, ())
        if not checks:
            continue
        rows = _beside(frame, answer.return_, checks, known)
        for each in _broken(checks, rows):
            for row in sorted(each.rows):
                letters = judgement.letters[n].get(each.column, "")
                cell = f"{letters}{row}" if letters else ""
                said = _said(rows.loc[row], each.facts["needs"], known)
                yield _problem(answer, each, (row, cell), rows.loc[row].get(each.column), said)


def _of_gone(judgement: Judgement, known: Earlier) -> Iterator[Problem]:
    if not known.gone:
        return
    here = {key for frame in judgement.frames.values() for key in keys_of(frame)}
    sheets = {(a.return_, a.field): a for a in judgement.answers if a.answer}
    gone = [each for each in known.gone if (each.return_, each.field) in sheets]
    for each in _broken(GONE, pd.DataFrame({"is_told": [g.key in here for g in gone]}, dtype=bool)):
        for n in sorted(each.rows):
            answer = sheets[gone[n].return_, gone[n].field]
            yield _problem(answer, each, (0, ""), gone[n].name, f"（回执 {gone[n].stood_in}）")


def _of_answers(judgement: Judgement, known: Earlier) -> Iterator[Problem]:
    """What whole sheets say: a zero report where others tell of somebody, a sum that is not its parts."""
    for n, answer in enumerate(judgement.answers):
        if answer.answer == "zero" and answer.field in known.told:
            told = known.told[answer.field]
            for each in _broken(ZEROS, pd.DataFrame({"told": [told]}, dtype="string")):
                yield _problem(answer, each, (0, ""), None, f"：{told}")
        if answer.field in known.surveyed and n in judgement.frames and is_survey(answer.return_):
            sums = _sums(judgement.frames[n], known.surveyed[answer.field])
            for each in _broken(SUMS, sums):
                total = float(sums[f"{SUM}{each.column}"].iloc[0])
                value = f"{float(sums[each.column].iloc[0]):.10g}"
                yield _problem(answer, each, (0, ""), value, f"：各{TERRITORY_PLAIN}之和为 {total:.10g}")


def _sums(frame: pd.DataFrame, surveyed: pd.DataFrame) -> pd.DataFrame:
    """One row: what a lead and its territories say, in sum, of the institutions of which both tell."""
    mine, theirs = (rows.assign(key=keys_of(rows)).drop_duplicates("key") for rows in (frame, surveyed))
    both = mine[["key", *SUMMED]].merge(theirs[["key", *SUMMED]], on="key", suffixes=("", "_theirs"))
    known = {column: both[[column, f"{column}_theirs"]].astype(float).dropna() for column in SUMMED}
    own = {column: [rows[column].sum()] for column, rows in known.items()}
    sums = {f"{SUM}{column}": [rows[f"{column}_theirs"].sum()] for column, rows in known.items()}
    return pd.DataFrame({**own, **sums, "rows": [max(len(both), 1)]})


def _broken(checks: Sequence[pa.Check], rows: pd.DataFrame) -> list[BrokenRule]:
    return broken_rules(pa.DataFrameSchema(checks=list(checks)), rows)


def _problem(answer: SheetAnswer, broken: BrokenRule, at: tuple[int, str], value: Any, said: str) -> Problem:
    row, cell = at
    title = str(RETURNS[answer.return_].columns[broken.column].title)
    shown = (
        "" if value is None or pd.isna(value) else f"{value:.10g}" if isinstance(value, float) else str(value)
    )
    where = (answer.return_, answer.sheet, cell, row, broken.column, title)
    return Problem(
        broken.level, broken.rule, *where, shown, f"{broken.facts['wrong']}{said}", broken.facts["mend"]
    )


def _said(row: Any, needs: Sequence[str], known: Earlier) -> str:
    """The other side of what does not agree: the period before, the zero report, who has the number."""
    if "zero" in needs:
        return f"（回执 {row['zero']}）"
    if "holder" in needs:
        return f"（{row['holder']}）" if row["holder"] else ""
    if last := next((name for name in needs if name.startswith(LAST)), ""):
        return f"（{RETURNS[home_of(last.removeprefix(LAST))].title}最近填的是{row[last]}）"
    if STOOD in needs:
        return ""
    was = next(row[name] for name in needs if name.startswith(BEFORE))
    return f"（{known.matter}填的是 {f'{was:.10g}' if isinstance(was, float) else was}）"


def keys_of(rows: pd.DataFrame) -> list[str]:
    named = {"field", "territory", "entity_name"} <= set(rows.columns)
    columns = (
        [rows[name].fillna("").astype(str) for name in ("field", "territory", "entity_name")] if named else []
    )
    return [key_of_row(*cells) for cells in zip(*columns, strict=True)]


def _beside(frame: pd.DataFrame, return_: str, checks: Sequence[pa.Check], known: Earlier) -> pd.DataFrame:
    """The rows, and beside each what the period before says of its institution: of the columns asked for, in
    the return itself or else in another.
    """
    keys = keys_of(frame)
    more: dict[str, Any] = {}
    for column in asked_of(checks, BEFORE):
        home = return_ if column in RETURNS[return_].columns else home_of(column)
        dtype = frame[column].dtype if column in frame else "string"
        more[f"{BEFORE}{column}"] = _of_keys(keys, known.rows.get(home), column, frame.index, dtype)
    for column in asked_of(checks, LAST):
        more[f"{LAST}{column}"] = _of_keys(
            keys, known.last.get(home_of(column)), column, frame.index, "string"
        )
    more[STOOD] = [key in known.stood for key in keys]
    cells = zip(frame["territory"], frame["field"], strict=True)
    zeros = pd.Series([known.zeros.get(cell) for cell in cells], frame.index, "string")
    holders = pd.Series(_holders(frame, keys, known), frame.index, "string")
    return frame.assign(**more, is_next=known.is_next, zero=zeros, holder=holders)


def _of_keys(
    keys: Sequence[str], rows: pd.DataFrame | None, column: str, index: "pd.Index[Any]", dtype: Any
) -> "pd.Series[Any]":
    """Of each key what some rows say in a column; of who is told of twice, what the last of them says."""
    told = {} if rows is None else dict(zip(keys_of(rows), rows[column], strict=True))
    return pd.Series([told.get(key) for key in keys], index, dtype)


def _holders(frame: pd.DataFrame, keys: Sequence[str], known: Earlier) -> list[str | None]:
    """Of each row the other institution to which its number was given: its name where it is of the same cell,
    '' where it is elsewhere, none where the number is the row's own.
    """
    cells = frame[["entity_code", "field", "territory"]].to_numpy().tolist()
    found: list[str | None] = []
    for key, (code, *cell) in zip(keys, cells, strict=True):
        holders = [] if pd.isna(code) else known.holders.get(code, [])
        if not holders or key in {key_of_row(*each) for each in holders}:
            found.append(None)
        else:
            *of_holder, name = holders[0]
            found.append(name if of_holder == cell else "")
    return found


def home_of(column: str) -> str:
    """The return of months that has a column."""
    return next(code for code in ROWS if column in RETURNS[code].columns)


def _joined(problems: Sequence[Problem], told: Iterable[Problem]) -> list[Problem]:
    """The problems with those found beside the records; of a cell one alone, as everywhere: what must be
    mended before what is to be verified, and of the same level both sentences.
    """
    by_cell: dict[tuple[str, ...], list[Problem]] = defaultdict(list)
    for n, problem in enumerate([*problems, *told]):
        by_cell[(problem.sheet, problem.cell) if problem.cell else (str(n),)].append(problem)
    return [_one(same) for same in by_cell.values()]


def _one(same: Sequence[Problem]) -> Problem:
    level = next((MUST for problem in same if problem.level == MUST), same[0].level)
    telling = [problem for problem in same if problem.level == level]
    wrong, mend = (
        "；".join(dict.fromkeys(words))
        for words in zip(*((p.message, p.remedy) for p in telling), strict=True)
    )
    return replace(telling[0], message=wrong, remedy=mend)


def lead_fields(judgement: Judgement) -> list[str]:
    """The fields of which a sending gives the joint result of leads."""
    owed = PLAN.obligations.get(judgement.obligation or "")
    answers = [judgement.answers[n] for n in judgement.frames] if owed and owed.is_joint else []
    return sorted({answer.field for answer in answers if is_survey(answer.return_)})
