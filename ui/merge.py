"""归并 on the screen: what may be one institution, side by side, decided on with a reason, and undone."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pipelines import acts
from pipelines.records import of_pair
from schemas.acting import STATES
from schemas.said import COUNTY
from ui import acting, address, data, tables
from ui.plain import plain
from views import Scope, records
from views.answers import likely
from views.figures import merging

PARTS = {"open": "待定", "pending": "待查", "decided": "已定"}
CHOICES = {"merged": "同一家", "kept_apart": "不同", "left_pending": "待查"}
QUEUE = "merge_queue"
LATELY = pd.Timedelta(days=14)
LATEST = 8  # decisions that are shown at once
DIFFERS = "background-color: rgba(255, 75, 75, 0.08)"  # where records differ


def part(pairs: pd.DataFrame, told: pd.DataFrame) -> str:
    """Which part of the queue is looked at; each says how many there are."""
    groups = pairs.groupby("firms")["is_pending"].any()
    stands = int(told["state"].isin(["same", "different"]).sum())
    counts = {"open": int((~groups).sum()), "pending": int(groups.sum()), "decided": stands}
    return address.choose("part", {name: f"{title} {counts[name]}" for name, title in PARTS.items()})


def queue(pairs: pd.DataFrame, *, is_pending: bool) -> pd.DataFrame:
    """The groups that wait, the surest first; returns the pairs of the one that is chosen."""
    waits = pairs.groupby("firms")["is_pending"].transform("any") == is_pending
    groups = list(pairs[waits].groupby("firms", sort=False))
    if not groups:
        st.success("没有等待归并的记录。", title="没有待定的记录")
        return pairs[:0]
    lines = [
        (same["kind"].iloc[0], same["clue"].iloc[0], f"{len({*same['one'], *same['other']})} 条")
        for _, same in groups
    ]
    at = tables.pick(pd.DataFrame(lines, columns=["类型", "线索", "记录"]), QUEUE, 330)
    st.caption("按可靠程度排列：同一代码、同名、疑似。未定之前分别计数，合计旁注明“另有几组待归并”。")
    chosen: pd.DataFrame = groups[at][1]
    return chosen


def beside(same: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The records of a group side by side, with what agrees and what does not; returns them."""
    every = data.answer(likely.records, scope)
    rows = every[every["entity"].isin({*same["one"], *same["other"]})]
    compared = merging.compared(rows)
    differing = [n for n, said in enumerate(compared["异同"]) if said == merging.OTHER]
    styles = {(n, at): DIFFERS for n in differing for at in range(len(compared.columns))}
    tables.whole(compared, styles=styles)  # a line on which the records differ stands out
    return rows


def decide(same: pd.DataFrame, rows: pd.DataFrame, scope: Scope) -> None:
    """What totals would become, and the form that decides; a group of more than two names which."""
    keys = [int(key) for key in rows["entity"]]
    names = dict(zip(keys, map(merging.called, rows.to_dict("records")), strict=True))
    left, right = st.columns([46, 54], gap="medium")
    with right, st.container(border=True, gap="xsmall"):
        st.markdown(f"**归并结论**　:gray[:small[两{COUNTY}在“我的待办”看到结论]]")
        called, concerned = names.__getitem__, keys
        if len(keys) > 2:
            concerned = st.multiselect("所指记录", keys, keys, format_func=called)
        kept = st.selectbox("留用（同一家时以它为准）", concerned, format_func=called, key=f"kept_{keys}")
        with st.form(f"merge_{keys}", border=False):
            kind = st.segmented_control(
                "结论", list(CHOICES), default="merged", format_func=CHOICES.__getitem__, required=True
            )
            reason = st.text_input("依据（必填）", max_chars=acts.LONGEST)
            if st.form_submit_button("确定，转下一组", type="primary") and kind and kept:
                acting.finish(CHOICES[kind], _decided(kind, same, concerned, kept, reason))
        st.caption("不留用的编号留作曾用编号，原件不动；随时可撤销，撤销也留痕。")
    with left, st.container(border=True, gap="xsmall"):
        st.markdown("**定为同一家后的合计**")
        if kept and len(concerned) > 1:
            tables.whole(data.made(merging.effect, scope, tuple(concerned), kept))


def _decided(kind: str, same: pd.DataFrame, concerned: Sequence[int], kept: int, reason: str) -> list[str]:
    """Say it of each pair: of one institution, each record with the one that is kept; else as they stood."""
    if kind == "merged":
        pairs = [(kept, other) for other in concerned if other != kept]
    else:
        both = zip(same["one"].tolist(), same["other"].tolist(), strict=True)
        pairs = [pair for pair in both if set(pair) <= set(concerned)]
    said = {"kept": str(kept)} if kind == "merged" else {}
    faults = []
    for pair in pairs:
        subject = of_pair(*pair)
        faults.append(acting.press(kind, subject, reason, said, acting.seen(kind, subject)))
    return [fault for fault in faults if fault]


def decided(told: pd.DataFrame, most: int = LATEST) -> None:
    """The latest decisions, each with the way to undo it."""
    st.markdown("**最近的归并结论**　:gray[:small[随时可撤销，撤销也留痕]]")
    shown = told[told["state"] != "undone"].head(most)
    if shown.empty:
        st.caption("尚无归并结论。")
    for row in records(shown):
        line, undo = st.columns([74, 26], vertical_alignment="center")
        line.markdown(_decision(row))
        with undo.popover("撤销"):
            acting.form("merge_undone", row.subject, "merge")


def _decision(row: Any) -> str:
    """One decision, as Markdown."""
    sign = "＝" if row.state == "same" else "·"
    both = f"{plain(row.one_called)} {sign} {plain(row.other_called)}"
    kept = plain(row.one_called if row.kept == row.one else row.other_called)
    keeps = f"　留用 {kept}" if row.state == "same" else ""
    words = STATES[row.state].removeprefix("已")
    return (
        f"{row.done_at:%m-%d}　**{both}**　:gray-badge[{words}]{keeps}  \n"
        f":gray[:small[{plain(row.person)}：{plain(row.reason)}]]"
    )


def of(entity: int, scope: Scope) -> None:
    """In the dossier of an institution: what was decided on its record and others; its number, corrected."""
    told: pd.DataFrame = data.answer(likely.decided, scope)
    mine = told[(told["one"] == entity) | (told["other"] == entity)]
    for row in records(mine[mine["state"].isin(["same", "different", "pending"])]):
        st.markdown(f":small[主体归并]　{_decision(row)}")
    if acting.may("numbered", str(entity)):
        with st.expander("更正编号"):
            acting.blank("numbered", str(entity), "number")


def notices(scope: Scope) -> None:
    """On the desk of a unit: what was lately decided on records of its own."""
    told: pd.DataFrame = data.answer(likely.decided, scope)
    lately = told["done_at"] >= pd.Timestamp(scope.as_of) - LATELY
    for row in records(told[lately & told["state"].isin(["same", "different", "undone"])].head(LATEST)):
        st.markdown(f"主体归并　{_decision(row)}")
