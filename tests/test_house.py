"""The rules of the house that no linter knows."""

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import duckdb
import pytest

import views
from pipelines.keeping import in_force, warehouse
from schemas.cover import COVER
from schemas.problems import MUST, REASONS, REPAIRS, SENTENCES, VERIFY
from schemas.returns import RETURNS

ROOT = Path(__file__).parent.parent
ROOMS = ("schemas", "pipelines", "views", "demo", "cli", "ui", "pages")
MODULES = [ROOT / "app.py", *sorted(p for room in ROOMS for p in (ROOT / room).rglob("*.py"))]
PAGES = sorted((ROOT / "pages").glob("*.py"))
SQL = sorted(path for room in ("views", "pipelines") for path in (ROOT / room).rglob("*.sql"))
PAGE_LINES, FUNCTION_LINES = 80, 40
STATEMENT = re.compile(
    r"^\s*(CREATE|INSERT|SELECT|WITH|UPDATE|DELETE|ALTER|DROP|ATTACH|COPY|MERGE|TRUNCATE|FROM)\s"
)
MACRO = re.compile(r"CREATE OR REPLACE MACRO (\w+)\(([^)]*)\)")
BANNED = (  # the lake has none of them, and what was recorded is never changed
    r"PRIMARY KEY", r"UNIQUE", r"FOREIGN KEY", r"REFERENCES", r"CHECK\s*\(", r"ENUM", r"SEQUENCE", r"CREATE\s+(UNIQUE\s+)?INDEX",
    r"RETURNING", r"ON CONFLICT", r"OR REPLACE(?! MACRO)", r"UPDATE", r"DELETE", r"TRUNCATE", r"GENERATED ALWAYS",
)  # fmt: skip
ONLY_IN = {
    "streamlit": ("app.py", "ui/", "pages/"),
    "plotly": ("views/charts/",),
    "openpyxl": (
        "pipelines/writing/template.py",
        "pipelines/writing/listing.py",
        "demo/plainly.py",
    ),  # the demonstration plays clerks with sheets of their own
    "python_calamine": ("pipelines/reading/reader.py",),
    "duckdb": ("pipelines/keeping/", "pipelines/intake.py", "views/__init__.py", "views/answers/", "ui/"),
}


def ident(path):
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def words(path):
    """Every string written in a module; of an f-string its fixed parts, joined."""
    found = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.append(node.value)
        elif isinstance(node, ast.JoinedStr):
            found.append("".join(str(v.value) if isinstance(v, ast.Constant) else "?" for v in node.values))
    return found


def imported(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


def bare(sql):
    """A statement without its comments and quoted words."""
    return re.sub(r"--[^\n]*|'[^']*'|\"[^\"]*\"", " ", sql)


def statements():
    for path in SQL:
        yield ident(path), path.read_text(encoding="utf-8")
    for path in MODULES:
        yield from ((ident(path), said) for said in words(path) if STATEMENT.match(said))
    yield from (("ddl", statement) for statement in warehouse.ddl())


def banned_in(sql):
    return [word for word in BANNED if re.search(rf"\b{word}", bare(sql))]


@pytest.fixture(scope="module")
def con():
    made = duckdb.connect()
    warehouse.create(made)
    views.install(made)
    yield made
    made.close()


@pytest.mark.parametrize("path", PAGES, ids=ident)
def test_a_page_is_short_and_asks_views_for_its_answers(path):
    source = path.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= PAGE_LINES
    assert not {"pandas", "duckdb", "pandera"} & set(imported(path))
    assert "groupby" not in source
    assert not [said for said in words(path) if STATEMENT.match(said)]


def test_every_view_is_made_after_those_it_asks():
    made = [*in_force.statements(), *views.statements()]
    homes = {macro: n for n, text in enumerate(made) for macro, _ in MACRO.findall(text)}
    for n, text in enumerate(made):
        assert all(homes[word] <= n for word in re.findall(r"\b(\w+)\(", bare(text)) if word in homes)
    assert {path.name for path in SQL} == {
        "in_force.sql",
        *(f"{name}.sql" for name in views.names() if (views.ANSWERS / f"{name}.sql").exists()),
    }


def test_every_answer_has_the_macro_it_asks_for(con):
    made = {name for path in SQL for name, _ in MACRO.findall(path.read_text(encoding="utf-8"))}
    known = {
        name for (name,) in con.execute("SELECT DISTINCT function_name FROM duckdb_functions()").fetchall()
    }
    assert made <= known
    asked = [said for path in (ROOT / "views").rglob("*.py") for said in words(path)]
    assert all(
        any(f"{path.stem}(" in said for said in asked) for path in SQL if path.with_suffix(".py").exists()
    )


def test_no_parameter_of_a_macro_bears_the_name_of_a_column(con):
    columns = {
        name
        for (name,) in con.execute("SELECT DISTINCT column_name FROM information_schema.columns").fetchall()
    }
    declared = [MACRO.findall(text) for text in (*in_force.statements(), *views.statements())]
    assert all(declared)
    parameters = {
        p.split(":=")[0].strip() for found in declared for _, given in found for p in given.split(",")
    }
    assert not parameters & columns
    assert not {"at"} & columns


def test_no_statement_asks_for_what_the_lake_has_not_or_changes_what_was_recorded():
    said = list(statements())
    assert {name for name, _ in said} >= {
        "ddl",
        "pipelines/keeping/warehouse.py",
        "views/answers/compliance.sql",
    }
    assert {(name, *banned_in(sql)) for name, sql in said if banned_in(sql)} == set()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE t SET a = 1", "DELETE FROM t", "CREATE TABLE t (a INT PRIMARY KEY)", "CREATE OR REPLACE TABLE t (a INT)",
        "INSERT OR REPLACE INTO t VALUES (1)", "CREATE TABLE t (a INT CHECK (a > 0))", "CREATE INDEX i ON t (a)",
        "INSERT INTO t VALUES (1) RETURNING a", "CREATE UNIQUE INDEX i ON t (a)",
    ],
)  # fmt: skip
def test_the_search_for_banned_words_finds_them(sql):
    assert banned_in(sql)
    assert STATEMENT.match(sql)
    assert not banned_in("CREATE OR REPLACE MACRO f(x) AS x -- UPDATE")


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_used_in_its_own_rooms_only(library):
    users = [ident(path) for path in MODULES if library in imported(path)]
    assert users
    assert [user for user in users if not user.startswith(ONLY_IN[library])] == []


