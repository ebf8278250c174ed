"""How each institution goes on after the survey, by month: mended, rising again, banned, handed over."""

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass

from demo.entities import LATER, Entity
from demo.facts import CLOSE, MEND
from demo.filled import FilledRow
from demo.months import Month
from demo.names import INVENTED, chance
from schemas.plan import PLAN
from schemas.returns.ban import DESTINATIONS
from schemas.returns.rectification import PROGRESS

REBOUND, TURNED, LINGERS, CLEARED = 0.035, 0.05, 0.22, 0.09
ISSUED, APPROVED = PROGRESS.index("出具整改意见"), len(PROGRESS) - 1
SMALL, LEAP = (2, 16), 11.6  # 万元, and how many times as much one month tells
WHY_ROSE = "存量标的集中到期前续作一笔，已约谈并责令停止新增"
CLOSING = ("约谈、关停网站", "责令停止、行政处罚", "约谈、列入经营异常名录", "责令停止、移送公安")


@dataclass(frozen=True)
class Course:
    """The rows of one institution in the monthly sheets, by position of the month; a month may have none."""

    rectification: dict[int, FilledRow]
    ban: dict[int, FilledRow]


def course(entity: Entity, monthly: Sequence[Month], seed: int) -> Course:
    """The months of an institution, `monthly` in order; the same for the same institution and seed."""
    rng = chance(seed, "course", *entity.cast)
    if not monthly or entity.class_ not in {MEND, CLOSE}:
        return Course({}, {})
    last = len(monthly) - 1
    begins = min(rng.randrange(1, max(2, last)), last) if entity.first_listed == LATER else 0
    if entity.class_ == CLOSE:
        return Course({}, _banned(entity, monthly, begins, "摸底排查阶段确定", rng))
    turns = None
    if rng.random() < TURNED and begins + 1 < len(monthly):
        turns = rng.randrange(begins + 1, len(monthly))
    mending = _mended(entity, monthly, begins, turns, rng)
    after = {} if turns is None else _banned(entity, monthly, turns, "整改类机构转入", rng)
    return Course(mending, after)


def can_leap(told: Course, n: int) -> bool:
    """Whether an institution, small and in order, stands in a month and in those around it."""
    around = [told.rectification.get(month, {}) for month in (n - 1, n, n + 1)]
    return all(row.get("nc_end") == 0 and SMALL[0] < row["scale_end"] < SMALL[1] for row in around)


def leapt(told: Course, n: int) -> Course:
    """The same, but that in one month the scale is more than ten times as large."""
    rows = {month: dict(row) for month, row in told.rectification.items()}
    before, now, after = (rows[month] for month in (n - 1, n, n + 1))
    now["scale_end"] = round(before["scale_end"] * LEAP, 2)
    now["scale_ytd"] = round(now["scale_end"] - now["scale_init"], 2)
    now["scale_mom"] = round(now["scale_end"] - before["scale_end"], 2)
    after["scale_mom"] = round(after["scale_end"] - now["scale_end"], 2)
    return Course(rows, told.ban)


def _about(entity: Entity) -> FilledRow:
    return {k: entity.row[k] for k in ("entity_code", "field", "territory", "entity_name", "url_or_app")}


@dataclass(frozen=True)
class Dates:
    """The days set for an institution under 整改."""

    noticed: dt.date
    due: dt.date
    exits: dt.date


