"""What a campaign counts of registers of its own: its measures, and how many entries came to each step.

All SQL is made of the rows of the plan (`measure.csv`, `step.csv`). An entry is what its unit
said of it last, whichever matter it was sent for; it lies in the territory and field that it names, else with
who sent it.
"""

import duckdb
import pandas as pd
import pandera.pandas as pa

from schemas import counting
from schemas.plan import PLAN
from schemas.returns import RETURNS, key_of, lists_entities
from schemas.said import TERRITORY
from views import Scope, query

ANSWER = pa.DataFrameSchema(
    {
        "measure": pa.Column(str),  # the code of a measure, or a return and the number of a step
        "territory": pa.Column(str),
        "territory_title": pa.Column(str, title=TERRITORY),
        "field": pa.Column(str),
        "field_title": pa.Column(str, title="领域"),
        "part": pa.Column(float, title="数"),
        "whole": pa.Column(float, title="其中分母"),
    },
    coerce=True,
    strict=True,
)
BASES = ("own_entry", "own_told", *(f"own_{code}" for code in PLAN.counted))
ENTRY = (
    *("unit", "return_", "entry_key", "written", "entity", "entity_code", "entity_name"),
    *("territory_code", "field_code", "told_at", "step", "is_open"),
)
NO_ENTRY = {
    **dict.fromkeys(ENTRY, "''"),
    "entity": "NULL::UBIGINT",
    "told_at": "NULL::TIMESTAMP",
    "step": "0",
    "is_open": "false",
}
NOTHING = f"SELECT {', '.join(f'{empty} AS {name}' for name, empty in NO_ENTRY.items())} WHERE false"
NONE = "SELECT '' AS measure, '' AS territory_code, '' AS field_code, 0.0 AS part, 0.0 AS whole WHERE false"


PLACES = {
    "territory": "LEFT JOIN unit t ON t.title = r.territory",
    "field": "LEFT JOIN field f ON f.title = r.field",
}
OF_ENTITIES = """
SELECT entity, any_value(entity_code) AS entity_code, arg_max(entity_name, told_at) AS entity_name,
       arg_max(territory_code, told_at) AS territory_code, arg_max(field_code, told_at) AS field_code,
       count(*) FILTER (is_open) AS open_entries
FROM own_entry(as_of)
WHERE entity IS NOT NULL
GROUP BY entity"""
NO_ENTITY = (  # so plain that nothing is worked out for it
    "SELECT NULL::UBIGINT AS entity, '' AS entity_code, '' AS entity_name, '' AS territory_code, "
    "'' AS field_code, 0 AS open_entries WHERE false"
)


def steps_of(code: str) -> list[str]:
    """The titles of the steps of a return, in their order."""
    return [row.title for row in PLAN.steps if row.return_ == code]


def step_code(code: str, step: int) -> str:
    """How a step is named in the answer, counted from 1."""
    return f"{code}.{step}"


def text(words: str) -> str:
    """Words as SQL writes them."""
    return "'" + words.replace("'", "''") + "'"


def macro() -> str:
    """The statements that make `own_entry(as_of)`, every entry with the step to which it has come,
    `own_told(as_of)`, the institutions of which entries tell, and
    `measured(as_of, of_scope)`, what is counted of them by territory and field; and for each return
    `own_NAME(as_of)`, its entries as they were last told.
    """
    told = [_told(code) for code in PLAN.counted]
    entries = "\nUNION ALL\n".join(
        f"SELECT {', '.join(ENTRY)} FROM own_{code}(as_of)" for code in PLAN.counted
    )
    counts = "\nUNION ALL\n".join([*map(_of_measure, range(len(PLAN.measures))), *_of_steps()])
    entities = OF_ENTITIES if any(map(lists_entities, PLAN.counted)) else NO_ENTITY
    return "\n".join(
        [
            *told,
            f"CREATE OR REPLACE MACRO own_entry(as_of) AS TABLE\n{entries or NOTHING};",
            f"CREATE OR REPLACE MACRO own_told(as_of) AS TABLE\n{entities};",
            f"""
CREATE OR REPLACE MACRO measured(as_of, of_scope) AS TABLE
SELECT m.measure, u.unit AS territory, u.title AS territory_title, coalesce(f.field, '') AS field,
       coalesce(f.title, '') AS field_title, sum(m.part)::DOUBLE AS part, sum(m.whole)::DOUBLE AS whole
FROM ({counts or NONE}) m
JOIN unit u ON u.unit = m.territory_code
LEFT JOIN field f ON f.field = m.field_code
WHERE is_reached(m.territory_code, m.field_code, of_scope)
GROUP BY m.measure, u.unit, u.title, u.position, f.field, f.title, f.position
ORDER BY m.measure, u.position, f.position;""",
        ]
    )


