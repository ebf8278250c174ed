"""The story of the demonstration: every workbook of the campaign as a letter, in order of arrival."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from demo.acts import StoryAct, acts
from demo.disguise import drawn
from demo.fates import Fate, Fates
from demo.faults import mishaps, moved_otherwise, spoiled
from demo.filled import Filled
from demo.months import BY_MONTH, month_told
from demo.names import chance, person, phone
from demo.post import REFUSED, Letter, by_due, clock, earlier, workday_before, workdays_after
from demo.registers import entries
from demo.sheets import Sheets, data_day
from schemas.clock import SHANGHAI
from schemas.plan import PLAN, Duty, Obligation

Fill = Callable[[dt.date], Filled]
WAVES = ((0.32, 0.5), (0.68, 0.75))  # of its window and of its fields: the first parts of a long record
LONG = {"inspection", "acceptance"}
BY_CO_LEAD, UNFINISHED, OCCASIONS = 0.25, 0.03, 2
SEED = 2016


class Story:
    """All letters of a seed, with the verdict each was made to get."""

    def __init__(self, seed: int = SEED, scale: int = 1, *, in_disguise: bool = True) -> None:
        self.seed, self.in_disguise = seed, in_disguise
        self.sheets, self.fates = Sheets(seed, scale), Fates(seed)

    def letters(self) -> list[Letter]:
        """Every letter of the campaign by its arrival, those that go wrong included."""
        owed = [self._dressed(letter) for each in PLAN.obligations.values() for letter in self._of(each)]
        letters = [*owed, *mishaps(owed, self.fates.third)]
        return sorted(letters, key=lambda x: (x.arrives, x.unit, x.obligation, x.remark))

    def acts(self) -> list[StoryAct]:
        """What people do on the screen, in order."""
        return acts(self.sheets, self.seed)

    def _dressed(self, letter: Letter) -> Letter:
        """In the manner of its clerk; what was sent back is corrected in the manner in which it came."""
        if not self.in_disguise:
            return letter
        return replace(letter, wanted=drawn(chance(self.seed, "manner", letter.unit, letter.obligation)))

    def _of(self, owed: Obligation) -> list[Letter]:
        if owed.at_least == 0:
            return self._occasional(owed)
        duties = [d for d in PLAN.duties if d.obligation == owed.obligation]
        if owed.counts == "row":
            return [letter for duty in duties for letter in self._register(owed, duty)]
        if owed.is_joint:
            return self._by_field(owed, duties)
        if owed.owed_for == "unit_field":
            return [x for unit in dict.fromkeys(d.unit for d in duties) for x in self._survey(owed, unit)]
        fill = self.sheets.filled
        return [
            x
            for d in duties
            for x in self._chain(owed, d.unit, self.fates.of(d), partial(fill, owed, d.unit, [""]))
        ]

    def _letter(
        self, owed: Obligation, unit: str, arrives: dt.datetime, fill: Fill, remark: str = ""
    ) -> Letter:
        rng = chance(self.seed, "clerk", unit)
        day = arrives.astimezone(SHANGHAI).date()
        return Letter(
            arrives,
            unit,
            owed.obligation,
            person(rng),
            person(rng),
            phone(rng),
            data_day(owed, day),
            partial(fill, day),
            remark=remark,
        )

    def _chain(self, owed: Obligation, unit: str, fate: Fate, fill: Fill, about: str = "") -> list[Letter]:
        """What comes for a matter: nothing, one workbook, or one sent back and then its correction."""
        if fate.missing:
            return []
        rng = chance(self.seed, "post", owed.obligation, unit, about)
        opens = owed.opens
        if BY_MONTH & set(owed.returns):
            opens = max(opens, month_told(owed) + dt.timedelta(1))
        in_time = by_due(owed, opens, rng)
        arrives = clock(workdays_after(owed.due, fate.late), rng) if fate.late else in_time
        if not fate.refused:
            return [self._letter(owed, unit, arrives, fill)]
        first = in_time if fate.late else earlier(in_time, opens, rng)
        sent_back = self._spoiled(self._letter(owed, unit, first, fill))
        return [sent_back] if fate.forever else [sent_back, self._letter(owed, unit, arrives, fill, "(补正)")]

    def _spoiled(self, letter: Letter) -> Letter:
        is_last_month = letter.obligation == self.sheets.last_month

        def fill() -> Filled:
            rng = chance(self.seed, "fault", letter.unit, letter.obligation, letter.arrives)
            return moved_otherwise(letter.fill()) if is_last_month else spoiled(letter.fill(), rng)

        return replace(letter, fill=fill, verdict=REFUSED)

    def _by_field(self, owed: Obligation, duties: Sequence[Duty]) -> list[Letter]:
        """Fields ready at one time go in one workbook of their sender; late ones follow by themselves."""
        together: dict[str, list[str]] = {}
        letters: list[Letter] = []
        for duty in duties:
            fate, sender = self.fates.of(duty), self._sender(owed, duty)
            if fate == Fate():
                together.setdefault(sender, []).append(duty.field)
            else:
                fill = partial(self.sheets.filled, owed, sender, [duty.field])
                letters += self._chain(owed, sender, fate, fill, duty.field)
        for sender, fields in together.items():
            letters += self._waves(owed, sender, fields)
        return letters

    def _sender(self, owed: Obligation, duty: Duty) -> str:
        rng = chance(self.seed, "sender", owed.obligation, duty.field)
        able = [u for u in PLAN.submitters(owed.obligation, duty.field) if u != duty.unit]
        return rng.choice(able) if able and rng.random() < BY_CO_LEAD else duty.unit

    def _waves(self, owed: Obligation, unit: str, fields: Sequence[str]) -> list[Letter]:
        """A long record grows: some fields early, the rest with the last workbook."""
        early = []
        days = (owed.due - owed.opens).days
        for n, (share, ready) in enumerate(WAVES if LONG & set(owed.returns) else ()):
            rng = chance(self.seed, "wave", owed.obligation, unit, n)
            part = fields[: round(len(fields) * ready)]
            fill = partial(self.sheets.filled, owed, unit, part, open_=[f for f in fields if f not in part])
            day = workday_before(owed.opens + dt.timedelta(int(days * share)), owed.opens)
            early += [self._letter(owed, unit, clock(day, rng), fill, f"(第{n + 1}次)")] if part else []
        return early + self._chain(owed, unit, Fate(), partial(self.sheets.filled, owed, unit, fields))

    def _survey(self, owed: Obligation, unit: str) -> list[Letter]:
        """The first version by the due day; by the end of the phase a second, with what was open then."""
        mine = [f for f in PLAN.fields if self.fates.of(Duty(owed.obligation, unit, f, "territory")).missing]
        rng = chance(self.seed, "survey", unit)
        first = [*mine, *(f for f in PLAN.fields if f not in mine and rng.random() < UNFINISHED)]
        done = [f for f in PLAN.fields if f not in first]
        fate = self.fates.of(Duty(owed.obligation, unit, "", "territory"))
        letters = self._chain(owed, unit, fate, partial(self.sheets.filled, owed, unit, done, open_=first))
        if letters and (first or self.sheets.supplements(unit)):
            whole = owed.model_copy(update={"due": PLAN.phases[owed.phase].ends_on})
            arrives = max(by_due(whole, owed.due, rng), letters[-1].arrives + dt.timedelta(days=1))
            done = [f for f in PLAN.fields if f not in mine]
            fill = partial(self.sheets.filled, owed, unit, done, version=2, open_=mine)
            letters.append(self._letter(owed, unit, arrives, fill, "(第二版)"))
        return letters

    def _register(self, owed: Obligation, duty: Duty) -> list[Letter]:
        fate = self.fates.of(duty)
        letters = [
            self._letter(owed, duty.unit, when, partial(_on_any_day, filled))
            for when, filled in entries(owed, duty.unit, fate, self.seed)
        ]
        if letters and fate.refused:
            first = letters[0]
            sooner = earlier(first.arrives, first.day, chance(self.seed, owed.obligation, duty.unit))
            letters.insert(0, self._spoiled(replace(first, arrives=sooner)))
        return letters

    def _occasional(self, owed: Obligation) -> list[Letter]:
        """Matters welcome at any time: a few."""
        letters = []
        for n in range(OCCASIONS):
            rng = chance(self.seed, "occasion", owed.obligation, n)
            unit = rng.choice(PLAN.submitters(owed.obligation))
            field = rng.choice(PLAN.fields_of(owed.obligation, unit))
            some_day = owed.opens + dt.timedelta(rng.randint(20, (PLAN.campaign.ends_on - owed.opens).days))
            day = workday_before(some_day, owed.opens)
            fill = partial(self.sheets.filled, owed, unit, [field])
            letters.append(self._letter(owed, unit, clock(day, rng), fill, f"({n + 1})"))
        return letters


def _on_any_day(filled: Filled, _: dt.date) -> Filled:
    return filled
