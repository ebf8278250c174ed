"""What is written about the house names files that exist."""

import re

from tests.source import ROOT

DERIVED = {"returns.md", "rules.md", "access.md"}
PAGES = [
    *(ROOT / name for name in ("README.md", "README.zh-CN.md", "CONTRIBUTING.md", "data/plan/README.md")),
    *(path for path in sorted((ROOT / "docs").rglob("*.md")) if path.name not in DERIVED),
]
QUOTED = re.compile(r"`([^`\s]+)`")
LAST = r"\*\*Consequence\.\*\* .+\n"
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)\)")
FILE = re.compile(r"[\w./-]+\.(py|sql|csv|md|toml|js|json|txt|yml|ini)|[\w.-]+/[\w./-]*")
AT_RUN_TIME = ("archive/", "data/live", "wheels/", "trail.jsonl", "claim.csv")


def looks_like_a_path(words):
    return bool(FILE.fullmatch(words)) and not words.startswith(AT_RUN_TIME)


def exists(words):
    """Whether a path is there, from the root or by its name alone; NAME and DAY stand for any word."""
    pattern = re.sub(r"NAME|DAY", "*", words.rstrip("/"))
    everywhere = pattern if "/" in words.rstrip("/") else f"**/{pattern}"
    return any(".venv" not in path.parts for path in ROOT.glob(everywhere))


def offenders(broken):
    """Every page for which `broken` finds something in its text, with what it found."""
    listed = {p.relative_to(ROOT).as_posix(): broken(p, p.read_text(encoding="utf-8")) for p in PAGES}
    return {name: words for name, words in listed.items() if words}


def test_every_path_in_a_page_exists():
    def missing(_page, text):
        return [words for words in filter(looks_like_a_path, QUOTED.findall(text)) if not exists(words)]

    assert offenders(missing) == {}


def test_every_link_in_a_page_leads_somewhere():
    def dead(page, text):
        return [link for link in LINK.findall(text) if not (page.parent / link).exists()]

    assert offenders(dead) == {}


def test_every_decision_stands_in_the_index_with_its_day():
    folder = ROOT / "docs" / "decisions"
    index = set(LINK.findall((folder / "README.md").read_text(encoding="utf-8")))
    files = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    del files["README.md"]
    assert set(files) == index - {"../tuning.md"}
    form = re.compile(
        r"# .+\n\n20\d\d-\d\d-\d\d · .+\n\n\*\*Context\.\*\* .+\n\n\*\*Choice\.\*\* .+\n\n" + LAST
    )
    assert [name for name, text in files.items() if not form.fullmatch(text)] == []


def test_the_search_for_paths_finds_them():
    assert all(map(looks_like_a_path, ("ui/data.py", "lead.csv", "data/plan/", "views/answers/NAME.sql")))
    assert not any(map(looks_like_a_path, ("fetch(con)", "archive/files/", "ANSWER", "address.bound")))
    assert exists("views/answers/NAME.sql")
    assert exists("lead.csv")
    assert not exists("views/nothing.py")
