"""What was typed → what is meant by it; what cannot be meant ends the command with a sentence and a code."""

import datetime as dt
import getpass
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn, TypeVar

import typer

import views
from cli import printing
from cli.faults import BUSY, FAILED, UNREADABLE
from pipelines import intake
from pipelines.judging.judgement import ACCEPTABLE, REFUSED, UNDECIDED
from pipelines.keeping import names, opening, people, place
from pipelines.keeping.archive import Archive
from pipelines.keeping.people import People
from pipelines.keeping.place import home
from pipelines.keeping.store import Store
from pipelines.keeping.warehouse import Busy
from pipelines.reading import guard
from schemas import access
from schemas.access import Account, Denied, Reach
from schemas.clock import SHANGHAI
from schemas.plan import PLAN, Obligation
from schemas.said import EXAMPLE_DAY

CODES = {ACCEPTABLE: 0, REFUSED: FAILED, UNDECIDED: BUSY}
PATIENCE, PAUSE = 60.0, 0.2  # seconds: to wait for another command; between two looks
EARLIEST = 2000  # the year before which nothing was sent
T = TypeVar("T")


def user() -> str:
    """Who is at this machine, as it says itself."""
    try:
        return names.person(getpass.getuser())
    except (KeyError, OSError):  # a user without a name
        return names.NOBODY


def noted(command: str, detail: str = "") -> None:
    """Write to the trail that a command was given, and by whom at this machine."""
    with everybody() as known:
        known.trail.write("command", user(), subject=command, detail=detail, address="本机")


def stop(code: int, sentence: str = "") -> NoReturn:
    """End the command with this exit code and, on stderr, a sentence; raises typer.Exit."""
    if sentence:
        printing.say(sentence)
    raise typer.Exit(code)


def archive() -> Archive:
    """The campaign's archive, which is read without the warehouse."""
    return opening.archive(place.of(home()))


@contextmanager
def everybody() -> Iterator[People]:
    """The people of the campaign: accounts, secrets and the trail."""
    kept = archive()
    known = people.opened(place.of(home()), kept)
    try:
        yield known
    finally:
        known.close()
        kept.close()


@contextmanager
def opened() -> Iterator[Store]:
    """The campaign's store with its views; stops with 3 while the app has it."""
    with printing.bar("正在整理数据") as progress:
        store = patiently(lambda: intake.open_store(home(), progress))
    for words in store.said:
        printing.say(words)
    try:
        views.install(store.con)
        yield store
    finally:
        store.close()


def patiently(do: Callable[[], T]) -> T:
    """Do what needs the warehouse; wait up to a minute while another command has it, and stop for an app."""
    until, told = time.monotonic() + PATIENCE, False
    while True:
        try:
            return do()
        except Busy:
            if place.is_served(home()):
                stop(BUSY, "应用正在运行，数据库由它使用。请在网页上操作，或停止应用后再试。")
            if time.monotonic() >= until:
                stop(BUSY, "数据库仍由另一个程序使用，请等它结束后再试。")
        if not told:
            printing.say("另一个命令正在使用数据库，等它结束，最多一分钟…")
        told = True
        time.sleep(PAUSE)


def account(name: str | None) -> Account | None:
    """The account in whose place a command is given; None where none is named."""
    if name is None:
        return None
    with everybody() as known:
        found = known.account(name)
    return found or stop(UNREADABLE, f"没有这个账户，或已停用：{name}")


def own_unit(of: Account | None, words: str | None) -> str | None:
    """For which unit something is sent: any that is named by the office, by others their own alone."""
    code = unit_code(words)
    if of is None or "office" in of.every_role:
        return code
    own = access.reach(of, "submit") if access.rights(of, "submit") else None
    if own is None or (code or of.unit) not in own.units:
        stop(FAILED, f"账户 {of.name} 只能报送本单位的。")
    return code or of.unit


def reach(of: Account | None, at: str) -> Reach | None:
    """Whose rows a command tells: everyone's to the machine's user, to an account as on the screen."""
    try:
        return access.reach(of, at) if of else None
    except Denied:
        stop(FAILED, f"账户 {of.name if of else ''} 无权查看。")


def actor() -> str:
    """Who gives this command: the machine's user, apart from any account."""
    return f"本机:{user()}"


def reason(words: str | None) -> str:
    """Why something is done by hand; must be said."""
    return names.line(words or "") or stop(UNREADABLE, "请用 --reason 写明理由")


def unit_code(words: str | None) -> str | None:
    """The code of a unit by its code, title or alias."""
    return _code("unit", "单位", words)


def field_code(words: str | None) -> str | None:
    """The code of a field by its code, title or alias."""
    return _code("field", "领域", words)


def _code(kind: str, title: str, words: str | None) -> str | None:
    if words is None:
        return None
    return PLAN.named(kind, words) or stop(UNREADABLE, f"没有这个{title}：{words}")


def day(words: str | None) -> dt.date | None:
    """A day written as ISO 8601 has it."""
    try:
        return dt.date.fromisoformat(words) if words else None
    except ValueError:
        stop(UNREADABLE, f"日期“{words}”读不懂，应写作 {EXAMPLE_DAY}")


def instant(words: str | None) -> dt.datetime | None:
    """An instant written as ISO 8601 has it, in Shanghai unless it says otherwise; aware, UTC."""
    if words is None:
        return None
    try:
        moment = dt.datetime.fromisoformat(words)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        stop(UNREADABLE, f"时间“{words}”读不懂，应写作 {EXAMPLE_DAY}T17:30")
    if moment.year < EARLIEST or moment > dt.datetime.now(tz=dt.UTC) + dt.timedelta(days=1):
        stop(UNREADABLE, f"时间“{words}”不可能是收到时间，请核对年份")
    return moment


def contents(path: Path) -> bytes:
    """The file's bytes; one byte past the limit is enough for the guard to refuse a file that is too big."""
    try:
        with path.open("rb") as file:
            return file.read(guard.FILE_LIMIT + 1)
    except OSError:
        stop(UNREADABLE, f"找不到或打不开文件：{path}")


def matters(unit: str, obligation: str | None) -> list[Obligation]:
    """The matters meant of a unit: by code, or all, or the survey by field, or the first that is due."""
    owed = PLAN.obligations_of(unit)
    if obligation == "all":
        return owed
    chosen = [o for o in owed if o.obligation == obligation] if obligation else owed
    if not chosen:
        stop(UNREADABLE, f"{PLAN.units[unit].title}没有这一报送事项：{obligation or ''}")
    return sorted(chosen, key=lambda o: (o.owed_for != "unit_field", o.due))[:1]
