"""What a unit did of its own part in the campaign: one row a matter, told apart by its number.

Amounts are those of the row alone, so that rows add up. What is not settled and names a next step is followed
as a case (督办事项) until it is.
"""

import pandas as pd
import pandera.pandas as pa

from schemas.columns import choice, day, money, text
from schemas.declare import FILLED_IN, Test, has_happened, is_in, required_when, rule
from schemas.said import EXAMPLE_SERIAL, said
from schemas.subjects import (
    FIELD_WORDS,
    FIELDS,
    TERRITORIES,
    TERRITORY_HEADINGS,
    TERRITORY_WORDS,
    first_told,
    in_campaign,
    platform_address,
    told_before,
)

KINDS = (
    "线索受理",
    "立案查处",
    "案件移送",
    "追赃挽损",
    "网站处置",
    "APP处置",
    "注册把关",
    "摸查取证",
    "新闻宣传",
    "舆情引导",
    "审判执行",
    "检察监督",
    "信访接访",
    "法律审核",
    "其他协助",
)
SITES = ("网站处置", "APP处置")
STATES = ("正在办理", "已办结")


def _of_kind(*kinds: str) -> Test:
    return lambda rows: is_in(rows, "kind", *kinds)


def _settled(rows: pd.DataFrame) -> pd.Series:
    return is_in(rows, "state", "已办结")


def _has_next(rows: pd.DataFrame) -> pd.Series:
    return rows["next_step"].notna()


RETURN = pa.DataFrameSchema(
    title="工作情况登记",
    description="每件填一行；编号为本单位的流水号，有新进展的保持编号不变重报；金额只填本件的。",
    columns={
        "serial": text("事项编号", max_length=20, also=("编号", "序号", "流水号"), example=EXAMPLE_SERIAL),
        "kind": choice("事项类别", KINDS, also=("类别", "工作类别")),
        "happened_on": day("办理日期", also=("日期", "办理时间")),
        "whom": text("涉及对象", optional=True, max_length=120, also=("对象", "涉及机构")),
        "field": choice("所属领域", FIELDS, means=FIELD_WORDS, optional=True, also=("领域", "业务领域")),
        "territory": choice(
            TERRITORY_HEADINGS[0],
            TERRITORIES,
            means=TERRITORY_WORDS,
            optional=True,
            also=TERRITORY_HEADINGS[1:],
        ),
        "url_or_app": platform_address(),
        "what": text("办理内容", max_length=500, also=("工作内容",)),
        "state": choice("办理状态", STATES, also=("状态",)),
        "result": text("办理结果", optional=True, max_length=500, also=("结果",)),
        "next_step": text("下一步", optional=True, max_length=200, also=("下一步工作", "下步工作")),
        "next_due": day("下一步时限", optional=True, also=("完成时限",)),
        "recovered": money("追赃挽损金额", optional=True),
        "repaid": money("已兑付金额", optional=True),
        "remark": text("备注", optional=True),
    },
    checks=[
        *has_happened("happened_on"),
        rule(
            "X13",
            on="serial",
            test=lambda rows: ~told_before(rows, "serial"),
            basis="一件一号",
            wrong="与上面的行事项编号相同",
            mend="请更正事项编号",
            first=first_told("serial"),
        ),
        required_when(
            "W01", "url_or_app", _of_kind(*SITES), ["kind"], "网站、APP处置的", said("sites_closed")
        ),
        required_when(
            "W02", "recovered", _of_kind("追赃挽损"), ["kind"], "追赃挽损的", said("money_recovered")
        ),
        required_when("W04", "next_due", _has_next, ["next_step"], "写明下一步的", "内部口径"),
        rule(
            "W05",
            on="next_due",
            needs=["happened_on"],
            test=lambda rows: ~(rows["next_due"] < rows["happened_on"]),
            basis="内部口径",
            wrong="下一步时限早于办理日期",
            mend="请核对两个日期",
        ),
        required_when("W03", "result", _settled, ["state"], "已办结的", "内部口径"),
        in_campaign("happened_on"),
    ],
    metadata={"answers": FILLED_IN, "key": ["serial"]},
)
