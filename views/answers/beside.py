"""What a lead tells of institutions beside their territories: where both differ, and likenesses.

Same field, territory and name is one institution, and so is what was merged (归并): the territory's row
counts, the lead's stands beside it. What is only alike (`likely`) counts separately until somebody decides.
"""

from dataclasses import replace

import duckdb
import pandas as pd
import pandera.pandas as pa

from schemas import survey
from schemas.likeness import KINDS
from schemas.said import COUNTY, TERRITORY
from views import Scope, query
from views.answers import likely

AMOUNTS = ("stock_scale", "noncompliant_scale", "people_cnt", "overdue_amt")
COMPARED = {name: str(survey.core(())[name].title) for name in (*AMOUNTS, "risk_level")}
SAME = "同一机构"
TYPES = {name: "Int64" if name == "people_cnt" else float if name in AMOUNTS else str for name in COMPARED}

ANSWER = pa.DataFrameSchema(
    {
        "entity": pa.Column("uint64"),
        "lead_entity": pa.Column("uint64"),
        "entity_name": pa.Column(str, title="机构名称"),
        "territory": pa.Column(str, title=TERRITORY),
        "field": pa.Column(str, title="领域"),
        "lead_title": pa.Column(str, title="牵头部门"),
        "lead_name": pa.Column(str, title="牵头部门所报名称"),
        "lead_territory": pa.Column(str, title=f"牵头部门所报{COUNTY}"),
        "likeness": pa.Column(str, pa.Check.isin([SAME, *KINDS]), title="关系"),
        "differing": pa.Column(str, title="不一致的项目"),
        "is_doubtful": pa.Column(bool, title="需核实"),
        **{
            column: pa.Column(TYPES[name], nullable=True, title=f"{title}（{who}）")
            for name, title in COMPARED.items()
            for column, who in ((name, COUNTY), (f"lead_{name}", "牵头部门"))
        },
    },
    coerce=True,
    strict=True,
)


def _differing() -> str:
    """The titles of what the lead tells otherwise, as arguments; a blank of the lead says nothing."""
    return ", ".join(
        f"CASE WHEN l.{name} IS DISTINCT FROM o.{name} AND l.{name} IS NOT NULL THEN '{title}' END"
        for name, title in COMPARED.items()
    )


def macro() -> str:
    """The statement that makes `beside(as_of, of_pairs, of_scope)`: rows of leads beside others.

    `of_pairs` are the records that are one by a decision, and those that are alike. It tells of two
    institutions, so both must be reached, the lead's also by who told of it.
    """
    values = ", ".join(f"o.{name}, l.{name} AS lead_{name}" for name in COMPARED)
    place = "{'submission': submission, 'sheet': sheet, 'row': sheet_row}"
    return f"""
CREATE OR REPLACE MACRO beside(as_of, of_pairs, of_scope) AS TABLE
WITH own AS (SELECT *, {place} AS place FROM told_by_territory(as_of)),
led AS (SELECT *, {place} AS place FROM told_by_lead(as_of)),
asked AS (
    SELECT unnest(CAST(of_pairs AS STRUCT(one UBIGINT, other UBIGINT, likeness VARCHAR)[]), recursive := true)
),
pair(lead_place, place, likeness) AS (
    SELECT l.place, o.place, '{SAME}' FROM led l JOIN own o ON o.entity = l.entity
    UNION ALL
    SELECT l.place, o.place, a.likeness
    FROM asked a
    JOIN led l ON l.entity IN (a.one, a.other) AND l.entity NOT IN (SELECT entity FROM own)
    JOIN own o ON o.entity IN (a.one, a.other) AND o.field_code = l.field_code
)
SELECT o.entity, l.entity AS lead_entity, o.entity_name, o.territory, o.field, u.title AS lead_title,
       l.entity_name AS lead_name, l.territory AS lead_territory, a.likeness,
       concat_ws('、', {_differing()}) AS differing,
       a.likeness <> '{SAME}' OR differing <> '' AS is_doubtful,
       {values}
FROM pair a
JOIN led l ON l.place = a.lead_place
JOIN own o ON o.place = a.place
JOIN unit u ON u.unit = l.told_by
WHERE is_reached(o.territory_code, o.field_code, of_scope)
  AND (is_reached(l.territory_code, l.field_code, of_scope) OR is_reached(l.told_by, NULL, of_scope))"""


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """One row for each institution of a lead beside another row; what is to be verified first."""
    whole = replace(scope, reach=None)
    alike, told = likely.fetch(con, whole), likely.decided(con, whole)
    same = told[told["state"] == "same"].assign(kind=SAME)
    both = pd.concat([alike, same])[["one", "other", "kind"]]
    pairs = both.rename(columns={"kind": "likeness"}).to_dict("records")
    return query(
        con,
        ANSWER,
        "FROM beside(?, ?, ?) "
        "ORDER BY is_doubtful DESC, likeness = ? DESC, field, entity_name, lead_name, territory",
        [scope.as_of, pairs, scope.reached, SAME],
    )
