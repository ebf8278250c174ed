"""Who is looking: the account that signed in, which pages it has, and whose rows it sees on each."""

from collections.abc import Mapping
from typing import cast

import streamlit as st

from schemas import access
from schemas.access import Account
from schemas.plan import PLAN
from ui import address, data

SIGNED_OUT = "登录已失效"


def session() -> str:
    """The name of the session in which this page runs, as the doorkeeper told it."""
    return str(cast("Mapping[str, object]", st.user.to_dict()).get("session") or "")


def now() -> Account:
    """The account that looks; a page of nobody says so and stops."""
    account = data.people().signed_in(session())
    if account is None:
        st.warning("请重新登录。", title=SIGNED_OUT)
        st.stop()
    return account


def may(place: str) -> bool:
    """Whether the account that looks may see anything there."""
    return bool(access.rights(now(), place))


def units() -> tuple[str, ...]:
    """The units for which one fills in returns: one's own, and those of whom one stands in for."""
    account = now()
    mine = [each.unit for each in (account, *account.also) if "unit" in each.roles]
    return () if "office" in account.every_role else tuple(dict.fromkeys(mine))


def unit() -> str | None:
    """The unit at whose desk one sits: of somebody who fills in returns; None of everybody else."""
    return next(iter(units()), None)


def where() -> dict[str, str]:
    """From where the account looks, and in which session: parts of what is written to the trail."""
    return {"address": st.context.ip_address or "127.0.0.1", "session": session()}


def looked_at(subject: str) -> None:
    """Write that the account looked at something; once for a while."""
    account = now()
    data.people().trail.opened(account.name, subject=subject, unit=account.unit, **where())


def refused(subject: str) -> None:
    """Write that the account asked for what it may not see."""
    account = now()
    data.people().trail.write("refused", account.name, unit=account.unit, subject=subject, **where())


def choose() -> None:
    """Who is signed in, at the right of every page; below it what one may do with one's own account."""
    account = now()
    roles = "、".join(access.ROLES[role] for role in account.every_role)
    with st.popover(account.person, icon=":material/person:", width=168):
        st.markdown(f"{PLAN.units[account.unit].title}　:gray[{roles}]")
        if account.also:
            st.caption(f"今日代理：{'、'.join(each.person for each in account.also)}")
        st.page_link(address.page("own"), label="我的留痕", icon=":material/history:")
        st.link_button("修改口令", "/password", width="stretch")
        st.link_button("退出", "/signout", width="stretch")
