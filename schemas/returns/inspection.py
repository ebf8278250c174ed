"""What the inspectors checked of each institution, what they found, by when it must be mended."""

import pandera.pandas as pa

from schemas.columns import choice, choices, day, text
from schemas.declare import FILLED_IN, is_in, required_when, rule
from schemas.said import phase_cited
from schemas.subjects import subject, well_named

CHECKED = ("机构状态", "整改台账", "业务规模", "资金存管", "宣传广告", "交接手续", "信访稳定", "其他")
LEVELS = ("轻微", "一般", "严重")

RETURN = pa.DataFrameSchema(
    title="督察核查表",
    description="每家被督察的机构、每个问题填一行；没有发现问题的，核查结论填“未发现问题”。",
    columns={
        **subject(),
        "inspected_on": day("核查日期", also=("核查时间", "督察日期", "督察时间")),
        "checked": choices("核查内容", CHECKED),
        "conclusion": choice("核查结论", ("未发现问题", "发现问题"), also=("结论",)),
        "finding": text("发现的问题", optional=True, max_length=1000, also=("问题",)),
        "finding_level": choice("问题程度", LEVELS, optional=True),
        "mend_due": day("整改时限", optional=True),
        "result": choice("整改结果", ("未整改", "正在整改", "已整改", "已销号"), optional=True),
        "mended_on": day("整改完成日期", optional=True),
        "finding_no": text(
            "问题编号",
            "更正已经登记的问题时填它的编号；新发现的问题留空",
            optional=True,
            max_length=60,
            pattern=r"^督-[0-9A-Za-z-]+-\d+$",
            example="督-A001-1",
        ),
        "remark": text("备注", optional=True),
    },
    checks=[
        *well_named(),
        *[
            required_when(
                "I01",
                column,
                lambda rows: is_in(rows, "conclusion", "发现问题"),
                ["conclusion"],
                "核查结论为发现问题",
                phase_cited("inspection"),
            )
            for column in ("finding", "finding_level", "mend_due", "result")
        ],
        rule(
            "I02",
            on="mend_due",
            needs=["inspected_on"],
            basis=phase_cited("inspection"),
            test=lambda rows: ~(rows["mend_due"] < rows["inspected_on"]),
            wrong="整改时限早于核查日期",
            mend="请核对两个日期",
        ),
        required_when(
            "I03",
            "mended_on",
            lambda rows: is_in(rows, "result", "已整改", "已销号"),
            ["result"],
            "整改结果为已整改或已销号",
            phase_cited("inspection"),
        ),
        rule(
            "I04",
            on="inspected_on",
            needs=["data_as_of"],
            basis="核查不晚于数据截止日期",
            test=lambda rows: ~(rows["inspected_on"] > rows["data_as_of"]),
            wrong="核查日期晚于数据截止日期",
            mend="请核对日期",
        ),
    ],
    metadata={"answers": FILLED_IN},
)
