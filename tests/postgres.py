"""A PostgreSQL of the tests' own: made in a folder of its own, run by an ordinary user, gone afterwards."""

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import psycopg
import pytest

from pipelines.keeping import ddl, lake, place, warehouse
from pipelines.keeping import postgres as rows

USER, DATA, FILES = "campaign", "lake", "shared"
DEBIAN = "/usr/lib/postgresql"
NEEDED = "NEEDS_POSTGRES"  # set by `make test`, which installs it
QUICK = "-c fsync=off -c listen_addresses= -c max_connections=200"


class Server:
    """A running server, reached by a socket in its folder."""

    def __init__(self, folder, options="", locale="C.UTF-8"):
        self.folder, self.numbers = folder, count(1)
        self.options, self.locale, self.made = options, locale, None

    def make(self):
        self.run("initdb", "-D", str(self.folder / "data"), "-U", USER, "--auth=trust", "-E", "UTF8",
                 f"--locale={self.locale}")  # fmt: skip
        self.start()

    def start(self):
        options = f"{QUICK} -k {self.folder} {self.options}"
        log = str(self.folder / "log")
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-o", options, "-l", log, "-w", "start")

    def stop(self, how="immediate"):
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-m", how, "-w", "stop")

    def run(self, program, *arguments):
        who = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
        subprocess.run([program_of(program), *arguments], check=True, capture_output=True, cwd="/", **who)

    def empty(self, folder):
        """The setting for a new campaign on an empty database, its files below a folder."""
        return url(self.dsn(self._database()), folder)

    def campaign(self, folder):
        """The same with the tables of a warehouse made already: a copy of what was made once."""
        if self.made is None:
            self.made = self._database()
            lake.opened(self._shared(self.made, self.folder))[0].close()
        name = self._database(self.made)
        fresh = self._shared(name, folder)
        shutil.copytree(self.folder / DATA, fresh.data)
        schema = lake.Generation(ddl.fingerprint(), 1).name
        with psycopg.connect(self.dsn(name)) as con:
            path = f"{fresh.data / schema}/"
            con.execute(f"UPDATE {schema}.ducklake_metadata SET value = %s WHERE key = 'data_path'", [path])
        return url(self.dsn(name), folder)

    def _shared(self, name, folder):
        return place.Shared(self.dsn(name), folder / DATA, folder / FILES)

    def _database(self, like="template1"):
        name = f"campaign_{next(self.numbers)}"
        with psycopg.connect(self.dsn("postgres"), autocommit=True) as con:
            con.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
        return name

    def dsn(self, name):
        return f"host={self.folder} user={USER} dbname={name}"


def program_of(name):
    """The path of one of PostgreSQL's programs; None where it is not installed."""
    places = [str(path) for path in sorted(Path(DEBIAN).glob("*/bin"), reverse=True)]
    return shutil.which(name, path=os.pathsep.join([*places, os.environ.get("PATH", "")]))


@contextmanager
def running(**how):
    """A server as long as this lasts; where there is no PostgreSQL the test is skipped at a desk, and fails
    where it was to be installed.
    """
    if program_of("initdb") is None:
        (pytest.fail if NEEDED in os.environ else pytest.skip)("PostgreSQL is not installed: make tools")
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    server = Server(folder, **how)
    try:
        server.make()
        yield server
    finally:
        with suppress(subprocess.CalledProcessError):  # a test may have stopped it
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def url(dsn, folder):
    """The setting for a store on that database, with its files below a folder."""
    return f"ducklake:postgres:{dsn}?data={folder / DATA}&files={folder / FILES}"


def copy_in(con, gate, file):
    """Put into a lake what the warehouse of a file holds, and tell it."""
    con.execute(f"ATTACH {warehouse.quoted(file)} AS original (READ_ONLY)")
    for name in ddl.tables(con):
        if name != "made_of":
            con.execute(f'INSERT INTO warehouse."{name}" FROM original."{name}"')
    con.execute("DETACH original")
    gate.tell(warehouse.newest(con))


def lose_warehouse(home):
    """What the archive means is gone, wherever it stood."""
    where = place.of(home)
    if where.shared is None:
        where.file.unlink()
        return
    with rows.locked(where.shared.dsn, rows.ATTACH) as server:
        for number in rows.forget(server, ddl.fingerprint(), 99):
            rows.drop(server, lake.Generation(ddl.fingerprint(), number).name)
    shutil.rmtree(where.shared.data)
