"""A campaign's archive and warehouse opened, where its place says: a file of this machine, or what is shared.

A damaged file is set aside and said; a warehouse that belongs to others stops. Nothing is deleted because it
was made of another plan or other schemas: it is put beside, so that the way back is open.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.keeping import adopted, ddl, lake, private, signing, warehouse
from pipelines.keeping.archive import Archive
from pipelines.keeping.gate import FileGate, Gate
from pipelines.keeping.journal import ArchiveDamaged
from pipelines.keeping.place import Location


@dataclass(frozen=True)
class Warehouse:
    """An open warehouse of today's schemas and plan, and the door through which it is written."""

    con: duckdb.DuckDBPyConnection
    gate: Gate
    said: tuple[str, ...] = ()  # what whoever opened it should be told

    def close(self) -> None:
        """Give everything back."""
        self.con.close()
        self.gate.close()


def archive(place: Location) -> Archive:
    """The archive of a place. Raises ArchiveDamaged, WrongSetting, and `postgres.Away`."""
    private.keep()
    keys = signing.of(place)
    return lake.archive(place.shared, keys) if place.shared else Archive(place.home / "archive", keys=keys)


def opened(place: Location, kept: Archive) -> Warehouse:
    """The warehouse of today's schemas and plan, made empty where there is none.

    Raises `warehouse.Busy` while another process has its file, ArchiveDamaged where it knows receipts that
    the journal does not, `postgres.Away` where what is shared cannot be reached.
    """
    made = Warehouse(*lake.opened(place.shared)) if place.shared else _of_this_machine(place, kept)
    adopted.install(kept, made.con)
    return made


def _of_this_machine(place: Location, kept: Archive) -> Warehouse:
    """The warehouse of a file; one that is damaged or of another day is put beside."""
    con, said = _readable(place.file, kept)
    is_begun = bool(ddl.tables(con)) or _beside(place.file, ddl.fingerprint()).exists()
    if is_begun and (made_of := ddl.made_of(con)) != ddl.fingerprint():
        con.close()
        _exchange(place.file, made_of)
        con, more = _readable(place.file, kept)
        said += more
    return of_file(con, *said)


def of_file(con: duckdb.DuckDBPyConnection, *said: str) -> Warehouse:
    """The warehouse of a connected file, with its tables and what is kept in memory beside them."""
    if not ddl.tables(con):
        warehouse.create(con)
    ddl.install(con)
    return Warehouse(con, FileGate(lambda: warehouse.newest(con.cursor())), said)


@contextmanager
def renewed(place: Location) -> Iterator[Warehouse]:
    """An empty warehouse, to be filled; it takes the place of the one in force at the end of this.

    Raises `warehouse.Busy` while another process has the file of the one in force.
    """
    if place.shared:
        with lake.renewed(place.shared) as (con, gate):
            yield Warehouse(con, gate)
        return
    made = place.file.with_name(f"{place.file.name}.new")
    made.unlink(missing_ok=True)
    con = warehouse.connect(made)
    try:
        yield of_file(con)
    finally:
        con.close()
    for stale in place.file.parent.glob(f"{place.file.name}.wal"):
        stale.unlink()
    made.replace(place.file)


def _readable(file: Path, kept: Archive) -> tuple[duckdb.DuckDBPyConnection, tuple[str, ...]]:
    """A file connected, anew where it is damaged; and what is to be said of it."""
    try:
        return _whole(file, kept), ()
    except (duckdb.Error, RuntimeError, UnicodeDecodeError):
        said = f"数据库文件已损坏，移到 {_set_aside(file).name}，现由留存的原件重新生成"
        return warehouse.connect(file), (said,)


def _exchange(file: Path, made_of: str) -> None:
    """Put a warehouse of other schemas or another plan beside, and take one of today's that lies there.

    One is kept beside; it is closed, so all of it stands in its file.
    """
    beside, wanted = _beside(file, made_of), _beside(file, ddl.fingerprint())
    for other in file.parent.glob(f"{file.stem}-*{file.suffix}"):
        if other != wanted:
            other.unlink()
    if made_of:
        file.replace(beside)
    else:
        file.unlink()
    if wanted.exists():
        wanted.replace(file)


def _beside(file: Path, made_of: str) -> Path:
    return file.with_name(f"{file.stem}-{made_of[: lake.SHORT]}{file.suffix}")


@contextmanager
def to_read(place: Location) -> Iterator[duckdb.DuckDBPyConnection | None]:
    """The tables of a warehouse, of which nothing is changed; None where it is absent or damaged.

    Raises `warehouse.Busy` while another process has its file.
    """
    con = None
    with suppress(duckdb.Error, RuntimeError):
        if place.shared:
            con = lake.to_read(place.shared)
        elif place.file.is_file():
            con = warehouse.connect(place.file, to_read=True)
    try:
        yield con
    finally:
        if con:
            con.close()


def strangers(remembered: dict[str, str], kept: Archive) -> list[str]:
    """The receipts that a warehouse remembers and the journal does not hold, or of other bytes."""
    return sorted(no for no, sha256 in remembered.items() if kept.fingerprint_of(no) != sha256)


def _whole(path: Path, kept: Archive) -> duckdb.DuckDBPyConnection:
    """The warehouse, every block of it read once. Raises what DuckDB says of it, or ArchiveDamaged."""
    con = warehouse.connect(path)
    try:
        for name in ddl.tables(con):
            con.query(f'SELECT bit_xor(hash(t)) FROM warehouse."{name}" t').fetchall()
        strange = strangers(warehouse.remembered(con), kept)
    except BaseException:
        con.close()
        raise
    if strange:
        con.close()
        raise ArchiveDamaged(
            f"数据库中有流水里没有的回执 {'、'.join(strange[:3])}：流水被截短，或数据库不属于这份流水"
        )
    return con


def _set_aside(file: Path) -> Path:
    """Move a damaged warehouse and its log out of the way; returns where it is now."""
    place = file.with_name(f"damaged-{dt.datetime.now(tz=dt.UTC):%Y%m%d-%H%M%S-%f}")
    place.mkdir()
    for path in file.parent.glob(f"{file.name}*"):
        path.rename(place / path.name)
    return place
