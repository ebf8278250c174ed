"""The rows of the demonstration's papers: slips, briefs, bulletins, meetings, inspections, acceptances."""

import datetime as dt
import random
from collections.abc import Sequence

from demo.entities import Entity
from demo.facts import CLOSE, FINE
from demo.filled import FilledRow
from demo.names import INVENTED, chance, person, phone
from demo.post import workday_before
from schemas.plan import PLAN, Obligation, Phase
from schemas.returns.inspection import CHECKED

FINDINGS = (
    "整改台账登记不全，缺整改计划批复",
    "存量不合规业务余额与台账不一致",
    "仍在官网保留承诺收益的宣传",
    "移送材料没有接收单位签收",
)
NEWS = ("召开动员部署会", "开展联合现场检查", "约谈重点机构负责人", "组织风险提示宣传", "核查群众举报线索")
KINDS = {  # of a standing matter, those of which the demonstration tells; of any other 其他协助
    "site_disposal": ("网站处置", "APP处置"),
    "case_work": ("立案查处", "案件移送", "追赃挽损"),
    "registration_check": ("注册把关",),
    "trade_check": ("摸查取证",),
    "press_work": ("新闻宣传", "舆情引导"),
    "leads_received": ("线索受理",),
}
NEXT_STEP = 20  # days until the next step of a matter is due
CLOSED_AFTER = dt.timedelta(7)  # after it was mended
SHARE = {FINE: 0.05, CLOSE: 0.4}  # of a class, how many are inspected


def filing(owed: Obligation, unit: str, field: str, day: dt.date, rng: random.Random) -> FilledRow:
    about = PLAN.fields[field].title if field else PLAN.units[unit].title
    return {
        "doc_title": f"{INVENTED}:{about}{owed.title}",
        "doc_no": f"{INVENTED}发〔{day.year}〕{rng.randint(1, 199)}号",
        "field": PLAN.fields[field].title if field else None,
        "doc_date": day,
        "signer": person(rng),
        "attachment": f"{owed.title}.docx",
        "pages": rng.randint(2, 28),
    }


def roster(unit: str, day: dt.date, rng: random.Random) -> FilledRow:
    post = f"{PLAN.units[unit].title}工作人员"
    return {"person_name": person(rng), "post": post, "contact_phone": phone(rng), "named_on": day}


def work(owed: Obligation, nth: int, day: dt.date, rng: random.Random) -> FilledRow:
    """A row of the return `work_record`: what was done of a standing matter some days before."""
    kind, is_done = rng.choice(KINDS.get(owed.obligation, ("其他协助",))), rng.random() < 0.6
    recovered = rng.randint(10, 900) if kind == "追赃挽损" else None
    is_followed = not is_done and nth % 3 == 0
    return {
        "serial": f"{day:%m%d}-{nth:02d}",
        "kind": kind,
        "happened_on": workday_before(day - dt.timedelta(rng.randint(0, 9)), owed.opens),
        "whom": f"{INVENTED}机构{rng.randint(1, 90):02d}",
        "field": rng.choice(list(PLAN.fields.values())).title,
        "territory": PLAN.units[rng.choice(PLAN.units_as("territory"))].title,
        "url_or_app": f"示例平台{rng.randint(1, 90):02d}" if "处置" in kind else None,
        "what": f"{INVENTED}:{kind}",
        "state": "已办结" if is_done else "正在办理",
        "result": "已按规定办理完毕" if is_done else None,
        "next_step": "继续取证，提出处理意见" if is_followed else None,
        "next_due": day + dt.timedelta(NEXT_STEP) if is_followed else None,
        "recovered": recovered,
        "repaid": recovered and rng.randint(0, recovered),
    }


