"""What was in force beside a sending when it was recorded, as the rules across periods ask it.

Asked as of the event before its own (`seen`): asked again, by whoever finishes what a crash left, it is the
same.
"""

import duckdb
import pandas as pd

from pipelines.judging.between import NOTHING, Cell, Earlier, Gone, between, key_of_row, lead_fields
from pipelines.judging.judgement import ACCEPTABLE, Judgement
from pipelines.keeping import warehouse
from pipelines.keeping.store import Store
from schemas.acts.gap import FATES
from schemas.clock import FAR
from schemas.plan import PLAN, Obligation
from schemas.returns import is_survey
from schemas.rules import OF_MONTHS, ROWS, SUMMED

FORGOTTEN = FATES[0]  # 漏填: it is told again until it is there
PERIOD = """
SELECT c.obligation, c.submission, c.sheet, c.return_
FROM current_answer(?) c
JOIN obligation o ON o.obligation = c.obligation
WHERE c.unit = ? AND c.obligation IN (SELECT unnest(?::VARCHAR[]))
QUALIFY rank() OVER (ORDER BY o.due DESC) = 1"""
STOOD = """
WITH stood AS (
    SELECT *
    FROM row_stood(?)
    WHERE unit = ? AND obligation = ? AND is_last
    QUALIFY row_number() OVER (PARTITION BY entity ORDER BY ranked_at DESC, entry DESC, sheet_row) = 1
)
SELECT k.field, k.territory, k.entity_name, s.return_, s.field, s.submission
FROM stood s
JOIN institution_row() k ON k.submission = s.submission AND k.sheet = s.sheet AND k.sheet_row = s.sheet_row
LEFT JOIN act_state(?) a ON a.matter = 'gap' AND a.subject = concat_ws('|', s.obligation, s.unit, s.entity)
WHERE coalesce(a.content ->> '$.fate', ?) = ?
ORDER BY ALL"""
ZEROS = """
SELECT u.title, f.title, c.submission
FROM current_answer(?) c
JOIN obligation o ON o.obligation = c.obligation
JOIN unit u ON u.unit = c.unit
JOIN field f ON f.field = c.field
WHERE c.answer = 'zero' AND o.owed_for = 'unit_field' AND c.obligation <> ?"""
TOLD = """
SELECT k.field_code, min(k.entity_name), count(DISTINCT k.entity), min(c.submission)
FROM institution_row() k
JOIN current_answer(?) c ON c.submission = k.submission AND c.sheet = k.sheet
WHERE k.territory_code = ? AND c.obligation <> ?
GROUP BY k.field_code"""
SURVEYED = """
SELECT c.submission, c.sheet
FROM current_answer(?) c
JOIN obligation o ON o.obligation = c.obligation
WHERE o.owed_for = 'unit_field' AND c.field = ? AND c.return_ = ? AND c.answer = 'rows'"""


def beside(store: Store, judgement: Judgement, stands: int | None = None) -> Judgement:
    """A judgement held against what was in force before its event (`stands`); where that is not recorded yet,
    against what is now. Raises what the gate calls an error of DuckDB.
    """
    store.gate.newest()  # what other servers recorded is followed
    try:
        nth = warehouse.newest(store.con) + 1 if stands is None else stands
        return between(judgement, _earlier(store.con, judgement, nth))
    except duckdb.Error as why:
        raise store.gate.named(why) from why


def _earlier(con: duckdb.DuckDBPyConnection, judgement: Judgement, nth: int) -> Earlier:
    """What stood when the event of this number was recorded, beside a sending that would be accepted."""
    returns = {judgement.answers[n].return_ for n in judgement.frames} & set(ROWS)
    zeros = {a.field for a in judgement.answers if a.answer == "zero" and is_survey(a.return_)}
    if judgement.verdict != ACCEPTABLE or not (returns or zeros):
        return NOTHING
    owed = PLAN.obligations[str(judgement.obligation)]
    with con.cursor() as line:
        line.execute(f"SET VARIABLE seen = {nth - 1:d}")
        before = _period(line, str(judgement.unit), owed) if returns & set(OF_MONTHS) else NOTHING
        return Earlier(
            before.matter,
            before.is_next,
            before.rows,
            _gone(line, str(judgement.unit), owed),
            _zeros(line, owed) if returns else {},
            _told(line, str(judgement.unit), owed) if zeros and owed.owed_for == "unit_field" else {},
            {each: _surveyed(line, each) for each in lead_fields(judgement)},
        )


def _period(line: duckdb.DuckDBPyConnection, unit: str, owed: Obligation) -> Earlier:
    """What the last period before says, that is in force."""
    series = [o for o in PLAN.obligations.values() if _is_before(o, owed)]
    asked = [FAR, unit, [o.obligation for o in series]]
    sheets = line.execute(PERIOD, asked).fetchall() if series else []
    if not sheets:
        return NOTHING
    rows: dict[str, list[pd.DataFrame]] = {}
    for _, submission, sheet, return_ in sheets:
        where = f'FROM "{return_}" WHERE submission = ? AND sheet = ? ORDER BY sheet_row'
        if return_ in ROWS:
            rows.setdefault(return_, []).append(line.execute(where, [submission, sheet]).df())
    matter = PLAN.obligations[sheets[0][0]]
    is_next = max(series, key=lambda o: str(o.due)) == matter
    return Earlier(matter.title, is_next, {code: pd.concat(parts) for code, parts in rows.items()})


def _is_before(other: Obligation, owed: Obligation) -> bool:
    same = (other.returns, other.owed_for, other.owed_by) == (owed.returns, owed.owed_for, owed.owed_by)
    return bool(same and other.due and owed.due and other.due < owed.due)


def _gone(line: duckdb.DuckDBPyConnection, unit: str, owed: Obligation) -> list[Gone]:
    asked = [FAR, unit, owed.obligation, FAR, FORGOTTEN, FORGOTTEN]
    found = line.execute(STOOD, asked).fetchall()
    return [Gone(key_of_row(f, t, name), name, code, of, no) for f, t, name, code, of, no in found]


def _zeros(line: duckdb.DuckDBPyConnection, owed: Obligation) -> dict[Cell, str]:
    """The territories and fields whose survey in force is a zero report; to a survey its own is none."""
    found = line.execute(ZEROS, [FAR, owed.obligation]).fetchall()
    return {(territory, field): no for territory, field, no in found}


def _told(line: duckdb.DuckDBPyConnection, unit: str, owed: Obligation) -> dict[str, str]:
    found = line.execute(TOLD, [FAR, unit, owed.obligation]).fetchall()
    return {field: f"{name}{f'等{n}家' if n > 1 else ''}（回执 {no}）" for field, name, n, no in found}


def _surveyed(line: duckdb.DuckDBPyConnection, field: str) -> pd.DataFrame:
    """What the territories that answered say of the institutions of a field."""
    return_ = PLAN.fields[field].return_
    sheets = line.execute(SURVEYED, [FAR, field, return_]).fetchall()
    names = ", ".join(("field", "territory", "entity_name", *SUMMED))
    where = "WHERE (submission, sheet) IN (SELECT (unnest(?::VARCHAR[]), unnest(?::VARCHAR[])))"
    places = [[no for no, _ in sheets], [sheet for _, sheet in sheets]]
    return line.execute(f'SELECT {names} FROM "{return_}" {where}', places).df()  # noqa: S608  names of our own
