"""What only the sheets of a workbook together can tell: missing, answered twice, of no field, no return."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from pipelines.judging.cover import SheetLine
from pipelines.judging.judgement import SheetAnswer
from pipelines.reading.reader import Sheet
from pipelines.tables.heading import normal
from pipelines.tables.reporting import Reporter
from schemas.cover import SETTLED
from schemas.forms import Form
from schemas.problems import Problem


def of_no_field(answers: Sequence[SheetAnswer], asked: Sequence[Form]) -> list[Problem]:
    """Plain sheets that name no field, of a return that the matter asks for field by field."""
    wanted = {(form.return_, form.field) for form in asked}
    by_field = {code for code, _ in wanted if (code, "") not in wanted}
    lost = [a for a in answers if a.answer == "rows" and not a.field and a.return_ in by_field]
    return [Reporter(a.sheet, a.return_).problem("field_unclear") for a in lost]


def answered_twice(answers: Sequence[SheetAnswer]) -> list[Problem]:
    """Two sheets that answer the same: only one of them could stand."""
    first: dict[tuple[str, str], str] = {}
    problems = []
    for a in (a for a in answers if a.rows or a.answer not in {"", "rows"}):
        other = first.setdefault((a.return_, a.field), a.sheet)
        if other != a.sheet:
            problems.append(Reporter(a.sheet, a.return_).problem("same_return_twice", other=other))
    return problems


def renamed(answers: Sequence[Form], missing: Collection[str]) -> dict[str, str]:
    """Which sheet stands for each that the template named and that is not there: the only one of its kind."""
    lost = [form for form in answers if form.title in missing]
    found = [form for form in answers if form.title not in missing]
    stands: dict[str, str] = {}
    for form in lost:
        same = [f for f in found if (f.return_, f.field) == (form.return_, form.field)]
        twins = [f for f in lost if (f.return_, f.field) == (form.return_, form.field)]
        if len(same) == len(twins) == 1:
            stands[form.title] = same[0].title
    return stands


def of_new_names(names: Mapping[str, str]) -> list[Problem]:
    """Sheets that were read under another name than their template gave them."""
    return [Reporter(now).problem("renamed_sheet", wanted=wanted) for wanted, now in names.items()]


def absent(answers: Sequence[SheetAnswer], asked: Sequence[Form]) -> list[SheetAnswer]:
    """The sheets that the matter asks for and the workbook does not hold: not answered."""
    held = {(a.return_, a.field) for a in answers}
    return [
        SheetAnswer(form.return_, form.field, form.title, "", 0)
        for form in asked
        if (form.return_, form.field) not in held
    ]


def is_foreign(form: Form, asked: Sequence[Form]) -> bool:
    """Whether a sheet is a return that the matter does not ask for, or one for a field that it does not."""
    fields = {each.field for each in asked if each.return_ == form.return_}
    return not fields or bool(form.field and not fields & {"", form.field})


def told_on_cover(held: Sequence[Form], asked: Sequence[Form], lines: Mapping[str, SheetLine]) -> list[Form]:
    """The sheets that are asked for and not there, of which the cover tells nevertheless."""
    there, sheets = {(form.return_, form.field) for form in held}, {form.title for form in held}
    titles = set(map(normal, lines))
    return [
        form
        for form in asked
        if (form.return_, form.field) not in there
        and form.title not in sheets
        and normal(form.title) in titles
    ]


def lines_of(
    held: Sequence[Form], asked: Sequence[Form], lines: Mapping[str, SheetLine]
) -> Mapping[str, SheetLine]:
    """The lines of the cover by the titles of the sheets that they are about.

    The line of a sheet with a name of its own is found by the title that the matter gives to that sheet.
    """
    titles = {(form.return_, form.field): normal(form.title) for form in asked}
    by_name = {normal(title): line for title, line in lines.items()}
    found = {
        form.title: lines.get(form.title)
        or by_name.get(normal(form.title))
        or by_name.get(titles.get((form.return_, form.field), ""))
        for form in held
    }
    return {**lines, **{title: line for title, line in found.items() if line}}


def half_answered(answers: Sequence[SheetAnswer], front: str) -> list[Problem]:
    """Of sheets that count together those without an answer, where others have one: none of them counts."""
    problems = []
    for field in dict.fromkeys(a.field for a in answers):
        same = [a for a in answers if a.field == field]
        open_ = [a for a in same if a.answer not in SETTLED]
        settled = [a for a in same if a.answer in SETTLED]
        if open_ and settled:
            left, done = ("、".join(a.sheet for a in answers) for answers in (open_, settled))
            reporter = Reporter(front or settled[0].sheet, open_[0].return_)
            problems.append(reporter.problem("half_answered", left=left, done=done))
    return problems


def strangers(sheets: Iterable[Sheet]) -> list[Problem]:
    """Sheets that are no return of the matter: they were not read."""
    return [Reporter(sheet.title).problem("strange_sheet") for sheet in sheets]
