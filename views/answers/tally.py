"""The ledger counted by territory, field and risk level: what every measure of progress and risk is made of.

Each count is a condition on an institution of the ledger, declared once; the question is made from them.
Institutions that meet the same conditions are put together first, once for each state of the data: few rows
are summed.
"""

from collections.abc import Mapping

import duckdb
import pandas as pd
import pandera.pandas as pa

from schemas.said import TERRITORY
from views import Scope, query
from views.answers import ledger_cache
from views.answers.ledger import ALERTS, is_unknown

LEVELS = ("高", "中", "低", "未评")
UNKNOWN: Mapping[str, tuple[str, str]] = {  # institutions that add nothing to a sum, by what is not known
    "unknown_people": ("人数", "people_cnt"),
    "unknown_stock": ("存量", "stock_scale"),
    "unknown_unpaid": ("逾期未兑付", "overdue_amt"),
}
DONE = "CASE WHEN is_closing THEN handed_over = '是' ELSE rectify_status = '已完成整改' END"
COUNTS: Mapping[str, tuple[str, str]] = {
    "found": ("排查机构", "true"),
    "keyed": ("重点对象", "is_key"),
    "compliant": ("合规类", "disp_class = '合规类'"),
    "to_mend": ("整改类", "disp_class = '整改类'"),
    "to_close": ("取缔类", "disp_class = '取缔类'"),
    "undecided": ("待定", "disp_class = '待定'"),
    "suspect": ("涉嫌非法集资", "suspect = '是'"),
    "unrest": ("涉稳", "unrest <> '无'"),
    **{name: (f"{title}未掌握", is_unknown(column)) for name, (title, column) in UNKNOWN.items()},
    "mending_all": ("整改台账", "is_mending"),
    "mending": ("正在整改", "rectify_status = '正在整改'"),
    "mended": ("已完成整改", "rectify_status = '已完成整改'"),
    "turned": ("转入取缔类", "rectify_status = '转入取缔类'"),
    "begun": ("已开始检查", "step >= 1"),
    "visited": ("完成现场检查", "step >= 2"),
    "noticed": ("出具整改意见", "step >= 3"),
    "planned": ("提交整改计划", "step >= 4"),
    "approved": ("整改计划获批", "step >= 5"),
    "closing": ("取缔台账", "is_closing"),
    "to_fund_office": ("转入处非机制", "ban_dest = '转入处非机制'"),
    "to_securities": ("列入打击非法证券活动机制", "ban_dest = '列入打击非法证券活动机制'"),
    "to_police": ("交公安部门", "ban_dest = '公安部门'"),
    "to_registry": ("交工商部门", "ban_dest = '工商部门'"),
    "to_others": ("其他去向", "ban_dest = '其他'"),
    "handed": ("已交接", "handed_over = '是'"),
    "handling": ("整改处置台账", ALERTS["整改处置台账"]),
    "done": ("已整改或交接", DONE),
    "active": (
        "在营非合规",
        "disp_class <> '合规类' AND rectify_status IS DISTINCT FROM '已完成整改' "
        "AND handed_over IS DISTINCT FROM '是' AND coalesce(op_status, '正常运营') = '正常运营'",
    ),
    "stopped": ("停业", "op_status = '停业'"),
    "lost": ("失联", "op_status = '失联'"),
    "scale_rose": ("存量上升", "scale_mom > 0"),
    "nc_rose": ("不合规上升", "nc_mom > 0"),
    "newly": ("新增不合规", "new_noncompliant = '是'"),
    "past_due": ("超整改期限", "past_due"),
    "past_exit": ("超计划退出", "past_exit"),
    "is_overdue": ("逾期整改", "is_overdue"),
    "inspected": ("已督察", "inspected_on IS NOT NULL"),
    "inspected_keyed": ("已督察重点对象", "inspected_on IS NOT NULL AND is_key"),
    "mended_doubted": ("已完成整改有未结严重问题", "grave_faults > 0 AND rectify_status = '已完成整改'"),
    "done_doubted": ("已整改或交接有未结严重问题", f"grave_faults > 0 AND {DONE}"),
    "examined": ("已验收", "acceptance IS NOT NULL"),
    "passed": ("验收合格", "acceptance = '验收合格'"),
    "struck_off": ("已销号", "is_closed = '是'"),
}
SUMS: Mapping[str, tuple[str, str]] = {
    "people": ("涉及人数", "people_cnt"),
    "faults": ("督察问题（个）", "faults"),
    "open_faults": ("未结问题（个）", "open_faults"),
    "overdue_faults": ("超时限问题（个）", "overdue_faults"),
}
AMOUNTS: Mapping[str, tuple[str, str]] = {
    "stock": ("存量规模", "stock_scale"),
    "unpaid": ("逾期未兑付", "overdue_amt"),
    "scale_init": ("整改初始规模", "scale_init"),
    "scale_end": ("月末规模", "scale_end"),
    "nc_init": ("初始不合规规模", "nc_init"),
    "nc_end": ("月末不合规规模", "nc_end"),
}
ADDED = (*COUNTS, *SUMS, *AMOUNTS)
# which institution, and which of its records, where it is told of in several fields; 0 of all others
FIRM = {"firm": pa.Column("uint64"), "firm_place": pa.Column(int)}

