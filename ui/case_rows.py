"""督办事项 as a list: how many of which sort, narrowed, and which one is chosen; all in the address."""

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from schemas.cases import TABS
from schemas.plan import PLAN
from schemas.said import GROUP
from ui import acting, address, cards, case_panel, tables, who, within
from views import Scope, records
from views.answers import cases
from views.charts import palette
from views.figures.headline import Card
from views.figures.names import short_title

EVERY, MINE, DONE = "all", "mine", "closed"
SOON = 5  # working days
LIST = "cases_list"  # the table
LISTED = ("no", "what", "unit_title", "next_step", "by_when")
EXPORT = tuple(name for name, column in cases.ANSWER.columns.items() if column.title)
HEIGHT = 470  # pixels, as the next
WIDTHS = {"灯": 72, "单": 48, "编号": 164, "事项": 248, "责任单位": 120, "下一步": 160, "何时前": 57}
STEP = 11  # signs of a next step for which there is room; the case tells it whole


def counts(rows: pd.DataFrame, waits: pd.DataFrame) -> None:
    """The six counts: what is open, by slip, what is due soon, what waits for whoever looks."""
    open_ = cases.open_(rows)
    slips = [
        Card(
            f"{title}　{span}",
            f"{(open_['slip'] == slip).sum()} 件",
            _answered(open_[open_["slip"] == slip]),
            help="按工作日；界限在方案中",
        )
        for slip, title, span in _spans()
    ]
    near = open_[(open_["light"] != "overdue") & (open_["days"] >= -SOON)]
    review = (waits["state"] == cases.REVIEW).sum()
    cards.row(
        [
            Card("未结", f"{len(open_)} 件", _by_part(open_)),
            *slips,
            Card(f"{SOON}日内到期", f"{len(near)} 件", _by_part(near)),
            Card("等我办", f"{len(waits)} 件", f"待复核 {review}" if review else ""),
        ]
    )


def _spans() -> list[tuple[str, str, str]]:
    """Each slip with its title and the days for which it is due, the gravest first."""
    ends = [None, *(slip.more_than for slip in PLAN.slips)]
    return [
        (s.slip, s.title, f"逾期{s.more_than + 1}–{end}日" if end else f"逾期{s.more_than}日以上")
        for s, end in zip(PLAN.slips, ends, strict=False)
    ]


def _answered(rows: pd.DataFrame) -> str:
    told = (rows["reply_state"] == "answered").sum()
    return f"已答复 {told}" if len(rows) else ""


def _by_part(rows: pd.DataFrame) -> str:
    return "·".join(f"{title}{n}" for part, title in TABS.items() if (n := (rows["part"] == part).sum()))


def waiting(rows: pd.DataFrame) -> pd.DataFrame:
    """The open cases in which whoever looks has something to do: a unit its own until they are in review, the
    office those of its group too; of those in review whoever may review or close them.
    """
    open_ = cases.open_(rows)
    mine = set(who.units())
    if who.may("decide"):
        mine |= {code for code, unit in PLAN.units.items() if {"office", "group"} & set(unit.roles)}
    waits = [_may_review(row) if row.state == cases.REVIEW else row.unit in mine for row in records(open_)]
    return open_[np.array(waits, dtype=bool)]


def _may_review(row: Any) -> bool:
    if row.source == "finding":
        return acting.may("passed", row.no) or acting.may("closed", row.no)
    return acting.may("closing_granted", row.case)