def brief(unit: str, nth: int, day: dt.date, phase: Phase, rng: random.Random) -> FilledRow:
    mine = [f for f in PLAN.fields if unit in PLAN.leads_of(f)]
    return {
        "serial": f"{list(PLAN.phases).index(phase.phase) + 1}-{nth:02d}",
        "headline": f"{INVENTED}:{phase.title}阶段{rng.choice(NEWS)}",
        "field": PLAN.fields[rng.choice(mine)].title if mine else None,
        "sent_on": day,
        "signer": person(rng),
    }


def bulletin(nth: int, day: dt.date, phase: Phase, rng: random.Random) -> FilledRow:
    return {
        "serial": f"第{nth}期",
        "headline": f"{INVENTED}:{phase.title}阶段工作进展",
        "issued_on": day,
        "signer": person(rng),
        "sent_to": "各成员单位",
        "copies": rng.randint(30, 60),
    }


def meeting(day: dt.date, phase: Phase, rng: random.Random) -> FilledRow:
    return {
        "held_on": day,
        "chair": "领导小组副组长",
        "attendees": rng.randint(14, 26),
        "topics": f"研究{phase.title}工作",
        "decisions": "由各牵头单位按时限落实",
        "minutes_no": f"{INVENTED}纪要{day:%m%d}号",
    }


def _about(entity: Entity) -> FilledRow:
    return {k: entity.row[k] for k in ("entity_code", "field", "territory", "entity_name")}


def inspections(entities: Sequence[Entity], owed: Obligation, day: dt.date, seed: int) -> list[FilledRow]:
    """Rows of the return `inspection`: what had been inspected by that day, and what became of it."""
    rows = []
    for entity in entities:
        rng = chance(seed, "inspection", *entity.cast)
        seen = workday_before(
            owed.opens + dt.timedelta(rng.randint(0, (owed.due - owed.opens).days)), owed.opens
        )
        if rng.random() < SHARE.get(entity.class_, 0.25) and seen <= day:
            rows.append({**_about(entity), "inspected_on": seen, **_inspected(seen, day, rng)})
    return rows


def _inspected(seen: dt.date, day: dt.date, rng: random.Random) -> FilledRow:
    checked = [c for c in CHECKED if rng.random() < 0.4] or [CHECKED[0]]
    if rng.random() < 0.62:
        return {"checked": "、".join(checked), "conclusion": "未发现问题"}
    mended = seen + dt.timedelta(rng.randint(3, 30))
    still, is_closed = rng.choice(("未整改", "正在整改")), mended + CLOSED_AFTER <= day
    result = still if mended > day else "已销号" if is_closed else "已整改"
    return {
        "checked": "、".join(checked),
        "conclusion": "发现问题",
        "finding": rng.choice(FINDINGS),
        "result": result,
        "finding_level": rng.choice(("轻微", "一般", "严重")),
        "mend_due": seen + dt.timedelta(rng.randint(5, 15)),
        "mended_on": mended if mended <= day else None,
    }


def acceptances(
    entities: Sequence[Entity], owed: Obligation, unit: str, day: dt.date, seed: int
) -> list[FilledRow]:
    """Rows of the return `acceptance`: who passed by that day, and who was struck off."""
    rows = []
    for entity in (e for e in entities if e.class_ != FINE):
        rng = chance(seed, "acceptance", *entity.cast)
        seen = min(workday_before(owed.opens + dt.timedelta(rng.randint(0, 24)), owed.opens), day)
        passed = rng.random() < (0.5 if entity.class_ == CLOSE else 0.8)
        closed = passed and rng.random() < 0.75
        failed = rng.choice(("继续整改", "转入取缔处置", "停业或失联"))
        rows.append(
            {
                **_about(entity),
                "accepted_on": seen,
                "result": "验收合格" if passed else failed,
                "reason": None if passed else "存量不合规业务没有清零",
                "is_closed": "是" if closed else "否",
                "applied_by": entity.row["territory"] if closed else None,
                "reviewed_by": PLAN.units[unit].title if closed else None,
                "closed_on": seen if closed else None,
            }
        )
    return rows
