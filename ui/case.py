"""督察: the findings of an institution with their steps, what whoever looks may do, and a check recorded."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from door import files
from pipelines.findings import next_finding
from schemas.acts import ACTS
from schemas.acts.finding import NEXT, STEPS, WAITS
from schemas.plan import PLAN
from ui import acting, data, handed, who
from ui.plain import plain
from views import Ask, Scope, records
from views.answers import finding
from views.figures import words

MAIN = ("replied", "passed", "closed")  # what brings a finding a step further
ASIDE = ("sent_back", "review_refused", "corrected")
RECEIVED, ASKED, HELD, AGAIN = "finding_received", "finding_extension_asked", "looked_back", "found_again"
COLOURS = {"overdue": "red", "urgent": "orange", "soon": "blue"}
RECORDED = {"发现问题": "found", "未发现问题": "nothing_found"}
WEEK = dt.timedelta(days=7)
ONCE = "发出后不能修改、删除，只能更正。一次记一个问题，还有的再记一次。"


def of_institution(entity: int, scope: Scope) -> None:
    """The findings of one institution, the open first; those that are closed are told behind a click."""
    mine = data.made(_of_each, scope).get(entity, ())
    for row in (row for row in mine if row.is_open):
        show(row, scope)
    over = [row for row in mine if not row.is_open]
    if over:
        with st.expander(f"此前的核查和已销号的问题（{len(over)}）"):
            for row in over:
                st.markdown(f"**{_found(row)}**　:gray[{_about(row)}]")
                _course(row, scope)
                _look_back(row)


def _of_each(ask: Ask, scope: Scope) -> Mapping[int, Sequence[Any]]:
    """The findings of each institution that has any."""
    of: dict[int, list[Any]] = {}
    for row in records(ask(finding.fetch, scope)):
        of.setdefault(int(row.entity), []).append(row)
    return of


def of_unit(unit: str, scope: Scope) -> None:
    """On the desk of a unit: the open findings that it must mend, each with its next step."""
    rows = data.answer(finding.fetch, scope)
    for row in records(rows[(rows["unit"] == unit) & rows["is_open"]]):
        show(row, scope, whose=f"{plain(row.entity_name)}　")


def show(row: Any, scope: Scope, whose: str = "") -> None:
    """One open finding: what, how grave, whose, by when; its steps and course; what may be done, or who is
    waited for.
    """
    with st.container(border=True, gap="xxsmall", key=f"finding_{row.no}"):
        able = acting.able([*MAIN, *ASIDE], row.no)
        now = [kind for kind in MAIN if kind in able]
        with st.container(horizontal=True, gap="xsmall", wrap=False):
            st.markdown(f"{_light(row)}{whose}**{_found(row)}**", width="stretch")
            for kind in [kind for kind in ASIDE if kind in able]:
                with st.popover(f"{ACTS[kind].title}…", type="tertiary"):
                    acting.blank(kind, row.no, "case", shown=_now(row))
            _longer(row)
        told = "" if now else WAITS[row.state].format(unit=row.unit_title, opener=_opener(row))
        st.markdown(f":small[:gray[{_about(row)}]]  \n{_steps(row)}　:small[:gray[{plain(told)}]]")
        _course(row, scope)
        if row.requirement:
            st.markdown(f":small[:gray[整改要求：{plain(row.requirement)}]]")
        if row.is_waiting and acting.may(RECEIVED, row.no):
            acting.blank(RECEIVED, row.no, "case")
        for kind in now:
            acting.blank(kind, row.no, "case", data.today())


def _longer(row: Any) -> None:
    """Beside its name, while it is the unit's turn and not too late: it asks for a later day."""
    if row.is_waiting and not row.is_overdue and acting.may(ASKED, row.no):
        with st.popover(f"{ACTS[ASKED].title}…", type="tertiary"):
            st.caption("整改时限过后不能再申请。")
            acting.blank(ASKED, row.no, "case", min(data.today() + WEEK, PLAN.until))


def _look_back(row: Any) -> None:
    """回头看 of what was closed: it has not come back, or it has, which is a finding of its own."""
    if row.state != "closed" or not acting.may(HELD, row.no):
        return
    st.caption("回头看")
    with st.expander(f"{ACTS[HELD].title}…"):
        acting.blank(HELD, row.no, "back", data.today())
    no = next_finding(data.store(), int(row.entity))
    if acting.may(AGAIN, no):
        with st.expander(f"{ACTS[AGAIN].title}…"):
            shown = _now(row) | {"mend_due": min(data.today() + WEEK, PLAN.until), "again_of": row.no}
            acting.blank(AGAIN, no, f"back_{row.no}", data.today(), shown)