def narrowed(rows: pd.DataFrame, waits: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The part that is chosen, of one unit, with these words."""
    open_, closed = cases.open_(rows), rows[rows["state"] == cases.CLOSED]
    parts = {
        EVERY: ("全部", open_),
        MINE: ("等我办", waits),
        **{part: (title, open_[open_["part"] == part]) for part, title in TABS.items()},
        DONE: ("已销号", closed),
    }
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        tab = address.choose("tab", {name: f"{title} {len(part)}" for name, (title, part) in parts.items()})
        part = parts[tab][1]
        units = dict(zip(part["unit"], part["unit_title"], strict=True))
        unit = st.selectbox(
            "责任单位",
            ["", *units],
            format_func=lambda code: units.get(code, "责任单位 全部"),
            label_visibility="collapsed",
            width=140,
            **address.bound("of", address.get("of") if address.get("of") in units else "", _code),
        )
        words = st.text_input(
            "查找", placeholder="输入即查找", label_visibility="collapsed", width=120, key="case_words"
        )
        order = cases.ORDERS[tables.order(cases.ORDERS)]
        case_panel.open_one()
        shown = part if not unit else part[part["unit"] == unit]
        said = shown["no"] + shown["unit_title"] + shown["what"]
        shown = shown[said.str.contains(words.strip(), regex=False)] if words.strip() else shown
        shown = order.of(shown.reset_index(drop=True))
        tables.download(_titled(shown), "督办事项", scope, parts[tab][0])
    return shown


def _code(unit: Any) -> str | None:
    return unit if unit in PLAN.units else None


def _titled(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows as they leave: lights and states in words."""
    shown = rows.assign(state=rows["state"].map(cases.STATES))
    return tables.titled(shown, cases.ANSWER, EXPORT).assign(灯=list(map(case_panel.lit, records(rows))))


def chosen(rows: pd.DataFrame) -> Any:
    """The case of the address, else the first; None where there is none."""
    if rows.empty:
        return None
    at = _at(rows)
    return next(iter(records(rows.iloc[[at]])))


def _at(rows: pd.DataFrame) -> int:
    numbers = list(rows["no"])
    return numbers.index(address.get("sel")) if address.get("sel") in numbers else 0


def listed(rows: pd.DataFrame) -> None:
    """The list: the light filled, the slip in its own column; a click opens the case beside it."""
    if rows.empty:
        st.success("这里没有要督办的事项。", title="没有事项")
        return
    numbers = list(rows["no"])
    if _rows() != [_at(rows)]:
        st.session_state[LIST] = {"selection": {"rows": [_at(rows)]}}
    shown = pd.DataFrame(
        {
            "灯": list(map(case_panel.lit, records(rows))),
            "单": rows["slip_title"].replace("", "—"),
            **{str(cases.ANSWER.columns[name].title): _shown(rows, name) for name in LISTED},
        }
    )
    st.dataframe(
        shown.style.apply(_painted, rows=rows, axis=None),
        column_config=tables.wide(WIDTHS),
        hide_index=True,
        height=tables.tall(rows, HEIGHT),
        key=LIST,
        on_select=lambda: _open(numbers),
        selection_mode="single-row-required",
        alt=f"督办事项 {len(rows)} 件",
    )


def _shown(rows: pd.DataFrame, name: str) -> "pd.Series[Any]":
    if name == "unit_title":
        return rows["unit"].map(short_title)
    if name == "what":
        return rows[name].map(_short)
    if name == "next_step":
        return rows[name].map(lambda words: words if len(words) <= STEP else f"{words[: STEP - 1]}…")
    return rows[name].dt.strftime("%m-%d") if name == "by_when" else rows[name]


def _short(words: str) -> str:
    """Words of a case with the short names of fields, as there is room for in the list."""
    for field in PLAN.fields.values():
        words = words.replace(field.title, short_title(field.field))
    return words


def _painted(shown: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The style of each cell: lights are filled, slips only coloured."""
    styles = pd.DataFrame("", index=shown.index, columns=shown.columns)
    inks = palette.theme(tables.is_dark()).slips
    for n, row in enumerate(records(rows)):
        if row.state == cases.OPEN:
            styles.iloc[n, 0] = tables.filled(row.light)
        styles.iloc[n, 1] = f"color: {inks.get(row.slip, 'inherit')}; font-weight: bold"
    return styles


def _rows() -> list[int]:
    kept: list[int] = st.session_state[LIST]["selection"]["rows"] if LIST in st.session_state else []
    return kept


def _open(numbers: list[str]) -> None:
    """The case of the row that was clicked goes into the address."""
    at = _rows()
    if at and at[0] < len(numbers):
        address.put(sel=numbers[at[0]])


def apart(rows: pd.DataFrame, scope: Scope) -> None:
    """Whose cases these are; what left this loop, counted apart; and what gets no slip."""
    gone = (rows["state"] == cases.LEFT).sum()
    own = within.shortly(scope.reach)
    words = [
        f"本表只列{own}的事项" if own else "",
        f"移交处非机制 {gone} 件，不再由这里督办，另计" if gone else "",
        f"{GROUP}自身的事项不发单，列例会议题",
        "灯按截止日计；单按逾期工作日应发的种类列出",
    ]
    st.caption("；".join(word for word in words if word))
