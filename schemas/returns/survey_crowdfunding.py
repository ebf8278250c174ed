"""What was found in 股权众筹: one row for each institution; of eight types of violations."""

from schemas.columns import money, text, whole, yes_no
from schemas.declare import rule
from schemas.problems import VERIFY
from schemas.survey import survey

RETURN = survey(
    "股权众筹摸底排查表",
    "每家机构填一行；同一机构涉及多个领域的，分别填入各领域的表。",
    violations=(
        "以股权众筹名义从事股权融资",
        "以股权众筹名义募集私募基金",
        "擅自公开发行股票",
        "虚假宣传",
        "欺诈发行",
        "挪用或占用投资者资金",
        "房地产名义非法集资",
        "持牌机构违规合作",
    ),
    extras={
        "live_projects": whole("在线项目数", unit="个", optional=True),
        "done_projects": whole("累计成功项目数", unit="个", optional=True),
        "raised_total": money("累计融资额", optional=True),
        "investor_cnt": whole("投资者人数", unit="人", optional=True),
        "max_investors": whole("单项目最多投资者数", unit="人", optional=True, adds=False),
        "public_promotion": yes_no("是否公开宣传", optional=True),
        "fund_filing_no": text("私募备案号", optional=True, max_length=60),
    },
    checks=[
        rule(
            "B01",
            on="max_investors",
            level=VERIFY,
            test=lambda rows: ~(rows["max_investors"] > 200).fillna(False),
            basis="公司法、证券法：特定对象累计不超过200人",
            wrong="单个项目投资者超过200人",
            mend="请核实",
        )
    ],
)
