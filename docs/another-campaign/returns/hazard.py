"""A hazard: one row each, told apart by its number, and told again as it is mended and closed."""

import pandera.pandas as pa

from schemas.columns import choice, day, money, text
from schemas.declare import OR_NOTHING_FOUND, has_happened, is_in, required_when, rule
from schemas.subjects import seen_before, subject, well_named

STATES = ("已发现", "正在整改", "已整改", "已销号")

RETURN = pa.DataFrameSchema(
    title="隐患台账",
    description="每处隐患填一行；有新进展的保持隐患编号不变重报。",
    columns={
        "serial": text("隐患编号", max_length=20, example="001"),
        **subject(),
        "level": choice("隐患等级", ("一般", "重大")),
        "what": text("隐患内容", max_length=300),
        "found_on": day("发现日期"),
        "state": choice("整改状态", STATES),
        "fixed_on": day("整改完成日期", optional=True),
        "closed_on": day("销号日期", optional=True),
        "cost": money("整改投入", optional=True),
    },
    checks=[
        *well_named(),
        *has_happened("found_on", "fixed_on", "closed_on"),
        required_when(
            "G01",
            "fixed_on",
            lambda rows: is_in(rows, "state", "已整改", "已销号"),
            ["state"],
            "已整改的",
            "三(二):整治",
        ),
        required_when(
            "G02",
            "closed_on",
            lambda rows: is_in(rows, "state", "已销号"),
            ["state"],
            "已销号的",
            "三(二):整治",
        ),
        rule(
            "X13",
            on="serial",
            test=lambda rows: ~seen_before(rows, "serial"),
            basis="一患一号",
            wrong="与上面的行隐患编号相同",
            mend="请更正隐患编号",
        ),
    ],
    metadata={"answers": OR_NOTHING_FOUND, "key": ["serial"]},
)
