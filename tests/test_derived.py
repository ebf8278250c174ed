"""The reference pages derive from the declarations and are those that are committed."""

from pathlib import Path

import pytest

from pipelines.writing import derived
from schemas.cover import COVER
from schemas.problems import SENTENCES
from schemas.returns import RETURNS

DOCS = Path(__file__).parent.parent / "docs"
DECLARED = {"cover": COVER, **RETURNS}


@pytest.mark.parametrize(
    ("name", "page"),
    [("returns.md", derived.returns), ("rules.md", derived.rules), ("access.md", derived.matrix)],
)
def test_a_committed_page_is_current(name, page):
    assert (DOCS / name).read_text(encoding="utf-8") == page(), "run: python -m pipelines docs"


@pytest.mark.parametrize("code", DECLARED)
def test_every_column_has_its_line(code):
    part = derived.returns().split(f"`{code}`\n")[1].split("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("| ")][1:]
    assert [line.split(" | ")[1] for line in lines] == [f"`{name}`" for name in DECLARED[code].columns]


def test_every_rule_has_its_line_with_what_it_says():
    page = derived.rules()
    assert all(f"| `{rule}` | {wrong} | {mend} |\n" in page for rule, (wrong, mend) in SENTENCES.items())
    for schema in DECLARED.values():
        for check in schema.checks:
            facts = check.statistics
            assert f"| {facts['wrong']} | {facts['mend']} | {facts['basis']} |\n" in page


def test_the_pages_are_written_where_asked(tmp_path):
    written = derived.write(tmp_path / "new" / "docs")
    assert [path.name for path in written] == ["returns.md", "rules.md", "access.md", "acts.md"]
    assert written[1].read_text(encoding="utf-8") == derived.rules()
