"""What every page shares: the open store, the phase and day being looked at, tables and charts."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa
import streamlit as st
from duckdb import DuckDBPyConnection

import views
from pipelines import intake
from pipelines.keeping import warehouse
from pipelines.keeping.place import home
from pipelines.writing import listing
from schemas.clock import SHANGHAI
from schemas.plan import PLAN
from ui import address, who
from views import Scope
from views.answers.tally import LEVELS
from views.figures import headline, progress
from views.figures.filters import Filters, choice_words

EVERY_PHASE = "全部阶段"
SEEN = "seen"
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
    opened = intake.open_store(home())
    views.install(opened.con)
    return opened


def cursor() -> DuckDBPyConnection:
    """This run's own connection, which sees no further than this reader has been shown."""
    return later()()


def later() -> Callable[[], DuckDBPyConnection]:
    """The same, for what is fetched on a click, outside this run: asked for now, opened then."""
    con, entry = store().con, seen()

    def opened() -> DuckDBPyConnection:
        cursor = con.cursor()
        cursor.execute(f"SET VARIABLE seen = {entry}")
        return cursor

    return opened


def seen() -> int:
    """The last journal entry this reader has been shown: a page never changes under the reader's eyes."""
    if SEEN not in st.session_state:
        st.session_state[SEEN] = newest()
    entry: int = st.session_state[SEEN]
    return entry


def newest() -> int:
    row = store().con.cursor().execute("SELECT coalesce(max(entry), 0) FROM submission").fetchone()
    return int(row[0]) if row else 0


def show_newest() -> None:
    """From here on this reader sees everything that has come."""
    st.session_state[SEEN] = newest()


@st.fragment(run_every=30)
def news() -> None:
    """A bar when something newer was accepted; nothing moves until it is clicked."""
    newer = "SELECT count(*) FROM submission WHERE entry > ? AND verdict = 'acceptable'"
    row = store().con.cursor().execute(newer, [seen()]).fetchone()
    if (
        row
        and row[0]
        and st.button(f"有 {row[0]} 份新受理的报表，点此更新", key="news", icon=":material/refresh:")
    ):
        show_newest()
        st.rerun()


@dataclass(frozen=True)
class Question:
    """What is asked of which state of the data: two equal questions have one answer."""

    home: str
    version: int  # the last journal entry seen
    whom: str
    asked: tuple[Any, ...]


# repr says every part of a question, and much sooner than Streamlit's own walk over it
SAID: dict[str | type[Any], Callable[[Any], Any]] = {Question: repr}


def question(whom: str, *asked: Any) -> Question:
    return Question(str(store().home), seen(), whom, asked)


def answer(fetch: Callable[..., Any], *asked: Any) -> Any:
    """What a view answers, asked once for each state of the data."""
    return _answered(question(f"{fetch.__module__}.{fetch.__name__}", *asked), fetch)


@st.cache_data(max_entries=500, show_spinner=False, hash_funcs=SAID)
def _answered(question: Question, _fetch: Callable[..., Any]) -> Any:
    return _fetch(cursor(), *question.asked)


def made(make: Callable[..., Any], *asked: Any) -> Any:
    """What is made of answers, a chart or a sentence, made once for each state of the data; everybody sees the same one."""
    return _made(question(f"{make.__module__}.{make.__name__}", *asked), make)


# the very object each time: a copy of a chart takes longer than all the rest of a page
@st.cache_resource(max_entries=500, show_spinner=False, hash_funcs=SAID)
def _made(question: Question, _make: Callable[..., Any]) -> Any:
    return _make(answer, *question.asked)


def today() -> dt.date:
    """The demonstration's day or the real one, kept within the days the plan knows."""
    day = store().today or dt.datetime.now(SHANGHAI).date()
    return min(max(day, PLAN.campaign.starts_on), PLAN.campaign.dates_until)


def dark() -> bool:
    return st.context.theme.type == "dark"


def top(title: str = "", *, day: bool = True, of_one_phase: bool = False) -> Scope:
    """The first row of a page: its title or the phases, the day, and who is looking; all of them in the address."""
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="top"
    ):
        phase = None
        if title:
            st.markdown(f"{demo_badge()}{title}", width="content")
        else:
            phase = _stepper(of_one_phase=of_one_phase)
        with st.container(horizontal=True, vertical_alignment="center", width="content", gap="small"):
            as_of = _day() if day else _as_of()
            who.choose()
    news()
    return Scope(phase, as_of)


def _as_of() -> dt.date:
    """The day in the address, or today; a day the plan does not know is today."""
    try:
        day = dt.date.fromisoformat(address.get("as_of"))
    except ValueError:
        return today()
    return day if PLAN.campaign.starts_on <= day <= PLAN.campaign.dates_until else today()


def _day() -> dt.date:
    st.markdown("截至", width="content")
    st.date_input(
        "截至",
        min_value=PLAN.campaign.starts_on,
        max_value=PLAN.campaign.dates_until,
        format="YYYY-MM-DD",
        width=140,
        label_visibility="collapsed",
        **address.bound("as_of", _as_of(), _said_day),
    )
    return _as_of()


def _said_day(day: Any) -> str | None:
    return None if day == today() or not isinstance(day, dt.date) else f"{day}"


def phase() -> str | None:
    """The phase in the address; None for all."""
    code = address.get("phase")
    return code if code in PLAN.phases else None


