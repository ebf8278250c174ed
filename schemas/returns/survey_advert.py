"""What was found in 互联网金融广告: one row for each advertiser or publisher.

Amounts and people may be empty here, and stay empty: an unknown is not a zero.
"""

from schemas.columns import choice, choices, day, money, text, whole, yes_no
from schemas.declare import rule, within
from schemas.said import said
from schemas.survey import survey

RETURN = survey(
    "互联网金融广告摸底排查表",
    "每个广告主或发布者填一行；金额和人数未掌握的，填“未掌握”或留空，不要填0。",
    violations=("承诺保本保收益", "夸大", "无资质", "无风险提示", "代言推荐"),
    amounts_optional=True,
    extras={
        "advertiser": text("广告主", optional=True, max_length=60),
        "publisher": text("发布者", optional=True, max_length=60),
        "media": choice(
            "媒介类型", ("电视", "广播", "报刊", "户外", "互联网", "自媒体", "传单短信"), optional=True
        ),
        "monitored_cnt": whole("监测条次", unit="条次", optional=True),
        "illegal_cnt": whole("涉嫌违法条次", unit="条次", optional=True),
        "ad_faults": choices(
            "违法情形", ("承诺保本保收益", "夸大", "无资质", "无风险提示", "代言推荐"), optional=True
        ),
        "stopped_on": day("责令停止日期", optional=True),
        "talks_cnt": whole("约谈人次", unit="人次", optional=True),
        "case_no": text("立案号", optional=True, max_length=60),
        "fine": money("罚没金额", optional=True),
        "abnormal_list": yes_no("经营异常名录", optional=True),
        "license_revoked": yes_no("吊销", optional=True, also=("是否吊销",)),
    },
    checks=[
        rule(
            "F01",
            on="illegal_cnt",
            needs=["monitored_cnt"],
            basis=said("advert_watched"),
            test=lambda rows: within(rows, "illegal_cnt", "monitored_cnt"),
            wrong="涉嫌违法条次大于监测条次",
            mend="请核对两个数",
        )
    ],
)
