"""The people of a campaign: accounts, secrets, drafts and the trail of what they do, opened together."""

import datetime as dt
from dataclasses import dataclass

from pipelines.keeping import accounts, names, secrets, trail
from pipelines.keeping.archive import Archive
from pipelines.keeping.drafts import Drafts
from pipelines.keeping.place import Location
from pipelines.keeping.secrets import Secrets
from pipelines.keeping.store import demo_day
from pipelines.keeping.trail import Trail
from schemas.access import Account
from schemas.clock import SHANGHAI
from schemas.plan import PLAN
from schemas.plan_rows import Unit

DEMO_PASSWORD = f"示例{PLAN.campaign.starts_on.year}"
DEMO_ROLES = {
    "leader": "示例领导",
    "office": "示例办公室",
    "inspector": "示例督察",
    "administrator": "示例管理员",
}
SYSTEM = ""


@dataclass(frozen=True)
class People:
    """Who may sign in to a campaign, who has, and what they did."""

    archive: Archive
    secrets: Secrets
    trail: Trail
    drafts: Drafts

    @property
    def is_demo(self) -> bool:
        """Whether the archive's first entry says that everything in it is invented."""
        return demo_day(self.archive) is not None

    def account(self, name: str) -> Account | None:
        """An account that may sign in, with those for whom it stands in today."""
        today = dt.datetime.now(tz=SHANGHAI).date()
        return accounts.acting(self.archive, name, today)

    def signed_in(self, handle: str) -> Account | None:
        """Whose session a handle names, while it is good and nothing has to be done first."""
        session = self.secrets.named(handle) if handle else None
        return self.account(session.account) if session and not session.must_change else None

    def is_password(self, name: str, password: str) -> bool:
        """Whether an account is let in with this; the demonstration's are, with what its page shows."""
        is_own = self.secrets.is_password(name, password)
        return is_own or (self.is_demo and password == DEMO_PASSWORD)

    def keep(self, account: Account, by: str, reason: str, *, is_new: bool = False) -> tuple[Account, str]:
        """Write an account; whoever is signed in under it begins anew. Returns it and what changed.

        Raises AccountRefused.
        """
        with self.archive.held():
            was = accounts.accounts(self.archive).get(names.line(account.name))
            kept = accounts.keep(self.archive, account, by, reason, is_new=is_new)
        changed = accounts.difference(was, kept)
        if was and changed:
            self.secrets.end_all(kept.name)
        return kept, changed

    def close(self) -> None:
        """Give back what was opened; the archive belongs to whoever opened it."""
        self.secrets.close()
        self.trail.close()


def opened(place: Location, archive: Archive) -> People:
    """The people of a campaign; those of the demonstration are made where there are none.

    Raises `postgres.Away` where what is shared cannot be reached.
    """
    kept = secrets.opened(place)
    people = People(archive, kept, trail.opened(place, archive), Drafts(kept.rows))
    if people.is_demo and not accounts.accounts(archive):
        for account in invented():
            accounts.keep(archive, account, SYSTEM, "示例账户")
    return people


def invented() -> list[Account]:
    """The demonstration's accounts: one for each role, and one for each unit that owes anything."""
    office, *_ = PLAN.units_as("office")
    whole = tuple(PLAN.units_as("territory")), tuple(PLAN.fields)
    common = [
        Account(name, name, office, (role,), *(whole if role == "inspector" else ()))
        for role, name in DEMO_ROLES.items()
    ]
    units = [unit for code, unit in PLAN.units.items() if PLAN.obligations_of(code) and code != office]
    return [*common, *(_of_unit(unit) for unit in units)]


def _of_unit(unit: Unit) -> Account:
    """The sample account of a unit, called by its shortest name; by its code where that does not do."""
    person = min((unit.title, *unit.aliases), key=len)
    name = f"示例{person}"
    if len(name) > accounts.LONGEST or name in DEMO_ROLES.values():
        name = f"示例{unit.unit}"
    return Account(name, f"{person}（示例）", unit.unit, ("unit",))