def _stepper(*, of_one_phase: bool) -> str | None:
    """The phases in their order, each with how far it is on the day looked at."""
    everything = progress.current(_as_of()).phase if of_one_phase else EVERY_PHASE
    overdue = made(headline.overdue, _as_of())
    st.segmented_control(
        "阶段",
        [*PLAN.phases] if of_one_phase else [EVERY_PHASE, *PLAN.phases],
        required=True,
        format_func=lambda code: phase_label(code, _as_of(), overdue[code]),
        label_visibility="collapsed",
        **address.bound("phase", phase() or everything, _said_phase),
    )
    return phase() or (everything if of_one_phase else None)


def _said_phase(code: Any) -> str | None:
    return code if code in PLAN.phases else None


def phase_label(code: str, as_of: dt.date, overdue: int = 0) -> str:
    """A phase as a step: the days left while it runs; when it is over, what is still owed, or ✓."""
    if code not in PLAN.phases:
        return EVERY_PHASE
    step = PLAN.phases[code]
    name = f"{NUMERALS[list(PLAN.phases).index(code)]} {step.title}"
    if as_of > step.ends_on:
        return f"{name} 欠{overdue}项" if overdue else f"{name} ✓"
    if as_of < step.starts_on:
        return name
    return f"{name} 剩{(step.ends_on - as_of).days}天" if as_of < step.ends_on else f"{name} 今日止"


def filters() -> Filters:
    """What was clicked, as far as the plan knows it."""
    chosen = {name: address.get(name) for name in address.LENS}
    return Filters(
        chosen["territory"] if chosen["territory"] in PLAN.units else None,
        chosen["field"] if chosen["field"] in PLAN.fields else None,
        chosen["risk_level"] if chosen["risk_level"] in LEVELS else None,
    )


def chips() -> None:
    """What the page is filtered by, each with a way to clear it."""
    chosen = filters().chosen()
    # also when it is empty, so that what follows stays in its place
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        for name, value in chosen.items():
            st.button(f"{choice_words(name, value)} ✕", key=f"chip_{name}", on_click=address.put, kwargs={name: None})
        if not chosen:
            return
        st.button("清除全部", key="chip_all", type="tertiary", on_click=clear)
        st.caption("标题前有 ▽ 的图已按此筛选", width="content")


def clear() -> None:
    address.put(**dict.fromkeys((*address.LENS, "cell")))


def demo_badge() -> str:
    """Markdown that says the figures are invented; empty in a real campaign."""
    return ":orange-badge[示例数据，全部虚构]　" if store().is_demo else ""


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
    st.caption("　".join([*words, "几天=工作日", "4/6=已答/应答", "*=不考核"]))


def table(rows: pd.DataFrame, answer: pa.DataFrameSchema, columns: Sequence[str], **options: Any) -> Any:
    """Rows of an answer under its Chinese titles; options go to st.dataframe. Only these columns go to the browser."""
    shown = [name for name in columns if name in rows]
    config = {name: _column(answer.columns[name]) for name in shown if name in answer.columns}
    return st.dataframe(rows[shown], column_config=config, hide_index=True, placeholder="—", **options)


def _column(column: pa.Column) -> Any:
    kind = str(column.dtype)
    if "int" in kind.lower() or "float" in kind:
        return st.column_config.NumberColumn(column.title, format="localized")
    if "datetime" not in kind:
        return column.title
    time = " HH:mm" if column.metadata == views.TO_THE_MINUTE else ""
    return st.column_config.DatetimeColumn(column.title, format=f"YYYY-MM-DD{time}")


def page(name: str) -> str:
    """The path of a page, to be linked to."""
    return str(Path(__file__).parent.parent / "pages" / f"{name}.py")


def one_of(rows: pd.DataFrame, name: str, value: str) -> Any:
    """The row of an answer whose column says this, or None."""
    found = rows[rows[name].astype(str) == value]
    return None if found.empty else found.iloc[0]


def titled(rows: pd.DataFrame, answer: pa.DataFrameSchema, columns: Sequence[str]) -> pd.DataFrame:
    """Columns of an answer under their Chinese titles."""
    titles = {name: str(answer.columns[name].title) for name in columns if answer.columns[name].title}
    return rows[list(titles)].rename(columns=titles)


def download(
    rows: pd.DataFrame | Callable[[], pd.DataFrame],
    title: str,
    scope: Scope,
    filtered: str = "",
    key: str = "",
) -> None:
    """A table as a workbook that says what it is, as of when, and how it was filtered; made on the click."""
    invented = "；示例数据，全部虚构" if store().is_demo else ""
    lines = [
        f"截至 {scope.as_of}（{phase_label(scope.phase or EVERY_PHASE, scope.as_of)}）",
        f"筛选：{filtered or '无'}",
        f"来源：{PLAN.campaign.title}，已受理的报送，至流水第 {seen()} 号{invented}",
    ]

    def made() -> bytes:
        return listing.workbook(title, lines, rows() if callable(rows) else rows)

    st.download_button(
        "下载表格",
        made,
        f"{title}_截至{scope.as_of}.xlsx",
        listing.MIME,
        on_click="ignore",
        key=f"download_{key or title}",
        icon=":material/download:",
    )


def weekday(day: dt.date) -> str:
    """A due day with its weekday, and that a weekend does not move it."""
    said = f"{day} 星期{'一二三四五六日'[day.weekday()]}"
    return f"{said}，不顺延" if day.weekday() >= 5 else said
