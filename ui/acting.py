"""What is done from a page: a form of a kind of act, pressed once, with who and when told afterwards."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import streamlit as st

from pipelines import acts
from pipelines.acts import ActRefused, AskedAct
from pipelines.keeping.postgres import Away
from schemas.acting import UNTOUCHED
from schemas.acts import ACTS
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


def press(
    kind: str, subject: str, reason: str, content: Mapping[str, Any], seen: int, called: str = ""
) -> str:
    """Do it once, however often it is pressed on what was seen; '' or why it was not done, in Chinese.

    `called` is what people call the subject, where they call it otherwise than the archive.
    """
    account = who.now()
    asked = AskedAct(kind, subject, f"{kind} {subject} {seen}", reason, content, seen)
    try:
        acts.act(data.store(), account, asked)
    except ActRefused as why:
        return str(why)
    except Away:
        return "暂时没有办成：数据库服务器或共享磁盘连不上，请稍后再办"
    about = f"{ACTS[kind].title} {called or subject.partition('|')[0]}"
    data.people().trail.write("acted", account.name, unit=account.unit, subject=about, **who.where())
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


def form(kind: str, subject: str, key: str, day: dt.date | None = None) -> None:
    """The form of one kind of act on one subject: its columns, its reason, its button; nothing for others.

    `day` is what is offered where it asks for a day.
    """
    if not may(kind, subject):
        return
    declared = ACTS[kind]
    _, last = acts.state_of(data.store(), declared, subject)
    name = f"{key}_{kind}_{subject}"
    with st.form(name, border=False):
        content = {
            column: st.date_input(str(asked.title), day, format="YYYY-MM-DD", key=f"{name}_{column}")
            for column, asked in declared.content.columns.items()
        }
        title = "理由" if declared.asks_reason else "意见（可不填）"
        reason = st.text_input(title, key=f"{name}_reason", max_chars=acts.LONGEST)
        if st.form_submit_button(declared.title, help=str(declared.content.description)):
            fault = press(kind, subject, reason, content, last.seq if last else 0)
            finish(declared.title, [fault] if fault else [])
