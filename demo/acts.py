"""What people of the demonstration do on the screen, beside what they send: each act with its moment."""

import csv
import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from demo.entities import BY_LEAD, FIRST, Entity
from demo.facts import MEND
from demo.names import INVENTED, chance
from demo.papers import FINDINGS
from demo.sheets import Sheets
from pipelines.acts import AskedAct, act
from pipelines.keeping.attachments import Attachment
from pipelines.keeping.people import DEMO_ROLES, invented
from pipelines.keeping.store import Store
from schemas.access import Account
from schemas.acts.finding import ABOUT, WAYS
from schemas.clock import SHANGHAI
from schemas.plan import PLAN
from schemas.returns.inspection import CHECKED, LEVELS

ACTS = "acts.csv"
LISTED = ("moment", "kind", "subject", *ABOUT[1:], "content", "reason")
PROOF = Attachment("示例凭据.pdf", b"%PDF-1.4\n% \xe7\xa4\xba\xe4\xbe\x8b\n%%EOF\n")
REQUIRED = "按问题逐项整改，附整改前后的凭据"
WHY = {
    "corrected": f"{INVENTED}：原整改时限与通知书不一致",
    "replied": f"{INVENTED}：已按要求整改，凭据附后",
    "sent_back": f"{INVENTED}：凭据没有日期和盖章，请补齐",
    "passed": f"{INVENTED}：已核对凭据并电话核实",
    "review_refused": f"{INVENTED}：请核清移送清单的页数",
    "finding_extension_asked": f"{INVENTED}：合作银行出具凭据需要时间",
    "finding_extension_granted": f"{INVENTED}：情况属实",
    "finding_extension_refused": f"{INVENTED}：凭据可以先行调取，请按原时限整改",
    "looked_back": f"{INVENTED}：现场再看，没有反弹",
}
# of each check: whether the institution reports its rectification as completed, how grave what was found is
# (None: nothing), how many days to mend it, and what was done on which day after inspections begin
COURSES: Sequence[tuple[bool, int | None, int, Sequence[tuple[str, int]]]] = (
    (True, 2, 8, (("found", 3), ("finding_received", 4), ("corrected", 6))),
    (
        False,
        1,
        5,
        (
            *(("found", 0), ("finding_extension_asked", 2), ("finding_extension_refused", 4)),
            *(("replied", 11), ("passed", 13), ("closed", 14), ("looked_back", 25)),
        ),
    ),
    (False, 1, 11, (("found", 0), ("finding_received", 1), ("replied", 3), ("sent_back", 4), ("replied", 6))),
    (True, 0, 7, (("found", 3), ("replied", 4), ("passed", 6))),
    (
        False,
        1,
        6,
        (
            *(("found", 0), ("replied", 3), ("passed", 4), ("review_refused", 5)),
            *(("passed", 6), ("closed", 7), ("found_again", 20)),
        ),
    ),
    (True, None, 0, (("nothing_found", 4),)),
    (
        False,
        2,
        7,
        (
            *(("found", 24), ("corrected", 25)),
            *(("finding_extension_asked", 27), ("finding_extension_granted", 28)),
        ),
    ),
)
OFFICE, INSPECTOR = DEMO_ROLES["office"], DEMO_ROLES["inspector"]
OF_UNIT = {"replied", "finding_received", "finding_extension_asked"}  # what the unit itself does
BY = dict.fromkeys(  # else the inspector
    ("closed", "review_refused", "finding_extension_granted", "finding_extension_refused"), OFFICE
)
LATER = 4  # days: of a due day that is moved


@dataclass(frozen=True)
class StoryAct:
    """An act of the story: when, by whom, what it is and of which institution."""

    moment: dt.datetime  # aware, UTC
    account: Account
    kind: str
    subject: str
    about: Mapping[str, Any]
    content: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    files: Sequence[Attachment] = ()

    def do(self, store: Store) -> None:
        """Do it in a store, as its person would. Raises ActRefused where the story does not fit."""
        token = f"{self.kind} {self.subject} {self.moment}"
        asked = AskedAct(
            self.kind, self.subject, token, self.reason, self.content, None, self.moment, self.files
        )
        act(store, self.account, asked)

    def line(self) -> tuple[str, ...]:
        """It as a line of acts.csv, its columns `LISTED`."""
        content = json.dumps(self.content, ensure_ascii=False, default=str, sort_keys=True)
        about = (str(self.about[name]) for name in ABOUT[1:])
        return (self.moment.isoformat(), self.kind, self.subject, *about, content, self.reason)


