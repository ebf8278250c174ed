"""What the inspectors checked and found, where each finding stands and whose step is next.

Whether a finding is open is said once, by its state (`schemas.acts.finding`): cards, charts and tables ask
this answer, whether it came by the screen or by a checklist.
"""

import duckdb
import pandas as pd
import pandera.pandas as pa

from schemas.acting import STATES
from schemas.acts.finding import MATTER, NEXT, OPEN
from schemas.acts.finding_beside import MATTERS
from schemas.plan import PLAN
from schemas.said import TERRITORY
from views import TO_THE_MINUTE, Scope, as_promised, query

ANSWER = pa.DataFrameSchema(
    {
        "entity": pa.Column("uint64"),
        "entity_code": pa.Column(str, nullable=True, title="编号"),
        "entity_name": pa.Column(str, title="机构名称"),
        "field": pa.Column(str, title="领域"),
        "territory": pa.Column(str, title=TERRITORY),
        "inspected_on": pa.Column("datetime64[us]", title="核查日期"),
        "method": pa.Column(str, title="核查方式"),
        "checked": pa.Column(str, nullable=True, title="核查内容"),
        "conclusion": pa.Column(str, title="核查结论"),
        "no": pa.Column(str, title="问题编号"),
        "finding": pa.Column(str, nullable=True, title="发现的问题"),
        "finding_level": pa.Column(str, nullable=True, title="问题程度"),
        "mend_due": pa.Column("datetime64[us]", nullable=True, title="整改时限"),
        "first_due": pa.Column("datetime64[us]", nullable=True, title="原定整改时限"),
        "requirement": pa.Column(str, title="整改要求"),
        "again_of": pa.Column(str, title="回头看前的问题"),
        "unit": pa.Column(str),
        "unit_title": pa.Column(str, title="责任单位"),
        "state": pa.Column(str, pa.Check.isin([*NEXT, "clean"])),
        "result": pa.Column(str, nullable=True, title="核查表所填结果"),
        "mended_on": pa.Column("datetime64[us]", nullable=True, title="整改完成日期"),
        "sender": pa.Column(str),
        "opener": pa.Column(str),
        "opened_by": pa.Column(str, title="核查人"),
        "submission": pa.Column(str, title="回执"),
        "sheet": pa.Column(str, title="工作表"),
        "sheet_row": pa.Column(int, title="行"),
        "seen_act": pa.Column(int),
        "is_fault": pa.Column(bool),
        "is_open": pa.Column(bool),
        "is_waiting": pa.Column(bool),
        "is_overdue": pa.Column(bool),
        "status": pa.Column(str),
        "days": pa.Column("Int64", nullable=True),
        "state_title": pa.Column(str, title="办到哪一步"),
        "light": pa.Column(str, title="灯"),
    },
    coerce=True,
    strict=True,
)
COURSE = pa.DataFrameSchema(
    {
        "no": pa.Column(str),
        "kind": pa.Column(str),
        "state": pa.Column(str),
        "person": pa.Column(str, title="经办"),
        "unit_title": pa.Column(str, title="单位"),
        "done_at": pa.Column("datetime64[us]", title="时间", metadata=TO_THE_MINUTE),
        "content": pa.Column(str),
        "reason": pa.Column(str, title="情况"),
        "files": pa.Column(str),
    },
    coerce=True,
    strict=True,
)


def macro() -> str:
    """The macros `is_open_state(code)` and `is_of_unit(code)`: whether a finding is open, and waits for its
    unit.
    """
    of_unit = [state for state, step in NEXT.items() if step == 1]
    named = {"is_open_state": OPEN, "is_of_unit": of_unit}
    return (
        ";\n".join(
            f"CREATE OR REPLACE MACRO {name}(state_code) AS state_code IN ({', '.join(map(repr, states))})"
            for name, states in named.items()
        )
        + ";"
    )


BASES = ("is_open_state", "is_of_unit")


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """One row for each check without a finding and each finding, the open and overdue first."""
    rows = con.execute(
        "FROM finding(?, ?) ORDER BY is_overdue DESC, is_open DESC, mend_due, entity_name, no",
        [scope.as_of, scope.reached],
    ).df()
    named = rows.assign(
        state_title=[STATES[state] for state in rows["state"]],
        light=[_lit(status, days) for status, days in zip(rows["status"], rows["days"], strict=True)],
    )
    return as_promised(ANSWER, named)


def _lit(status: str, days: int) -> str:
    """The clock of the unit's own step: its glyph and the working days left; '' where none."""
    if not status:
        return ""
    left = f"逾期 {-days} 天" if status == "overdue" else f"{days} 天"
    return f"{PLAN.lights[status].glyph or '◷'} {left}"


def course(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """What was done on each finding, oldest first."""
    asked = """
        SELECT a.subject AS no, a.kind, a.state, a.person, u.title AS unit_title,
               local_time(a.happened_at) AS done_at, a.content, a.reason, a.files
        FROM acts_by($1) a
        JOIN unit u ON u.unit = a.actor_unit
        WHERE list_contains($3, a.matter) AND a.subject IN (SELECT no FROM finding($1, $2))
        ORDER BY a.nth"""
    return query(con, COURSE, asked, [scope.as_of, scope.reached, [MATTER, *MATTERS]])
