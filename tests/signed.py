"""Signed in without typing: a session of a sample account, as the sign-in page would have begun it."""

import re

from pipelines.keeping import accounts, opening, people, place
from pipelines.keeping.people import DEMO_ROLES

AS = re.compile(r"([?&])as=(\w+)&?")


def account_of(known, who):
    """The sample account of a role, or of a unit that fills in returns."""
    every = accounts.accounts(known.archive).values()
    (name,) = [
        a.name for a in every if a.name == DEMO_ROLES.get(who) or (a.unit == who and a.roles == ("unit",))
    ]
    return name


def begin(known, who="leader"):
    """A session: what the browser holds, and its handle."""
    token, session = known.secrets.begin(account_of(known, who), "127.0.0.1")
    return token, session.handle


def token(home, who="leader"):
    """What a browser holds that is signed in to the campaign of a home."""
    where = place.of(home)
    archive = opening.archive(where)
    known = people.opened(where, archive)
    held, _ = begin(known, who)
    known.close()
    archive.close()
    return held


def parted(path):
    """An address without `as=…`, and who that is: '/submit?as=office' → '/submit', 'office'."""
    told = AS.search(path)
    return (AS.sub(r"\1", path, count=1).rstrip("?&"), told[2]) if told else (path, "leader")
