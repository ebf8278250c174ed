"""What was found in 互联网资管及跨界: one row for each institution."""

from schemas.columns import choice, money, number, text, whole, yes_no
from schemas.declare import rule
from schemas.problems import VERIFY
from schemas.survey import survey

RETURN = survey(
    "互联网资管及跨界摸底排查表",
    "每家机构填一行；交易场所、担保、小贷、典当、租赁公司的互联网金融活动填入本表。",
    violations=("打包拆分私募", "无资质代销", "嵌套规避", "资金池", "关联交易无防火墙", "承诺保本"),
    extras={
        "asset_kind": choice("类别", ("有资质不规范", "无资质跨界", "多资质综合经营"), optional=True),
        "products": text("产品名称/数量", optional=True, max_length=200),
        "raised_balance": money("募集余额", optional=True),
        "investor_cnt": whole("投资者人数", unit="人", optional=True),
        "expected_yield": number("预期收益率", unit="%", optional=True),
        "underlying": text("底层资产", optional=True, max_length=200),
        "split_packaged": yes_no("是否拆分打包", optional=True),
        "nested": yes_no("是否嵌套", optional=True),
        "principal_promised": yes_no("是否保本承诺", optional=True),
        "fund_pool": yes_no("是否资金池", optional=True),
        "fund_use": text("资金投向", optional=True, max_length=200),
        "sales_agent": text("代销机构", optional=True, max_length=200),
    },
    checks=[
        rule(
            "D01",
            on="expected_yield",
            level=VERIFY,
            test=lambda rows: ~(rows["expected_yield"] > 15),
            basis="高收益承诺为排查重点",
            wrong="预期收益率高于15%",
            mend="请核实",
        )
    ],
)
