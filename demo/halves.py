"""A demonstration that was stopped while it was made: its home bears a mark, and it is put aside as it is.

The mark is a lock: held as long as the demonstration is made, left behind where that was stopped.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from pipelines.keeping import opening, place, private
from pipelines.keeping.store import demo_day

MARK = "demo.half"


class CannotBegin(Exception):
    """Half a demonstration stays where it is; its text says why and what to do, in Chinese."""


@contextmanager
def marked(home: Path) -> Iterator[None]:
    """Mark a home as holding half a demonstration until this ends; where it fails the mark stays."""
    with FileLock(private.folder(home) / MARK, mode=0o600):
        yield
    (home / MARK).unlink()


def put_aside(home: Path) -> Path | None:
    """Move what a stopped demonstration left in its home into a folder of its own there.

    Returns that folder, None where there is nothing of the kind. Raises CannotBegin while it is still being
    made or is served by an app, and where it is not kept in its home alone.
    """
    if not (home / MARK).exists() or not _is_demonstration(home):
        return None
    _stop_if_used(home)
    numbers = (home / f"half-{n}" for n in range(1, 1000))
    aside = next(folder for folder in numbers if not folder.exists())
    left = [path for path in home.iterdir() if not path.name.startswith("half-")]
    private.folder(aside)
    for path in sorted(left, key=lambda path: path.name == MARK):  # the mark last: a stop here is seen again
        path.rename(aside / path.name)
    return aside


def _is_demonstration(home: Path) -> bool:
    """Whether nothing but a demonstration was begun here."""
    kept = opening.archive(place.of(home))
    try:
        return not kept.entries() or demo_day(kept) is not None
    finally:
        kept.close()


def _stop_if_used(home: Path) -> None:
    """Raises CannotBegin where what lies in this home is not there alone, or in use."""
    location = place.of(home)
    if location.shared or location.file.resolve().parent != home.resolve():
        raise CannotBegin(
            "上次生成示例时中断，只有一半，数据库不在数据目录中。请在 STORE_URL 换一个空的数据库后再试。"
        )
    if place.is_served(home):
        raise CannotBegin("上次生成示例时中断，应用正在使用这一半数据。请停止应用，再生成示例。")
    try:
        FileLock(home / MARK, mode=0o600).acquire(timeout=0).lock.release()
    except Timeout:
        raise CannotBegin("另一个命令正在生成示例，请等它结束。") from None
