"""Where every value of an institution comes from: version, file, sheet and cell; the workbook as it came."""

from functools import partial

import pandas as pd
import streamlit as st

from door import files
from pipelines.keeping.receipt import Receipt
from pipelines.keeping.receipts import came
from schemas.access import Reach
from ui import data, handed, tables, within
from ui.plain import plain
from views import Scope, records
from views.answers import history
from views.figures.names import short_title

SHOWN = ("title", "value", "cell", "unit_title")  # where it stands before who said it: the latter is above
WIDTHS = {"title": 170}  # pixels: the title of a column is not cut
IN_FORCE = ""  # the version that is all current ones
COLUMNS = (
    "arrived",
    "submission",
    "filename",
    "matter",
    "unit_title",
    "return_title",
    "sheet",
    "title",
    "value",
    "cell",
)


def values(entity: int, scope: Scope) -> None:
    """Every value ever accepted of an institution with its cell: those in force, or those of one version."""
    rows = data.answer(history.fetch, scope, entity)
    mine = _of_version(rows, entity)
    arrivals = {receipt.no: receipt for receipt in data.store().archive.receipts()}
    for version in records(mine.drop_duplicates(["submission", "sheet", "sheet_row"])):
        st.markdown(
            f"回执 **{version.submission}**　收到 {plain(came(arrivals[version.submission]))}　"
            f"{plain(version.matter)}　:gray[{version.unit_title}]  \n出处　{plain(version.filename)} · "
            f"{plain(version.sheet)} · 第 {version.sheet_row} 行"
        )
    with st.container(horizontal=True, gap="small"):
        for no, unit in mine[["submission", "unit"]].drop_duplicates().itertuples(index=False):
            if _is_reached(unit, within.reach("original")):
                offer_original(arrivals[no])
    shown = mine.assign(cell=[f"{row.sheet}!{row.cell}" for row in records(mine)])
    key = f"values_{st.session_state[_key(entity)]}"
    tables.table(shown, history.ANSWER, SHOWN, WIDTHS, height=400, key=key)
    tables.download(tables.titled(rows, history.ANSWER, COLUMNS), f"{first_name(rows)}档案", scope)


def _of_version(rows: pd.DataFrame, entity: int) -> pd.DataFrame:
    """The values of the version that is chosen: of all sheets in force, or of one sheet as it once came."""
    versions = rows.drop_duplicates(["submission", "sheet", "sheet_row"], ignore_index=True)[::-1]
    state = {True: "现行", False: "已被后来的版本替代"}
    titles = {
        f"{v.submission}{v.sheet}": f"{v.arrived:%m-%d} {short_title(v.unit)} {v.return_title}"
        f"（{state[v.is_current]}）"
        for v in records(versions)
    }
    options = {IN_FORCE: "现行各表", **titles} if rows["is_current"].any() else titles
    chosen = st.selectbox("版本", list(options), format_func=options.__getitem__, key=_key(entity))
    is_chosen = rows["is_current"] if chosen == IN_FORCE else (rows["submission"] + rows["sheet"]) == chosen
    return rows[is_chosen]


def _key(entity: int) -> str:
    return f"version_{entity}"


def first_name(rows: pd.DataFrame) -> str:
    """What the institution is called in the latest return that names it."""
    return str(rows[rows["column_name"] == "entity_name"]["value"].iloc[-1])


def _is_reached(sender: str, reach: Reach | None) -> bool:
    """Whether a workbook may be seen whole: it tells of many institutions, so by who sent it alone."""
    return reach is None or sender in reach.units


def offer_original(receipt: Receipt) -> None:
    """The workbook exactly as it came."""
    archive = data.store().archive
    handed.offer(
        f"下载原件 {receipt.no}",
        partial(files.original, archive, receipt.sha256),
        f"原件_{receipt.no}{archive.ending_of(receipt.sha256)}",
        f"original_{receipt.no}",
        place="original",
        icon=":material/download:",
        mime="application/octet-stream",
        what=f"回执 {receipt.no}",
    )
