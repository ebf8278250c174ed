"""What is done from a page: a form of a kind of act, pressed once, with who and when told afterwards."""

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal

import pandera.pandas as pa
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pipelines import acts
from pipelines.acts import ActRefused, AskedAct
from pipelines.keeping.attachments import Attachment
from pipelines.keeping.postgres import Away
from pipelines.subjects import found, state_of
from schemas.access import may_act
from schemas.acting import REASON, UNTOUCHED, ActKind
from schemas.acts import ACTS
from ui import data, fields, who
from ui.plain import plain

TOAST = 60  # signs of a fault that a toast shows whole; the page tells all of it
SAID = "act_said"  # what came of the last press, told once
DRAFT, KEPT = "存草稿", "已存草稿，还没有办理；只有您自己看得到，30 天后自动清除。"
AGAIN: Mapping[str, Callable[[str], Any]] = {  # of a draft, by the kind of a column
    "day": dt.date.fromisoformat,
    "choices": lambda words: words.split("、"),
}
NOTHING: Mapping[str, Any] = MappingProxyType({})


def may(kind: str, subject: str) -> bool:
    """Whether something can be done now to a subject, by whoever looks; a rule may still refuse it."""
    return bool(able([kind], subject))


def able(kinds: Sequence[str], subject: str) -> list[str]:
    """Those of some kinds, all of one matter, that whoever looks can do now to a subject."""
    store, account = data.store(), who.now()
    state, _ = state_of(store, ACTS[kinds[0]], subject)
    left = [kind for kind in kinds if state in ACTS[kind].before and who.may(ACTS[kind].place)]
    known = found(store, ACTS[kinds[0]].about, subject) if left else None
    return [
        kind
        for kind in left
        if known
        and may_act(account, ACTS[kind].place, known.units, known.about)
        and not acts.barred(store, account, ACTS[kind], subject, known)
    ]


def told(kind: str, subject: str) -> str:
    """The last act of the same matter, as Markdown; '' where there is none."""
    state, last = state_of(data.store(), ACTS[kind], subject)
    return "" if state == UNTOUCHED or last is None else plain(acts.told(last))


def seen(kind: str, subject: str) -> int:
    """The entry of the last act of the same matter; 0 for none."""
    _, last = state_of(data.store(), ACTS[kind], subject)
    return last.seq if last else 0


def press(
    kind: str,
    subject: str,
    reason: str,
    content: Mapping[str, Any],
    seen: int,
    files: Sequence[Attachment] = (),
) -> str:
    """Do it once, however often it is pressed on what was seen; '' or why it was not done, in Chinese."""
    account = who.now()
    asked = AskedAct(kind, subject, f"{kind} {subject} {seen}", reason, content, seen, files=files)
    try:
        acts.act(data.store(), account, asked)
    except ActRefused as why:
        return str(why)
    except Away:
        return "暂时没有办成：数据库服务器或共享磁盘连不上，请稍后再办"
    about = f"{ACTS[kind].title} {subject.partition('|')[0]}"
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
        more = "…" if len(faults[0]) > TOAST else ""
        st.toast(f"没有办成：{plain(faults[0][:TOAST])}{more}")  # the button may be far below
    elif title:
        st.success(f"{plain(who.now().person)} 已办：{title}", title="已登记")


def form(
    kind: str, subject: str, key: str, day: dt.date | None = None, shown: Mapping[str, Any] = NOTHING
) -> None:
    """The form of one kind of act on one subject, as `blank` draws it; nothing for whoever may not."""
    if may(kind, subject):
        blank(kind, subject, key, day, shown)


