"""What is done from a page: a form of a kind of act, pressed once, with who and when told afterwards."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pipelines import acts
from pipelines.acts import ActRefused, AskedAct
from pipelines.keeping.postgres import Away
from schemas.acting import UNTOUCHED
from schemas.acts import ACTS
from schemas.columns import allowed
from ui import data, who
from ui.plain import plain

SAID = "act_said"  # what came of the last press, told once


def may(kind: str, subject: str) -> bool:
    """Whether something can be done now to a subject, by whoever looks; a rule may still refuse it."""
    declared = ACTS[kind]
    state, _ = acts.state_of(data.store(), declared, subject)
    return who.may(declared.place) and state in declared.before


def told(kind: str, subject: str) -> str:
    """The last act of the same matter, as Markdown; '' where there is none."""
    state, last = acts.state_of(data.store(), ACTS[kind], subject)
    return "" if state == UNTOUCHED or last is None else plain(acts.told(last))


def seen(kind: str, subject: str) -> int:
    """The entry of the last act of the same matter; 0 for none."""
    _, last = acts.state_of(data.store(), ACTS[kind], subject)
    return last.seq if last else 0


def press(kind: str, subject: str, reason: str, content: Mapping[str, Any], seen: int) -> str:
    """Do it once, however often it is pressed on what was seen; '' or why it was not done, in Chinese."""
    account = who.now()
    asked = AskedAct(kind, subject, f"{kind} {subject} {seen}", reason, content, seen)
    try:
        acts.act(data.store(), account, asked)
    except ActRefused as why:
        return str(why)
    except Away:
        return "暂时没有办成：数据库服务器或共享磁盘连不上，请稍后再办"
    about = f"{ACTS[kind].title} {subject.partition('|')[0]}"
    data.people().trail.write("acted", account.name, unit=account.unit, subject=about, **who.where())
    data.people().drafts.drop(account.name, _place(kind, subject))
    return ""


def finish(title: str, faults: list[str]) -> None:
    """Keep what came of a press for the next run, which shows everything as it is now."""
    st.session_state[SAID] = (title, list(dict.fromkeys(faults)))
    data.show_newest()
    st.rerun()


def said() -> None:
    """What came of the last press."""
    title, faults = st.session_state.pop(SAID, ("", []))
    if faults:
        st.error(plain("；".join(faults)), title="没有办成")
    elif title:
        st.success(f"{plain(who.now().person)} 已办：{title}", title="已登记")


def form(kind: str, subject: str, key: str, **offered: Any) -> None:
    """The form of one kind of act on one subject: its columns, its reason, its buttons; nothing for others.

    `offered` is what its columns show at first, by their names. What is typed as a reason may be kept as a
    draft.
    """
    if not may(kind, subject):
        return
    declared, last = ACTS[kind], seen(kind, subject)
    name = f"{key}_{kind}_{subject}"
    with st.form(name, border=False):
        content = {
            column: field(asked, f"{name}_{column}", offered.get(column))
            for column, asked in declared.content.columns.items()
        }
        title = "理由" if declared.asks_reason else "意见（可不填）"
        kept = data.people().drafts.words(who.now().name, _place(kind, subject))
        reason = st.text_input(title, kept, key=f"{name}_reason", max_chars=acts.LONGEST)
        with st.container(horizontal=True, gap="small"):
            pressed = st.form_submit_button(declared.title, help=str(declared.content.description))
            drafted = declared.asks_reason and st.form_submit_button("存草稿", type="tertiary")
        if drafted:
            data.people().drafts.keep(who.now().name, _place(kind, subject), reason)
            st.caption("已存草稿，还没有办理；只有您自己看得到，30 天后自动清除。")
        if pressed:
            fault = press(kind, subject, reason, content, last)
            finish(declared.title, [fault] if fault else [])


def field(asked: Any, key: str, offered: Any = None) -> Any:
    """What one column of an act is filled in with, by its kind."""
    title = str(asked.title)
    if asked.metadata["kind"] == "day":
        return st.date_input(title, offered, format="YYYY-MM-DD", key=key)
    if options := allowed(asked):
        return st.selectbox(title, options, index=None, placeholder="请选择", key=key)
    return st.text_input(title, offered or "", key=key) or None


def _place(kind: str, subject: str) -> str:
    """Where a draft is kept: the same form of the same subject."""
    return f"{kind} {subject}"
