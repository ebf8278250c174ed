"""The rules of the house that no linter knows."""

import ast
import re
from collections import defaultdict
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
PAGE_LINES, MODULE_LINES, FUNCTION_LINES, PARAMETERS, SKIPS = 80, 300, 40, 6, 20
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
TYPE_NAME = re.compile(r"[A-Z]\w*[a-z]\w*")
CLOCK = re.compile(r"current_date|now\(|today\(|current_timestamp", re.IGNORECASE)
POSSESSIVE = re.compile(r"\)(?:[*+?]|\{[\d,]+\})\+")  # Python 3.11.2 gets such groups wrong
STATEMENT = re.compile(
    r"^\s*(CREATE|INSERT|SELECT|WITH|UPDATE|DELETE|ALTER|DROP|ATTACH|COPY|MERGE|TRUNCATE|FROM)\s"
)
MACRO = re.compile(r"CREATE OR REPLACE MACRO (\w+)\(([^)]*)\)")
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
    strings = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            strings.append(node.value)
        elif isinstance(node, ast.JoinedStr):
            strings.append("".join(str(v.value) if isinstance(v, ast.Constant) else "?" for v in node.values))
    return strings


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
        yield from ((ident(path), text) for text in words(path) if STATEMENT.match(text))
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
    assert not [text for text in words(path) if STATEMENT.match(text)]


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
    assert homes >= {"ddl", "pipelines/keeping/warehouse.py", "views/answers/compliance.sql"}
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


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_used_in_its_own_rooms_only(library):
    users = [ident(path) for path in MODULES if library in imported(path)]
    assert users
    assert [user for user in users if not user.startswith(ONLY_IN[library])] == []


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


@pytest.mark.parametrize("table", [SENTENCES, REASONS, REPAIRS], ids=["sentences", "reasons", "repairs"])
def test_no_sentence_is_kept_that_nothing_says(table):
    tables = ROOT / "schemas" / "problems.py"
    named = {text for path in MODULES if path != tables for text in words(path)}
    assert set(table) - named - set(asked()) - {"not_nullable"} == set()


BLANKS = {
    *("title", "detail", "span", "allowed_values", "min_value", "max_value", "value", "rows", "sum", "unit"),
    *("matter", "offer", "held"),
}


def test_a_sentence_has_no_blank_that_nothing_fills():
    text = " ".join([*(half for pair in SENTENCES.values() for half in pair), *REASONS.values()])
    assert set(re.findall(r"{(\w+)}", text)) <= BLANKS


def offenders(broken):
    """Every module for which `broken` finds something, with what it found."""
    return {ident(path): listed for path in MODULES if (listed := list(broken(path)))}


def functions(path):
    return (node for node in ast.walk(tree(path)) if isinstance(node, FUNCTION))


def outermost(body):
    """The functions of a module and the methods of its classes; those nested in them belong to them."""
    for node in body:
        if isinstance(node, FUNCTION):
            yield node
        elif isinstance(node, ast.ClassDef | ast.If | ast.Try | ast.With):
            yield from outermost(node.body)


def parameters(function):
    """How many things a caller may pass, not counting the object of a method."""
    spec = function.args
    every = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs, *filter(None, (spec.vararg, spec.kwarg))]
    return len([a for a in every if a.arg not in {"self", "cls"}])


def raises_in_silence(function):
    """Whether a function raises and its docstring does not say so; a bare `raise` hands on what others raised."""
    raised = [node for node in ast.walk(function) if isinstance(node, ast.Raise) and node.exc]
    return bool(raised) and "raises" not in (ast.get_docstring(function) or "").lower()


def is_command(function):
    """Whether the docstring is the help that a person at the command line reads, in Chinese."""
    return any(isinstance(d, ast.Call) and "command" in ast.unparse(d.func) for d in function.decorator_list)


def types(path):
    """The classes of a module, and its aliases: names written like a class that stand for a type."""
    yield from (node.name for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef))
    for node in tree(path).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        yield from (t.id for t in targets if isinstance(t, ast.Name) and TYPE_NAME.fullmatch(t.id))


def test_a_module_says_what_it_is_for():
    def silent(path):
        return [] if ast.get_docstring(tree(path)) else ["no docstring"]

    assert offenders(silent) == {}


def test_a_package_says_what_comes_in_and_what_goes_out():
    packages = [path for path in MODULES if path.name == "__init__.py"]
    opening = {ident(path): ast.get_docstring(tree(path)) or "" for path in packages}
    assert [name for name, text in opening.items() if "In: " not in text or "Out: " not in text] == []


def test_no_pattern_repeats_a_group_possessively():
    assert offenders(lambda path: filter(POSSESSIVE.search, words(path))) == {}


def test_a_module_is_not_long():
    lengths = {ident(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name: lines for name, lines in lengths.items() if lines > MODULE_LINES} == {}


def test_a_function_fits_on_a_screen():
    def long(path):
        return [f.name for f in functions(path) if f.end_lineno - f.lineno >= FUNCTION_LINES]

    assert offenders(long) == {}


def test_a_public_function_takes_few_parameters():
    def wide(path):
        return [f.name for f in functions(path) if not f.name.startswith("_") and parameters(f) > PARAMETERS]

    assert offenders(wide) == {}


def test_a_function_that_raises_says_so():
    def silent(path):
        return [f.name for f in outermost(tree(path).body) if raises_in_silence(f) and not is_command(f)]

    assert offenders(silent) == {}


def test_the_formatter_decides():
    skips = {ident(path): path.read_text(encoding="utf-8").count("# fmt: skip") for path in MODULES}
    assert sum(skips.values()) < SKIPS, {name: n for name, n in skips.items() if n}


def test_no_type_shares_its_name_with_another():
    homes = defaultdict(list)
    for path in MODULES:
        for name in types(path):
            homes[name].append(ident(path))
    assert {name: paths for name, paths in homes.items() if len(paths) > 1} == {}


PLANTED = """
Row = dict[str, int]
def f(a, b, *, c, d, e, **more):
    def inner():
        raise ValueError
    return inner
class Row:
    def g(self):
        try:
            f()
        except ValueError:
            raise
"""


def test_the_searches_find_what_is_planted(tmp_path):
    path = tmp_path / "planted.py"
    path.write_text(PLANTED, encoding="utf-8")
    outer, method = outermost(tree(path).body)
    assert (parameters(outer), parameters(method)) == (6, 0)
    assert (raises_in_silence(outer), raises_in_silence(method)) == (True, False)
    assert sorted(types(path)) == ["Row", "Row"]


def test_no_reading_of_the_clock_in_a_view():
    read = {ident(p): bare(p.read_text(encoding="utf-8")) for p in [*SQL, *(ROOT / "views").rglob("*.py")]}
    assert [name for name, text in read.items() if CLOCK.search(text)] == []
