"""What stands below a phase's charts: the figures no card shows, and what units told of their own parts."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from ui import data, filtered, tables
from views import Ask, Scope
from views.answers import stepped, work
from views.figures.filters import Filters
from views.figures.others import others

COLUMNS = tuple(name for name, column in work.ANSWER.columns.items() if column.title)
KNOWS = ("territory", "field")
ENTRIES = tuple(name for name, column in stepped.ANSWER.columns.items() if column.title)
SHOWN = ("unit_title", "kind", *work.ADDED, "last_on")


def figures(codes: Sequence[str], scope: Scope) -> None:
    """其他指标: a line for each measure, with of how many and how it is made."""
    filters = filtered.filters()
    rows = data.made(others, scope, filters, tuple(codes))
    told = "**其他指标**　:gray[:small[截至当日，各阶段合计]]"
    tables.headed(told, rows, "其他指标", scope, filters.words())
    tables.whole(rows)


def work_done(scope: Scope) -> None:
    """A line for each unit and kind; what names no territory or field is left out where one is chosen."""
    filters = filtered.filters()
    rows, kinds, whole = data.made(_by_kind, scope, filters)
    told = (
        f"**{filters.mark(*KNOWS)}各单位常设事项**　"
        f":gray[:small[{rows['told'].sum()} 件，截至当日各阶段合计；每件计一次，按最后一次所报]]"
    )
    tables.headed(told, whole, "各单位常设事项", scope, filters.words())
    if len(kinds):
        tables.whole(tables.titled(kinds, work.ANSWER, SHOWN))
    else:
        st.caption("尚无单位报送。")


def _by_kind(ask: Ask, scope: Scope, filters: Filters) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """What units told, the same by unit and kind, and as it is taken away."""
    rows = filters.narrow(ask(work.fetch, scope))
    return rows, work.by_kind(rows), tables.titled(rows, work.ANSWER, COLUMNS)


def entries(scope: Scope) -> None:
    """The ledger of what the campaign registers for itself: a line for each entry and where it stands."""
    filters = filtered.filters()
    rows = filters.narrow(data.answer(stepped.fetch, scope))
    told = f"**{filters.mark(*KNOWS)}登记台账**　:gray[:small[{len(rows)} 件，截至当日；按最后一次所报]]"
    tables.headed(told, tables.titled(rows, stepped.ANSWER, ENTRIES), "登记台账", scope, filters.words())
    if len(rows):
        tables.table(rows, stepped.ANSWER, ENTRIES, height="content")
    else:
        st.caption("尚无登记。")
