"""What every SQL statement keeps to: macros in order, no word that a lake of files has not, no clock."""

import re

import pytest

import views
from pipelines.keeping import ddl, in_force, opening, warehouse
from tests.source import MODULES, ROOT, STATEMENT, ident, words

SQL = sorted(path for room in ("views", "pipelines") for path in (ROOT / room).rglob("*.sql"))
MACRO = re.compile(r"CREATE OR REPLACE MACRO (\w+)\(([^)]*)\)")
CLOCK = re.compile(r"current_date|now\(|today\(|current_timestamp", re.IGNORECASE)
CATALOG = (
    "pipelines/keeping/postgres.py",
    "pipelines/keeping/secrets.py",
    "pipelines/keeping/drafts.py",
)  # ask PostgreSQL itself, or SQLite
BANNED = (  # the lake has none of them, and what was recorded is never changed
    *(r"PRIMARY KEY", r"UNIQUE", r"FOREIGN KEY", r"REFERENCES", r"CHECK\s*\(", r"ENUM", r"SEQUENCE"),
    *(
        r"CREATE\s+(UNIQUE\s+)?INDEX",
        r"RETURNING",
        r"ON CONFLICT",
        r"OR REPLACE(?! MACRO)",
        r"UPDATE",
        r"DELETE",
    ),
    *(r"TRUNCATE", r"GENERATED ALWAYS"),
)


def bare(sql):
    """A statement without its comments and quoted words."""
    return re.sub(r"--[^\n]*|'[^']*'|\"[^\"]*\"", " ", sql)


def statements():
    for path in SQL:
        yield ident(path), path.read_text(encoding="utf-8")
    for path in MODULES:
        if ident(path) not in CATALOG:
            yield from ((ident(path), text) for text in words(path) if STATEMENT.match(text))
    yield from (("ddl", statement) for statement in ddl.ddl())


def banned_in(sql):
    return [word for word in BANNED if re.search(rf"\b{word}", bare(sql))]


@pytest.fixture(scope="module")
def con():
    made = opening.of_file(warehouse.connect(":memory:")).con
    views.install(made)
    yield made
    made.close()


def test_every_view_is_made_after_those_it_asks():
    made = [*in_force.statements(), *views.statements()]
    homes = {macro: n for n, text in enumerate(made) for macro, _ in MACRO.findall(text)}
    for n, text in enumerate(made):
        assert all(homes[word] <= n for word in re.findall(r"\b(\w+)\(", bare(text)) if word in homes)
    assert {path.name for path in SQL} == {
        "in_force.sql",
        "rows_in_force.sql",
        *(f"{name}.sql" for name in views.names() if (views.ANSWERS / f"{name}.sql").exists()),
    }


def test_every_answer_has_the_macro_it_asks_for(con):
    written = {name for path in SQL for name, _ in MACRO.findall(path.read_text(encoding="utf-8"))}
    names = con.execute("SELECT DISTINCT function_name FROM duckdb_functions()").fetchall()
    assert written <= {name for (name,) in names}
    asked = [text for path in (ROOT / "views").rglob("*.py") for text in words(path)]
    answers = [path.stem for path in SQL if path.with_suffix(".py").exists()]
    assert [name for name in answers if not any(f"{name}(" in text for text in asked)] == []


def test_no_parameter_of_a_macro_bears_the_name_of_a_column(con):
    names = con.execute("SELECT DISTINCT column_name FROM information_schema.columns").fetchall()
    columns = {name for (name,) in names}
    macros = [MACRO.findall(text) for text in (*in_force.statements(), *views.statements())]
    assert all(macros)
    listed = [parameters for each in macros for _, parameters in each]
    assert not {one.split(":=")[0].strip() for text in listed for one in text.split(",")} & columns
    assert "at" not in columns


def test_no_statement_asks_for_what_the_lake_has_not_or_changes_what_was_recorded():
    every = list(statements())
    homes = {name for name, _ in every}
    assert homes >= {"ddl", "views/answers/compliance.sql"}
    assert {(name, *banned_in(sql)) for name, sql in every if banned_in(sql)} == set()


FORBIDDEN = """
UPDATE t SET a = 1
DELETE FROM t
CREATE TABLE t (a INT PRIMARY KEY)
CREATE OR REPLACE TABLE t (a INT)
INSERT OR REPLACE INTO t VALUES (1)
CREATE TABLE t (a INT CHECK (a > 0))
CREATE INDEX i ON t (a)
INSERT INTO t VALUES (1) RETURNING a
CREATE UNIQUE INDEX i ON t (a)
""".strip().splitlines()


@pytest.mark.parametrize("sql", FORBIDDEN)
def test_the_search_for_banned_words_finds_them(sql):
    assert banned_in(sql)
    assert STATEMENT.match(sql)
    assert not banned_in("CREATE OR REPLACE MACRO f(x) AS x -- UPDATE")


def test_no_reading_of_the_clock_in_a_view():
    read = {ident(p): bare(p.read_text(encoding="utf-8")) for p in [*SQL, *(ROOT / "views").rglob("*.py")]}
    assert [name for name, text in read.items() if CLOCK.search(text)] == []
