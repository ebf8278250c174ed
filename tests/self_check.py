"""What the column 检查 says, reckoned by LibreOffice, beside what `judge` says of the same workbook.

`python -m tests.self_check` prints which share of the rules became formulas, and which share of the faults
that must be mended a clerk sees before sending.
"""

import datetime as dt
import re
import sys
import tempfile
import zipfile
from collections import Counter
from html import escape
from io import BytesIO
from pathlib import Path

from python_calamine import CalamineWorkbook

from pipelines.judging.judge import judge
from pipelines.reading.a1 import letters
from pipelines.writing import template
from pipelines.writing.checked import check_of
from schemas.clock import SHANGHAI
from schemas.columns import allowed
from schemas.problems import LEVELS, MUST
from schemas.returns import RETURNS
from tests.build import GOOD, HOMES, IDS, filled, sheet_of
from tests.office import through_office
from tests.planted import Raw, Shown, Struck, faults

FIRST = template.HEADING_ROW + 1
PROBES = 120  # the column from which on probes stand
NUMBERS = (0, 1, 50, 99.99, 100, 100.01, 100.02, 450, 500, 600, -3)
DAYS = [dt.date(2016, 5, 1) + dt.timedelta(days=n) for n in (0, 60, 90, 200, 260)] + [
    dt.date(1979, 1, 1), dt.date(2014, 5, 1), dt.date(2030, 1, 1),
]  # fmt: skip
WORDS = (
    "示例甲",
    "示例乙公司",
    "示例 乙公司",
    "规模较大且不配合整改工作",
    "www.example.cn",
    "abc",
    "ABC",
    "甲",
    "A001",
    "B001",
    "长" * 61,
)
CODES = (
    *IDS,
    "91652301MA775X1A14",
    "12345",
    "652301050001236",
    "9165230IMA775X1A13",
    "91110000100000470X",
    "652300-05000 1",
    "91 652301 MA775X1A13",
)
PHONES = ("13900000000", "0994-1234567", "12", "1390000000", "电话见附件", "2345678")


def a_value(column, chance):
    """A typed value for a column, good or bad, or nothing."""
    kind = column.metadata["kind"]
    if chance.random() < 0.15:
        return None
    if kind in {"choice", "choices"}:
        options = [*allowed(column), "较高"]
        picked = chance.sample(
            options, min(len(options), chance.choice((1, 1, 2)) if kind == "choices" else 1)
        )
        return "、".join(picked)
    if kind in {"money", "number", "whole"}:
        return chance.choice([n for n in NUMBERS if kind != "whole" or n == int(n)])
    return chance.choice({"day": DAYS, "code": CODES, "phone": PHONES}.get(kind, WORDS))


def a_row(code, chance):
    """A row of a return: the good one with some cells otherwise."""
    columns = RETURNS[code].columns
    share = chance.choice((0.03, 0.15, 0.5))
    other = {n: a_value(c, chance) for n, c in columns.items() if chance.random() < share}
    return {**GOOD[code], **other}


def sheet_checked(code):
    """The number of the sheet of a return in its workbook, and the sheet."""
    made = template.sheets_checked(*HOMES[code])
    return next((sheet.number, sheet) for sheet in made if sheet.title == sheet_of(code))


def probed(content, code, count):
    """The workbook, and beside each of its rows the truth of each name of the sheet that has one."""
    number, sheet = sheet_checked(code)
    tests = asked_names(check_of(sheet))
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as held, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for info in held.infolist():
            part = held.read(info)
            if info.filename == f"xl/worksheets/sheet{number}.xml":
                for row in range(FIRST, FIRST + count):
                    cells = "".join(
                        f'<c r="{letters(PROBES + n)}{row}"><f>IF({escape(in_row(test, row))},1,0)</f></c>'
                        for n, test in enumerate(tests)
                    ).encode()
                    start = part.index(b'<row r="%d"' % row)
                    end = part.index(b"</row>", start)
                    part = part[:end] + cells + part[end:]
            made.writestr(info, part)
    return out.getvalue()


def in_row(test, row):
    """A test, as it is asked in a row."""
    return re.sub(r"(?<=_checks!)(\$[A-Z]+)1\b", rf"\g<1>{row}", test)


def asked_names(check):
    """The names of a sheet that are true or false of a row."""
    return [
        *(each.test for each in check.told),
        *(f'{at}="{sign}"' for at in check.signs.values() for sign in "ue"),
    ]


def reckoned(content, code, count):
    """Of each row what the names say, and what stands in the column 检查."""
    _, sheet = sheet_checked(code)
    check = check_of(sheet)
    tests = asked_names(check)
    rows = (
        CalamineWorkbook.from_filelike(BytesIO(content))
        .get_sheet_by_name(sheet.title)
        .to_python(skip_empty_area=False)
    )
    return [
        (dict(zip(tests, row[PROBES - 1 :], strict=False)), row[check.width])
        for row in rows[FIRST - 1 : FIRST - 1 + count]
    ]


def planted(code):
    """Each fault that a return can have and that must be mended, alone in a row, with its rule."""
    for fault in faults(code):
        if not isinstance(fault.wrong, Raw | Shown | Struck):
            first = next(iter(allowed(RETURNS[code].columns["violations"])), "") if "survey" in code else ""
            setting = {name: first if said == "FIRST" else said for name, said in fault.setting.items()}
            yield fault, {**GOOD[code], **setting, fault.column: fault.wrong}


def seen_of(code, place):
    """How many faults are planted that must be mended, and the rules of those not told."""
    made = list(planted(code))
    today = dt.datetime.now(tz=SHANGHAI).date()
    sheet = sheet_checked(code)[1].title
    wrong = judge(filled(code, *(row for _, row in made)), arrived_on=today).problems
    musts = {p.cell for p in wrong if p.level == MUST and p.sheet == sheet}
    columns = {name: letters(n) for n, name in enumerate(RETURNS[code].columns, 1)}
    content = probed(filled(code, *(row for _, row in made)), code, len(made))
    rows = reckoned(through_office([content], place)[0], code, len(made))
    missed = Counter()
    count = 0
    for at, ((fault, _), (_, words)) in enumerate(zip(made, rows, strict=True), FIRST):
        cell = f"{columns[fault.column]}{at}"
        if cell in musts:
            count += 1
            missed[fault.rule] += cell not in words
    return count, +missed


def say(*words):
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def main():
    """Print the shares."""
    rules = {}
    for code, schema in RETURNS.items():
        check = check_of(sheet_checked(code)[1]) if code in HOMES else None
        for each in schema.checks if check else ():
            key = (each.name, each.statistics["on"], each.statistics["wrong"])
            rules[key] = (each.statistics["level"], each in check.compiled)
    for level, words in LEVELS.items():
        mine = [done for grave, done in rules.values() if grave == level]
        say(f"{words}: {sum(mine)} of {len(mine)} rules across a row are formulas")
    say("not compiled:", sorted({key[0] for key, (_, done) in rules.items() if not done}))
    total, lost = 0, Counter()
    for code in HOMES:
        with tempfile.TemporaryDirectory() as place:
            count, missed = seen_of(code, Path(place))
        total, lost = total + count, lost + missed
        say(f"{code}: {count - missed.total()} of {count} planted faults seen")
    say(f"seen before sending: {total - lost.total()} of {total} ({1 - lost.total() / total:.0%})")
    say("not seen:", dict(lost.most_common()))


if __name__ == "__main__":
    main()
