"""The rules of the house that no linter knows."""

import ast
import re
from collections import defaultdict

import pytest

from schemas.cover import COVER
from schemas.problems import MUST, REPAIRS, SENTENCES, VERIFY
from schemas.reasons import REASONS
from schemas.returns import RETURNS
from tests.source import FUNCTION, MODULES, ROOT, STATEMENT, functions, ident, imported, tree, types, words

PAGES = sorted((ROOT / "pages").glob("*.py"))
PAGE_LINES, MODULE_LINES, FUNCTION_LINES, PARAMETERS, SKIPS = 80, 300, 40, 6, 20
POSSESSIVE = re.compile(r"\)(?:[*+?]|\{[\d,]+\})\+")  # Python 3.11.2 gets such groups wrong
ONLY_IN = {
    "streamlit": ("app.py", "ui/", "pages/", "door/doorkeeper.py", "door/line.py", "door/serving.py"),
    "plotly": ("views/charts/",),
    # the demonstration plays clerks with sheets of their own
    "openpyxl": (
        "pipelines/writing/drop_downs.py",
        "pipelines/writing/footer.py",
        "pipelines/writing/template.py",
        "pipelines/writing/values_alone.py",
        "pipelines/writing/listing.py",
        "demo/plainly.py",
    ),
    "python_calamine": ("pipelines/reading/reader.py",),
    "duckdb": (
        "pipelines/keeping/",
        "pipelines/intake.py",
        "views/__init__.py",
        "views/answers/",
        "door/",
        "ui/",
    ),
}


@pytest.mark.parametrize("path", PAGES, ids=ident)
def test_a_page_is_short_and_asks_views_for_its_answers(path):
    source = path.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= PAGE_LINES
    assert not {"pandas", "duckdb", "pandera"} & set(imported(path))
    assert "groupby" not in source
    assert not [text for text in words(path) if STATEMENT.match(text)]


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


def facts_named():
    """Every name under which a fact is handed to a sentence: a keyword of a call, or a word."""
    for path in MODULES:
        yield from words(path)
        yield from (node.arg for node in ast.walk(tree(path)) if isinstance(node, ast.keyword) and node.arg)


def test_a_sentence_has_no_blank_that_nothing_fills():
    sentences = [*(half for pair in SENTENCES.values() for half in pair), *REASONS.values()]
    blanks = set(re.findall(r"{(\w+)}", " ".join(sentences)))
    assert blanks
    assert blanks - set(facts_named()) == set()


def offenders(broken):
    """Every module for which `broken` finds something, with what it found."""
    return {ident(path): listed for path in MODULES if (listed := list(broken(path)))}


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
    """Whether a function raises and its docstring does not say so; a bare `raise` only hands on."""
    raised = [node for node in ast.walk(function) if isinstance(node, ast.Raise) and node.exc]
    return bool(raised) and "raises" not in (ast.get_docstring(function) or "").lower()


def is_command(function):
    """Whether the docstring is the help that a person at the command line reads, in Chinese."""
    return any(isinstance(d, ast.Call) and "command" in ast.unparse(d.func) for d in function.decorator_list)


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
        asked = [f for f in functions(path) if not f.name.startswith("_") and not is_command(f)]
        return [f.name for f in asked if parameters(f) > PARAMETERS]

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