ANSWER = pa.DataFrameSchema(
    {
        "territory": pa.Column(str),
        "territory_title": pa.Column(str, title=TERRITORY),
        "field": pa.Column(str),
        "field_title": pa.Column(str, title="领域"),
        "risk_level": pa.Column(str, pa.Check.isin(LEVELS), title="风险程度"),
        **FIRM,
        **{
            name: pa.Column(int, pa.Check.ge(0), title=f"{title}（家）")
            for name, (title, _) in COUNTS.items()
        },
        **{name: pa.Column(int, pa.Check.ge(0), title=title) for name, (title, _) in SUMS.items()},
        **{name: pa.Column(float, title=f"{title}（万元）") for name, (title, _) in AMOUNTS.items()},
    },
    coerce=True,
    strict=True,
)


FLAGS = " | ".join(
    f"CASE WHEN {test} THEN {1 << n} ELSE 0 END" for n, (_, test) in enumerate(COUNTS.values())
)
PARTS = ", ".join(f"sum({column}) AS {name}" for name, (_, column) in {**SUMS, **AMOUNTS}.items())
ALIKE = ledger_cache.Worked(  # the institutions of the ledger that meet the same conditions, together
    "alike",
    f"""
    SELECT territory_code, field_code, risk_level, coalesce(firm, 0) AS firm,
           coalesce(firm_place, 0) AS firm_place, {FLAGS} AS flags, count(*) AS n, {PARTS}
    FROM {{rows}}
    GROUP BY ALL""",
    "territory_code",
    "field_code",
    ledger_cache.LEDGER,
)


def question(alike: str) -> str:
    """What is asked of a table of such institutions. What is blank or 未掌握 adds nothing."""
    counts = (
        f"coalesce(sum(e.n) FILTER (e.flags & {1 << n} <> 0), 0) AS {name}" for n, name in enumerate(COUNTS)
    )
    sums = (
        f"coalesce(sum(e.{name}), 0)::{'DOUBLE' if name in AMOUNTS else 'BIGINT'} AS {name}"
        for name in (*SUMS, *AMOUNTS)
    )
    return f"""
        SELECT u.unit AS territory, u.title AS territory_title, f.field, f.title AS field_title, e.risk_level,
               e.firm, e.firm_place, {", ".join([*counts, *sums])}
        FROM {alike} e
        JOIN unit u ON u.unit = e.territory_code
        JOIN field f ON f.field = e.field_code
        GROUP BY u.unit, u.title, u.position, f.field, f.title, f.position, e.risk_level, e.firm, e.firm_place
        ORDER BY u.position, f.position, e.risk_level, e.firm"""


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope, only: tuple[int, ...] = ()) -> pd.DataFrame:
    """One row for each cell and level that holds an institution, as of the day; rows of its own for an
    institution that is told of in several fields. Of `only` these records, where any are named.
    """
    if not only:
        with ledger_cache.reached(con, scope, ALIKE) as (rows, given):
            return query(con, ANSWER, question(rows), given)
    with ledger_cache.reached(con, scope) as (rows, given):
        some = f"(FROM {rows} WHERE entity IN ({', '.join('?' * len(only))}))"
        return query(con, ANSWER, question(f"({ALIKE.question.format(rows=some)})"), [*given, *only])


def once(rows: pd.DataFrame, *within: str) -> pd.DataFrame:
    """The rows of a count by cell, each institution once within each of `within`: as its first record says.

    What is no count of institutions stays as it is.
    """
    if "firm" not in rows or not rows["firm"].any():
        return rows
    first = rows.groupby([*within, "firm"], sort=False)["firm_place"].transform("min")
    return rows[(rows["firm"] == 0) | (rows["firm_place"] == first)]


def by(rows: pd.DataFrame, *names: str) -> pd.DataFrame:
    """The same counts and sums for coarser cells, in the order of the plan; each institution once in each."""
    return once(rows, *names).groupby(list(names), sort=False, as_index=False)[list(ADDED)].sum()