def record(row: Any) -> None:
    """记录核查: a check of an institution, with what was found or without; nothing for whoever may not."""
    no = next_finding(data.store(), int(row["entity"])) if who.may("inspect") else ""
    if not no or not acting.may("found", no):
        return
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(f"**记录核查**　:gray[{plain(no)}]", width="content", help=ONCE)
        told = st.segmented_control(
            "结论",
            list(RECORDED),
            default="发现问题",
            required=True,
            label_visibility="collapsed",
            key=f"said_{no}",
        )
    today = data.today()
    shown = {"inspected_on": today, "mend_due": min(today + WEEK, PLAN.until), "unit": row["territory"]}
    acting.blank(RECORDED[str(told)], no, "record", None, shown, f"记录核查 {row['entity']}")


def _now(row: Any) -> dict[str, Any]:
    """What a correction begins with."""
    return {
        "finding": row.finding,
        "finding_level": row.finding_level,
        "unit": row.unit_title,
        "mend_due": row.mend_due.date(),
        "requirement": row.requirement,
    }


def _light(row: Any) -> str:
    """The clock of the unit's own step."""
    return f":{COLOURS.get(row.status, 'gray')}-badge[{row.light}]　" if row.light else ""


def _found(row: Any) -> str:
    return plain(row.finding if row.is_fault else row.conclusion)


def _about(row: Any) -> str:
    """Its number, how grave, whose, by when, who found it when."""
    told = [plain(row.no), *([plain(row.finding_level), f"责任单位 {row.unit_title}"] * row.is_fault)]
    if row.is_fault and not pd.isna(row.mend_due):
        told.append(f"限 {words.due_day(row.mend_due.date())}")
        if row.mend_due != row.first_due:
            told.append(f"原定 {row.first_due:%m-%d}")
    if row.again_of:
        told.append(f"{plain(row.again_of)} 销号后又出现")
    way = f" {row.method}" if row.method else ""
    return " · ".join([*told, f"{row.inspected_on:%m-%d}{plain(way)}核查", f"核查人 {plain(_opener(row))}"])


def _opener(row: Any) -> str:
    return str(row.opened_by or "督察组（核查表）")


def _steps(row: Any) -> str:
    """The four steps: those that are done, the one that is next, those to come."""
    at = NEXT[row.state]
    badges = [
        f":green-badge[✓ {step}]"
        if n < at
        else f":blue-badge[● {step}]"
        if n == at
        else f":gray-badge[{step}]"
        for n, step in enumerate(STEPS)
    ]
    return " — ".join(badges)


def _course(row: Any, scope: Scope) -> None:
    """What was done on a finding, in one line, with the files that came with it."""
    acts = data.answer(finding.course, scope)
    done = records(acts[acts["no"] == row.no])
    lines = [_told(act) for act in done]
    if row.submission:
        lines.insert(0, f"核查表 回执 {row.submission} {plain(row.sheet)} 第 {row.sheet_row} 行")
    if lines:
        st.markdown(f":small[{' → '.join(lines)}]")
    if any(json.loads(act.files) for act in done):
        with st.container(horizontal=True, gap="xsmall"):
            for act in done:
                _attached(act, row)


def _told(act: Any) -> str:
    """One act: when, who, what, why; of a correction also what it says now."""
    why = f"：{plain(act.reason)}" if act.reason else ""
    said = json.loads(act.content)
    if act.kind == "corrected":
        columns = ACTS[act.kind].content.columns
        now = "，".join(f"{columns[name].title} {value}" for name, value in said.items() if value)
        why += f"（{plain(now)}）"
    title = ACTS[act.kind].title
    return f"{act.done_at:%m-%d} {plain(act.person)} **{title}**{why}"


def _attached(act: Any, row: Any) -> None:
    kept: Sequence[dict[str, Any]] = json.loads(act.files)
    for n, file in enumerate(kept):
        handed.offer(
            f"{plain(file['name'])}　{file['size'] / 1024:,.0f} KB",
            partial(files.original, data.store().archive, file["sha256"]),
            file["name"],
            f"file_{row.no}_{act.done_at}_{act.kind}_{n}",
            place="inspection",
            mime="application/octet-stream",
            what=f"{row.no} 附件",
            icon=":material/attach_file:",
        )
