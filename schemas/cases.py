"""督办事项: where cases come from. A source is a row here; `views/answers/cases.py` makes its rows."""

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.acting import DUTY, ENTRY, FINDING, RESOLUTION, SEPARATOR, SUBMISSION
from schemas.plan import PLAN

SENT, FOUND, SETTLED = "sent", "found", "settled"
TABS: Mapping[str, str] = {SENT: "报送", FOUND: "督察", SETTLED: "例会"}


@dataclass(frozen=True)
class CaseSource:
    """A sort of case: under which part it is listed, and of what one is made.

    The text of a case is its source, then the text of the subject (`about`) of which it is made.
    """

    part: str  # of TABS
    about: str  # of schemas.acting.SUBJECTS
    by_fact: bool = True  # whether it opens and closes by the facts; else by acts alone
    is_followed: bool = True  # whether it is answered and closed as a case; else by acts of its own


SOURCES: Mapping[str, CaseSource] = {
    "duty": CaseSource(SENT, DUTY),
    "correction": CaseSource(SENT, SUBMISSION),
    "doubt": CaseSource(SENT, SUBMISSION),
    "work": CaseSource(SENT, ENTRY),
    "finding": CaseSource(FOUND, FINDING, is_followed=False),
    "resolution": CaseSource(SETTLED, RESOLUTION, by_fact=False),
}


def of_duty(obligation: str, unit: str, field: str) -> str:
    """The text of a duty: of a unit's for all of its fields, of a field's for that field."""
    mine = field if PLAN.obligations[obligation].is_joint else ""
    return SEPARATOR.join((obligation, unit, mine))


def text_of(source: str, subject: str) -> str:
    """The text of a case, on which its acts are done."""
    return f"{source}{SEPARATOR}{subject}"


def parted(case: str) -> tuple[str, str]:
    """The source of a case, and the subject of which it is made; an unknown source is ''."""
    source, _, subject = case.partition(SEPARATOR)
    return (source, subject) if source in SOURCES else ("", "")
