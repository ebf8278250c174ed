"""A warehouse on DuckLake: its catalog in PostgreSQL, its tables as Parquet on a disk that all servers see.

The metadata schema and the data folder of a warehouse are `w_<fingerprint>_<generation>`: servers of two
versions stand side by side, a rebuilt warehouse is a new generation, and nothing is deleted because it
differs.
"""

import importlib
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.keeping import ddl, postgres, warehouse
from pipelines.keeping.archive import Archive
from pipelines.keeping.mirror import FRESH, Mirror
from pipelines.keeping.place import Shared, WrongSetting
from pipelines.keeping.postgres import Away, Lock, Server
from pipelines.keeping.signing import KeyFile

EXTENSIONS = ("postgres_scanner", "ducklake")
MANY = 200  # files from which on they are merged without waiting for the night
COMPACTING = (
    "CALL ducklake_merge_adjacent_files('warehouse')",
    "CALL ducklake_expire_snapshots('warehouse', older_than => now() - INTERVAL 1 DAY)",
    "CALL ducklake_cleanup_old_files('warehouse', older_than => now() - INTERVAL 1 DAY)",
)
KEPT = 2  # generations: the one in force and the one before
SHORT = 12  # digits of a fingerprint in a name
CONFLICT = ("conflict", "failed to commit", "could not serialize", "duplicate key")


class Moved(Away):
    """Another generation is in force now: the warehouse has to be opened anew."""


@dataclass(frozen=True)
class Generation:
    """One warehouse among those of a fingerprint."""

    fingerprint: str
    number: int

    @property
    def name(self) -> str:
        return f"w_{self.fingerprint[:SHORT]}_{self.number}"


class LakeGate:
    """The door of a shared warehouse: one writer among all servers, and only while its generation stands."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, shared: Shared, generation: Generation, *, is_in_force: bool
    ) -> None:
        """Of a warehouse attached with its tables; what is kept in memory beside them is made here."""
        self.generation, self.is_in_force = generation, is_in_force
        self._mirror, self._shown = Mirror(con), warehouse.newest(con)
        ddl.install(con, copied=FRESH)
        self._dsn, self._server, self._writer = (
            shared.dsn,
            Server(shared.dsn, asks_again=True),
            Server(shared.dsn),
        )
        self._lock = Lock(self._writer, postgres.WRITE)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep every other writer out. Raises Away, and Moved where another generation is in force."""
        with self._lock:
            if self.is_in_force:
                self._hold()
            yield

    def _hold(self) -> None:
        """Hold the generation against the one in force. Raises Moved where it is another."""
        if postgres.in_force(self._server, self.generation.fingerprint) != self.generation.number:
            raise Moved(self.generation.name)

    def tell(self, nth: int) -> None:
        self._mirror.follow()
        postgres.tell(self._server, nth)

    def newest(self) -> int:
        """The last event that was told. Raises Away, and Moved where another generation is in force."""
        nth, number = postgres.state(self._server, self.generation.fingerprint)
        if number != self.generation.number:
            raise Moved(self.generation.name)
        if nth > self._shown:
            self._mirror.follow()
            self._shown = nth
        return nth

    def is_conflict(self, why: duckdb.Error) -> bool:
        said = str(why).lower()
        return isinstance(why, duckdb.TransactionException) or any(words in said for words in CONFLICT)

    def named(self, why: duckdb.Error) -> Exception:
        """What an error of DuckDB is where PostgreSQL or the disk does not answer."""
        try:
            self._server.ask("SELECT 1")
        except Away as away:
            return away
        return Away(str(why).splitlines()[0]) if isinstance(why, duckdb.IOException) else why

    def tidy(self, con: duckdb.DuckDBPyConnection) -> None:
        """Compact where there are many files, unless another server does."""
        if postgres.pieces(self._server, self.generation.name) > MANY:
            self.compact(con)

    def compact(self, con: duckdb.DuckDBPyConnection) -> bool:
        """Merge small files, and forget those that were merged a day ago; beside readers and writers.

        False where another server does.
        """
        with postgres.taken(self._dsn, postgres.COMPACT) as is_mine:
            for statement in COMPACTING if is_mine else ():
                con.execute(statement)
        return is_mine

    def stand(self) -> None:
        postgres.stand(self._server, self.generation.fingerprint, self.generation.number)

    def close(self) -> None:
        self._server.close()
        self._writer.close()

    def alone(self) -> AbstractContextManager[bool]:
        """Whether no other server sweeps now; none does while this is held."""
        return postgres.taken(self._dsn, postgres.SWEEP)


def archive(shared: Shared, keys: KeyFile) -> Archive:
    """The shared archive, begun where there is none."""
    with postgres.locked(shared.dsn, postgres.ATTACH) as server:
        postgres.begin(server)
    writer = Server(shared.dsn)
    lines = postgres.RowLines(Server(shared.dsn, asks_again=True), writer)
    return Archive(shared.files, lines, Lock(writer, postgres.JOURNAL), keys)


