"""What the demonstration does not tell, recounted too: answers taken back, half given, given late, given by another lead.

A few workbooks are sent with one thing each on which an answer could go wrong; every view is compared on the days
around them.
"""

import csv
import datetime as dt

import pytest

from demo import ARRIVALS, LISTED
from pipelines.intake import SHANGHAI, receive
from pipelines.writing import template
from schemas import forms
from tests import raw, test_answers
from tests.build import good

DAY = dt.date
MINE = {"id_no": None, "id_type": "无证未登记"}
BAD = {"disp_class": "整改类", "severity": "一般"}


def surveyed(name, field, **other):
    return good(field_return(field), **{**MINE, "entity_name": name, **other})


def field_return(field):
    return next(row["return"] for row in raw.table("field") if row["field"] == field)


def mending(name, **other):
    return good("rectification", entity_name=name, **other)


def found(name, words, **other):
    return good("inspection", entity_name=name, finding=words, **other)


def passed(name, **other):
    return good("acceptance", entity_name=name, field="互联网保险", accepted_on=DAY(2016, 12, 1), **other)


FAILED = {"result": "违法违规", "reason": "没有整改", "is_closed": "否", "closed_on": None}
BANNED = {"handed_over": "否", "handover_date": None}
LETTERS = [  # when, by whom, for what, and the answer to each sheet: rows, or a word
    ("07-05 10:00", "652301", "county_survey", {
        "A": [surveyed("示例甲公司", "A", **BAD, violations="自融"), surveyed("示例乙公司", "A", noncompliant_scale=0)],
        "B": [surveyed("示例丙公司", "B")], "C": "零报告", "D": [surveyed("示例戊公司", "D")],
        "E": "零报告", "F": "未完成"}),
    ("07-08 23:59", "652301", "county_survey", {
        "A": [surveyed("示例甲公司", "A", **BAD, violations="自融", people_cnt=31), surveyed("示例乙公司", "A")],
        "B": "不适用", "C": [surveyed("示例丁公司", "C"), surveyed("示例卯公司", "C")],
        "D": "未完成", "E": [surveyed("示例己公司", "E")], "F": "零报告"}),
    ("07-09 00:00", "652302", "county_survey", {
        "A": [surveyed("示例庚公司", "A", territory="阜康市", risk_level="高", is_key="重点对象",
                       risk_desc="资金去向不明，投资人众多")], "B": "未完成"}),
    ("08-03 10:00", "652301", "monthly_07", {
        "rectification": [mending("示例甲公司", scale_mom=5), mending("示例辛公司", nc_mom=1),
                          mending("示例壬公司", new_noncompliant="是", remark="新增"),
                          mending("示例癸公司", scale_mom=0, nc_mom=0, nc_end=0, nc_ytd=-100)],
        "ban": [good("ban", entity_name="示例丑公司", **BANNED)]}),
    ("09-05 10:00", "652301", "monthly_08", {
        "rectification": [mending("示例甲公司", exit_plan_date=DAY(2016, 9, 6), rectify_due=DAY(2016, 9, 6))],
        "ban": "零报告"}),
    ("09-06 10:00", "652301", "monthly_07", {
        "rectification": [mending("示例甲公司", risk_level="高", risk_desc="资金去向不明，投资人众多")],
        "ban": [good("ban", entity_name="示例丑公司")]}),
    ("10-10 10:00", "652301", "monthly_09", {"rectification": [mending("示例寅公司")], "ban": "未完成"}),
    ("11-04 10:00", "652301", "monthly_10", {
        "rectification": "零报告", "ban": [good("ban", entity_name="示例甲公司", **BANNED)]}),
    ("11-16 10:00", "LG", "inspection_record", {
        "A": [found("示例甲公司", "台账不全"), found("示例甲公司", "没有存管", result="未整改"),
              found("示例甲公司", "宣传不实", result="已整改", mended_on=DAY(2016, 11, 16))]}),
    ("11-28 10:00", "LG", "inspection_record", {"A": [found("示例甲公司", "台账不全")], "B": "零报告"}),
    ("12-05 10:00", "FIN", "acceptance_record", {"C": [passed("示例卯公司"), passed("示例丁公司")], "D": "未完成"}),
    ("12-06 10:00", "INS", "acceptance_record", {"C": [passed("示例丁公司", **FAILED)]}),
]  # fmt: skip
DAYS = [DAY(2016, *day) for day in ((7, 7), (7, 8), (7, 9), (8, 31), (9, 5), (9, 6), (9, 7), (10, 31), (11, 3), (11, 4),
                                    (11, 16), (11, 25), (11, 26), (11, 28), (12, 5), (12, 6), (12, 31))]  # fmt: skip
SCORED = [DAY(2016, 7, 8), DAY(2016, 10, 31), DAY(2016, 12, 31)]


def written(unit, obligation, said, when):
    rows, lines = {}, {}
    for form in forms.forms(obligation, unit):
        answer = said.get(form.field or form.return_)
        if isinstance(answer, list):
            rows[form.title] = answer
        word = "有数" if isinstance(answer, list) else answer
        lines[form.title] = (
            word,
            "12" if word == "零报告" else None,
            "没有此类机构" if word == "不适用" else None,
        )
    cover = {"filler": "示例甲", "approver": "示例乙", "phone": "13900000000", "fill_date": when.date(),
             "data_as_of": when.date() - dt.timedelta(1)}  # fmt: skip
    return template.template(unit, obligation, rows=rows, cover=cover, lines=lines)


@pytest.fixture
def sent(store, tmp_path):
    """The letters as they came into the store, and what the raw workbooks say."""
    listed = [LISTED]
    for n, (clock, unit, obligation, said) in enumerate(LETTERS):
        when = dt.datetime.fromisoformat(f"2016-{clock}").replace(tzinfo=SHANGHAI)
        (tmp_path / f"{n}.xlsx").write_bytes(written(unit, obligation, said, when))
        outcome = receive(
            store,
            (tmp_path / f"{n}.xlsx").read_bytes(),
            f"{n}.xlsx",
            "示例甲",
            received_at=when.astimezone(dt.UTC),
        )
        assert outcome.judgement.verdict == "acceptable", [
            (n, p.cell, p.message) for p in outcome.judgement.problems
        ]
        listed.append((f"{n}.xlsx", when.isoformat(), "示例甲", unit, obligation, "acceptable"))
    with (tmp_path / ARRIVALS).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(listed)
    return raw.read_all(tmp_path)


def test_every_view_is_as_recounted_on_the_days_on_which_an_answer_turns(store, sent):
    for day in DAYS:
        for holds in test_answers.COMPARED:
            holds(store.con, sent, day)
    for day in SCORED:
        test_answers.test_the_league_of_each_phase_is_as_recounted_the_worst_first(store.con, sent, day, None)
        test_answers.test_the_score_of_each_phase_is_as_recounted(store.con, sent, day, None)
