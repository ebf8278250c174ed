"""The half-monthly meetings of the leading group: one row a meeting, told apart by its day."""

import pandera.pandas as pa

from schemas.columns import day, text, whole
from schemas.declare import FILLED_IN, has_happened, rule
from schemas.subjects import first_alike, in_campaign, seen_before

RETURN = pa.DataFrameSchema(
    title="工作例会登记",
    description="每次会议填一行；按会议日期计入上半月或下半月。",
    columns={
        "held_on": day("会议日期", also=("日期", "召开日期", "会议时间", "召开时间")),
        "chair": text("主持人职务", optional=True, max_length=60, also=("主持人",)),
        "attendees": whole("参会单位数", unit="家", optional=True, also=("参加单位数",)),
        "topics": text("研究事项", max_length=2000, also=("议题", "会议议题", "会议内容")),
        "decisions": text("议定事项", optional=True, max_length=2000),
        "minutes_no": text("纪要文号", optional=True, max_length=60),
    },
    checks=[
        *has_happened("held_on"),
        in_campaign("held_on"),
        rule(
            "X13",
            on="held_on",
            test=lambda rows: ~seen_before(rows, "held_on"),
            basis="一次一行",
            wrong="与上面的行会议日期相同",
            mend="同一天的会议请合并为一行",
            first=first_alike("held_on"),
        ),
    ],
    metadata={"answers": FILLED_IN, "key": ["held_on"]},
)
