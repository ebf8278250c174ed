"""What a lead tells of institutions beside their territories (四(二)): where both differ, and likenesses.

Same field, territory and name is one institution: the territory's row counts, the lead's stands beside it.
What is only alike (in the same field the same number or code, or the same name but for words of company and
place) counts separately, until it can be merged; here it is told.
"""

import duckdb
import pandas as pd
import pandera.pandas as pa

from schemas import survey
from views import Scope, query

AMOUNTS = ("stock_scale", "noncompliant_scale", "people_cnt", "overdue_amt")
COMPARED = {name: str(survey.core(())[name].title) for name in (*AMOUNTS, "risk_level")}
SAME = "同一机构"
LIKE = {  # what is alike → how it is compared; without it nothing is
    "证照号码相同": "id_no",
    "编号相同": "entity_code",
    "名称相近": r"regexp_replace(entity_name, '[\s()（）·.\-]|股份|有限|责任|公司', '', 'g')",
}
KINDS = {name: "Int64" if name == "people_cnt" else float if name in AMOUNTS else str for name in COMPARED}

ANSWER = pa.DataFrameSchema(
    {
        "entity": pa.Column("uint64"),
        "lead_entity": pa.Column("uint64"),
        "entity_name": pa.Column(str, title="机构名称"),
        "territory": pa.Column(str, title="县市（园区）"),
        "field": pa.Column(str, title="领域"),
        "lead_title": pa.Column(str, title="牵头部门"),
        "lead_name": pa.Column(str, title="牵头部门所报名称"),
        "lead_territory": pa.Column(str, title="牵头部门所报县市"),
        "likeness": pa.Column(str, pa.Check.isin([SAME, *LIKE]), title="关系"),
        "differing": pa.Column(str, title="不一致的项目"),
        "is_doubtful": pa.Column(bool, title="需核实"),
        **{
            column: pa.Column(KINDS[name], nullable=True, title=f"{title}（{who}）")
            for name, title in COMPARED.items()
            for column, who in ((name, "县市"), (f"lead_{name}", "牵头部门"))
        },
    },
    coerce=True,
    strict=True,
)


def _likenesses() -> str:
    """Pairs of rows that are only alike: one that no territory tells, and one of a territory."""
    return "\nUNION ALL\n".join(
        f"""
    SELECT l.place, o.place, '{words}'
    FROM (SELECT *, {how} AS said FROM led WHERE entity NOT IN (SELECT entity FROM own)) l
    JOIN (SELECT *, {how} AS said FROM own) o
      ON o.field_code = l.field_code AND o.said = l.said AND o.entity <> l.entity
    WHERE l.said <> ''"""
        for words, how in LIKE.items()
    )


def _differing() -> str:
    """The titles of what the lead tells otherwise, as arguments; a blank of the lead says nothing."""
    return ", ".join(
        f"CASE WHEN l.{name} IS DISTINCT FROM o.{name} AND l.{name} IS NOT NULL THEN '{title}' END"
        for name, title in COMPARED.items()
    )


def macro() -> str:
    """The statement that makes `beside(as_of, of_scope)`: a row of a lead beside one of a territory.

    It tells of two institutions, so both must be reached, the lead's also by who told of it.
    """
    values = ", ".join(f"o.{name}, l.{name} AS lead_{name}" for name in COMPARED)
    place = "{'submission': submission, 'sheet': sheet, 'row': sheet_row}"
    return f"""
CREATE OR REPLACE MACRO beside(as_of, of_scope) AS TABLE
WITH own AS (SELECT *, {place} AS place FROM told_by_territory(as_of)),
led AS (SELECT *, {place} AS place FROM told_by_lead(as_of)),
pair(lead_place, place, likeness) AS (
    SELECT l.place, o.place, '{SAME}' FROM led l JOIN own o ON o.entity = l.entity
    UNION ALL
{_likenesses()}
),
alike AS (
    SELECT lead_place, place, arg_min(likeness, list_position({[SAME, *LIKE]}, likeness)) AS likeness
    FROM pair
    GROUP BY ALL
)
SELECT o.entity, l.entity AS lead_entity, o.entity_name, o.territory, o.field, u.title AS lead_title,
       l.entity_name AS lead_name, l.territory AS lead_territory, a.likeness,
       concat_ws('、', {_differing()}) AS differing,
       a.likeness <> '{SAME}' OR differing <> '' AS is_doubtful,
       {values}
FROM alike a
JOIN led l ON l.place = a.lead_place
JOIN own o ON o.place = a.place
JOIN unit u ON u.unit = l.told_by
WHERE is_reached(o.territory_code, o.field_code, of_scope)
  AND (is_reached(l.territory_code, l.field_code, of_scope) OR is_reached(l.told_by, NULL, of_scope))"""


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """One row for each institution of a lead beside another row; what is to be verified first."""
    return query(
        con,
        ANSWER,
        "FROM beside(?, ?) "
        "ORDER BY is_doubtful DESC, likeness = ? DESC, field, entity_name, lead_name, territory",
        [scope.as_of, scope.reached, SAME],
    )
