"""What several servers share in PostgreSQL: locks, the journal's rows, and two numbers.

Everything goes through psycopg, on connections of its own: a lock that DuckDB's extension takes was seen not
to protect. A lock dies with its connection.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, LiteralString

from pipelines.keeping.journal import ArchiveDamaged
from pipelines.keeping.lines import SHORTER
from pipelines.keeping.place import WrongSetting

JOURNAL, WRITE, ATTACH, COMPACT, SWEEP, TRAIL = range(71001, 71007)  # keys of the locks
ENGLISH = ("C", "POSIX", "en", "English")
TABLES: tuple[LiteralString, ...] = (
    "CREATE SCHEMA IF NOT EXISTS campaign",
    "CREATE TABLE IF NOT EXISTS campaign.journal (seq bigint PRIMARY KEY, line text NOT NULL)",
    "CREATE TABLE IF NOT EXISTS campaign.trail (seq bigint PRIMARY KEY, line text NOT NULL)",
    "CREATE TABLE IF NOT EXISTS campaign.generation (fingerprint text, generation bigint, "
    "stands_since timestamptz, PRIMARY KEY (fingerprint, generation))",
    "CREATE TABLE IF NOT EXISTS campaign.state (name text PRIMARY KEY, value bigint NOT NULL)",
)


class Away(Exception):
    """PostgreSQL or the shared disk cannot be reached; its text is what the machine said."""


class Server:
    """One line to PostgreSQL, opened when it is needed and again after it broke; threads take turns."""

    def __init__(self, dsn: str, *, asks_again: bool = False) -> None:
        """`asks_again`: what is asked may be asked twice, so a broken line is opened anew at once."""
        self.dsn, self.asks_again = dsn, asks_again
        self._turn = threading.RLock()
        self._line: Any = None

    def ask(
        self, question: LiteralString, given: Sequence[object] = (), *names: str
    ) -> list[tuple[Any, ...]]:
        """The rows of an answer; none of a command. `names` stand for `{}` in it.

        Raises Away; what was asked may then have been done.
        """
        import psycopg
        import psycopg.sql

        with self._turn:
            was_open = self._line is not None
            try:
                if self._line is None or self._line.closed:
                    self._line = psycopg.connect(self.dsn, autocommit=True, connect_timeout=5)
                named = psycopg.sql.SQL(question).format(*map(psycopg.sql.Identifier, names))
                answer = self._line.execute(named, given or None)
                return list(answer.fetchall()) if answer.description else []
            except (psycopg.OperationalError, psycopg.InterfaceError) as why:
                self.close()
                if not (was_open and self.asks_again):
                    raise Away(str(why).splitlines()[0]) from why
            return self.ask(question, given, *names)

    def __del__(self) -> None:
        self.close()

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *why: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the line back, and with it every lock taken on it."""
        if self._line is not None:
            with suppress(Exception):
                self._line.close()
        self._line = None


class Lock:
    """Keeps every other thread and server out of what goes by one key; who holds it may take it again."""

    def __init__(self, server: Server, key: int) -> None:
        self.server, self.key = server, key
        self._turn, self._depth = threading.RLock(), 0

    def __enter__(self) -> None:
        self._turn.acquire()
        if self._depth == 0:
            try:
                self._take()
            except BaseException:
                self._turn.release()
                raise
        self._depth += 1

    def _take(self) -> None:
        """Take the lock; on a line that broke since it was used last, on a new one. Raises Away."""
        asked: LiteralString = "SELECT pg_advisory_lock(%s)"
        try:
            self.server.ask(asked, [self.key])
        except Away:
            self.server.ask(asked, [self.key])

    def __exit__(self, *why: object) -> None:
        self._depth -= 1
        try:
            if self._depth == 0:
                with suppress(Away):  # with the line the lock is gone
                    self.server.ask("SELECT pg_advisory_unlock(%s)", [self.key])
        finally:
            self._turn.release()


@contextmanager
def taken(dsn: str, key: int) -> Iterator[bool]:
    """Hold a lock if nobody has it; whether it is held."""
    with Server(dsn) as server:
        yield bool(server.ask("SELECT pg_try_advisory_lock(%s)", [key])[0][0])


@contextmanager
def locked(dsn: str, key: int) -> Iterator[Server]:
    """Wait for a lock and hold it; a line on which something may be asked meanwhile."""
    with Server(dsn) as server, Lock(server, key):
        yield server


