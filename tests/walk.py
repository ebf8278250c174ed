"""`python -m tests.walk FOLDER`: the walk of docs/another-campaign.md under the plan of the setting, and what
came of it as JSON.
"""

import datetime as dt
import json
import sys
from pathlib import Path

from typer.testing import CliRunner

from cli.commands import app
from door.people import of_campaign
from pipelines import intake
from pipelines.keeping import place
from pipelines.writing import template
from tests import plans, signed
from tests.app import SHELL, AppTest, path, tables_told
from ui import data
from views import Scope
from views.charts import steps
from views.charts.picture import Look
from views.figures.filters import Filters

FOUND = {"field": "餐饮用气", "territory": "东街道", "level": "一般", "what": "软管老化",
         "found_on": dt.date(2025, 11, 10)}  # fmt: skip
COVER = {"filler": "示例甲", "approver": "示例乙", "phone": "13900000000"}
SENT = {  # matter → the day of its figures, the day on which it came, its rows
    "hazard_11": ("2025-11-27", "2025-11-28", [
        {**FOUND, "serial": "001", "entity_name": "示例第一餐馆", "state": "正在整改"},
        {**FOUND, "serial": "002", "entity_name": "示例第二餐馆", "state": "已整改",
         "level": "重大", "fixed_on": dt.date(2025, 11, 20), "cost": 3},
        {**FOUND, "serial": "003", "entity_name": "示例第二餐馆", "state": "已发现"},
    ]),
    "hazard_12": ("2025-12-29", "2025-12-30", [
        {**FOUND, "serial": "001", "entity_name": "示例第一餐馆", "state": "已销号",
         "fixed_on": dt.date(2025, 12, 1), "closed_on": dt.date(2025, 12, 20), "cost": 12},
    ]),
}  # fmt: skip
LAST = dt.date(2026, 1, 5)
ON_SCREEN = ("hazard_12", "T2", "西街道")  # a workbook that is left to be sent in a browser


def ran(*words):
    """Exit code and output of a command."""
    ended = CliRunner().invoke(app, [*map(str, words)])
    return ended.exit_code, ended.stdout


def filled(folder, matter, unit="T1", place="东街道"):
    """The workbook of a matter and a unit, filled in through the product's own template."""
    as_of, _, rows = SENT[matter]
    rows = [{**row, "territory": place} for row in rows]
    day = dt.date.fromisoformat(as_of)
    cover = {**COVER, "fill_date": day, "data_as_of": day}
    book = template.template(
        unit, matter, rows={"隐患台账": rows}, cover=cover, lines={"隐患台账": ("有数", None, None)}
    )
    at = folder / f"{unit}_{matter}.xlsx"
    at.write_bytes(book)
    return at


def sent(at, matter):
    """Verdict of a check, and of the sending."""
    came = ("--received-at", f"{SENT[matter][1]}T09:00", "--reason", "补登", "--json")
    checked, submitted = ran("check", at, "--json"), ran("submit", at, "--by", "示例甲", *came)
    return [(code, json.loads(said)[0]["verdict"]) for code, said in (checked, submitted)]


def seen():
    """What the phase page shows a leader: its tables, and the headings above them."""
    page = AppTest.from_file(SHELL, default_timeout=120)
    _, page.user["session"] = signed.begin(of_campaign(), "leader")
    page.query_params.update({"as_of": f"{LAST}", "phase": "mend"})
    page.switch_page(path("phase")).run()
    tables = [*tables_told(page), *(each.value for each in page.dataframe)]
    return [table.astype(str).to_numpy().tolist() for table in tables]


def walked(folder):
    """Each stage of the walk and what came of it."""
    intake.begin_demo(place.home(), LAST)
    yield "plan", ran("plan", "check")[0]
    yield "template", ran("template", "东街", "--obligation", "all", "--out", folder)[0]
    for matter in SENT:
        yield matter, sent(filled(folder, matter), matter)
    filled(folder, *ON_SCREEN)
    for answer in ("stepped", "measured", "ledger", "tally"):
        yield answer, json.loads(ran("answer", answer, "--as-of", f"{LAST}", "--json")[1])
    yield "seen", seen()
    yield "chart", data.made(steps.picture, Look(Scope(None, LAST, None), Filters())).reading
    yield "failed", list(plans.looked([LAST]))


if __name__ == "__main__":
    sys.stdout.write(json.dumps(dict(walked(Path(sys.argv[1])))))
