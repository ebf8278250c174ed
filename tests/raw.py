"""What the demonstration's workbooks say sheet by sheet, and what of it stands on a day: openpyxl and plain
Python.

The headings are the words of the template. A workbook without disguise needs no cleaning, but for amounts
typed in words (约463万).
"""

import csv
import datetime as dt
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from tests import recompute
from tests.recompute import SHANGHAI, table

FOR_GOOD = ("有数", "零报告", "不适用")
SAID = (*FOR_GOOD, "未完成")
UNITS = re.compile(r"\((万元|人|家|个|户|台|条次|人次|%)\)$")
ROUGHLY = re.compile(r"约([\d.]+)万$")
DAY = re.compile(
    r"(\d{4})[-.年/](\d{1,2})[-.月/](\d{1,2})日?|((?:19|20)\d\d)(0[1-9]|1[012])(0[1-9]|[12]\d|3[01])"
)
NUMBER = re.compile(r"约?(-?[\d,]*\.?\d+)(?:[万人家个户台页%]|人次|条次)?")
NAME, FIELD, TERRITORY = "机构名称", "所属领域", "所属县市(园区)"
MATTER = "事项编号"
LISTS = ("survey", "rectification", "ban", "inspection", "acceptance")  # the returns that list institutions
Row = dict[str, Any]
Key = tuple[str, str, str]  # field, territory, name: the same three, the same institution


@dataclass(frozen=True)
class Sheet:
    """One return in an accepted workbook: whose, for what, its answer and its rows by heading."""

    unit: str
    obligation: str
    when: dt.datetime  # Shanghai
    return_: str  # survey for any of the fields' surveys
    field: str
    answer: str
    checked: object  # 排查户数, as the cover says it
    is_settled: bool  # whether the whole workbook settles this field
    rows: tuple[Row, ...]


@dataclass(frozen=True, eq=False)
class Raw:
    """All that came: every workbook as the compliance answer knows it, and the sheets of those accepted.

    What is recounted from it is recounted once for each day.
    """

    letters: list[recompute.Sent]
    sheets: list[Sheet]  # oldest first
    work: list[Sheet] = field(default_factory=list)  # the same, of what units told of their own parts
    decided: list[dict[str, str]] = field(default_factory=list)  # what the office decided on records
    acts: list[dict[str, str]] = field(default_factory=list)  # what people did on the screen, oldest first
    changes: list[recompute.Acted] = field(default_factory=list)

    @cache  # noqa: B019  as long as the tests run
    def judged(self, day: dt.date) -> list[dict]:
        """The compliance answer of a day."""
        return recompute.answer(self.letters, self.changes, day)


