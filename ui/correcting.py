"""补正通知 on the screen: the office orders cell by cell; the unit sees each item, and mends or answers."""

import datetime as dt
from typing import Any

import pandas as pd
import streamlit as st

from pipelines.keeping.receipts import Listed
from schemas.acts import ACTS
from schemas.acts.correction import ORDERED
from ui import acting, address, data, fields, receipts, tables
from ui.plain import plain
from views import Scope, records
from views.answers import correction, sheets

COLOURS = {"overdue": "red", "open": "orange", "answered": "green", "changed": "green", "lifted": "gray"}
LISTED = (
    "unit_title",
    "matter_title",
    "submission",
    "sheet",
    "cell",
    "title",
    "requirement",
    "reply_due",
    "value",
    "later_value",
    "standing",
    "reply",
    "replied_by",
)
DAYS = 7  # from today: by when it is to be mended, unless another day is chosen
RECENT = 200  # accepted sendings among which the office chooses


def notices(unit: str, scope: Scope, place: str) -> None:
    """The notices of a unit that wait for it, a card each; with the way to mend, and to answer an item."""
    rows = data.answer(correction.fetch, scope)
    mine = rows[rows["unit"] == unit]
    open_ = correction.waiting(mine)["submission"].unique()
    for no, same in mine[mine["submission"].isin(open_)].groupby("submission", sort=False):
        _card(str(no), same, place)


def _card(no: str, same: pd.DataFrame, place: str) -> None:
    left = correction.waiting(same)
    late = (left["standing"] == correction.OVERDUE).any()
    colour, word = ("red", "✕ 逾期") if late else ("orange", "! 待补正")
    first = same.iloc[0]
    with st.container(border=True, gap="xsmall", key=f"notice_{place}_{no}"):
        st.markdown(
            f"**补正通知**　:{colour}[**{word}**]　{plain(first['matter_title'])}　"
            f":gray[针对回执 {no}，{plain(first['ordered_by'])} {first['ordered_at']:%m-%d}]"
        )
        for row in records(same):
            _item(row, place)
        if place == "todo" and st.button("去补正", key=f"mend_{no}", type="primary" if late else "secondary"):
            st.switch_page(address.page("submit"), query_params=address.to(duty=first["obligation"]))
        st.caption("下一版逐条对照；不改的逐条答复即可，不影响报送的受理。")


def _item(row: Any, place: str) -> None:
    standing = f":{COLOURS[row.standing]}[{correction.WORDS[row.standing]}]"
    became = f"，现为 {plain(row.later_value) or '空'}" if row.later else ""
    st.markdown(
        f"{plain(row.sheet)}!{row.cell}　{plain(row.title)}　**{plain(row.requirement)}**　"
        f":gray[当时为 {plain(row.value) or '空'}{became}；限 {row.reply_due:%m-%d}]　{standing}"
    )
    if row.reply:
        st.caption(f"答复：{plain(row.reply)}（{plain(row.replied_by)}，{row.replied_at:%m-%d %H:%M}）")
    if row.standing in correction.WAITING and acting.may("correction_answered", row.subject):
        with st.expander("答复这一条（不改的理由）"):
            acting.blank("correction_answered", row.subject, place)


def ordered(scope: Scope) -> None:
    """The office's list of items, each with how it stands; and the form that orders one."""
    rows = data.answer(correction.fetch, scope)
    waiting = len(correction.waiting(rows))
    with st.expander(f"补正通知（{len(rows)} 处，未改 {waiting} 处）", expanded=bool(waiting)):
        shown = rows.assign(standing=rows["standing"].map(correction.WORDS))
        tables.download(tables.titled(shown, correction.ANSWER, LISTED), "补正通知", scope)
        tables.table(shown, correction.ANSWER, LISTED, height=tables.tall(rows, 360))
        _lift(rows)
    with st.expander("发补正通知"):
        _order(scope)


def _lift(rows: pd.DataFrame) -> None:
    """撤销: one item that need not be mended any more."""
    able = {
        row.subject: f"{row.unit_title} {row.sheet}!{row.cell} {row.title}"
        for row in records(rows[rows["standing"].isin([*correction.WAITING, correction.ANSWERED])])
    }
    chosen = st.selectbox(
        "撤销哪一条",
        list(able),
        index=None,
        placeholder="选择一条",
        format_func=lambda subject: plain(able[subject]),
        key="lift_item",
    )
    if chosen:
        acting.form("correction_lifted", chosen, "lift")


def _order(scope: Scope) -> None:
    """One item: of which sending, which cell, what is required, by when."""
    accepted = [each for each in receipts.of(None, scope) if each.verdict == "acceptable"][:RECENT]
    titles = {each.receipt.no: _named(each) for each in accepted}
    no = st.selectbox(
        "哪一份报送",
        list(titles),
        index=None,
        placeholder="选择回执，可输入单位或事项查找",
        format_func=titles.__getitem__,
        key="order_no",
        filter_mode="contains",
    )
    if not no:
        return
    known = data.answer(sheets.fetch, scope, no)
    columns = ACTS[ORDERED].content.columns
    with st.form("order_item", border=False):
        sheet_at, cell_at = st.columns([7, 3])
        sheet = sheet_at.selectbox("工作表", known, key="order_sheet")
        cell = cell_at.text_input("单元格（如 Z4）", key="order_cell", max_chars=10)
        content = fields.asked_for(columns, {"": data.today() + dt.timedelta(DAYS)}, "order")
        if st.form_submit_button("发出"):
            subject = f"{no}|{sheet}!{cell.strip().upper()}"
            fault = acting.press(ORDERED, subject, "", content, acting.seen(ORDERED, subject))
            acting.finish("要求补正", [_where(fault)] if fault else [])


def _where(fault: str) -> str:
    """What is wrong, in words of this form."""
    return f"{fault}；请核对工作表和单元格：要在表头之下、有数据的一行" if "没有这一项" in fault else fault


def _named(each: Listed) -> str:
    unit, duty = receipts.named(each.unit, each.obligation)
    return f"{unit}　{duty}　{each.receipt.no}"