class RowLines:
    """The lines of a journal as rows of a table; they are written on the line that holds the lock, so that a
    lost lock writes nothing.
    """

    def __init__(self, server: Server, writer: Server, table: str = "journal") -> None:
        self.server, self.writer, self.table = server, writer, table
        self._read: tuple[int, str] = (0, "")  # the last row

    def begun(self) -> bool:
        return bool(self.server.ask("SELECT 1 FROM campaign.state WHERE name = %s", [self.table]))

    def begin(self) -> None:
        self.server.ask("INSERT INTO campaign.state VALUES (%s, 0) ON CONFLICT DO NOTHING", [self.table])

    def whole(self) -> bytes:
        return _joined(self.server.ask("SELECT seq, line FROM campaign.{} ORDER BY seq", (), self.table))

    def added(self) -> bytes:
        """The rows added. Raises ArchiveDamaged where the last one read is gone or another."""
        asked: LiteralString = "SELECT seq, line FROM campaign.{} WHERE seq >= %s ORDER BY seq"
        rows = self.server.ask(asked, [self._read[0]], self.table)
        if self._read[0] and rows[:1] != [self._read]:
            raise ArchiveDamaged(SHORTER)
        added = rows[bool(self._read[0]) :]
        self._read = rows[-1] if rows else self._read
        return _joined(added)

    def close(self) -> None:
        self.server.close()
        self.writer.close()

    def drop(self, seq: int, count: int) -> None:  # noqa: ARG002  rows know their numbers
        """Take the lines up to a number away; who does this reads anew afterwards."""
        self.writer.ask("DELETE FROM campaign.{} WHERE seq <= %s", [seq], self.table)
        self._read = (0, "")

    def add(self, seq: int, line: bytes) -> None:
        self.writer.ask(
            "INSERT INTO campaign.{} VALUES (%s, %s)", [seq, line.decode().rstrip("\n")], self.table
        )


def has_lines(server: Server) -> bool:
    """Whether anything stands in the journal."""
    return bool(server.ask("SELECT 1 FROM campaign.journal LIMIT 1"))


def fill(server: Server, lines: bytes) -> None:
    """Write the lines of a whole journal into an empty one, in one statement."""
    texts = lines.decode().removesuffix("\n").split("\n")
    server.ask("INSERT INTO campaign.state VALUES ('journal', 0) ON CONFLICT DO NOTHING")
    server.ask(
        "INSERT INTO campaign.journal SELECT * FROM unnest(%s::bigint[], %s::text[])",
        [list(range(1, len(texts) + 1)), texts],
    )


def _joined(rows: Sequence[tuple[int, str]]) -> bytes:
    return "".join(f"{line}\n" for _, line in rows).encode()


def begin(server: Server) -> None:
    """Make the tables where there are none.

    Raises Away, and WrongSetting where the server's messages or letters are not what DuckLake can do with.
    """
    ((messages,),) = server.ask("SHOW lc_messages")
    if not messages.startswith(ENGLISH):
        raise WrongSetting(
            f"PostgreSQL 的 lc_messages 是“{messages}”，数据湖只认英文提示：请管理员执行 "
            "ALTER SYSTEM SET lc_messages = 'C' 并重新加载配置"
        )
    ((letters,),) = server.ask("SHOW server_encoding")
    if letters != "UTF8":
        raise WrongSetting(f"PostgreSQL 数据库的编码是 {letters}，请用 ENCODING 'UTF8' 重新建库")
    for statement in TABLES:
        server.ask(statement)


def in_force(server: Server, fingerprint: str) -> int | None:
    """The generation in force of the warehouses of a fingerprint."""
    asked = (
        "SELECT max(generation) FROM campaign.generation WHERE fingerprint = %s AND stands_since IS NOT NULL"
    )
    ((number,),) = server.ask(asked, [fingerprint])
    return None if number is None else int(number)


def state(server: Server, fingerprint: str) -> tuple[int, int | None]:
    """The last event told, and the generation in force of a fingerprint: in one question."""
    asked = """
        SELECT (SELECT value FROM campaign.state WHERE name = 'nth'),
               (SELECT max(generation) FROM campaign.generation
                WHERE fingerprint = %s AND stands_since IS NOT NULL)"""
    ((nth, number),) = server.ask(asked, [fingerprint])
    return int(nth or 0), number


def tell(server: Server, nth: int) -> None:
    """Say that an event was recorded; the number never falls."""
    told = """
        INSERT INTO campaign.state VALUES ('nth', %s)
        ON CONFLICT (name) DO UPDATE SET value = greatest(state.value, excluded.value)"""
    server.ask(told, [nth])


def next_generation(server: Server, fingerprint: str) -> int:
    """The number of a new generation, which does not stand yet; the lock is held."""
    asked = """
        INSERT INTO campaign.generation
        SELECT %s, coalesce(max(generation), 0) + 1 FROM campaign.generation WHERE fingerprint = %s
        RETURNING generation"""
    ((number,),) = server.ask(asked, [fingerprint, fingerprint])
    return int(number)


def stand(server: Server, fingerprint: str, generation: int) -> None:
    """Put a generation in force."""
    server.ask(
        "INSERT INTO campaign.generation VALUES (%s, %s, now()) ON CONFLICT (fingerprint, generation) "
        "DO UPDATE SET stands_since = coalesce(generation.stands_since, now())",
        [fingerprint, generation],
    )


def forget(server: Server, fingerprint: str, up_to: int) -> list[int]:
    """Take the generations up to a number out of the list; returns which they were."""
    asked = "DELETE FROM campaign.generation WHERE fingerprint = %s AND generation <= %s RETURNING generation"
    return [int(number) for (number,) in server.ask(asked, [fingerprint, up_to])]


def drop(server: Server, schema: str) -> None:
    """Drop the catalog of a warehouse."""
    server.ask("DROP SCHEMA IF EXISTS {} CASCADE", (), schema)


def pieces(server: Server, schema: str) -> int:
    """How many files of data a warehouse has."""
    asked = "SELECT count(*) FROM {}.ducklake_data_file WHERE end_snapshot IS NULL"
    ((number,),) = server.ask(asked, (), schema)
    return int(number)
