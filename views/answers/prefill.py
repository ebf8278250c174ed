"""What is already known for a workbook to be filled in: the rows last accepted from this unit.

A return carries over its `carries` columns from its own last version; where it `begins` with a class of the
survey (整改类, 取缔类), institutions of that class that it does not list yet follow: those of the unit's own
surveys, and in a territory those that leads found there and it does not tell of itself. Whoever stands in the
return for which it is left (`left_for`) is brought no more, but into another version of the same period. Of a
column from which a movement is reckoned (`schemas.rules.MOVED`) stands beside it what the period before said.
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import duckdb
import pandas as pd

from schemas.columns import UNKNOWN, may_be_unknown
from schemas.plan import PLAN
from schemas.returns import RETURNS
from schemas.rules import BEFORE, MOVED
from views import Scope

NUMBER, TOLD_FOR = "entity_code", "told_for"  # the matter for which a row was told
NAMED = ("field", "entity_name")
KnownRows = list[dict[str, Any]]


def fetch(
    con: duckdb.DuckDBPyConnection, scope: Scope, unit: str, return_: str, field: str, matter: str = ""
) -> KnownRows:
    """KnownRows by column name, blanks left out; `field` is '' for a return that speaks of several, `matter`
    the period that is to be filled in, where it is known.

    Of a unit that is not reached nothing is known.
    """
    meta, form = RETURNS[return_].metadata or {}, (return_, field)
    if "carries" not in meta:
        return []
    rows = _last(con, scope, unit, form, tuple(meta["carries"]))
    if "begins" in meta:
        new = _beginning(con, scope, unit, dict(meta["begins"]), tuple(meta["carries"]))
        named = set(_keys(rows))
        fresh = [key not in named for key in _keys(new)]
        rows = (
            pd.concat([rows for rows in (rows, new[fresh]) if len(rows)]) if len(rows) or any(fresh) else rows
        )
    if "left_for" in meta and len(rows):
        left = set(_keys(_last(con, scope, unit, (meta["left_for"], field), NAMED)))
        told_for = zip(rows[TOLD_FOR], _keys(rows), strict=True)
        rows = rows[[of == matter or key not in left for of, key in told_for]]
    was = _before(con, scope, unit, form, matter)
    told = zip(_keys(rows), rows.drop(columns=TOLD_FOR).to_dict("records"), strict=True)
    return [_known({**row, **was.get(key, {})}, may_be_unknown(RETURNS[return_])) for key, row in told]


def _before(
    con: duckdb.DuckDBPyConnection, scope: Scope, unit: str, form: tuple[str, str], matter: str
) -> dict[tuple[str, str], dict[Hashable, Any]]:
    """What the period right before said of each institution from which a movement is reckoned."""
    columns = tuple(MOVED.get(form[0], {}).values())
    before = PLAN.period_before(matter) if matter and columns else ""
    if not before:
        return {}
    rows = _last(con, scope, unit, form, (*NAMED, *columns), before)
    told = rows[list(columns)].add_prefix(BEFORE).to_dict("records")
    return dict(zip(_keys(rows), told, strict=True))


def _keys(rows: pd.DataFrame) -> list[tuple[str, str]]:
    """Which institution each row is of, within a territory: its field, and its name however spaced."""
    return (
        []
        if rows.empty
        else list(zip(rows["field"], rows["entity_name"].str.replace(r"\s", "", regex=True), strict=True))
    )


def _known(row: Mapping[Hashable, Any], may_be: Sequence[str]) -> dict[str, Any]:
    """What is known of a row: its values, and 未掌握 where it was said that a figure is not."""
    values = {str(name): value for name, value in row.items() if not pd.isna(value)}
    said = str(values.pop("unknown", "")).split("、")
    return values | {name: UNKNOWN for name in said if name in may_be}


def _last(
    con: duckdb.DuckDBPyConnection,
    scope: Scope,
    unit: str,
    form: tuple[str, str],
    columns: tuple[str, ...],
    matter: str = "",
) -> pd.DataFrame:
    """The rows of the version in force of a form, a return and its field: of a period, else of whichever came
    last.
    """
    return_, field = form
    return con.execute(
        f"""
        WITH last AS (
            SELECT submission, sheet, obligation FROM current_answer($1)
            WHERE unit = $2 AND return_ = $3 AND field = $4 AND answer = 'rows' AND is_reached(unit, NULL, $5)
              AND $6 IN ('', obligation)
            ORDER BY ranked_at DESC, entry DESC LIMIT 1
        )
        SELECT {_named(return_, columns)}, l.obligation AS {TOLD_FOR}
        FROM "{return_}" r JOIN last l ON l.submission = r.submission AND l.sheet = r.sheet
        {_given(return_)}
        ORDER BY r.sheet_row
        """,
        [scope.as_of, unit, return_, field, scope.reached, matter],
    ).df()


def _beginning(
    con: duckdb.DuckDBPyConnection,
    scope: Scope,
    unit: str,
    begins: Mapping[str, str],
    columns: tuple[str, ...],
) -> pd.DataFrame:
    """The institutions of surveys that fall into the class with which a return begins."""
    renamed = {new: old for new, old in begins.items() if new != "disp_class"}
    parts = []
    for field in PLAN.fields.values():
        rows = _surveyed(con, scope, unit, (field.return_, field.field))
        if len(rows):
            mine = rows[rows["disp_class"] == begins["disp_class"]]
            named = mine.assign(**{new: mine[old] for new, old in renamed.items()})
            parts.append(named.reindex(columns=[*columns, TOLD_FOR]))
    return pd.concat(parts) if parts else pd.DataFrame(columns=[*columns, TOLD_FOR])


def _surveyed(con: duckdb.DuckDBPyConnection, scope: Scope, unit: str, form: tuple[str, str]) -> pd.DataFrame:
    """A unit's own survey of a field, and of what leads found in its territory the rest, each once."""
    return_, field = form
    every = tuple(RETURNS[return_].columns)
    own = _last(con, scope, unit, form, every)
    found = con.execute(
        f"""
        SELECT {_named(return_, every)}
        FROM "{return_}" r
        JOIN sheets_in_force($1) s ON s.submission = r.submission AND s.sheet = r.sheet
        JOIN unit u ON u.unit = s.unit
        {_given(return_)}
        WHERE s.return_ = $2 AND s.field = $3 AND s.answer = 'rows'
          AND u.block <> 'territory' AND r.territory_code = $4
          AND is_reached(r.territory_code, r.field_code, $5)
        ORDER BY u.position, r.sheet_row
        """,
        [scope.as_of, return_, field, unit, scope.reached],
    ).df()
    told, rest = set(_keys(own)), []
    for key in _keys(found):
        rest.append(key not in told)
        told.add(key)
    return pd.concat([own, found[rest]], ignore_index=True) if any(rest) else own


def _named(return_: str, columns: tuple[str, ...]) -> str:
    """The columns as a spreadsheet takes them: amounts as numbers."""
    kinds = {name: column.metadata["kind"] for name, column in RETURNS[return_].columns.items()}
    named = [f'r."{n}"::DOUBLE AS "{n}"' if kinds[n] == "money" else _plain(n) for n in columns]
    return ", ".join([*named, *(["r.unknown"] if may_be_unknown(RETURNS[return_]) else [])])


def _plain(name: str) -> str:
    """A column as it was told; the number of an institution as it was given."""
    return f'coalesce(g.code, r."{name}") AS "{name}"' if name == NUMBER else f'r."{name}"'


def _given(return_: str) -> str:
    """What joins the numbers that were given to the rows of a return about institutions."""
    return "LEFT JOIN numbered($1) g ON g.record = r.entity" if NUMBER in RETURNS[return_].columns else ""
