"""The figures that no card shows, once more by other means: what one field asks, households, own parts."""

import datetime as dt
from collections import Counter, defaultdict

from tests import raw, recount
from tests.raw import Raw

Place = tuple[str, str, str]


def particular(sent: Raw, day: dt.date) -> dict[Place, dict[str, float]]:
    """Of each territory, field and risk level what the surveys of payment and advertisements say."""
    rows = raw.each(raw.listed(sent, day, "survey"))
    levels = {
        (r.field, r.territory, r.entity_name): r.risk_level
        for r in recount.ledger(sent, day).itertuples(index=False)
    }
    found: dict[Place, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for key, row in rows.items():
        if key[0] in "EF" and key in levels:
            mine = found[key[1], key[0], levels[key]]
            for name, count in (payment if key[0] == "E" else advert)(row).items():
                mine[name] += count
    return found


def payment(row: raw.Row) -> dict[str, float]:
    without = row.get("是否持证") == "否" or row["机构类型"] == "无证支付机构"
    return {"payers": 1, "unlicensed": without}


def advert(row: raw.Row) -> dict[str, float]:
    fine = row.get("罚没金额", 0)
    return {
        "advertisers": 1, "monitored": row.get("监测条次", 0), "illegal": row.get("涉嫌违法条次", 0),
        "talks": row.get("约谈人次", 0), "halted": "责令停止日期" in row, "fined": fine > 0, "fine": fine,
    }  # fmt: skip


def checked(sent: Raw, day: dt.date) -> dict[tuple[str, str], int]:
    """The households of each territory's survey by field: as the cover says, else the institutions listed."""
    surveys = [s for s in sent.sheets if s.return_ == "survey" and s.unit in raw.territories()]
    last = {(s.unit, s.field): s for s in surveys if s.when.date() <= day}
    return {
        cell: int(s.checked) if str(s.checked or "").isdigit() else len(s.rows) for cell, s in last.items()
    }


def work(sent: Raw, day: dt.date) -> Counter[tuple]:
    """Each matter that a unit told of, once, as it was told last: unit, kind, place, and what is counted."""
    told = {}
    for sheet in sent.work:
        if sheet.when.date() <= day:
            told |= {(sheet.unit, sheet.obligation, row[raw.MATTER]): (sheet.unit, row) for row in sheet.rows}
    found: Counter[tuple] = Counter()
    for unit, row in told.values():
        place = (unit, row["事项类别"], row.get("所属县市(园区)", ""), row.get("所属领域", ""))
        found[(*place, "told")] += 1
        found[(*place, "settled")] += row["办理状态"] == "已办结"
        found[(*place, "recovered")] += row.get("追赃挽损金额", 0)
        found[(*place, "repaid")] += row.get("已兑付金额", 0)
    return found
