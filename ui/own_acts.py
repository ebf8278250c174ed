"""What a unit does with its own sendings and duties: to explain, to take back, to ask for a later day."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pipelines.acts import EXPLAINED
from pipelines.keeping.receipts import Listed
from pipelines.subjects import due_of, of_duty
from schemas.acts import ACTS
from schemas.acts.withdrawal import AT_ONCE
from schemas.cases import SETTLED, parted
from schemas.plan import PLAN
from ui import acting, address, comparing, data, who, within
from ui.plain import plain
from views import Scope, records
from views.answers import acted, cases, explanation, under_zero
from views.figures import words

SLIPS = 4  # named in a line
MOST = 40  # groups of cells that are explained at once; the next follow when these are
COLOURS = {"explained": "green", "lapsed": "orange", "open": "red"}


def explain(no: str, place: str) -> None:
    """说明: what is to be verified in one sending, alike cells together; a reason is chosen or typed."""
    rows = _of(no)
    if rows.empty:
        return
    groups, drafts = alike(rows), _drafts(no)
    left = int((rows["explained"] != "explained").sum())
    counted = f"核实 {len(rows)} 处，待说明 {left} 处；请逐处写明这个值为什么是对的，不影响受理"
    if left:
        st.markdown(f"**说明**　:gray[{counted}]")
    where = st.container() if left else st.expander(f"说明　{counted}")
    with where, st.form(f"explain_{place}_{no}", border=True):
        chosen = [(same, _line(same, f"{place}_{no}", drafts.get(same[0].subject))) for same in groups[:MOST]]
        if len(groups) > MOST:
            st.caption(f"先列 {MOST} 条，保存后接着列出其余 {len(groups) - MOST} 条。")
        with st.container(horizontal=True, gap="small"):
            sent = st.form_submit_button("保存说明", type="primary")
            drafted = st.form_submit_button(acting.DRAFT, type="tertiary")
        if drafted:
            told = {same[0].subject: reason for same, reason in chosen if reason}
            data.people().drafts.keep(who.now().name, _place(no), json.dumps(told) if told else "")
            st.caption(acting.KEPT)
        if sent:
            faults = [_save(row, reason) for same, reason in chosen if reason for row in same]
            data.people().drafts.drop(who.now().name, _place(no))
            acting.finish("说明", [fault for fault in faults if fault])


def _place(no: str) -> str:
    """Where the draft of the reasons of a sending is kept."""
    return f"{EXPLAINED} {no}"


def _drafts(no: str) -> dict[str, str]:
    """Reasons that were chosen or typed and not sent, by the first cell of each group."""
    kept: dict[str, str] = json.loads(data.people().drafts.words(who.now().name, _place(no)) or "{}")
    return kept


def _of(no: str) -> pd.DataFrame:
    if not who.may("answer"):
        return pd.DataFrame()
    rows: pd.DataFrame = data.answer(explanation.fetch, within.today("answer"))
    return rows[rows["submission"] == no]


def alike(rows: pd.DataFrame) -> list[list[Any]]:
    """The cells of one column that break the same rule with the same words and stand alike, together; those
    that want a word first.
    """
    groups: dict[tuple[str, ...], list[Any]] = {}
    for row in records(rows):
        was = (row.told_value, row.value) if row.explained == "lapsed" else ()
        key = (row.explained, row.sheet, row.column_name, row.rule, row.message, row.reason, *was)
        groups.setdefault(key, []).append(row)
    order = list(explanation.WORDS)
    return sorted(groups.values(), key=lambda same: -order.index(same[0].explained))


def _line(same: Sequence[Any], key: str, draft: str | None) -> str | None:
    """One group: where, what, how it stands; returns the reason that is chosen, a draft at first."""
    row = same[0]
    more = f" 等 {len(same)} 格（问题相同，理由填一次）" if len(same) > 1 else ""
    where, choose = st.columns([6, 6], vertical_alignment="center")
    value = f"现值 **{plain(row.value) or '空'}**"
    was = f"　:gray[~~{plain(row.told_value) or '空'}~~]" if row.explained == "lapsed" else ""
    where.markdown(
        f":{COLOURS[row.explained]}[{explanation.WORDS[row.explained]}]　"
        f"{plain(row.sheet)}!{row.cell}{more}　{plain(row.title)}　{value}{was}  \n"
        f":gray[{plain(row.message)}]"
    )
    if row.explained == "explained":
        where.caption(f"{plain(row.reason)}（{plain(row.person)}，{row.told_at:%Y-%m-%d %H:%M}）")
    if row.explained == "lapsed":
        where.caption(
            f"{row.told_at:%m-%d} 的说明“{plain(row.reason)}”是针对 {plain(row.told_value) or '空'} 的；"
            f"值改为 {plain(row.value) or '空'}，说明已失效，请重新说明"
        )
    reasons = list(dict.fromkeys([*([draft] if draft else []), *PLAN.reasons_for(row.rule)]))
    chosen: str | None = choose.selectbox(
        "理由",
        reasons,
        index=0 if draft else None,
        accept_new_options=True,
        placeholder="更正说明" if row.explained == "explained" else "选择或直接输入理由",
        label_visibility="collapsed",
        key=f"explain_{key}_{row.subject}_{row.seen_act}",  # what is typed stays with its cell
    )
    return chosen


def _save(row: Any, reason: str) -> str:
    return acting.press(EXPLAINED, row.subject, reason, {"told_value": row.value}, row.seen_act)


def take_back(listed: Listed, place: str) -> None:
    """撤回 of one accepted sending: at once while that is allowed, else asked for; and how it stands."""
    no = listed.receipt.no
    if listed.verdict not in {"acceptable", "withdrawn"} or not who.may("answer"):
        return
    if words := acting.told("withdrawn", no):
        st.info(words, title="撤回")
    is_new = data.store().now() - listed.receipt.stamped_at <= AT_ONCE
    kind = "withdrawn" if is_new else "withdrawal_asked"
    if acting.may(kind, no):
        with st.expander("撤回这一份" if kind == "withdrawn" else "申请撤回这一份"):
            st.caption("撤回后，此前受理的一份重新有效；没有此前的一份，即为未报。原件和回执照旧留存。")
            acting.form(kind, no, place)


def extend(unit: str, obligation: str) -> None:
    """申请延期 of a duty that is not past its day; and how it stands."""
    if not who.may("answer") or PLAN.obligations[obligation].is_standing:
        return
    subjects = {
        of_duty(d.obligation, d.unit, d.field): d
        for d in PLAN.duties
        if d.obligation == obligation and unit in (d.unit, *_joint(d.obligation, d.field))
    }
    for subject, duty in subjects.items():
        due, field = due_of(data.store(), subject), PLAN.fields.get(duty.field)
        about = f"（{field.title}）" if field and len(subjects) > 1 else ""
        if words := acting.told("extension_asked", subject):
            first = PLAN.obligations[obligation].due
            st.caption(f"{words}{about}；现行截止日 {due:%Y-%m-%d}，方案原定 {first:%Y-%m-%d}")
        if data.today() <= due and acting.may("extension_asked", subject):
            with st.expander(f"申请延期{about}"):
                st.caption(f"现行截止日 {due:%Y-%m-%d} 24 时；截止以后不能再申请。")
                acting.form("extension_asked", subject, "extend", min(due + dt.timedelta(7), PLAN.until))


def _joint(obligation: str, field: str) -> list[str]:
    is_joint = PLAN.obligations[obligation].is_joint
    return PLAN.submitters(obligation, field) if is_joint else []


def open_items(unit: str, scope: Scope) -> None:
    """On the desk: what waits for a word of the unit, and what came of what it asked for."""
    rows: pd.DataFrame = data.answer(explanation.fetch, scope)
    rows = rows[(rows["unit"] == unit) & (rows["explained"] != "explained")]
    late = _overdue_doubts(unit, scope)
    for (no, title), same in rows.groupby(["submission", "matter_title"], sort=False):
        lapsed = int((same["explained"] == "lapsed").sum())
        again = f"，其中 {lapsed} 处原说明已失效" if lapsed else ""
        days = f"　:red[已逾期 {late[str(no)]} 个工作日]" if no in late else ""
        st.page_link(
            address.page("submit"),
            label=f":orange[**! 待说明 {len(same)} 处**]{days}{again}　{title}　:gray[回执 {no}，去说明 ›]",
            query_params=address.to(receipt=str(no)),
        )
    asked: pd.DataFrame = data.answer(acted.fetch, scope)
    for row in records(asked[asked["unit"] == unit].head(MOST)):
        st.markdown(decided(row))


def _cases(unit: str, scope: Scope) -> pd.DataFrame:
    rows = cases.open_(data.answer(cases.fetch, scope))
    return rows[rows["unit"] == unit]


def _overdue_doubts(unit: str, scope: Scope) -> Mapping[str, int]:
    """By sending, for how many workdays what is to be explained of it has been overdue."""
    rows = _cases(unit, scope)
    late = rows[(rows["source"] == "doubt") & (rows["light"] == "overdue")]
    return {parted(row.case)[1]: row.days for row in records(late)}


def settled(unit: str, scope: Scope) -> None:
    """On the desk: what meetings settled for the unit and is still open, the next due first."""
    rows = _cases(unit, scope)
    waiting = rows[(rows["part"] == SETTLED) & (rows["state"] == cases.OPEN)]
    for row in records(waiting.sort_values("by_when", kind="stable")):
        grave = "red" if row.light == "overdue" else "orange"
        left = f"已逾期 {row.days} 个工作日" if row.light == "overdue" else f"还剩 {-row.days} 个工作日"
        st.page_link(
            address.page("cases"),
            label=f":{grave}[**! {row.no}　{left}**]　{plain(row.what)}　:gray[{plain(row.next_step)} ›]",
            query_params=address.to(tab="mine", sel=row.no),
        )


def to_follow(unit: str, scope: Scope) -> None:
    """On the desk: institutions that are missing or under a zero report, slips (督办单) to be answered."""
    missing = comparing.unanswered(unit, scope)
    for (no, title), same in missing.groupby(["stood_in", "matter_title"], sort=False):
        where = f"此前在回执 {no}；在“上传”页“再看一份的结果”中选本事项已受理的一份，答复去向"
        st.markdown(f":orange[**! 缺行 {len(same)} 家**]　{title}　:gray[{where}]")
    _under_zero(unit, scope)
    rows: pd.DataFrame = data.answer(cases.fetch, scope)
    mine = rows[(rows["unit"] == unit) & (rows["slip"] != "") & (rows["reply_state"] != "answered")]
    if len(mine):
        named = "、".join(f"{row.no}（{row.slip_title}）" for row in records(mine.head(SLIPS)))
        more = f"等 {len(mine)} 件" if len(mine) > SLIPS else ""
        st.page_link(
            address.page("cases"),
            label=f"待签收、答复的督办单　{named}{more} ›",
            query_params=address.to(tab="mine"),
        )


def asked_day(row: Any) -> dt.date | None:
    """The later day that a request asks for, where it asks for one."""
    return None if pd.isna(row.new_due) else row.new_due.date()


def _under_zero(unit: str, scope: Scope) -> None:
    """X14, for whoever said zero: others tell of institutions there."""
    rows: pd.DataFrame = data.answer(under_zero.fetch, scope)
    for (field, no), same in rows[rows["unit"] == unit].groupby(["field_title", "submission"], sort=False):
        named = plain(words.listed(list(same["entity_name"])))
        where = f"报的是零报告（回执 {no}），他处列有：{named}；确有的请补报摸底排查表，没有的请告知办公室"
        st.markdown(f":orange[**! 零报告与他处不一致 {len(same)} 家**]　{field}　:gray[{where}]")


def decided(row: Any) -> str:
    """How one request stands, as Markdown."""
    day = "" if pd.isna(row.new_due) else f"，延至 {row.new_due:%Y-%m-%d}（原定 {row.first_due:%Y-%m-%d}）"
    return (
        f"{ACTS[row.kind].title}　**{_about(row)}**{day}　"
        f":gray[{plain(row.person)}，{row.done_at:%m-%d %H:%M}　{plain(row.reason)}]"
    )


def _about(row: Any) -> str:
    """What a request is about: a duty, a sending by its receipt, an entry by its key."""
    if row.matter == "withdrawal":
        return f"{row.about}　回执 {row.subject}"
    if row.entry:
        return f"{row.about}　{plain(row.entry)}"
    return f"{row.about}（{row.field_title}）" if row.field_title else str(row.about)
