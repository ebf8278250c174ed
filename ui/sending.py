"""Handing over workbooks: for whom and for which duty, the template, and the sending itself."""

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from door import files
from pipelines import acts, intake, kept
from pipelines.keeping.postgres import Away
from schemas import access
from schemas.plan import PLAN
from ui import (
    address,
    comparing,
    data,
    entries,
    handed,
    own_acts,
    plan_changes,
    receipts,
    results,
    tables,
    uploader,
    who,
    within,
)
from ui.plain import plain
from views import Scope, records
from views.answers import compliance
from views.figures import owed

SENT, LOST, AUTO = "sent_workbooks", "lost_workbooks", ""
LOOKED = "looked_at_workbooks"
LOG = logging.getLogger("campaign")


def pick_unit() -> str | None:
    """Whose workbook it is: a unit at its own desk sends only its own."""
    mine = who.units()
    if len(mine) == 1:
        st.markdown(f"报送单位　**{PLAN.units[mine[0]].title}**")
        return mine[0]
    if mine:  # one stands in for another
        titles = {code: PLAN.units[code].title for code in mine}
        return str(st.selectbox("报送单位", mine, format_func=titles.__getitem__, key="own_unit"))
    able = [code for code in PLAN.units if _owed(code)]
    chosen = st.selectbox(
        "报送单位",
        [*_by_itself(), *able],
        key="unit",
        filter_mode="contains",
        persist_state="session",
        format_func=lambda code: PLAN.units[code].title if code else "自动识别（看封面填报单位）",
    )
    return chosen or None


def pick_duty(unit: str | None) -> str | None:
    """One of the unit's duties, each with its due day and its light; none: told from the workbook."""
    owed = _owed(unit) if unit else []
    lights = _lights(unit) if unit else {}
    if not (options := [*_by_itself(), *owed]):
        st.caption("按现行方案，这个账户没有要报送的事项。")
        return None
    chosen = address.get("duty") if address.get("duty") in owed else options[0]
    titles = {code: _duty(code, lights) if code else "自动识别（看模板标识）" for code in options}
    st.selectbox(
        "应报事项",
        options,
        filter_mode="contains",
        format_func=titles.__getitem__,
        help="先选报送单位，再选事项，可下载该单位该事项的模板。",
        **address.bound("duty", chosen, str, titles),
    )
    return chosen or None


def _owed(unit: str) -> list[str]:
    """The matters of a unit that the account may hand in."""
    return [o.obligation for o in PLAN.obligations_of(unit) if access.may_send(who.now(), o.returns)]


def _by_itself() -> list[str]:
    """That a workbook says itself what it is: not for an account that hands in some matters only."""
    return [AUTO] if access.may_send(who.now(), ["anything"]) else []


def _duty(code: str, lights: dict[str, str]) -> str:
    owed = PLAN.obligations[code]
    light = f"　{tables.lit(lights[code])}" if code in lights else ""
    moved = "（有改期）" if plan_changes.moves(code) else ""
    due = "随时" if owed.is_standing else f"{owed.due:%m-%d}{moved}"
    return f"{due}　{owed.title}{light}"


def _lights(unit: str) -> dict[str, str]:
    """The worst standing of each of the unit's duties today, in the order of light.csv."""
    rank = list(PLAN.lights)
    lights: dict[str, str] = {}
    for row in records(duties(unit, within.today("submit"))):
        worst = lights.get(row.obligation, rank[-1])
        lights[row.obligation] = min(worst, row.status, key=rank.index)
    return lights


def duties(unit: str, scope: Scope) -> pd.DataFrame:
    """What the unit answers for, alone or as one of a field's joint leads."""
    rows: pd.DataFrame = data.answer(compliance.fetch, scope)
    return rows[[_answers_for(unit, row) for row in records(rows)]]


def _answers_for(unit: str, row: Any) -> bool:
    """Whether a duty is the unit's own, or one of a field that it leads with others."""
    if row.unit == unit:
        return True
    joint = PLAN.obligations[row.obligation].is_joint
    return joint and unit in PLAN.submitters(row.obligation, row.field)


def offer_template(unit: str, duty: str) -> None:
    opened, scope, moved = data.later(), within.today("template"), plan_changes.moves(duty)
    handed.offer(
        "下载本单位本事项模板",
        partial(files.prefilled, opened, scope, unit, duty, moved),
        f"{PLAN.units[unit].title}_{PLAN.obligations[duty].title}.xlsx",
        f"template_{duty}",
        place="template",
        is_wide=True,
        help="已受理过的机构会预先填入。",
        what=f"{PLAN.units[unit].title} {PLAN.obligations[duty].title} 模板",
    )


def sender() -> str:
    """In whose name a workbook is handed over: a person of the unit, or the office in its stead."""
    person = who.now().person
    return person if who.unit() else f"{person}（代报）"


def send(workbooks: Iterable[Any], unit: str | None, duty: str | None) -> None:
    """Hand each file to the intake; what came of them stays on this screen until the next sending."""
    with st.spinner("正在接收并检查…", show_time=True):
        received = [(f.name, _received(f.getvalue(), f.name, unit, duty)) for f in workbooks]
    each = {sent.outcome.receipt.no: sent for _, sent in received if sent}  # a file chosen twice is one
    st.session_state[SENT], st.session_state[LOOKED] = [*each.values()], []
    st.session_state[LOST] = [filename for filename, sent in received if sent is None]
    data.show_newest()
    uploader.emptied(sum(sent is not None for _, sent in received))


