"""Two recipes of CONTRIBUTING.md, followed in a copy of the tree: a new return; a new view with its chart."""

import csv
import json
import os
import shutil
import subprocess
import sys

import pytest
from openpyxl import load_workbook

from tests.build import filled, good
from tests.source import ROOT

LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".*_cache", "live", "docs", "benchmarks", "static")
UNIT, DUTY, DUE, AFTER = "652301", "patrol_july", "2016-07-15", "2016-07-18"
RETURN = '''"""What a patrol saw: one row a patrol, told apart by its day."""

import pandera.pandas as pa

from schemas.columns import day, text, whole

RETURN = pa.DataFrameSchema(
    title="巡查登记",
    description="每次巡查填一行。",
    columns={
        "patrolled_on": day("巡查日期"),
        "vehicles": whole("出动车辆数", unit="辆"),
        "note": text("发现情况", optional=True),
    },
    metadata={"key": ["patrolled_on"]},
)
'''
OWED = {
    "obligation": DUTY, "title": "7月上半月巡查登记", "node": "巡查", "phase": "survey", "return": "patrol",
    "owed_by": UNIT, "owed_for": "unit", "owed_to": "OF", "opens": "2016-07-01", "due": DUE, "at_least": "2",
    "counts": "row", "dated_by": "patrolled_on", "basis": "internal", "scored": "no", "clause": "四(二)",
    "quote": "", "note": "示例",
}  # fmt: skip
COVER = {
    "填报人": "示例甲",
    "审核人": "示例乙",
    "联系电话": "13900000000",
    "填报日期": "2016-07-14",
    "数据截止日期": "2016-07-13",
}
PATROLS = (("2016-07-05", 3, "无异常"), ("2016-07-12", 5, None))

VIEW_SQL = """-- How many workbooks came from each unit by the end of a day.
CREATE OR REPLACE MACRO arrivals(of_phase, as_of, of_scope) AS TABLE
SELECT u.unit, u.title AS unit_title, count(*) AS uploads
FROM came(as_of) s
JOIN unit u ON u.unit = s.unit
JOIN obligation o ON o.obligation = s.obligation
WHERE (of_phase IS NULL OR o.phase = of_phase) AND is_reached(u.unit, NULL, of_scope)
GROUP BY u.unit, u.title, u.position
ORDER BY u.position;
"""
VIEW = '''"""How many workbooks came from each unit."""

import duckdb
import pandas as pd
import pandera.pandas as pa

from views import Scope, query

ANSWER = pa.DataFrameSchema(
    {
        "unit": pa.Column(str),
        "unit_title": pa.Column(str, title="单位"),
        "uploads": pa.Column(int, title="报送次数"),
    },
    coerce=True,
    strict=True,
)


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """One row for each unit from which anything came."""
    return query(con, ANSWER, "FROM arrivals(?, ?, ?)", [scope.phase, scope.as_of, scope.reached])
'''
CHART = '''"""Who sends: workbooks by unit as bars."""

from views import Ask
from views.answers.arrivals import fetch
from views.charts import bars, palette
from views.charts.picture import Look, Picture


def picture(ask: Ask, look: Look) -> Picture:
    """A bar for each unit from which anything came."""
    rows = ask(fetch, look.scope)
    counts = rows["uploads"].tolist()
    colours = palette.theme(look.dark)
    parts = [bars.Part("报送次数", counts, colours.lights["on_time"])]
    figure = bars.stacked(rows["unit_title"].tolist(), parts, look.dark)
    words = f"{len(rows)} 个单位报过，共 {sum(counts)} 次。"
    return Picture("谁在报？", "次数", figure, words, rows)
'''
DRAW = """
import datetime as dt
import views
from pipelines import intake
from pipelines.keeping.place import home
from views.charts import arrivals
from views.charts.picture import Look
from views.figures.filters import Filters
store = intake.open_store(home())
views.install(store.con)
look = Look(views.Scope("survey", dt.date(2016, 7, 18), None), Filters())
drawn = arrivals.picture(lambda fetch, *asked: fetch(store.con, *asked), look)
print(drawn.reading, [list(bar.x) for bar in drawn.figure.data])
store.con.close()
"""


