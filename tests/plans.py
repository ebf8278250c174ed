"""Plans made by program, which `plan check` must pass: other units, fields, phases, matters, and odd titles.

`python -m tests.plans DAY …` opens every page of every role under the plan of the setting, as of some days;
it prints what failed, a line each.
"""

import csv
import datetime as dt
import random
import sys
from pathlib import Path

from door.people import of_campaign
from pipelines import intake
from pipelines.keeping import place
from schemas import access
from schemas.plan import PLAN
from schemas.plan_rows import ROWS
from schemas.returns import RETURNS, is_survey, key_of
from tests import app, signed
from ui import data

SURVEYS = [code for code in RETURNS if is_survey(code)]
OTHERS = [code for code in RETURNS if not is_survey(code)]
ODD = ("<b>粗</b>", "“引号”", "A&B", "$x$", "*星*", "=1+1", "[链](x)", "`码`", "%d", "{x}", "长" * 60)
LIGHTS = Path(__file__).parent.parent / "data" / "plan" / "light.csv"
LEADS, MEMBERS = ("牵头", "牵头之二", "牵头之三"), ("成员", "成员之二")


def made(folder, seed):
    """Write a plan folder; returns the days from which its pages are to be seen."""
    chance = random.Random(seed)
    spans = _spans(chance)
    territories = [f"T{n}" for n in range(chance.choice((1, 7, 23)))]
    leads = [f"L{n}" for n in range(chance.randint(1, len(LEADS)))]
    fields = [f"F{n}" for n in range(chance.choice((1, 4, 11)))]
    tables = {
        "campaign": [{"title": f"示例整治 {chance.choice(ODD)}", "short": "示例整治",
                      "starts_on": spans[0][0], "ends_on": spans[-1][1],
                      "dates_until": spans[-1][1] + dt.timedelta(400), "code_prefix": "9902"}],
        "unit": [
            *({"unit": u, "title": f"{chance.choice(ODD)}街道{n}", "roles": "territory",
               "tile_x": n % 5, "tile_y": n // 5} for n, u in enumerate(territories)),
            *({"unit": u, "title": LEADS[n], "roles": "lead;member"} for n, u in enumerate(leads)),
            *({"unit": f"M{n}", "title": title, "roles": "member"} for n, title in enumerate(MEMBERS)),
            {"unit": "O", "title": "示例办公室", "roles": "office"},
        ],
        "field": [{"field": f, "title": f"领域{n}", "return": chance.choice(SURVEYS)}
                  for n, f in enumerate(fields)],
        "lead": [{"field": f, "unit": chance.choice(leads)} for f in fields],
        "phase": [{"phase": f"p{n}", "title": f"阶段{n}{chance.choice(ODD)}", "starts_on": a, "ends_on": b}
                  for n, (a, b) in enumerate(spans)],
        "obligation": list(_matters(chance, spans)),
        "light": list(csv.DictReader(LIGHTS.read_text(encoding="utf-8").splitlines())),
        "calendar": [],
    }  # fmt: skip
    for name, rows in tables.items():
        columns = ROWS[name].columns()
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            out = csv.DictWriter(file, columns)
            out.writeheader()
            out.writerows({c: row.get(c, "一" if c == "clause" else "") for c in columns} for row in rows)
    return sorted({spans[0][0], spans[-1][0], spans[-1][1]})


def _spans(chance):
    """Phases that follow each other, over the end of a year."""
    day, spans = dt.date(2024, 10, 8) + dt.timedelta(chance.randint(0, 30)), []
    for _ in range(chance.choice((1, 3, 6))):
        ends = day + dt.timedelta(chance.randint(20, 110))
        spans.append((day, ends))
        day = ends + dt.timedelta(1)
    return spans


def _matters(chance, spans):
    """Of every return a matter in some phase; one owes surveys too, and all where it is the only one."""
    crowded = chance.randrange(len(spans))
    yield from (_matter(chance, f"by{n}", "by_field", "territory", "unit_field", n, spans)
                for n in sorted({crowded, 0}))  # fmt: skip
    yield _matter(chance, "lead_field", "filing", "lead", "field", crowded, spans)
    for code in OTHERS:
        at = chance.choice((crowded, chance.randrange(len(spans))))
        owed_by = chance.choice(("territory", "lead", "member", "office"))
        counts = "row" if key_of(code) and chance.random() < 0.5 else "submission"
        yield {**_matter(chance, f"of_{code}", code, owed_by, "unit", at, spans), "counts": counts}
    yield {**_matter(chance, "standing", "filing", "member", "unit", crowded, spans),
           "due": "", "at_least": 0}  # fmt: skip


def _matter(chance, code, return_, owed_by, owed_for, phase, spans):
    opens, due = spans[phase]
    return {"obligation": code, "title": f"{code} {chance.choice(ODD)}", "node": "报|送",
            "phase": f"p{phase}", "return": return_, "owed_by": owed_by, "owed_for": owed_for,
            "owed_to": "office", "opens": opens, "due": due - dt.timedelta(chance.randint(0, 9)),
            "at_least": chance.choice((1, 1, 2)),
            "counts": "submission", "basis": chance.choice(("plan", "derived", "internal")),
            "scored": chance.choice(("yes", "no"))}  # fmt: skip


def opened(days):
    """What fails when every page is opened in an empty demonstration."""
    intake.begin_demo(place.home(), max(days))
    yield from looked(days)


def looked(days):
    """What fails when every page is opened: a leader's as of each day, the other roles' of the last."""
    known = of_campaign()
    units = [next(u for u in PLAN.units if u.startswith(begin)) for begin in "TL"]
    asked = [("leader", day) for day in days]
    asked += [(who, max(days)) for who in ("office", "inspector", "administrator", *units)]
    yield from (fault for who, day in asked for fault in _pages(known, who, day))
    data.store().con.close()


def _pages(known, who, day):
    """What fails on the pages of one who is signed in, each phase chosen in turn where a page asks for it."""
    page = app.AppTest.from_file(app.SHELL, default_timeout=120)
    _, page.user["session"] = signed.begin(known, who)
    page.query_params["as_of"] = f"{day}"
    for name in access.menu(known.account(signed.account_of(known, who))):
        for phase in PLAN.phases if name == "phase" else ("",):
            page.query_params["phase"] = phase
            page.switch_page(app.path(name)).run()
            yield from (f"{who} {day} {name} {phase}: {each.value}" for each in page.exception)
            yield from (f"{who} {day} {name} {phase}: {each.proto.title} {each.value}" for each in page.error)


if __name__ == "__main__":
    sys.stdout.write("\n".join(opened([dt.date.fromisoformat(day) for day in sys.argv[1:]])))