def _dates(monthly: Sequence[Month], begins: int, rng: random.Random) -> Dates:
    noticed = monthly[begins].ends_on + dt.timedelta(rng.randint(-12, 25))
    last = max(
        p.ends_on for p in PLAN.phases.values() if p.starts_on <= max(noticed, PLAN.campaign.starts_on)
    )
    days = (last - noticed).days
    exits = last - dt.timedelta(rng.randint(0, max(1, days // 3)))
    if rng.random() < REBOUND:
        exits = last + dt.timedelta(rng.randint(5, 40))
    return Dates(noticed, noticed + dt.timedelta(rng.randint(65, 125)), max(exits, noticed + dt.timedelta(5)))


def _mended(
    entity: Entity, monthly: Sequence[Month], begins: int, turns: int | None, rng: random.Random
) -> dict[int, FilledRow]:
    dates = _dates(monthly, begins, rng)
    stock, bad = float(entity.row["stock_scale"] or 0), float(entity.row["noncompliant_scale"] or 0)
    scale, wrong, rows = stock, bad, {}
    pace = rng.uniform(0.1, 0.35) if rng.random() < LINGERS else rng.uniform(0.5, 0.85)
    stopped = rng.random() < 0.08
    for n in range(begins, len(monthly) if turns is None else turns + 1):
        rises = n > begins and wrong > 0 and rng.random() < REBOUND
        factor = rng.uniform(1.03, 1.25) if rises else 1 - pace * rng.uniform(0.5, 1.3)
        after = round(wrong * factor, 2) if wrong * factor >= CLEARED * bad else 0.0
        stands = _stage(dates, monthly[n].ends_on, n - begins, rng)
        done = after == 0 and stands == APPROVED and n != turns
        moved = max(round(scale + (after - wrong) - (0 if rises else stock * rng.uniform(0, 0.05)), 2), after)
        rows[n] = {
            **_about(entity),
            **_standing(entity, dates, stands),
            "scale_init": stock,
            "nc_init": bad,
            "nc_end": after,
            "scale_end": moved,
            "scale_mom": round(moved - scale, 2),
            "scale_ytd": round(moved - stock, 2),
            "nc_mom": round(after - wrong, 2),
            "nc_ytd": round(after - bad, 2),
            "new_noncompliant": "是" if rises else "否",
            "remark": WHY_ROSE if rises else None,
            "op_status": "停业" if stopped and n - begins > 1 else "正常运营",
            "rectify_status": "转入取缔类" if n == turns else "已完成整改" if done else "正在整改",
            "risk_level": "低" if done else entity.row["risk_level"],
        }
        scale, wrong = moved, after
    return rows


def _stage(dates: Dates, month_end: dt.date, age: int, rng: random.Random) -> int:
    """How far the work has come: before the notice it cannot pass the inspection on the spot."""
    if month_end < dates.noticed:
        return rng.choice((1, 2)) if age else 1
    since = (month_end - dates.noticed).days
    return min(ISSUED + since // 22, APPROVED)


def _standing(entity: Entity, dates: Dates, stage: int) -> FilledRow:
    lead = PLAN.leads_of(entity.field)
    noticed = stage >= ISSUED
    number = entity.row["entity_code"] or entity.name[-8:-4]
    return {
        "found_when": "摸底排查阶段结束后新纳入" if entity.first_listed == LATER else "摸底排查阶段确定",
        "lead_unit": PLAN.units[lead[0]].title if lead else None,
        "supervise_unit": f"{PLAN.units[entity.territory].title}整治办",
        "progress": PROGRESS[stage],
        "notice_no": f"{INVENTED}整改〔{dates.noticed.year}〕{number}号" if noticed else None,
        "notice_date": dates.noticed if noticed else None,
        "rectify_due": dates.due if noticed else None,
        "exit_plan_date": dates.exits,
        "measures": "约谈、限期整改" if noticed else None,
        "risk_desc": entity.row["risk_desc"],
    }


def _banned(
    entity: Entity, monthly: Sequence[Month], begins: int, how: str, rng: random.Random
) -> dict[int, FilledRow]:
    position = begins + rng.choice((1, 1, 2, 2, 3, 99))
    handed = monthly[position].ends_on - dt.timedelta(rng.randint(1, 24)) if position < len(monthly) else None
    illegal = entity.row["suspect_illegal_fund"] == "是"
    where = DESTINATIONS[0] if illegal else rng.choice(DESTINATIONS[1:])
    same = {**_about(entity), "found_when": how, "measures": rng.choice(CLOSING), "ban_dest": where}
    rows = {}
    for n in range(begins, len(monthly)):
        over = handed is not None and n >= position
        rows[n] = {
            **same,
            "handed_over": "是" if over else "否",
            "handover_date": handed if over else None,
            "remark": None if over else "正在办理移送手续",
        }
    return rows
