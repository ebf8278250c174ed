"""The command line is a contract: what it prints, in what shape, and with which exit code."""

import json
import os
import subprocess
import sys
from contextlib import nullcontext
from io import BytesIO
from itertools import cycle
from pathlib import Path

import pandas as pd
import pandera.pandas as pa
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

import views
from cli import arguments, commands, printing
from cli.faults import BUSY
from pipelines.keeping import warehouse
from pipelines.writing import template
from schemas.returns import RETURNS
from tests.build import COVER, SURVEY, filled, good

KEYS = {"file", "sha256", "verdict", "unit", "reason", "returns", "problems", "repairs", "unchecked"}
PLACE_KEYS = {"sheet", "cell", "row", "column", "title"}
KEYS_WITHIN = {
    "problems": {"level", "rule", "return", "value", "message", "remedy", *PLACE_KEYS},
    "unchecked": {"sheet", "rule", "row", "because"},
    "returns": {"return", "sheet", "answer", "rows"},
}
RECEIVED = ("--received-at", "2016-07-08T17:30", "--reason", "补登")


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run a command in a campaign of its own; gives exit code and what it printed."""
    monkeypatch.setenv("CAMPAIGN_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)

    def command(*words):
        ended = CliRunner().invoke(commands.app, [str(w) for w in words])
        assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
        return ended.exit_code, ended.stdout

    return command


def fill(path, **change):
    """Fill in a template as a person would: cover, answers, one row found by the headings."""
    book = load_workbook(path)
    cover = book["封面"]
    labels = {
        "填报人": "filler",
        "审核人": "approver",
        "联系电话": "phone",
        "填报日期": "fill_date",
        "数据截止日期": "data_as_of",
    }
    for row in cover.iter_rows(min_row=5, max_row=13):
        if row[0].value in labels:
            row[1].value = COVER[labels[row[0].value]]
    for row in cover.iter_rows(min_row=16, max_row=21):
        row[1].value, row[2].value = ("有数", None) if row[0].value == "P2P网络借贷" else ("零报告", 12)
    sheet = book["P2P网络借贷"]
    names = {template.heading(column): name for name, column in RETURNS["survey_p2p"].columns.items()}
    for cell in sheet[3]:
        name = names.get(cell.value)  # none of the column 检查
        value = {**SURVEY, "field": "P2P网络借贷", **change}.get(name)
        if value is not None:
            sheet.cell(4, cell.column, value)
    out = BytesIO()
    book.save(out)
    path.write_bytes(out.getvalue())
    return path


def test_the_main_job_from_template_to_answer(run, tmp_path):
    code, printed = run("template", "652301", "--out", "T")
    (path,) = (tmp_path / "T").glob("*.xlsx")
    assert (code, printed.strip()) == (0, str(Path("T") / path.name))

    code, printed = run("check", fill(path), "--json")
    (report,) = json.loads(printed)
    assert (code, report["verdict"], report["unit"]) == (0, "acceptable", "652301")
    assert not (tmp_path / "home").exists()

    code, printed = run("submit", path, "--by", "示例甲", *RECEIVED, "--json")
    (first,) = json.loads(printed)
    assert (code, first["repeated"]) == (0, False)
    _, printed = run("submit", path, "--by", "示例甲", "--json")
    (again,) = json.loads(printed)
    assert (again["repeated"], again["receipt"]["no"]) == (True, first["receipt"]["no"])

    code, printed = run(
        "answer", "compliance", "--phase", "survey", "--as-of", "2016-07-11", "--unit", "昌吉", "--csv"
    )
    lines = [line for line in printed.splitlines() if "昌吉市" in line]
    assert code == 0
    assert len(lines) == 6
    assert all("按时" in line for line in lines)


def test_planted_faults_are_refused_each_once_with_its_cell(run, tmp_path):
    run("template", "652301", "--out", "T")
    (path,) = (tmp_path / "T").glob("*.xlsx")
    fill(path, risk_level="较高", legal_rep=None, stock_scale="很多")
    code, printed = run("check", path, "--json", "--marked-up", "M")
    (report,) = json.loads(printed)
    assert (code, report["verdict"]) == (1, "refused")
    planted = [("L4", "not_nullable"), ("AB4", "not_a_number"), ("AJ4", "isin")]
    assert [(p["cell"], p["rule"]) for p in report["problems"]] == planted
    assert set(report) == KEYS
    for part, keys in KEYS_WITHIN.items():
        assert set(report[part][0]) == keys
    assert len(list((tmp_path / "M").glob("*.xlsx"))) == 1


def test_the_worst_of_several_files_gives_the_exit_code(run, tmp_path):
    good_one, bad_one, junk = (tmp_path / name for name in ("好.xlsx", "错.xlsx", "乱.xlsx"))
    good_one.write_bytes(filled("survey_p2p", good("survey_p2p")))
    bad_one.write_bytes(filled("survey_p2p", good("survey_p2p", legal_rep=None)))
    junk.write_bytes(b"junk")
    assert [
        run("check", *files)[0] for files in ((good_one,), (good_one, bad_one), (good_one, bad_one, junk))
    ] == [0, 1, 2]
    code, printed = run("check", junk, "--json")
    assert json.loads(printed)[0]["reason"]
    assert code == 2


def test_people_read_the_same_verdict_as_programs(run, tmp_path):
    path = tmp_path / "错.xlsx"
    path.write_bytes(filled("survey_p2p", good("survey_p2p", legal_rep=None, stock_scale="1,000")))
    code, printed = run("check", path)
    assert code == 1
    assert "未通过" in printed
    assert "修正 1 处" in printed
    code, printed = run("submit", path, "--by", "示例甲")
    assert "回执" in printed
    code, printed = run("receipts")
    assert "未通过" in printed


def test_a_receipt_shows_what_was_decided_that_day(run, tmp_path):
    path = tmp_path / "错.xlsx"
    path.write_bytes(filled("survey_p2p", good("survey_p2p", legal_rep=None)))
    _, printed = run("submit", path, "--by", "示例甲", *RECEIVED, "--json")
    no = json.loads(printed)[0]["receipt"]["no"]
    code, printed = run("receipt", no)
    assert code == 0
    assert json.loads(printed)["judgement"]["problems"][0]["cell"] == "L4"
    assert [x["no"] for x in json.loads(run("receipts", "--unit", "652301", "--json")[1])] == [no]
    assert run("receipt", "没有")[0] == 2


def test_verify_backup_and_restore(run, tmp_path, monkeypatch):
    path = tmp_path / "好.xlsx"
    path.write_bytes(filled("survey_p2p", good("survey_p2p")))
    run("submit", path, "--by", "示例甲", *RECEIVED)
    assert run("verify")[0] == 0
    assert run("rebuild")[1].startswith("重建完成，结论不同的 0 份")
    asked = ("answer", "compliance", "--as-of", "2016-07-11", "--csv")
    before = run(*asked)
    assert run("backup", tmp_path / "copy.zip")[0] == 0
    assert run("restore", tmp_path / "copy.zip")[0] == 1
    monkeypatch.setenv("CAMPAIGN_HOME", str(tmp_path / "other"))
    assert run("restore", tmp_path / "copy.zip")[0] == 0
    assert run(*asked) == before
    kept = next(p for p in (tmp_path / "other" / "archive" / "files").rglob("*") if p.is_file())
    kept.write_bytes(b"x" + kept.read_bytes()[1:])
    code, printed = run("verify")
    assert code == 1
    assert "不符" in printed


def test_a_journal_cut_at_its_end_is_found_by_what_the_warehouse_remembers(run, tmp_path):
    path = tmp_path / "好.xlsx"
    path.write_bytes(filled("survey_p2p", good("survey_p2p")))
    run("submit", path, "--by", "示例甲", *RECEIVED)
    journal = tmp_path / "home" / "archive" / "journal.jsonl"
    journal.write_bytes(b"")
    code, printed = run("verify")
    assert code == 1
    assert "截短" in printed


def test_while_the_app_runs_the_writing_commands_say_so(run, monkeypatch):
    def busy(path):
        raise warehouse.Busy(str(path))

    monkeypatch.setattr(warehouse, "connect", busy)
    monkeypatch.setattr(arguments, "PATIENCE", 0)
    for words in (("answer", "matrix", "--as-of", "2016-07-11"), ("rebuild",)):
        assert run(*words)[0] == BUSY


def test_another_process_that_holds_the_warehouse_is_recognised(tmp_path):
    path = str(tmp_path / "w.duckdb")
    hold = f"import duckdb; con = duckdb.connect({path!r}); print('held', flush=True); input()"
    order, pipe = [sys.executable, "-c", hold], subprocess.PIPE
    with subprocess.Popen(order, stdin=pipe, stdout=pipe, text=True) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(warehouse.Busy):
            warehouse.connect(tmp_path / "w.duckdb")
        other.communicate("\n")


@pytest.mark.parametrize(
    "words",
    [
        ("template", "没有的单位", "--out", "T"),
        ("template", "652301", "--obligation", "没有", "--out", "T"),
        ("check", "没有.xlsx"),
        ("submit", "没有.xlsx", "--by", "示例甲"),
        ("answer", "没有", "--as-of", "2016-07-11"),
        ("answer", "matrix", "--as-of", "七月"),
        ("answer", "matrix", "--phase", "没有", "--as-of", "2016-07-11"),
    ],
)
def test_what_does_not_exist_is_said_and_ends_with_two(run, words):
    assert run(*words)[0] == 2


def test_answers_come_as_table_json_or_csv(run):
    asked = ("answer", "matrix", "--phase", "survey", "--as-of", "2016-07-11")
    rows = json.loads(run(*asked, "--json")[1])
    assert len(run(*asked, "--csv")[1].splitlines()) == len(rows) + 1
    assert "昌吉市" in run(*asked)[1]


@pytest.mark.xdist_group("demo")
def test_every_view_is_printed_and_every_form_is(demo_store, monkeypatch):
    monkeypatch.setattr(arguments, "opened", lambda: nullcontext(demo_store))
    for view, how in zip(views.questions(), cycle(["", "--json", "--csv"]), strict=False):
        words = ["answer", view, "--phase", "survey", "--as-of", "2016-11-18", *filter(None, [how])]
        ended = CliRunner().invoke(commands.app, words)
        assert (ended.exit_code, ended.exception) == (0, None), view
        assert "nan" not in ended.stdout.lower().split(), view


def test_nothing_of_a_name_is_markup_and_no_cell_a_formula(capsys):
    schema = pa.DataFrameSchema({"name": pa.Column(str, title="机构名称", nullable=True)})
    rows = pd.DataFrame({"name": ["[/red]甲", "=1+1", "-2", None]})
    for as_data in (None, True, False):
        printing.rows(rows, schema, as_data=as_data)
    printed = capsys.readouterr().out
    assert "[/red]甲" in printed
    assert "'=1+1" in printed
    assert "\n=1+1" not in printed


def test_templates_for_every_matter_of_a_unit(run, tmp_path):
    assert run("template", "OF", "--obligation", "all", "--out", "T")[0] == 0
    assert len(list((tmp_path / "T").glob("*.xlsx"))) == 8
    assert run("template", "OF", "--obligation", "bulletin_survey", "--out", "U")[0] == 0
    assert len(list((tmp_path / "U").glob("*.xlsx"))) == 1


def test_a_template_can_be_prefilled_with_what_was_accepted(run, tmp_path):
    path = tmp_path / "好.xlsx"
    path.write_bytes(filled("survey_p2p", good("survey_p2p")))
    run("submit", path, "--by", "示例甲", *RECEIVED)
    assert run("template", "652301", "--known", "--out", "T")[0] == 0
    (made,) = (tmp_path / "T").glob("*.xlsx")
    assert load_workbook(made)["P2P网络借贷"]["E4"].value == SURVEY["entity_name"]


def test_the_plan_can_be_checked(run):
    code, printed = run("plan", "check")
    assert code == 0
    assert "65项应报事项" in printed
    assert run("plan", "check", "nowhere")[0] == 1


def test_it_starts_as_a_module():
    order, env = [sys.executable, "-m", "pipelines", "--help"], {**os.environ, "PYTHONPATH": os.getcwd()}
    ended = subprocess.run(order, capture_output=True, text=True, check=True, env=env)
    assert "报送" in ended.stdout


def test_a_command_in_the_place_of_an_account_tells_and_sends_what_its_pages_would(run, tmp_path):
    def told(*words):
        code, printed = run(*words)
        assert code in {0, 1}
        return json.loads(printed)

    for name, unit, role in (("管理甲", "OF", "administrator"), ("木垒", "652328", "unit")):
        assert run("account", "add", name, "--person", "李示例", "--unit", unit, "--role", role)[0] == 0
    path = tmp_path / "县.xlsx"
    path.write_bytes(filled("survey_p2p", good("survey_p2p")))
    (sent,) = told("submit", path, "--as", "木垒", "--json")
    assert (sent["receipt"]["sent_by"], sent["receipt"]["unit"]) == ("李示例", "652328")
    assert run("submit", path, "--as", "木垒", "--unit", "652301")[0] == 1
    assert run("submit", path, "--as", "没有")[0] == 2
    assert run("submit", path)[0] == 2
    assert run("submit", path, "--by", "示例甲")[0] == 0
    assert {each["unit"] for each in told("receipts", "--json")} == {"652328", "652301"}
    assert {each["unit"] for each in told("receipts", "--as", "木垒", "--json")} == {"652328"}
    asked = ("answer", "compliance", "--as-of", "2016-12-31", "--json")
    assert len({row["unit"] for row in told(*asked)}) > 10
    assert {row["unit"] for row in told(*asked, "--as", "木垒")} == {"652328"}
    assert run(*asked, "--as", "管理甲")[0] == 1
