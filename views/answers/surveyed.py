"""The surveys of all fields as one: the columns they share, by their declarations; the base of the ledger.

A territory tells of its own institutions; a lead, of those it found anywhere in its field. Who is told of by
both is one institution and counted once: what its own territory says stands.
"""

from schemas import survey
from schemas.returns import RETURNS, is_survey

PLACE = ("submission", "sheet", "sheet_row", "entity", "territory_code", "field_code")
BASES = ("told", "told_by_territory", "told_by_lead", "surveyed", "counted_as")
LISTS = (
    *(code for code in RETURNS if is_survey(code)),
    "rectification",
    "ban",
)  # whoever stands there is told of
SHARED = (*PLACE, *survey.core(()), "unknown")


def macro() -> str:
    """The statements that make five macros (as_of): the rows of the surveys that stand.

    `told` has them all, with who tells them (`told_by`), and whether it is a territory (`is_own`);
    `told_by_territory` and `told_by_lead` a part each; `surveyed` one for each institution that counts.
    `counted_as` has the merged records (归并) that are told of now: the institution, the place in it,
    and of its records in a field the one that stands for them there; a record that is told of no more stands
    for none.
    """
    columns = ", ".join(f'r."{name}"' for name in SHARED)
    return f"""
CREATE OR REPLACE MACRO told(as_of) AS TABLE
SELECT {columns}, u.unit AS told_by, u.block = 'territory' AS is_own
FROM ({_surveys()}) r
JOIN sheets_in_force(as_of) s ON s.submission = r.submission AND s.sheet = r.sheet AND s.return_ = r.return_
JOIN unit u ON u.unit = s.unit
WHERE s.answer = 'rows';

CREATE OR REPLACE MACRO told_by_territory(as_of) AS TABLE
SELECT * EXCLUDE (is_own) FROM told(as_of) WHERE is_own;

CREATE OR REPLACE MACRO told_by_lead(as_of) AS TABLE
SELECT * EXCLUDE (is_own) FROM told(as_of) WHERE NOT is_own;

CREATE OR REPLACE MACRO surveyed(as_of) AS TABLE
SELECT * EXCLUDE (told_by, is_own)
FROM told(as_of) t
WHERE is_own OR NOT EXISTS (SELECT 1 FROM told_by_territory(as_of) o WHERE o.entity = t.entity);

{_counted_as()}"""


def _counted_as() -> str:
    """The statement that makes `counted_as`."""
    return f"""
CREATE OR REPLACE MACRO counted_as(as_of) AS TABLE
WITH joined AS MATERIALIZED (
    FROM merged(as_of)
),
told AS (
{_rows_of("joined")}
),
present AS (
    SELECT DISTINCT j.record, j.firm, j.place, t.field_code, t.territory_code
    FROM told t
    JOIN joined j ON j.record = t.entity
    JOIN sheets_in_force(as_of) s ON s.submission = t.submission AND s.sheet = t.sheet
    WHERE s.answer = 'rows' AND s.return_ = t.return_
)
SELECT record, firm, place, territory_code,
       first_value(record) OVER (PARTITION BY firm, field_code ORDER BY place) AS standing
FROM present"""


def _rows_of(records: str) -> str:
    """The rows of these records in every list that tells of institutions: few, whatever the lists hold."""
    named = "entity, field_code, territory_code, submission, sheet"
    return "\n    UNION ALL\n".join(
        f"    SELECT {named}, '{code}' AS return_ FROM \"{code}\" "
        f"WHERE entity IN (SELECT record FROM {records})"
        for code in LISTS
    )


def _surveys() -> str:
    """The rows of every survey ever told, with the columns that all share."""
    shared = ", ".join(f'"{name}"' for name in SHARED)
    return " UNION ALL ".join(
        f"SELECT '{code}' AS return_, {shared} FROM \"{code}\"" for code in RETURNS if is_survey(code)
    )
