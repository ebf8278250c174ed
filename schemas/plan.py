"""The campaign plan: the notice as a folder of small tables, read once, checked, and never changed.

Another campaign is another folder (`CAMPAIGN_PLAN`). A broken plan stops the start: `PlanError` names
file, row, column and what is wrong.
"""

import datetime as dt
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from schemas.plan_rules import Row
from schemas.plan_tables import PlanError, read_tables

HOME = Path(os.environ.get("CAMPAIGN_PLAN", Path(__file__).parent.parent / "data" / "plan"))
WEEKEND = 5
GROUPS = ("territory", "field", "lead", "office")  # the blocks of the matrix


@dataclass(frozen=True)
class Campaign:
    title: str
    short: str
    starts_on: dt.date
    ends_on: dt.date
    dates_until: dt.date
    code_prefix: str
    clause: str


@dataclass(frozen=True)
class Unit:
    unit: str
    title: str
    aliases: tuple[str, ...]
    roles: tuple[str, ...]
    tile_x: int | None
    tile_y: int | None
    clause: str


@dataclass(frozen=True)
class Field:
    field: str
    title: str
    aliases: tuple[str, ...]
    return_: str
    clause: str


@dataclass(frozen=True)
class Phase:
    phase: str
    title: str
    starts_on: dt.date
    ends_on: dt.date
    clause: str


@dataclass(frozen=True)
class Light:
    light: str
    title: str
    glyph: str
    within: int | None
    meaning: str


@dataclass(frozen=True)
class Obligation:
    obligation: str
    title: str
    node: str
    phase: str
    returns: tuple[str, ...]  # return codes; `by_field` stands for each field's own return
    owed_by: tuple[str, ...]  # unit codes or roles
    owed_for: str  # unit | field | unit_field | campaign
    owed_to: str
    opens: dt.date
    due: dt.date  # the end of this day, Asia/Shanghai; weekends do not roll
    at_least: int  # 0: welcome at any time, never counted
    counts: str  # submission | row
    dated_by: str  # the column whose day places a row in the window; empty: the day it arrived
    basis: str  # plan | derived | internal
    scored: bool
    clause: str
    quote: str


@dataclass(frozen=True)
class Duty:
    """One dated matter owed once: by `unit`, for `field` (empty where the matter is not a field's)."""

    obligation: str
    unit: str
    field: str
    group_name: str  # the block of the matrix: territory | field | lead | office


@dataclass(frozen=True)
class Plan:
    """The plan's rows by their codes, in the order of their files."""

    campaign: Campaign
    units: Mapping[str, Unit]
    fields: Mapping[str, Field]
    leads: tuple[tuple[str, str], ...]
    phases: Mapping[str, Phase]
    obligations: Mapping[str, Obligation]
    lights: Mapping[str, Light]
    days: Mapping[dt.date, str]

    def units_as(self, *whos: str) -> list[str]:
        """The units meant by codes or roles, in the order of the plan."""
        return [u.unit for u in self.units.values() if u.unit in whos or set(u.roles) & set(whos)]

    def leads_of(self, field: str) -> list[str]:
        """The lead units of a field; the first named hands in for all."""
        return [unit for f, unit in self.leads if f == field]

    def submitters(self, obligation: str, field: str = "") -> list[str]:
        """Who may hand in a matter: for a jointly led field any of its leads."""
        owed = self.obligations[obligation]
        units = self.units_as(*owed.owed_by)
        if owed.owed_for != "field":
            return units
        fields = [field] if field else list(self.fields)
        allowed = {u for f in fields for u in self.leads_of(f)} if "lead" in owed.owed_by else set(units)
        return [u for u in self.units if u in allowed]

    def obligations_of(self, unit: str) -> list[Obligation]:
        """What a unit may hand in, earliest due first."""
        mine = [o for o in self.obligations.values() if unit in self.submitters(o.obligation)]
        return sorted(mine, key=lambda o: o.due)

    def fields_of(self, obligation: str, unit: str) -> list[str]:
        """The fields for which a unit answers in one workbook of this matter."""
        owed = self.obligations[obligation]
        if owed.owed_for == "unit_field":
            return list(self.fields)
        if owed.owed_for == "field":
            return [f for f in self.fields if unit in self.submitters(obligation, f)]
        return [""]

    @cached_property
    def duties(self) -> tuple[Duty, ...]:
        """The ledger of what is expected: every matter that must come at least once."""
        return tuple(d for o in self.obligations.values() if o.at_least for d in self._duties(o))

    def _duties(self, owed: Obligation) -> Iterable[Duty]:
        if owed.owed_for == "field":
            for field in self.fields:
                yield Duty(owed.obligation, self._first(owed, field), field, "field")
            return
        for unit in self.units_as(*owed.owed_by):
            for field in self.fields_of(owed.obligation, unit):
                yield Duty(owed.obligation, unit, field, group(self.units[unit]))

    def _first(self, owed: Obligation, field: str) -> str:
        able = self.submitters(owed.obligation, field)
        return next((u for u in self.leads_of(field) if u in able), able[0])

    def is_workday(self, day: dt.date) -> bool:
        kind = self.days.get(day)
        return kind == "work" if kind else day.weekday() < WEEKEND

    def named(self, kind: str, words: str) -> str | None:
        """The code of the unit or field that is called so, in full or by an alias."""
        things: Mapping[str, Unit | Field] = self.units if kind == "unit" else self.fields
        return next((c for c, t in things.items() if words in {c, t.title, *t.aliases}), None)