@pytest.fixture
def tree(tmp_path):
    """A copy of the project, to be added to."""
    return shutil.copytree(ROOT, tmp_path / "copy", ignore=LEFT_OUT)


@pytest.fixture
def run(tree, tmp_path):
    """Runs Python in the copy; gives what it printed, and fails with what it complained of."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("CAMPAIGN_")}
    env = {**outside, "CAMPAIGN_HOME": str(tmp_path / "home"), "PYTHONPATH": str(tree), "PYTHONUTF8": "1"}

    def ran(*words):
        command = [sys.executable, *map(str, words)]
        ended = subprocess.run(command, cwd=tree, env=env, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    return ran


def add_row(path, row):
    with path.open(encoding="utf-8", newline="") as file:
        columns = next(csv.reader(file))
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow([row[column] for column in columns])


def fill_in(path):
    """The template as a clerk fills it in: cover, answer, and the rows under the headings."""
    book = load_workbook(path)
    for line in book["封面"].iter_rows():
        if line[0].value in COVER:
            line[1].value = COVER[line[0].value]
        if line[0].value == "巡查登记":
            line[1].value = "有数"
    sheet = book["巡查登记"]
    assert [cell.value for cell in sheet[3]] == ["巡查日期", "出动车辆数(辆)", "发现情况", "检查"]
    for n, patrol in enumerate(PATROLS, 4):
        for column, value in enumerate(patrol, 1):
            sheet.cell(n, column, value)
    book.save(path)


def test_a_new_return_is_one_file_and_one_row_of_the_plan(tree, run, tmp_path):
    (tree / "schemas" / "returns" / "patrol.py").write_text(RETURN, encoding="utf-8")
    add_row(tree / "data" / "plan" / "obligation.csv", OWED)
    pipelines = ("-m", "pipelines")
    assert "计划无误" in run(*pipelines, "plan", "check")
    run(*pipelines, "template", UNIT, "--obligation", DUTY, "--out", tmp_path / "T")
    (path,) = (tmp_path / "T").glob("*.xlsx")
    fill_in(path)
    (judged,) = json.loads(run(*pipelines, "check", path, "--json"))
    assert (judged["verdict"], judged["problems"]) == ("acceptable", [])
    assert [(each["return"], each["rows"]) for each in judged["returns"]] == [("patrol", 2)]
    run(*pipelines, "submit", path, "--by", "示例甲", "--received-at", "2016-07-14T10:00", "--reason", "示例")
    asked = ("--phase", "survey", "--as-of", AFTER, "--unit", UNIT, "--json")
    duties = json.loads(run(*pipelines, "answer", "compliance", *asked))
    (counted,) = [each for each in duties if each["obligation"] == DUTY]
    assert (counted["status"], counted["accepted"]) == ("on_time", 2)


def test_a_new_view_is_a_question_its_promise_and_a_chart(tree, run, tmp_path):
    answers, charts = tree / "views" / "answers", tree / "views" / "charts"
    (answers / "arrivals.sql").write_text(VIEW_SQL, encoding="utf-8")
    (answers / "arrivals.py").write_text(VIEW, encoding="utf-8")
    (charts / "arrivals.py").write_text(CHART, encoding="utf-8")
    path = tmp_path / "good.xlsx"
    path.write_bytes(filled("survey_p2p", good("survey_p2p")))
    run(
        "-m",
        "pipelines",
        "submit",
        path,
        "--by",
        "示例甲",
        "--received-at",
        "2016-07-08T10:00",
        "--reason",
        "示例",
    )
    printed = run("-m", "pipelines", "answer", "arrivals", "--phase", "survey", "--as-of", AFTER, "--csv")
    assert printed.splitlines() == ["unit,unit_title,uploads", f"{UNIT},昌吉市,1"]
    assert run("-c", DRAW).strip() == "1 个单位报过，共 1 次。 [[1]]"
