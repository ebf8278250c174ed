"""One case whole: what is owed, how it came here, and what may be done with it by whoever looks."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import streamlit as st

from pipelines.subjects import of_resolution
from schemas.acts import ACTS
from schemas.acts.following import CLOSING, REPLY, RESOLVED
from schemas.cases import SOURCES, parted, text_of
from schemas.clock import SHANGHAI
from schemas.plan import PLAN
from ui import acting, address, case, data, fields, receipts, tables, who, why, within
from ui.plain import plain
from views import Scope, records
from views.answers import cases, contact, finding

SLIP_COLOURS = {"red": "red", "orange": "orange", "blue": "blue"}
OF_UNIT = ("case_received", "case_answered")
OF_OFFICE = ("closing_granted", "closing_refused", "closing_asked", "resolution_changed")
SHOWN = ("unit_title", "person_name", "post", "telephone", "matter_title", "named_on")
TOKEN = "resolution_token"  # noqa: S105  tells one press of the form from the next
DAYS = 7  # from today: by when something is to be done, unless another day is chosen
WIDTH = 345  # pixels
MOST = 12  # lines of how it came here


def show(row: Any, scope: Scope) -> None:
    """The case that is chosen; nothing where there is none."""
    if row is None:
        st.caption("没有选中的事项。")
        return
    slip = f"　:{SLIP_COLOURS[row.slip]}-badge[{row.slip_title}]" if row.slip else ""
    grave = "red" if row.light == "overdue" and row.state == cases.OPEN else "gray"
    st.markdown(f"**{row.no}　{plain(row.what)}**　:{grave}-badge[{lit(row)}]{slip}")
    note = f"　{plain(row.note)}" if row.note else ""
    st.markdown(f":gray[{row.unit_title}　立项 {row.opened_on:%m-%d}{note}]")
    if row.state in {cases.OPEN, cases.REVIEW}:
        st.markdown(f"**{row.by_when:%m-%d} 前**　{plain(row.next_step)}")
    if row.source == "duty" and row.state == cases.OPEN:
        st.markdown(f":small[{plain(_why(row, scope))}]")
    if row.source == "finding":
        _finding(row, scope)
        return
    for when, words in list(_course(row, scope))[:MOST]:
        st.markdown(f":small[**{when:%m-%d}**　{words}]")
    _way(row)
    _people(row, scope)
    _forms(row)


def _finding(row: Any, scope: Scope) -> None:
    """A finding has steps of its own, and says itself what may be done."""
    rows = data.answer(finding.fetch, scope)
    for each in records(rows[(rows["no"] == row.no) & rows["is_open"]]):
        case.show(each, scope)
    _people(row, scope)


def lit(row: Any) -> str:
    """The clock of a case in words: how far past its day, or how far ahead of it."""
    if row.state != cases.OPEN:
        return cases.STATES[row.state]
    glyph = PLAN.lights[row.light].glyph
    return f"{glyph} {row.days}天" if row.light == "overdue" else f"{glyph} 还剩{-row.days}天".strip()


def _course(row: Any, scope: Scope) -> list[tuple[dt.datetime, str]]:
    """How it came here, the newest first: acts, and for a duty its sendings."""
    lines = [*_acts(row), *_sendings(row, scope), *_passed(row)]
    known = [(when, words) for when, words in lines if when.date() <= scope.as_of]
    return sorted(known, key=lambda line: line[0], reverse=True)


def _acts(row: Any) -> Iterator[tuple[dt.datetime, str]]:
    _, subject = parted(row.case)
    about = {REPLY: row.case, CLOSING: row.case, RESOLVED: subject, "extension": subject}
    for matter, on in about.items():
        for act in data.store().done(matter, on):
            when = dt.datetime.fromisoformat(act.facts["happened_at"]).astimezone(SHANGHAI)
            facts = act.facts
            yield when, f"{ACTS[facts['act']].title}　{plain(facts['person'])}　{plain(facts['reason'])}"


def _sendings(row: Any, scope: Scope) -> Iterator[tuple[dt.datetime, str]]:
    if row.source != "duty":
        return
    obligation = parted(row.case)[1].split("|")[0]
    for each in receipts.of(row.unit, scope):
        if each.obligation == obligation:
            glyph, word, _ = receipts.VERDICTS[each.verdict]
            came = each.receipt.received_at.astimezone(SHANGHAI)
            yield came, f"报送　{glyph} {word}　回执 {each.receipt.no}"


def _passed(row: Any) -> Iterator[tuple[dt.datetime, str]]:
    """The end of its day, and each measure that the plan calls for since: of what is overdue and gets any."""
    if not row.slip:
        return
    slips = {slip.more_than + 1: slip.title for slip in PLAN.slips}
    day, late = row.by_when.date(), 0
    yield dt.datetime.combine(day, dt.time.max, SHANGHAI), "到期，没有办结"
    while late < row.days:
        day += dt.timedelta(1)
        late += PLAN.is_workday(day)
        if PLAN.is_workday(day) and late in slips:
            yield dt.datetime.combine(day, dt.time.min, SHANGHAI), f"{slips[late]}　逾期第 {late} 个工作日"


def _why(row: Any, scope: Scope) -> str:
    """Why what is owed is not met."""
    obligation, _, field = parted(row.case)[1].split("|")
    is_joint = PLAN.obligations[obligation].is_joint and field
    return why.reason(why.listed(field if is_joint else row.unit, obligation, scope))


def _way(row: Any) -> None:
    """Where it is done: for those of the unit, the page on which they send, mend or explain."""
    source, subject = parted(row.case)
    if SOURCES[source].part != "sent" or row.state != cases.OPEN or not (_is_mine(row) or who.may("decide")):
        return
    matter = subject.split("|")[0] if source == "duty" else None
    st.page_link(
        address.page("submit"), label="去报送、补正、说明 ›", query_params=address.to(duty=matter, sel=None)
    )


def _people(row: Any, scope: Scope) -> None:
    """Whom to ask: told to those who need it alone."""
    if not who.may("people"):
        return
    rows = data.answer(contact.fetch, scope)
    named = [
        f"{plain(each.person_name)} {plain(each.telephone)}".strip()
        for each in records(rows[rows["unit"] == row.unit])
    ]
    st.caption(f"联络员、抽调人员　{'；'.join(named)}" if named else "没有登记联络员")


def _forms(row: Any) -> None:
    """What may be done by whoever looks: the unit receives and answers, the office closes and changes."""
    _, subject = parted(row.case)
    if row.state in {cases.CLOSED, cases.LEFT}:
        kinds: tuple[str, ...] = ("closing_undone",)
    else:
        kinds = (*(OF_UNIT if _is_mine(row) else ()), *OF_OFFICE)
    for kind in kinds:
        on = subject if kind == "resolution_changed" else row.case
        if acting.may(kind, on):
            offered = {"next_step": row.next_step, "by_when": row.by_when.date()} if on == subject else {}
            with st.expander(ACTS[kind].title):
                acting.blank(kind, on, "case", shown=offered)


def _is_mine(row: Any) -> bool:
    """Whether whoever looks answers for it: as its unit, or as one of a field's joint leads."""
    source, subject = parted(row.case)
    obligation = subject.split("|")[0]
    joint = source == "duty" and PLAN.obligations[obligation].is_joint
    units = PLAN.submitters(obligation, row.field) if joint else [row.unit]
    return bool({*units} & {*who.units()})


