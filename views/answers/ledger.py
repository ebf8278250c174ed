"""The ledger, sought through: facets that narrow it, how many they hit, and the rows themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb
import pandas as pd
import pandera.pandas as pa

from schemas.characters import closed
from schemas.plan import PLAN
from schemas.said import TERRITORY
from schemas.survey import CLASSES, RISK_LEVELS
from views import RowOrder, Scope, query
from views.answers import ledger_cache

STAGES = (
    "未分类处置",
    "合规",
    "正在整改",
    "已完成整改",
    "转入取缔类",
    "取缔未交接",
    "已交接",
    "验收合格",
    "已销号",
)
ALERTS: Mapping[str, str] = {
    "逾期整改": "is_overdue",
    "未交接": "is_unhanded",
    "反弹": "rose",
    "涉嫌非法集资": "suspect = '是'",
    "涉稳": "unrest <> '无'",
    "重点对象": "is_key",
    "有未结督察问题": "open_faults > 0",
    **({"有未办结登记事项": "open_entries > 0"} if PLAN.steps else {}),
    "整改处置台账": "(is_closing OR coalesce(rectify_status IN ('正在整改', '已完成整改'), false))",
}
OPTIONS: Mapping[str, tuple[str, ...]] = {
    "territory": tuple(PLAN.units[u].title for u in PLAN.units_as("territory")),
    "field": tuple(f.title for f in PLAN.fields.values()),
    "risk_level": (*RISK_LEVELS, "未评"),
    "disp_class": CLASSES,
    "stage": STAGES,
    "alerts": tuple(ALERTS),
}
TITLES = {
    "territory": TERRITORY,
    "field": "领域",
    "risk_level": "风险程度",
    "disp_class": "分类",
    "stage": "处置状态",
    "alerts": "警示",
    "least": "存量规模≥",
    "words": "名称含",
}

ANSWER = pa.DataFrameSchema(
    {
        "entity": pa.Column("uint64"),
        "entity_code": pa.Column(str, nullable=True, title="编号"),
        "entity_name": pa.Column(str, title="机构名称"),
        "territory": pa.Column(str, title=TERRITORY),
        "field": pa.Column(str, title="领域"),
        "risk_level": pa.Column(str, title="风险程度"),
        "disp_class": pa.Column(str, title="分类"),
        "stage": pa.Column(str, pa.Check.isin(STAGES), title="处置状态"),
        "stock_scale": pa.Column(float, nullable=True, title="存量（万元）"),
        "nc_scale": pa.Column(float, nullable=True, title="不合规规模（万元）"),
        "people_cnt": pa.Column("Int64", nullable=True, title="人数"),
        "overdue_amt": pa.Column(float, nullable=True, title="逾期未兑付（万元）"),
        "progress": pa.Column(str, nullable=True, title="工作进展"),
        "rectify_due": pa.Column("datetime64[us]", nullable=True, title="整改期限"),
        "exit_plan_date": pa.Column("datetime64[us]", nullable=True, title="计划退出"),
        "ban_dest": pa.Column(str, nullable=True, title="处置去向"),
        "open_faults": pa.Column(int, title="未结问题"),
        "is_overdue": pa.Column(bool, title="逾期整改"),
        "is_unhanded": pa.Column(bool, title="未交接"),
        "rose": pa.Column(bool, title="反弹"),
        "suspect": pa.Column(str, title="涉嫌非法集资"),
        "unrest": pa.Column(str, title="涉稳"),
        "is_key": pa.Column(bool, title="重点对象"),
        "risk_desc": pa.Column(str, nullable=True, title="风险表现"),
        "id_no": pa.Column(str, nullable=True, title="证照号码"),
        "entity_type": pa.Column(str, nullable=True, title="机构类型"),
        "source": pa.Column(str, nullable=True, title="来源"),
        **({"open_entries": pa.Column(int, title="未办结登记事项")} if PLAN.steps else {}),
        # the same for rows of one institution of which several records are told; 0 for all others
        "firm": pa.Column("uint64"),
    },
    coerce=True,
    strict=True,
)
BASES = ("mending", "closing", "recorded", "ledger")
COLUMNS = ", ".join("coalesce(firm, 0) AS firm" if name == "firm" else name for name in ANSWER.columns)
GRAVITY = "array_position(['高', '中', '低', '未评'], risk_level)"
PLACES = ("territory", "field")  # the facets by which records are told apart; the others, what they say
CONDITIONS = ("risk_level", "disp_class", "stage", "alerts", "least", "words")
FIRST = f"{GRAVITY}, stock_scale DESC NULLS LAST, entity_name"
ORDERS: Mapping[str, RowOrder] = {
    "gravity": RowOrder("风险由高到低"),
    "stock": RowOrder("存量由大到小", "stock_scale", falls=True),
    "people": RowOrder("人数由多到少", "people_cnt", falls=True),
    "unpaid": RowOrder("逾期未兑付在前", "overdue_amt", falls=True),
    "mend": RowOrder("整改期限由早到晚", "rectify_due"),
    "code": RowOrder("编号由小到大", "entity_code"),
}


@dataclass(frozen=True)
class Facets:
    """What narrows the ledger: any of the options within a facet, every facet at once."""

    territory: tuple[str, ...] = ()
    field: tuple[str, ...] = ()
    risk_level: tuple[str, ...] = ()
    disp_class: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()
    alerts: tuple[str, ...] = ()
    least: float = 0.0  # 万元 of 存量规模
    words: str = ""  # part of a name, number or code
    joined: bool = False  # whether every alert is asked for at once, and not any of them

    def set(self) -> dict[str, object]:
        """The facets in use."""
        return {name: value for name, value in vars(self).items() if value and name != "joined"}

    def without(self, name: str) -> "Facets":
        return replace(self, **{name: type(getattr(self, name))()})

    def in_words(self) -> str:
        """In words, as printed in an exported file."""
        parts = []
        for name, value in self.set().items():
            words = (
                ("且" if name == "alerts" and self.joined else "或").join(value)
                if isinstance(value, tuple)
                else f"{value:g}万元"
                if name == "least"
                else str(value)
            )
            parts.append(f"{TITLES[name]}：{words}")
        return "；".join(parts) or "全部机构"


EVERYTHING = Facets()


@dataclass(frozen=True)
class Hits:
    """How many institutions the facets leave, and what they amount to; each counted once."""

    count: int
    of: int
    stock: float  # 万元
    people: int
    unknown_stock: int  # how many of them add nothing to the sum before, being 未掌握
    unknown_people: int


def fetch(
    con: duckdb.DuckDBPyConnection,
    scope: Scope,
    facets: Facets = EVERYTHING,
    most: int | None = None,
    order: str = "gravity",
) -> pd.DataFrame:
    """The institutions that the facets leave, in one of ORDERS; `most` of them, or all."""
    where, given = _where(facets, (*PLACES, *CONDITIONS))
    cut = f"LIMIT {most:d}" if most else ""
    with ledger_cache.reached(con, scope) as (rows, whose):
        asked = f"SELECT {COLUMNS} FROM {rows} WHERE {where} ORDER BY {_in(ORDERS[order])}{FIRST} {cut}"
        return query(con, ANSWER, asked, [*whose, *given])


def standing(con: duckdb.DuckDBPyConnection, scope: Scope, entity: str) -> str:
    """The record that stands for another in its field since both were merged; any other stands for itself."""
    asked = "SELECT standing FROM counted_as(?) WHERE record = try_cast(? AS UBIGINT)"
    row = con.execute(asked, [scope.as_of, entity]).fetchone()
    return str(row[0]) if row else entity


def is_unknown(figure: str) -> str:
    """The condition that a figure is told as 未掌握 by the survey, and by nothing that came after it."""
    return f"({figure} IS NULL AND list_contains(string_split(unknown, '、'), '{figure}'))"


def hits(con: duckdb.DuckDBPyConnection, scope: Scope, facets: Facets = EVERYTHING) -> Hits:
    """An institution with rows in several of the fields that are looked at is what its first record says."""
    (place, at), (where, given) = _where(facets, PLACES), _where(facets, CONDITIONS)
    figures = "stock_scale, people_cnt, unknown"
    with ledger_cache.reached(con, scope) as (rows, whose):
        row = con.execute(
            f"""
            WITH held AS NOT MATERIALIZED (FROM {rows}),
            line AS (
                SELECT {place} AND {where} AS is_hit, true AS is_first, {figures}
                FROM held WHERE firm IS NULL
                UNION ALL
                SELECT {place} AND {where}
                           AND row_number() OVER (PARTITION BY firm, {place} ORDER BY firm_place) = 1,
                       row_number() OVER (PARTITION BY firm ORDER BY firm_place) = 1, {figures}
                FROM held WHERE firm IS NOT NULL
            )
            SELECT count(*) FILTER (is_hit), count(*) FILTER (is_first),
                   coalesce(sum(stock_scale) FILTER (is_hit), 0)::DOUBLE,
                   coalesce(sum(people_cnt) FILTER (is_hit), 0)::BIGINT,
                   count(*) FILTER (is_hit AND {is_unknown("stock_scale")}),
                   count(*) FILTER (is_hit AND {is_unknown("people_cnt")})
            FROM line""",
            [*whose, *at, *given, *at, *given, *at],
        ).fetchone()
    return Hits(*(row or (0, 0, 0.0, 0, 0, 0)))


def hiding(con: duckdb.DuckDBPyConnection, scope: Scope, facets: Facets) -> list[tuple[str, int]]:
    """Each facet in use with how many institutions would be hit without it, the most hiding first."""
    counts = [(name, hits(con, scope, facets.without(name)).count) for name in facets.set()]
    return sorted(counts, key=lambda pair: -pair[1])


def _in(order: RowOrder) -> str:
    """What rows are ordered by before all else, as SQL; '' where that is the answer's own order."""
    return f"{order.column} {'DESC' if order.falls else 'ASC'} NULLS LAST, " if order.column else ""


def _where(facets: Facets, names: Sequence[str]) -> tuple[str, list[object]]:
    """The facets of these names as a condition, and the values for its places."""
    conditions: list[str] = ["true"]
    given: list[object] = []
    for name in names:
        chosen = facets.set().get(name)
        if isinstance(chosen, tuple) and name != "alerts":
            conditions.append(f"{name} IN ({', '.join('?' * len(chosen))})")
            given += chosen
    if "alerts" in names and facets.alerts:
        joined = " AND " if facets.joined else " OR "
        conditions.append(f"({joined.join(ALERTS[alert] for alert in facets.alerts)})")
    if "least" in names and facets.least:
        conditions.append("stock_scale >= ?")
        given.append(facets.least)
    if "words" in names and facets.words:
        kept = "concat_ws('|', entity_name, entity_code, id_no)"
        conditions.append(f"contains(upper(replace({kept}, ' ', '')), ?)")
        given.append(closed(facets.words).upper())
    return " AND ".join(conditions), given
