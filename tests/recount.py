"""The answers of the read side once more, by other means: the raw workbooks and plain pandas, nothing of
ours.

    python -m tests.recount      writes tests/golden/tally-DAY.csv and tests/golden/league-DAY.csv

What an institution is, what stands on a day and what counts are said in raw.py and here, from domain.md
§9–§11.
"""

import datetime as dt
from collections import defaultdict
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from tests import raw, recompute, recount_findings, recount_units
from tests.raw import Key, Raw, Row, each, key, listed

DAYS = tuple(
    dt.date(2016, *day) for day in ((6, 30), (7, 11), (7, 20), (8, 31), (11, 18), (12, 10), (12, 31))
)  # fmt: skip
GOLDEN_DAYS = (dt.date(2016, 7, 20), dt.date(2016, 11, 18), dt.date(2016, 12, 31))
CELL = ["territory", "field"]
STAGES = {"begun": "正在检查", "visited": "完成现场检查", "noticed": "出具整改意见",
          "planned": "提交整改计划",
          "approved": "整改计划已获批准"}  # fmt: skip
PROGRESS = ("未检查", *STAGES.values())
UNKNOWN = {"未掌握", "不掌握", "不详"}  # as a clerk says that a number is not known
SENT_TO = {"to_fund_office": "转入处非机制", "to_securities": "列入打击非法证券活动机制",
           "to_police": "公安部门",
           "to_registry": "工商部门", "to_others": "其他"}  # fmt: skip
TALLIED = {
    **dict.fromkeys((*CELL, "risk_level"), str),
    **dict.fromkeys(("found", "keyed", "compliant", "to_mend", "to_close", "undecided", "suspect", "unrest",
                     "people",
                     "unknown_people", "unknown_stock", "unknown_unpaid",
                     "mending_all", "mending", "mended", "turned", *STAGES, "closing", "handed",
                     *SENT_TO,
                     "stopped", "lost",
                     "handling", "done",
                     "active",
                     "scale_rose", "nc_rose", "newly", "past_due", "past_exit", "is_overdue", "inspected",
                     "inspected_keyed", "mended_doubted", "done_doubted", "faults", "open_faults",
                     "overdue_faults", "examined", "passed",
                     "struck_off"), int),
    **dict.fromkeys(("stock", "unpaid", "scale_init", "scale_end", "nc_init", "nc_end"), float),
}  # fmt: skip


@cache
def ledger(sent: Raw, day: dt.date) -> pd.DataFrame:
    """Every institution that a survey, a list of rectification or one of bans standing on the day names."""
    surveyed, mending, banned, accepted = (
        each(listed(sent, day, name)) for name in raw.LISTS if name != "inspection"
    )
    firms, numbers = raw.joined(sent, day), raw.numbers(sent, day)
    stands = raw.standing_for({**surveyed, **mending, **banned}, firms)
    seen = defaultdict(list)
    for row in recount_findings.checks(sent, day):
        seen[stands.get(key(row), key(row))].append(row)
    told = []
    for k in (k for k, other in stands.items() if k == other):
        s, m, b = (rows.get(k, {}) for rows in (surveyed, mending, banned))
        known = institution(day, k, s, m, b, seen[k], accepted.get(k, {}))
        firm, place = firms.get(k, (0, 0))
        number = numbers.get(k, known["entity_code"])
        told.append(known | {"entity_code": number, "firm": firm, "place": place})
    return pd.DataFrame(told)