def trail(shared: Shared) -> tuple[postgres.RowLines, Lock]:
    """The lines of the shared trail, and the lock under which they are written. Raises Away."""
    writer = Server(shared.dsn)
    lines = postgres.RowLines(Server(shared.dsn, asks_again=True), writer, "trail")
    return lines, Lock(writer, postgres.TRAIL)


def is_used(shared: Shared) -> bool:
    """Whether anything is in the shared archive."""
    with postgres.locked(shared.dsn, postgres.ATTACH) as server:
        postgres.begin(server)
        has_lines = postgres.has_lines(server)
    return has_lines or any(path.is_file() for path in shared.files.rglob("*"))


def fill(shared: Shared, lines: bytes) -> None:
    """Put the lines of a journal into an empty one, all or none."""
    with postgres.locked(shared.dsn, postgres.JOURNAL) as server:
        postgres.fill(server, lines)


def opened(shared: Shared) -> tuple[duckdb.DuckDBPyConnection, LakeGate]:
    """The warehouse in force of today's schemas and plan, made empty where there is none. Raises Away."""
    fingerprint = ddl.fingerprint()
    with postgres.locked(shared.dsn, postgres.ATTACH) as server:
        postgres.begin(server)
        generation = Generation(fingerprint, postgres.in_force(server, fingerprint) or 1)
        con = _made(shared, generation)
        postgres.stand(server, fingerprint, generation.number)
    gate = LakeGate(con, shared, generation, is_in_force=True)
    gate.tell(warehouse.newest(con))  # where a server died between its commit and its word
    return con, gate


@contextmanager
def renewed(shared: Shared) -> Iterator[tuple[duckdb.DuckDBPyConnection, LakeGate]]:
    """The next generation, to be filled and put in force (`stand`); of the earlier ones one is kept."""
    fingerprint = ddl.fingerprint()
    with postgres.locked(shared.dsn, postgres.ATTACH) as server:
        postgres.begin(server)
        generation = Generation(fingerprint, postgres.next_generation(server, fingerprint))
        con = _made(shared, generation)
    gate = LakeGate(con, shared, generation, is_in_force=False)
    try:
        yield con, gate
    finally:
        con.close()
        gate.close()
    _drop_old(shared, generation)


def to_read(shared: Shared) -> duckdb.DuckDBPyConnection | None:
    """The tables of the warehouse in force; None where there is none."""
    with postgres.locked(shared.dsn, postgres.ATTACH) as server:
        postgres.begin(server)
        number = postgres.in_force(server, ddl.fingerprint())
        return attached(shared, Generation(ddl.fingerprint(), number)) if number else None


def attached(shared: Shared, generation: Generation) -> duckdb.DuckDBPyConnection:
    """A database in memory with a generation attached. Raises Away; the lock is the caller's."""
    con = warehouse.memory()
    try:
        for name in EXTENSIONS:
            con.execute(f"LOAD {warehouse.quoted(_extension(name))}")
        catalog = warehouse.quoted(f"ducklake:postgres:{shared.dsn}")
        data = warehouse.quoted(f"{shared.data / generation.name}/")
        con.execute(
            f"ATTACH {catalog} AS warehouse (DATA_PATH {data}, METADATA_SCHEMA '{generation.name}', "
            "DATA_INLINING_ROW_LIMIT 0)"
        )
    except duckdb.Error as why:
        con.close()
        raise Away(str(why).splitlines()[0]) from why
    return con


def _extension(name: str) -> Path:
    """The file of an extension, from its wheel. Raises WrongSetting where the wheel is not installed."""
    try:
        wheel = importlib.import_module(f"duckdb_extension_{name}")
    except ModuleNotFoundError as why:
        raise WrongSetting(f"没有安装 {why.name}：请安装依赖组 lake") from why
    return Path(str(wheel.__file__)).parent / f"extensions/v{duckdb.__version__}/{name}.duckdb_extension"


def _made(shared: Shared, generation: Generation) -> duckdb.DuckDBPyConnection:
    """A generation attached, with its tables."""
    shared.data.mkdir(parents=True, exist_ok=True)
    con = attached(shared, generation)
    if not ddl.tables(con):
        warehouse.create(con)
        con.execute("CALL warehouse.set_option('per_thread_output', false)")
    return con


def _drop_old(shared: Shared, newest: Generation) -> None:
    """Of this fingerprint, all generations but the newest ones go."""
    with postgres.locked(shared.dsn, postgres.ATTACH) as server:
        for number in postgres.forget(server, newest.fingerprint, newest.number - KEPT):
            name = Generation(newest.fingerprint, number).name
            postgres.drop(server, name)
            shutil.rmtree(shared.data / name, ignore_errors=True)
