"""What every page shares: the open store, the phase and day being looked at, tables and charts."""

import datetime as dt
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pandera.pandas as pa
import streamlit as st
from duckdb import DuckDBPyConnection

import views
from pipelines import intake, warehouse
from schemas.plan import PLAN
from views import Scope

HOME = Path(os.environ.get("CAMPAIGN_HOME", "data/live"))
SHANGHAI = ZoneInfo("Asia/Shanghai")
EVERY_PHASE = "全部阶段"
NUMERALS = "①②③④⑤⑥⑦⑧⑨⑩"


def store() -> intake.Store:
    """The campaign's store, opened once for everybody."""
    try:
        return _opened()
    except warehouse.Busy:
        st.error("数据正由另一个程序使用（如命令行工具），等它结束后刷新本页。", title="暂时打不开数据")
        st.stop()


@st.cache_resource(show_spinner="正在打开数据，第一次打开需要几十秒…")
def _opened() -> intake.Store:
    opened = intake.open_store(HOME)
    views.install(opened.con)
    return opened


def cursor() -> DuckDBPyConnection:
    """This run's own connection: one is never shared between threads."""
    return store().con.cursor()


def today() -> dt.date:
    """The demonstration's day or the real one, kept within the days the plan knows."""
    day = store().today or dt.datetime.now(SHANGHAI).date()
    return min(max(day, PLAN.campaign.starts_on), PLAN.campaign.dates_until)


def dark() -> bool:
    return st.context.theme.type == "dark"


def scope_bar() -> Scope:
    """Phase and day, both in the address so that a view can be passed on."""
    titles = {_phase_label(n, code): code for n, code in enumerate(PLAN.phases)}
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        chosen = st.segmented_control(
            "阶段", [EVERY_PHASE, *titles], default=EVERY_PHASE, required=True, key="phase",
            bind="query-params", label_visibility="collapsed",
        )  # fmt: skip
        with st.container(horizontal=True, vertical_alignment="center", width="content", gap="small"):
            st.markdown("截至", width="content")
            as_of = st.date_input(
                "截至", value=today(), min_value=PLAN.campaign.starts_on, key="as_of", bind="query-params",
                max_value=PLAN.campaign.dates_until, format="YYYY-MM-DD", width=140,
                label_visibility="collapsed",
            )  # fmt: skip
    return Scope(titles.get(str(chosen)), as_of if isinstance(as_of, dt.date) else today())


def _phase_label(position: int, code: str) -> str:
    phase = PLAN.phases[code]
    first, last = phase.starts_on, phase.ends_on
    return f"{NUMERALS[position]} {phase.title} {first.month}.{first.day}–{last.month}.{last.day}"


def demo_badge() -> str:
    """Markdown that says the figures are invented; empty in a real campaign."""
    return ":orange-badge[示例数据，全部虚构]　" if store().is_demo else ""


def lit(status: str) -> str:
    """A status as it is always printed: its glyph, then its word."""
    light = PLAN.lights[status]
    return f"{light.glyph} {light.title}".strip()


def legend() -> None:
    """Every light with its meaning in words: colour alone says nothing."""
    words = [f"{x.glyph or '日期'} {x.title}" for x in PLAN.lights.values()]
    st.caption("　".join([*words, "几天=工作日", "4/6=应答 6 张已答 4 张", "*=内部时限，不考核"]))


def table(rows: pd.DataFrame, answer: pa.DataFrameSchema, columns: Sequence[str], **options: Any) -> Any:
    """Rows of an answer under its Chinese titles; options go to st.dataframe."""
    config = {name: _column(answer.columns[name]) for name in columns if name in answer.columns}
    return st.dataframe(rows, column_order=columns, column_config=config, hide_index=True, placeholder="—", **options)


def _column(column: pa.Column) -> Any:
    if "datetime" not in str(column.dtype):
        return column.title
    time = " HH:mm" if column.nullable else ""
    return st.column_config.DatetimeColumn(column.title, format=f"YYYY-MM-DD{time}")


def download_csv(rows: pd.DataFrame, answer: pa.DataFrameSchema, columns: Sequence[str], name: str) -> None:
    """The whole table, as spreadsheet programs here read it: with a byte order mark and Chinese headings."""
    titles = {n: answer.columns[n].title for n in columns if n in answer.columns}

    def content() -> bytes:
        return rows[list(titles)].rename(columns=titles).to_csv(index=False).encode("utf-8-sig")

    st.download_button("下载明细表", content, f"{name}.csv", "text/csv", on_click="ignore")


def weekday(day: dt.date) -> str:
    """A due day with its weekday, and that a weekend does not move it."""
    said = f"{day} 星期{'一二三四五六日'[day.weekday()]}"
    return f"{said}，不顺延" if day.weekday() >= 5 else said
