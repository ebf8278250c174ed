"""Every class and every table is called by words of docs/words.md."""

import ast
import re
from collections import defaultdict

from pipelines.keeping import ddl
from schemas.plan import PLAN, frames
from tests.source import MODULES, ROOT, ident, tree

PAGE = (ROOT / "docs" / "words.md").read_text(encoding="utf-8")
TERMS, PLAIN = PAGE.split("## Plain words")
TERM = re.compile(r"^\| [^|]+ \| (\w+) \| [^|]+ \| `[^`|]+` \|$", re.MULTILINE)
PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")
MADE = re.compile(r"CREATE TABLE warehouse\.\"?(\w+)")


def terms():
    return TERM.findall(TERMS)


def plain():
    return [word.strip(" .\n") for word in PLAIN.split("\n\n")[-1].split(",")]


def named():
    """Every class of the project and every table of the warehouse, with where it is."""
    for path in MODULES:
        classes = (node.name for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef))
        yield from ((name, ident(path)) for name in classes)
    for name in [*frames(PLAN), *MADE.findall("\n".join(ddl.ddl()))]:
        yield name, "a table"


def parts(name):
    """The words of a name: of CamelCase its humps, of a table's name what stands between underscores."""
    return name.split("_") if name.islower() else [part.lower() for part in PART.findall(name)]


def test_every_name_is_made_of_words_of_the_list():
    listed = {*terms(), *plain()}
    strange = defaultdict(list)
    for name, home in named():
        if any(word not in listed and word.removesuffix("s") not in listed for word in parts(name) if word):
            strange[name].append(home)
    assert strange == {}


def test_a_word_is_listed_once():
    every = [*terms(), *plain()]
    assert sorted({word for word in every if every.count(word) > 1}) == []
    assert plain() == sorted(plain())
    assert TERMS.count("\n| ") == len(terms()) + 1


def test_names_are_split_into_their_words():
    assert parts("_CannotRestore") == ["cannot", "restore"]
    assert parts("SheetAnswer") == ["sheet", "answer"]
    assert parts("OCRPage") == ["ocr", "page"]
    assert parts("survey_p2p") == ["survey", "p2p"]
    assert set(parts("survey_p2p")) <= {*terms(), *plain()}
