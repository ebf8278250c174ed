"""What a unit fills into a workbook on a day: the rows of each sheet, and its line on the cover."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property, lru_cache

from demo import papers
from demo.course import Course, can_leap, course, leapt
from demo.entities import ADDED, BY_LEAD, FIRST, LATER, LED, Entity, population
from demo.facts import MEND
from demo.fates import today
from demo.faults import as_another_has_it, as_typed, zero
from demo.filled import Filled, FilledRow
from demo.months import BY_MONTH, month_told, months
from demo.names import chance
from demo.twins import twinned
from pipelines.writing.template import CoverLine
from schemas.forms import Form, forms
from schemas.plan import PLAN, Obligation
from schemas.returns import is_survey

FULL: CoverLine = ("有数", "", "")
UNFINISHED: CoverLine = ("未完成", "", "正在核实，完成后补报")
NOT_APPLICABLE: CoverLine = ("不适用", "", "辖区内没有此类业务的登记和备案，依据属地登记信息核对")


class Sheets:
    """What the invented institutions are, as the rows of any sheet on any day."""

    def __init__(self, seed: int, scale: int) -> None:
        self.seed = seed
        self.months = months()
        self.cells: dict[tuple[str, str], list[Entity]] = defaultdict(list)
        for entity in twinned(population(seed, scale), seed):
            self.cells[entity.territory, entity.field].append(entity)
        self._turn_up()
        self.course_of = lru_cache(maxsize=None)(self._course)

    def _turn_up(self) -> None:
        """An institution found after the survey turns up in a field of which its territory reported none."""
        none = [cell for cell in self._none() if cell not in self.not_applicable()]
        for territory, field in reversed(none):
            for other in PLAN.fields:
                mine = self.cells.get((territory, other), [])
                later = next((e for e in mine if e.first_listed == LATER and e.class_ == MEND), None)
                if later:  # it goes on as it would have
                    row = {**later.row, "field": PLAN.fields[field].title, "entity_code": None}
                    mine.remove(later)
                    self.cells[territory, field].append(
                        replace(later, field=field, row=row, number=None, cast_in=other)
                    )
                    return

    def _course(self, territory: str, field: str, position: int) -> Course:
        entity = self.cells[territory, field][position]
        told = course(entity, self.months, self.seed)
        return leapt(told, self.last - 1) if entity.name == self.leaps else told

    def filled(
        self,
        owed: Obligation,
        unit: str,
        fields: Sequence[str],
        day: dt.date,
        version: int = 1,
        open_: Sequence[str] = (),
    ) -> Filled:
        """The workbook of a matter; sheets of fields in `open_` are unfinished, not in `fields` blank."""
        rows: dict[str, list[FilledRow]] = {}
        lines: dict[str, CoverLine] = {}
        for form in forms(owed.obligation, unit):
            if form.field in open_:
                lines[form.title] = UNFINISHED
            elif form.field in fields:
                rows[form.title] = self.rows(form, owed, unit, day, version)
                lines[form.title] = FULL if rows[form.title] else self.nothing(form, unit)
        return Filled(rows, lines)

    def nothing(self, form: Form, unit: str) -> CoverLine:
        if is_survey(form.return_) and (unit, form.field) in self.not_applicable():
            return NOT_APPLICABLE
        if "zero" not in form.answers.values():
            return UNFINISHED
        return zero(form, chance(self.seed, "zero", unit, form.title))

    def not_applicable(self) -> list[tuple[str, str]]:
        """Of the cells with no institution at all, every third has none because the field cannot be there."""
        return self._none()[::3]

    def _none(self) -> list[tuple[str, str]]:
        """The cells in which no survey finds an institution."""
        every = [(u, f) for u in PLAN.units_as("territory") for f in PLAN.fields]
        return [c for c in every if all(e.first_listed == LATER for e in self.cells.get(c, ()))]

    def rows(self, form: Form, owed: Obligation, unit: str, day: dt.date, version: int) -> list[FilledRow]:
        if is_survey(form.return_) and owed.is_joint:
            return self.led(form.field)
        if is_survey(form.return_):
            return self.surveyed(unit, form.field, version)
        if form.return_ in BY_MONTH:
            return self.monthly(form, owed, unit)
        if form.return_ == "inspection":
            return papers.inspections(self.everywhere(form.field), owed, day, self.seed)
        if form.return_ == "acceptance":
            return papers.acceptances(self.everywhere(form.field), owed, unit, day, self.seed)
        if form.return_ == "work_record":
            rng = chance(self.seed, owed.obligation, unit, day)
            return [papers.work(owed, nth, day, rng) for nth in range(1, rng.randint(2, 4))]
        return [
            papers.filing(owed, unit, form.field, day, chance(self.seed, owed.obligation, unit, form.field))
        ]

    def everywhere(self, field: str) -> list[Entity]:
        return [e for (_, f), entities in self.cells.items() if field in {f, ""} for e in entities]

    def surveyed(self, unit: str, field: str, version: int) -> list[FilledRow]:
        listed = {FIRST} if version == 1 else {FIRST, ADDED}
        rows = [e.surveyed(version) for e in self.cells.get((unit, field), ()) if e.first_listed in listed]
        habit = list(PLAN.units).index(unit)
        return as_typed(rows, habit, chance(self.seed, "typed", unit, field))

    def led(self, field: str) -> list[FilledRow]:
        """What the leads of a field found: some told by nobody else, the others as the lead has it."""
        found = [e for e in self.everywhere(field) if e.row["source"] == BY_LEAD]
        listed = [e for e in found if e.first_listed in {FIRST, LED}]
        rows = [
            e.surveyed(1)
            if e.first_listed == LED
            else as_another_has_it(e.surveyed(1), chance(self.seed, "told twice", field, e.territory, e.name))
            for e in listed
        ]
        return as_typed(rows, list(PLAN.fields).index(field), chance(self.seed, "typed by a lead", field))

    def monthly(self, form: Form, owed: Obligation, unit: str) -> list[FilledRow]:
        n = next(n for n, month in enumerate(self.months) if month.obligation == owed.obligation)
        rows = []
        for (territory, field), entities in self.cells.items():
            if unit == territory and form.field in {field, ""}:
                courses = [self.course_of(territory, field, at) for at in range(len(entities))]
                by_month = [getattr(each, form.return_) for each in courses]
                rows += [of_entity[n] for of_entity in by_month if n in of_entity]
        return [row for row in rows if n < self.last or row["entity_name"] != self.gone]

    @cached_property
    def last(self) -> int:
        """The last month that is told before the demonstration's today."""
        due = [PLAN.obligations[month.obligation].due for month in self.months]
        return max((n for n, day in enumerate(due) if day < today()), default=0)

    @property
    def last_month(self) -> str:
        """The matter of that month; '' where none is owed."""
        return self.months[self.last].obligation if self.months else ""

    @cached_property
    def gone(self) -> str:
        """An institution, handed over the month before, that its territory leaves out from that month on."""
        for (territory, field), entities in self.cells.items():
            for at, entity in enumerate(entities):
                before = self.course_of(territory, field, at).ban.get(self.last - 1, {})
                if before.get("handed_over") == "是":
                    return entity.name
        return ""

    @cached_property
    def leaps(self) -> str:
        """A small institution that in the month before that tells of more than ten times as much."""
        for entities in self.cells.values():
            for entity in entities:
                if can_leap(course(entity, self.months, self.seed), self.last - 1):
                    return entity.name
        return ""

    def supplements(self, unit: str) -> bool:
        """Whether a unit's survey has anything to add to its first version."""
        mine = [e for (u, _), entities in self.cells.items() if u == unit for e in entities]
        return any(e.undecided or e.first_listed == ADDED for e in mine)


def data_day(owed: Obligation, day: dt.date) -> dt.date:
    """The day to which the figures run."""
    if BY_MONTH & set(owed.returns):
        return min(month_told(owed), day)
    return day