def group(unit: Unit) -> str:
    """The block of the matrix in which a unit stands."""
    if "territory" in unit.roles:
        return "territory"
    return "lead" if {"lead", "member"} & set(unit.roles) else "office"


def read(home: Path) -> Plan:
    """Read a plan folder; raises PlanError with every fault in it."""
    tables = read_tables(home)
    return Plan(
        campaign=_campaign(tables["campaign"]),
        units={r["unit"]: Unit(**r) for r in tables["unit"]},
        fields={r["field"]: Field(**_renamed(r, "return", "return_")) for r in tables["field"]},
        leads=tuple((r["field"], r["unit"]) for r in tables["lead"]),
        phases={r["phase"]: Phase(**r) for r in tables["phase"]},
        obligations={
            r["obligation"]: Obligation(**_renamed(r, "return", "returns")) for r in tables["obligation"]
        },
        lights={r["light"]: Light(**r) for r in tables["light"]},
        days={r["day"]: r["kind"] for r in tables["calendar"]},
    )


def _campaign(rows: list[Row]) -> Campaign:
    return Campaign(**rows[0])


def _renamed(row: Row, old: str, new: str) -> Row:
    return {new if k == old else k: v for k, v in row.items()}


def frames(plan: Plan) -> dict[str, pd.DataFrame]:
    """The plan as the warehouse holds it: one table for each kind of row."""
    return {
        "unit": pd.DataFrame(
            [
                {"unit": u.unit, "title": u.title, "position": n, "block": group(u)}
                for n, u in enumerate(plan.units.values())
            ]
        ),
        "field": pd.DataFrame(
            [{"field": f.field, "title": f.title, "position": n} for n, f in enumerate(plan.fields.values())]
        ),
        "phase": pd.DataFrame([vars(p) for p in plan.phases.values()]),
        "obligation": pd.DataFrame(
            [
                {**vars(o), "returns": ";".join(o.returns), "owed_by": ";".join(o.owed_by), "position": n}
                for n, o in enumerate(plan.obligations.values())
            ]
        ),
        "lead": pd.DataFrame(plan.leads, columns=["field", "unit"]),
        "duty": pd.DataFrame([vars(d) for d in plan.duties]),
        "light": pd.DataFrame([{**vars(x), "position": n} for n, x in enumerate(plan.lights.values())]),
        "day": _day_frame(plan),
    }


def _day_frame(plan: Plan) -> pd.DataFrame:
    """Each day of the campaign, and how many working days have passed by its end."""
    first = dt.date(min(plan.campaign.starts_on, *(o.opens for o in plan.obligations.values())).year, 1, 1)
    days = [first + dt.timedelta(n) for n in range((plan.campaign.dates_until - first).days + 1)]
    worked = pd.Series([plan.is_workday(d) for d in days])
    return pd.DataFrame({"day": days, "workday": worked, "nth": worked.cumsum()})


PLAN = read(HOME)

__all__ = ["PLAN", "Plan", "PlanError", "frames", "read"]
