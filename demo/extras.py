"""What a field asks for besides the core columns, filled in from the declaration of its survey return."""

import random
from collections.abc import Callable, Mapping
from typing import Any

import pandera.pandas as pa

from demo.filled import FilledRow
from demo.names import INVENTED
from schemas.columns import allowed
from schemas.returns import RETURNS

WORDS = {
    "custody_bank": "示例银行",
    "reserve_bank": "示例银行",
    "partner_insurer": "示例财产保险公司",
    "product_name": "示例意外险",
    "products": "示例稳盈系列3个",
    "underlying": "企业借款",
    "fund_use": "本地商贸企业周转",
    "fund_filing_no": "示例备案0001",
    "payment_license_no": "示例支付许可0001",
}
LOW = {"expected_yield": (5, 13), "avg_rate": (8, 24)}  # usual range of a rate in %, seldom passed
RARELY = 0.04


def extras(return_: str, row: Mapping[str, Any], rng: random.Random) -> FilledRow:
    """The columns that only this return has, and 违法违规情形, which has its own options in each."""
    columns = RETURNS[return_].columns
    own = {name: _guess(name, column, row, rng) for name, column in columns.items() if name not in row}
    own["violations"] = _violations(columns["violations"], row, rng)
    agree = CONSISTENT.get(return_)
    return {**own, **agree({**row, **own}, rng)} if agree else own


def _violations(column: pa.Column, row: Mapping[str, Any], rng: random.Random) -> str | None:
    if row["severity"] is None:
        return None
    options = allowed(column)
    picked = set(rng.sample(options, min(len(options), 1 + (rng.random() < 0.45))))
    return "、".join(o for o in options if o in picked)


def _guess(name: str, column: pa.Column, row: Mapping[str, Any], rng: random.Random) -> Any:
    """A believable value by the kind of the column; blank where none is known."""
    kind = (column.metadata or {})["kind"]
    if kind == "text":
        return WORDS.get(name) if rng.random() < 0.6 else None
    if kind in {"choice", "choices"}:
        return _option(allowed(column), row, rng)
    if kind == "number":
        low, high = LOW.get(name, (1, 20))
        return round(rng.uniform(low, high) * (3 if rng.random() < RARELY / 2 and name in LOW else 1) % 59, 1)
    if kind == "money":
        return round((row["stock_scale"] or 0) * rng.uniform(0.05, 0.9), 2) if row["stock_scale"] else None
    return rng.randint(0, 40) if kind == "whole" and rng.random() < 0.8 else None


def _option(options: list[str], row: Mapping[str, Any], rng: random.Random) -> str:
    if set(options) == {"是", "否"}:
        return "是" if row["severity"] and rng.random() < 0.25 else "否"
    return rng.choice(options)


def _p2p(row: FilledRow, rng: random.Random) -> FilledRow:
    """Balances and heads that add up to the stock and the people."""
    stock, people = row["stock_scale"], row["people_cnt"]
    natural, borrowers = round(stock * rng.uniform(0.4, 0.9), 2), 1 + people // 5
    lenders = int(people * rng.uniform(0.85, 1))
    return {
        "loan_bal_np": natural,
        "loan_bal_le": round(stock - natural, 2),
        "loan_bal_tot": stock,
        "borrowers_np": borrowers,
        "borrowers_le": borrowers // 4,
        "borrowers_tot": borrowers + borrowers // 4,
        "lenders_np": lenders,
        "lenders_le": people - lenders,
        "lenders_tot": people,
        "outstanding": stock,
        "cum_volume": round(stock * rng.uniform(1.5, 9), 2),
        "max_single": round(stock * rng.uniform(0.01, 0.08), 2),
    }


def _payment(row: FilledRow, rng: random.Random) -> FilledRow:
    licensed = row["has_license"]
    return {
        "is_licensed": licensed,
        "payment_license_no": WORDS["payment_license_no"] if licensed == "是" else None,
        "unlicensed_kind": None if licensed == "是" else "无证经营银行卡收单核心业务",
        "channel_provider": None if licensed == "是" else f"{INVENTED}通道服务商",
        "merchant_cnt": rng.randint(20, 400),
        "terminal_cnt": rng.randint(400, 900),
    }


def _crowdfunding(row: FilledRow, rng: random.Random) -> FilledRow:
    return {
        "max_investors": rng.randint(201, 380) if rng.random() < RARELY else rng.randint(5, 190),
        "investor_cnt": row["people_cnt"],
        "raised_total": row["stock_scale"],
    }


MANY = 30  # advertisements against the law from which there is a fine


def _advert(row: FilledRow, rng: random.Random) -> FilledRow:
    seen = rng.randint(1, 60)
    bad = row["severity"] is not None
    illegal = rng.randint(1, seen) if bad else 0
    return {
        "monitored_cnt": seen,
        "illegal_cnt": illegal,
        "stopped_on": None,
        "ad_faults": row["violations"],
        "case_no": None,
        "fine": illegal / 10 if illegal > MANY else None,
        "license_revoked": "否",
        "talks_cnt": rng.randint(1, 3) if bad else 0,
    }


CONSISTENT: Mapping[str, Callable[[FilledRow, random.Random], FilledRow]] = {
    "survey_p2p": _p2p,
    "survey_payment": _payment,
    "survey_crowdfunding": _crowdfunding,
    "survey_advert": _advert,
}
