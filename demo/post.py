"""The post of the demonstration: at what hour a workbook comes, who sends it, and its bytes."""

import datetime as dt
import io
import random
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from demo import disguise, plainly
from demo.filled import Filled
from demo.names import chance
from pipelines.writing.template import template
from schemas.clock import SHANGHAI
from schemas.forms import Form, forms
from schemas.plan import PLAN, Obligation

ACCEPTED, REFUSED, UNREADABLE = "acceptable", "refused", "unreadable"
BEFORE = {0: 45, 1: 24, 2: 14, 3: 9, 4: 5, 6: 3}  # days before the due day, and how often
WRITTEN = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")


@dataclass(frozen=True)
class Letter:
    """A workbook on its way: from whom, for what, when it comes, and the verdict it was made to get."""

    arrives: dt.datetime  # aware, UTC
    unit: str
    obligation: str
    sent_by: str
    approver: str
    phone: str
    data_as_of: dt.date
    fill: Callable[[], Filled]
    verdict: str = ACCEPTED
    remark: str = ""  # told in the file's name: 补正, 第二版
    content: bytes = field(default=b"", repr=False)  # given where it is no workbook of ours
    saved: dt.datetime | None = None  # when it was made, where that is not just before it comes
    wanted: str = disguise.OURS  # the manner of its clerk, where the answers allow it

    @property
    def day(self) -> dt.date:
        return self.arrives.astimezone(SHANGHAI).date()

    @property
    def made(self) -> dt.datetime:
        return (self.saved or self.arrives).astimezone(SHANGHAI)

    @property
    def filename(self) -> str:
        matter = PLAN.obligations[self.obligation].title
        words = f"{self.made:%m%d}_{PLAN.units[self.unit].title}_{matter}{self.remark}"
        suffix = ".xls" if self.content or self.manner == disguise.OLDER else ".xlsx"
        return words.replace("/", "-") + suffix

    @cached_property
    def filled(self) -> Filled:
        return self.fill()

    @cached_property
    def manner(self) -> str:
        """How it is written: our template, or a plain workbook, of which its sender says whose it is."""
        if self.wanted == disguise.OURS or self.content:
            return disguise.OURS
        answered = [title for title, line in self.filled.lines.items() if line]
        return disguise.manner(self.wanted, self.sheets, self.filled.rows, answered)

    @property
    def is_plain(self) -> bool:
        return self.manner in {disguise.PLAIN, disguise.OLDER}

    @property
    def sheets(self) -> list[Form]:
        return forms(self.obligation, self.unit)

    def written(self) -> bytes:
        """The bytes as sent."""
        if self.content:
            return self.content
        rng = chance("disguise", self.unit, self.obligation, self.made, self.remark)
        workbook = self._plainly(rng) if self.is_plain else self._on_template(rng)
        if self.manner == disguise.OLDER:
            return workbook
        return settled(workbook, self.made - dt.timedelta(hours=1))

    def _on_template(self, rng: random.Random) -> bytes:
        rows = self.filled.rows
        if self.manner == disguise.TYPED:
            schemas = {form.title: form.schema for form in self.sheets}
            rows = {title: disguise.typed(clean, schemas[title], rng) for title, clean in rows.items()}
        cover = {
            "filler": self.sent_by,
            "approver": self.approver,
            "phone": self.phone,
            "fill_date": self.made.date(),
            "data_as_of": self.data_as_of,
        }
        return template(self.unit, self.obligation, rows=rows, cover=cover, lines=self.filled.lines)

    def _plainly(self, rng: random.Random) -> bytes:
        place = PLAN.units[self.unit].title
        reporter = {
            "填报单位（盖章）": place,
            "填报人": self.sent_by,
            "审核人": self.approver,
            "电话": self.phone,
            "填报日期": f"{self.made:%Y年%m月%d日}",
            "数据截止日期": f"{self.data_as_of:%Y.%m.%d}",
        }
        rows = self.filled.rows
        papers = [
            plainly.paper(form, rows[form.title], reporter, place, rng)
            for form in self.sheets
            if rows.get(form.title)
        ]
        return plainly.as_xls(papers) if self.manner == disguise.OLDER else plainly.as_xlsx(papers)


def settled(workbook: bytes, at: dt.datetime) -> bytes:
    """The same workbook as if it was saved at that time: the same story gives the same bytes."""
    out, stamp = io.BytesIO(), at.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            part = old.read(entry)
            if entry.filename == "docProps/core.xml":
                part = WRITTEN.sub(rb"\g<1>" + stamp + rb"\g<2>", part)
            made = zipfile.ZipInfo(entry.filename, at.timetuple()[:6])
            made.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(made, part)
    return out.getvalue()


def workdays_after(day: dt.date, count: int) -> dt.date:
    """The day that many working days after another; 0 gives the day itself."""
    while count:
        day += dt.timedelta(1)
        count -= PLAN.is_workday(day)
    return day


def workday_before(day: dt.date, opens: dt.date) -> dt.date:
    """The day itself or the last working day before it, not before `opens`."""
    while not PLAN.is_workday(day) and day > opens:
        day -= dt.timedelta(1)
    return max(day, opens)


def by_due(owed: Obligation, opens: dt.date, rng: random.Random) -> dt.datetime:
    """An arrival in time: mostly in the last days, sometimes in the last night."""
    before = rng.choices(list(BEFORE), list(BEFORE.values()))[0]
    if before == 0 and rng.random() < 0.4:
        return clock(owed.due, rng, night=True)
    return clock(workday_before(max(owed.due - dt.timedelta(before), opens), opens), rng)


def clock(day: dt.date, rng: random.Random, *, night: bool = False) -> dt.datetime:
    """An hour of that day in Shanghai: office hours, or the night before a due day ends."""
    minutes = rng.randint(20 * 60, 24 * 60 - 1) if night else rng.randint(9 * 60 + 30, 18 * 60 + 40)
    start = dt.datetime.combine(day, dt.time(), tzinfo=SHANGHAI)
    return (start + dt.timedelta(minutes=minutes, seconds=rng.randint(0, 59))).astimezone(dt.UTC)


def earlier(arrives: dt.datetime, opens: dt.date, rng: random.Random) -> dt.datetime:
    """When the version that was sent back had come: some days before, or the same day."""
    day = arrives.astimezone(SHANGHAI).date() - dt.timedelta(rng.randint(1, 3))
    first = clock(workday_before(max(day, opens), opens), rng)
    return first if first < arrives else arrives - dt.timedelta(hours=2)
