"""Who may see and do what: the roles, the matrix of places and rights, and whose rows an account reaches.

What is not declared here is refused. The checks, the menus and the table of `docs/security.md` are made from
these rows.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from schemas.plan import PLAN
from schemas.said import OFFICE

ROLES: Mapping[str, str] = {
    "leader": "领导",
    "office": OFFICE,
    "unit": "填报单位",
    "inspector": "督察组",
    "administrator": "管理员",
}
ALL, OWN = "all", "own"  # every row; those of the account's own reach
GIVEN = "given"  # of acts: what an inspector is given to inspect
EVERYONE = dict.fromkeys(ROLES, ALL)
# A page, or a thing that is handed out: what each role may see of it; a role that is not named sees nothing.
PLACES: Mapping[str, Mapping[str, str]] = {
    "command": {"leader": ALL, "office": ALL, "inspector": ALL},
    "phase": {"leader": ALL, "office": ALL, "inspector": ALL},
    "deadline": {"leader": ALL, "office": ALL, "inspector": ALL},
    "meeting": {"leader": ALL, "office": ALL},
    "cases": {"leader": ALL, "office": ALL, "unit": OWN, "inspector": OWN},
    "inspection": {"leader": ALL, "office": ALL, "unit": OWN, "inspector": OWN},
    "entity": {"leader": ALL, "office": ALL, "unit": OWN, "inspector": OWN},
    # telephones, legal persons and controllers: of whom they are told
    "people": {"office": ALL, "unit": OWN, "inspector": OWN},
    "original": {"leader": ALL, "office": ALL, "unit": OWN, "inspector": OWN},
    "export": {"leader": ALL, "office": ALL, "unit": OWN, "inspector": OWN},
    "submit": {"office": ALL, "unit": OWN, "inspector": OWN},
    "template": {"office": ALL, "unit": OWN, "inspector": OWN},
    # what one does with what is one's own: to explain, to take back, to ask for a later day, to answer
    "answer": {"office": ALL, "unit": OWN},
    # what the office decides: what others ask for, what is to be corrected, what is followed and closed
    "decide": {"office": ALL},
    # what the program does by itself: nobody
    "system": {},
    # which records are one institution, and its number
    "merge": {"office": ALL},
    # what inspectors do to an institution: to record what they found and to review what was mended
    "inspect": {"office": ALL, "inspector": GIVEN},
    # to close a finding, or to send its review back
    "close": {"office": ALL, "inspector": GIVEN},
    "sample": {"office": ALL, "inspector": GIVEN},
    "todo": {"unit": OWN, "inspector": OWN},
    "mine": {"unit": OWN, "inspector": OWN},
    "quality": {"office": ALL, "unit": OWN},
    "about": EVERYONE,
    "own": dict.fromkeys(ROLES, OWN),
    "accounts": {"administrator": ALL},
    "trail": {"administrator": ALL},
}

CHECKLISTS = frozenset({"inspection"})  # the returns that inspectors hand in, and no others
TITLES: Mapping[str, str] = {  # of the pages
    "command": "指挥台",
    "todo": "我的待办",
    "phase": "阶段",
    "deadline": "时限",
    "meeting": "例会",
    "submit": "上传",
    "decide": "待批事项",
    "merge": "主体归并",
    "cases": "督办事项",
    "inspection": "督察核查",
    "sample": "抽查",
    "mine": "本单位工作情况",
    "quality": "数据质量",
    "about": "口径与来源",
    "entity": "主体档案",
    "accounts": "账户",
    "trail": "留痕",
    "own": "我的留痕",
}
MENUS: Mapping[str, tuple[str, ...]] = {  # in the order in which they stand in the menu
    "leader": ("command", "phase", "deadline", "cases", "inspection", "meeting", "about"),
    "office": (
        "command",
        "cases",
        "decide",
        "submit",
        "merge",
        "quality",
        "inspection",
        "sample",
        "meeting",
        "phase",
        "deadline",
        "about",
    ),
    "unit": ("todo", "submit", "cases", "inspection", "mine", "quality", "about"),
    "inspector": ("inspection", "sample", "cases", "command", "phase", "deadline", "submit", "about"),
    "administrator": ("accounts", "trail", "about"),
}
TOP = ""  # the pages that stand in the menu by themselves
SECTIONS: Mapping[str, Mapping[str, tuple[str, ...]]] = {  # of a menu: what stands below one word (▾)
    "office": {
        "报表": ("submit", "merge", "quality"),
        "督察": ("inspection", "sample"),
        "更多": ("phase", "deadline", "about"),
    },
    "inspector": {"更多": ("submit", "about")},
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


NOTHING = Reach()


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
    stand_in: str = ""  # the account that has its roles as well, from one day to another
    stand_in_from: dt.date | None = None
    stand_in_until: dt.date | None = None
    also: "tuple[Account, ...]" = ()  # those for whom it stands in today: their roles are its own as well

    @property
    def every_role(self) -> tuple[str, ...]:
        """Its roles and those of whom it stands in for, in the order of `ROLES`."""
        held = {role for each in (self, *self.also) for role in each.roles}
        return tuple(role for role in ROLES if role in held)

    @property
    def own(self) -> Reach:
        """What its roles call its own: sent by its unit, of its territory, of a field that its unit leads."""
        units, fields = [], []
        for each in (self, *self.also):
            if "unit" in each.roles:
                units.append(each.unit)
                fields += [lead.field for lead in PLAN.leads if lead.unit == each.unit]
            if "inspector" in each.roles:
                units += each.territories
                fields += each.fields
        return Reach(tuple(dict.fromkeys(units)), tuple(dict.fromkeys(fields)))


def rights(account: Account, place: str) -> set[str]:
    """What the roles of an account may see of a place: nothing, its own, all."""
    declared = PLACES.get(place, {})
    return {declared[role] for role in account.every_role if role in declared} if account.is_active else set()


def reach(account: Account, place: str) -> Reach | None:
    """Whose rows an account sees at a place; None is everyone's. Raises Denied where it sees none."""
    given = rights(account, place)
    if not given:
        raise Denied(place)
    return None if ALL in given else account.own