def test_each_layer_rests_on_those_below():
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout


def asked():
    """Every rule that the declarations ask of a single cell."""
    for schema in (COVER, *RETURNS.values()):
        for column in schema.columns.values():
            yield from (str(check.name) for check in column.checks)


def test_every_rule_of_a_cell_has_its_sentence():
    assert set(asked()) <= set(SENTENCES)


def test_every_rule_of_a_row_says_what_how_why_and_how_grave():
    for schema in (COVER, *RETURNS.values()):
        for check in schema.checks:
            facts = check.statistics
            assert facts["on"] in schema.columns
            assert all(facts[key] for key in ("wrong", "mend", "basis")), (schema.name, check.name)
            assert facts["level"] in {MUST, VERIFY}


def said_outside(path_of_tables):
    return {said for path in MODULES if path != path_of_tables for said in words(path)}


@pytest.mark.parametrize("table", [SENTENCES, REASONS, REPAIRS], ids=["sentences", "reasons", "repairs"])
def test_no_sentence_is_kept_that_nothing_says(table):
    said = said_outside(ROOT / "schemas" / "problems.py") | set(asked()) | {"not_nullable"}
    assert set(table) - said == set()


def test_a_sentence_has_no_blank_that_nothing_fills():
    known = {
        "title",
        "detail",
        "span",
        "allowed_values",
        "min_value",
        "max_value",
        "value",
        "rows",
        "sum",
        "unit",
        "matter",
        "offer",
        "held",
    }
    text = " ".join([*(half for pair in SENTENCES.values() for half in pair), *REASONS.values()])
    assert set(re.findall(r"{(\w+)}", text)) <= known


@pytest.mark.parametrize("path", MODULES, ids=ident)
def test_a_module_says_what_it_is_for(path):
    assert ast.get_docstring(tree(path)) or not tree(path).body


@pytest.mark.parametrize("path", MODULES, ids=ident)
def test_no_pattern_repeats_a_group_possessively(path):
    assert [w for w in words(path) if re.search(r"\)(?:[*+?]|\{[\d,]+\})\+", w)] == []


@pytest.mark.parametrize("path", [p for p in MODULES if p.parent.name != "schemas"], ids=ident)
def test_a_function_fits_on_a_screen(path):
    functions = [n for n in ast.walk(tree(path)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert [n.name for n in functions if n.end_lineno - n.lineno >= FUNCTION_LINES] == []


def test_no_reading_of_the_clock_in_a_view():
    for path in [*SQL, *(ROOT / "views").rglob("*.py")]:
        said = bare(path.read_text(encoding="utf-8"))
        assert not re.search(r"current_date|now\(|today\(|current_timestamp", said, re.IGNORECASE), ident(
            path
        )
