"""The campaign plan: the notice as a folder of small tables, read once, checked, and never changed.

Another campaign is another folder (`CAMPAIGN_PLAN`). A broken plan stops the start: `PlanError` names
file, row, column and what is wrong.
"""

import datetime as dt
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd
import pandera.pandas as pa

from schemas.plan_beside import CalendarDay, Claim, Explanation, Slip
from schemas.plan_counted import MeasureRow, StepRow
from schemas.plan_row import PlanRow
from schemas.plan_rows import COUNTING, Campaign, Field, Lead, Light, Obligation, Phase, Unit
from schemas.plan_tables import PlanError, read_tables
from schemas.plan_words import WORDS, Word

HOME = Path(os.environ.get("CAMPAIGN_PLAN", Path(__file__).parent.parent / "data" / "plan"))
R = TypeVar("R", bound=PlanRow)
WEEKEND = 5
YEARS_AFTER = 10  # for which lateness is counted day by day
ROLE_WORDS: Mapping[str, str] = {"lead": "各牵头单位", "member": "各成员单位", "external": "上级"}
BODIES = ("office", "group")  # roles of those who carry the campaign on
GROUPS = ("territory", "field", "lead", "office")  # the blocks of the matrix


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
    leads: tuple[Lead, ...]
    phases: Mapping[str, Phase]
    obligations: Mapping[str, Obligation]
    lights: Mapping[str, Light]
    days: Mapping[dt.date, str]
    claims: tuple[Claim, ...] = ()
    explanations: tuple[Explanation, ...] = ()
    slips: tuple[Slip, ...] = ()  # the gravest first
    measures: tuple[MeasureRow, ...] = ()  # of returns, besides those of the product
    steps: tuple[StepRow, ...] = ()  # of entries of returns, in their order
    own_words: Mapping[str, str] = field(default_factory=dict)  # in the place of neutral ones

    def reasons_for(self, rule: str) -> list[str]:
        """Frequent reasons why a value that breaks a rule is right: its own first, then those of any."""
        own = [each.reason for each in self.explanations if rule in each.rules]
        return [*own, *(each.reason for each in self.explanations if not each.rules)]

    def slip_for(self, days: int) -> str:
        """The slip for what is overdue by so many working days; '' for none."""
        return next((each.slip for each in self.slips if days > each.more_than), "")

    @cached_property
    def nearness(self) -> list[tuple[str, int]]:
        """The lights that show ahead of a due day, each with its working days, the nearest first."""
        near = [(name, self.lights[name].within) for name in COUNTING]
        return [(name, within) for name, within in near if within is not None]

    def light_ahead(self, days: int) -> str:
        """The light of what is not over yet, by the working days left."""
        return next((light for light, within in self.nearness if days <= within), "pending")

    def units_as(self, *whos: str) -> list[str]:
        """The units meant by codes or roles, in the order of the plan."""
        return [u.unit for u in self.units.values() if u.unit in whos or set(u.roles) & set(whos)]

    def leads_of(self, field: str) -> list[str]:
        """The lead units of a field; the first named hands in for all."""
        return [lead.unit for lead in self.leads if lead.field == field]

    def submitters(self, obligation: str, field: str = "") -> list[str]:
        """Who may hand in a matter: for a jointly led field any of its leads."""
        owed = self.obligations[obligation]
        units = self.units_as(*owed.owed_by)
        if owed.owed_for != "field":
            return units
        fields = [field] if field else list(self.fields)
        allowed = {u for f in fields for u in self.leads_of(f)} if "lead" in owed.owed_by else set(units)
        return [u for u in self.units if u in allowed]

    def receivers(self, obligation: str) -> str:
        """To whom a matter is reported, in words; a role stands for all who have it."""
        called = {**self._roles_called(), **{unit.unit: unit.title for unit in self.units.values()}}
        return "、".join(called[who] for who in self.obligations[obligation].owed_to)

    def _roles_called(self) -> Mapping[str, str]:
        """What each role is called: the office and the group by their own names."""
        bodies = {role: "、".join(self.units[unit].title for unit in self.units_as(role)) for role in BODIES}
        return {**ROLE_WORDS, **bodies, "territory": f"各{self.words['territory']}"}

    @cached_property
    def counted(self) -> tuple[str, ...]:
        """The returns of which the folder says itself what is counted, each once."""
        named = [*(row.return_ for row in self.steps), *(row.return_ for row in self.measures)]
        return tuple(dict.fromkeys(named))

    @cached_property
    def words(self) -> Mapping[str, str]:
        """Every word that a campaign may say otherwise: its own, or the neutral one."""
        return {**WORDS, **self.own_words}

    def first_owing(self, return_: str) -> Obligation | None:
        """The matter due first of those that owe a return; None where none does."""
        owed = [o for o in self.obligations.values() if return_ in o.returns]
        return min(owed, key=lambda o: o.due) if owed else None

    def phase_owing(self, return_: str) -> Phase | None:
        """The phase in which a return is first owed: of the monthly ones, that in which the work is done."""
        owed = self.first_owing(return_)
        return self.phases[owed.phase] if owed else None

    def obligations_of(self, unit: str) -> list[Obligation]:
        """What a unit may hand in, earliest due first."""
        return list(self._handed_in.get(unit, ()))

    @cached_property
    def _handed_in(self) -> Mapping[str, list[Obligation]]:
        """What each unit may hand in: asked for every sheet of every workbook."""
        by_unit: dict[str, list[Obligation]] = {}
        for owed in sorted(self.obligations.values(), key=lambda o: o.due):
            for unit in self.submitters(owed.obligation):
                by_unit.setdefault(unit, []).append(owed)
        return by_unit

    def period_before(self, obligation: str) -> str:
        """The matter of the same returns that was due right before this one; '' where it is no series."""
        owed = self.obligations[obligation]
        same = [
            o
            for o in self.obligations.values()
            if (o.returns, o.owed_for, o.owed_by) == (owed.returns, owed.owed_for, owed.owed_by)
            and o.counts == "submission"
            and o.due < owed.due
        ]
        return max(same, key=lambda o: o.due).obligation if same else ""

    def fields_of(self, obligation: str, unit: str) -> list[str]:
        """The fields for which a unit answers in one workbook of this matter."""
        owed = self.obligations[obligation]
        if owed.owed_for == "unit_field":
            return list(self.fields)
        if owed.is_joint:
            return [f for f in self.fields if unit in self.submitters(obligation, f)]
        return [""]

    @cached_property
    def until(self) -> dt.date:
        """The last day that can be looked from: that of the campaign's dates, or the last due day."""
        due = (owed.due for owed in self.obligations.values() if not owed.is_standing)
        return max([self.campaign.dates_until, *due])

    @cached_property
    def duties(self) -> tuple[Duty, ...]:
        """The ledger of what is expected: every matter that must come at least once."""
        return tuple(d for o in self.obligations.values() if o.at_least for d in self._duties(o))

    def _duties(self, owed: Obligation) -> Iterable[Duty]:
        if owed.is_joint:
            for field in self.fields:
                yield Duty(owed.obligation, self._first(owed, field), field, "field")
            return
        for unit in self.units_as(*owed.owed_by):
            for field in self.fields_of(owed.obligation, unit):
                yield Duty(owed.obligation, unit, field, self.units[unit].block)

    def _first(self, owed: Obligation, field: str) -> str:
        able = self.submitters(owed.obligation, field)
        return next((u for u in self.leads_of(field) if u in able), able[0])

    def is_workday(self, day: dt.date) -> bool:
        kind = self.days.get(day)
        return kind == "work" if kind else day.weekday() < WEEKEND

    def named(self, kind: str, words: str) -> str | None:
        """The code of the unit or field that is called so, in full or by an alias."""
        names: Mapping[str, Iterable[str]] = (
            {code: (code, unit.title, *unit.called) for code, unit in self.units.items()}
            if kind == "unit"
            else {code: (code, field.title, *field.aliases) for code, field in self.fields.items()}
        )
        return next((code for code, called in names.items() if words in called), None)


