"""What was found in 第三方支付: one row for each institution."""

from schemas.columns import choices, money, text, whole, yes_no
from schemas.declare import is_in, required_when, rule
from schemas.said import said
from schemas.survey import survey

RETURN = survey(
    "第三方支付摸底排查表",
    "每家机构填一行；无证经营支付业务的，填明为其提供通道的机构。",
    violations=("无证经营", "挪用备付金", "为无证机构提供通道", "违规跨机构清算", "变造交易信息", "其他"),
    extras={
        "is_licensed": yes_no("是否持证", optional=True),
        "payment_license_no": text("支付业务许可证号", optional=True, max_length=60),
        "payment_kinds": choices("业务类型", ("网络支付", "预付卡", "银行卡收单"), optional=True),
        "unlicensed_kind": text("无证类型", optional=True, max_length=60),
        "merchant_cnt": whole("商户数", unit="户", optional=True),
        "terminal_cnt": whole("终端数", unit="台", optional=True),
        "monthly_volume": money("月交易额", optional=True),
        "reserve_balance": money("备付金余额", optional=True),
        "reserve_bank": text("备付金存管银行", optional=True, max_length=60),
        "reserve_misused": yes_no("是否挪用", optional=True),
        "channel_provider": text("通道提供方", optional=True, max_length=200),
        "settled_funds": money("沉淀资金", optional=True),
    },
    checks=[
        required_when(
            "E01",
            "channel_provider",
            lambda rows: is_in(rows, "is_licensed", "否"),
            ["is_licensed"],
            "无证经营支付业务",
            said("payment_channel"),
        ),
        rule(
            "E02",
            on="disp_class",
            needs=["is_licensed", "has_license"],
            basis=said("payment_licence"),
            test=lambda rows: (
                ~(is_in(rows, "is_licensed", "否") | is_in(rows, "has_license", "否"))
                | ~is_in(rows, "disp_class", "合规类")
            ),
            wrong="无证经营支付业务的不能分为合规类",
            mend="请改分类，或核对是否持证",
        ),
    ],
)
