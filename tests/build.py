"""Workbooks for tests, built with the product's own template: a good one, and the same with a fault in it."""

import datetime as dt
from typing import Any

from pipelines.judging.judge import judge
from pipelines.judging.judgement import Judgement
from pipelines.writing import template
from schemas import forms as forms_
from schemas.plan import PLAN
from schemas.survey import SOURCES

Row = dict[str, Any]
DAY = dt.date
COVER: Row = {"filler": "示例甲", "approver": "示例乙", "phone": "13900000000", "fill_date": DAY(2016, 7, 8),
              "data_as_of": DAY(2016, 7, 7)}  # fmt: skip
IDS = ("91652301MA775X1A13", "91652300313456789P", "652301050001235", "652300051004562", "652325600012342")

ENTITY: Row = {"territory": "昌吉市", "entity_name": "示例甲网络科技有限公司"}
SURVEY: Row = {
    **ENTITY, "entity_type": "网络平台", "id_no": IDS[0], "id_type": "统一代码", "reg_address": "示例路1号",
    "biz_address": "示例路1号", "legal_rep": "示例丙", "est_date": DAY(2014, 5, 1), "reg_capital": 1000,
    "biz_scope": "网络信息服务", "has_license": "否", "biz_model": "撮合", "stock_scale": 500,
    "noncompliant_scale": 100, "people_cnt": 30, "overdue_amt": 0, "risk_level": "中", "is_key": "非重点对象",
    "suspect_illegal_fund": "否", "stability_flag": "无", "source": SOURCES[0],
}  # fmt: skip
LICENSED: dict[str, Row] = {"survey_payment": {"has_license": "是", "license_no": "Z2011665000018"}}
GOOD: dict[str, Row] = {
    **{f.return_: {**SURVEY, "field": f.title, **LICENSED.get(f.return_, {})} for f in PLAN.fields.values()},
    "rectification": {
        **ENTITY, "field": "P2P网络借贷", "found_when": "摸底排查阶段确定", "lead_unit": "昌吉银监分局",
        "supervise_unit": "昌吉市整治办", "notice_no": "昌整改〔2016〕1号", "notice_date": DAY(2016, 7, 22),
        "rectify_due": DAY(2016, 10, 31), "exit_plan_date": DAY(2016, 10, 31), "progress": "提交整改计划",
        "scale_init": 500, "nc_init": 100, "scale_end": 450, "scale_mom": -50, "scale_ytd": -50, "nc_end": 80,
        "nc_mom": -20, "nc_ytd": -20, "new_noncompliant": "否", "op_status": "正常运营",
        "rectify_status": "正在整改",
        "risk_level": "中",
    },
    "ban": {**ENTITY, "field": "P2P网络借贷", "found_when": "摸底排查阶段确定", "measures": "约谈",
            "ban_dest": "公安部门", "handed_over": "是", "handover_date": DAY(2016, 7, 28)},
    "inspection": {**ENTITY, "field": "P2P网络借贷", "inspected_on": DAY(2016, 11, 15), "checked": "整改台账",
                   "conclusion": "发现问题", "finding": "台账不全", "finding_level": "一般",
                   "mend_due": DAY(2016, 11, 25), "result": "正在整改"},
    "acceptance": {**ENTITY, "field": "股权众筹", "accepted_on": DAY(2016, 12, 10), "result": "验收合格",
                   "applied_by": "昌吉市", "reviewed_by": "州金融办", "is_closed": "是",
                   "closed_on": DAY(2016, 12, 20)},
    "brief": {"serial": "2016-01", "headline": "摸底排查进展", "sent_on": DAY(2016, 7, 5)},
    "bulletin": {"serial": "第1期", "headline": "工作简报", "issued_on": DAY(2016, 7, 6)},
    "meeting": {"held_on": DAY(2016, 7, 12), "topics": "研究摸底排查"},
    "work_record": {"serial": "2016-01", "kind": "立案查处", "happened_on": DAY(2016, 7, 5), "whom": "示例己",
                    "what": "立案侦查", "state": "正在办理"},
    "roster": {"person_name": "示例戊", "named_on": DAY(2016, 6, 27)},
    "filing": {"doc_title": "工作方案", "doc_date": DAY(2016, 6, 28), "signer": "示例丁"},
}  # fmt: skip
HOMES = {
    **{f.return_: ("652301", "county_survey") for f in PLAN.fields.values()},
    "rectification": ("652301", "monthly_07"), "ban": ("652301", "monthly_07"),
    "inspection": ("LG", "inspection_record"), "acceptance": ("FIN", "acceptance_record"),
    "brief": ("FIN", "brief_survey"), "bulletin": ("OF", "bulletin_survey"), "meeting": ("LG", "meeting_07a"),
    "filing": ("OF", "campaign_plan"), "roster": ("FIN", "secondment_two"),
    "work_record": ("PSB", "case_work"),
}  # fmt: skip
MADE: dict[str, bytes] = {}  # each workbook is made once
WHEN = {
    "rectification": 8,
    "ban": 8,
    "inspection": 11,
    "acceptance": 12,
}  # the month in which it is filled in


def cover_for(return_: str) -> Row:
    month = WHEN.get(return_)
    return {
        **COVER,
        **({"fill_date": DAY(2016, month, 28), "data_as_of": DAY(2016, month, 27)} if month else {}),
    }


def sheet_of(return_: str) -> str:
    """The sheet of a return's own workbook: the first that holds it."""
    return next(f.title for f in forms_.forms(*reversed(HOMES[return_])) if f.return_ == return_)


def filled(return_: str, *rows: Row, cover: Row | None = None, lines: dict[str, Any] | None = None) -> bytes:
    """A workbook whose sheet for `return_` holds `rows`, every other being a zero report or unfinished."""
    asked = repr((return_, rows, cover, lines))
    if asked not in MADE:
        MADE[asked] = _filled(return_, rows, cover, lines)
    return MADE[asked]


def _filled(return_: str, rows: tuple[Row, ...], cover: Row | None, lines: dict[str, Any] | None) -> bytes:
    unit, obligation = HOMES[return_]
    mine = sheet_of(return_)
    other = {f.title: ("零报告" if "零报告" in f.answers else "未完成", "12", None)
             for f in forms_.forms(obligation, unit)}  # fmt: skip
    said = {**other, **({mine: ("有数", None, None)} if rows else {}), **(lines or {})}
    return template.template(unit, obligation, rows={mine: rows},
                             cover={**cover_for(return_), **(cover or {})},
                             lines=said)  # fmt: skip


def good(return_: str, **other: Any) -> Row:
    """The good row of a return with some cells otherwise; None leaves a cell empty."""
    return {**GOOD[return_], **other}


def judged(return_: str, *rows: Row, **more: Any) -> Judgement:
    return judge(filled(return_, *rows, **more), arrived_on=DAY(2016, 12, 31))


def told(judgement: Judgement) -> list[tuple[str, str]]:
    """Where and which: the cell and the rule of every problem."""
    return [(p.cell, p.rule) for p in judgement.problems]
