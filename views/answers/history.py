"""One institution's whole story: every value ever accepted of it, with file, sheet, cell and version."""

import duckdb
import pandas as pd
import pandera.pandas as pa

from schemas.columns import personal
from schemas.plan import PLAN
from schemas.returns import RETURNS, lists_entities
from views import TO_THE_MINUTE, Scope, of_scope

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
ENTITY_RETURNS = [code for code in RETURNS if lists_entities(code)]


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope, entity: int) -> pd.DataFrame:
    """One row for each value, the oldest version first; another name with the same code is the same firm.

    Reached by who sent it too; of an institution of which nothing is reached there is no history. What is
    personal (telephone, legal person, controller) is told only of `scope.people`.
    """
    entities, returns = _known(con, entity)
    parts = [_values(con, scope, code, entities) for code in returns] or [
        pd.DataFrame(columns=[*ANSWER.columns, "entity"])
    ]
    values = pd.concat(parts, ignore_index=True)
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
    return ANSWER.validate(ordered[list(ANSWER.columns)])


def _known(con: duckdb.DuckDBPyConnection, entity: int) -> tuple[list[int], list[str]]:
    """The keys under which a firm was told of, by its code if it has one, and the returns that tell of it."""
    own_codes = " UNION ".join(
        f'SELECT entity_code FROM "{code}" WHERE entity = $1' for code in ENTITY_RETURNS
    )
    codes = [code for (code,) in con.execute(own_codes, [entity]).fetchall() if code]
    named = "OR list_contains($2, entity_code)" if codes else ""
    every = " UNION ".join(
        f"SELECT entity, '{code}' AS return_ FROM \"{code}\" WHERE entity = $1 {named}"
        for code in ENTITY_RETURNS
    )
    tellings = con.execute(every, [entity, codes] if codes else [entity]).fetchall()
    return list({key for key, _ in tellings} | {entity}), sorted({code for _, code in tellings})


def _values(con: duckdb.DuckDBPyConnection, scope: Scope, return_: str, entities: list[int]) -> pd.DataFrame:
    """The filled cells of one return's rows about the institution."""
    names = list(RETURNS[return_].columns)
    cells = ", ".join(f'CAST(r."{name}" AS VARCHAR) AS "{name}"' for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    reached = "(is_reached(s.unit, NULL, ?) OR is_reached(t.territory_code, t.field_code, ?))"
    question = f"""
        WITH mine AS (
            SELECT r.submission, r.sheet, r.sheet_row, r.entity, r.territory_code, r.field_code, {cells}
            FROM "{return_}" r
            WHERE r.entity IN ({", ".join("?" * len(entities))})
        ),
        told AS (
            UNPIVOT mine ON {listed} INTO NAME column_name VALUE value
        )
        SELECT local_time(s.received_at) AS arrived, s.placed_words, t.submission,
               s.filename, s.obligation, s.unit,
               '{return_}' AS return_, t.sheet, t.sheet_row, c.submission IS NOT NULL AS is_current,
               t.entity, t.column_name, t.value, coalesce(h.letters, '') || t.sheet_row AS cell
        FROM told t
        JOIN came(?) s ON s.id = t.submission
        LEFT JOIN heading h
          ON h.submission = t.submission AND h.sheet = t.sheet AND h.column_name = t.column_name
        LEFT JOIN sheets_in_force(?) c ON c.submission = t.submission AND c.sheet = t.sheet
        WHERE s.verdict = 'acceptable' AND {reached}
          AND (NOT list_contains(?, t.column_name) OR {reached})"""
    whose, people = [scope.reached] * 2, [of_scope(scope.people)] * 2
    return con.execute(question, [*entities, scope.as_of, scope.as_of, *whose, PERSONAL, *people]).df()
