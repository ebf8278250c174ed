"""What the demonstration's office decided on records that look alike (归并), and numbers it corrected."""

import csv
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from demo.entities import ADDED, BY_LEAD, FIRST, Entity
from demo.names import chance
from demo.story import Story
from demo.twins import paired
from pipelines.acts import AskedAct, act
from pipelines.keeping.people import DEMO_ROLES, invented
from pipelines.keeping.store import Store
from pipelines.records import of_pair, record_of
from schemas.clock import SHANGHAI
from schemas.plan import PLAN

Named = tuple[str, str, str]  # field, territory and name: a record of an institution
CORRECTED_ON, CORRECTED = dt.date(2016, 9, 5), 3  # numbers that are corrected, so many
DECISIONS = "decisions.csv"
LISTED = ("moment", "kind", "one", "other", "kept", "code")
LED = 100  # from here on the pairs of a lead's record with that of a territory


@dataclass(frozen=True)
class Step:
    """What was decided on a pair: which, when, what and why; of a merger which record is kept."""

    pair: int
    day: dt.date
    kind: str
    reason: str
    keeps: int = 0


STEPS = (
    Step(LED, dt.date(2016, 8, 15), "merged", "县市和牵头部门报的是同一家，简称不同"),
    Step(1, dt.date(2016, 8, 16), "merged", "同代码、同法定代表人、同网址", keeps=1),
    Step(2, dt.date(2016, 8, 17), "merged", "同代码，县市间迁址，两地都报"),
    Step(5, dt.date(2016, 9, 20), "merged", "名称和法定代表人一致，注册号为换照前的"),
    Step(3, dt.date(2016, 9, 28), "merged", "同代码同网址"),
    Step(7, dt.date(2016, 10, 12), "left_pending", "等网站备案主体查询结果"),
    Step(3, dt.date(2016, 10, 20), "merge_undone", "其中一处代码录错，县市正在核对"),
    Step(8, dt.date(2016, 11, 16), "left_pending", "等县市11月22日前回复"),
    Step(9, dt.date(2016, 11, 17), "kept_apart", "法定代表人同一人，执照是两份，查过登记档案"),
)


@dataclass(frozen=True)
class StoryDecision:
    """What the office did on one or two records: when, what, why, and what it says."""

    day: dt.date
    kind: str
    records: Sequence[Named]
    reason: str = ""
    kept: Named | None = None
    code: str = ""

    @property
    def moment(self) -> dt.datetime:
        hour = chance("office", self.kind, *self.records).randint(10, 17)
        return dt.datetime.combine(self.day, dt.time(hour, 20), SHANGHAI).astimezone(dt.UTC)

    def do(self, store: Store) -> None:
        """Do it in a store, as its person would; nothing on records that did not come.

        Raises ActRefused where the story does not fit.
        """
        try:
            keys = {named: record_of(store.at(self.moment), *named) for named in self.records}
        except KeyError:
            return
        subject = of_pair(*keys.values()) if len(keys) > 1 else str(*keys.values())
        said = {"kept": str(keys[self.kept])} if self.kept else {"code": self.code} if self.code else {}
        clerk = next(a for a in invented() if a.name == DEMO_ROLES["office"])
        token = f"{self.kind} {subject} {self.day}"
        act(store, clerk, AskedAct(self.kind, subject, token, self.reason, said, moment=self.moment))

    def line(self) -> tuple[str, ...]:
        """It as a line of decisions.csv, its columns `LISTED`."""
        one, other = (*("|".join(each) for each in self.records), "")[:2]
        kept = "|".join(self.kept) if self.kept else ""
        return (self.moment.isoformat(), self.kind, one, other, kept, self.code)


def decisions(story: Story, until: dt.date) -> list[StoryDecision]:
    """What was decided up to and with a day, and which numbers were corrected."""
    pairs, silent = _pairs(story), {story.fates.worst, story.fates.slow}
    done = [
        StoryDecision(
            step.day,
            step.kind,
            pairs[step.pair],
            step.reason,
            pairs[step.pair][step.keeps] if step.kind == "merged" else None,
        )
        for step in STEPS
        if step.pair in pairs
    ]
    added = [
        e for e in _everybody(story) if e.first_listed == ADDED and e.number and e.territory not in silent
    ]
    done += [
        StoryDecision(CORRECTED_ON, "numbered", [_named(e)], "改用工商登记时的编号", code=str(e.number))
        for e in added[:CORRECTED]
    ]
    return [each for each in done if each.day <= until]


def list_down(folder: Path, story: Story, until: dt.date) -> None:
    """Write decisions.csv, its columns `LISTED`: a line for each decision and each number corrected."""
    with (folder / DECISIONS).open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(LISTED)
        done = sorted(decisions(story, until), key=lambda each: each.moment)
        table.writerows(each.line() for each in done)


def _everybody(story: Story) -> list[Entity]:
    return [entity for cell in story.sheets.cells.values() for entity in cell]


def _pairs(story: Story) -> dict[int, tuple[Named, Named]]:
    """The pairs by number: the twins, and from LED on what a lead calls otherwise than the territory."""
    every = _everybody(story)
    twins = {n: (_named(one), _named(other)) for n, (one, other) in paired(every).items()}
    return twins | dict(enumerate(_called_otherwise(story, every), LED))


def _called_otherwise(story: Story, every: Sequence[Entity]) -> Iterator[tuple[Named, Named]]:
    for field in PLAN.fields:
        names = {str(row["entity_name"]) for row in story.sheets.led(field)}
        for e in every:
            if (
                e.field == field
                and e.row["source"] == BY_LEAD
                and e.first_listed == FIRST
                and e.name not in names
            ):
                other = next(name for name in names if e.name.startswith(name))
                yield _named(e), (e.field, e.territory, other)


def _named(entity: Entity) -> Named:
    return entity.field, entity.territory, entity.name