def read(home: Path, returns: Mapping[str, pa.DataFrameSchema] | None = None) -> Plan:
    """Read a plan folder; raises PlanError with every fault in it, also those against `returns` (by code)."""
    rows = read_tables(home, returns)

    def by_code(model: type[R]) -> dict[Any, R]:
        (key,) = model.KEY
        return {getattr(row, key): row for row in rows[model.FILE] if isinstance(row, model)}

    (campaign,) = (row for row in rows["campaign"] if isinstance(row, Campaign))
    return Plan(
        campaign=campaign,
        units=by_code(Unit),
        fields=by_code(Field),
        leads=tuple(row for row in rows["lead"] if isinstance(row, Lead)),
        phases=by_code(Phase),
        obligations=by_code(Obligation),
        lights=by_code(Light),
        days={day: row.kind for day, row in by_code(CalendarDay).items()},
        claims=tuple(row for row in rows["claim"] if isinstance(row, Claim)),
        explanations=tuple(row for row in rows["explanation"] if isinstance(row, Explanation)),
        measures=tuple(row for row in rows["measure"] if isinstance(row, MeasureRow)),
        steps=tuple(row for row in rows["step"] if isinstance(row, StepRow)),
        own_words={row.word: row.text for row in rows["word"] if isinstance(row, Word)},
        slips=tuple(sorted((r for r in rows["slip"] if isinstance(r, Slip)), key=lambda s: -s.more_than)),
    )


def frames(plan: Plan) -> dict[str, pd.DataFrame]:
    """The plan as the warehouse holds it: a table for each kind of row, `duty`, and `day`."""
    units = list(plan.units.values())
    return {
        "unit": Unit.as_table(units).assign(
            block=[unit.block for unit in units], is_group=["group" in unit.roles for unit in units]
        ),
        "field": Field.as_table(list(plan.fields.values())),
        "phase": Phase.as_table(list(plan.phases.values())),
        "obligation": Obligation.as_table(list(plan.obligations.values())),
        "lead": Lead.as_table(plan.leads),
        "light": Light.as_table(list(plan.lights.values())),
        "duty": pd.DataFrame([vars(duty) for duty in plan.duties]),
        "day": _day_frame(plan),
    }


def _day_frame(plan: Plan) -> pd.DataFrame:
    """Each day from the year of the first to years after the last, and the working days by then (`nth`).

    However late something is, there is a day for it.
    """
    opens = [owed.opens for owed in plan.obligations.values()]
    first = dt.date(min(plan.campaign.starts_on, *opens).year, 1, 1)
    days = [first + dt.timedelta(n) for n in range((plan.until - first).days + YEARS_AFTER * 366)]
    worked = pd.Series([plan.is_workday(d) for d in days])
    return pd.DataFrame({"day": days, "workday": worked, "nth": worked.cumsum()})


PLAN = read(HOME)

__all__ = ["PLAN", "Campaign", "Field", "Obligation", "Phase", "Plan", "PlanError", "Unit", "frames", "read"]