def either(kinds: Sequence[str], subject: str, key: str, day: dt.date | None = None) -> None:
    """One form with a button for each of some kinds of act, all of one matter: their columns, one reason;
    nothing for whoever may do none of them.
    """
    can = able(kinds, subject)
    if not can:
        return
    last, name = seen(can[0], subject), f"{key}_{'_'.join(can)} {subject}"
    columns = {column: each for kind in can for column, each in ACTS[kind].content.columns.items()}
    free = "、".join(ACTS[kind].title for kind in can if not ACTS[kind].asks_reason)
    with st.form(name, enter_to_submit=False, border=False):
        content = fields.asked_for(columns, {"": day}, name)
        title = f"理由（{free}的可不填）" if free else "理由"
        reason = fields.reason(title, "", f"{name}_{REASON}")
        with st.container(horizontal=True, gap="small"):
            helps = {kind: str(ACTS[kind].content.description) for kind in can}
            pressed = [k for k in can if st.form_submit_button(ACTS[k].title, help=helps[k])]
        for kind in pressed:
            fault = press(kind, subject, reason, content, last)
            finish(ACTS[kind].title, [fault] if fault else [])


def blank(
    kind: str,
    subject: str,
    key: str,
    day: dt.date | None = None,
    shown: Mapping[str, Any] = NOTHING,
    place: str = "",
) -> None:
    """The form of what whoever looks is known to be able to do: its columns, its reason, its button.

    `day` is what is offered where it asks for a day, `shown` for its columns by their names. What is typed
    may be kept as a draft, at `place` where the subject may be another when it is taken up again.
    """
    declared, last, name = ACTS[kind], seen(kind, subject), f"{key}_{kind} {subject}"
    columns, place = declared.content.columns, place or f"{kind} {subject}"
    drafts, account = data.people().drafts, who.now().name
    kept = _taken_up(columns, drafts.words(account, place))
    with st.form(name, enter_to_submit=False, border=False), _rows_of(declared):
        said = fields.asked_for(columns, {"": day, **shown, **kept}, name, declared)
        content, reason = {column: said[column] for column in columns}, said.get(REASON) or ""
        given, pressed, drafted = _pressed(declared, name)
        if drafted:
            drafts.keep(account, place, _put_by(content, reason))
            st.caption(f"{KEPT}附件不随草稿保存。" if declared.files is not None else KEPT)
        if pressed:
            fault = press(kind, subject, reason, content, last, given)
            if not fault:
                drafts.drop(account, place)
            finish(declared.title, [fault] if fault else [])


def _is_press(declared: ActKind) -> bool:
    """Whether all that is asked for is a press, and at most a remark beside it."""
    return not (declared.asks_reason or declared.content.columns)


def _rows_of(declared: ActKind) -> DeltaGenerator:
    return st.container(horizontal=_is_press(declared), gap="xxsmall", vertical_alignment="bottom")


def _pressed(declared: ActKind, name: str) -> tuple[list[Attachment], bool, bool]:
    """The last row of a form: the files that go with it, whether it is done, whether it is put by."""
    is_long = declared.asks_reason or len(declared.content.columns) > 1
    width: Literal["content", "stretch"] = "content" if _is_press(declared) else "stretch"
    words, help = declared.button or declared.title, str(declared.content.description)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", width=width):
        given = [] if declared.files is None else fields.files(declared.files, f"{name}_files")
        pressed = st.form_submit_button(words, help=help, type="primary" if is_long else "secondary")
        drafted = is_long and st.form_submit_button(DRAFT, type="tertiary")
    return given, pressed, drafted


def _put_by(content: Mapping[str, Any], reason: str) -> str:
    """What was typed into a form, as a draft keeps it; '' for nothing."""
    said = {name: value for name, value in {**content, REASON: reason}.items() if value}
    return json.dumps(said, ensure_ascii=False, default=str) if said else ""


def _taken_up(columns: Mapping[str, pa.Column], words: str) -> dict[str, Any]:
    """The same again, as the fields of the columns begin with it."""
    said: dict[str, Any] = json.loads(words or "{}")
    read = {name: AGAIN.get(fields.kind(columns[name])) for name in columns if name in said}
    values = {name: again(said[name]) if again else said[name] for name, again in read.items()}
    return values | {REASON: said.get(REASON, "")}
