"""督察核查: what an inspector checks of an institution, and each finding until it is closed.

发现 → 整改回复 (the unit concerned) → 复核 (whoever found it) → 销号 (somebody else). A finding once sent is
never edited: a correction stands beside it. What has come back after it was closed is a finding of its own
that points to the first. The figures of the ledger never change through a finding.
"""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pandera.pandas as pa

from schemas.acting import FINDING, REASON, STAYS, UNTOUCHED, ActKind
from schemas.columns import choice, choices, day, text
from schemas.declare import rule
from schemas.plan import PLAN
from schemas.returns.inspection import CHECKED, LEVELS
from schemas.said import phase_cited

MATTER = "finding"
WAYS = ("现场", "调档", "约谈", "网上")
REVIEWED = ("看材料", "电话核实", "到现场")
UNITS = {unit.title: unit.unit for unit in PLAN.units.values() if PLAN.obligations_of(unit.unit)}
ABOUT = ("entity", "entity_code", "entity_name", "field", "territory")
STEPS = ("发现", "整改回复", "复核", "销号")
NEXT = {"found": 1, "sent_back": 1, "replied": 2, "passed": 3, "closed": 4}  # the step that is to be done
OPEN = ("found", "sent_back", "replied", "passed")
WAITS = {  # whose step it is
    "found": "待{unit}整改回复",
    "sent_back": "待{unit}再次整改回复",
    "replied": "待{opener}复核",
    "passed": "待督察组或办公室另一人销号（发现人、复核人和责任单位的人不能销号）",
}
TELL = ("found", "nothing_found", "found_again", "corrected")  # the acts that say what a finding is
BY_OTHERS = (
    "found",
    "found_again",
    "corrected",
    "replied",
    "passed",
)  # whoever did one of these closes nothing
HOW = ("method", "inspected_on")  # rows of the forms
TOLD = (("finding",), ("finding_level", "unit", "mend_due"))


def _not_ahead() -> pa.Check:
    return rule(
        "A31",
        on="inspected_on",
        test=lambda rows: ~(rows["inspected_on"] > rows["now"]),
        wrong="核查日期晚于今天",
        mend="请核对日期",
        basis="填报的是已经发生的事",
    )


def _due_after(since: str) -> pa.Check:
    return rule(
        "A32",
        on="mend_due",
        needs=[since],
        test=lambda rows: ~(rows["mend_due"] < rows[since]),
        wrong="整改时限早于核查日期",
        mend="请核对两个日期",
        basis=phase_cited("inspection"),
    )


def _of_its_own() -> pa.Check:
    return rule(
        "A36",
        on="again_of",
        needs=["closed_before"],
        test=lambda rows: pd.Series(
            [
                no in str(known).split()
                for no, known in zip(rows["again_of"], rows["closed_before"], strict=True)
            ],
            rows.index,
            bool,
        ),
        wrong="原问题不是这家机构已销号的问题",
        mend="请从已销号的问题处办理",
        basis="回头看的是已销号的问题",
    )


def _told() -> dict[str, pa.Column]:
    """What is told of a finding, at first and when it is corrected."""
    return {
        "finding": text("发现的问题", "一个问题一条；写事实和凭据，不写判断", min_length=4, max_length=500),
        "finding_level": choice("问题程度", LEVELS),
        "unit": choice("责任单位", tuple(UNITS)),
        "mend_due": day("整改时限"),
        "requirement": text("整改要求", min_length=2, max_length=500),
    }


def _checked(*, optional: bool) -> dict[str, pa.Column]:
    return {
        "inspected_on": day("核查日期"),
        "method": choice("核查方式", WAYS),
        "checked": choices("核查内容", CHECKED, optional=optional),
    }


def _kind(words: tuple[str, str], place: str, before: Sequence[str], after: str, **more: Any) -> ActKind:
    """A kind of this matter: title and description, who may, from which states to which."""
    columns, checks = more.pop("columns", {}), more.pop("checks", [])
    content = pa.DataFrameSchema(title=words[0], description=words[1], columns=columns, checks=checks)
    return ActKind(content, MATTER, FINDING, place, tuple(before), after, **more)


ACTS = {
    "found": _kind(
        ("发现问题", "记录核查中发现的一个问题，发给责任单位；发出后不能修改、删除，只能更正。"),
        "inspect",
        [UNTOUCHED],
        "found",
        columns={**_checked(optional=True), **_told()},
        checks=[_not_ahead(), _due_after("inspected_on")],
        button="记录并发给责任单位",
        keeps=ABOUT,
        files=0,
        rows=(HOW, *TOLD, ("requirement", "checked")),
    ),
    "nothing_found": _kind(
        ("未发现问题", "记录一次没有发现问题的核查；须写明方式和核查内容。"),
        "inspect",
        [UNTOUCHED],
        "clean",
        columns=_checked(optional=False),
        checks=[_not_ahead()],
        button="记录",
        keeps=ABOUT,
        files=0,
        rows=(HOW, ("checked",)),
    ),
    "found_again": _kind(
        ("又出现，另立问题", "回头看时又出现的，另立一个问题，写明原问题的编号；原问题照旧是已销号的。"),
        "inspect",
        [UNTOUCHED],
        "found",
        columns={**_checked(optional=True), **_told(), "again_of": text("原问题")},
        checks=[_not_ahead(), _due_after("inspected_on"), _of_its_own()],
        button="另立问题并发给责任单位",
        keeps=ABOUT,
        files=0,
        rows=(HOW, *TOLD, ("requirement", "checked"), ("again_of",)),
    ),
    "corrected": _kind(
        ("更正", "更正已经发出的问题，写明理由；原来的和更正后的都列出，办到哪一步不变。"),
        "inspect",
        OPEN,
        STAYS,
        columns=_told(),
        checks=[_due_after("since")],
        asks_reason=True,
        by_opener=True,
        rows=(*TOLD, ("requirement",), (REASON,)),
    ),
    "replied": _kind(
        ("整改回复", "责任单位写明做了什么，附凭据；由发现人复核。"),
        "answer",
        ["found", "sent_back"],
        "replied",
        columns={"mended_on": day("办完日期")},
        checks=[
            rule(
                "A33",
                on="mended_on",
                needs=["since"],
                test=lambda rows: ~(rows["mended_on"] > rows["now"]) & ~(rows["mended_on"] < rows["since"]),
                wrong="办完日期应在核查日期和今天之间",
                mend="请核对日期",
                basis="填报的是已经发生的事",
            )
        ],
        asks_reason=True,
        reason_title="做了什么",
        button="报送回复",
        files=1,
        rows=((REASON,), ("mended_on",)),
    ),
    "passed": _kind(
        ("复核通过", "发现人写明怎么核的、核实情况；转由另一人销号。"),
        "inspect",
        ["replied"],
        "passed",
        columns={"reviewed_by": choice("怎么核的", REVIEWED)},
        asks_reason=True,
        reason_title="核实情况",
        button="复核通过，转销号",
        by_opener=True,
    ),
    "sent_back": _kind(
        ("退回再改", "写明哪里不够；责任单位再次回复。"),
        "inspect",
        ["replied"],
        "sent_back",
        asks_reason=True,
        by_opener=True,
    ),
    "closed": _kind(
        ("销号", "办结这个问题；不改动台账中的任何数。"), "close", ["passed"], "closed", not_by=BY_OTHERS
    ),
    "review_refused": _kind(
        ("退回复核", "写明哪里没有核清；发现人重新复核。"),
        "close",
        ["passed"],
        "replied",
        asks_reason=True,
        not_by=BY_OTHERS,
    ),
}
