"""What was drawn, on the screen: the list of a draft, who goes when, one swapped for the next, its files."""

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from door import files
from pipelines.keeping import accounts
from ui import acting, address, data, dossier, handed, sampling, tables
from ui.plain import plain
from views import Scope, records
from views.answers import finding, sample
from views.figures import drawing
from views.figures.drawing import WAYS

TABLE = "sampled"
LISTED = (
    "code",
    "entity_name",
    "territory",
    "risk_level",
    "way_title",
    "basis",
    "whom",
    "progress",
    "seen_on",
)
TITLES = {"way_title": "入选方式", "basis": "依据（可复算）", "progress": "进度", "seen_on": "日期"}


def listing(draft: Any, listed: pd.DataFrame, scope: Scope) -> None:
    """The institutions of a draft; those that are chosen are assigned, or one is swapped."""
    shown = dossier.short_named(listed).assign(
        way_title=listed["way"].map(WAYS),
        basis=[drawing.basis(row) for row in records(listed)],
        progress=[_how_far(row) for row in records(listed)],
        seen_on=listed["checked_on"].fillna(listed["visit_on"]),
    )
    answer = sample.ANSWER.columns
    titles = {name: str(answer[name].title) for name in LISTED if name in answer} | TITLES
    shown = shown[_part(shown)]
    titled = shown[list(LISTED)].rename(columns=titles)
    state = st.dataframe(
        titled,
        hide_index=True,
        height=tables.tall(titled, 420),
        key=TABLE,
        on_select="rerun",
        selection_mode="multi-row",
        placeholder="—",
        column_config={"日期": st.column_config.DateColumn("日期", format="MM-DD")},
    )
    picks: list[int] = [n for n in state["selection"]["rows"] if n < len(shown)]
    picked = shown.iloc[picks]
    if acting.may("assigned", draft["draft"]):
        _assign(draft, picked)
        _swap(draft, picked, listed, scope)
    taken = picked if len(picked) else shown[~shown["is_out"]]
    _downloads(draft, titled, listed.loc[taken.index], scope)  # its sheets have whole titles


def _part(shown: pd.DataFrame) -> "pd.Series[bool]":
    """Which rows are looked at: all, those that must be checked, or those at a step."""
    is_out, is_seen, is_due = shown["is_out"], shown["checks"] > 0, shown["visit_on"].notna()
    stands = ~is_out
    parts = {
        "all": ("全部（含换出）" if is_out.any() else "全部", shown["code"].notna()),
        "must": ("必查", stands & (shown["way"] == "must")),
        "waiting": ("未约", stands & ~is_seen & ~is_due),
        "agreed": ("已约", stands & ~is_seen & is_due),
        "seen": ("已查", stands & is_seen),
    }
    chosen = address.choose("part", {name: f"{word} {rows.sum()}" for name, (word, rows) in parts.items()})
    return parts[chosen][1]


def _how_far(row: Any) -> str:
    if row.is_out:
        return f"已换出：{row.out_reason}"
    if row.checks:
        return f"✕ {row.faults} 个问题" if row.faults else "✓ 未发现"
    return f"◷ 约 {row.visit_on:%m-%d}" if not pd.isna(row.visit_on) else "未约"


def _assign(draft: Any, picked: pd.DataFrame) -> None:
    """分派: those chosen, to one inspector, for a day."""
    with st.expander(f"分派、约时间（已勾选 {len(picked)} 家）"):
        known = accounts.accounts(data.store().archive).values()
        people = [each.person for each in known if "inspector" in each.roles and each.is_active]
        with st.form(f"assign_{draft['draft']}", border=False):
            whom = st.selectbox("核查人", people, None)
            day = st.date_input("约定日期", None, format="YYYY-MM-DD")
            if st.form_submit_button("分派", disabled=picked.empty):
                said = {"whom": whom, "visit_on": day, "listed": "、".join(picked["code"]) or None}
                fault = acting.press("assigned", draft["draft"], "", said, _seen(draft))
                acting.finish("分派", [fault] if fault else [])


def _swap(draft: Any, picked: pd.DataFrame, listed: pd.DataFrame, scope: Scope) -> None:
    """换一家: the one chosen for the next of its stratum."""
    rows = sampling.population(draft, scope)
    if len(picked) != 1 or picked.iloc[0]["is_out"] or rows is None:
        return
    one = picked.iloc[0]
    into = drawing.next_of(rows, sampling.plan_of(draft), one["stratum"], list(listed["code"]))
    with st.expander(f"换一家（{plain(one['code'])} {plain(one['entity_name'])}）"):
        if into is None:
            st.caption("这一层没有别的机构可换。")
            return
        named = f"{plain(into['code'])} {plain(into['entity_name'])}"
        st.markdown(f"换为层内下一个：**{named}**（第 {into['place']}）")
        with st.form(f"swap_{draft['draft']}_{one['code']}", border=False):
            reason = st.text_input("原因", max_chars=500)
            if st.form_submit_button("换一家"):
                said = {"out": one["code"], "into": drawing.swapped(into)}
                fault = acting.press("swapped", draft["draft"], reason, said, _seen(draft))
                acting.finish("换一家", [fault] if fault else [])


def _seen(draft: Any) -> int:
    return int(draft["seen_act"])


def _downloads(draft: Any, titled: pd.DataFrame, picked: pd.DataFrame, scope: Scope) -> None:
    """The certificate of the draft, and the checklist of those chosen, or of all."""
    with st.container(horizontal=True, gap="small"):
        lines = [f"{title}：{value}" for title, value in sampling.said_of(draft).items()]
        handed.offer(
            "下载抽样凭据",
            partial(files.table, f"抽样凭据 {draft['draft']}", lines, titled),
            f"抽样凭据_{draft['draft']}.xlsx",
            "certificate",
            place="sample",
            what=f"抽样凭据 {draft['draft']}",
        )
        found = data.answer(finding.fetch, scope)
        still = found[found["is_open"] & found["entity"].isin(picked["entity"])]
        handed.offer(
            f"下载核查工作簿（{len(picked)} 家）",
            partial(files.checklist, picked, still),
            f"核查工作簿_{draft['draft']}.xlsx",
            "checklist",
            place="sample",
            is_main=True,
            what=f"核查工作簿 {draft['draft']}，{len(picked)} 家",
        )