def _told(code: str) -> str:
    """The statement that makes `own_NAME(as_of)`: the entries of a register, each as it was told last."""
    key = ", ".join(f'key_form(r."{name}"::VARCHAR)' for name in key_of(code))
    figures = {
        f"{name}_{n}": _figure(words)
        for n, row in enumerate(PLAN.measures)
        if row.return_ == code
        for name, words in (("part", row.numerator), ("whole", row.denominator or counting.EVERY))
    }
    said = {**NO_ENTRY, **_entry(code, key), **figures}
    named = [name for name in ("territory", "field") if name in RETURNS[code].columns]
    return f"""
CREATE OR REPLACE MACRO own_{code}(as_of) AS TABLE
SELECT {", ".join(f"{value} AS {name}" for name, value in said.items())}
FROM "{code}" r
JOIN came(as_of) s ON s.id = r.submission
LEFT JOIN taken_out(as_of) x
       ON x.entry = concat_ws('|', s.unit, s.obligation, '{code}', concat_ws(chr(31), {key}))
{" ".join(PLACES[name] for name in named)}
WHERE s.verdict = 'acceptable' AND (x.entry IS NULL OR s.received_at > x.taken_at)
QUALIFY row_number() OVER (PARTITION BY s.unit, {key} ORDER BY s.ranked_at DESC, s.entry DESC) = 1;"""


def _entry(code: str, key: str) -> dict[str, str]:
    """What is known of an entry of a register, each as SQL."""
    columns = RETURNS[code].columns
    reached = [row.reached for row in PLAN.steps if row.return_ == code]
    steps = [f"WHEN {_condition(words)} THEN {n}" for n, words in enumerate(reached, 1)]
    step = f"CASE {' '.join(reversed(steps))} ELSE 0 END" if steps else "0"
    named = ("entity", "entity_code", "entity_name") if lists_entities(code) else ()
    return {
        "unit": "s.unit",
        "return_": f"'{code}'",
        "entry_key": f"concat_ws(chr(31), {key})",
        "written": "concat_ws(' ', " + ", ".join(f'r."{name}"::VARCHAR' for name in key_of(code)) + ")",
        "territory_code": "coalesce(t.unit, s.unit)" if "territory" in columns else "s.unit",
        "field_code": "coalesce(f.field, '')" if "field" in columns else "''",
        "told_at": "s.received_at",
        "step": step,
        "is_open": f"{step} < {len(steps)}",
        **{name: f"r.{name}" for name in named},
    }


def _condition(words: str) -> str:
    """Whether a row says what is asked of it."""
    return " AND ".join(_holds(*term) for term in counting.terms(words)) or "true"


def _holds(column: str, options: tuple[str, ...]) -> str:
    if not options:
        return f'r."{column}" IS NOT NULL'
    listed = ", ".join(map(text, options))
    return f'coalesce(r."{column}"::VARCHAR IN ({listed}), false)'


def _figure(words: str) -> str:
    """What a row adds: its figure where one is summed, else 1 where it says what is asked."""
    if name := counting.summed(words):
        return f'coalesce(r."{name}", 0)::DOUBLE'
    return f"CASE WHEN {_condition(words)} THEN 1.0 ELSE 0.0 END"


def _of_measure(n: int) -> str:
    row = PLAN.measures[n]
    return (
        f"SELECT '{row.code}' AS measure, territory_code, field_code, part_{n} AS part, whole_{n} AS whole "
        f"FROM own_{row.return_}(as_of)"
    )


def _of_steps() -> list[str]:
    """How many entries have come to each step or beyond it."""
    return [
        f"SELECT '{step_code(code, n)}' AS measure, territory_code, field_code, "
        f"(step >= {n})::INTEGER AS part, 1 AS whole FROM own_{code}(as_of)"
        for code in PLAN.counted
        for n in range(1, len(steps_of(code)) + 1)
    ]


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """One row for each measure or step, and each territory and field in which an entry lies."""
    return query(con, ANSWER, "FROM measured(?, ?)", [scope.as_of, scope.reached])
