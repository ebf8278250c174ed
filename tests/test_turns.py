"""What the demonstration does not tell, recounted: answers taken back, half given, late, by another lead.

A few workbooks are sent with one thing each on which an answer could go wrong; every view is compared on the
days around them.
"""

import csv
import datetime as dt

import pytest

from demo import ARRIVALS, LISTED
from pipelines.intake import receive
from pipelines.writing import template
from schemas import forms
from schemas.clock import SHANGHAI
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


def finding(name, words, **other):
    return good("inspection", entity_name=name, finding=words, **other)


def passed(name, **other):
    closed = {"accepted_on": DAY(2016, 12, 1), "closed_on": DAY(2016, 12, 2)}
    return good("acceptance", entity_name=name, field="互联网保险", **closed | other)


FAILED = {"result": "转入取缔处置", "reason": "没有整改", "is_closed": "否", "closed_on": None}
BANNED = {"handed_over": "否", "handover_date": None}
SIGNED = {"filler": "示例甲", "approver": "示例乙", "phone": "13900000000"}
NONE = (None, None)
PROOF = {"零报告": ("12", None), "不适用": (None, "没有此类机构")}  # of a word: 排查户数, 依据或说明
RISKY = {"risk_level": "高", "risk_desc": "资金去向不明，投资人众多"}
RISEN = {"new_noncompliant": "是", "remark": "新增"}
MENDED = {"scale_mom": 0, "nc_mom": 0, "nc_end": 0, "nc_ytd": -100}
DUE = {"exit_plan_date": DAY(2016, 9, 6), "rectify_due": DAY(2016, 9, 6)}
FIRST_SURVEY = {  # for each field, or return, what its sheet answers: rows, or a word
    "A": [
        surveyed("示例甲公司", "A", **BAD, violations="自融"),
        surveyed("示例乙公司", "A", noncompliant_scale=0),
    ],
    "B": [surveyed("示例丙公司", "B")],
    "C": "零报告",
    "D": [surveyed("示例戊公司", "D")],
    "E": "零报告",
    "F": "未完成",
}
SECOND_SURVEY = {
    "A": [surveyed("示例甲公司", "A", **BAD, violations="自融", people_cnt=31), surveyed("示例乙公司", "A")],
    "B": "不适用",
    "C": [surveyed("示例丁公司", "C"), surveyed("示例卯公司", "C")],
    "D": "未完成",
    "E": [surveyed("示例己公司", "E")],
    "F": "零报告",
}
OTHER_SURVEY = {
    "A": [surveyed("示例庚公司", "A", territory="阜康市", is_key="重点对象", **RISKY)],
    "B": "未完成",
}
LED = {  # what the lead of A and D found: one that its county tells otherwise, one that nobody else has
    "filing": [good("filing", doc_title="示例摸查结果", doc_date=DAY(2016, 7, 9))],
    "A": [
        surveyed("示例甲公司", "A", **BAD, violations="自融", stock_scale=700),
        surveyed("示例辰公司", "A", territory="呼图壁县", source="牵头部门排查"),
    ],
}
LED_AGAIN = {**LED, "A": [surveyed("示例辰公司", "A", source="牵头部门排查")], "D": "零报告"}
JULY = {
    "rectification": [
        mending("示例甲公司", scale_mom=5),
        mending("示例辛公司", nc_mom=1),
        mending("示例壬公司", **RISEN),
        mending("示例癸公司", **MENDED),
    ],
    "ban": [good("ban", entity_name="示例丑公司", **BANNED)],
}
AUGUST = {"rectification": [mending("示例甲公司", **DUE, scale_mom=0, nc_mom=0)], "ban": "零报告"}
JULY_AGAIN = {
    "rectification": [mending("示例甲公司", **RISKY)],
    "ban": [good("ban", entity_name="示例丑公司")],
}
SEPTEMBER = {"rectification": [mending("示例寅公司")], "ban": "未完成"}
OCTOBER = {"rectification": "零报告", "ban": [good("ban", entity_name="示例甲公司", **BANNED)]}
INSPECTED = {
    "A": [
        finding("示例甲公司", "台账不全"),
        finding("示例甲公司", "没有存管", result="未整改"),
        finding("示例甲公司", "宣传不实", result="已整改", mended_on=DAY(2016, 11, 16)),
    ]
}
INSPECTED_AGAIN = {"A": [finding("示例甲公司", "台账不全")], "B": "未完成"}
PASSED = {"C": [passed("示例卯公司"), passed("示例丁公司")], "D": "未完成"}
PASSED_NOT = {"C": [passed("示例丁公司", **FAILED)]}
LETTERS = [  # when, by whom, for what, and its answers
    ("07-05 10:00", "652301", "county_survey", FIRST_SURVEY),
    ("07-08 23:59", "652301", "county_survey", SECOND_SURVEY),
    ("07-09 00:00", "652302", "county_survey", OTHER_SURVEY),
    ("07-10 10:00", "CBRC", "field_survey", LED),
    ("07-19 10:00", "CBRC", "field_survey", LED_AGAIN),
    ("08-03 10:00", "652301", "monthly_07", JULY),
    ("09-05 10:00", "652301", "monthly_08", AUGUST),
    ("09-06 10:00", "652301", "monthly_07", JULY_AGAIN),
    ("10-10 10:00", "652301", "monthly_09", SEPTEMBER),
    ("11-04 10:00", "652301", "monthly_10", OCTOBER),
    ("11-16 10:00", "LG", "inspection_record", INSPECTED),
    ("11-28 10:00", "LG", "inspection_record", INSPECTED_AGAIN),
    ("12-05 10:00", "FIN", "acceptance_record", PASSED),
    ("12-06 10:00", "INS", "acceptance_record", PASSED_NOT),
]
TURNS = (
    "07-07 07-08 07-09 07-10 07-19 08-31 09-05 09-06 09-07 10-31 11-03 11-04 11-16 11-25 11-26 11-28 12-05 "
    "12-06 12-31"
)
DAYS = [DAY.fromisoformat(f"2016-{day}") for day in TURNS.split()]
SCORED = [DAY(2016, 7, 8), DAY(2016, 10, 31), DAY(2016, 12, 31)]


def written(unit, obligation, answers, when):
    rows, lines = {}, {}
    for form in forms.forms(obligation, unit):
        answer = answers.get(form.return_, answers.get(form.field))
        if isinstance(answer, list):
            rows[form.title] = answer
        lines[form.title] = ("有数" if isinstance(answer, list) else answer, *PROOF.get(str(answer), NONE))
    days = {"fill_date": when.date(), "data_as_of": when.date() - dt.timedelta(1)}
    return template.template(unit, obligation, rows=rows, cover={**SIGNED, **days}, lines=lines)


@pytest.fixture
def sent(store, tmp_path):
    """The letters as they came into the store, and what the raw workbooks say."""
    listed = [LISTED]
    for n, (clock, unit, obligation, answers) in enumerate(LETTERS):
        name, when = f"{n}.xlsx", dt.datetime.fromisoformat(f"2016-{clock}").replace(tzinfo=SHANGHAI)
        content = written(unit, obligation, answers, when)
        (tmp_path / name).write_bytes(content)
        judgement = receive(store, content, name, "示例甲", received_at=when.astimezone(dt.UTC)).judgement
        assert judgement.verdict == "acceptable", [(n, p.cell, p.message) for p in judgement.problems]
        listed.append((name, when.isoformat(), "示例甲", unit, obligation, "acceptable"))
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
