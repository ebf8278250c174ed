"""The surveys of all fields as one: the columns they share, by their declarations; the base of the ledger.

A territory tells of its own institutions; a lead, of those it found anywhere in its field. Who is told of by
both is one institution and counted once: what its own territory says stands.
"""

from schemas import survey
from schemas.returns import RETURNS, is_survey

PLACE = ("submission", "sheet", "sheet_row", "entity", "territory_code", "field_code")
BASES = ("told_by_territory", "told_by_lead", "surveyed", "counted_as")
LISTS = (
    *(code for code in RETURNS if is_survey(code)),
    "rectification",
    "ban",
)  # whoever stands there is told of
SHARED = (*PLACE, *survey.core(()), "unknown")


def macro() -> str:
    """The statements that make four macros (as_of): the rows of the surveys that stand.

    `told_by_territory` has those of territories, `told_by_lead` those of others, with who tells them
    (`told_by`); `surveyed` one for each institution that counts. `counted_as` has the merged records (归并)
    that are told of now: the institution, the record's place in it, and of its records in a field the one
    that stands for them there; a record that is told of no more stands for none.
    """
    columns = ", ".join(f'"{name}"' for name in SHARED)
    return f"""
CREATE OR REPLACE MACRO told_by_territory(as_of) AS TABLE {_told("IN")};

CREATE OR REPLACE MACRO told_by_lead(as_of) AS TABLE {_told("NOT IN")};

CREATE OR REPLACE MACRO surveyed(as_of) AS TABLE
SELECT {columns} FROM told_by_territory(as_of)
UNION ALL
SELECT {columns} FROM told_by_lead(as_of) t
WHERE NOT EXISTS (SELECT 1 FROM told_by_territory(as_of) o WHERE o.entity = t.entity);

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


def _told(by_territories: str) -> str:
    """The rows of every survey that stands, of the senders that are IN the territories, or NOT IN them."""
    shared = ", ".join(f'r."{name}"' for name in SHARED)
    return "\nUNION ALL\n".join(
        f"""
SELECT {shared}, s.unit AS told_by
FROM "{code}" r
JOIN sheets_in_force(as_of) s ON s.submission = r.submission AND s.sheet = r.sheet
WHERE s.return_ = '{code}' AND s.answer = 'rows'
  AND s.unit {by_territories} (SELECT unit FROM unit WHERE block = 'territory')"""
        for code in RETURNS
        if is_survey(code)
    )