@cache
def read_all(folder: Path) -> Raw:
    found, seen = [], set()
    with (folder / "arrivals.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            print_ = hashlib.sha256((folder / row["file"]).read_bytes()).hexdigest()
            if row["verdict"] == "acceptable" and print_ not in seen:
                found += sheets(folder / row["file"], row)
            seen.add(print_)
    found.sort(key=lambda sheet: sheet.when)
    listing, work = ([s for s in found if (s.return_ == "work") is is_work] for is_work in (False, True))
    acts = done(folder / "acts.csv")
    decided, changes = list(decisions(folder)), recompute.acted(folder)
    return Raw(recompute.sent(folder), listing, work, decided, acts, changes)


def decisions(folder: Path) -> Iterator[dict[str, str]]:
    """What was decided on records, where the folder lists it: field, territory and name of each."""
    path = folder / "decisions.csv"
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield {name: unicodedata.normalize("NFKC", words) for name, words in row.items()}


def done(path: Path) -> list[dict[str, str]]:
    """The acts of the demonstration, where there are any."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def sheets(path: Path, sent: dict[str, str]) -> Iterator[Sheet]:
    """The answered sheets of a workbook that list institutions, or what a unit did of its own part."""
    book = load_workbook(path, read_only=True, data_only=True)
    marks = [row for row in book["_identity"].iter_rows(values_only=True) if row[0] == "form"]
    forms = {title: (return_.split("_")[0], field or "") for _, title, return_, field in marks}
    front = {row[0]: row for row in book["封面"].iter_rows(values_only=True) if row[0] in forms}
    cover = {title: row[1] for title, row in front.items()}
    when = dt.datetime.fromisoformat(sent["received_at"]).astimezone(SHANGHAI)
    for title, (return_, of) in forms.items():
        if return_ in (*LISTS, "work") and cover.get(title) in SAID:
            settled = all(cover.get(t) in FOR_GOOD for t, (_, other) in forms.items() if other == of)
            rows = tuple(rows_of(book[title])) if cover[title] == "有数" else ()
            checked = front[title][2]
            yield Sheet(
                sent["unit"], sent["obligation"], when, return_, of, cover[title], checked, settled, rows
            )
    book.close()


def rows_of(sheet) -> Iterator[Row]:
    """The rows that name an institution or a matter; blanks left out, dates as days."""
    every = sheet.iter_rows(min_row=recompute.HEADING, values_only=True)
    heading = [UNITS.sub("", str(words)) for words in next(every)]
    for row in every:
        filled = {title: value for title, value in zip(heading, row, strict=True) if value not in (None, "")}
        if NAME in filled or MATTER in filled:
            yield {title: plain(value) for title, value in filled.items()}


def plain(value: object) -> object:
    """A day for a point in time, a number for one in words, half-width signs for full-width ones."""
    if isinstance(value, dt.datetime):
        return value.date()
    if not isinstance(value, str):
        return value
    typed = ROUGHLY.match(value)
    return float(typed[1]) if typed else unicodedata.normalize("NFKC", value)


@cache
def in_force(raw: Raw, day: dt.date) -> list[Sheet]:
    """Of each unit, matter, field and return the last that was settled; by its due day, earliest first."""
    last = {
        (s.unit, s.obligation, s.field, s.return_): s
        for s in raw.sheets
        if s.when.date() <= day and s.is_settled
    }
    return sorted(last.values(), key=lambda s: (owed()[s.obligation]["due"], s.when))


@cache
def standing(raw: Raw, day: dt.date, return_: str) -> list[Sheet]:
    """Of period after period the last one that was answered, per unit and field; per field where leads answer
    jointly.
    """
    last = {}
    for sheet in in_force(raw, day):
        jointly = owed()[sheet.obligation]["owed_for"] == "field"
        last["" if jointly else sheet.unit, sheet.field, sheet.return_] = sheet
    return [sheet for sheet in last.values() if sheet.return_ == return_]


@cache
def listed(raw: Raw, day: dt.date, return_: str) -> list[Row]:
    """The rows of the sheets that stand; an institution of the surveys is what its own territory says, if it
    says anything, and else what a lead says.
    """
    every = standing(raw, day, return_)
    if return_ != "survey":
        return [row for sheet in every for row in sheet.rows]
    own = [row for sheet in every for row in sheet.rows if sheet.unit == key(row)[1]]
    named = {key(row) for row in own}
    return own + [row for sheet in every for row in sheet.rows if key(row) not in named]


def decided_on(row: dict[str, str]) -> dt.date:
    return dt.datetime.fromisoformat(row["moment"]).astimezone(SHANGHAI).date()


@cache
def joined(raw: Raw, day: dt.date) -> dict[Key, tuple[int, int]]:
    """Which institution each record is that the office said is one with another, and its place in it."""
    last = {(row["one"], row["other"]): row for row in raw.decided if row["other"] and decided_on(row) <= day}
    same = [row for row in last.values() if row["kind"] == "merged"]
    found = {}
    for number, row in enumerate(same, 1):
        for record in (row["one"], row["other"]):
            found[tuple(record.split("|"))] = number, 1 if record == row["kept"] else 2
    assert len(found) == 2 * len(same)  # none is in two pairs
    return found


@cache
def numbers(raw: Raw, day: dt.date) -> dict[Key, str]:
    """The numbers that were given: to what no row had told a number of, as it came first, five digits, by
    field in order; then those that the office corrected.
    """
    told: set[Key] = set()
    given: dict[Key, str] = {}
    letters: dict[str, int] = {}
    came = [s for s in raw.sheets if s.return_ in LISTS[:3] and s.when.date() <= day]
    for when in dict.fromkeys((s.when, s.unit, s.obligation) for s in came):
        rows = [row for s in came if (s.when, s.unit, s.obligation) == when for row in s.rows]
        told |= {key(row) for row in rows if row.get("编号")}
        for k in dict.fromkeys(key(row) for row in rows):
            if k not in told and k not in given:
                letters[k[0]] = letters.get(k[0], 10_000) + 1
                given[k] = f"{k[0]}{letters[k[0]]}"
    return given | {
        tuple(row["one"].split("|")): row["code"]
        for row in raw.decided
        if row["code"] and decided_on(row) <= day
    }


def standing_for(keys: Iterable[Key], firms: dict[Key, tuple[int, int]]) -> dict[Key, Key]:
    """Of records that are told of the one that stands for each in its field: the kept one, if it is told."""
    keys, first = list(keys), {}
    for k in sorted((k for k in keys if k in firms), key=lambda k: firms[k][1]):
        first.setdefault((firms[k][0], k[0]), k)
    return {k: first[firms[k][0], k[0]] if k in firms else k for k in keys}


def each(rows: list[Row]) -> dict[Key, Row]:
    """The rows by institution, which is listed once."""
    found = {key(row): row for row in rows}
    assert len(found) == len(rows)
    return found


def key(row: Row) -> Key:
    return codes("field")[row[FIELD]], codes("unit")[row[TERRITORY]], row[NAME]


@cache
def codes(name: str) -> dict[str, str]:
    """The codes of the plan's units or fields by title."""
    return {row["title"]: row[name] for row in table(name)}


@cache
def owed() -> dict[str, dict[str, str]]:
    return {row["obligation"]: row for row in table("obligation")}


@cache
def territories() -> list[str]:
    return [row["unit"] for row in table("unit") if "territory" in row["roles"].split(";")]


def canonical(value: object) -> str:
    """A value as one writing of it: days as 2016-07-08, numbers as plain digits, words without blanks."""
    if isinstance(value, dt.date):
        return f"{value:%Y-%m-%d}"
    said = re.sub(r"\s", "", unicodedata.normalize("NFKC", str(value)))
    if day := DAY.fullmatch(said):
        return f"{dt.date(*(int(part) for part in day.groups() if part))}"
    number = NUMBER.fullmatch(said)
    return f"{float(number[1].replace(',', '')):.10g}" if number else said
