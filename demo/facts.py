"""What a survey asks of an invented institution: who it is, where, how large, and how it was judged."""

import datetime as dt
import random
from typing import Any

from demo.names import ELSEWHERE, credit_code, organisation_code, person, phone, registrar_of, registration_no
from schemas.plan import PLAN
from schemas.survey import SOURCES

FINE, MEND, CLOSE, OPEN = "合规类", "整改类", "取缔类", "待定"
RISKS = {FINE: (2, 14, 84), MEND: (14, 56, 30), CLOSE: (62, 32, 6)}
SIZE = {
    "survey_p2p": 900,
    "survey_asset": 700,
    "survey_payment": 450,
    "survey_crowdfunding": 300,
    "survey_insurance": 160,
    "survey_advert": 60,
}
SIGHTS = (
    "承诺高额固定回报，资金去向不明，投资人以老年人居多",
    "规模增长较快，期限错配，配合检查程度一般",
    "线下门店公开宣传，涉及人数较多，已有投诉反映",
)


def identity(territory: str, rng: random.Random) -> dict[str, Any]:
    area = rng.choice(ELSEWHERE) if rng.random() < 0.025 else registrar_of(territory)
    kind = rng.choices(("统一代码", "注册号", "组织机构代码", "无证未登记"), (78, 13, 3, 6))[0]
    numbers = {
        "统一代码": credit_code(area, rng),
        "注册号": registration_no(area, rng),
        "组织机构代码": organisation_code(rng),
    }
    founded = dt.date(2006, 1, 1) + dt.timedelta(int(3_600 * rng.betavariate(3, 1.3)))
    return {
        "id_no": numbers.get(kind),
        "id_type": kind,
        "legal_rep": person(rng),
        "est_date": founded,
        "actual_controller": person(rng) if rng.random() < 0.4 else None,
        "contact_phone": phone(rng),
        "biz_start": founded + dt.timedelta(rng.randint(10, 200)),
    }


def place(territory: str, rng: random.Random) -> dict[str, Any]:
    title = PLAN.units[territory].title
    there = f"{title}示例路{rng.randint(1, 199)}号"
    online = rng.random() < 0.55
    return {
        "reg_address": there,
        "biz_address": there if rng.random() < 0.8 else f"{title}示例街{rng.randint(1, 99)}号",
        "url_or_app": f"www.shili{rng.randint(0, 999_999):06d}.example" if online else None,
        "icp_no": _filing(rng) if online else None,
        "source": rng.choices(
            (SOURCES[0], "牵头部门排查", "群众举报", "部门移送", "舆情监测"), (70, 12, 8, 6, 4)
        )[0],
    }


def _filing(rng: random.Random) -> str:
    return f"新ICP备{rng.randint(12_000_000, 16_009_999)}号" if rng.random() < 0.7 else "未备案"


def business(kind: str, rng: random.Random) -> dict[str, Any]:
    capital = float(rng.choice((50, 100, 100, 200, 300, 500, 500, 1000, 1000, 2000, 3000, 5000)))
    licensed = kind in {"保险机构", "保险中介", "支付机构", "小额贷款公司", "担保公司", "典当行"}
    return {
        "reg_capital": capital,
        "paid_capital": round(capital * rng.choice((0.2, 0.5, 1, 1)), 2),
        "biz_scope": f"{kind}相关业务；信息咨询；法律法规禁止的除外",
        "biz_model": f"以{kind}名义开展线上线下业务",
        "has_license": "是" if licensed else "否",
        "license_no": f"示例许可证{rng.randint(1000, 9999)}号" if licensed else None,
        "staff_cnt": 2 + int(rng.expovariate(1 / 14)),
        "branch_cnt": rng.choice((0, 0, 0, 0, 1, 1, 2, 3)),
    }


def amounts(return_: str, class_: str, rng: random.Random) -> dict[str, Any]:
    """Skewed amounts in 万元; an advertiser's are often not known, and then stay empty."""
    if return_ == "survey_advert" and class_ != MEND and rng.random() < 0.5:
        return {"stock_scale": None, "noncompliant_scale": None, "people_cnt": None, "overdue_amt": None}
    stock = round(min(SIZE.get(return_, 200) * rng.lognormvariate(0, 1.1), 60_000), 2)
    share = {FINE: 0.0, MEND: rng.uniform(0.12, 0.8), CLOSE: rng.uniform(0.6, 1)}[class_]
    people = 1 + int(stock / rng.uniform(3, 14))
    trouble = class_ != FINE and rng.random() < (0.55 if class_ == CLOSE else 0.2)
    return {
        "stock_scale": stock,
        "noncompliant_scale": round(stock * share, 2),
        "people_cnt": people,
        "people_local": int(people * rng.uniform(0.4, 1)),
        "overdue_amt": round(stock * rng.uniform(0.02, 0.35), 2) if trouble else 0.0,
    }


def verdict(class_: str, rng: random.Random) -> dict[str, Any]:
    risk = rng.choices(("高", "中", "低"), RISKS[class_])[0]
    bad = class_ == CLOSE and rng.random() < 0.4
    return {
        "disp_class": class_,
        "risk_level": risk,
        "risk_desc": rng.choice(SIGHTS) if risk != "低" else None,
        "is_key": "重点对象" if class_ != FINE or risk == "高" else "非重点对象",
        "severity": {FINE: None, MEND: rng.choice(("轻微", "一般", "一般")), CLOSE: "严重"}[class_],
        "harm": {"高": "高", "中": "中", "低": "低"}[risk] if class_ != FINE else None,
        "suspect_illegal_fund": "是" if bad else "待查" if class_ == CLOSE else "否",
        "stability_flag": rng.choice(("个访", "苗头", "群访", "无")) if bad else "无",
    }
