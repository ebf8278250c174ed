"""One institution in a few lines: who it is, what threatens and where it stands."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from schemas.plan import PLAN
from ui import address, data, who
from ui.plain import plain
from views import Ask, Scope, records
from views.answers import beside, explanation
from views.figures.names import short_title
from views.figures.words import amount

DAYS_AND_WAYS: Mapping[str, str] = {
    "rectify_due": "整改期限",
    "exit_plan_date": "计划退出",
    "ban_dest": "处置去向",
    "progress": "工作进展",
}
RISK_GLYPHS = {"高": "●", "中": "◐", "低": "○"}
RISK_COLOURS = {"高": "red", "中": "orange", "低": "gray"}


def linked(row: Any) -> None:
    """One institution, with the way to its whole history beside its name."""
    with st.container(horizontal=True, horizontal_alignment="distribute", gap="small"):
        st.markdown(_named(row), width="content")
        st.page_link(
            address.page("entity"),
            label="看全部历史和出处",
            query_params=address.to(entity=str(row["entity"])),
            width="content",
        )
    _told(row)


def brief(row: Any) -> None:
    """One institution: who it is, what threatens and where it stands."""
    st.markdown(_named(row))
    _told(row)


def _named(row: Any) -> str:
    return f"**{plain(row['entity_name'])}**　:gray[{_said(row['entity_code'])}]"


def _told(row: Any) -> None:
    """What threatens and where it stands."""
    who.looked_at(f"档案 {_said(row['entity_code'])} {row['entity_name']}")
    people = _people(row["people_cnt"])
    ways = [f"{title} {shown(row[name])}" for name, title in DAYS_AND_WAYS.items() if not pd.isna(row[name])]
    lines = [
        " ".join(_badges(row)),
        f"{row['territory']}　{row['field']}　:gray[{_said(row['source'])}]",
        f"存量 **{_amount(row['stock_scale'])}**　不合规 **{_amount(row['nc_scale'])}**　涉及 **{people}**",
        "　".join(ways),
        "" if pd.isna(row["risk_desc"]) else f":gray[:small[{plain(row['risk_desc'])}]]",
    ]
    st.markdown("  \n".join(line for line in lines if line))


def told_beside(entity: int, scope: Scope) -> None:
    """What a lead tells of the same institution, and of others that are like it, beside what counts."""
    for row in data.made(_beside_each, scope).get(entity, ()):
        st.markdown(_same(row) if row["likeness"] == beside.SAME else _like(row, entity))


def _beside_each(ask: Ask, scope: Scope) -> Mapping[int, Sequence[Mapping[Any, Any]]]:
    """What stands beside each institution of which a territory and a lead tell."""
    of: dict[int, list[Mapping[Any, Any]]] = {}
    for row in ask(beside.fetch, scope).to_dict("records"):
        for entity in {int(row["entity"]), int(row["lead_entity"])}:
            of.setdefault(entity, []).append(row)
    return of


def explained(entity: int, scope: Scope) -> None:
    """What is to be verified of an institution, and how its sender explained it."""
    rows = data.answer(explanation.fetch, scope)
    for row in records(rows[rows["entity"] == entity]):
        why = f"：{plain(row.reason)}（{plain(row.person)}，{row.told_at:%m-%d}）" if row.reason else ""
        was = f"，原说明的值 {plain(row.told_value)}" if row.explained == "lapsed" else ""
        words = explanation.WORDS[row.explained]
        st.markdown(f":small[{words}　{plain(row.title)} {plain(row.value)}{was}　{plain(row.message)}{why}]")


def _same(row: Mapping[Any, Any]) -> str:
    """The lead's figures of an institution of which its territory's count, and where both differ."""
    told = f"{_amount(row['lead_stock_scale'])}，不合规 {_amount(row['lead_noncompliant_scale'])}"
    doubt = f"　:orange-badge[核实：{row['differing']}]" if row["is_doubtful"] else ""
    return f":small[:gray[{row['lead_title']}另报存量] {told}，涉及 {_people(row['lead_people_cnt'])}{doubt}]"


def _like(row: Mapping[Any, Any], entity: int) -> str:
    """The other of two institutions that are counted separately and may be one."""
    other = ("lead_name", "lead_territory") if row["entity"] == entity else ("entity_name", "territory")
    name, place = (plain(row[column]) for column in other)
    return (
        f":small[:orange-badge[核实：疑似同一机构] {name}（{place}，{row['likeness']}，"
        f"{row['lead_title']}所报），分别计数，待归并]"
    )


def _people(count: Any) -> str:
    return "未掌握" if pd.isna(count) else f"{count:,} 人"


def _said(value: Any) -> str:
    """A word as typed; nothing where there is none."""
    return "" if pd.isna(value) else plain(value)


def _badges(row: Any) -> list[str]:
    """What is to be said of an institution at a glance, as Markdown, in a fixed order."""
    level, faults = row["risk_level"], row["open_faults"]
    badges = (
        (True, RISK_COLOURS.get(level, "gray"), f"{level}风险"),
        (True, "blue", row["stage"]),
        (row["is_overdue"], "red", "逾期整改"),
        (row["is_unhanded"], "red", "未交接"),
        (row["rose"], "red", "反弹"),
        (row["is_key"], "gray", "重点对象"),
        (faults, "orange", f"未结问题 {faults}"),
        (row["suspect"] == "是", "red", "涉嫌非法集资"),
        (row["unrest"] != "无", "orange", "涉稳"),
    )
    return [f":{colour}-badge[{words}]" for holds, colour, words in badges if holds]


def short_named(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with the short names of places and fields, and a glyph before each risk level."""
    place = {u.title: short_title(u.unit) for u in PLAN.units.values()}
    field = {f.title: short_title(f.field) for f in PLAN.fields.values()}
    named = rows.assign(territory=rows["territory"].map(place), field=rows["field"].map(field))
    if "risk_level" not in rows:
        return named
    return named.assign(
        risk_level=[f"{RISK_GLYPHS.get(level, '')} {level}".strip() for level in rows["risk_level"]]
    )


def _amount(wan: Any) -> str:
    return "未掌握" if pd.isna(wan) else amount(wan)


def shown(value: Any) -> str:
    """A day as a day, anything else as typed: nothing in it is markup."""
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else plain(value)