def look(workbooks: Iterable[Any], unit: str | None, duty: str | None) -> None:
    """Say what would be said of each file if it were sent now; nothing is kept."""
    stated: intake.Stated = {"unit": unit, "obligation": duty}
    st.session_state[SENT], st.session_state[LOST] = [], []
    with st.spinner("正在检查…", show_time=True):
        try:
            st.session_state[LOOKED] = [
                (f.name, content := f.getvalue(), intake.checked(data.store(), content, sender(), **stated))
                for f in workbooks
            ]
        except Away:
            st.session_state[LOST] = [f.name for f in workbooks]


def tell_looked() -> None:
    """What was said of the files that were only looked at, until they are sent."""
    for n, (filename, content, judgement) in enumerate(st.session_state.get(LOOKED, [])):
        results.looked(filename, content, judgement, n)


def is_told() -> bool:
    """Whether something was sent or looked at on this screen."""
    return bool(sent() or st.session_state.get(LOOKED))


def _received(content: bytes, filename: str, unit: str | None, duty: str | None) -> results.Sent | None:
    """What came of a file; None where it could not be kept, so that there is no receipt."""
    try:
        stated: intake.Stated = {"unit": unit, "obligation": duty, "by": who.now().name}
        outcome = intake.receive(data.store(), content, filename, sender(), **stated)
    except (Away, OSError):
        LOG.exception("not received")
        return None
    receipt, account = outcome.receipt, who.now()
    with suppress(Away):  # sent again, they are read back
        acts.read_back(data.store(), account, receipt.no, outcome.judgement.notes)
    data.people().trail.write(
        "sent",
        account.name,
        unit=account.unit,
        subject=f"回执 {receipt.no}",
        detail=f"{receipt.filename} {receipt.sha256[:8]}",
        **who.where(),
    )
    return results.Sent(content, outcome)


def tell_lost() -> None:
    """The files of the last sending that could not be kept, by name."""
    for filename in st.session_state.get(LOST, []):
        st.error(f"{plain(filename)}　没有存盘，也没有回执。请稍后再报。", title="没有收到")


def sent() -> list[results.Sent]:
    workbooks: list[results.Sent] = st.session_state.get(SENT, [])
    return workbooks


def summed_up(every: list[results.Sent]) -> None:
    """Of several workbooks one line before all: how many came to which verdict."""
    if len(every) < 2:
        return
    counts = Counter(each.outcome.judgement.verdict for each in every)
    told = "　".join(
        f":{colour}[{glyph} {word} {counts[verdict]}]"
        for verdict, (glyph, word, colour) in receipts.VERDICTS.items()
        if counts[verdict]
    )
    st.markdown(f"**本次报送 {len(every)} 份**　{told}")


def explain(unit: str | None) -> None:
    """What this screen does, until something has been sent; for a known unit, what it still owes."""
    if not unit:
        st.markdown("### 怎样报送", anchors=False)
        st.markdown(
            "1. 用系统模板填写；没有模板的，左边选好单位和事项即可下载。\n"
            "2. 填写报送人，拖入工作簿（可一次多个），点“报送”；可以先点“先检查”，先检查不存档。\n"
            "3. 文件先存档并出具回执，再逐格检查；有问题的，下载标注版工作簿，照红格改好重报。\n"
            "4. 回执以收到时间为准；是否按时，看**被受理**的那一份何时收到。"
        )
        return
    rows = duties(unit, within.today("submit"))
    is_in = rows["status"].isin(owed.FILED)
    shown = tables.lighted(rows.assign(is_in=is_in).sort_values(["is_in", "due"], kind="stable"))
    st.markdown(f"### {PLAN.units[unit].title}的应报事项　:gray[{len(rows)} 项]", anchors=False)
    tables.table(
        shown,
        compliance.ANSWER,
        ["title", "field_title", "due", "status_title", "days", "arrived"],
        height=320,
    )


def _again(found: Sequence[Any]) -> None:
    """Any receipt's answer once more: its problems and the marked-up workbook."""
    titles = {r.receipt.no: f"{r.receipt.no}　{receipts.named(r.unit, r.obligation)[1]}" for r in found}
    if address.get("receipt") in titles:
        st.session_state.setdefault("again", address.get("receipt"))
    no = st.selectbox(
        "再看一份的结果", [AUTO, *titles], format_func=lambda n: titles.get(n, "选择回执"), key="again"
    )
    if no:
        receipt = next(r.receipt for r in found if r.receipt.no == no)
        outcome = intake.Outcome(receipt, kept.decided(data.store(), receipt), repeated=False)
        sent = results.Sent(data.store().archive.bytes_of(receipt.sha256), outcome)
        results.show(sent, "again", partial(_after, sent, "again"))


def show(sent: results.Sent) -> None:
    """What came of a workbook that was just sent, and what can be done with it."""
    results.show(sent, "result", partial(_after, sent, "result"))


def _after(sent: results.Sent, place: str) -> None:
    """What can be done with a workbook once it was accepted: explained, taken back."""
    no = sent.outcome.receipt.no
    if place == "again" and no in {each.outcome.receipt.no for each in st.session_state.get(SENT, [])}:
        return
    mine = next((each for each in receipts.of(None, within.today("submit")) if each.receipt.no == no), None)
    if mine:
        own_acts.explain(no, place)
        comparing.show(no, place)
        own_acts.take_back(mine, place)
        entries.take_back(no, place)


def recent(unit: str | None) -> None:
    """The unit's receipts, or everyone's where no unit is chosen."""
    scope = within.today("submit")
    listed = receipts.of(unit, scope)
    whose = PLAN.units[unit].title if unit else "各单位"
    st.markdown(f"### 近期回执　:gray[{whose}]", anchors=False)
    if listed:
        receipts.show(listed, scope, of_one_unit=unit is not None)
        _again(listed)
    else:
        st.caption("还没有报送。")
