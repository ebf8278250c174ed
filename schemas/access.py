"""Who may see and do what: the roles, the matrix of places and rights, and whose rows an account reaches.

What is not declared here is refused. The checks, the menus and the table of `docs/security.md` are made from
these rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.plan import PLAN

ROLES: Mapping[str, str] = {
    "leader": "领导",
    "office": "领导小组办公室",
    "unit": "填报单位",
    "inspector": "督察组",
    "administrator": "管理员",
}
ALL, OWN = "all", "own"  # every row; those of the account's own reach
EVERYONE = dict.fromkeys(ROLES, ALL)
# A page, or a thing that is handed out: what each role may see of it; a role that is not named sees nothing.
PLACES: Mapping[str, Mapping[str, str]] = {
    "command": {"leader": ALL, "office": ALL, "inspector": ALL},
    "phase": {"leader": ALL, "office": ALL, "inspector": ALL},
    "deadline": {"leader": ALL, "office": ALL, "inspector": ALL},
    "inspection": {"leader": ALL, "office": ALL, "unit": OWN, "inspector": OWN},
    "entity": {"leader": ALL, "office": ALL, "unit": OWN, "inspector": OWN},
    # telephones, legal persons and controllers: of whom they are told
    "people": {"office": ALL, "unit": OWN, "inspector": OWN},
    "original": {"leader": ALL, "office": ALL, "unit": OWN, "inspector": OWN},
    "export": {"leader": ALL, "office": ALL, "unit": OWN, "inspector": OWN},
    "submit": {"office": ALL, "unit": OWN, "inspector": OWN},
    "template": {"office": ALL, "unit": OWN, "inspector": OWN},
    "todo": {"unit": OWN, "inspector": OWN},
    "mine": {"unit": OWN, "inspector": OWN},
    "quality": {"office": ALL, "unit": OWN},
    "about": EVERYONE,
    "self": dict.fromkeys(ROLES, OWN),
    "accounts": {"administrator": ALL},
    "trail": {"administrator": ALL},
}


class Denied(Exception):
    """Whoever asks may not have this; what does not exist is said in the same words."""


@dataclass(frozen=True)
class Reach:
    """Whose rows may be seen: those of these units, and those of these fields. Empty: none at all.

    A row is reached if its unit, or its territory, is one of the units, or its field one of the fields. Where
    a reach may be left out, None is the whole prefecture.
    """

    units: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Account:
    """Somebody who can sign in: a person of a unit, with one or more roles."""

    name: str  # what is typed at sign-in
    person: str
    unit: str
    roles: tuple[str, ...]
    territories: tuple[str, ...] = ()  # what an inspector is given to inspect
    fields: tuple[str, ...] = ()
    contact: str = ""
    is_active: bool = True

    @property
    def own(self) -> Reach:
        """What its roles call its own: sent by its unit, of its territory, of a field that its unit leads."""
        units, fields = [], []
        if "unit" in self.roles:
            units.append(self.unit)
            fields += [lead.field for lead in PLAN.leads if lead.unit == self.unit]
        if "inspector" in self.roles:
            units += self.territories
            fields += self.fields
        return Reach(tuple(dict.fromkeys(units)), tuple(dict.fromkeys(fields)))


def rights(account: Account, place: str) -> set[str]:
    """What the roles of an account may see of a place: nothing, its own, all."""
    declared = PLACES.get(place, {})
    return {declared[role] for role in account.roles if role in declared} if account.is_active else set()


def reach(account: Account, place: str) -> Reach | None:
    """Whose rows an account sees at a place; None is everyone's. Raises Denied where it sees none."""
    given = rights(account, place)
    if not given:
        raise Denied(place)
    return None if ALL in given else account.own
