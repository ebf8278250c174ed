"""The project's own source as tests look at it: its modules, their trees, the words written in them."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROOMS = ("schemas", "pipelines", "views", "demo", "cli", "door", "ui", "pages")
MODULES = [ROOT / "app.py", *sorted(p for room in ROOMS for p in (ROOT / room).rglob("*.py"))]
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
TYPE_NAME = re.compile(r"[A-Z]\w*[a-z]\w*")
STATEMENT = re.compile(
    r"^\s*(CREATE|INSERT|SELECT|WITH|UPDATE|DELETE|ALTER|DROP|ATTACH|COPY|MERGE|TRUNCATE|FROM)\s"
)


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


def functions(path):
    return (node for node in ast.walk(tree(path)) if isinstance(node, FUNCTION))


def types(path):
    """The classes of a module, and its aliases: names written like a class that stand for a type."""
    yield from (node.name for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef))
    for node in tree(path).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        yield from (t.id for t in targets if isinstance(t, ast.Name) and TYPE_NAME.fullmatch(t.id))
