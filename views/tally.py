"""The ledger counted by territory, field and risk level: what every measure of progress and risk is made of."""

import duckdb
import pandas as pd
import pandera.pandas as pa

from views import Scope, ask

COUNTS = {
    "found": "排查机构", "keyed": "重点对象", "compliant": "合规类", "to_mend": "整改类", "to_close": "取缔类",
    "undecided": "待定", "suspect": "涉嫌非法集资", "unrest": "涉稳", "people": "涉及人数", "unknown": "人数不掌握",
    "mending_all": "整改台账", "mending": "正在整改", "mended": "已完成整改", "turned": "转入取缔类", "begun": "已开始检查",
    "visited": "完成现场检查", "noticed": "出具整改意见", "planned": "提交整改计划", "approved": "整改计划获批",
    "closing": "取缔台账", "handed": "已交接", "active": "在营非合规", "scale_rose": "存量上升", "nc_rose": "不合规上升",
    "newly": "新增不合规", "past_due": "超整改期限", "past_exit": "超计划退出", "is_overdue": "逾期整改",
    "inspected": "已督察", "inspected_keyed": "已督察重点对象", "faults": "督察问题", "open_faults": "未结问题",
    "overdue_faults": "超时限问题", "examined": "已验收", "passed": "验收合格", "struck_off": "已销号",
}  # fmt: skip
AMOUNTS = {
    "stock": "存量规模", "unpaid": "逾期未兑付", "scale_init": "整改初始规模", "scale_end": "月末规模",
    "nc_init": "初始不合规规模", "nc_end": "月末不合规规模",
}  # fmt: skip
LEVELS = ("高", "中", "低", "未评")

ANSWER = pa.DataFrameSchema(
    {
        "territory": pa.Column(str),
        "territory_title": pa.Column(str, title="县市（园区）"),
        "field": pa.Column(str),
        "field_title": pa.Column(str, title="领域"),
        "risk_level": pa.Column(str, pa.Check.isin(LEVELS), title="风险程度"),
        **{name: pa.Column(int, pa.Check.ge(0), title=f"{title}（家）") for name, title in COUNTS.items()},
        **{name: pa.Column(float, title=f"{title}（万元）") for name, title in AMOUNTS.items()},
    },
    coerce=True,
    strict=True,
)


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """One row for each cell and level that holds an institution, as of the day; a sum of no rows is none."""
    sums = ", ".join(f"coalesce({name}, 0) AS {name}" for name in (*COUNTS, *AMOUNTS))
    return ask(con, ANSWER, f"SELECT * REPLACE ({sums}) FROM tally(?)", [scope.as_of])


def by(rows: pd.DataFrame, *names: str) -> pd.DataFrame:
    """The same counts and sums for coarser cells, in the order of the plan."""
    return rows.groupby(list(names), sort=False, as_index=False)[[*COUNTS, *AMOUNTS]].sum()
