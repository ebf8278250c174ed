"""What the inspectors found and is not yet settled."""

import streamlit as st

from ui import data, dossier, filtered, tables
from views import Scope
from views.answers import finding

COLUMNS = (
    "entity_name",
    "territory",
    "mend_due",
    "state_title",
    "finding",
    "finding_level",
    "no",
    "unit_title",
    "field",
    "inspected_on",
    "opened_by",
)
SHOWN = 6  # of the columns on the screen; the download holds all


def unsettled(scope: Scope) -> None:
    """What the inspectors found and is not yet settled, the overdue first."""
    rows = filtered.filters().narrow(data.answer(finding.fetch, scope))
    open_ = rows[rows["is_open"]]
    told = f"**未结的督察问题**　:gray[:small[{len(open_)} 个，下载含全部 {len(rows)} 条核查记录]]"
    whole = tables.titled(rows, finding.ANSWER, COLUMNS)
    tables.headed(told, whole, "督察核查记录", scope, filtered.filters().words())
    if len(open_):
        cells = dossier.short_named(open_).assign(mend_due=open_["mend_due"].dt.strftime("%m-%d"))
        tables.whole(tables.titled(cells, finding.ANSWER, COLUMNS[:SHOWN]), 320)
    else:
        st.caption("没有未结的问题。")
