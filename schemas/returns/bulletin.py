"""The bulletins that the office edits, two at least in each phase: one row an issue."""

import pandera.pandas as pa

from schemas.columns import day, text, whole
from schemas.declare import FILLED_IN, has_happened, rule
from schemas.subjects import first_told, in_campaign, told_before

RETURN = pa.DataFrameSchema(
    title="办公室简报登记",
    description="每期简报填一行；期号按年度连续编排。",
    columns={
        "serial": text("期号", max_length=20, also=("期数",), example="第3期"),
        "headline": text("标题", max_length=100, also=("简报标题",)),
        "issued_on": day("印发日期", also=("日期", "印发时间")),
        "signer": text("签发人", optional=True, max_length=30),
        "sent_to": text("报送范围", optional=True, max_length=200, also=("发送范围",)),
        "copies": whole("印数", unit="份", optional=True),
    },
    checks=[
        *has_happened("issued_on"),
        in_campaign("issued_on"),
        rule(
            "X13",
            on="serial",
            test=lambda rows: ~told_before(rows, "serial"),
            basis="一期一号",
            wrong="与上面的行期号相同",
            mend="请更正期号",
            first=first_told("serial"),
        ),
    ],
    metadata={"answers": FILLED_IN, "key": ["serial"]},
)
