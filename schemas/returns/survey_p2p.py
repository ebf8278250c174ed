"""What was found in P2P网络借贷: one row for each institution."""

import pandas as pd

from schemas.columns import choice, money, number, text, whole, yes_no
from schemas.declare import equals, rule
from schemas.problems import VERIFY
from schemas.survey import sums_to, survey

CAPS_SINCE = pd.Timestamp("2016-08-24")  # 网络借贷信息中介机构业务活动管理暂行办法 in force


def stock_is_loans(rows: pd.DataFrame) -> pd.Series:
    return equals(rows["stock_scale"], rows["loan_bal_tot"]) | (
        (rows["stock_scale"] - rows["loan_bal_tot"]).abs() <= 0.01 * rows["loan_bal_tot"]
    )


def over_cap_is_named(rows: pd.DataFrame) -> pd.Series:
    over = (rows["max_single"] > 100) & (rows["data_as_of"] >= CAPS_SINCE)
    return ~over | rows["violations"].str.contains("超限额").fillna(False).astype(bool)


RETURN = survey(
    "P2P网络借贷摸底排查表",
    "每家机构填一行；同一机构涉及多个领域的，分别填入各领域的表。",
    violations=(
        "自融",
        "归集资金(资金池)",
        "担保保本保息",
        "线下推介",
        "期限拆分",
        "发售理财",
        "类资产证券化债权转让",
        "虚假宣传",
        "高风险投向",
        "股权众筹混业",
        "超限额",
        "未存管",
        "未备案",
    ),
    extras={
        "loan_bal_np": money("借款余额-自然人", optional=True),
        "loan_bal_le": money("借款余额-法人及其他组织", optional=True),
        "loan_bal_tot": money("借款余额-合计", optional=True),
        "borrowers_np": whole("借款人数-自然人", unit="人", optional=True),
        "borrowers_le": whole("借款人数-法人及其他组织", unit="人", optional=True),
        "borrowers_tot": whole("借款人数-合计", unit="人", optional=True),
        "lenders_np": whole("出借人数-自然人", unit="人", optional=True),
        "lenders_le": whole("出借人数-法人及其他组织", unit="人", optional=True),
        "lenders_tot": whole("出借人数-合计", unit="人", optional=True),
        "outstanding": money("待偿(待收)余额", optional=True, also=("待偿余额", "待收余额")),
        "cum_volume": money("累计成交额", optional=True),
        "avg_rate": number("平均借款利率", unit="%", optional=True, at_most=60),
        "custody_bank": text("存管银行", optional=True, max_length=60),
        "custody_status": choice("存管状态", ("未签约", "已签约", "已上线"), optional=True),
        "max_single": money("最大单户借款余额", optional=True, adds=False),
        "offline_store": yes_no("是否线下门店募资", optional=True),
        "special_loans": yes_no("是否首付贷/校园贷/现金贷", optional=True),
    },
    checks=[
        sums_to("loan_bal_tot", "loan_bal_np", "loan_bal_le"),
        sums_to("borrowers_tot", "borrowers_np", "borrowers_le"),
        sums_to("lenders_tot", "lenders_np", "lenders_le"),
        rule(
            "A01",
            on="stock_scale",
            needs=["loan_bal_tot"],
            level=VERIFY,
            test=stock_is_loans,
            basis="网贷机构的存量业务规模即借款余额",
            wrong="存量业务规模与借款余额合计相差超过1%",
            mend="请核实",
        ),
        rule(
            "A02",
            on="lenders_tot",
            needs=["people_cnt"],
            level=VERIFY,
            basis="网贷机构的涉及人数即出借人数",
            test=lambda rows: equals(
                rows["lenders_tot"].astype("Float64"), rows["people_cnt"].astype("Float64")
            ),
            wrong="出借人数合计与涉及(投资)人数不一致",
            mend="请核实",
        ),
        rule(
            "A03",
            on="avg_rate",
            level=VERIFY,
            test=lambda rows: ~(rows["avg_rate"] > 36),
            basis="年利率36%为司法保护上限",
            wrong="平均借款利率高于36%",
            mend="请核实",
        ),
        rule(
            "A04",
            on="max_single",
            needs=["violations", "data_as_of"],
            level=VERIFY,
            test=over_cap_is_named,
            basis="网络借贷暂行办法：同一法人在同一平台不超过100万元",
            wrong="单户余额超过100万元，违法违规情形中没有“超限额”",
            mend="请核实并补充",
        ),
    ],
)
