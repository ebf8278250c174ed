"""The rows of a plan folder that stand beside units, phases and matters: days, reasons, slips, sign-in."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator

from schemas.plan_cells import SIGNED_IN_AS, Count, Day, WordList, Words, one_of
from schemas.plan_row import Codes, PlanRow, Saying, unknown


class CalendarDay(PlanRow):
    """A day that is off, or worked, against the week."""

    FILE: ClassVar[str] = "calendar"
    KEY: ClassVar[tuple[str, ...]] = ("day",)
    MAY_BE_EMPTY: ClassVar[bool] = True

    day: Day
    kind: Annotated[str, AfterValidator(one_of("off", "work"))]
    title: Words
    basis: Words


class Explanation(PlanRow):
    """A frequent reason for which a value to be verified (核实) is right: offered, and binding nobody."""

    FILE: ClassVar[str] = "explanation"
    KEY: ClassVar[tuple[str, ...]] = ("reason",)
    MAY_BE_EMPTY: ClassVar[bool] = True
    MAY_BE_ABSENT: ClassVar[bool] = True
    BINDS: ClassVar[bool] = False

    reason: Words
    rules: WordList  # those for which it is offered first; none: for any


class Slip(PlanRow):
    """A slip (督办单) for what is overdue by more than so many working days."""

    FILE: ClassVar[str] = "slip"
    KEY: ClassVar[tuple[str, ...]] = ("slip",)
    MAY_BE_EMPTY: ClassVar[bool] = True
    MAY_BE_ABSENT: ClassVar[bool] = True
    BINDS: ClassVar[bool] = False

    slip: Annotated[str, AfterValidator(one_of("blue", "orange", "red"))]
    title: Words
    more_than: Count


class Claim(PlanRow):
    """What an identity provider says of a person, and which unit and roles that makes."""

    FILE: ClassVar[str] = "claim"
    KEY: ClassVar[tuple[str, ...]] = ("claim", "value")
    MAY_BE_EMPTY: ClassVar[bool] = True
    MAY_BE_ABSENT: ClassVar[bool] = True

    claim: Words
    value: Words
    unit: Words
    roles: WordList
    territories: WordList
    fields: WordList

    def faults(self, codes: Codes, /) -> Saying:
        yield from unknown([self.unit, *self.territories], codes["unit"], "unit", "单位")
        yield from unknown(self.fields, codes["field"], "fields", "领域")
        yield from unknown(self.roles, set(SIGNED_IN_AS), "roles", "角色")
        if not self.roles:
            yield "roles", "不能为空"