def institution(day: dt.date, k: Key, s: Row, m: Row, b: Row, seen: list[Row], a: Row) -> Row:
    """One row of the ledger out of its rows in survey, rectification, ban, inspection and acceptance."""
    known = {
        "field": k[0], "territory": k[1], "entity_name": k[2], "entity_code": {**b, **m, **s}.get("编号"),
        "risk_level": m.get("风险程度") or s.get("风险程度") or "未评",
        "disp_class": disposal(s, m, b),
        "is_key": not s or s["是否重点对象"] == "重点对象",
        "suspect": s.get("是否涉嫌非法集资") == "是", "unrest": s.get("是否涉稳(信访/群访)", "无") != "无",
        "stock_scale": m.get("月末机构存量规模", figure(s, "存量业务规模")),
        "people_cnt": figure(s, "涉及(投资)人数"), "overdue_amt": figure(s, "逾期/未兑付金额"),
        "unknown_people": s.get("涉及(投资)人数") in UNKNOWN,
        "unknown_stock": "月末机构存量规模" not in m and s.get("存量业务规模") in UNKNOWN,
        "unknown_unpaid": s.get("逾期/未兑付金额") in UNKNOWN, "id_no": s.get("统一社会信用代码/注册号"),
        "nc_scale": m.get("月末存量不合规业务规模", figure(s, "其中:不合规业务规模")),
        "progress": m.get("工作进展"), "op_status": m.get("机构经营状态"),
        "rectify_due": m.get("整改期限"), "exit_plan_date": m.get("存量不合规业务计划退出时间"),
        "ban_dest": b.get("处置去向"), "risk_desc": m.get("风险表现", s.get("风险表现")),
        "entity_type": s.get("机构类型"), "source": {**b, **m, **s}.get("来源"),
        "is_banned": bool(b), "handling": bool(b) or m.get("整改状态") in {"正在整改", "已完成整改"},
        "done": b.get("是否完成交接") == "是" if b else m.get("整改状态") == "已完成整改",
        "handed": b.get("是否完成交接") == "是",
        "is_unhanded": bool(b) and b["是否完成交接"] != "是",
        "passed": a.get("验收结果") == "验收合格", "struck_off": a.get("是否销号") == "是",
        "examined": bool(a),
    }  # fmt: skip
    known |= mended(day, m) | inspected(seen, is_key=known["is_key"])
    is_grave = any(row["is_grave"] for row in seen)
    known |= {"mended_doubted": known["mended"] and is_grave, "done_doubted": known["done"] and is_grave}
    is_running = m.get("机构经营状态", "正常运营") == "正常运营"
    is_settled = known["disp_class"] == "合规类" or m.get("整改状态") == "已完成整改" or known["handed"]
    return known | {"active": is_running and not is_settled, "stage": stage(known, m.get("整改状态"))}


def figure(row: Row, title: str) -> float | None:
    """A number; none where it is blank or not known."""
    return None if row.get(title) in UNKNOWN else row.get(title)


def disposal(s: Row, m: Row, b: Row) -> str:
    if b or m.get("整改状态") == "转入取缔类":
        return "取缔类"
    return "整改类" if m else s.get("分类", "待定")


def mended(day: dt.date, m: Row) -> Row:
    """What the list of rectification tells, of an institution that it lists."""
    status, progress = m.get("整改状态"), m.get("工作进展", "未检查")
    past_due = status == "正在整改" and m.get("整改期限", day) < day
    past_exit = m.get("存量不合规业务计划退出时间", day) < day and m.get("月末存量不合规业务规模", 0) > 0
    rose = {"scale_rose": m.get("当月存量规模变化", 0) > 0, "nc_rose": m.get("当月存量不合规业务变化", 0) > 0}
    newly = m.get("是否新增不合规业务") == "是"
    return rose | {
        "mending_all": bool(m), "mending": status == "正在整改", "mended": status == "已完成整改",
        "turned": status == "转入取缔类", "newly": newly, "rose": any(rose.values()) or newly,
        **{name: PROGRESS.index(progress) >= PROGRESS.index(words) for name, words in STAGES.items()},
        "scale_init": m.get("整改初始机构存量规模", 0), "nc_init": m.get("整改初始机构存量不合规业务规模", 0),
        "scale_end": m.get("月末机构存量规模", 0), "nc_end": m.get("月末存量不合规业务规模", 0),
        "past_due": past_due, "past_exit": past_exit, "is_overdue": past_due or past_exit,
    }  # fmt: skip


def inspected(seen: list[Row], *, is_key: bool) -> Row:
    return {
        "inspected": bool(seen), "inspected_keyed": bool(seen) and is_key,
        "faults": sum(row["is_fault"] for row in seen), "open_faults": sum(row["is_open"] for row in seen),
        "overdue_faults": sum(row["is_overdue"] for row in seen),
    }  # fmt: skip


def stage(known: Row, status: str | None) -> str:
    """How far an institution's case has come: the furthest of what is known of it."""
    steps = {"已销号": known["struck_off"], "验收合格": known["passed"], "已交接": known["handed"],
             "取缔未交接": known["is_banned"], status: status,
             "合规": known["disp_class"] == "合规类"}  # fmt: skip
    return next((str(words) for words, is_so in steps.items() if is_so), "未分类处置")


