"""Accounts: who may sign in. Each change is an entry of the archive; secrets stand in `secrets.py`."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from pipelines.keeping import names
from pipelines.keeping.archive import Archive
from schemas.access import ROLES, Account
from schemas.plan import PLAN
from schemas.said import COUNTY, TERRITORY

KIND = "account"
LONGEST = 30  # characters of a name
NOT_KEPT = ("also",)
TITLES = {  # of what counts in an account
    "person": "姓名",
    "unit": "单位",
    "roles": "角色",
    "territories": f"核查{COUNTY}",
    "fields": "核查领域",
    "is_active": "启用",
    "stand_in": "代理人",
    "stand_in_from": "代理起",
    "stand_in_until": "代理止",
}
LISTS, DAYS = ("roles", "territories", "fields"), ("stand_in_from", "stand_in_until")


class AccountRefused(Exception):
    """An account cannot be as asked; its text says why, in Chinese."""


def accounts(archive: Archive) -> dict[str, Account]:
    """Every account as it was last written, by its name, in the order in which they were made."""
    return {name: _account(facts) for name, facts in _written(archive).items()}


def acting(archive: Archive, name: str, day: dt.date) -> Account | None:
    """An account that may sign in, with those for whom it stands in on a day; None where there is none.

    Every page asks this several times: of what is written these alone are made, however many there are.
    """
    written = _written(archive)
    own = _account(written[name]) if name in written else None
    if own is None or not own.is_active:
        return None
    others = [_account(facts) for facts in written.values() if facts.get("stand_in") == name]
    return replace(own, also=tuple(each for each in others if _stands_in(own, each, day)))


def _written(archive: Archive) -> dict[str, Mapping[str, Any]]:
    """What was last written of every account, by its name."""
    return {str(entry.facts["name"]): entry.facts for entry in archive.entries(KIND)}


def _stands_in(own: Account, other: Account, day: dt.date) -> bool:
    since, until = other.stand_in_from or dt.date.min, other.stand_in_until or dt.date.min
    return other.is_active and other.stand_in == own.name and since <= day <= until


def keep(archive: Archive, account: Account, by: str, reason: str = "", *, is_new: bool = False) -> Account:
    """Write an account as it shall be from now on; returns it with its words cleaned.

    Raises AccountRefused where it cannot be so, or is to be new and its name is taken.
    """
    clean = replace(
        account,
        name=names.line(account.name),
        person=names.line(account.person),
        contact=names.line(account.contact),
    )
    with archive.held():
        known = accounts(archive)
        if is_new and clean.name in known:
            raise AccountRefused(f"已有这个账户名：{clean.name}")
        if faults := _faults(clean, known):
            raise AccountRefused("；".join(faults))
        if known.get(clean.name) != clean:
            facts = {key: _plain(value) for key, value in asdict(clean).items() if key not in NOT_KEPT}
            archive.write(KIND, {**facts, "by": by, "reason": reason}, by)
    return clean


def _faults(account: Account, known: Mapping[str, Account]) -> list[str]:
    """What is wrong with an account, in sentences."""
    territories = PLAN.units_as("territory")
    asked = {
        f"账户名须为1至{LONGEST}个字": 0 < len(account.name) <= LONGEST,
        "账户名中不能有空格": not any(c.isspace() for c in account.name),
        "请填写姓名": bool(account.person),
        f"没有这个单位：{account.unit}": account.unit in PLAN.units,
        f"角色只能是{'、'.join(ROLES)}": bool(account.roles) and set(account.roles) <= set(ROLES),
        f"核查范围中有方案以外的{TERRITORY}": set(account.territories) <= set(territories),
        "核查范围中有方案以外的领域": set(account.fields) <= set(PLAN.fields),
        f"督察人员须有核查范围（{COUNTY}或领域）": _has_something_to_inspect(account),
        "代理人须是另一个启用的账户": not account.stand_in or _can_stand_in(account, known),
        "代理须写明起止日期，且起不晚于止": _has_a_period(account),
        "最后一个管理员账户不能停用": not _is_managed(known) or _is_managed({**known, account.name: account}),
    }
    return [sentence for sentence, is_so in asked.items() if not is_so]


def _has_something_to_inspect(account: Account) -> bool:
    return "inspector" not in account.roles or bool(account.territories or account.fields)


def _can_stand_in(account: Account, known: Mapping[str, Account]) -> bool:
    other = known.get(account.stand_in)
    return other is not None and other.is_active and other.name != account.name


def _has_a_period(account: Account) -> bool:
    since, until = account.stand_in_from, account.stand_in_until
    return (
        (since is None and until is None)
        if not account.stand_in
        else bool(since and until and since <= until)
    )


def _is_managed(known: Mapping[str, Account]) -> bool:
    """Whether there is somebody who can manage accounts on the screen."""
    return any(each.is_active and "administrator" in each.roles for each in known.values())


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _account(facts: Mapping[str, Any]) -> Account:
    """The account that was written; what a later version added is taken as it is by default."""
    named = {key: value for key, value in facts.items() if key in Account.__dataclass_fields__}
    named |= {key: tuple(named[key]) for key in LISTS if key in named}
    named |= {key: dt.date.fromisoformat(named[key]) for key in DAYS if named.get(key)}
    return Account(**named)


def difference(was: Account | None, now: Account) -> str:
    """What a change makes of an account, in words; '' where nothing that counts."""
    if was is None:
        return "新建"
    pairs = [(title, getattr(was, name), getattr(now, name)) for name, title in TITLES.items()]
    return "；".join(f"{title} {_shown(old)}→{_shown(new)}" for title, old, new in pairs if old != new)


def _shown(value: object) -> str:
    return "、".join(value) if isinstance(value, tuple) else "—" if value in {None, ""} else f"{value}"
