"""The plan is inside the record: what was changed in it is known, with the reason, and never silent."""

import datetime as dt
import json
import re
import shutil
from types import SimpleNamespace

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from cli import commands
from pipelines import intake
from pipelines.keeping import adopted, opening, place
from schemas import plan as plans
from tests.conftest import ANOTHER
from tests.opening import opened
from ui import data, plan_changes, tables
from views import Scope, records
from views.answers import compliance, matrix
from views.charts import lateness
from views.charts import matrix as charts_matrix
from views.charts.picture import Look
from views.figures import cell, watch
from views.figures.filters import Filters


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A copy of the plan folder, used in place of ours."""
    shutil.copytree(plans.HOME, tmp_path / "plan")
    monkeypatch.setattr(plans, "HOME", tmp_path / "plan")
    return tmp_path / "plan"


@pytest.fixture
def archive(tmp_path):
    return opening.archive(place.of(tmp_path / "home"))


def move_day(folder):
    """Move the day on which the survey is due."""
    path = folder / "obligation.csv"
    lines = path.read_text(encoding="utf-8").split("\n")
    moved = [x.replace("2016-07-08", "2016-07-12") if x.startswith("county_survey,") else x for x in lines]
    assert moved != lines
    path.write_text("\n".join(moved), encoding="utf-8")


def test_the_first_opening_records_the_plan_and_since_when(archive, folder):
    adopted.hold(archive, folder)
    adopted.hold(archive, folder)
    (entry,) = archive.entries("plan")
    assert entry.facts["reason"] == adopted.FIRST
    assert archive.bytes_of(entry.facts["files"]["obligation"]) == (folder / "obligation.csv").read_bytes()
    assert adopted.changes(archive) == []


def test_a_changed_plan_stops_the_start_until_it_is_adopted_with_a_reason(archive, folder):
    adopted.hold(archive, folder)
    move_day(folder)
    with pytest.raises(
        adopted.PlanChanged, match=r"obligation\.csv county_survey due“2016-07-08”→“2016-07-12”"
    ):
        intake.open_store(archive.root.parent)
    assert adopted.adopt(archive, folder, "州办通知延期")
    assert not adopted.adopt(archive, folder, "再来一次")
    intake.open_store(archive.root.parent).con.close()
    (move,) = adopted.moved_days(archive)["county_survey"]
    assert (move.before, move.after, move.reason) == ("2016-07-08", "2016-07-12", "州办通知延期")
    assert archive.verify() == []


def test_a_moved_due_day_is_told_with_the_day_before_and_the_reason_wherever_the_day_is(archive, folder):
    adopted.hold(archive, folder)
    move_day(folder)
    adopted.adopt(archive, folder, "州办通知<b>延期</b>")
    store = opened(archive.root.parent)
    said = "原定 2016-07-08，改为 2016-07-12，理由：州办通知<b>延期</b>"
    scope = Scope(None, dt.date(2016, 7, 6), None)

    def ask(fetch, *asked):
        return fetch(store.con, *asked)

    for answer in (compliance, matrix):
        rows = answer.fetch(store.con, scope)
        assert set(rows[rows["obligation"] == "county_survey"]["moved_words"]) == {said}
        assert set(rows[rows["obligation"] != "county_survey"]["moved_words"]) == {""}
    assert f"（07-08，{said}）" in "".join(clause.words for clause in watch.clauses(ask, scope))
    late = Scope(None, dt.date(2016, 8, 6), None)
    (shown,) = [r for r in records(rows) if (r.subject, r.obligation) == ("652301", "county_survey")]
    assert "延期&lt;/b&gt;" in cell.hover(shown).replace("<br>", "")
    look = Look(late, Filters())
    assert said in set(charts_matrix.picture(ask, look, "territory").table["改期"])
    assert said in set(lateness.picture(ask, look).table["改期"])
    assert list(tables.titled(rows, matrix.ANSWER, ("due",))) == ["截止日期", "改期"]
    store.close()


def test_a_template_says_from_which_day_its_due_day_was_moved(archive, folder, tmp_path, monkeypatch):
    monkeypatch.setenv("CAMPAIGN_HOME", str(archive.root.parent))
    adopted.hold(archive, folder)
    move_day(folder)
    adopted.adopt(archive, folder, "州办通知延期")
    words = ["template", "652301", "--obligation", "county_survey", "--out", str(tmp_path)]
    assert CliRunner().invoke(commands.app, words).exit_code == 0
    (made,) = tmp_path.glob("*.xlsx")
    line = load_workbook(made)["封面"]["A2"].value
    assert "报送截止：2016-07-08" in line  # the plan in force is read at the start
    assert "原定 2016-07-08，改为 2016-07-12，理由：州办通知延期。" in line


def test_how_a_program_writes_the_lines_changes_no_plan(archive, folder):
    adopted.hold(archive, folder)
    for path in folder.glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        path.write_bytes(b"\xef\xbb\xbf" + (text.rstrip("\n") + "\n,,\n").replace("\n", "\r\n").encode())
    assert adopted.differences(archive, folder) == []


def test_a_row_that_comes_or_goes_or_moves_is_a_change(archive, folder):
    adopted.hold(archive, folder)
    path = folder / "lead.csv"
    heading, first, second, *rest = path.read_text(encoding="utf-8").splitlines()
    for lines in ([heading, first, *rest], [heading, second, first, *rest]):
        path.write_text("\n".join([*lines, ""]), encoding="utf-8")
        assert adopted.differences(archive, folder)


def test_a_program_in_the_folder_is_part_of_the_plan_and_told_by_its_hash(archive, folder):
    adopted.hold(archive, folder)
    program = folder / "returns" / "hazard.py"
    program.parent.mkdir()
    program.write_bytes(b"A = 1\n")
    (told,) = adopted.differences(archive, folder)
    assert told.startswith("returns/hazard.py")
    assert adopted.adopt(archive, folder, "隐患台账")
    program.write_bytes(b"A = 1\r\n")
    assert adopted.differences(archive, folder) == []
    program.write_bytes(b"A = 2\n")
    with pytest.raises(adopted.PlanChanged, match="hazard"):
        adopted.hold(archive, folder)
    program.unlink()
    (change,) = adopted.changes(archive)
    assert (change.file, change.before) == ("returns/hazard.py", "")
    assert len(adopted.differences(archive, folder)) == 1


CHANGED = {  # of a campaign's own: a file, its words, what is made of them, how that is told
    "measure.csv": ("隐患整改率", "整改率", "“隐患整改率”→“整改率”"),
    "step.csv": ("state=已销号", "closed_on", "reached“state=已销号”→“closed_on”"),
    "returns/hazard.py": ("隐患台账", "隐患登记", "returns/hazard.py"),
}


def test_a_changed_measure_step_or_return_stops_the_start_until_it_is_adopted_and_is_listed(
    archive, folder, monkeypatch
):
    monkeypatch.setenv("CAMPAIGN_HOME", str(archive.root.parent))
    (folder / "returns").mkdir()
    for name in CHANGED:
        shutil.copy(ANOTHER / name, folder / name)
    adopted.hold(archive, folder)
    for name, (words, instead, told) in CHANGED.items():
        text = (folder / name).read_text(encoding="utf-8")
        assert words in text
        (folder / name).write_text(text.replace(words, instead, 1), encoding="utf-8")
        with pytest.raises(adopted.PlanChanged, match=re.escape(told)):
            intake.open_store(archive.root.parent)
        ended = CliRunner().invoke(commands.app, ["plan", "adopt", "--reason", f"改{name}"])
        assert ended.exit_code == 0
    assert archive.verify() == []
    monkeypatch.setattr(data, "store", lambda: SimpleNamespace(archive=archive))
    listed = plan_changes.rows()  # as 口径与来源 shows them
    assert dict(zip(listed["内容"], listed["理由"], strict=True)) == {
        "自设口径": "改measure.csv",
        "自设环节": "改step.csv",
        "returns/hazard.py": "改returns/hazard.py",
    }


def test_a_plan_file_kept_is_held_against_its_hash(archive, folder):
    adopted.hold(archive, folder)
    sha256 = archive.entries("plan")[0].facts["files"]["lead"]
    archive._path(sha256).unlink()
    assert archive.verify() == [f"文件缺失：{sha256}"]


def test_verify_and_the_command_line_say_where_the_plan_differs(archive, folder, monkeypatch):
    monkeypatch.setenv("CAMPAIGN_HOME", str(archive.root.parent))

    def run(*words):
        ended = CliRunner().invoke(commands.app, words)
        return ended.exit_code, ended.output

    adopted.hold(archive, folder)
    assert run("verify")[0] == 0
    move_day(folder)
    for words in (("verify",), ("rebuild",), ("answer", "matrix", "--as-of", "2016-07-11")):
        code, printed = run(*words)
        assert (code, "“2016-07-08”→“2016-07-12”" in printed) == (1, True)
    assert run("plan", "adopt", "--reason", "  ")[0] == 2
    assert "2016-07-12" in run("plan", "adopt", "--reason", "州办通知延期")[1]
    assert run("verify")[0] == 0


def test_a_receipt_is_placed_by_the_command_with_a_reason(archive, tmp_path, monkeypatch):
    monkeypatch.setenv("CAMPAIGN_HOME", str(archive.root.parent))
    store = intake.open_store(archive.root.parent)
    no = intake.receive(store, b"junk", "a.xls", "示例甲").receipt.no
    store.con.close()
    words = ["receipt", no, "--came-at", "2016-07-08T17:30"]
    assert CliRunner().invoke(commands.app, words).exit_code == 2
    ended = CliRunner().invoke(commands.app, [*words, "--reason", "时钟错了"])
    assert ended.exit_code == 0
    told = json.loads(ended.stdout)["receipt"]
    assert (told["received_at"], told["reason"]) == ("2016-07-08T17:30:00+08:00", "时钟错了")
    assert told["stamped_at"] != told["received_at"]
