"""What a campaign calls its places, days, clauses and examples stands in its folder, not in the product."""

import re
import unicodedata

import pytest

from schemas import plan_notice
from schemas.plan import HOME, PLAN
from schemas.plan_words import WORDS
from tests.source import MODULES, ROOT, ident

PRODUCT = [
    ROOT / "app.py",
    *sorted(
        path
        for room in ("schemas", "pipelines", "views", "ui", "pages", "door", "cli")
        for path in (ROOT / room).rglob("*.*")
        if path.suffix in {".py", ".sql", ".js", ".css", ".html"}
    ),
]
YEARS = range(PLAN.campaign.starts_on.year, PLAN.campaign.ends_on.year + 1)
PATTERNS = [r"附件\d", rf"〔(?:{'|'.join(map(str, YEARS))})〕", rf"(?<!\d)(?:{'|'.join(map(str, YEARS))})-\d"]
LEXICON = {  # words by which anybody's workbook is read, and the day of a law
    "schemas/plan_rows.py": {"金融办"},
    "pipelines/tables/signs.py": {"县市"},
    "schemas/returns/survey_p2p.py": {"2016-0"},
}


def days():
    yield from (day for phase in PLAN.phases.values() for day in (phase.starts_on, phase.ends_on))
    yield from (day for owed in PLAN.obligations.values() if not owed.is_standing for day in (owed.due,))
    yield from PLAN.days


def own_words():
    """Every word of the plan's tables by which one could tell which campaign this is."""
    dates = {words for day in days() for words in (f"{day}", f"{day.month}月{day.day}日")}
    return names() | dates


def names():
    """The same without its days, which another campaign may have as well."""
    units = [name for unit in PLAN.units.values() for name in (unit.title, *unit.aliases)]
    told = [text for word, text in PLAN.own_words.items() if text not in WORDS[word]]
    clauses = [name for name in plan_notice.clauses(HOME) if "(" in name]
    campaign = [PLAN.campaign.title, PLAN.campaign.short, PLAN.campaign.clause]
    every = [*units, *told, *clauses, *campaign]
    fields = {name for field in PLAN.fields.values() for name in (field.title, *field.aliases)}
    return {form for words in every for form in (words, plain(words)) if len(words) > 1} - fields


def plain(words):
    return unicodedata.normalize("NFKC", words)


OWN = re.compile("|".join([*PATTERNS, *map(re.escape, sorted(own_words(), key=len, reverse=True))]))


@pytest.mark.parametrize("path", PRODUCT, ids=ident)
def test_the_product_has_no_word_of_this_campaign(path):
    found = set(OWN.findall(path.read_text(encoding="utf-8")))
    assert found == LEXICON.get(ident(path), set())


def test_the_words_of_this_campaign_are_known():
    for words in ("昌吉", "全州", "本州", "7月20日", "2016-07-08", "四(三)", "附件3列F1", "专项整治"):
        assert OWN.search(words), words


def test_every_word_that_may_be_said_otherwise_is_asked_for():
    asked = {
        word for path in MODULES for word in re.findall(r"""said\(["'](\w+)["']\)""", path.read_text("utf-8"))
    }
    kept = {"territory"}  # the plan itself asks for it, of whom a matter is reported to
    assert asked | kept == set(WORDS)
