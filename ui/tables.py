"""Tables, and what leaves as a workbook: rows of an answer under its Chinese titles; the lights in words."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd
import pandera.pandas as pa
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import views
from door import files, paper
from schemas.plan import PLAN
from schemas.said import WHOLE
from ui import address, data, handed, within
from views import RowOrder, Scope
from views.charts import palette
from views.figures.progress import EVERY_PHASE, phase_label
from views.figures.words import noted

LIGHT = "light"  # the column of a clock: painted by the status of its row
ORDER, ORDER_WIDTH = "order", 150  # the name of a chosen order in the address; pixels
NATURAL: Mapping[str, int] = {}  # widths: each column as wide as its words
ANY = 100_000  # the height of a table of which nothing is hidden, pixels
LINE, EDGE = 33, 3  # pixels of a row of a table, and of its frame


def table(
    rows: pd.DataFrame,
    answer: pa.DataFrameSchema,
    columns: Sequence[str],
    widths: Mapping[str, int] = NATURAL,
    **options: Any,
) -> Any:
    """Rows of an answer under its Chinese titles, `widths` in pixels by column; options go to st.dataframe.

    Only these columns go to the browser.
    """
    shown = [name for name in noted(rows, columns) if name in rows]
    config = {
        name: _column(answer.columns[name], widths.get(name)) for name in shown if name in answer.columns
    }
    cells = (
        rows[shown].style.apply(_painted, axis=None, status=rows["status"]) if LIGHT in shown else rows[shown]
    )
    config |= options.pop("column_config", {})
    return st.dataframe(cells, column_config=config, hide_index=True, placeholder="—", **options)


def order(orders: Mapping[str, RowOrder]) -> str:
    """The order that is chosen for a table, the first until another is; kept in the address.

    A click on a heading orders a table as well, but the browser tells nobody: no copied address has it.
    """
    titles = {name: each.title for name, each in orders.items()}
    now = address.chosen(ORDER, titles)
    st.selectbox(
        "排序",
        list(titles),
        format_func=titles.__getitem__,
        label_visibility="collapsed",
        width=ORDER_WIDTH,
        **address.bound(ORDER, now, lambda name: None if name == next(iter(titles)) else str(name)),
    )
    return now


def tall(rows: pd.DataFrame, most: int) -> int:
    """The height at which a table shows all its rows and no empty one, in pixels; at most so much."""
    return min(most, LINE * (len(rows) + 1) + EDGE)


def _painted(cells: pd.DataFrame, status: "pd.Series[Any]") -> pd.DataFrame:
    """The lights of a table as filled cells, each by the status of its row."""
    return pd.DataFrame("", index=cells.index, columns=cells.columns).assign(**{LIGHT: status.map(filled)})


def filled(status: str) -> str:
    """The style of a cell that is filled as a light; '' of none."""
    paint = palette.theme(is_dark()).lights.get(status)
    return f"background-color: {paint.fill}; color: {paint.ink}" if paint else ""


def is_dark() -> bool:
    """Whether the reader's screen is dark."""
    return st.context.theme.type == "dark"


def _column(column: pa.Column, width: int | None) -> Any:
    kind = str(column.dtype)
    if "int" in kind.lower() or "float" in kind:
        return st.column_config.NumberColumn(column.title, width=width, format="localized")
    if "datetime" not in kind:
        return st.column_config.Column(column.title, width=width)
    time = " HH:mm" if column.metadata == views.TO_THE_MINUTE else ""
    return st.column_config.DatetimeColumn(column.title, width=width, format=f"YYYY-MM-DD{time}")


def whole(rows: pd.DataFrame, most: int = ANY, styles: paper.CellStyles = paper.UNSTYLED) -> None:
    """Rows as words of the page, at most so many pixels high: no cell is cut, and none is markup."""
    st.html(
        f'<div class="whole" tabindex="0" style="max-height: {most}px"><table>'
        f"<thead>{paper.heading(rows)}</thead><tbody>{paper.body(rows, styles)}</tbody></table></div>"
    )


