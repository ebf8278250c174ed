"""Beside the steps of a finding: its unit receives it (签收) and asks for a later day (延期); once it is
closed, inspectors look at it again (回头看).

None of these moves a step. The day that the inspector set is never overwritten: both are shown.
"""

from collections.abc import Sequence
from typing import Any

import pandera.pandas as pa

from schemas.acting import FINDING, UNTOUCHED, ActKind
from schemas.acts.extension import later
from schemas.acts.finding import WAYS
from schemas.columns import choice, day
from schemas.declare import rule
from schemas.said import OFFICE, phase_cited

RECEIPT, EXTENSION, LOOKING_BACK = "finding_receipt", "finding_extension", "looking_back"
MATTERS = (RECEIPT, EXTENSION, LOOKING_BACK)
GRANTED = "finding_extension_granted"


def _waits() -> pa.Check:
    return rule(
        "A34",
        on="now",
        needs=["is_waiting"],
        test=lambda rows: rows["is_waiting"].astype(bool),
        wrong="这个问题现在不等责任单位整改",
        mend="请刷新后看办到哪一步",
        basis=phase_cited("inspection"),
    )


def _in_time() -> pa.Check:
    return rule(
        "A35",
        on="now",
        needs=["due"],
        test=lambda rows: ~(rows["now"].dt.normalize() > rows["due"]),
        wrong="已过整改时限，不能再申请延期",
        mend=f"请尽快整改并回复；确有特殊情况的，请与{OFFICE}联系",
        basis="延期须在截止日前提出",
    )


def _is_over() -> pa.Check:
    return rule(
        "A37",
        on="now",
        needs=["is_closed"],
        test=lambda rows: rows["is_closed"].astype(bool),
        wrong="这个问题还没有销号",
        mend="销号以后再回头看",
        basis="回头看的是已销号的问题",
    )


def _not_ahead() -> pa.Check:
    return rule(
        "A38",
        on="looked_on",
        test=lambda rows: ~(rows["looked_on"] > rows["now"]),
        wrong="回头看日期晚于今天",
        mend="请核对日期",
        basis="填报的是已经发生的事",
    )


def _kind(
    words: tuple[str, str], matter: str, place: str, states: tuple[Sequence[str], str], **more: Any
) -> ActKind:
    """A kind of these matters: title and description, who may, the states before and after."""
    columns, checks = more.pop("columns", {}), more.pop("checks", [])
    content = pa.DataFrameSchema(title=words[0], description=words[1], columns=columns, checks=checks)
    return ActKind(content, matter, FINDING, place, tuple(states[0]), states[1], **more)


ACTS = {
    "finding_received": _kind(
        ("签收问题", "责任单位收到这个问题；办到哪一步不变。"),
        RECEIPT,
        "answer",
        ([UNTOUCHED], "received"),
        checks=[_waits()],
        button="签收",
    ),
    "finding_extension_asked": _kind(
        ("申请整改延期", "整改时限当天 24 时以前提出，写明理由和希望延到哪一天。"),
        EXTENSION,
        "answer",
        ([UNTOUCHED, "granted", "refused"], "asked"),
        columns={"new_due": day("延至")},
        checks=[_waits(), _in_time(), later()],
        asks_reason=True,
    ),
    GRANTED: _kind(
        ("同意整改延期", "定下新的整改时限；原定的整改时限照旧列出。"),
        EXTENSION,
        "decide",
        (["asked"], "granted"),
        columns={"new_due": day("延至")},
        checks=[later()],
        asks_reason=True,
        by_another=True,
    ),
    "finding_extension_refused": _kind(
        ("不同意整改延期", "写明理由；整改时限不变。"),
        EXTENSION,
        "decide",
        (["asked"], "refused"),
        asks_reason=True,
        by_another=True,
    ),
    "looked_back": _kind(
        ("回头看，没有反弹", "已销号的问题再看一次，写明怎么看的、看到什么；又出现的，另立问题。"),
        LOOKING_BACK,
        "inspect",
        ([UNTOUCHED, "held"], "held"),
        columns={"looked_on": day("回头看日期"), "method": choice("核查方式", WAYS)},
        checks=[_is_over(), _not_ahead()],
        asks_reason=True,
        reason_title="看到的情况",
    ),
}
