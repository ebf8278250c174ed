"""What each source of cases (`schemas.cases.SOURCES`) has to be followed, made of the other answers.

Each gives rows of `subject`, `no`, `unit`, `field`, `what`, `note`, `next_step`, `by_when`, `opened_on`, and
`closed_on`: the day on which the facts closed it, or NaT while it is open. `left` is what left this loop,
`is_under_review` what is done and waits for somebody else's word.
"""

import bisect
import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import duckdb
import pandas as pd

from schemas.acts.finding import NEXT, STEPS
from schemas.cases import of_duty
from schemas.plan import PLAN
from views import Scope, records
from views.answers import compliance, correction, explanation, finding, ledger_cache, resolution, work

CaseRows = list[dict[str, Any]]
GRACE = 2  # working days in which a sender explains what is to be verified
NUMBERS = {(d.obligation, d.unit, d.field): n for n, d in enumerate(PLAN.duties, 1)}
OUT_OF_LOOP = ("转入处非机制", "已交接")  # where an institution went, and that it is there
REVIEWED = ("replied", "passed")  # findings that wait for an inspector
FIELDS = {field.title: field.field for field in PLAN.fields.values()}


class Workdays:
    """The days that the warehouse knows, by the working days up to each."""

    def __init__(self, con: duckdb.DuckDBPyConnection, scope: Scope) -> None:  # noqa: ARG002  days are nobody's
        rows = con.execute('SELECT day, nth FROM "day" ORDER BY day').fetchall()
        self._days, self._nth = [day for day, _ in rows], [int(nth) for _, nth in rows]

    def past(self, due: dt.date, day: dt.date) -> int:
        """How many working days a day lies behind another; negative before it."""
        return self._at(day) - self._at(due)

    def after(self, day: dt.date, count: int) -> dt.date:
        """The day that many working days after another."""
        found: dt.date = self._days[bisect.bisect_left(self._nth, self._at(day) + count)]
        return found

    def _at(self, day: dt.date) -> int:
        at = bisect.bisect_right(self._days, day) - 1
        return self._nth[min(max(at, 0), len(self._nth) - 1)]


def duties(con: duckdb.DuckDBPyConnection, scope: Scope) -> CaseRows:
    """What was not there when its day was over, until it came; of a unit's fields one case, told whole."""
    rows = compliance.fetch(con, scope.whole)
    late = rows[rows["status"].isin(["overdue", "late"])]
    matters: dict[str, list[Any]] = {}
    for row in records(late):
        is_joint = PLAN.obligations[row.obligation].is_joint
        if not is_joint and scope.reach is not None and row.unit not in scope.reach.units:
            continue
        matters.setdefault(of_duty(row.obligation, row.unit, row.field), []).append(row)
    return [_duty(subject, same) for subject, same in matters.items()]


def _duty(subject: str, same: list[Any]) -> dict[str, Any]:
    waiting = [row for row in same if row.status == "overdue"]
    row = (waiting or same)[0]
    fields = "、".join(each.field_title for each in waiting or same if each.field_title)
    number = min(NUMBERS[each.obligation, each.unit, each.field] for each in same)
    return {
        "subject": subject,
        "no": f"报-{number:03d}",
        "unit": row.unit,
        "field": row.field if PLAN.obligations[row.obligation].is_joint else "",
        "what": f"{row.title}{f' · {fields}' if fields else ''}",
        "note": "考核" if row.scored else "",
        "next_step": _next_of_duty(row),
        "by_when": row.due,
        "opened_on": row.due + pd.Timedelta(days=1),
        "closed_on": pd.NaT if waiting else max(each.arrived for each in same),
    }


def _next_of_duty(row: Any) -> str:
    if row.is_apart:
        return "列例会议题"
    if row.at_least > 1:
        return f"补报 {row.at_least - row.accepted} 篇（期）"
    return "改正后重报" if row.received > row.accepted else "报送"


def corrections(con: duckdb.DuckDBPyConnection, scope: Scope) -> CaseRows:
    """补正通知: the cells of one sending that the office had mended are one case."""
    rows = correction.fetch(con, scope)
    cases: CaseRows = []
    for (no, unit, title), same in rows[rows["standing"] != correction.LIFTED].groupby(
        ["submission", "unit", "matter_title"], sort=False
    ):
        left = correction.waiting(same)
        done = same["replied_at"].max()
        cases.append(
            {
                "subject": no,
                "no": f"补-{no}",
                "unit": unit,
                "what": f"{title} · 补正 {len(same)} 处",
                "note": f"未改 {len(left)} 处" if len(left) else "",
                "next_step": "改正重报或逐条答复",
                "by_when": (left if len(left) else same)["reply_due"].min(),
                "opened_on": same["ordered_at"].min(),
                "closed_on": pd.NaT if len(left) else pd.Timestamp(scope.as_of) if pd.isna(done) else done,
            }
        )
    return cases


