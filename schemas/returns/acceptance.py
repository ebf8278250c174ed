"""Which institutions passed acceptance and were struck off the ledger."""

import pandera.pandas as pa

from schemas.columns import choice, day, text, yes_no
from schemas.declare import OR_NOTHING_FOUND, has_happened, is_in, required_when, rule
from schemas.said import phase_cited
from schemas.subjects import in_campaign, once_in_its_field, subject, well_named

RESULTS = ("验收合格", "继续整改", "转入取缔处置", "停业或失联")  # classes of our own: the notice names none
RESULTS_ELSEWHERE = {  # classes of a later campaign
    "积极配合但未通过": "继续整改",
    "违法违规": "转入取缔处置",
    "暂停业务或经营不正常": "停业或失联",
}

RETURN = pa.DataFrameSchema(
    title="验收销号表",
    description="每家机构填一行；申请、审核、销号由不同的人办理。",
    columns={
        **subject(),
        "accepted_on": day("验收日期", also=("验收时间",)),
        "result": choice("验收结果", RESULTS, means=RESULTS_ELSEWHERE),
        "reason": text("未通过原因", optional=True, max_length=500),
        "applied_by": text("申请销号单位", optional=True, max_length=60),
        "reviewed_by": text("审核单位", optional=True, max_length=60),
        "is_closed": yes_no("是否销号"),
        "closed_on": day("销号日期", optional=True, also=("销号时间",)),
        "remark": text("备注", optional=True),
    },
    checks=[
        *has_happened("accepted_on", "closed_on"),
        in_campaign("accepted_on"),
        required_when(
            "V01",
            "reason",
            lambda rows: rows["result"].notna() & ~is_in(rows, "result", "验收合格"),
            ["result"],
            "验收没有合格",
            phase_cited("acceptance"),
        ),
        *[
            required_when(
                "V02",
                column,
                lambda rows: is_in(rows, "is_closed", "是"),
                ["is_closed"],
                "已销号",
                "销号须经申请、审核",
            )
            for column in ("applied_by", "reviewed_by", "closed_on")
        ],
        rule(
            "V03",
            on="is_closed",
            needs=["result"],
            basis="内部口径：验收在先，销号在后",
            test=lambda rows: ~is_in(rows, "is_closed", "是") | is_in(rows, "result", "验收合格"),
            wrong="没有验收合格的机构不能销号",
            mend="请改验收结果，或把是否销号改为否",
        ),
        rule(
            "V04",
            on="reviewed_by",
            needs=["applied_by"],
            basis="申请单位不得自行审核",
            test=lambda rows: rows["applied_by"].isna() | (rows["applied_by"] != rows["reviewed_by"]),
            wrong="审核单位与申请销号单位相同",
            mend="请由另一单位审核",
        ),
        rule(
            "V05",
            on="closed_on",
            needs=["accepted_on"],
            basis="内部口径：验收在先，销号在后",
            test=lambda rows: ~(rows["closed_on"] < rows["accepted_on"]),
            wrong="销号日期早于验收日期",
            mend="请核对两个日期",
        ),
        once_in_its_field(),
        *well_named(),
    ],
    metadata={"answers": OR_NOTHING_FOUND},
)
