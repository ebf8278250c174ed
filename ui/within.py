"""Whose rows the reader of this run may see at a place: what every scope on a page is made with."""

import itertools

from schemas import access
from schemas.access import Denied, Reach
from schemas.plan import PLAN
from ui import data, who
from views import NOBODY, Scope
from views.figures.words import listed


def reach(place: str) -> Reach | None:
    """Whose rows are seen at a place; None is everyone's. Raises Denied where none are."""
    return access.reach(who.now(), place)


def people() -> Reach | None:
    """Whose telephones, legal persons and controllers are told; an empty reach where nobody's."""
    try:
        return reach("people")
    except Denied:
        return NOBODY


def today(place: str) -> Scope:
    """Everything that may be seen at a place, as of today. Raises Denied where nothing may."""
    return Scope(None, data.today(), reach(place), people=people())


def shortly(reach: Reach | None) -> str:
    """Whose rows a page shows, in a few words; '' for everyone's."""
    if reach is None:
        return ""
    units, fields = _named(reach)
    return "和".join(filter(None, [listed(units), listed(fields)]))


def words(reach: Reach | None) -> str:
    """Whose rows, as an exported file says it; '' for everyone's."""
    if reach is None:
        return ""
    return "、".join(itertools.chain(*_named(reach)))


def _named(reach: Reach) -> tuple[list[str], list[str]]:
    """The titles of the units and of the fields that are reached."""
    units = [PLAN.units[unit].title for unit in reach.units if unit in PLAN.units]
    return units, [PLAN.fields[field].title for field in reach.fields if field in PLAN.fields]
