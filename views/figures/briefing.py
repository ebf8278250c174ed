"""Before the meeting: who is late, what is due, what changed since the last one, each county."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace

import pandas as pd

from schemas.cases import SENT, TABS
from schemas.plan import PLAN
from schemas.said import TERRITORY, WHOLE
from views import Ask, Scope, records
from views.answers import cases, compliance, finding, ledger, registered, tally
from views.figures import owed
from views.figures.names import short_title

ChangeLine = tuple[str, str, str]  # what is otherwise, whose it is, which matter or institution
AHEAD = dt.timedelta(days=14)
CHANGED = ("变化", "单位", "事项或机构")  # of a list of changes
DUE = {"due": "截止日", "unit_title": "责任单位", "kind": "类别", "what": "事项"}  # of what is ahead
FIGURES = {  # by county: of the tally, and how it is headed
    "found": "排查机构（家）",
    "stock": "存量规模（万元）",
    "people": "涉及人数",
    "suspect": "涉嫌非法集资（家）",
    "unrest": "涉稳（家）",
    "handling": "整改处置台账（家）",
    "done": "其中已完成（家）",
    "open_faults": "未结问题（个）",
}
DUTIES = {"overdue": "逾期未报（项）", "late": "迟报（项）"}
MARKS: Mapping[
    str, Callable[[pd.DataFrame], "pd.Series[bool]"]
] = {  # of an institution that was told before: what became true of it since
    "转为高风险": lambda rows: rows["risk_level"] == "高",
    "涉嫌非法集资": lambda rows: rows["suspect"] == "是",
    "涉稳": lambda rows: rows["unrest"] != "无",
    "逾期整改": lambda rows: rows["is_overdue"],
    "已整改、交接或销号": lambda rows: rows["stage"].isin(["已完成整改", "已交接", "验收合格", "已销号"]),
}


def last_meeting(ask: Ask, scope: Scope) -> dt.date:
    """The day of the last meeting before the day looked at; where none was told of, fourteen days before."""
    of_meetings = [o.obligation for o in PLAN.obligations.values() if "meeting" in o.returns]
    rows = ask(registered.fetch, scope.whole)
    held = rows.loc[rows["sent_for"].isin(of_meetings), "entry_day"].dropna()
    before = held[held < pd.Timestamp(scope.as_of)]
    return before.max().date() if len(before) else scope.as_of - AHEAD


def late(ask: Ask, scope: Scope) -> pd.DataFrame:
    """The rows of compliance that are overdue: those with a day of the notice first, then the oldest."""
    rows = owed.part(ask(compliance.fetch, scope), "overdue")
    return rows.sort_values(["is_internal", "days"], ascending=[True, False], kind="stable")


def ahead(ask: Ask, scope: Scope) -> pd.DataFrame:
    """What is open and due within two weeks, the next first: columns DUE, `status`, `days` (left).

    What was owed and is not in, findings, what was settled at a meeting, and what is to be mended or said.
    """
    duties, others = ask(compliance.fetch, scope), _beside_duties(ask, scope)
    duties = duties[~duties["status"].isin(owed.FILED)]
    fields = duties["field_title"].map(lambda title: f"（{title}）" if title else "")
    others = others[others["light"] != "overdue"]
    made = [
        duties.assign(what=duties["title"] + fields, kind=TABS[SENT]),
        others.assign(kind=others["part"].map(TABS), days=-others["days"]).rename(
            columns={"by_when": "due", "light": "status"}
        ),
    ]
    rows = pd.concat([each[[*DUE, "status", "days"]] for each in made])
    soon = rows["due"].between(pd.Timestamp(scope.as_of), pd.Timestamp(scope.as_of + AHEAD))
    return rows[soon].sort_values(["due", "unit_title"], kind="stable", ignore_index=True)


def overdue_cases(ask: Ask, scope: Scope) -> pd.DataFrame:
    """The open cases past their day but for returns owed (see `late`): rows of `cases`, gravest first."""
    rows = _beside_duties(ask, scope)
    return rows[rows["light"] == "overdue"]


def _beside_duties(ask: Ask, scope: Scope) -> pd.DataFrame:
    rows = cases.open_(ask(cases.fetch, scope))
    return rows[rows["source"] != "duty"]


def changes(ask: Ask, scope: Scope, since: dt.date) -> pd.DataFrame:
    """What is otherwise than at the end of that day, one line for each: columns CHANGED."""
    before = replace(scope, as_of=since)
    lines = [
        *_of_duties(ask(compliance.fetch, before), ask(compliance.fetch, scope)),
        *_of_institutions(ask(ledger.fetch, before), ask(ledger.fetch, scope)),
        *_of_findings(ask(finding.fetch, before), ask(finding.fetch, scope)),
    ]
    return pd.DataFrame(lines, columns=list(CHANGED))


def _of_duties(before: pd.DataFrame, now: pd.DataFrame) -> list[ChangeLine]:
    key = ["obligation", "unit", "field"]
    both = now.merge(before[[*key, "status"]], on=key, how="left", suffixes=("", "_before"))
    both = both[both["status"] != both["status_before"]]
    told = {"overdue": "新逾期未报", "on_time": "按时报送", "late": "补报（迟报）"}
    return [
        (words, row.unit_title, f"{row.title}{f'（{row.field_title}）' if row.field else ''}")
        for status, words in told.items()
        for row in records(both[both["status"] == status])
    ]


def _of_institutions(before: pd.DataFrame, now: pd.DataFrame) -> list[ChangeLine]:
    new = now[~now["entity"].isin(before["entity"])]
    gone = before[~before["entity"].isin(now["entity"])]
    lines = [
        (words, row.territory, row.entity_name)
        for words, rows in (("新列入", new), ("不再列入", gone))
        for row in records(rows)
    ]
    known = now[now["entity"].isin(before["entity"])]
    for words, holds in MARKS.items():
        was = set(before.loc[holds(before), "entity"])
        became = known[holds(known) & ~known["entity"].isin(was)]
        lines += [(words, row.territory, row.entity_name) for row in records(became)]
    return lines


def _of_findings(before: pd.DataFrame, now: pd.DataFrame) -> list[ChangeLine]:
    of_fault = now[now["is_fault"]]
    new = of_fault[~of_fault["no"].isin(before["no"])]
    was_open = set(before.loc[before["is_open"], "no"])
    closed = of_fault[~of_fault["is_open"] & of_fault["no"].isin(was_open)]
    return [
        (words, row.unit_title, f"{row.no} {row.entity_name}：{row.finding}")
        for words, rows in (("督察发现问题", new), ("督察问题已销号", closed))
        for row in records(rows)
    ]


def by_county(ask: Ask, scope: Scope) -> pd.DataFrame:
    """One row for each county or park, and the sum of all with each institution once, under their titles."""
    cube, duties = ask(tally.fetch, scope.whole), ask(compliance.fetch, scope.whole)
    told = tally.by(cube, "territory").set_index("territory")[list(FIGURES)]
    whole = tally.once(cube)[list(FIGURES)].sum()
    units = list(PLAN.units_as("territory"))
    rows = told.reindex(units, fill_value=0)
    rows.loc[""] = whole
    for status, title in DUTIES.items():
        counts = duties.loc[duties["status"] == status, "unit"].value_counts().reindex(units, fill_value=0)
        rows[title] = [*counts, counts.sum()]
    named = rows.rename(columns=FIGURES)
    names = [short_title(unit) if unit else f"{WHOLE}合计" for unit in named.index]
    return named.assign(**{TERRITORY: names})[[TERRITORY, *FIGURES.values(), *DUTIES.values()]]
