"""延期: a duty gets another due day, asked for before it is due, granted or refused by the office.

The day of the plan is never overwritten: both are shown, and a sending is on time by the day in force when
it came.
"""

import pandera.pandas as pa

from schemas.acting import DUTY, UNTOUCHED, ActKind
from schemas.columns import day
from schemas.declare import rule
from schemas.said import CAMPAIGN, OFFICE

MATTER = "extension"
STANDS = (UNTOUCHED, "granted", "refused")


def _in_time() -> pa.Check:
    return rule(
        "A11",
        on="now",
        test=lambda rows: rows["now"].dt.normalize() <= rows["due"],
        wrong="已过截止日，不能再申请延期",
        mend=f"请尽快报送；确有特殊情况的，请与{OFFICE}联系",
        basis="延期须在截止日前提出",
    )


def later() -> pa.Check:
    """That a new day is later than the one in force, and within the campaign."""
    return rule(
        "A12",
        on="new_due",
        needs=["due", "latest"],
        test=lambda rows: (rows["new_due"] > rows["due"]) & (rows["new_due"] <= rows["latest"]),
        wrong=f"新的截止日应晚于现行截止日，并在{CAMPAIGN}期间之内",
        mend="请另选一天",
        basis="延期是把截止日后移",
    )


ACTS = {
    "extension_asked": ActKind(
        pa.DataFrameSchema(
            title="申请延期",
            description="截止日当天 24 时以前提出，写明理由和希望延到哪一天。",
            columns={"new_due": day("延至")},
            checks=[_in_time(), later()],
        ),
        MATTER,
        DUTY,
        "answer",
        STANDS,
        "asked",
        asks_reason=True,
    ),
    "extension_granted": ActKind(
        pa.DataFrameSchema(
            title="同意延期",
            description="定下新的截止日；方案原定的截止日照旧列出。",
            columns={"new_due": day("延至")},
            checks=[later()],
        ),
        MATTER,
        DUTY,
        "decide",
        ("asked",),
        "granted",
        asks_reason=True,
        by_another=True,
    ),
    "extension_refused": ActKind(
        pa.DataFrameSchema(title="不同意延期", description="写明理由；截止日不变。"),
        MATTER,
        DUTY,
        "decide",
        ("asked",),
        "refused",
        asks_reason=True,
        by_another=True,
    ),
}
