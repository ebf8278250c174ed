"""补正: the office has the sender of an accepted version mend single cells by a day; it mends or answers.

Each cell is an item of its own; those of one sending are one notice. An item is done when a later version
says something else there, or when the unit answers why not. It never holds up a sending.
"""

import pandera.pandas as pa

from schemas.acting import ITEM, UNTOUCHED, ActKind
from schemas.columns import day, text
from schemas.declare import rule

MATTER = "correction"
ORDERED = "correction_ordered"


def _accepted() -> pa.Check:
    return rule(
        "A51",
        on="verdict",
        test=lambda rows: rows["verdict"] == "acceptable",
        wrong="这一份没有受理",
        mend="没有受理的已逐格列明问题，不必另发补正通知",
        basis="补正针对已受理的报送",
    )


def within_campaign(column: str) -> pa.Check:
    """A day by which something is to be done: not over yet, and one that the plan knows."""
    return rule(
        "A52",
        on=column,
        needs=["now", "latest"],
        test=lambda rows: (
            rows[column].isna()
            | ((rows[column] >= rows["now"].dt.normalize()) & (rows[column] <= rows["latest"]))
        ),
        wrong="时限应不早于今天，并在方案所列的日期以内",
        mend="请另选一天",
        basis="时限须是以后的一天",
    )


ACTS = {
    ORDERED: ActKind(
        pa.DataFrameSchema(
            title="要求补正",
            description="指明哪一格、要求是什么、何时前补正；再次要求即为更正。不影响报送的受理。",
            columns={
                "requirement": text("补正要求", min_length=2, max_length=200),
                "reply_due": day("何时前"),
            },
            checks=[_accepted(), within_campaign("reply_due")],
        ),
        MATTER,
        ITEM,
        "decide",
        (UNTOUCHED, "ordered", "answered", "lifted"),
        "ordered",
    ),
    "correction_answered": ActKind(
        pa.DataFrameSchema(
            title="答复补正", description="不改的，逐格写明理由；改了的报下一版即可，不必答复。"
        ),
        MATTER,
        ITEM,
        "answer",
        ("ordered", "answered"),
        "answered",
        asks_reason=True,
    ),
    "correction_lifted": ActKind(
        pa.DataFrameSchema(title="撤销补正要求", description="写明理由；这一格不再要求补正。"),
        MATTER,
        ITEM,
        "decide",
        ("ordered", "answered"),
        "lifted",
        asks_reason=True,
    ),
}
