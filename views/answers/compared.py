"""比对: a sending beside the version before it, or the last period; and what totals became."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import duckdb
import pandas as pd
import pandera.pandas as pa

from schemas.columns import personal
from schemas.plan import PLAN
from schemas.returns import RETURNS, lists_entities
from schemas.said import WHOLE
from views import Scope, as_promised
from views.answers import compliance, tally
from views.columns import in_figures, is_number

VERSION, PERIOD = "version", "period"
CHANGED, ADDED, GONE = "改", "增", "缺行"
IDENTITY = ("entity_code", "entity_name", "field", "territory")
DIFFERENCES = pa.DataFrameSchema(
    {
        "kind": pa.Column(str, pa.Check.isin([CHANGED, ADDED, GONE]), title=""),
        "entity": pa.Column("uint64"),
        "entity_code": pa.Column(str, title="编号"),
        "entity_name": pa.Column(str, title="机构名称"),
        "title": pa.Column(str, title="哪一列"),
        "before": pa.Column(str, title="此前"),
        "after": pa.Column(str, title="这一版"),
        "change": pa.Column(float, nullable=True, title="变化"),
    },
    strict=True,
    coerce=True,
)
TOTALS = pa.DataFrameSchema(
    {
        "whose": pa.Column(str, title="范围"),
        "title": pa.Column(str, title="指标"),
        "unit": pa.Column(str, title="单位"),
        "before": pa.Column(float, title="受理前"),
        "after": pa.Column(float, title="受理后"),
        "change": pa.Column(float, title="差"),
    },
    strict=True,
    coerce=True,
)
SUMS: Mapping[str, tuple[str, str]] = {  # of the tally: what is told, and in what it is counted
    "found": ("排查机构", "家"),
    "handling": ("整改处置台账", "家"),
    "done": ("已整改或交接", "家"),
    "nc_end": ("月末不合规规模", "万元"),
}
DUTIES: Mapping[str, tuple[str, str]] = {
    "overdue": ("逾期未报", "项"),
    "on_time": ("按时（含未到期已报）", "项"),
    "late": ("迟报", "项"),
}


@dataclass(frozen=True)
class Sides:
    """A sending, and what came before it: the version of the same matter, the last period; '' for none."""

    submission: str
    unit: str
    obligation: str
    version: str
    period: str
    period_title: str
    nth: int  # of the event by which the sending was recorded


@dataclass(frozen=True)
class Changes:
    """How many institutions stand alike on both sides, and each difference."""

    alike: int
    rows: pd.DataFrame  # DIFFERENCES


def sides(con: duckdb.DuckDBPyConnection, scope: Scope, submission: str) -> Sides | None:
    """What a sending can be held against; None where it is not reached, or was not accepted."""
    asked = """
        SELECT s.unit, s.obligation, s.nth FROM came(?) s
        WHERE s.id = ? AND s.verdict = 'acceptable' AND is_reached(s.unit, NULL, ?)"""
    row = con.execute(asked, [scope.as_of, submission, scope.reached]).fetchone()
    if row is None:
        return None
    unit, obligation, nth = row
    earlier = PLAN.period_before(obligation)
    version = _last(con, scope, (unit, obligation), nth)
    period = _last(con, scope, (unit, earlier), nth) if earlier else ""
    title = PLAN.obligations[earlier].title if earlier else ""
    return Sides(submission, unit, obligation, version, period, title, nth)


def _last(con: duckdb.DuckDBPyConnection, scope: Scope, matter: tuple[str, str], before: int) -> str:
    """The last accepted sending of a unit and matter that was recorded before another; '' for none."""
    asked = """
        SELECT arg_max(id, (ranked_at, entry)) FROM came(?)
        WHERE unit = ? AND obligation = ? AND verdict = 'acceptable' AND nth < ?"""
    row = con.execute(asked, [scope.as_of, *matter, before]).fetchone()
    return (row and row[0]) or ""


def differences(con: duckdb.DuckDBPyConnection, scope: Scope, of: Sides, against: str) -> Changes:
    """By institution what is changed, added or missing; what tells of persons is not compared."""
    other = of.version if against == VERSION else of.period
    if not other or sides(con, scope, of.submission) is None:
        return Changes(0, as_promised(DIFFERENCES, pd.DataFrame(columns=list(DIFFERENCES.columns))))
    now, then = _values(con, of.submission, of.obligation), _values(con, other, of.obligation)
    names = pd.concat([then, now]).drop_duplicates("entity", keep="last").set_index("entity")
    gone, added = set(then["entity"]) - set(now["entity"]), set(now["entity"]) - set(then["entity"])
    told = [
        *({"kind": GONE, "entity": e, "title": "", "before": "在册", "after": "没有这一行"} for e in gone),
        *({"kind": ADDED, "entity": e, "title": "", "before": "—", "after": "新列入"} for e in added),
    ]
    key = ["entity", "return_", "column_name"]
    both = then[~then["entity"].isin(gone)].merge(
        now[~now["entity"].isin(added)], on=key, how="outer", suffixes=("_then", "_now")
    )
    both = both.assign(before=both["value_then"].fillna(""), after=both["value_now"].fillna(""))
    changed = both[both["before"] != both["after"]]
    told += [_changed(row) for row in changed.to_dict("records")]
    rows = pd.DataFrame(told, columns=list(DIFFERENCES.columns))
    codes = [names.loc[e, "entity_code"] for e in rows["entity"]]
    rows = rows.assign(
        entity_code=["" if pd.isna(code) else code for code in codes],
        entity_name=[names.loc[e, "entity_name"] for e in rows["entity"]],
    )
    order = rows["kind"].map([GONE, ADDED, CHANGED].index)
    ordered = rows.assign(order=order).sort_values(["order", "entity_name", "title"], kind="stable")
    alike = len(set(now["entity"]) & set(then["entity"]) - set(changed["entity"]))
    return Changes(alike, as_promised(DIFFERENCES, ordered.drop(columns="order").reset_index(drop=True)))


def _changed(row: Mapping[Any, Any]) -> dict[str, object]:
    column = RETURNS[str(row["return_"])].columns[str(row["column_name"])]
    before, after = str(row["before"]), str(row["after"])
    change = float(after or 0) - float(before or 0) if is_number(column) else None
    shown = {"before": in_figures(column, before) or "空", "after": in_figures(column, after) or "空"}
    told = {**shown, "change": change}
    return {"kind": CHANGED, "entity": row["entity"], "title": str(column.title), **told}


def _values(con: duckdb.DuckDBPyConnection, submission: str, obligation: str) -> pd.DataFrame:
    """Every value of every institution of a sending: entity, code, name, return_, column_name, value."""
    parts = [
        pd.DataFrame(columns=["entity", "entity_code", "entity_name", "return_", "column_name", "value"])
    ]
    for code in _returns(obligation):
        left_out = {*IDENTITY, *personal(RETURNS[code])}
        names = [name for name in RETURNS[code].columns if name not in left_out]
        cells = ", ".join(f'{_as_words(code, name)} AS "{name}"' for name in names)
        listed = ", ".join(f'"{name}"' for name in names)
        asked = f"""
            WITH mine AS (
                SELECT entity, entity_code, entity_name, {cells} FROM "{code}" WHERE submission = ?
            ),
            told AS (
                UNPIVOT mine ON {listed} INTO NAME column_name VALUE value
            )
            SELECT entity, entity_code, entity_name, '{code}' AS return_, column_name, value FROM told"""
        parts.append(con.execute(asked, [submission]).df())
    return pd.concat(parts, ignore_index=True).drop_duplicates(["entity", "return_", "column_name"])


def _returns(obligation: str) -> list[str]:
    """The returns of a matter that list institutions."""
    listed: set[str] = set()
    for name in PLAN.obligations[obligation].returns:
        listed |= {f.return_ for f in PLAN.fields.values()} if name == "by_field" else {name}
    return [code for code in RETURNS if code in listed and lists_entities(code)]


def _as_words(code: str, name: str) -> str:
    """A value as text, numbers without the noughts behind."""
    kind = (RETURNS[code].columns[name].metadata or {})["kind"]
    cast = f'CAST("{name}" AS DOUBLE)' if kind in {"money", "number"} else f'"{name}"'
    return f"CAST({cast} AS VARCHAR)"


def totals(con: duckdb.DuckDBPyConnection, scope: Scope, of: Sides) -> pd.DataFrame:
    """What the unit's and the prefecture's totals were just before a sending was recorded, and just after.

    Of the others nothing is told but the prefecture's sum.
    """
    if sides(con, scope, of.submission) is None:
        return as_promised(TOTALS, pd.DataFrame(columns=list(TOTALS.columns)))
    before, after = (_sums(con, scope, of.unit, seen) for seen in (of.nth - 1, of.nth))
    rows = pd.DataFrame([(*key, value, after[key], after[key] - value) for key, value in before.items()])
    return as_promised(TOTALS, rows.set_axis(list(TOTALS.columns), axis=1))


def _sums(
    con: duckdb.DuckDBPyConnection, scope: Scope, unit: str, seen: int
) -> dict[tuple[str, str, str], float]:
    """The figures of a unit and of everybody, as far as was known after an event."""
    line = con.cursor()
    line.execute(f"SET VARIABLE seen = {seen:d}")
    everyone = replace(scope.whole, reach=None)
    cube, duties = tally.fetch(line, everyone), compliance.fetch(line, everyone)
    own, mine = cube[cube["territory"] == unit], duties[duties["unit"] == unit]
    duties = duties[~duties["is_apart"]]  # what the leading group owes itself stands apart, as everywhere
    sums: dict[tuple[str, str, str], float] = {}
    for whose, counted, owed in ((PLAN.units[unit].title, own, mine), (WHOLE, cube, duties)):
        if "territory" in PLAN.units[unit].roles or whose == WHOLE:
            once = tally.once(counted)  # each institution once, as everywhere
            sums |= {(whose, title, in_): float(once[name].sum()) for name, (title, in_) in SUMS.items()}
        sums |= {
            (whose, title, in_): float((owed["status"] == status).sum())
            for status, (title, in_) in DUTIES.items()
        }
    line.close()
    return sums