def wide(widths: Mapping[str, int]) -> dict[str, Any]:
    """What a table is told of the widths of its columns, in pixels by title."""
    return {title: st.column_config.Column(width=width) for title, width in widths.items()}


def pick(rows: pd.DataFrame, key: str, tallest: int, widths: Mapping[str, int] = NATURAL) -> int:
    """Rows of which one is chosen; returns which, the first before any is clicked or where it is gone."""
    st.dataframe(
        rows,
        column_config=wide(widths),
        hide_index=True,
        height=tall(rows, tallest),
        key=key,
        on_select="rerun",
        selection_mode="single-row-required",
    )
    chosen: list[int] = st.session_state[key]["selection"]["rows"]
    return chosen[0] if chosen and chosen[0] < len(rows) else 0


def titled(rows: pd.DataFrame, answer: pa.DataFrameSchema, columns: Sequence[str]) -> pd.DataFrame:
    """Columns of an answer under their Chinese titles, with what was moved by hand."""
    able = {name: str(answer.columns[name].title) for name in noted(rows, columns) if name in answer.columns}
    titles = {name: title for name, title in able.items() if answer.columns[name].title}
    return rows[list(titles)].rename(columns=titles)


def one_of(rows: pd.DataFrame, name: str, value: str) -> Any:
    """The row of an answer whose column says this, or None."""
    matching = rows[rows[name].astype(str) == value]
    return None if matching.empty else matching.iloc[0]


def beside(width: int) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Where a list stands, and beside it, so many pixels wide, what is chosen there; else below it."""
    with st.container(horizontal=True, gap="small", key="beside"):
        return st.container(gap="xsmall"), st.container(border=True, gap="xxsmall", width=width, key="case")


def headed(words: str, rows: pd.DataFrame, title: str, scope: Scope, filtered: str = "") -> None:
    """A line of words over a list, and at its end what takes the whole of it away or prints it."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(words, width="content")
        download(rows, title, scope, filtered)


def download(
    rows: pd.DataFrame | Callable[[], pd.DataFrame],
    title: str,
    scope: Scope,
    filtered: str = "",
    key: str = "",
    place: str = "export",
) -> None:
    """A table as a workbook that says what it is, as of when, and how it was filtered; made on the click."""
    invented = "；示例数据，全部虚构" if data.store().is_demo else ""
    lines = [
        f"截至 {scope.as_of}（{phase_label(scope.phase or EVERY_PHASE, scope.as_of)}）",
        f"筛选：{filtered or '无'}",
        *([f"范围：{own}"] if (own := within.words(scope.reach)) else []),
        f"来源：{PLAN.campaign.title}，已受理的报送，至流水第 {data.seen()} 号{invented}",
        PLAN.campaign.marking,
    ]

    whose = within.words(scope.reach) or WHOLE
    count = "" if callable(rows) else f"；{len(rows)} 行"
    held = 0 if callable(rows) else int(rows.memory_usage(deep=True).sum())
    what = f"{'；'.join(lines[:2])}；范围：{whose}{count}"
    name, told = f"{title}_截至{scope.as_of}", partial(handed.Handed, what=what, weight=held, place=place)
    with st.container(horizontal=True, width="content", gap="xsmall"):
        handed.offer(
            "下载表格",
            partial(files.table, title, lines, rows),
            f"{name}.xlsx",
            f"download_{key or title}",
            **told(icon=":material/download:"),
        )
        handed.offer(
            "打印",
            partial(paper.page, title, lines, rows),
            f"{name}.html",
            f"print_{key or title}",
            **told(icon=":material/print:", mime=paper.MIME, headers=paper.HEADERS),
        )


def lit(status: str) -> str:
    """A status as it is always printed: its glyph, then its word."""
    light = PLAN.lights[status]
    return f"{light.glyph} {light.title}".strip()


def lighted(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of duties, their status printed with its glyph."""
    return rows.assign(status_title=[lit(status) for status in rows["status"]])


def legend() -> None:
    """Every light with its meaning in words: colour alone says nothing."""
    words = [f"{x.glyph or '日期'} {x.title}" for x in PLAN.lights.values()]
    st.caption("　".join([*words, "天=工作日", "4/6=已答/应答", "*内部时限"]))