def acts(sheets: Sheets, seed: int) -> list[StoryAct]:
    """Every act of the campaign, in order; none where nothing is to be inspected."""
    opens = min((o.opens for o in PLAN.obligations.values() if "inspection" in o.returns), default=None)
    if opens is None:
        return []
    rng = chance(seed, "acts")
    firms = {is_done: _firms(sheets, opens, is_done=is_done) for is_done in (True, False)}
    done: list[StoryAct] = []
    for n, (is_done, level, days, steps) in enumerate(COURSES):
        left = firms[is_done]
        if left:
            firm = left.pop(rng.randrange(len(left)))
            left[:] = [each for each in left if each.territory != firm.territory] or left
            check = _Check(n, firm, level, opens, days)
            done += [check.step(kind, after) for kind, after in steps]
    return sorted(done, key=lambda each: each.moment)


def _firms(sheets: Sheets, opens: dt.date, *, is_done: bool) -> list[Entity]:
    """Institutions that their territories told of from the beginning: those under 整改 that had completed it
    by the month before the inspections, or had not.
    """
    month = max(
        (n for n, each in enumerate(sheets.months) if each.ends_on < opens.replace(day=1)), default=-1
    )
    found = []
    for (territory, field_), cell in sheets.cells.items():
        for at, firm in enumerate(cell):
            row = sheets.course_of(territory, field_, at).rectification.get(month, {})
            is_told = firm.first_listed == FIRST and firm.row["source"] != BY_LEAD and firm.class_ == MEND
            if is_told and firm.row["entity_code"] and (row.get("rectify_status") == "已完成整改") == is_done:
                found.append(firm)
    return found


@dataclass(frozen=True)
class _Check:
    """One check of an institution: the n-th, how grave what was found is, by when it must be mended."""

    n: int
    firm: Entity
    level: int | None
    opens: dt.date
    days: int

    def step(self, kind: str, after: int) -> StoryAct:
        """What is done on it so many days after inspections begin."""
        day, row = self.opens + dt.timedelta(after), self.firm.row
        moment = dt.datetime.combine(day, dt.time(10 + self.n % 6, 7 * self.n), SHANGHAI).astimezone(dt.UTC)
        return StoryAct(
            moment,
            self._person(kind),
            kind,
            self._no(2 if kind == "found_again" else 1),
            {name: row[name] for name in ABOUT[1:]},
            self._content(kind, day),
            WHY.get(kind, ""),
            (PROOF,) if kind == "replied" else (),
        )

    def _no(self, nth: int) -> str:
        return f"督-{self.firm.row['entity_code']}-{nth}"

    def _person(self, kind: str) -> Account:
        people = invented()
        if kind in OF_UNIT:
            return next(a for a in people if a.unit == self.firm.territory and "unit" in a.roles)
        return next(a for a in people if a.name == BY.get(kind, INSPECTOR))

    def _content(self, kind: str, day: dt.date) -> Mapping[str, Any]:
        corrected = 1 if kind == "corrected" else 0
        told = {
            "finding": f"{INVENTED}：{FINDINGS[self.n % len(FINDINGS)]}",
            "finding_level": LEVELS[self.level or 0],
            "unit": self.firm.row["territory"],
            "mend_due": day + dt.timedelta(self.days + corrected),
            "requirement": REQUIRED,
        }
        checked = {
            "inspected_on": day,
            "method": WAYS[self.n % len(WAYS)],
            "checked": CHECKED[self.n % len(CHECKED)],
        }
        moved = {"new_due": day + dt.timedelta(self.days + LATER)}
        said: Mapping[str, Mapping[str, Any]] = {
            "found": {**checked, **told},
            "found_again": {**checked, **told, "again_of": self._no(1)},
            "nothing_found": checked,
            "corrected": told,
            "replied": {"mended_on": day},
            "passed": {"reviewed_by": "电话核实"},
            "looked_back": {"looked_on": day, "method": WAYS[0]},
            **dict.fromkeys(("finding_extension_asked", "finding_extension_granted"), moved),
        }
        return said.get(kind, {})


def write_down(folder: Path, done: Sequence[StoryAct]) -> None:
    """Write acts.csv: a line for each act, for whoever works the answers out by other means."""
    with (folder / ACTS).open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(LISTED)
        table.writerows(each.line() for each in done)
