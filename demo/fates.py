"""Who is on time, late, sent back or silent: cast once, so that every phase has something to tell."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from demo.entities import weight
from demo.months import BY_MONTH
from demo.names import chance
from schemas.plan import PLAN, Duty, Obligation, Phase

AFTER_THE_MAIN_PHASE = 8  # days: the demonstration's today
USUAL, SLOW, WORST = 0.2, 0.6, 0.8
DAYS_LATE = (1, 1, 1, 2, 2, 3, 4, 5, 7, 9)
SENT_BACK = 0.13
DutyKey = tuple[str, str, str]  # obligation, unit, field


@dataclass(frozen=True)
class Fate:
    """What becomes of a duty."""

    late: int = 0  # working days after its due day
    missing: bool = False  # nothing ever comes (of a register: one entry too few)
    refused: bool = False  # its first version is sent back
    forever: bool = False  # and never comes again


MISSING, SENT_BACK_FOR_GOOD = Fate(missing=True), Fate(refused=True, forever=True)


def main_phase() -> Phase:
    return max(PLAN.phases.values(), key=lambda p: p.ends_on - p.starts_on)


def today() -> dt.date:
    """The day from which the demonstration is seen: the week after its longest phase."""
    return min(main_phase().ends_on + dt.timedelta(AFTER_THE_MAIN_PHASE), PLAN.campaign.ends_on)


class Fates:
    """The fate of every duty of the plan: cast by name where the story needs it, else by chance."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        rng = chance(seed, "cast")
        places = sorted(PLAN.units_as("territory"), key=lambda u: (weight(u), rng.random()))
        self.worst, self.slow, self.third = (places * 3)[:3]
        self.cast: dict[DutyKey, Fate] = {}
        for phase in PLAN.phases.values():
            self._cast_phase(phase, [d for d in PLAN.duties if _owed(d).phase == phase.phase])
        self._cast_months([d for d in PLAN.duties if BY_MONTH & set(_owed(d).returns)])

    def of(self, duty: Duty) -> Fate:
        if fate := self.cast.get(_key(duty)):
            return fate
        rng = chance(self.seed, "fate", *_key(duty))
        usual = chance(self.seed, "habit", duty.unit).uniform(0.4, 1.5) * USUAL
        odds = {self.worst: WORST, self.slow: SLOW}.get(duty.unit, usual)
        late = rng.choice(DAYS_LATE) if rng.random() < odds else 0
        return Fate(late, refused=rng.random() < SENT_BACK)

    def _cast_phase(self, phase: Phase, duties: list[Duty]) -> None:
        rng = chance(self.seed, "cast", phase.phase)
        main = phase == main_phase()
        whole = [d for d in duties if _owed(d).owed_for == "unit" and not BY_MONTH & set(_owed(d).returns)]
        places = [d for d in whole if d.group_name == "territory"]
        self._give([d for d in places if d.unit == self.worst], MISSING)
        self._give([d for d in places if d.unit == self.slow], Fate(late=6))
        members = [d for d in whole if d.group_name == "lead" and _owed(d).counts == "submission"]
        rng.shuffle(members)
        for duty, fate in zip(members, (MISSING, SENT_BACK_FOR_GOOD, Fate(late=3)), strict=False):
            self._give([duty], fate)
        briefs = [d for d in whole if set(_owed(d).returns) == {"brief"}]
        self._give(rng.sample(briefs, min(1, len(briefs))), MISSING)
        if main:
            self._cast_meetings([d for d in duties if _owed(d).owed_for == "campaign"])
        self._cast_fields([d for d in duties if _owed(d).is_joint], main=main)
        self._cast_cells([d for d in duties if _owed(d).owed_for == "unit_field"])

    def _cast_meetings(self, duties: list[Duty]) -> None:
        """One meeting not held, one report of the leading group not made."""
        rng = chance(self.seed, "cast", "meetings")
        by_kind: dict[tuple[str, ...], list[Duty]] = {}
        for duty in duties:
            by_kind.setdefault((*_owed(duty).returns, duty.unit), []).append(duty)
        for same in by_kind.values():
            if len(same) > 2:  # a series: one of it can go missing without silencing the unit
                self._give([rng.choice(same)], MISSING)

    def _cast_fields(self, duties: list[Duty], *, main: bool) -> None:
        """The last matter of a phase that fields owe: one field late (in the main phase very), one never."""
        matters = sorted({(_owed(d).due, d.obligation) for d in duties})
        if not matters:
            return
        rng = chance(self.seed, "cast", "fields", matters[-1][1])
        last = [d for d in duties if d.obligation == matters[-1][1]]
        rng.shuffle(last)
        self._give(last[:1], Fate(late=9 if main else 3))
        if main and len(matters) > 1:
            self._give(
                [d for d in duties if d.obligation == matters[-2][1] and d.field == last[0].field], MISSING
            )
        if not main and "filing" not in _owed(last[0]).returns:
            self._give(last[1:2], MISSING)

    def _cast_cells(self, duties: list[Duty]) -> None:
        """Cells of the survey that stay unfinished: one each of two territories."""
        rng = chance(self.seed, "cast", "cells")
        for unit in (self.worst, self.third):
            mine = [d for d in duties if d.unit == unit]
            self._give(rng.sample(mine, min(1, len(mine))), MISSING)

    def _cast_months(self, duties: list[Duty]) -> None:
        """The month last due before today: two territories silent; before: the worst sent back for good."""
        past = sorted({(_owed(d).due, d.obligation) for d in duties if _owed(d).due < today()})
        if not past:
            return
        last, second = past[-1][1], past[min(1, len(past) - 1)][1]
        self._give([d for d in duties if (d.obligation, d.unit) == (second, self.worst)], SENT_BACK_FOR_GOOD)
        self._give([d for d in duties if (d.obligation, d.unit) == (last, self.worst)], MISSING)
        self._give([d for d in duties if (d.obligation, d.unit) == (last, self.slow)], Fate(late=11))

    def _give(self, duties: Iterable[Duty], fate: Fate) -> None:
        self.cast.update({_key(d): fate for d in duties})


def _owed(duty: Duty) -> Obligation:
    return PLAN.obligations[duty.obligation]


def _key(duty: Duty) -> DutyKey:
    return duty.obligation, duty.unit, duty.field
