"""The 工作信息 that each lead unit owes in each phase: one row a brief, told apart by its number."""

import pandera.pandas as pa

from schemas.columns import choice, day, text
from schemas.declare import FILLED_IN, has_happened, rule
from schemas.said import EXAMPLE_SERIAL
from schemas.subjects import FIELD_WORDS, FIELDS, first_told, in_campaign, told_before

RETURN = pa.DataFrameSchema(
    title="工作信息登记",
    description="每篇工作信息填一行；篇号为本单位的流水号，更正时保持篇号不变。",
    columns={
        "serial": text("篇号", max_length=20, also=("编号", "期号", "期数", "序号"), example=EXAMPLE_SERIAL),
        "headline": text("标题", max_length=100, also=("信息标题", "信息题目", "题目")),
        "field": choice("所属领域", FIELDS, means=FIELD_WORDS, optional=True, also=("领域", "业务领域")),
        "sent_on": day("报送日期", also=("报送时间", "上报日期", "上报时间")),
        "summary": text("内容摘要", optional=True, max_length=2000, also=("主要内容", "信息内容")),
        "signer": text("签发人", optional=True, max_length=30),
    },
    checks=[
        *has_happened("sent_on"),
        in_campaign("sent_on"),
        rule(
            "X13",
            on="serial",
            test=lambda rows: ~told_before(rows, "serial"),
            basis="一篇一号",
            wrong="与上面的行篇号相同",
            mend="请更正篇号",
            first=first_told("serial"),
        ),
    ],
    metadata={"answers": FILLED_IN, "key": ["serial"]},
)
