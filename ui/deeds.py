"""The trail on the screen: narrowed, listed, one line whole, and whether its chain holds."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from pipelines.keeping.journal import ArchiveDamaged
from pipelines.keeping.receipts import listed
from pipelines.keeping.secrets import Session
from pipelines.keeping.trail import KINDS, Deed
from schemas.clock import SHANGHAI
from schemas.plan import PLAN
from ui import address, data, tables, who
from ui.plain import plain

PARTS: Mapping[str, tuple[str, ...]] = {
    "全部": tuple(KINDS),
    "登录": ("signed_in", "signed_out", "not_let_in", "password", "session_ended"),
    "报送和办理": ("sent", "acted"),
    "查看和导出": ("opened", "exported"),
    "账户": ("account",),
    "命令": ("command",),
    "被拒": ("refused", "not_let_in"),
}
RECEIPT = re.compile(r"\d{8}-\d{5,}")
OF_OTHERS = ("时间", "单位", "操作", "对象")
LATELY = dt.timedelta(days=7)
CHOSEN = "deeds"  # the table
SHOWN = 5000  # lines on the screen; the download holds all that are chosen
SHORT = 12  # signs of a checksum or a handle


def chain() -> None:
    """Whether every line hangs on the one before; asked anew on a click."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button("重新核验"):
            _verified.clear()
        try:
            count, head = _verified(len(data.people().trail.deeds()))
        except ArchiveDamaged as why:
            st.error(f"{plain(why)}。报送照常进行；请保全现场，由备份核对。", title="✕ 链条不符")
            return
        st.success(f"第 1 条至第 {count:,} 条，链尾 {head}", title="✓ 链条完整")


@st.cache_data(max_entries=5, show_spinner="正在核验…")
def _verified(count: int) -> tuple[int, str]:  # noqa: ARG001  the key of the cache
    """How many lines hang together, and the hash of the last. Raises ArchiveDamaged."""
    trail = data.people().trail
    held, every = trail.verify(), trail.deeds()
    return held, _short(every[-1].hash) if every else "—"


def narrowed() -> list[Deed]:
    """The lines that are chosen, the latest first."""
    part = address.choose("part", {name: name for name in PARTS})
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        units = {code: unit.title for code, unit in PLAN.units.items()}
        unit = st.selectbox("单位", ["", *units], format_func=lambda code: units.get(code, "全部"), width=220)
        today = dt.datetime.now(SHANGHAI).date()
        since = st.date_input("自", today - LATELY, format="YYYY-MM-DD", width=150)
        until = st.date_input("至", today, format="YYYY-MM-DD", width=150)
        words = st.text_input("账户、编号、回执号、地址", placeholder="输入即查找", live=True, width=280)
    return [
        deed
        for deed in reversed(data.people().trail.deeds())
        if deed.kind in PARTS[part]
        and unit in {"", deed.unit}
        and since <= deed.done_at.astimezone(SHANGHAI).date() <= until
        and words.strip() in f"{deed.seq} {deed.account} {deed.subject} {deed.detail} {deed.address}"
    ]


def rows(deeds: Sequence[Deed]) -> pd.DataFrame:
    """Lines of the trail as a table, in words."""
    return pd.DataFrame(
        [_row(deed) for deed in deeds],
        columns=["序号", "时间", "账户", "单位", "操作", "对象", "备注", "来源"],
    )


def _row(deed: Deed) -> tuple[object, ...]:
    unit = PLAN.units[deed.unit].title if deed.unit in PLAN.units else "—"
    when = f"{deed.done_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
    did = KINDS.get(deed.kind, deed.kind)
    return (deed.seq, when, deed.account or "—", unit, did, deed.subject or "—", deed.detail, deed.address)


def concerning(unit: str | None, account: str) -> list[Deed]:
    """What others did with the sendings of a unit, the latest first: each names the receipt."""
    numbers = {each.receipt.no for each in listed(data.store().archive, unit)} if unit else set()
    every = data.people().trail.deeds() if numbers else []
    return [d for d in reversed(every) if d.account != account and numbers & set(RECEIPT.findall(_said(d)))]


def _said(deed: Deed) -> str:
    return f"{deed.subject} {deed.detail}"


def table(rows: pd.DataFrame) -> int:
    """The lines; returns which of them is chosen."""
    at = tables.pick(rows.drop(columns="备注").head(SHOWN), CHOSEN, 520)
    every = len(data.people().trail.deeds())
    st.caption(f"选出 {len(rows):,} 条，全部 {every:,} 条；管理员自己的操作同样在内，也不能删")
    return at


def one(deeds: Sequence[Deed], at: int) -> None:
    """One line whole, and whether it hangs on the one before."""
    if at >= len(deeds):
        st.caption("没有符合条件的记录。")
        return
    deed = deeds[at]
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**第 {deed.seq:,} 条**　:green-badge[✓ 与前一条相扣]")
        said = {
            "操作": KINDS.get(deed.kind, deed.kind),
            "对象": deed.subject,
            "备注": deed.detail,
            "操作人": deed.account,
            "来源": f"{deed.address}，会话 {_short(deed.session)}" if deed.session else deed.address,
            "前一条": _short(deed.prev),
            "本条": _short(deed.hash),
        }
        for title, words in said.items():
            st.markdown(f":gray[{title}]　{plain(words or '—')}")
        st.caption("这里不存口令、不存电话和身份证号。")


def _short(hashed: str) -> str:
    """The beginning of a checksum or a handle: long enough that two are told apart at a glance."""
    return hashed[:SHORT]


def sessions(account: str) -> list[Session]:
    """Where an account is signed in now."""
    return [each for each in data.people().secrets.sessions() if each.account == account]


def end_sessions(account: str) -> None:
    """Each place in which an account is signed in, with the way to end it there."""
    for each in sessions(account):
        began = dt.datetime.fromtimestamp(each.began_at, SHANGHAI)
        mine = "　:green-badge[本机]" if each.handle == who.session() else ""
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"{plain(each.address)}　{began:%m-%d %H:%M} 起{mine}", width="content")
            if st.button("结束会话", key=f"end_{each.handle}"):
                _end(each)
                st.rerun()


def _end(session: Session) -> None:
    by, known = who.now(), data.people()
    if session.account != by.name and "administrator" not in by.every_role:
        return
    known.secrets.end(session.handle)
    known.trail.write(
        "session_ended", by.name, unit=by.unit, subject=f"账户 {session.account}", **who.where()
    )