def doubts(con: duckdb.DuckDBPyConnection, scope: Scope) -> CaseRows:
    """核实 that nobody has explained within the days of grace: those of one sending are one case."""
    rows = explanation.fetch(con, scope)
    rows = rows[rows["explained"] != "explained"]
    came = dict(con.execute("SELECT id, local_time(received_at) FROM came(?)", [scope.as_of]).fetchall())
    days = Workdays(con, scope)
    cases: CaseRows = []
    for (no, unit, title), same in rows.groupby(["submission", "unit", "matter_title"], sort=False):
        by_when = days.after(came[no].date(), GRACE)
        if scope.as_of > by_when:
            cases.append(
                {
                    "subject": no,
                    "no": f"核-{no}",
                    "unit": unit,
                    "what": f"{title} · 核实未说明",
                    "note": f"{len(same)} 处",
                    "next_step": f"说明 {len(same)} 处",
                    "by_when": pd.Timestamp(by_when),
                    "opened_on": pd.Timestamp(by_when) + pd.Timedelta(days=1),
                    "closed_on": pd.NaT,
                }
            )
    return cases


def findings(con: duckdb.DuckDBPyConnection, scope: Scope) -> CaseRows:
    """What inspectors found, until it is closed; what went to the mechanism against illegal funds left."""
    rows = finding.fetch(con, scope)
    rows = rows[rows["is_fault"]]
    gone = _out_of_loop(con, scope) if len(rows) else set()
    return [
        {
            "subject": row.no,
            "no": row.no,
            "unit": row.unit,
            "field": FIELDS[row.field],
            "sender": row.sender,
            "what": f"{row.finding} · {row.entity_code or row.entity_name}",
            "note": row.finding_level or "",
            "next_step": STEPS[min(NEXT[row.state], len(STEPS) - 1)],
            "by_when": row.inspected_on if pd.isna(row.mend_due) else row.mend_due,
            "opened_on": row.inspected_on,
            "closed_on": pd.NaT if row.is_open else _closed(row),
            "is_under_review": row.state in REVIEWED,
            "left": row.entity in gone,
        }
        for row in records(rows)
    ]


def _closed(row: Any) -> Any:
    """The day by which a closed finding was mended, as far as it is told."""
    return next(day for day in (row.mended_on, row.mend_due, row.inspected_on) if not pd.isna(day))


def _out_of_loop(con: duckdb.DuckDBPyConnection, scope: Scope) -> set[int]:
    """The institutions that went to the mechanism against illegal funds: everybody's, and told to nobody."""
    with ledger_cache.reached(con, replace(scope, reach=None)) as (rows, given):
        asked = f"SELECT entity FROM {rows} WHERE ban_dest = ? AND stage = ?"
        return {entity for (entity,) in con.execute(asked, [*given, *OUT_OF_LOOP]).fetchall()}


def resolutions(con: duckdb.DuckDBPyConnection, scope: Scope) -> CaseRows:
    """What was settled at meetings: opened and closed by acts alone."""
    rows = resolution.fetch(con, scope)
    return [
        {
            "subject": row.subject,
            "no": f"例-{row.position:02d}",
            "unit": row.unit,
            "what": f"{row.what}{f'（{row.meeting}）' if row.meeting else ''}",
            "note": "",
            "next_step": row.next_step,
            "by_when": row.by_when,
            "opened_on": row.opened_on,
            "closed_on": pd.NaT,
        }
        for row in records(rows)
    ]


def works(con: duckdb.DuckDBPyConnection, scope: Scope) -> CaseRows:
    """What a register of a unit's own part names as a next step, until the entry is told as settled."""
    return [
        {
            "subject": row.subject,
            "no": f"办-{row.unit}-{row.serial}",
            "unit": row.unit,
            "field": row.field,
            "what": f"{row.kind}{f' · {row.whom}' if row.whom else ''}",
            "note": "",
            "next_step": row.next_step,
            "by_when": row.next_due,
            "opened_on": row.happened_on,
            "closed_on": row.happened_on if row.is_settled else pd.NaT,
        }
        for row in records(work.steps(con, scope))
    ]


ROWS: Mapping[str, Callable[[duckdb.DuckDBPyConnection, Scope], CaseRows]] = {
    "duty": duties,
    "correction": corrections,
    "doubt": doubts,
    "work": works,
    "finding": findings,
    "resolution": resolutions,
}
