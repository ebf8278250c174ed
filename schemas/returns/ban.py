"""Where the institutions to be banned were sent, and whether they were handed over: columns of our own."""

import pandas as pd
import pandera.pandas as pa

from schemas.columns import choice, choices, day, text, yes_no
from schemas.declare import OR_NOTHING_FOUND, is_in, required_when, rule
from schemas.returns.rectification import FOUND_BEFORE, FOUND_WHEN, MEASURES
from schemas.said import said
from schemas.subjects import in_campaign, once_in_its_field, platform_address, subject, well_named

DESTINATIONS = ("转入处非机制", "列入打击非法证券活动机制", "公安部门", "工商部门", "其他")


def handed(rows: pd.DataFrame) -> pd.Series:
    return is_in(rows, "handed_over", "是")


RETURN = pa.DataFrameSchema(
    title="取缔类机构处置明细表",
    description="取缔类机构每家填一行；没有完成交接的也要填。",
    columns={
        **subject(),
        "url_or_app": platform_address(),
        "found_when": choice("来源", (FOUND_WHEN[0], "整改类机构转入"), means=FOUND_BEFORE),
        "measures": choices("处置措施", MEASURES, optional=True),
        "ban_dest": choice("处置去向", DESTINATIONS, optional=True),
        "handed_over": yes_no("是否完成交接"),
        "handover_date": day("交接日期", optional=True),
        "remark": text("备注", optional=True),
    },
    checks=[
        required_when(
            "X03",
            "ban_dest",
            lambda rows: rows["entity_name"].notna(),
            ["entity_name"],
            "取缔类机构须有处置去向",
            "内部口径",
        ),
        required_when(
            "X03",
            "measures",
            lambda rows: rows["entity_name"].notna(),
            ["entity_name"],
            "取缔类机构须有处置措施",
            said("ban_measured"),
        ),
        required_when("X08", "handover_date", handed, ["handed_over"], "已完成交接", "内部口径"),
        rule(
            "X08",
            on="handover_date",
            needs=["data_as_of"],
            basis="交接不晚于数据截止日期",
            test=lambda rows: ~(rows["handover_date"] > rows["data_as_of"]),
            wrong="交接日期晚于数据截止日期",
            mend="请核对日期",
        ),
        once_in_its_field(),
        *well_named(),
        rule(
            "X08",
            on="handover_date",
            needs=["handed_over"],
            basis=said("handed_over"),
            test=lambda rows: ~is_in(rows, "handed_over", "否") | rows["handover_date"].isna(),
            wrong="没有完成交接，但填了交接日期",
            mend="请改是否完成交接，或删去交接日期",
        ),
        in_campaign("handover_date"),
    ],
    metadata={
        "answers": OR_NOTHING_FOUND,
        "carries": (
            "entity_code",
            "field",
            "territory",
            "entity_name",
            "url_or_app",
            "found_when",
            "measures",
            "ban_dest",
            "handed_over",
            "handover_date",
        ),
        "begins": {"disp_class": "取缔类"},
    },
)
