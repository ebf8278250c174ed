"""督办: a matter settled at a meeting is opened; every case is received and answered by its unit.

By hand it is closed on a basis and by a second person; most are closed by the facts.
"""

import pandera.pandas as pa

from schemas.acting import CASE, RESOLUTION, UNTOUCHED, ActKind
from schemas.acts.correction import within_campaign
from schemas.columns import day, text

RESOLVED, REPLY, CLOSING = "resolution", "reply", "closing"
NEXT = {"next_step": text("下一步", min_length=2, max_length=100), "by_when": day("何时前")}

ACTS = {
    "resolution_made": ActKind(
        pa.DataFrameSchema(
            title="立一件",
            description="例会议定的事项：一事一件，写明责任单位、下一步和何时前。",
            columns={
                "what": text("事项", min_length=2, max_length=100),
                **NEXT,
                "meeting": text("哪次例会", optional=True, max_length=50),
            },
            checks=[within_campaign("by_when")],
        ),
        RESOLVED,
        RESOLUTION,
        "decide",
        (UNTOUCHED,),
        "opened",
    ),
    "resolution_changed": ActKind(
        pa.DataFrameSchema(
            title="重定下一步",
            description="写明理由；此前的下一步和时限照旧列出。",
            columns=NEXT,
            checks=[within_campaign("by_when")],
        ),
        RESOLVED,
        RESOLUTION,
        "decide",
        ("opened",),
        "opened",
        asks_reason=True,
    ),
    "case_received": ActKind(
        pa.DataFrameSchema(title="签收", description="责任单位收到这一件。"),
        REPLY,
        CASE,
        "answer",
        (UNTOUCHED,),
        "received",
    ),
    "case_answered": ActKind(
        pa.DataFrameSchema(
            title="答复",
            description="办到哪一步、何时办结；再次答复即为补充。",
            columns={"promised": day("承诺何时办结", optional=True)},
            checks=[within_campaign("promised")],
        ),
        REPLY,
        CASE,
        "answer",
        (UNTOUCHED, "received", "answered"),
        "answered",
        asks_reason=True,
    ),
    "closing_asked": ActKind(
        pa.DataFrameSchema(
            title="提请销号", description="写明依据，由另一人复核。报送类一经受理即自行销号。"
        ),
        CLOSING,
        CASE,
        "decide",
        (UNTOUCHED, "refused"),
        "proposed",
        asks_reason=True,
    ),
    "closing_granted": ActKind(
        pa.DataFrameSchema(title="复核销号", description="另一人复核依据，同意销号。"),
        CLOSING,
        CASE,
        "decide",
        ("proposed",),
        "closed",
        by_another=True,
    ),
    "closing_refused": ActKind(
        pa.DataFrameSchema(title="不同意销号", description="写明理由；这一件继续督办。"),
        CLOSING,
        CASE,
        "decide",
        ("proposed",),
        "refused",
        asks_reason=True,
        by_another=True,
    ),
    "closing_undone": ActKind(
        pa.DataFrameSchema(title="恢复督办", description="写明理由；已销号的一件重新督办。"),
        CLOSING,
        CASE,
        "decide",
        ("closed",),
        "refused",
        asks_reason=True,
    ),
}
