"""A whole workbook → a judgement: whose it is, what it answers, and everything that is wrong with it.

Pure: it touches no store, so the screen, the command line and a rebuild say the same. Steps hand on values:
read → recognise → the front → each sheet → what the sheets say together.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from pipelines.judging import together
from pipelines.judging.check import Context
from pipelines.judging.contradicted import contradictions
from pipelines.judging.cover import Cover, Identity, identity, read_cover
from pipelines.judging.front import FrontJudged, judge_cover, judge_lines, lines_above
from pipelines.judging.judgement import ACCEPTABLE, REFUSED, UNREADABLE, Judgement
from pipelines.judging.notes import notes_in
from pipelines.judging.recognise import Unknown, matter_of, recognise, unit_of
from pipelines.judging.sheet import Around, SheetJudged, judge_sheet
from pipelines.reading import guard, reader
from pipelines.reading.reader import Sheet
from pipelines.reading.worker import ChildDied
from pipelines.tables import layout_problems
from pipelines.tables.own_check import without_check
from pipelines.tables.table import Table
from schemas.clock import SHANGHAI
from schemas.forms import Form, forms
from schemas.problems import MUST, Problem
from schemas.reasons import REASONS

TRIES = 3  # deaths of a child that are a verdict


@dataclass(frozen=True)
class Workbook:
    """What was read: sheets, the identity that our template gave, the cover, what the sender states."""

    sheets: Sequence[Sheet]
    identity: Identity
    cover: Cover
    unit: str | None
    obligation: str | None
    arrived_on: dt.date


@dataclass(frozen=True)
class Recognised:
    """Whose workbook it is, for which matter, and what each sheet of it is."""

    unit: str
    obligation: str
    forms: Sequence[Form]
    tables: Mapping[str, Table]  # by sheet title
    strange: Sequence[Sheet]  # sheets that are no return
    cover: Cover  # its lines by the names that the sheets have now; empty in a plain workbook
    renamed: Mapping[str, str]  # sheets whose name is not that of their template
    above: Cover  # the cover or, in a plain workbook, the lines above its first table


def judge(
    content: bytes,
    *,
    unit: str | None = None,
    obligation: str | None = None,
    arrived_on: dt.date | None = None,
    sha256: str | None = None,
    deaths: int | None = None,
) -> Judgement:
    """Judge a workbook as of the day it arrived (else today).

    `unit` and `obligation` are codes as the sender states them; `sha256` is the content's, where known.
    `deaths`: how often a child has died over it or took too long; where that is not counted it is tried
    until there is a verdict. Raises ChildDied when it happens again and is no verdict yet.
    """
    sha256 = sha256 or hashlib.sha256(content).hexdigest()
    try:
        opened = _patiently(content) if deaths is None else _opened(content, deaths)
    except guard.Refused as why:
        return Judgement(sha256, UNREADABLE, unit, obligation, REASONS[str(why)].format(**why.facts))
    sheets = [without_check(sheet) for sheet in opened.sheets]
    day = arrived_on or dt.datetime.now(tz=SHANGHAI).date()
    book = Workbook(sheets, identity(sheets), read_cover(sheets), unit, obligation, day)
    try:
        recognised = _recognised(book)
    except _Unrecognised as why:
        return Judgement(sha256, REFUSED, why.unit, obligation, str(why))
    of_file = layout_problems.of_file(opened.remarks, sheets[0].title)
    return replace(_judged(book, recognised, of_file), sha256=sha256, notes=notes_in(sheets))


def _opened(content: bytes, deaths: int) -> reader.OpenedBook:
    """The workbook read; the last try is made alone in doubled bounds, and its failure is a verdict.

    Raises Refused where it cannot be read, ChildDied where a child died and there is another try.
    """
    is_last = deaths + 1 >= TRIES
    try:
        return reader.open_book(content, alone=is_last)
    except ChildDied as why:
        if is_last:
            raise guard.Refused(str(why)) from why
        raise


def _patiently(content: bytes) -> reader.OpenedBook:
    """The workbook read, however often it takes. Raises Refused as `_opened` does."""
    for deaths in range(TRIES - 1):
        with suppress(ChildDied):
            return _opened(content, deaths)
    return _opened(content, TRIES - 1)


class _Unrecognised(Exception):
    """The workbook does not say what it is; its text is the question, `unit` what is known of its unit."""

    def __init__(self, question: str, unit: str | None) -> None:
        super().__init__(question)
        self.unit = unit


def _recognised(book: Workbook) -> Recognised:
    """What the workbook is; raises _Unrecognised where it does not say."""
    unit = book.unit
    try:
        held, tables, strange = recognise(book.sheets, book.identity, book.cover)
        missing = {f.title for f in book.identity.forms} - {s.title for s in book.sheets}
        names = together.renamed(held, missing)
        held = [form for form in held if form.title not in names]
        lines = {names.get(title, title): line for title, line in book.cover.lines.items()}
        cover = replace(book.cover, lines=lines)
        unit = unit_of(book.unit, book.identity, book.cover, tables)
        above = book.cover if book.cover.sheet else lines_above(tables)
        stated = book.obligation or book.identity.obligation
        obligation = matter_of(unit, stated, held, above, book.arrived_on, tables)
    except Unknown as why:
        raise _Unrecognised(str(why), unit) from why
    asked = forms(obligation, unit)
    named = [_as_asked(form, asked) for form in held]
    foreign = {form.title for form in named if together.is_foreign(form, asked)}
    strange = [*strange, *(sheet for sheet in book.sheets if sheet.title in foreign)]
    named = [form for form in named if form.title not in foreign]
    named += together.told_on_cover(named, asked, cover.lines)
    cover = replace(cover, lines=together.lines_of(named, asked, cover.lines))
    return Recognised(unit, obligation, named, tables, strange, cover, names, above)


def _as_asked(form: Form, asked: Sequence[Form]) -> Form:
    """A plain sheet whose title names a field, where the matter asks for the return as a whole: for none."""
    wanted = {(each.return_, each.field) for each in asked}
    is_whole = (form.return_, form.field) not in wanted and (form.return_, "") in wanted
    return replace(form, field="") if is_whole else form


def _judged(book: Workbook, recognised: Recognised, of_file: Sequence[Problem]) -> Judgement:
    """The judgement of a recognised workbook; its SHA-256 is left out."""
    arrived = Context(book.arrived_on)
    if book.cover.sheet:
        front = judge_cover(book.cover, recognised.unit, arrived)
    else:
        first = next(iter(recognised.tables), "")
        front = judge_lines(recognised.above, recognised.unit, arrived, first)
    around = Around(recognised.unit, recognised.cover, front.context, front.amount_unit, book.sheets)
    sheets = [judge_sheet(form, recognised.tables.get(form.title), around) for form in recognised.forms]
    against = contradictions(recognised.unit, recognised.obligation, recognised.above, recognised.tables)
    return _together(recognised, [*of_file, *front.problems, *against], front, sheets)


def _together(
    recognised: Recognised, before: Sequence[Problem], front: FrontJudged, sheets: Sequence[SheetJudged]
) -> Judgement:
    """The parts as one judgement: refused where anything must be mended, or nothing is answered."""
    asked = forms(recognised.obligation, recognised.unit)
    answers = [sheet.answer for sheet in sheets]
    whole = [*answers, *together.absent(answers, asked)]
    problems = [
        *_once("unit_of_amount", [*before, *(p for sheet in sheets for p in sheet.problems)]),
        *together.half_answered(whole, recognised.cover.sheet),
        *together.of_no_field(answers, asked),
        *together.answered_twice(answers),
        *together.strangers(recognised.strange),
        *together.of_new_names(recognised.renamed),
    ]
    is_silent = not any(answer.answer for answer in answers)
    if is_silent:
        problems = [p for p in problems if p.rule != "unanswered"]
    refused = is_silent or any(p.level == MUST for p in problems)
    return Judgement(
        sha256="",
        verdict=REFUSED if refused else ACCEPTABLE,
        unit=recognised.unit,
        obligation=recognised.obligation,
        reason=_nothing_said(asked) if is_silent else None,
        answers=whole,
        problems=problems,
        repairs=[*front.repairs, *(r for sheet in sheets for r in sheet.repairs)],
        unchecked=[*front.unchecked, *(u for sheet in sheets for u in sheet.unchecked)],
        frames={n: sheet.frame for n, sheet in enumerate(sheets) if sheet.frame is not None},
        letters={n: sheet.letters for n, sheet in enumerate(sheets) if sheet.frame is not None},
    )


def _nothing_said(asked: Sequence[Form]) -> str:
    """Why a workbook that answers nothing is refused, and what it may say instead."""
    is_zero_offered = any("zero" in form.answers.values() for form in asked)
    return REASONS["nothing_filled" if is_zero_offered else "nothing_but_rows"]


def _once(rule: str, problems: Sequence[Problem]) -> list[Problem]:
    """The problems with the first breach of a rule alone, where each sheet would tell it again."""
    first = next((p for p in problems if p.rule == rule), None)
    return [p for p in problems if p.rule != rule or p is first]
