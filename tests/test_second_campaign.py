"""Another campaign, with other units, fields, phases and dates, runs by another plan folder and no line of
code.
"""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import plans
from tests.conftest import examples
from tests.test_own_words import OWN

PLAN = {
    "campaign": [["title", "short", "starts_on", "ends_on", "dates_until", "code_prefix", "clause"],
                 ["示例县典当行业检查", "典当检查", "2025-03-03", "2025-06-30", "2026-12-31", "9901",
                  "示例通知"]],
    "unit": [["unit", "title", "aliases", "roles", "tile_x", "tile_y", "clause"],
             ["T1", "东街道", "东街", "territory", "0", "0", "一"],
             ["T2", "西街道", "西街", "territory", "1", "0", "一"],
             ["L1", "商务局", "", "lead;member", "", "", "一"], ["O1", "检查办", "", "office", "", "", "一"]],
    "field": [["field", "title", "aliases", "return", "clause"],
              ["P", "典当业务", "典当", "survey_general", "二"],
              ["Z", "寄售业务", "寄售", "survey_payment", "二"]],
    "lead": [["field", "unit", "clause"], ["P", "L1", "二"], ["Z", "L1", "二"]],
    "phase": [["phase", "title", "starts_on", "ends_on", "clause"],
              ["look", "自查", "2025-03-03", "2025-04-18", "三"],
              ["fix", "整改", "2025-04-19", "2025-06-30", "三"]],
    "obligation": [
        ["obligation", "title", "node", "phase", "return", "owed_by", "owed_for", "owed_to", "opens", "due",
         "at_least",
         "counts", "dated_by", "basis", "scored", "clause", "quote"],
        ["self_check", "街道自查表", "自查|表", "look", "by_field", "territory", "unit_field", "O1",
         "2025-03-03",
         "2025-04-10", "1", "submission", "", "plan", "yes", "三", "街道于4月10日前报自查表"],
        ["lead_plan", "行业方案", "行业|方案", "look", "filing", "lead", "field", "O1", "2025-03-03",
         "2025-03-20", "1",
         "submission", "", "plan", "yes", "三", "牵头单位报行业方案"],
    ],
    "calendar": [["day", "kind", "title", "basis"], ["2025-04-04", "off", "清明节", "示例放假安排"]],
}  # fmt: skip
FILL = """
import datetime as dt, json, sys
from pathlib import Path
from pipelines.writing import template
from tests.build import SURVEY
row = {**SURVEY, "territory": "东街道", "field": "典当业务", "id_no": None, "id_type": "无证未登记"}
cover = {"filler": "示例甲", "approver": "示例乙", "phone": "13900000000", "fill_date": dt.date(2025, 4, 9),
         "data_as_of": dt.date(2025, 4, 8)}
lines = {"典当业务": ("有数", None, None), "寄售业务": ("零报告", "7", None)}
book = template.template("T1", "self_check", rows={"典当业务": [row]}, cover=cover, lines=lines)
Path(sys.argv[1]).write_bytes(book)
"""


@pytest.fixture
def elsewhere(tmp_path):
    """Run Python with the other plan; gives exit code and output."""
    plan = tmp_path / "plan"
    plan.mkdir()
    ours = Path("data/plan/light.csv").read_text(encoding="utf-8")
    (plan / "light.csv").write_text(ours, encoding="utf-8")
    for name, rows in PLAN.items():
        with (plan / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    env = {
        **os.environ,
        "PYTHONPATH": os.getcwd(),
        "CAMPAIGN_PLAN": str(plan),
        "CAMPAIGN_HOME": str(tmp_path / "home"),
    }

    def run(*words):
        ended = subprocess.run(
            [sys.executable, *map(str, words)], env=env, capture_output=True, text=True, check=False
        )
        return ended.returncode, ended.stdout or ended.stderr

    return run


SAYS = """
from pipelines.writing import derived
from schemas.problems import SENTENCES
from schemas.returns import RETURNS
from ui.reference import measures
print(derived.returns(), derived.rules(), derived.acts(), derived.matrix(), SENTENCES)
print(measures().to_string())
print([column.description for schema in RETURNS.values() for column in schema.columns.values()])
"""


def test_without_words_of_its_own_a_campaign_is_spoken_of_in_neutral_ones(elsewhere):
    code, printed = elsewhere("-c", SAYS)
    assert code == 0
    assert set(OWN.findall(printed)) == set()
    for said in (
        "其中:本地人数",
        "所属地区",
        "4月18日起必填",
        "由检查办统一编制",
        "请按 2025-04-10 的样式填写",
    ):
        assert said in printed


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_page_of_every_role_opens_for_a_plan_made_by_program(tmp_path, seed):
    """Which `plan check` passes: it stops the start otherwise."""
    folder = tmp_path / "plan"
    folder.mkdir()
    days = plans.made(folder, seed)[-examples("days of generated plans") :]
    env = {**os.environ, "PYTHONPATH": os.getcwd(), "CAMPAIGN_PLAN": str(folder)}
    ended = subprocess.run(
        [sys.executable, "-m", "tests.plans", *map(str, days)],
        env={**env, "CAMPAIGN_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (0, ""), ended.stderr


CAME = ("--received-at", "2025-04-11T09:00", "--reason", "补登")


def test_template_upload_and_view_of_another_campaign(elsewhere, tmp_path):
    assert elsewhere("-m", "pipelines", "plan", "check")[0] == 0
    code, printed = elsewhere("-m", "pipelines", "template", "东街", "--out", tmp_path / "T")
    assert code == 0
    assert "街道自查表" in printed

    path = tmp_path / "自查.xlsx"
    assert elsewhere("-c", FILL, path) == (0, "")
    code, printed = elsewhere(
        "-m",
        "pipelines",
        "submit",
        path,
        "--by",
        "示例甲",
        "--received-at",
        "2025-04-11T09:00",
        "--reason",
        "补登",
        "--json",
    )
    (said,) = json.loads(printed)
    assert (code, said["verdict"], said["unit"]) == (0, "acceptable", "T1")
    assert [(r["return"], r["answer"]) for r in said["returns"]] == [
        ("survey_general", "rows"),
        ("survey_payment", "zero"),
    ]

    code, printed = elsewhere(
        "-m", "pipelines", "answer", "compliance", "--phase", "look", "--as-of", "2025-04-14", "--json"
    )
    lights = {
        (r["unit_title"], r["field_title"], r["obligation"]): (r["status_title"], r["days"])
        for r in json.loads(printed)
    }
    assert lights["东街道", "典当业务", "self_check"] == ("迟报", 1)
    assert lights["西街道", "寄售业务", "self_check"] == ("逾期未报", 2)
    assert lights["商务局", "典当业务", "lead_plan"] == ("逾期未报", 16)


def test_a_broken_plan_stops_the_start_with_file_row_and_column(elsewhere, tmp_path):
    path = tmp_path / "plan" / "lead.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Z,L1", "Z,L9"), encoding="utf-8")
    code, printed = elsewhere("-m", "pipelines", "receipts")
    assert code == 1
    assert "lead.csv 第3行 unit" in printed
    assert "L9" in printed
