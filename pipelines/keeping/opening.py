"""The warehouse of a home opened: a damaged one is set aside and said, one that belongs to others stops."""

import datetime as dt
from pathlib import Path

import duckdb

from pipelines.keeping import in_force, warehouse
from pipelines.keeping.archive import Archive
from pipelines.keeping.journal import ArchiveDamaged

NAME = "warehouse.duckdb"


def opened(home: Path, archive: Archive) -> tuple[duckdb.DuckDBPyConnection, list[str]]:
    """The warehouse of today's schemas and plan, made empty where there is none, and what is to be said.

    Raises `warehouse.Busy` while another process has it, ArchiveDamaged where it knows receipts that the
    journal does not.
    """
    said = []
    try:
        con = _whole(home / NAME, archive)
    except (duckdb.Error, RuntimeError, UnicodeDecodeError):
        said.append(f"数据库文件已损坏，移到 {_set_aside(home).name}，现由留存的原件重新生成")
        con = warehouse.connect(home / NAME)
    if warehouse.is_current(con):
        in_force.install(con)
        return con, said
    con.close()
    for stale in home.glob(f"{NAME}*"):
        stale.unlink()
    con = warehouse.connect(home / NAME)
    warehouse.create(con)
    return con, said


def recorded(home: Path) -> dict[str, str]:
    """What a warehouse remembers: SHA-256 by receipt number; nothing where it is absent or damaged."""
    if not (home / NAME).is_file():
        return {}
    try:
        con = warehouse.connect(home / NAME)
    except (duckdb.Error, RuntimeError):
        return {}
    try:
        return warehouse.remembered(con)
    except (duckdb.Error, RuntimeError):
        return {}
    finally:
        con.close()


def strangers(remembered: dict[str, str], archive: Archive) -> list[str]:
    """The receipts that a warehouse remembers and the journal does not hold, or of other bytes."""
    held = {receipt.no: receipt.sha256 for receipt in archive.receipts()}
    return sorted(no for no, sha256 in remembered.items() if held.get(no) != sha256)


def _whole(path: Path, archive: Archive) -> duckdb.DuckDBPyConnection:
    """The warehouse, every block of it read once. Raises what DuckDB says of it, or ArchiveDamaged."""
    con = warehouse.connect(path)
    try:
        for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall():
            con.query(f'SELECT bit_xor(hash(t)) FROM "{name}" t').fetchall()
        strange = strangers(warehouse.remembered(con), archive)
    except BaseException:
        con.close()
        raise
    if strange:
        con.close()
        raise ArchiveDamaged(
            f"数据库中有流水里没有的回执 {'、'.join(strange[:3])}：流水被截短，或数据库不属于这份流水"
        )
    return con


def _set_aside(home: Path) -> Path:
    """Move a damaged warehouse and its log out of the way; returns where it is now."""
    place = home / f"damaged-{dt.datetime.now(tz=dt.UTC):%Y%m%d-%H%M%S-%f}"
    place.mkdir()
    for path in home.glob(f"{NAME}*"):
        path.rename(place / path.name)
    return place
