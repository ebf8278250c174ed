"""What was found in 互联网保险: one row for each institution."""

from schemas.columns import choice, money, text, whole, yes_no
from schemas.survey import survey

RETURN = survey(
    "互联网保险摸底排查表",
    "每家机构填一行；同一机构涉及多个领域的，分别填入各领域的表。",
    violations=("高现价产品", "与无资质平台合作", "跨界增信", "非法经营保险", "误导宣传"),
    extras={
        "license_kind": choice(
            "持牌类型", ("保险公司", "代理", "经纪", "公估", "第三方平台", "无资质"), optional=True
        ),
        "partner_insurer": text("合作保险机构", optional=True, max_length=200),
        "product_name": text("产品名称", optional=True, max_length=200),
        "premium": money("保费收入", optional=True),
        "insured_cnt": whole("投保人数", unit="人", optional=True),
        "high_cash_value": yes_no("是否高现金价值", optional=True),
        "credit_support": yes_no("是否为网贷等提供增信", optional=True),
        "false_promotion": yes_no("是否虚假宣传", optional=True),
    },
)
