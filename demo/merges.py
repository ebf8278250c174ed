"""What the demonstration's office decided on records that look alike (归并), and which numbers it gave."""

import csv
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from demo.entities import ADDED, BY_LEAD, FIRST, Entity
from demo.names import INVENTED, chance
from demo.story import Story
from demo.twins import paired
from pipelines import acts
from pipelines.acts import AskedAct
from pipelines.keeping.store import Store
from pipelines.subjects import of_pair, record_of
from schemas.access import Account
from schemas.clock import SHANGHAI
from schemas.plan import PLAN

Named = tuple[str, str, str]  # field, territory and name: a record of an institution
FIRST_NUMBERS = dt.date(2016, 8, 5)
DECISIONS = "decisions.csv"
LISTED = ("day", "kind", "one", "other", "kept", "code")
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
class Numbering:
    """A number that was given."""

    day: dt.date
    record: Named
    code: str


def decisions(story: Story, until: dt.date) -> Iterator[tuple[Step, Named, Named]]:
    """What was decided up to and with a day, with the two records of each."""
    pairs = _pairs(story)
    for step in sorted(STEPS, key=lambda step: step.day):
        if step.pair in pairs and step.day <= until:
            yield (step, *pairs[step.pair])


def numberings(story: Story, until: dt.date) -> list[Numbering]:
    """The numbers that were given by a day: in most places to what a later survey added."""
    silent = {story.fates.worst, story.fates.slow}
    return [
        Numbering(FIRST_NUMBERS, _named(e), e.number)
        for e in _everybody(story)
        if e.first_listed == ADDED and e.number and e.territory not in silent and until >= FIRST_NUMBERS
    ]


def list_down(folder: Path, story: Story, until: dt.date) -> None:
    """Write decisions.csv, its columns `LISTED`: a line for each decision and each number given."""
    with (folder / DECISIONS).open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(LISTED)
        for step, *both in decisions(story, until):
            kept = "|".join(both[step.keeps]) if step.kind == "merged" else ""
            table.writerow((step.day, step.kind, *("|".join(each) for each in both), kept, ""))
        for given in numberings(story, until):
            table.writerow((given.day, "numbered", "|".join(given.record), "", "", given.code))


def decide(store: Store, story: Story, until: dt.date) -> None:
    """Do all of it, as the office did it on its days."""
    office, *_ = PLAN.units_as("office")
    clerk = Account(f"{INVENTED}办公室", f"{INVENTED}乙", office, ("office",))
    for step, one, other in decisions(story, until):
        keys = [record_of(store, *named) for named in (one, other)]
        said = {"kept": str(keys[step.keeps])} if step.kind == "merged" else {}
        _act(store, clerk, step.kind, of_pair(*keys), step.day, step.reason, said)
    for given in numberings(story, until):
        _act(
            store,
            clerk,
            "numbered",
            str(record_of(store, *given.record)),
            given.day,
            "",
            {"code": given.code},
        )


def _act(
    store: Store, clerk: Account, kind: str, subject: str, day: dt.date, reason: str, said: dict[str, str]
) -> None:
    hour = chance("office", kind, subject).randint(10, 17)
    when = dt.datetime.combine(day, dt.time(hour, 20), SHANGHAI)
    acts.act(store, clerk, AskedAct(kind, subject, f"{kind} {subject} {day}", reason, said, moment=when))


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
