"""What came of a submission: its receipt, its verdict, and every problem with its place."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from pipelines import intake, workbook
from schemas.plan import PLAN
from ui import frame

VERDICTS = {
    "acceptable": ("✓", "已受理", "green"),
    "refused": ("✕", "退回修改，未受理", "red"),
    "unreadable": ("✕", "无法读取，未受理", "red"),
}
ANSWERS = {"rows": "有数", "zero": "零报告", "not_applicable": "不适用", "unfinished": "未完成", "": "未报"}
LEVELS = {"must": "✕ 强制", "verify": "! 核实"}
MOST = 200


@dataclass(frozen=True)
class Sent:
    """A workbook handed over in this session, and what came of it."""

    content: bytes
    outcome: intake.Outcome


def show(sent: Sent) -> None:
    """One workbook's answer, whole."""
    receipt, judgement = sent.outcome.receipt, sent.outcome.judgement
    with st.container(border=True, key=f"result_{receipt.no}"):
        _headline(sent.outcome)
        if judgement.answers:
            _answers(judgement.answers)
        _problems(sent)
        if judgement.repairs:
            with st.expander(f"修正 {len(judgement.repairs)} 处：读取时改了写法，意思不变，请核对"):
                facts(
                    judgement.repairs,
                    {
                        "sheet": "工作表",
                        "cell": "单元格",
                        "before": "原写法",
                        "after": "读作",
                        "how": "怎么改的",
                    },
                )
        if judgement.unchecked:
            with st.expander(f"未能检查 {len(judgement.unchecked)} 处：所需的格子有问题，改好后再查"):
                facts(
                    judgement.unchecked, {"sheet": "工作表", "row": "行", "rule": "检查项", "because": "因"}
                )


def _headline(outcome: intake.Outcome) -> None:
    receipt, judgement = outcome.receipt, outcome.judgement
    glyph, word, colour = VERDICTS[judgement.verdict]
    unit = PLAN.units[judgement.unit].title if judgement.unit in PLAN.units else "未能识别单位"
    duty = (
        PLAN.obligations[judgement.obligation].title
        if judgement.obligation in PLAN.obligations
        else "未能识别事项"
    )
    st.markdown(f"### :{colour}[{glyph} {word}]　{plain(receipt.filename)}", anchors=False)
    if judgement.reason:
        st.markdown(f":{colour}[{plain(judgement.reason)}]")
    st.markdown(f"{unit}　{duty}")
    again = "（同一份文件此前已收到，回执不变）" if outcome.repeated else ""
    st.markdown(
        f"回执号 **{receipt.no}**{again}　收到时间 **{_moment(receipt)}**　报送人 {plain(receipt.sent_by)}　"
        f"{receipt.size / 1024:,.1f} KB"
    )
    st.caption(f"SHA-256 `{receipt.sha256}`")


def _answers(answers: Sequence[Any]) -> None:
    st.markdown("**各表回答**")
    rows = [
        {"工作表": a.sheet, "回答": ANSWERS[a.answer], "行数": a.rows if a.answer == "rows" else "—"}
        for a in answers
    ]
    st.table(_escaped(rows), hide_index=True, border="horizontal")


def _problems(sent: Sent) -> None:
    found = sent.outcome.judgement.problems
    if not found:
        return
    must = sum(p.level == "must" for p in found)
    left, right = st.columns([3, 2], vertical_alignment="center")
    left.markdown(
        f"**发现 {len(found)} 处问题**　强制 {must} 处，须改正；核实 {len(found) - must} 处，无误的可照报"
    )
    right.download_button(
        "下载标注版工作簿", lambda: workbook.marked_up(sent.content, sent.outcome.judgement),
        file_name=f"标注_{sent.outcome.receipt.filename}", on_click="ignore", type="primary",
        key=f"marked_{sent.outcome.receipt.no}",
    )  # fmt: skip
    rows = [
        {"位置": f"{p.sheet}!{p.cell}", "列": p.title, "现值": p.value, "问题": p.message, "怎么改": p.remedy,
         "级别": LEVELS[p.level]}
        for p in found[:MOST]
    ]  # fmt: skip
    st.table(_escaped(rows), hide_index=True)
    if len(found) > MOST:
        st.caption(f"此处列出前 {MOST} 处，其余见标注版工作簿。")


def receipts(found: Sequence[Any]) -> None:
    """Receipts, newest first."""
    rows = [
        {
            "回执号": r.no,
            "收到时间": _moment(r),
            "事项": PLAN.obligations[r.obligation].title if r.obligation in PLAN.obligations else "未能识别",
            "结果": " ".join(VERDICTS[r.verdict][:2]) if r.verdict in VERDICTS else "—",
            "报送人": r.sent_by,
            "文件": r.filename,
            "SHA-256": f"{r.sha256[:12]}…",
        }
        for r in found
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, placeholder="—")


def facts(items: Sequence[Any], titles: dict[str, str]) -> None:
    """Some attributes of each item, as a table under Chinese headings."""
    rows = [{title: getattr(item, name) for name, title in titles.items()} for item in items[:MOST]]
    st.table(_escaped(rows), hide_index=True)


def _moment(receipt: Any) -> str:
    return f"{receipt.received_at.astimezone(frame.SHANGHAI):%Y-%m-%d %H:%M:%S}"


def _escaped(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame([{name: plain(value) for name, value in row.items()} for row in rows])


def plain(value: object) -> str:
    """What a person typed, shown as typed: nothing in it is markup."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", str(value).replace("\n", " "))
