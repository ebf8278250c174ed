"""Kinds of fault for the mutation test: for a clean row, a cell and what to put there so that one rule is
broken.

A fault is one cell. What a rule across cells needs besides is its `setting`: changes that keep the row clean
as long as the cell holds its `right` value, so that mending the listed cell, and nothing else, mends the
workbook.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from schemas.returns import RETURNS
from tests.build import IDS

NUMBERS = {"money", "number", "whole"}
NUMBERED = {
    "id_number": ("91652301MA775X1A14", "652301050001236", "12345", "9165230IMA775X1A13"),
    "phone": ("12", "1390000000", "电话见附件"),
}


@dataclass(frozen=True)
class Raw:
    """A cell that is no plain value: an error, or a formula that was never calculated."""

    kind: str  # 'error' | 'formula'
    words: str


@dataclass(frozen=True)
class Shown:
    """A number under a format of its own."""

    number: float
    code: str


@dataclass(frozen=True)
class Struck:
    """Words of which the first run is struck out."""

    gone: str
    left: str


@dataclass(frozen=True)
class Fault:
    """One cell to be spoiled; with `setting` the row is one of the model rows, else any clean row will do."""

    column: str
    rule: str
    wrong: Any
    setting: dict[str, Any] = field(default_factory=dict)
    right: Any = None  # what mends the cell, where it is not what stood there
    model: bool = False


def faults(code: str) -> list[Fault]:
    """Every fault that a return can have, of each column and of each rule."""
    columns = RETURNS[code].columns
    return [
        *(f for name, column in columns.items() for f in _of_column(name, column)),
        *(
            Fault(*case, model=True)
            for case in ACROSS.get("survey" if code.startswith("survey_") else code, ())
        ),
        *(Fault(*case, model=True) for case in (ACROSS.get(code, ()) if code.startswith("survey_") else ())),
    ]


def _of_column(name: str, column: Any) -> Iterator[Fault]:
    kind = column.metadata["kind"]
    yield Fault(name, "error_value", Raw("error", "#N/A"))
    yield Fault(name, "error_value", Raw("error", "#REF!"))
    yield Fault(name, "never_calculated", Raw("formula", "1+1"))
    if not column.nullable:
        yield from (Fault(name, "not_nullable", w) for w in (None, "—", "\u200e", Struck("示例", "\u200e")))
    if kind in {"text", "code"}:
        yield Fault(name, "digits_lost", 916523013134567890)
    yield from OF_KIND[kind](name) if kind in OF_KIND else ()
    for check in column.checks:
        yield from _of_check(name, kind, check)


def _of_day(name: str) -> Iterator[Fault]:
    yield from (Fault(name, "not_a_day", w) for w in ("2016年2月30日", "2016.13.1", "七月", "20160231"))
    yield from (Fault(name, "month_only", w) for w in ("2016.7", "2016年7月"))


def _of_number(name: str) -> Iterator[Fault]:
    yield from (Fault(name, "not_a_number", w) for w in ("很多", "五百", "500多元/人", "12..5", "1,23"))


def _of_money(name: str) -> Iterator[Fault]:
    yield from _of_number(name)
    yield from (
        Fault(name, "not_a_number", Shown(0.125, code)) for code in ("0.0%", '0.00"人"', "$#,##0.000")
    )


def _of_whole(name: str) -> Iterator[Fault]:
    yield from _of_number(name)
    yield from (Fault(name, "not_a_number", Shown(3, code)) for code in ('0"元"', '0"万元"', "0%"))
    yield Fault(name, "not_whole", 2.5)


def _of_choice(name: str) -> Iterator[Fault]:
    yield from (Fault(name, "isin", w) for w in ("中等偏上", "不详", 7777))


OF_KIND = {"day": _of_day, "money": _of_money, "number": _of_number, "whole": _of_whole, "choice": _of_choice}


def _of_check(name: str, kind: str, check: Any) -> Iterator[Fault]:
    facts = check.statistics or {}
    if check.name == "greater_than_or_equal_to":
        yield from (Fault(name, check.name, w) for w in ((-5, "-8") if kind in NUMBERS else ("1979-12-31",)))
    elif check.name == "less_than_or_equal_to":
        yield Fault(name, check.name, facts["max_value"] + 1)
    elif check.name == "str_length":
        yield Fault(name, check.name, "长" * (facts["max_value"] + 1))
        yield from [Fault(name, check.name, "甲")] if (facts["min_value"] or 0) > 1 else []
    elif check.name == "str_matches":
        yield Fault(name, check.name, "随便写的")
    elif check.name == "all_in":
        yield Fault(name, "all_in", f"{facts['allowed_values'][0]}、炒币")
    elif check.name in NUMBERED:
        yield from (Fault(name, check.name, w) for w in NUMBERED[check.name])


def of_place(return_: str, field_of_sheet: str, territory: str) -> list[Fault]:
    """Cells that name another field or territory than the sheet and its unit can have."""
    columns = RETURNS[return_].columns
    other = {"field": ("wrong_field", "股权众筹" if field_of_sheet != "股权众筹" else "互联网保险"),
             "territory": ("wrong_territory", "阜康市" if territory != "阜康市" else "昌吉市")}  # fmt: skip
    able = {"field": bool(field_of_sheet), "territory": bool(territory)}
    return [Fault(name, *said) for name, said in other.items() if name in columns and able[name]]


# column, rule, wrong value, the setting, the right value: on top of the model row of `build.GOOD`
ACROSS: dict[str, tuple[tuple[Any, ...], ...]] = {
    "survey": (
        ("noncompliant_scale", "X01", 600, {}, 100),
        ("noncompliant_scale", "X02", 20, {"disp_class": "合规类"}, 0),
        ("disp_class", "X06", "合规类", {"suspect_illegal_fund": "是", "noncompliant_scale": 0}, "待定"),
        ("risk_desc", "X07", "规模大", {"risk_level": "高", "is_key": "重点对象"},
         "规模较大且不配合整改工作"),
        ("risk_desc", "X07", None, {"risk_level": "高", "is_key": "重点对象"}, "规模较大且不配合整改工作"),
        ("severity", "R34", None, {"disp_class": "整改类", "violations": "FIRST"}, "一般"),
        ("violations", "R33", None, {"disp_class": "取缔类", "severity": "严重"}, "FIRST"),
        ("violations", "X02", "FIRST", {"disp_class": "合规类", "noncompliant_scale": 0}, None),
        ("people_local", "X21", 31, {}, 30),
        ("id_no", "R08", None, {}, None),
        ("icp_no", "R21", None, {"url_or_app": "www.example.cn"}, "未备案"),
        ("license_no", "R23", None, {"has_license": "是"}, "许可1号"),
    ),
    "survey_p2p": (
        ("loan_bal_tot", "X17", 501, {"loan_bal_np": 300, "loan_bal_le": 200}, 500),
        ("borrowers_tot", "X17", 5, {"borrowers_np": 3, "borrowers_le": 1}, 4),
        ("lenders_tot", "X17", 20, {"lenders_np": 29, "lenders_le": 1}, 30),
    ),
    "survey_payment": (
        ("channel_provider", "E01", None, {"is_licensed": "否"}, "某机构"),
        ("disp_class", "E02", "合规类",
         {"is_licensed": "否", "channel_provider": "某机构", "noncompliant_scale": 0}, "待定"),
    ),
    "survey_advert": (("illegal_cnt", "F01", 4, {"monitored_cnt": 3}, 3),),
    "rectification": (
        ("exit_plan_date", "X04", None, {}, None),
        ("notice_no", "R45", None, {}, None),
        ("notice_date", "R45", None, {}, None),
        ("rectify_due", "R46", "2016-07-22", {}, "2016-10-31"),
        ("nc_end", "X09", 0.005,
         {"rectify_status": "已完成整改", "progress": "整改计划已获批准", "nc_ytd": -100}, 0),
        ("progress", "X09", "提交整改计划", {"rectify_status": "已完成整改", "nc_end": 0, "nc_ytd": -100},
         "整改计划已获批准"),
        ("scale_ytd", "X10", -49, {}, -50),
        ("nc_ytd", "X10", -21, {}, -20),
    ),
    "ban": (
        ("ban_dest", "X03", None, {}, None),
        ("measures", "X03", None, {}, None),
        ("handover_date", "X08", None, {}, None),
        ("handover_date", "X08", "2016-08-28", {}, "2016-07-28"),
    ),
    "inspection": (
        ("finding", "I01", None, {}, None),
        ("finding_level", "I01", None, {}, None),
        ("result", "I01", None, {}, None),
        ("mend_due", "I02", "2016-11-14", {}, "2016-11-25"),
        ("mended_on", "I03", None, {"result": "已整改"}, "2016-11-20"),
        ("inspected_on", "I04", "2016-11-28", {"mend_due": "2016-12-30"}, "2016-11-15"),
    ),
    "acceptance": (
        ("reason", "V01", None, {"result": "转入取缔处置", "is_closed": "否", "closed_on": None}, "仍在违规"),
        ("applied_by", "V02", None, {}, None),
        ("closed_on", "V02", None, {}, None),
        ("is_closed", "V03", "是", {"result": "转入取缔处置", "reason": "仍在违规"}, "否"),
        ("reviewed_by", "V04", "昌吉市", {}, "州金融办"),
        ("closed_on", "V05", "2016-12-09", {}, "2016-12-20"),
    ),
}  # fmt: skip
SOURCE = {
    "id_no": IDS[0],
    "url_or_app": "示例平台",
}  # of the first row of a survey, which a later one may repeat
TWICE: dict[str, tuple[str, ...]] = {
    "survey": ("id_no", "entity_name"), "rectification": ("entity_name",), "ban": ("entity_name",),
    "acceptance": ("entity_name",), "brief": ("serial",), "bulletin": ("serial",), "meeting": ("held_on",),
    "roster": ("person_name",),
}  # fmt: skip


def twice(code: str, first: dict[str, Any]) -> list[Fault]:
    """Cells that repeat what the first row says."""
    columns = TWICE.get("survey" if code.startswith("survey_") else code, ())
    also = {"url_or_app": SOURCE["url_or_app"]} if code.startswith("survey_") else {}
    return [Fault(c, "X13", first[c], also if c == "entity_name" else {}, model=True) for c in columns]
