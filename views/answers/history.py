"""One institution's whole story: every value ever accepted of it, with file, sheet, cell and version."""

from functools import cache

import duckdb
import pandas as pd
import pandera.pandas as pa

from schemas.columns import personal
from schemas.plan import PLAN
from schemas.returns import RETURNS
from views import TO_THE_MINUTE, Scope, as_promised, of_scope
from views.answers import ledger_cache

ANSWER = pa.DataFrameSchema(
    {
        "arrived": pa.Column("datetime64[us]", title="收到", metadata=TO_THE_MINUTE),
        "placed_words": pa.Column(str, title="另定时间"),
        "submission": pa.Column(str, title="回执"),
        "filename": pa.Column(str, title="文件"),
        "obligation": pa.Column(str),
        "matter": pa.Column(str, title="应报事项"),
        "unit": pa.Column(str),
        "unit_title": pa.Column(str, title="报送单位"),
        "return_": pa.Column(str),
        "return_title": pa.Column(str, title="报表"),
        "sheet": pa.Column(str, title="工作表"),
        "sheet_row": pa.Column(int, title="行"),
        "is_current": pa.Column(bool, title="现行"),
        "column_name": pa.Column(str),
        "title": pa.Column(str, title="项目"),
        "value": pa.Column(str, title="数值"),
        "cell": pa.Column(str, title="单元格"),
    },
    coerce=True,
    strict=True,
)
TITLES = {
    (code, name): str(column.title) for code, r in RETURNS.items() for name, column in r.columns.items()
}
PERSONAL = sorted({name for schema in RETURNS.values() for name in personal(schema)})
# whether a row may be told to somebody: by who sent it, or of whom it tells
REACHED = "(is_reached(s.unit, NULL, ?) OR is_reached(t.territory_code, t.field_code, ?))"


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope, entity: int) -> pd.DataFrame:
    """One row for each value, the oldest version first; another name with the same code is the same firm, and
    so is a record that was merged with it.

    Reached by who sent it too; of an institution of which nothing is reached there is no history. What is
    personal (telephone, legal person, controller) is told only of `scope.people`.
    """
    entities, returns = _known(con, scope, entity)
    if not returns:
        return as_promised(ANSWER, pd.DataFrame(columns=[*ANSWER.columns]))
    whose, people = [scope.reached] * 2, [of_scope(scope.people)] * 2
    given = [scope.as_of, scope.as_of, *entities * len(returns), *whose, PERSONAL, *people]
    values = con.execute(_question(tuple(returns), len(entities)), given).df()
    if entity not in set(values["entity"]):
        values = values[:0]
    named = values.assign(
        title=[TITLES[key] for key in zip(values["return_"], values["column_name"], strict=True)],
        return_title=[str(RETURNS[code].title) for code in values["return_"]],
        unit_title=[PLAN.units[code].title for code in values["unit"]],
        matter=[PLAN.obligations[code].title for code in values["obligation"]],
    )
    ordered = named.sort_values(
        ["arrived", "submission", "return_", "sheet_row"], kind="stable", ignore_index=True
    )
    return as_promised(ANSWER, ordered[list(ANSWER.columns)])


def _known(con: duckdb.DuckDBPyConnection, scope: Scope, entity: int) -> tuple[list[int], list[str]]:
    """The keys under which a firm was told of, by its code if it has one, and the returns that tell of it."""
    joined = "SELECT b.record FROM merged($1) a JOIN merged($1) b ON b.firm = a.firm WHERE a.record = $2"
    same = [record for (record,) in con.execute(joined, [scope.as_of, entity]).fetchall()] or [entity]
    told = ledger_cache.tellings(con, scope, "entity", [*same, entity])
    if codes := sorted({code for _, code, _ in told if code}):
        told += ledger_cache.tellings(con, scope, "entity_code", codes)
    returns = {teller for *_, tellers in told for teller in tellers}
    return sorted({key for key, *_ in told} | {entity}), sorted(returns)


@cache
def _question(returns: tuple[str, ...], count: int) -> str:
    """What asks the filled cells of some returns' rows about an institution of so many keys.

    One statement, which asks what came and what is in force once: on a shared store each table that a
    statement names costs messages to its catalog.
    """
    keys = ", ".join("?" * count)
    told = " UNION ALL ".join(_cells(code, keys) for code in returns)
    return f"""
        WITH accepted AS MATERIALIZED (
            SELECT id, received_at, placed_words, filename, obligation, unit
            FROM came(?)
            WHERE verdict = 'acceptable'
        ),
        stands AS MATERIALIZED (
            SELECT DISTINCT submission, sheet FROM sheets_in_force(?)
        ),
        told AS MATERIALIZED (
            {told}
        )
        SELECT local_time(s.received_at) AS arrived, s.placed_words, t.submission, s.filename, s.obligation,
               s.unit, t.return_, t.sheet, t.sheet_row, c.submission IS NOT NULL AS is_current,
               t.entity, t.column_name, t.value, coalesce(h.letters, '') || t.sheet_row AS cell
        FROM told t
        JOIN accepted s ON s.id = t.submission
        LEFT JOIN heading h
          ON h.submission = t.submission AND h.sheet = t.sheet AND h.column_name = t.column_name
        LEFT JOIN stands c ON c.submission = t.submission AND c.sheet = t.sheet
        WHERE {REACHED}
          AND (NOT list_contains(?, t.column_name) OR {REACHED})"""


def _cells(return_: str, keys: str) -> str:
    """The cells of a return's rows about an institution, one a row."""
    names = list(RETURNS[return_].columns)
    cells = ", ".join(f'CAST("{name}" AS VARCHAR) AS "{name}"' for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    return f"""
            SELECT '{return_}' AS return_, submission, sheet, sheet_row, entity, territory_code, field_code,
                   column_name, value
            FROM (
                SELECT submission, sheet, sheet_row, entity, territory_code, field_code, {cells}
                FROM "{return_}"
                WHERE entity IN ({keys})
            ) UNPIVOT (value FOR column_name IN ({listed}))"""
