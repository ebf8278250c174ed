"""抽查: a sample drawn by a seed, so that anybody can draw it again; every draft is kept and numbered.

A draft is made final by somebody else. After that an institution is only swapped for the next of its stratum,
with a reason.
"""

import pandera.pandas as pa

from schemas.acting import SAMPLE, STAYS, UNTOUCHED, ActKind
from schemas.columns import choice, choices, day, text, whole
from schemas.declare import rule
from schemas.said import COUNTY, TERRITORY

MATTER = "sample"
STRATA = {"领域": "field", TERRITORY: "territory", "风险程度": "risk_level"}  # → a column of the ledger
MUST = ("高风险且逾期整改", "高风险且未交接", "涉嫌非法集资", "涉稳", "有未结督察问题")
WEIGHTED = ("高", "中", "低")  # the levels of risk to which the weights belong; 未评 weighs as 低
LONGEST = 2_000_000  # signs of a list


def _listed(title: str) -> pa.Column:
    return text(title, max_length=LONGEST)


ACTS = {
    "drawn": ActKind(
        pa.DataFrameSchema(
            title="抽样",
            description="按种子、总数、分层、必查和权重抽出一稿；每一稿都编号留存，不能重抽到满意为止。",
            columns={
                "seed": text("种子", min_length=1, max_length=40),
                "size": whole("总数", unit="家"),
                "day": day("快照"),
                "strata": choice("分层", tuple(STRATA)),
                "must": choices("必查", MUST, "符合任一条的全部进入，不占抽取", optional=True),
                "weights": text("权重", "高·中·低，未评按低", pattern=r"^[1-9]\d?·[1-9]\d?·[1-9]\d?$"),
                "units": text(f"核查{COUNTY}", optional=True),
                "fields": text("核查领域", optional=True),
                "listed": _listed("抽出的机构"),
            },
            checks=[
                rule(
                    "A41",
                    on="day",
                    test=lambda rows: ~(rows["day"] >= rows["now"].dt.normalize()),
                    wrong="快照不早于今天，当天的数据还会变",
                    mend="请选今天以前的一天",
                    basis="同一快照、同一种子抽出同样的名单",
                ),
                rule(
                    "A42",
                    on="size",
                    test=lambda rows: rows["size"] > 0,
                    wrong="总数应大于 0",
                    mend="请填要查多少家",
                    basis="抽查的规模",
                ),
            ],
        ),
        MATTER,
        SAMPLE,
        "sample",
        (UNTOUCHED,),
        "drafted",
    ),
    "finalised": ActKind(
        pa.DataFrameSchema(title="定稿", description="由另一人核对后定稿；定稿后要改任何一项，另抽一稿。"),
        MATTER,
        SAMPLE,
        "sample",
        ("drafted",),
        "final",
        not_by=("drawn",),
    ),
    "swapped": ActKind(
        pa.DataFrameSchema(
            title="换一家",
            description="写明原因，换为同一层中下一个；换出的照旧列出。",
            columns={"out": text("换出"), "into": _listed("换入")},
        ),
        MATTER,
        SAMPLE,
        "sample",
        ("final",),
        STAYS,
        asks_reason=True,
    ),
    "assigned": ActKind(
        pa.DataFrameSchema(
            title="分派",
            description="分给一名核查人员，约定去查的日期。",
            columns={
                "whom": text("核查人", min_length=1, max_length=40),
                "visit_on": day("约定日期", optional=True),
                "listed": _listed("分派的机构"),
            },
        ),
        MATTER,
        SAMPLE,
        "sample",
        ("final",),
        STAYS,
    ),
}
