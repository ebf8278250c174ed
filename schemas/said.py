"""What this campaign says: its own words, and what its other files say already, for returns and sentences."""

import unicodedata

from schemas.plan import PLAN
from schemas.plan_words import OWN


def said(word: str) -> str:
    """The campaign's own word, or the neutral one; raises KeyError for a word that is none of `WORDS`."""
    return PLAN.words[word]


def clause_of(return_: str) -> str:
    """The clause of the phase in which a return is first owed."""
    phase = PLAN.phase_owing(return_)
    return phase.clause if phase else OWN


def phase_cited(return_: str) -> str:
    """Clause and title of the phase in which a return is first owed."""
    phase = PLAN.phase_owing(return_)
    return f"{phase.clause}:{phase.title}" if phase else OWN


def matter_clause(return_: str) -> str:
    """The clause of the first matter that owes a return."""
    owed = PLAN.first_owing(return_)
    return owed.clause if owed else OWN


def _first(role: str, otherwise: str) -> str:
    """What the first unit with a role is called."""
    return next((PLAN.units[unit].title for unit in PLAN.units_as(role)), otherwise)


CAMPAIGN = PLAN.campaign.short
WHOLE, HERE = said("whole"), said("here")
TERRITORY, COUNTY = said("territory"), said("county")
TERRITORY_PLAIN = unicodedata.normalize("NFKC", TERRITORY)  # as headings of templates write it
OFFICE = _first("office", "主办单位")
GROUP = _first("group", OFFICE)
BODIES = f"{GROUP}及其办公室" if GROUP != OFFICE else OFFICE
_surveyed = PLAN.first_owing("by_field")
EXAMPLE_DAY = f"{(_surveyed.due if _surveyed else PLAN.campaign.starts_on):%Y-%m-%d}"
EXAMPLE_SERIAL = f"{PLAN.campaign.starts_on:%Y}-01"
