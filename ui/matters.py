"""Every duty of a page in a table, narrowed to the part that a figure counts."""

import pandas as pd
import streamlit as st

from ui import address, filtered, tables
from views import Scope
from views.answers import compliance
from views.figures import owed
from views.figures.names import short_title

EVERYTHING = "all"
COLUMNS = (
    "due",
    "group_name",
    "unit_title",
    "field_title",
    "title",
    "is_internal",
    "status_title",
    "days",
    "arrived",
    "received",
    "accepted",
    "clause",
)


def listed(duties: pd.DataFrame, scope: Scope) -> None:
    """全部明细: these duties, and of them the part that is chosen."""
    counts = {EVERYTHING: len(duties), **owed.count(duties)}
    titles = {EVERYTHING: "全部", **{name: title for name, (title, _) in owed.PARTS.items()}}
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        which = address.choose("which", {name: f"{title} {counts[name]}" for name, title in titles.items()})
        shown = owed.ORDERS[tables.order(owed.ORDERS)].of(tables.lighted(owed.part(duties, which)))
        kinds = shown["is_internal"].map({True: owed.DATES["internal"], False: owed.DATES["notice"]})
        shown = shown.assign(is_internal=kinds)
        words = "；".join(
            w
            for w in (
                filtered.filters().words(),
                owed.DATES[scope.dates] if scope.dates else "",
                titles[which] if which != EVERYTHING else "",
            )
            if w
        )
        tables.download(tables.titled(shown, compliance.ANSWER, COLUMNS), "时限", scope, words)
    fields = [short_title(code) if code else "" for code in shown["field"]]
    tables.table(shown.assign(field_title=fields), compliance.ANSWER, COLUMNS, height=tables.tall(shown, 520))
