"""比对 on the screen: what a version changed by institution, what totals became, who is missing."""

from typing import Any

import pandas as pd
import streamlit as st

from schemas.acts import ACTS
from schemas.acts.gap import NAMED
from schemas.said import WHOLE
from ui import acting, data, fields, tables, who, within
from ui.plain import plain
from views import Scope, records
from views.answers import compared, gap
from views.answers.compared import PERIOD, VERSION, Sides

SHOWN = ("kind", "entity_code", "entity_name", "title", "before", "after", "change")
FIGURES = ("whose", "title", "before", "after", "change")


def show(no: str, place: str) -> None:
    """比对 of one accepted sending; nothing where nothing came before it, or it lists no institutions."""
    if not who.may("answer"):
        return
    scope = within.today("answer")
    of = data.answer(compared.sides, scope, no)
    if of is None:
        return
    _missing(of, scope, place)
    against = {VERSION: "本期上一版", PERIOD: f"上一期（{of.period_title}）"}
    able = [name for name, title in ((PERIOD, of.period), (VERSION, of.version)) if title]
    if not able:
        return
    if not st.toggle("比对：这一版改了哪些，数怎么变", key=f"compare_{place}_{no}"):
        return
    chosen = st.segmented_control(
        "比对对象",
        able,
        default=able[0],
        required=True,
        format_func=against.__getitem__,
        key=f"against_{place}_{no}",
        label_visibility="collapsed",
    )
    changed_at, totals_at = st.columns([4, 3], gap="medium")
    with changed_at:
        _differences(of, scope, str(chosen), place)
    with totals_at:
        _totals(of, scope)


def _differences(of: Sides, scope: Scope, against: str, place: str) -> None:
    told = data.answer(compared.differences, scope, of, against)
    rows = told.rows
    counts = "，".join(
        f"{kind} {rows[rows['kind'] == kind]['entity'].nunique()}"
        for kind in (compared.CHANGED, compared.ADDED, compared.GONE)
    )
    st.markdown(f"**各机构变化**　:gray[{counts}，不变 {told.alike}（家）]")
    if st.toggle("只看变大的", key=f"larger_{place}_{of.submission}"):
        rows = rows[rows["change"] > 0]
    tables.table(rows, compared.DIFFERENCES, SHOWN, height=tables.tall(rows, 420))
    tables.download(
        tables.titled(rows, compared.DIFFERENCES, SHOWN), "比对", scope, key=f"diff_{place}_{of.submission}"
    )


def _totals(of: Sides, scope: Scope) -> None:
    rows = data.answer(compared.totals, scope, of)
    rows = rows.assign(title=[f"{row.title}（{row.unit}）" for row in records(rows)])
    st.markdown("**受理后数的变化**　:gray[只算这一份；" + WHOLE + "只列合计]")
    tables.table(rows, compared.TOTALS, FIGURES, height="content")


def _missing(of: Sides, scope: Scope, place: str) -> None:
    """Institutions that are missing now, each with what the unit says became of it."""
    rows = data.answer(gap.fetch, scope)
    mine = rows[(rows["unit"] == of.unit) & (rows["obligation"] == of.obligation)]
    if mine.empty:
        return
    left = int((mine["fate"] == "").sum())
    st.markdown(f"**缺行 {len(mine)} 家**　:gray[此前在册、现在没有；待答复 {left} 家，不影响受理]")
    for row in records(mine):
        with st.container(border=True, gap="xsmall"):
            named = f"{plain(row.entity_code)} {plain(row.entity_name)}".strip()
            st.markdown(f":red[缺行]　**{named}**　{_answered(row)}")
            _answer(row, place)


def _answered(row: Any) -> str:
    if not row.fate:
        return ":orange[待答复]"
    about = f"（{plain(row.another)}）" if row.another else ""
    return f":green[已答复]　{row.fate}{about}　:gray[{plain(row.person)}，{row.answered_at:%m-%d %H:%M}]"


def _answer(row: Any, place: str) -> None:
    """The form: what became of it, and for some answers which place or institution."""
    columns = ACTS["gap_answered"].content.columns
    name = f"gap_{place}_{row.subject}"
    with st.form(name, border=False):
        fate_at, another_at, press_at = st.columns([6, 4, 1.6], vertical_alignment="bottom")
        with fate_at:
            fate = fields.ask(columns["fate"], row.fate or None, f"{name}_fate")
        with another_at:
            another = fields.ask(columns["another"], row.another, f"{name}_another")
        with press_at:
            pressed = st.form_submit_button("答复", help=f"{'、'.join(NAMED)}的，须写明是哪里、哪一家")
        if pressed:
            said = {"fate": fate, "another": another}
            fault = acting.press("gap_answered", row.subject, "", said, int(row.seen_act))
            acting.finish("答复缺行", [fault] if fault else [])


def unanswered(unit: str, scope: Scope) -> pd.DataFrame:
    """On the desk: what is missing and not answered for."""
    rows: pd.DataFrame = data.answer(gap.fetch, scope)
    return rows[(rows["unit"] == unit) & (rows["fate"] == "")]
