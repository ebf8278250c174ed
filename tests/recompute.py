"""The compliance answer once more, by other means: the plan's files, openpyxl and plain Python, nothing of
ours.

    python -m tests.recompute      writes tests/golden/compliance-DAY.csv

It reads the demonstration's workbooks as they are without their disguise: what is told of the disguised ones
must be the same. The verdict of each workbook is the one it was made to get (arrivals.csv), not the one the
product gave.
"""

import csv
import datetime as dt
import hashlib
import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from openpyxl import load_workbook

HERE = Path(__file__).parent
PLAN = Path(os.environ.get("CAMPAIGN_PLAN", HERE.parent / "data" / "plan"))
GOLDEN = HERE / "golden"
DAYS = (dt.date(2016, 7, 11), dt.date(2016, 11, 18), dt.date(2016, 12, 31))
COLUMNS = ("phase", "obligation", "unit", "field", "due", "received", "accepted", "arrived", "status", "days")
SHANGHAI = dt.timezone(dt.timedelta(hours=8))
SAID = {"有数": True, "零报告": True, "不适用": True, "未完成": False}  # whether the answer meets a duty
REGISTERS = {
    "brief": ("篇号", "报送日期"),
    "bulletin": ("期号", "印发日期"),
    "meeting": ("会议日期", "会议日期"),
    "filing": ("文件标题", "成文日期"),
    "roster": ("姓名", "确定日期"),
}
HEADING = 3


@dataclass
class Acted:
    """An act that changes what counts: when, which, and about which sending: of whom, for what, come when."""

    when: dt.datetime  # Shanghai
    kind: str
    unit: str
    obligation: str
    arrived: dt.datetime
    new_due: dt.date | None


@dataclass
class Sent:
    """One workbook as it came: whose, for what, when, and what it says."""

    unit: str
    obligation: str
    when: dt.datetime  # Shanghai
    accepted: bool
    said: dict[str, bool] = field(default_factory=dict)  # field → whether the answer meets a duty
    entries: list[tuple[str, str, dt.date | None]] = field(default_factory=list)  # return, key, day
    taken_back: bool = False


