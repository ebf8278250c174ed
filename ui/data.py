"""The open store, and what is asked of it: answers and figures, made once for each state of the data."""

import datetime as dt
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import FunctionType
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import duckdb
import streamlit as st
from duckdb import DuckDBPyConnection

import views
from door.people import of_campaign
from pipelines import intake
from pipelines.keeping import adopted, place, warehouse
from pipelines.keeping.journal import ArchiveDamaged
from pipelines.keeping.lake import Moved
from pipelines.keeping.people import People
from pipelines.keeping.place import WrongSetting, home
from pipelines.keeping.store import Store
from pipelines.reading.worker import ChildDied
from schemas.access import Reach
from schemas.clock import SHANGHAI
from schemas.plan import PLAN
from ui import sweeper
from ui.plain import plain
from views import Ask, Scope

P = ParamSpec("P")
T = TypeVar("T")
SEEN, TOLD = "seen", "told"
LOG = logging.getLogger("campaign")


WHY: Mapping[type[Exception], tuple[str, str]] = {  # what keeps the data from being opened → what is said
    warehouse.Busy: ("暂时打不开数据", "数据正由另一个程序使用（如命令行工具），等它结束后刷新本页。"),
    adopted.PlanChanged: (
        "方案文件夹与登记的方案不同",
        "{why}。确实要改的，请系统管理员运行 plan adopt 登记并写明理由；不是要改的，请改回原样。",
    ),
    # what these say names places of the machine: that stands in the log
    WrongSetting: ("设置有误", "数据没有打开。原因在服务日志中，请系统管理员处理。"),
    ArchiveDamaged: (
        "留存的流水或原件不完整",
        "数据没有打开，留存的内容没有改动。原因在服务日志中，请系统管理员运行 verify 核验，再由备份恢复。",
    ),
    ChildDied: ("暂时打不开数据", "读取工作簿时多次中断，可能是机器繁忙，请稍后刷新本页。"),
}


def opening(do: Callable[[], T]) -> T:
    """What is opened; a page that cannot have it says why and stops."""
    try:
        return do()
    except tuple(WHY) as why:
        title, words = next(said for kind, said in WHY.items() if isinstance(why, kind))
        LOG.error("not opened: %s", why)
        st.error(words.format(why=plain(why)), title=title)
        st.stop()


def store() -> Store:
    """The campaign's store, opened once for everybody."""
    opened = opening(_opened)
    if opened.said and not st.session_state.get(TOLD):
        st.session_state[TOLD] = True
        st.toast("；".join(opened.said), duration="long")
    return opened


def people() -> People:
    """Whoever may sign in, who has, and what they did."""
    return opening(of_campaign)


@st.cache_resource(show_spinner="正在打开数据，第一次打开需要几十秒…")
def _opened() -> Store:
    place.serve(home())
    opened = intake.open_store(home())
    views.install(opened.con)
    for words in opened.said:
        LOG.warning(words)
    sweeper.start(opened)
    return opened


def cursor() -> DuckDBPyConnection:
    """This run's own connection, which sees no further than this reader has been shown."""
    return later()()


def later() -> Callable[[], DuckDBPyConnection]:
    """The same, for what is fetched on a click, outside this run: asked for now, opened then."""
    con, nth = store().con, seen()

    def opened() -> DuckDBPyConnection:
        cursor = con.cursor()
        cursor.execute(f"SET VARIABLE seen = {nth}")
        return cursor

    return opened


def seen() -> int:
    """The last event this reader has been shown: a page never changes under the reader's eyes."""
    if SEEN not in st.session_state:
        st.session_state[SEEN] = newest()
    nth: int = st.session_state[SEEN]
    return nth


def newest() -> int:
    """The last event there is; 0 before the first."""
    try:
        return store().gate.newest()
    except Moved:  # made anew by a rebuild
        _opened.clear()
        return store().gate.newest()


def unseen(reach: Reach | None) -> int:
    """How many submissions of theirs were accepted since this reader was last shown any.

    Raises Away where what is shared cannot be reached.
    """
    if newest() <= seen():
        return 0
    newer = """
        SELECT count(*) FROM event e JOIN submission s ON s.entry = e.seq
        WHERE e.kind = 'sending' AND e.nth > $1 AND s.verdict = 'acceptable'
          AND (is_reached(s.unit, NULL, $2) OR EXISTS (
              SELECT 1 FROM sheet_answer a WHERE a.submission = s.id AND is_reached(NULL, a.field, $2)))"""
    row = store().con.cursor().execute(newer, [seen(), views.of_scope(reach)]).fetchone()
    return int(row[0]) if row else 0


def show_newest() -> None:
    """From here on this reader sees everything that has come."""
    st.session_state[SEEN] = newest()


@dataclass(frozen=True)
class Question:
    """What is asked of which state of the data: two equal questions have one answer.

    Every one names its scope, and with it whose rows may be told: one reader's answer is no other's.
    """

    home: str
    version: int  # the last event seen
    scope: Scope
    whom: str
    asked: tuple[Any, ...]


# repr says every part of a question, and much sooner than Streamlit's own walk over it
BY_REPR: dict[str | type[Any], Callable[[Any], Any]] = {Question: repr}


def _question(whom: Callable[..., Any], asked: tuple[Any, ...], named: dict[str, Any]) -> Question:
    """Raises Undeclared where nothing that is asked says whose rows may be told."""
    scopes = [part if isinstance(part, Scope) else getattr(part, "scope", None) for part in asked]
    scope = next((each for each in scopes if isinstance(each, Scope)), None)
    if scope is None:
        raise views.Undeclared(f"{_named(whom)} is asked without a scope")
    given = (*map(_named, asked), *sorted(named.items()))
    return Question(str(store().home), seen(), scope, _named(whom), given)


def _named(part: Any) -> Any:
    """A part of a question as `repr` tells it apart: a function by where it stands."""
    return f"{part.__module__}.{part.__name__}" if isinstance(part, FunctionType) else part


def answer(fetch: Callable[Concatenate[DuckDBPyConnection, P], T], /, *asked: P.args, **named: P.kwargs) -> T:
    """What a view answers, asked once for each state of the data; every caller gets a copy."""
    return cast("T", _answered(_question(fetch, asked, named), lambda: _asked(fetch, asked, named)))


def _asked(fetch: Callable[..., Any], asked: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """The answer of a view. Raises Away where what is shared cannot be reached."""
    try:
        return fetch(cursor(), *asked, **named)
    except duckdb.Error as why:
        raise store().gate.named(why) from why


@st.cache_data(max_entries=500, show_spinner=False, hash_funcs=BY_REPR)
def _answered(question: Question, _fetch: Callable[[], Any]) -> Any:  # noqa: ARG001  the key of the cache
    return _fetch()


def made(make: Callable[Concatenate[Ask, P], T], *asked: P.args, **named: P.kwargs) -> T:
    """What is made of answers, made once for each state of the data; everybody sees the same object."""
    return cast("T", _made(_question(make, asked, named), lambda: make(answer, *asked, **named)))


# the very object each time: a copy of a chart takes longer than all the rest of a page
@st.cache_resource(max_entries=500, show_spinner=False, hash_funcs=BY_REPR)
def _made(question: Question, _make: Callable[[], Any]) -> Any:  # noqa: ARG001  the key of the cache
    return _make()


def today() -> dt.date:
    """The demonstration's day or the real one, kept within the days the plan knows."""
    day = store().today or dt.datetime.now(SHANGHAI).date()
    return min(max(day, PLAN.campaign.starts_on), PLAN.until)