def open_one() -> None:
    """立一件: the office opens what was settled at a meeting, for one unit."""
    if not who.may("decide"):
        return
    with st.popover("＋ 立一件"):
        st.session_state.setdefault(TOKEN, uuid4().hex)
        units = {code: u.title for code, u in PLAN.units.items() if "external" not in u.roles}
        unit = st.selectbox(
            "责任单位", list(units), format_func=units.__getitem__, index=None, key="resolution_unit"
        )
        columns = ACTS["resolution_made"].content.columns
        with st.form("resolution_made", border=False):
            token = st.session_state[TOKEN]
            content = fields.asked_for(columns, {"": data.today() + dt.timedelta(DAYS)}, token)
            if st.form_submit_button("立一件", disabled=unit is None):
                subject = of_resolution(str(unit), token)
                fault = acting.press("resolution_made", subject, "", content, 0)
                if fault:
                    acting.finish("立一件", [fault])
                del st.session_state[TOKEN]
                no = _number_of(subject)
                address.put(tab=None, sel=no)
                acting.finish(f"立一件 {no}，{plain(units[str(unit)])}", [])


def _number_of(subject: str) -> str:
    """The number of what was opened just now."""
    data.show_newest()
    rows = data.answer(cases.fetch, within.today("cases"))
    return next(iter(rows.loc[rows["case"] == text_of("resolution", subject), "no"]), "")


def roster(scope: Scope) -> None:
    """联络员名册, for those who need telephones."""
    if not who.may("people"):
        return
    rows = data.answer(contact.fetch, scope)
    with st.expander(f"联络员名册（{len(rows)} 人）"):
        tables.download(tables.titled(rows, contact.ANSWER, SHOWN), "联络员名册", scope, place="people")
        tables.table(rows, contact.ANSWER, SHOWN, height=tables.tall(rows, 420))