def table(name: str) -> list[dict[str, str]]:
    with (PLAN / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@cache
def sent(folder: Path) -> list[Sent]:
    """Every workbook of the list of arrivals; the same bytes a second time are no second sending."""
    found, seen = [], set()
    with (folder / "arrivals.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            content = (folder / row["file"]).read_bytes()
            print_ = hashlib.sha256(content).hexdigest()
            if print_ not in seen:
                seen.add(print_)
                when = dt.datetime.fromisoformat(row["received_at"]).astimezone(SHANGHAI)
                one = Sent(row["unit"], row["obligation"], when, row["verdict"] == "acceptable")
                if row["verdict"] != "unreadable":
                    read(folder / row["file"], one)
                found.append(one)
    return sorted(found, key=lambda one: one.when)


def acted(folder: Path) -> list[Acted]:
    """Every act of the list of acts; none where there is no list."""
    if not (folder / "changes.csv").exists():
        return []
    with (folder / "changes.csv").open(encoding="utf-8", newline="") as file:
        return [
            Acted(
                dt.datetime.fromisoformat(row["happened_at"]).astimezone(SHANGHAI),
                row["act"],
                row["unit"],
                row["obligation"],
                dt.datetime.fromisoformat(row["arrived_at"]).astimezone(SHANGHAI),
                dt.date.fromisoformat(row["new_due"]) if row["new_due"] else None,
            )
            for row in csv.DictReader(file)
        ]


def without(known: list[Sent], acts: list[Acted], as_of: dt.date) -> list[Sent]:
    """What had come, without what had been taken back by then: whole sendings, or the last entry of one."""
    done = [act for act in acts if act.when.date() <= as_of]
    back = {(a.unit, a.obligation, a.arrived) for a in done if a.kind in {"withdrawn", "withdrawal_granted"}}
    out = [a for a in done if a.kind in {"entry_withdrawn", "entry_withdrawal_granted"}]
    left = []
    for one in known:
        if (one.unit, one.obligation, one.when) in back:
            one = replace(one, accepted=False, taken_back=True)
        for act in out:
            if (act.unit, act.obligation) == (one.unit, one.obligation) and one.when <= act.when:
                (about,) = (s for s in known if (s.unit, s.when) == (act.unit, act.arrived))
                key = about.entries[-1][1]
                one = replace(one, entries=[each for each in one.entries if each[1] != key])
        left.append(one)
    return left


def due_of(duty: dict, acts: list[Acted], arrived: dt.datetime | None, as_of: dt.date) -> dt.date:
    """The day in force: the last that was granted by then, and before what counted had come."""
    granted = [
        act.new_due
        for act in acts
        if act.kind == "extension_granted"
        and (act.unit, act.obligation) == (duty["unit"], duty["obligation"])
        and act.when.date() <= as_of
        and (arrived is None or act.when <= arrived)
    ]
    return granted[-1] if granted else duty["due"]


def read(path: Path, one: Sent) -> None:
    """Fill in what the workbook says of itself: unit and matter, the answers of its cover, its entries."""
    book = load_workbook(path, read_only=True, data_only=True)
    marks = [tuple(row) for row in book["_identity"].iter_rows(values_only=True)]
    assert ("unit", one.unit) == marks[0][:2], path
    assert ("obligation", one.obligation) == marks[1][:2], path
    forms = {row[1]: (row[2], row[3] or "") for row in marks if row[0] == "form"}
    cover = {row[0]: row[1] for row in book["封面"].iter_rows(values_only=True) if row[0] in forms}
    for title, (return_, of_field) in forms.items():
        if cover.get(title) in SAID:
            mine = [said for sheet, said in cover.items() if forms[sheet][1] == of_field]
            one.said[of_field] = all(SAID.get(said, False) for said in mine)
            if return_ in REGISTERS:
                one.entries += entries(book[title], return_)
    book.close()


def entries(sheet, return_: str) -> Iterator[tuple[str, str, dt.date | None]]:
    rows = sheet.iter_rows(min_row=HEADING, values_only=True)
    heading = [str(words) for words in next(rows)]
    key, day = (heading.index(title) for title in REGISTERS[return_])
    for row in rows:
        if row[key]:
            yield return_, str(row[key]), row[day].date() if isinstance(row[day], dt.datetime) else None


def duties() -> Iterator[dict]:
    """What is owed once: by a unit, for a field or for none."""
    leads = defaultdict(list)
    for row in table("lead"):
        leads[row["field"]].append(row["unit"])
    units, fields = table("unit"), [row["field"] for row in table("field")]
    for owed in table("obligation"):
        wanted = set(owed["owed_by"].split(";"))
        by = [u["unit"] for u in units if u["unit"] in wanted or wanted & set(u["roles"].split(";"))]
        owed["at_least"] = int(owed["at_least"])
        if not owed["at_least"]:
            continue
        owed["due"], owed["opens"] = dt.date.fromisoformat(owed["due"]), dt.date.fromisoformat(owed["opens"])
        if owed["owed_for"] == "field":
            for f in fields:
                yield {
                    **owed,
                    "field": f,
                    "unit": next((u for u in leads[f] if u in by), by[0]),
                    "anyone": True,
                }
        else:
            for unit in by:
                for f in fields if owed["owed_for"] == "unit_field" else [""]:
                    yield {**owed, "field": f, "unit": unit, "anyone": False}


@cache
def workdays(after: dt.date, until: dt.date) -> int:
    """How many working days lie after one day, up to and with another; negative backwards."""
    if until < after:
        return -workdays(until, after)
    days = [after + dt.timedelta(n) for n in range(1, (until - after).days + 1)]
    return sum(calendar().get(f"{d}", "work" if d.weekday() < 5 else "off") == "work" for d in days)


@cache
def calendar() -> dict[str, str]:
    return {row["day"]: row["kind"] for row in table("calendar")}


def arrivals(duty: dict, known: list[Sent]) -> list[dt.datetime]:
    """When each thing that counts for a duty came, earliest first."""
    if duty["counts"] == "submission":
        return sorted(
            one.when for one in known if one.accepted and speaks(one, duty) and one.said[duty["field"]]
        )
    first: dict[str, dt.datetime] = {}
    for one in (one for one in known if one.accepted and one.unit == duty["unit"]):
        for return_, key, day in one.entries:
            if duty["dated_by"]:
                if return_ == duty["return"] and duty["opens"] <= day <= duty["due"]:
                    first[key] = dt.datetime.combine(day, dt.time(), SHANGHAI)
            elif one.obligation == duty["obligation"]:
                first.setdefault(key, one.when)
    return sorted(first.values())


def speaks(one: Sent, duty: dict) -> bool:
    """Whether a submission says anything, in whatever form, about a duty."""
    mine = one.obligation == duty["obligation"] and (duty["anyone"] or one.unit == duty["unit"])
    return mine and (duty["field"] == "" or duty["field"] in one.said)


def judged(duty: dict, known: list[Sent], acts: list[Acted], as_of: dt.date) -> dict:
    about = [one for one in known if speaks(one, duty)]
    came = arrivals(duty, known)
    arrived = came[duty["at_least"] - 1] if len(came) >= duty["at_least"] else None
    due = due_of(duty, acts, arrived, as_of)
    left = workdays(as_of, due)
    last = [one for one in about if not one.taken_back]
    status, days = light(due, arrived, as_of, left, sent_back=bool(last) and not last[-1].accepted)
    return {
        "phase": duty["phase"], "obligation": duty["obligation"], "unit": duty["unit"],
        "field": duty["field"],
        "due": f"{due}", "received": max(len(about), len(came)), "accepted": len(came),
        "arrived": f"{arrived:%Y-%m-%d}" if arrived else "", "status": status, "days": days,
    }  # fmt: skip


def light(
    due: dt.date, arrived: dt.datetime | None, as_of: dt.date, left: int, *, sent_back: bool
) -> tuple[str, object]:
    if arrived:
        return ("on_time", "") if arrived.date() <= due else ("late", workdays(due, arrived.date()))
    if as_of > due:
        return "overdue", -left
    if sent_back:
        return "returned", left
    return next((name for name in ("urgent", "soon") if left <= nearness()[name]), "pending"), left


@cache
def nearness() -> dict[str, int]:
    """Within how many working days of its due day a duty has each light."""
    return {row["light"]: int(row["within"]) for row in table("light") if row["within"]}


def answer(letters: list[Sent], acts: list[Acted], as_of: dt.date) -> list[dict]:
    known = without([one for one in letters if one.when.date() <= as_of], acts, as_of)
    return [{k: str(v) for k, v in judged(duty, known, acts, as_of).items()} for duty in duties()]


def golden(day: dt.date) -> Path:
    return GOLDEN / f"compliance-{day}.csv"


def write_clean(folder: Path, as_sent: Path | None = None) -> None:
    """The workbooks of the demonstration without their disguise; that they exist is all that is ours here.

    Those that had none are taken from the folder in which they were sent, where there is one.
    """
    import demo
    from demo import merges
    from demo.disguise import OURS
    from demo.story import Story

    worn, letters = (
        [letter for letter in Story(2016, 1, in_disguise=hidden).letters() if letter.day <= demo.END]
        for hidden in (True, False)
    )
    if as_sent is None:
        demo.write_down(folder, letters)
        merges.list_down(folder, Story(2016, 1), demo.END)
        demo.write_acts(folder, Story(2016, 1).acts())
        return
    folder.mkdir()
    demo.write_acts(folder, Story(2016, 1).acts())
    with (as_sent / demo.ARRIVALS).open(encoding="utf-8", newline="") as file:
        names = [row["file"] for row in csv.DictReader(file)]
    copies = []
    for name, sent_as, clean in zip(names, worn, letters, strict=True):
        path = folder / Path(name).with_suffix(Path(clean.filename).suffix)
        path.write_bytes((as_sent / name).read_bytes() if sent_as.manner == OURS else clean.written())
        copies.append((clean, path.name))
    demo.list_arrivals(folder, copies)
    merges.list_down(folder, Story(2016, 1), demo.END)
    demo.list_changes(folder, letters, demo.END)


def main() -> None:
    with TemporaryDirectory() as folder:
        write_clean(Path(folder))
        letters, acts = sent(Path(folder)), acted(Path(folder))
    GOLDEN.mkdir(exist_ok=True)
    for day in DAYS:
        with golden(day).open("w", encoding="utf-8", newline="") as file:
            made = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            made.writeheader()
            made.writerows(answer(letters, acts, day))


if __name__ == "__main__":
    main()
