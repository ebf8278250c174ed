"""The first answers of the deadline screen: what to watch today, and the rates with their bases."""

from collections import Counter
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from views import Scope, cell


def watch(duties: pd.DataFrame) -> str:
    """One sentence made from the rows: what is overdue, whose it is, what comes next."""
    rows = cell.lines(duties)
    overdue = [r for r in rows if r.status == "overdue"]
    near = sorted((r for r in rows if r.status in {"urgent", "soon", "returned"}), key=lambda r: r.due)
    said = []
    if overdue:
        said += [f":red[**{len(overdue)} 项逾期未报**]（{_whose(overdue)}）", _longest(overdue)]
    if near:
        titles = list(dict.fromkeys(f"{r.title}（{r.due:%m-%d}）" for r in near))
        more = f"等 {len(titles)} 种" if len(titles) > 2 else ""
        said.append(f"临近截止 {len(near)} 项：{'、'.join(titles[:2])}{more}")
    return "**今天要盯：** " + ("；".join(said) or "无逾期、无临期事项") + "。"


def _whose(overdue: list[Any]) -> str:
    units = Counter(r.unit_title for r in overdue).most_common()
    if len(units) > 1 and units[0][1] == units[1][1]:
        return f"涉及 {len(units)} 个单位"
    return f"{units[0][0]} {units[0][1]} 项" + ("最多" if len(units) > 1 else "")


def _longest(overdue: list[Any]) -> str:
    row = max(overdue, key=lambda r: r.days)
    return f"最久 {row.days} 个工作日（{row.unit_title}“{row.title}”）"


def rates(duties: pd.DataFrame, scope: Scope) -> None:
    """Scored duties that have fallen due, and how they were met; never a percentage of nothing."""
    rows = cell.lines(duties)
    scored = [r for r in rows if r.scored]
    due = [r for r in scored if r.due.date() <= scope.as_of]
    count = Counter(r.status for r in due)
    filed = count["on_time"] + count["late"]
    inner = sum(r.status == "overdue" and not r.scored for r in rows)
    units = len({r.unit for r in due if r.status == "overdue"})
    none = "尚无到期事项" if scored else "本阶段无报送义务"
    cards = [
        ("应报", f"{len(due)} 项", f"已到期；全部考核事项 {len(scored)} 项"),
        ("已报率", share(filed, len(due)), base(filed, len(due)) or none),
        ("按时率", share(count["on_time"], len(due)), base(count["on_time"], len(due)) or none),
        ("迟报", f"{count['late']} 项", base(count["late"], len(due)) or none),
        (
            "逾期未报",
            f"{count['overdue']} 项",
            f"{units} 个单位" + (f"；另有不考核 {inner} 项" if inner else ""),
        ),
    ]
    for slot, (label, value, note) in zip(st.columns(len(cards), gap="small"), cards, strict=True):
        card(slot, label, value if len(due) or label == "应报" else "—", note)


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "—"


def base(part: int, whole: int) -> str:
    return f"{part} / {whole} 项" if whole else ""


def card(slot: DeltaGenerator, label: str, value: str, note: str) -> None:
    with slot.container(border=True, gap=None, height="stretch"):
        st.markdown(f":gray[{label}]")
        st.metric(label, value, label_visibility="collapsed")
        st.caption(note)
