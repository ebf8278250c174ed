"""What was typed → what is meant by it; what cannot be meant ends the command with a sentence and a code."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import typer

import views
from cli import printing
from pipelines import intake
from pipelines.judging.judgement import ACCEPTABLE, REFUSED
from pipelines.keeping.archive import ArchiveDamaged
from pipelines.keeping.place import home
from pipelines.keeping.warehouse import Busy
from pipelines.reading import guard
from schemas.clock import SHANGHAI
from schemas.plan import PLAN, Obligation

FAILED, UNREADABLE, BUSY = 1, 2, 3  # exit codes
CODES = {ACCEPTABLE: 0, REFUSED: FAILED}


def stop(code: int, sentence: str = "") -> NoReturn:
    """End the command with this exit code and, on stderr, a sentence; raises typer.Exit."""
    if sentence:
        printing.say(sentence)
    raise typer.Exit(code)


@contextmanager
def opened() -> Iterator[intake.Store]:
    """The campaign's store with its views; stops with 3 while the app has it, with 1 where it was changed."""
    try:
        with printing.bar("正在整理数据") as progress:
            store = intake.open_store(home(), progress)
    except Busy:
        stop(BUSY, "应用正在运行，数据库由它使用。请在网页上操作，或停止应用后再试。")
    except ArchiveDamaged as why:
        stop(FAILED, f"留存的原件已被改动：{why}。请先运行 verify 核验，再由备份恢复。")
    views.install(store.con)
    try:
        yield store
    finally:
        store.con.close()


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
    """A day written as 2016-07-10."""
    try:
        return dt.date.fromisoformat(words) if words else None
    except ValueError:
        stop(UNREADABLE, f"日期“{words}”读不懂，应写作 2016-07-10")


def instant(words: str | None) -> dt.datetime | None:
    """An instant written as 2016-07-08T17:30, in Shanghai unless it says otherwise; aware, UTC."""
    if words is None:
        return None
    try:
        moment = dt.datetime.fromisoformat(words)
    except ValueError:
        stop(UNREADABLE, f"时间“{words}”读不懂，应写作 2016-07-08T17:30")
    return (moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)).astimezone(dt.UTC)


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
