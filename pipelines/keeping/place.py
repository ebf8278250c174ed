"""Where a campaign's data live: two settings, read here and nowhere else; and whether an app serves them.

`CAMPAIGN_HOME` is the folder of this machine. `STORE_URL` says where archive and warehouse stand: in that
folder (`duckdb:///FILE`, the warehouse's file, or not set), or where several servers share them
(`ducklake:postgres:DSN?data=FOLDER&files=FOLDER`: journal and catalog in PostgreSQL, tables and originals on
a shared disk). Passwords stand in the file that PGPASSFILE names.
"""

import os
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, unquote

from filelock import FileLock, Timeout

from pipelines.keeping import private

SERVED = "app.lock"
WAREHOUSE = "warehouse.duckdb"
FILE, LAKE = "duckdb:///", "ducklake:postgres:"
PASSWORD = re.compile(r"\bpassword\s*=|://[^/@]*:[^/@]*@", re.IGNORECASE)


class WrongSetting(Exception):
    """A setting that cannot be followed; its text says why, in Chinese."""


@dataclass(frozen=True)
class Shared:
    """What several servers share: a PostgreSQL, and two folders of a disk that all of them see."""

    dsn: str  # as libpq reads it, without a password
    data: Path  # the tables, as Parquet
    files: Path  # the originals


@dataclass(frozen=True)
class Location:
    """Where a campaign is kept."""

    home: Path
    file: Path  # the warehouse's, where it is not shared
    shared: Shared | None = None


def home() -> Path:
    """The folder of the running campaign: `CAMPAIGN_HOME`, or data/live below the working folder."""
    return Path(os.environ.get("CAMPAIGN_HOME", "data/live"))


def of(folder: Path) -> Location:
    """The place of the campaign of a folder, by `STORE_URL`. Raises WrongSetting."""
    url = os.environ.get("STORE_URL", "")
    if not url:
        return Location(folder, folder / WAREHOUSE)
    if url.startswith(FILE):
        return Location(folder, Path("/", unquote(url.removeprefix(FILE))))
    if url.startswith(LAKE):
        return Location(folder, folder / WAREHOUSE, _shared(url.removeprefix(LAKE)))
    raise WrongSetting(f"STORE_URL 只能以 {FILE} 或 {LAKE} 开头")


def _shared(url: str) -> Shared:
    """What a setting says of what is shared. Raises WrongSetting."""
    dsn, _, rest = url.rpartition("?")
    folders = {name: Path(folder) for name, folder in parse_qsl(rest)}
    if not dsn or set(folders) != {"data", "files"} or not all(x.is_absolute() for x in folders.values()):
        raise WrongSetting(f"STORE_URL 应写作 {LAKE}连接参数?data=绝对路径&files=绝对路径")
    if PASSWORD.search(dsn):
        raise WrongSetting("STORE_URL 中不能写口令，请写入 PGPASSFILE 指明的文件")
    return Shared(dsn, **folders)


@cache
def serve(folder: Path) -> FileLock:
    """Mark a home as served by an app as long as this process lives; it is known by a lock, not a file."""
    lock = FileLock(private.folder(folder) / SERVED, mode=0o600)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return lock  # another app has it: the warehouse will say so
    return lock


def is_served(folder: Path) -> bool:
    """Whether an app has the home now."""
    if not (folder / SERVED).exists():
        return False
    try:
        with FileLock(folder / SERVED).acquire(timeout=0):
            return False
    except Timeout:
        return True
