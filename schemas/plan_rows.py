"""The rows of a plan folder, each file declared once: its columns, what a cell may hold, what a row says."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import AfterValidator
from pydantic import Field as Column

from schemas.plan_beside import CalendarDay, Claim, Explanation, Slip
from schemas.plan_cells import (
    INTERNAL,
    NEVER,
    Code,
    Count,
    Day,
    DueDay,
    Marking,
    SheetName,
    SomeCount,
    WordList,
    Words,
    Yes,
    one_of,
)
from schemas.plan_counted import MeasureRow, StepRow
from schemas.plan_row import Codes, PlanRow, Saying, unknown
from schemas.plan_words import Word

ROLES = {"territory", "lead", "member", "office", "group", "external"}
LIGHTS = ("late", "on_time", "overdue", "pending", "returned", "soon", "urgent")
COUNTING = ("urgent", "soon")  # those that show so many working days before the due day
BY_FIELD = "by_field"  # in the place of a return: each field's own


class Campaign(PlanRow):
    FILE: ClassVar[str] = "campaign"
    KEY: ClassVar[tuple[str, ...]] = ()
    MAY_LACK: ClassVar[tuple[str, ...]] = ("marking", "trail_days")

    title: Words
    short: Words
    starts_on: Day
    ends_on: Day
    dates_until: Day  # later dates in returns are to be verified
    code_prefix: str
    clause: Words
    marking: Marking = INTERNAL  # 密级: what every exported file bears
    trail_days: SomeCount = None  # for how long the trail is kept; without it for good

    def faults(self, codes: Codes, /) -> Saying:
        yield from super().faults(codes)
        if self.dates_until < self.ends_on:
            yield "dates_until", "早于 ends_on"


OFFICES = ("人民政府", "政府", "人民政府办公室", "政府办公室", "政府办", "金融办", "管委会")
SHORTEST = 3  # characters: a shorter name with an office behind it may be that of the place above


class Unit(PlanRow):
    FILE: ClassVar[str] = "unit"
    KEY: ClassVar[tuple[str, ...]] = ("unit",)

    unit: Code
    title: Words
    aliases: WordList
    roles: WordList
    tile_x: SomeCount
    tile_y: SomeCount
    clause: Words

    @property
    def called(self) -> tuple[str, ...]:
        """Its other names: the aliases, and of a territory any of its names with an office behind it."""
        names = [name for name in (self.title, *self.aliases) if len(name) >= SHORTEST]
        offices = OFFICES if "territory" in self.roles else ()
        return tuple(dict.fromkeys([*self.aliases, *(name + office for name in names for office in offices)]))

    @property
    def block(self) -> str:
        """The block of the matrix in which the unit stands: one of `plan.GROUPS`."""
        if "territory" in self.roles:
            return "territory"
        return "lead" if {"lead", "member"} & set(self.roles) else "office"

    def faults(self, _codes: Codes, /) -> Saying:
        yield from unknown(self.roles, ROLES, "roles", "角色")
        if not self.roles:
            yield "roles", "至少要有一个角色"


class Field(PlanRow):
    FILE: ClassVar[str] = "field"
    KEY: ClassVar[tuple[str, ...]] = ("field",)

    field: Code
    title: SheetName
    aliases: WordList
    return_: Words = Column(alias="return")  # the code of the field's own survey
    clause: Words

    def faults(self, codes: Codes, /) -> Saying:
        if self.return_ not in codes["return"]:
            yield "return", f"“{self.return_}”不在 {'、'.join(sorted(codes['return']))} 之中"


class Lead(PlanRow):
    FILE: ClassVar[str] = "lead"
    KEY: ClassVar[tuple[str, ...]] = ("field", "unit")

    field: Words
    unit: Words
    clause: Words

    def faults(self, codes: Codes, /) -> Saying:
        yield from unknown([self.field], codes["field"], "field", "领域")
        yield from unknown([self.unit], codes["unit"], "unit", "单位")


class Phase(PlanRow):
    FILE: ClassVar[str] = "phase"
    KEY: ClassVar[tuple[str, ...]] = ("phase",)

    phase: Code
    title: Words
    starts_on: Day
    ends_on: Day
    clause: Words


class Obligation(PlanRow):
    """A matter owed by a due day, which ends at 24:00 in Asia/Shanghai; weekends do not roll."""

    FILE: ClassVar[str] = "obligation"
    KEY: ClassVar[tuple[str, ...]] = ("obligation",)
    MAY_LACK: ClassVar[tuple[str, ...]] = ("note",)

    obligation: Code
    title: Words
    node: Words
    phase: Words
    returns: WordList = Column(alias="return")  # codes of returns, or BY_FIELD
    owed_by: WordList  # codes of units, or roles
    owed_for: Annotated[str, AfterValidator(one_of("unit", "field", "unit_field", "campaign"))]
    owed_to: WordList  # codes of units, or roles
    opens: Day
    due: DueDay
    at_least: Count  # 0: a standing matter (常设事项): no due day, welcome at any time, never counted
    counts: Annotated[str, AfterValidator(one_of("submission", "row"))]
    dated_by: str  # the column whose day places a row in the window; empty: the day it arrived
    basis: Annotated[str, AfterValidator(one_of("plan", "derived", "internal"))]
    scored: Yes
    clause: Words
    quote: str  # the very words of the notice
    note: str = ""  # our own words (内部说明)

    @property
    def is_standing(self) -> bool:
        """Whether it has no due day: what is to be told whenever it happens."""
        return self.at_least == 0

    @property
    def is_internal(self) -> bool:
        """Whether the due day is our own (内部时限), the notice giving none."""
        return self.basis != "plan"

    @property
    def is_joint(self) -> bool:
        """Whether it is owed for a field, by all who lead it."""
        return self.owed_for == "field"

    def faults(self, codes: Codes, /) -> Saying:
        yield from unknown([self.phase], codes["phase"], "phase", "阶段")
        yield from unknown(self.returns, codes["return"] | {BY_FIELD}, "return", "报表")
        yield from unknown(self.owed_by, codes["unit"] | codes["role"], "owed_by", "单位或角色")
        yield from unknown(self.owed_to, codes["unit"] | codes["role"], "owed_to", "单位或角色")
        named = {"return": self.returns, "owed_by": self.owed_by, "owed_to": self.owed_to}
        yield from ((column, "不能为空") for column, words in named.items() if not words)
        if BY_FIELD in self.returns and self.owed_for not in {"field", "unit_field"}:
            yield "owed_for", f"报表为 {BY_FIELD} 的事项按领域报送，应为 field 或 unit_field"
        if self.is_standing != (self.due == NEVER):
            yield "due", "常设事项(at_least=0)没有截止日，应留空；其他事项不能为空"
        if self.due < self.opens:
            yield "due", "早于 opens"
        if self.dated_by and self.counts != "row":
            yield "dated_by", "只有按行计数(counts=row)的事项才能按行内日期归期"


class Light(PlanRow):
    FILE: ClassVar[str] = "light"
    KEY: ClassVar[tuple[str, ...]] = ("light",)

    light: Annotated[str, AfterValidator(one_of(*LIGHTS))]
    title: Words
    glyph: str
    within: SomeCount  # working days to the due day at which it shows
    meaning: Words

    def faults(self, _codes: Codes, /) -> Saying:
        if self.within is None and self.light in COUNTING:
            yield "within", "须填距截止日几个工作日起亮"


ROWS: Mapping[str, type[PlanRow]] = {
    row.FILE: row
    for row in (
        *(Campaign, Unit, Field, Lead, Phase, Obligation, Light, CalendarDay, Claim, Explanation, Slip),
        *(Word, MeasureRow, StepRow),
    )
}
