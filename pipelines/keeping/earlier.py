"""What was in force beside a sending when it was recorded, as the rules across periods ask it.

Asked as of the event before its own (`seen`): asked again, by whoever finishes what a crash left, it is the
same. Which sheets stand is asked of small tables; then only those returns that one of them is of.
"""

import datetime as dt
from collections.abc import Iterable, Iterator

import duckdb
import pandas as pd

from pipelines.judging.between import (
    NOTHING,
    Cell,
    Earlier,
    Gap,
    NamedRow,
    between,
    home_of,
    key_of_row,
    keys_of,
    lead_fields,
)
from pipelines.judging.judgement import ACCEPTABLE, Judgement
from pipelines.keeping import warehouse
from pipelines.keeping.store import Store
from pipelines.keeping.told import with_rows
from schemas.acts.gap import FATES
from schemas.cover import SETTLED
from schemas.declare import asked_of
from schemas.plan import PLAN, Obligation
from schemas.returns import is_survey
from schemas.rules import ROWS, SUMMED
from schemas.stages import LAST, STAGES

FORGOTTEN = FATES[0]  # 漏填: it is told again until it is there
SheetPlace = tuple[str, str, str]  # return, submission, sheet
STOOD = """
SELECT return_, submission, sheet, field, stood_for, is_last
FROM sheet_stood(?)
WHERE unit = ? AND obligation = ?
ORDER BY ranked_at, entry, sheet"""
ANSWERED = """
SELECT split_part(subject, '|', 3)::UBIGINT
FROM act_state(?)
WHERE matter = 'gap' AND starts_with(subject, ?) AND (content ->> '$.fate') <> ?"""
ZEROS = """
SELECT u.title, f.title, c.submission
FROM current_answer(?) c
JOIN obligation o ON o.obligation = c.obligation
JOIN unit u ON u.unit = c.unit
JOIN field f ON f.field = c.field
WHERE c.answer = 'zero' AND o.owed_for = 'unit_field' AND c.obligation <> ?"""
TOLD = """
SELECT c.return_, c.submission, c.sheet
FROM current_answer(?) c
JOIN obligation o ON o.obligation = c.obligation
WHERE c.answer = 'rows' AND c.obligation <> ? AND (c.unit = ? OR o.owed_for = 'field')
ORDER BY ALL"""
SURVEYED = """
SELECT c.return_, c.submission, c.sheet
FROM current_answer(?) c
JOIN obligation o ON o.obligation = c.obligation
WHERE c.answer = 'rows' AND o.owed_for = 'unit_field' AND c.field = ?"""
GIVEN = "SELECT code, record FROM numbered(?) WHERE list_contains(?, code)"
HOLDERS = """
WITH same AS (
    SELECT r.record AS holder, unnest(list_distinct([r.record, o.record])) AS record
    FROM (SELECT unnest($2::UBIGINT[]) AS record) r
    LEFT JOIN merged($1) m ON m.record = r.record
    LEFT JOIN merged($1) o ON o.firm = m.firm
)
SELECT s.holder, i.field, i.territory, arg_max(i.entity_name, (i.ranked_at, i.entry))
FROM same s
JOIN institution($1) i ON i.entity = s.record
GROUP BY s.holder, s.record, i.field, i.territory
ORDER BY s.record <> s.holder, s.record"""
IN_FORCE = """
SELECT return_, submission, sheet
FROM sheets_in_force(?)
WHERE answer = 'rows' AND list_contains(?, return_)
ORDER BY ALL"""
EVER_TOLD = """
SELECT DISTINCT concat_ws('|', field, territory, regexp_replace(entity_name, '\\s+', '', 'g')) AS named
FROM institution(?)
WHERE list_contains(?, named)"""
ROWS_OF = (
    'FROM "{return_}" WHERE (submission, sheet) IN (SELECT (unnest(?::VARCHAR[]), unnest(?::VARCHAR[])))'
)


def beside(store: Store, judgement: Judgement, stands: int | None = None) -> Judgement:
    """A judgement held against what was in force before its event (`stands`); where that is not recorded yet,
    against what is now. Raises what the gate calls an error of DuckDB.
    """
    store.gate.newest()  # what other servers recorded is followed
    try:
        nth = warehouse.newest(store.con) + 1 if stands is None else stands
        return between(judgement, _earlier(store, judgement, nth))
    except duckdb.Error as why:
        raise store.gate.named(why) from why


def _earlier(store: Store, judgement: Judgement, nth: int) -> Earlier:
    """What stood when the event of this number was recorded, beside a sending that would be accepted."""
    is_listing = any(judgement.answers[n].return_ in ROWS for n in judgement.frames)
    answered = [a for a in judgement.answers if a.answer in SETTLED and a.return_ in ROWS]
    without = [a for a in answered if a.answer != "rows"]
    zeros = [a for a in without if a.answer == "zero" and is_survey(a.return_)]
    if judgement.verdict != ACCEPTABLE or not (is_listing or without):
        return NOTHING
    owed, unit = PLAN.obligations[str(judgement.obligation)], str(judgement.unit)
    day = store.day
    with store.con.cursor() as line:
        line.execute(f"SET VARIABLE seen = {nth - 1:d}")
        stood = line.execute(STOOD, [day, unit, owed.obligation]).df()
        stood = stood[stood["return_"].isin(list(ROWS))].reset_index(drop=True)
        rows = _rows(line, stood[["return_", "submission", "sheet"]].itertuples(index=False, name=None))
        before = next((PLAN.obligations[o] for o in stood["stood_for"] if o != owed.obligation), None)
        of_before = set(stood["submission"][stood["stood_for"] != owed.obligation])
        return Earlier(
            before.title if before else "",
            before is not None and before.obligation == PLAN.period_before(owed.obligation),
            {code: told[told["submission"].isin(of_before)] for code, told in rows.items()},
            list(_gone(line, day, f"{owed.obligation}|{unit}|", stood, rows)),
            _zeros(line, day, owed) if is_listing else {},
            _told(line, day, unit, owed) if zeros and owed.owed_for == "unit_field" else {},
            {each: _surveyed(line, day, each) for each in lead_fields(judgement)},
            _holders(line, day, judgement),
            *_stages(line, day, judgement),
        )


