"""The first answers of the deadline screen: what to watch today, and the rates with their bases."""

from collections import Counter

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui.frame import Scope


def watch(duties: pd.DataFrame) -> str:
    """One sentence made from the rows: what is overdue, whose it is, what comes next."""
    rows = list(duties.itertuples())
    overdue = [r for r in rows if r.status == "overdue"]
    near = sorted((r for r in rows if r.status in {"urgent", "soon", "returned"}), key=lambda r: r.due)
    said = []
    if overdue:
        ((unit, most),) = Counter(r.unit_title for r in overdue).most_common(1)
        longest = max(overdue, key=lambda r: r.days)
        said.append(f":red[**{len(overdue)} 项逾期未报**]（{unit} {most} 项最多）")
        said.append(f"最久的是{longest.unit_title}“{longest.title}”，已逾期 {longest.days} 个工作日")
    if near:
        titles = list(dict.fromkeys(f"{r.title}（{r.due:%m-%d}）" for r in near))
        more = f"等 {len(titles)} 项" if len(titles) > 2 else ""
        said.append(f"临近截止 {len(near)} 份：{'、'.join(titles[:2])}{more}")
    return "**今天要盯：** " + ("；".join(said) or "无逾期、无临期事项") + "。"


def rates(duties: pd.DataFrame, scope: Scope) -> None:
    """Scored duties that have fallen due, and how they were met; never a percentage of nothing."""
    scored = [r for r in duties.itertuples() if r.scored]
    due = [r for r in scored if r.due.date() <= scope.as_of]
    count = Counter(r.status for r in due)
    filed = count["on_time"] + count["late"]
    inner = sum(r.status == "overdue" and not r.scored for r in duties.itertuples())
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
