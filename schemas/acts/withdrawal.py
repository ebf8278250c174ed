"""撤回: an accepted sending is taken back, by its unit within two hours, later with the office's consent.

The original, its receipt and the verdict stay; from then on the version accepted before it stands.
"""

import pandas as pd
import pandera.pandas as pa

from schemas.acting import SUBMISSION, UNTOUCHED, ActKind
from schemas.declare import rule

AT_ONCE = pd.Timedelta(hours=2)  # in which a unit takes back what it sent without asking
MATTER = "withdrawal"


def _accepted() -> pa.Check:
    return rule(
        "A01",
        on="verdict",
        test=lambda rows: rows["verdict"] == "acceptable",
        wrong="这一份没有受理，不计入任何数字",
        mend="不必撤回，改好后重新报送即可",
        basis="撤回的是已受理的报送",
    )


def _soon() -> pa.Check:
    return rule(
        "A02",
        on="came_at",
        test=lambda rows: rows["now"] - rows["came_at"] <= AT_ONCE,
        wrong="收到已超过 2 小时，不能自行撤回",
        mend="请申请撤回，由领导小组办公室决定",
        basis="报送后 2 小时内可自行撤回",
    )


ACTS = {
    "withdrawn": ActKind(
        pa.DataFrameSchema(
            title="撤回",
            description="受理后 2 小时内由本单位撤回；此前受理的一份重新有效，原件和回执都留存。",
            checks=[_accepted(), _soon()],
        ),
        MATTER,
        SUBMISSION,
        "answer",
        (UNTOUCHED, "asked", "refused"),
        "withdrawn",
        asks_reason=True,
    ),
    "withdrawal_asked": ActKind(
        pa.DataFrameSchema(
            title="申请撤回",
            description="超过 2 小时的，写明理由，由领导小组办公室决定。",
            checks=[_accepted()],
        ),
        MATTER,
        SUBMISSION,
        "answer",
        (UNTOUCHED, "refused"),
        "asked",
        asks_reason=True,
    ),
    "withdrawal_granted": ActKind(
        pa.DataFrameSchema(title="同意撤回", description="从这时起，此前受理的一份重新有效。"),
        MATTER,
        SUBMISSION,
        "decide",
        ("asked",),
        "withdrawn",
        by_another=True,
    ),
    "withdrawal_refused": ActKind(
        pa.DataFrameSchema(title="不同意撤回", description="写明理由；这一份继续有效，可以再次申请。"),
        MATTER,
        SUBMISSION,
        "decide",
        ("asked",),
        "refused",
        asks_reason=True,
        by_another=True,
    ),
}