def may_act(account: Account, place: str, units: Collection[str], about: Reach = NOTHING) -> bool:
    """Whether an account may do what is done at a place to something of one of these units.

    Its own is what its unit answers for: what an inspector is given to inspect is not. `about` is where the
    thing is to be inspected: its territory, its field.
    """
    declared = PLACES.get(place, {}) if account.is_active else {}
    held = [(declared.get(role), role, each) for each in (account, *account.also) for role in each.roles]
    return any(
        right == ALL
        or (right == OWN and role == "unit" and each.unit in units)
        or (right == GIVEN and role == "inspector" and _is_given(each, about))
        for right, role, each in held
    )


def _is_given(inspector: Account, about: Reach) -> bool:
    """Whether an inspector is given a territory or a field to inspect."""
    return bool({*inspector.territories} & {*about.units} or {*inspector.fields} & {*about.fields})


def menu(account: Account) -> tuple[str, ...]:
    """The pages in the menu of an account: of each of its roles, each once; the first opens by itself."""
    return tuple(dict.fromkeys(name for role in account.every_role for name in MENUS[role]))


def sections(account: Account) -> dict[str, tuple[str, ...]]:
    """The pages of the menu by the word below which they stand; those that stand by themselves first."""
    under = {
        page: word
        for role in account.every_role
        for word, pages in SECTIONS.get(role, {}).items()
        for page in pages
    }
    every = menu(account)
    words = (TOP, *dict.fromkeys(under[page] for page in every if page in under))
    return {word: tuple(page for page in every if under.get(page, TOP) == word) for word in words}


def may_send(account: Account, returns: Iterable[str]) -> bool:
    """Whether an account may hand in a matter of these returns: an inspector alone, only checklists."""
    return bool({"office", "unit"} & set(account.every_role)) or set(returns) <= CHECKLISTS
