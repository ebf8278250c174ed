"""补正: what the office had corrected, cell by cell, each held against the version that came after it."""

import datetime as dt
from collections.abc import Mapping

import duckdb
import pandas as pd
import pandera.pandas as pa

from schemas.returns import RETURNS
from views import TO_THE_MINUTE, Scope, as_promised
from views.columns import CELL, in_figures

OPEN, OVERDUE, ANSWERED, CHANGED, LIFTED = "open", "overdue", "answered", "changed", "lifted"
WORDS: Mapping[str, str] = {
    OVERDUE: "✕ 逾期未改",
    OPEN: "! 未改",
    ANSWERED: "✓ 已答复",
    CHANGED: "✓ 已改",
    LIFTED: "— 已撤销",
}
WAITING = (OPEN, OVERDUE)
ANSWER = pa.DataFrameSchema(
    {
        **CELL,
        "row_key": pa.Column(str),
        "column_name": pa.Column(str),
        "title": pa.Column(str, title="列"),
        "requirement": pa.Column(str, title="补正要求"),
        "reply_due": pa.Column("datetime64[us]", title="何时前"),
        "ordered_at": pa.Column("datetime64[us]", title="要求时间", metadata=TO_THE_MINUTE),
        "ordered_by": pa.Column(str, title="经办"),
        "value": pa.Column(str, title="当时的值"),
        "later": pa.Column(str, title="以后一版"),  # its receipt; '' where none came
        "later_value": pa.Column(str, title="现在的值"),
        "standing": pa.Column(str, pa.Check.isin([*WORDS]), title="补正状态"),
        "reply": pa.Column(str, title="答复"),
        "replied_by": pa.Column(str, title="答复人"),
        "replied_at": pa.Column("datetime64[us]", title="答复时间", nullable=True, metadata=TO_THE_MINUTE),
        "seen_act": pa.Column(int),
    },
    strict=True,
    coerce=True,
)


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """One row for each cell of which a correction was ordered, those that wait first, by their day."""
    rows = con.execute("FROM correction(?, ?)", [scope.as_of, scope.reached]).df()
    told = _told(con, rows)
    then, now = ([told.get(key, "") for key in _keys(rows, name)] for name in ("submission", "later"))
    titles = [
        str(RETURNS[r].columns[c].title) for r, c in zip(rows["return_"], rows["column_name"], strict=True)
    ]
    rows = rows.assign(value=then, later_value=now, title=titles)
    rows["standing"] = [_standing(row, scope.as_of) for row in rows.itertuples()]
    order = rows["standing"].map([*WORDS].index)
    rows = rows.drop(columns="state").assign(order=order)
    ordered = rows.sort_values(["order", "reply_due", "submission", "sheet", "cell"], kind="stable")
    return as_promised(ANSWER, ordered[list(ANSWER.columns)].reset_index(drop=True))


def _keys(rows: pd.DataFrame, version: str) -> list[tuple[str, str, str]]:
    """Each cell in one of its versions, as `_told` names it."""
    return list(zip(rows[version], rows["row_key"], rows["column_name"], strict=True))


def _standing(row: object, as_of: dt.date) -> str:
    """How a cell stands: what a later version says otherwise is done, whatever was answered."""
    state, later = getattr(row, "state", ""), getattr(row, "later", "")
    if state == LIFTED:
        return LIFTED
    if later and getattr(row, "later_value", "") != getattr(row, "value", ""):
        return CHANGED
    if state == ANSWERED:
        return ANSWERED
    return OVERDUE if as_of > getattr(row, "reply_due").date() else OPEN  # noqa: B009  a row of pandas


def _told(con: duckdb.DuckDBPyConnection, rows: pd.DataFrame) -> dict[tuple[str, str, str], str]:
    """What the cells say in the versions concerned, by receipt, row and column."""
    told: dict[tuple[str, str, str], str] = {}
    for return_, same in rows.groupby("return_"):
        names = sorted(set(same["column_name"]))
        cells = ", ".join(f'CAST(r."{name}" AS VARCHAR) AS "{name}"' for name in names)
        asked = f"""
            WITH told AS (
                SELECT k.submission, k.row_key, {cells}
                FROM keyed_row() k
                JOIN "{return_}" r
                  ON r.submission = k.submission AND r.sheet = k.sheet AND r.sheet_row = k.sheet_row
                WHERE k.return_ = ? AND list_contains(?, k.submission) AND list_contains(?, k.row_key)
            )
            FROM told"""
        versions = sorted({*same["submission"], *same["later"]} - {""})
        found = con.execute(asked, [return_, versions, sorted(set(same["row_key"]))]).df()
        columns = RETURNS[str(return_)].columns
        for row in found.to_dict("records"):
            for name in names:
                value = "" if pd.isna(row[name]) else in_figures(columns[name], str(row[name]))
                told[row["submission"], row["row_key"], name] = value
    return told


def waiting(rows: pd.DataFrame) -> pd.DataFrame:
    """Those that are neither mended nor answered."""
    return rows[rows["standing"].isin(WAITING)]
