"""A PostgreSQL of the tests' own: made in a folder of its own, run by an ordinary user, gone afterwards."""

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest

from pipelines.keeping import ddl, lake, place
from pipelines.keeping import postgres as rows

USER = "campaign"
DEBIAN = "/usr/lib/postgresql"
NEEDED = "NEEDS_POSTGRES"  # set by `make test`, which installs it
QUICK = "-c fsync=off -c listen_addresses= -c max_connections=200"


class Server:
    """A running server, reached by a socket in its folder."""

    def __init__(self, folder, options="", locale="C.UTF-8"):
        self.folder, self.numbers = folder, count(1)
        self.options, self.locale = options, locale

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

    def database(self):
        """A new, empty database; returns how it is reached."""
        name = f"campaign_{next(self.numbers)}"
        with psycopg.connect(self.dsn("postgres"), autocommit=True) as con:
            con.execute(f"CREATE DATABASE {name}")
        return self.dsn(name)

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
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def url(dsn, folder):
    """The setting for a store on that database, with its files below a folder."""
    return f"ducklake:postgres:{dsn}?data={folder / 'lake'}&files={folder / 'shared'}"


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
