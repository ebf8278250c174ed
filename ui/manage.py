"""Accounts on the screen: listed, made, changed, reset, disabled; each change is an entry with its author."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from pipelines.keeping import accounts
from pipelines.keeping.accounts import AccountRefused
from schemas.access import ROLES, Account
from schemas.clock import SHANGHAI
from schemas.plan import PLAN
from schemas.said import TERRITORY, WHOLE
from ui import address, data, deeds, tables, who
from ui.plain import plain
from views.figures.headline import Card
from views.figures.words import listed as first_of

CODE, TABLE = "one_time_code", "accounts"
OFF = "停用"
WIDTHS = {
    "账户": 96,
    "姓名": 122,
    "角色": 106,
    "范围": 238,
    "最近登录": 92,
    "在线": 48,
    "状态": 100,
}  # pixels
SEES: Mapping[str, tuple[str, str]] = {  # what a role can do, and what it cannot
    "leader": (f"看{WHOLE}的进度、名单和档案（其中不列电话、法人）", "报送、修改"),
    "office": ("看全部，代各单位报送", "替单位改已报的数"),
    "unit": ("报本单位的表，看本单位、本县或本领域的机构、待办和工作情况", "看其他单位，改已报的数"),
    "inspector": ("看核查范围内的机构和原件", "看范围以外的名单"),
    "administrator": ("管账户、看留痕", "看任何报表，冒充他人"),
}


def every() -> dict[str, Account]:
    return accounts.accounts(data.people().archive)


def summary() -> list[Card]:
    """How many can come in, how many are in, what wants doing."""
    known, sessions = every(), data.people().secrets.sessions()
    able = [each for each in known.values() if each.is_active]
    by_role = " · ".join(
        f"{title} {n}" for role, title in ROLES.items() if (n := sum(role in each.roles for each in able))
    )
    without = units_without(known)
    return [
        Card("启用", f"{len(able)} 个", by_role),
        Card("现在在线", f"{len(sessions)} 个会话", f"{len({each.account for each in sessions})} 个账户"),
        Card("待处理", f"{len(without)} 件", f"没有启用账户的单位 {len(without)} 个" if without else "没有"),
    ]


def units_without(known: Mapping[str, Account]) -> list[str]:
    """The units that owe something and have nobody who can send it."""
    served = {each.unit for each in known.values() if each.is_active and {"unit", "office"} & set(each.roles)}
    return [code for code in PLAN.units if PLAN.obligations_of(code) and code not in served]


def missing() -> None:
    """Which units nobody can send for."""
    without = [PLAN.units[code].title for code in units_without(every())]
    if without:
        st.warning(f"还没有启用账户的单位：{'、'.join(without)}。")


def narrowed() -> list[Account]:
    """The accounts that are chosen: of a role, or the disabled; with a word in the name."""
    known = list(every().values())
    parts = {
        "all": f"全部 {len(known)}",
        **{role: title for role, title in ROLES.items() if any(role in each.roles for each in known)},
        "off": f"{OFF} {sum(not each.is_active for each in known)}",
    }
    with st.container(horizontal=True, width="content", vertical_alignment="center", gap="small"):
        part = address.choose("role", parts)
        words = st.text_input(
            "账户、单位", placeholder="账户、单位", live=True, width=220, label_visibility="collapsed"
        ).strip()
    kept = [
        each
        for each in known
        if part == "all" or (part == "off" and not each.is_active) or (part in each.roles and each.is_active)
    ]
    return [each for each in kept if words in f"{each.name} {each.person} {PLAN.units[each.unit].title}"]


def table(listed: Sequence[Account]) -> Account | None:
    """The accounts; returns the one that is chosen."""
    if not listed:
        st.info("没有符合条件的账户。")
        return None
    lately = _lately()
    online = [each.account for each in data.people().secrets.sessions()]
    rows = pd.DataFrame(
        [
            {
                "账户": each.name,
                "姓名": each.person,
                "角色": "、".join(ROLES[role] for role in each.roles),
                "范围": _sees(each),
                "最近登录": lately.get(each.name, "从未"),
                "在线": online.count(each.name),
                "状态": _state(each),
            }
            for each in listed
        ]
    )
    return listed[tables.pick(rows, TABLE, 560, WIDTHS)]


def _sees(account: Account) -> str:
    """Whose rows an account sees, in words."""
    if "inspector" in account.roles:
        titles = [PLAN.units[u].title for u in account.territories]
        return first_of([*titles, *(PLAN.fields[f].title for f in account.fields)], 2)
    return PLAN.units[account.unit].title if "unit" in account.roles else WHOLE


def _state(account: Account) -> str:
    if not account.is_active:
        return OFF
    held = data.people().secrets.set_at(account.name)
    return "✓ 启用" if (held and not held[1]) or data.people().is_demo else "! 待首次登录"


def _lately() -> dict[str, str]:
    """When each account signed in last."""
    done = data.people().trail.deeds()
    return {
        deed.account: f"{deed.done_at.astimezone(SHANGHAI):%m-%d %H:%M}"
        for deed in done
        if deed.kind == "signed_in"
    }


def one(account: Account) -> None:
    """The chosen account: changed, reset, disabled, signed out."""
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{plain(account.name)}**　:gray[{plain(account.person)}]")
        changed = _fields(account, f"edit_{account.name}")
        for role in changed.roles:
            can, cannot = SEES[role]
            st.caption(f"{ROLES[role]}能：{can}。不能：{cannot}。")
        changed = _stand_in(changed)
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="save"):
            reason = st.text_input("变更理由", key=f"reason_{account.name}", max_chars=100, width="stretch")
            if st.button("保存", type="primary", key=f"save_{account.name}"):
                _keep(changed, reason)
        with st.container(horizontal=True, gap="small"):
            if st.button("重置口令", key=f"reset_{account.name}", help="给出一次性口令，原口令和会话作废"):
                _reset(account)
            word = "停用" if account.is_active else "重新启用"
            if st.button(word, key=f"off_{account.name}", help="须写变更理由；账户不能删除"):
                _keep(replace(account, is_active=not account.is_active), reason)
        st.page_link(address.page("trail"), label="看留痕", icon=":material/history:")
        if sessions := deeds.sessions(account.name):
            st.markdown(f":gray[会话 {len(sessions)} 处]")
            deeds.end_sessions(account.name)


def _fields(account: Account, key: str) -> Account:
    """The fields of an account, as they are filled in."""
    units = {code: unit.title for code, unit in PLAN.units.items()}
    roles = _several("角色", ROLES, account.roles, f"{key}_r")
    unit = _of("单位", units, account.unit, f"{key}_u")
    territories, fields = account.territories, account.fields
    if "inspector" in roles:
        able = {code: units[code] for code in PLAN.units_as("territory")}
        territories = _several(f"核查{TERRITORY}", able, territories, f"{key}_t")
        titles = {code: field.title for code, field in PLAN.fields.items()}
        fields = _several("核查领域", titles, fields, f"{key}_f")
    left, right = st.columns(2, gap="small")
    person = left.text_input("姓名", account.person, key=f"{key}_p", max_chars=30)
    contact = right.text_input("电话", account.contact, key=f"{key}_c", max_chars=30)
    return replace(
        account,
        roles=roles,
        unit=unit,
        territories=territories,
        fields=fields,
        person=person,
        contact=contact,
    )


def _stand_in(account: Account) -> Account:
    """Who stands in for the account, and when."""
    able = [each.name for each in every().values() if each.is_active and each.name != account.name]
    with st.expander("代理人"):
        options = {"": "无", **{each: each for each in able}}
        name = _of("由谁代理", options, account.stand_in, f"stand_{account.name}")
        today = dt.datetime.now(SHANGHAI).date()
        with st.container(horizontal=True, gap="small"):
            since, until = (
                st.date_input(title, day or today, format="YYYY-MM-DD", key=f"{title}_{account.name}")
                for title, day in (("自", account.stand_in_from), ("至", account.stand_in_until))
            )
    if not name:
        return replace(account, stand_in="", stand_in_from=None, stand_in_until=None)
    return replace(account, stand_in=name, stand_in_from=since, stand_in_until=until)


def _of(title: str, options: Mapping[str, str], chosen: str, key: str) -> str:
    """One of the options, by its code."""
    at = list(options).index(chosen) if chosen in options else 0
    code: str = st.selectbox(title, list(options), at, format_func=options.__getitem__, key=key)
    return code


def _several(title: str, options: Mapping[str, str], chosen: Sequence[str], key: str) -> tuple[str, ...]:
    """Several of the options, by their codes."""
    return tuple(st.multiselect(title, list(options), list(chosen), format_func=options.__getitem__, key=key))


@st.dialog("新账户")
def make_one() -> None:
    """One account, with the code under which it signs in first."""
    name = st.text_input("账户名", key="new_name", max_chars=30)
    office = PLAN.units_as("office")[0]
    account = _fields(Account(name, "", office, ("unit",)), "new")
    if st.button("建账户", type="primary", key="new_save"):
        _keep(account, "新建", is_new=True)


@st.dialog("按单位批量建")
def make_for_units() -> None:
    """An account for each unit that has none."""
    without = units_without(every())
    st.markdown(f"为 {len(without)} 个还没有账户的单位各建一个填报账户，账户名用单位名称。")
    if without and st.button("建", type="primary", key="units_save"):
        by = who.now().name
        codes = {}
        for code in without:
            title = PLAN.units[code].title
            made = Account(title, title, code, ("unit",))
            kept, changed = data.people().keep(made, by, "批量建", is_new=True)
            codes[kept.name] = data.people().secrets.one_time_code(kept.name)
            _told(kept, changed)
        st.session_state[CODE] = codes
        st.rerun()


def _keep(account: Account, reason: str, *, is_new: bool = False) -> None:
    """Write an account as it shall be; whoever is disabled or changed is out at once."""
    if not reason.strip():
        st.error("请先填写变更理由。")
        return
    try:
        kept, changed = data.people().keep(account, who.now().name, reason, is_new=is_new)
    except AccountRefused as why:
        st.error(f"{plain(why)}。")
        return
    _told(kept, f"{changed}；理由：{reason}")
    if is_new:
        st.session_state[CODE] = {kept.name: data.people().secrets.one_time_code(kept.name)}
    st.rerun()


def _reset(account: Account) -> None:
    st.session_state[CODE] = {account.name: data.people().secrets.one_time_code(account.name)}
    data.people().secrets.end_all(account.name)
    _told(account, "重置口令")
    st.rerun()


def _told(account: Account, what: str) -> None:
    by = who.now()
    subject = f"账户 {account.name}"
    data.people().trail.write("account", by.name, unit=by.unit, subject=subject, detail=what, **who.where())


def tell_code() -> None:
    """The one-time codes of this moment: shown once, kept nowhere."""
    codes: dict[str, Any] = st.session_state.pop(CODE, {})
    if codes:
        st.info(
            "一次性口令只显示这一次，7 天内有效，请当面或电话告知本人：\n\n"
            + "\n\n".join(f"{plain(name)}　**{code}**" for name, code in codes.items()),
            title="请记下",
        )