@cache
def tally(sent: Raw, day: dt.date) -> pd.DataFrame:
    """The ledger counted by territory, field and risk level."""
    rows = ledger(sent, day)
    if rows.empty:
        return pd.DataFrame(columns=list(TALLIED))
    classes = {"compliant": "合规类", "to_mend": "整改类", "to_close": "取缔类", "undecided": "待定"}
    more = rows.assign(
        found=1, keyed=rows["is_key"], people=rows["people_cnt"],
        stock=rows["stock_scale"], unpaid=rows["overdue_amt"], closing=rows["is_banned"],
        **{name: rows["disp_class"] == title for name, title in classes.items()},
        **{name: rows["ban_dest"] == title for name, title in SENT_TO.items()},
        stopped=rows["op_status"] == "停业", lost=rows["op_status"] == "失联",
    )  # fmt: skip
    numbers = list(more.select_dtypes(["number", "bool"]))
    return more.groupby([*CELL, "risk_level"])[numbers].sum().reset_index()


def month_told(due: str) -> dt.date:
    """The last day of the month before the one in which a monthly return is due."""
    return dt.date.fromisoformat(due).replace(day=1) - dt.timedelta(1)


def descent(sent: Raw, day: dt.date) -> pd.DataFrame:
    """Month by month every institution as the lists of that month tell of it, or the last before them."""
    sheets = [s for s in raw.in_force(sent, day) if s.return_ in {"rectification", "ban"}]
    surveyed, told = each(listed(sent, day, "survey")), []
    for month in sorted({month_told(raw.owed()[s.obligation]["due"]) for s in sheets}):
        last = {
            (s.unit, s.return_): s for s in sheets if month_told(raw.owed()[s.obligation]["due"]) <= month
        }
        mending, banned = (
            each([row for (_, r), s in last.items() if r == name for row in s.rows])
            for name in ("rectification", "ban")
        )
        stands = raw.standing_for({**surveyed, **mending, **banned}, raw.joined(sent, day))
        for k in (k for k, other in stands.items() if k == other):
            one = institution(day, k, surveyed.get(k, {}), mending.get(k, {}), banned.get(k, {}), [], {})
            told.append(
                one | {"tells_of": month, "firms": one["mending_all"], "unhanded": one["is_unhanded"]}
            )
    names = [
        "active",
        "firms",
        "mending",
        "mended",
        "unhanded",
        "handed",
        "scale_init",
        "scale_end",
        "nc_init",
        "nc_end",
    ]
    rows = pd.DataFrame(told, columns=["tells_of", *CELL, "risk_level", *names])
    summed = rows.groupby(["tells_of", *CELL, "risk_level"])[names].sum().reset_index()
    return summed[summed[names].any(axis="columns")]


def baseline(sent: Raw, day: dt.date) -> dict[tuple[str, str, str], int]:
    """How many institutions not 合规类 the surveys of each cell and risk level name."""
    found: dict[tuple[str, str, str], int] = defaultdict(int)
    rows = each(listed(sent, day, "survey"))
    stands = raw.standing_for(rows, raw.joined(sent, day))
    for k, row in ((k, row) for k, row in rows.items() if stands[k] == k):
        field, territory, _ = k
        found[territory, field, row.get("风险程度") or "未评"] += row.get("分类") != "合规类"
    return {cell: count for cell, count in found.items() if count}


def golden(name: str, day: dt.date) -> Path:
    return recompute.GOLDEN / f"{name}-{day}.csv"


def main() -> None:
    with TemporaryDirectory() as folder:
        recompute.write_clean(Path(folder))
        sent = raw.read_all(Path(folder))
    for day in GOLDEN_DAYS:
        for name, rows in (("tally", tally(sent, day)), ("league", recount_units.league(sent, None, day))):
            printed(name, rows).to_csv(golden(name, day), index=False, lineterminator="\n")


def printed(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """As kept in the golden answers: their columns and order, amounts to the 元, shares to four places."""
    columns = TALLIED if name == "tally" else recount_units.RANKED
    words = {c: [recount_units.in_words(value, kind) for value in rows[c]] for c, kind in columns.items()}
    return pd.DataFrame(words).sort_values(
        [c for c, kind in columns.items() if kind is str], ignore_index=True
    )


if __name__ == "__main__":
    main()
