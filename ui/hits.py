"""What the facets hit: how many, the list, and beside it the institution that is chosen."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from ui import address, case, charts, data, dossier, facets, tables
from views import Ask, Scope
from views.answers import finding, ledger
from views.answers.ledger import Facets
from views.charts import lifeline
from views.figures import merging
from views.figures.words import amount, with_apart

MOST = 2_000  # rows on the screen; the export holds all
LIST = 450  # pixels; on a low screen less (screen.css), so that the way of the chosen one is seen below it
CASE = 470  # pixels: the right side
IN_ADDRESS = "筛选已写入网址，可直接转发"
HITS = "hits"  # the table of what the facets hit
LISTED = (
    "entity_code",
    "entity_name",
    "territory",
    "field",
    "risk_level",
    "stage",
)  # and last the figure by which they are ordered, or this:
FIGURE = "stock_scale"
OPEN = "有未结督察问题"  # the alert under which the list tells of the most pressing finding of each
LISTED_OPEN = ("entity_code", "entity_name", "territory", "light", "finding_level", "mend_due", "state_title")
EXPORT = tuple(name for name, column in ledger.ANSWER.columns.items() if column.title)


def count(now: Facets, scope: Scope) -> int:
    """How many the facets hit."""
    found: int = data.answer(ledger.hits, scope, now).count
    return found


def told(now: Facets, scope: Scope) -> None:
    """How many the facets hit, what they amount to, and the whole of them as a workbook."""
    hits = data.answer(ledger.hits, scope, now)
    waits = merging.waiting(data.made(merging.undecided, scope))
    opened = data.later()
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="xsmall"
    ):
        st.markdown(
            f"**符合条件 {hits.count:,} 家**　共 {hits.of:,} 家{f'（{waits}）' if waits else ''}"
            + f" · 金额 {with_apart(amount(hits.stock), hits.unknown_stock)}"
            + f" · 涉及 {with_apart(f'{hits.people:,} 人次', hits.unknown_people)}",
            width="content",
        )
        with st.container(horizontal=True, width="content", gap="small"):
            if now.set():
                st.button("清除筛选", type="tertiary", on_click=facets.clear, help=IN_ADDRESS)
            if hits.count:
                order = tables.order(ledger.ORDERS)
                tables.download(
                    lambda: tables.titled(
                        ledger.fetch(opened(), scope, now, order=order), ledger.ANSWER, EXPORT
                    ),
                    "符合条件机构名单",
                    scope,
                    now.in_words(),
                )


def twice(scope: Scope) -> None:
    """That institutions stand in several fields, and count once."""
    if several := data.made(merging.repeated, scope):
        st.caption(f"{several}。")


def beside(now: Facets, scope: Scope) -> None:
    """Facets and institutions at the left, the case of the chosen one at the right.

    The right side is sent first: it is soon drawn, and the reader need not wait for the long list.
    """
    order = address.chosen(tables.ORDER, ledger.ORDERS)
    rows, keys, listed = data.made(_listed, scope, now, order)
    at = keys.index(address.get("entity")) if address.get("entity") in keys else 0
    left, right = tables.beside(CASE)
    with right:
        _beside(rows.iloc[at], scope)
    with left:
        facets.bar(now)
        told(now, scope)
        if _chosen() != [at]:
            st.session_state[HITS] = {"selection": {"rows": [at]}}
        is_of_open = OPEN in now.alerts
        tables.table(
            listed,
            finding.ANSWER if is_of_open else ledger.ANSWER,
            LISTED_OPEN if is_of_open else [*map(str, listed)],
            height=tables.tall(rows, LIST),
            row_height=34,
            column_config={"risk_level": "风险"},
            key=HITS,
            on_select=lambda: _open(keys),
            selection_mode="single-row-required",
            alt=f"符合条件机构 {len(rows)} 家",
        )
        charts.draw(lifeline.picture, scope, int(rows.iloc[at]["entity"]))
        twice(scope)


def _open(keys: Sequence[str]) -> None:
    """The institution of the row that was clicked goes into the address."""
    chosen = _chosen()
    if chosen and chosen[0] < len(keys):
        address.put(entity=keys[chosen[0]])


def _chosen() -> list[int]:
    """The rows that are chosen in the table."""
    rows: list[int] = st.session_state[HITS]["selection"]["rows"] if HITS in st.session_state else []
    return rows


def _beside(row: Any, scope: Scope) -> None:
    """The case of one institution beside the list: its findings, a check to be recorded, and the way to its
    whole history.
    """
    dossier.linked(row)
    dossier.told_beside(int(row["entity"]), scope)
    case.of_institution(int(row["entity"]), scope)
    case.record(row)


def _listed(ask: Ask, scope: Scope, now: Facets, order: str) -> tuple[pd.DataFrame, list[str], pd.DataFrame]:
    """What the facets hit in that order, the keys of it, and the same as the table shows it."""
    rows = ask(ledger.fetch, scope, now, MOST, order)
    shown = dossier.short_named(rows)
    if OPEN in now.alerts:
        found = ask(finding.fetch, scope)
        first = found[found["is_open"]].drop_duplicates("entity")
        told = ["entity", "status", *(name for name in LISTED_OPEN if name not in rows)]
        shown = shown.merge(first[told], "left", "entity").fillna({"status": "", "light": ""})
        return rows, [str(key) for key in rows["entity"]], shown[["status", *LISTED_OPEN]]
    figure = ledger.ORDERS[order].column
    listed = [*LISTED, figure if figure and figure not in LISTED else FIGURE]
    return rows, [str(key) for key in rows["entity"]], shown[listed]