def _rows(line: duckdb.DuckDBPyConnection, places: Iterable[SheetPlace]) -> dict[str, pd.DataFrame]:
    """The rows of some sheets, by return, in the order of their sheets; each return is asked once, and none
    that has no rows at all.
    """
    there = with_rows(line)
    of_return: dict[str, list[tuple[str, str]]] = {}
    for return_, submission, sheet in places:
        of_return.setdefault(return_, []).append((submission, sheet))
    return {
        code: line.execute(ROWS_OF.format(return_=code), [[n for n, _ in at], [s for _, s in at]]).df()
        for code, at in of_return.items()
        if code in ROWS and code in there
    }


def _gone(
    line: duckdb.DuckDBPyConnection,
    day: dt.date,
    matter: str,
    stood: pd.DataFrame,
    rows: dict[str, pd.DataFrame],
) -> Iterator[Gap]:
    """Each institution that stood, as it stood last, but those of which the unit said where they went."""
    if not rows or not stood["is_last"].all():
        return
    answered = {e for (e,) in line.execute(ANSWERED, [day, matter, FORGOTTEN]).fetchall()}
    last: dict[int, Gap] = {}
    for sheet in stood.itertuples():
        if str(sheet.return_) not in rows:
            continue
        listed = rows[str(sheet.return_)]
        mine = listed[(listed["submission"] == sheet.submission) & (listed["sheet"] == sheet.sheet)]
        place = (str(sheet.return_), str(sheet.field), str(sheet.submission))
        for entity, *named in mine[["entity", "field", "territory", "entity_name"]].to_numpy().tolist():
            last[entity] = Gap(key_of_row(*named), named[-1], *place)
    yield from (gone for entity, gone in last.items() if entity not in answered)


def _holders(
    line: duckdb.DuckDBPyConnection, day: dt.date, judgement: Judgement
) -> dict[str, list[NamedRow]]:
    """To whom the numbers that a sending tells were given: each first, then what was said to be the same."""
    frames = [f for n, f in judgement.frames.items() if judgement.answers[n].return_ in ROWS]
    told = sorted({code for frame in frames for code in frame["entity_code"].dropna()})
    given = dict(line.execute(GIVEN, [day, told]).fetchall()) if told else {}
    if not given:
        return {}
    found: dict[int, list[NamedRow]] = {}
    for holder, *named in line.execute(HOLDERS, [day, list(given.values())]).fetchall():
        found.setdefault(holder, []).append((named[0], named[1], named[2]))
    return {code: found.get(record, []) for code, record in given.items()}


def _stages(
    line: duckdb.DuckDBPyConnection, day: dt.date, judgement: Judgement
) -> tuple[dict[str, pd.DataFrame], set[str]]:
    """What the months in force say, and which of a sending's institutions were ever told of: where its
    returns are held against that.
    """
    frames = [
        (code, f) for n, f in judgement.frames.items() if (code := judgement.answers[n].return_) in STAGES
    ]
    if not frames:
        return {}, set()
    homes = sorted({home_of(column) for code, _ in frames for column in asked_of(STAGES[code], LAST)})
    last = _rows(line, line.execute(IN_FORCE, [day, homes]).fetchall())
    keys = sorted({key for _, frame in frames for key in keys_of(frame)})
    return last, {key for (key,) in line.execute(EVER_TOLD, [day, keys]).fetchall()}


def _zeros(line: duckdb.DuckDBPyConnection, day: dt.date, owed: Obligation) -> dict[Cell, str]:
    """The territories and fields whose survey in force is a zero report; to a survey its own is none."""
    found = line.execute(ZEROS, [day, owed.obligation]).fetchall()
    return {(territory, field): no for territory, field, no in found}


def _told(line: duckdb.DuckDBPyConnection, day: dt.date, unit: str, owed: Obligation) -> dict[str, str]:
    """By field who else tells of institutions of a territory: the first, how many, and the receipt."""
    parts = _rows(line, line.execute(TOLD, [day, owed.obligation, unit]).fetchall()).values()
    names: dict[str, dict[int, str]] = {}
    for rows in parts:
        mine = rows[rows["territory_code"] == unit]
        listed = mine[["field_code", "entity", "entity_name", "submission"]].to_numpy().tolist()
        for field, entity, name, no in listed:
            names.setdefault(field, {}).setdefault(entity, f"{name}（回执 {no}）")
    return {
        field: f"{next(iter(told.values()))}{f'等{len(told)}家' if len(told) > 1 else ''}"
        for field, told in names.items()
    }


def _surveyed(line: duckdb.DuckDBPyConnection, day: dt.date, field: str) -> pd.DataFrame:
    """What the territories that answered say of the institutions of a field."""
    rows = _rows(line, line.execute(SURVEYED, [day, field]).fetchall())
    empty = pd.DataFrame(columns=["field", "territory", "entity_name", *SUMMED])
    return rows.get(PLAN.fields[field].return_, empty)
