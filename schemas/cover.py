"""The cover of a workbook: who fills it in, when, for whom, and the answer for each sheet."""

from collections.abc import Mapping

import pandera.pandas as pa

from schemas.columns import choice, day, phone, text
from schemas.declare import rule
from schemas.plan import PLAN
from schemas.units import AMOUNT_UNITS, SHORT_FORMS

UNITS = [u.title for u in PLAN.units.values()]
UNIT_WORDS = {word: u.title for u in PLAN.units.values() for word in (u.unit, *u.called)}
# what a unit may say of a sheet, never confused; '' is that it said nothing
SHEET_ANSWERS: Mapping[str, str] = {
    "rows": "有数",
    "zero": "零报告",
    "not_applicable": "不适用",
    "unfinished": "未完成",
    "": "未报",
}
ANSWERS: Mapping[str, str] = {
    words: code for code, words in SHEET_ANSWERS.items() if code
}  # as the cover offers them
SETTLED = ("rows", "zero", "not_applicable")  # those that meet a duty
ANSWER_HEADINGS = ("工作表", "回答", "排查户数", "依据或说明")
WORK_HEADING = ANSWER_HEADINGS[2]  # asked only where a sheet may be answered by a zero report
ANSWER_NOTES: Mapping[str, str] = {  # what an answer asks for besides, said where it is offered
    "zero": "零报告须填排查户数或排查方式，并有审核人。",
    "not_applicable": "不适用须写明依据。",
}

COVER = pa.DataFrameSchema(
    name="cover",
    title="封面",
    description="黄色格必填。每张表都要选择一个回答。",
    columns={
        "unit": choice("填报单位", UNITS, means=UNIT_WORDS, also=("填报单位(盖章)", "单位名称", "报送单位")),
        "matter": text("报送事项", optional=True, max_length=60),
        "filler": text("填报人", max_length=30, also=("制表人", "经办人")),
        "approver": text(
            "审核人", "零报告必填", optional=True, max_length=30, also=("负责人", "审核人/负责人")
        ),
        "phone": phone("联系电话", "手机号，或带区号的固定电话", also=("电话", "联系方式")),
        "fill_date": day("填报日期", also=("填报时间", "日期"), since=f"{PLAN.campaign.starts_on}"),
        "data_as_of": day("数据截止日期", also=("数据截至日期", "统计截止日期", "截止日期")),
        "amount_unit": choice("金额单位", AMOUNT_UNITS, optional=True, means=SHORT_FORMS, also=("单位",)),
    },
    checks=[
        rule(
            "after_fill_date",
            on="data_as_of",
            needs=["fill_date"],
            basis="报表封面",
            test=lambda rows: ~(rows["data_as_of"] > rows["fill_date"]),
            wrong="晚于填报日期",
            mend="数据截止日期不得晚于填报日期",
        ),
        rule(
            "after_arrival",
            on="fill_date",
            basis="报表封面",
            test=lambda rows: ~(rows["fill_date"] > rows["arrived_on"]),
            wrong="晚于报送当天",
            mend="请核对填报日期",
        ),
    ],
)
