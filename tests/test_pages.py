"""The screens, opened from the script behind the door, on a small campaign of their own."""

import json
from io import BytesIO
from pathlib import Path

import pytest
import streamlit as st
from openpyxl import load_workbook
from streamlit.testing.v1 import AppTest

from pipelines import intake, warehouse
from schemas.plan import PLAN
from tests.build import filled, good, sheet_of
from ui import charts, frame, sending
from views import matrix

SHELL = str(Path(__file__).parent.parent / "ui" / "shell.py")
SUBMIT = str(Path(__file__).parent.parent / "pages" / "submit.py")
XLSX = sending.XLSX


@pytest.fixture
def open_app(tmp_path, monkeypatch):
    """Opens the app on an empty demonstration, as of the given day."""

    def opened(today="2016-11-18"):
        home = tmp_path / "home"
        home.mkdir()
        (home / "demo.json").write_text(json.dumps({"today": today}))
        monkeypatch.setattr(frame, "HOME", home)
        return right(AppTest.from_file(SHELL, default_timeout=60).run())

    st.cache_resource.clear()
    yield opened
    frame.store().con.close()
    st.cache_resource.clear()


def right(app):
    assert not app.exception, app.exception[0].value
    return app


def read(app):
    return "\n".join(str(each.value) for each in (*app.markdown, *app.caption, *app.info))


def metrics(app):
    return {metric.label: metric.value for metric in app.metric}


def submit(app, *workbooks, name="示例甲"):
    right(app.switch_page(SUBMIT).run())
    app.text_input[0].set_value(name).run()
    app.file_uploader[0].set_value([(f"第{n}份.xlsx", content, XLSX) for n, content in enumerate(workbooks, 1)])
    right(app.run())
    return right(app.button[0].click().run())


def test_the_rates_have_their_bases(open_app):
    app = open_app()
    assert metrics(app)["已报率"] == "0.0%"
    assert "0 / 48 项" in read(app)
    assert "示例数据" in read(app)


def test_nothing_due_is_never_a_percentage(open_app):
    app = open_app("2016-06-24")
    assert metrics(app)["按时率"] == "—"
    assert "尚无到期事项" in read(app)
    assert "临近截止" in read(app)


def test_a_phase_narrows_everything(open_app):
    app = open_app()
    app.button_group[0].set_value(frame._phase_label(1, "survey")).run()
    assert metrics(right(app))["应报"] == "14 项"


def test_a_chosen_cell_is_opened_below(open_app):
    app = open_app()
    for cell in (("652301", "county_survey"), ("D", "field_plan")):
        app.session_state[charts.CHOSEN] = cell
        text = read(right(app.run()))
        assert PLAN.obligations[cell[1]].quote in text
        assert "还没有收到报送" in text
    assert "任一牵头单位" in text


def test_a_faulty_workbook_is_answered_cell_by_cell(open_app):
    app = submit(open_app("2016-07-20"), filled("survey_p2p", good("survey_p2p", risk_level="很高")))
    assert "退回修改" in read(app)
    problems = app.table[0].value
    assert problems["现值"].tolist() == ["很高"]
    assert problems["位置"].iloc[0].startswith(f"{sheet_of('survey_p2p')}\\!")
    assert not app.file_uploader[0].value
    assert right(app.switch_page(str(Path(SUBMIT).parent / "deadline.py")).run())


def test_a_good_workbook_lights_the_matrix(open_app):
    app = submit(open_app("2016-07-20"), filled("survey_p2p", good("survey_p2p")), b"not a workbook")
    assert "✓ 已受理" in read(app)
    assert "无法读取" in read(app)
    rows = matrix.fetch(frame.cursor(), frame.Scope(None, frame.today()))
    cell = rows[(rows["subject"] == "652301") & (rows["obligation"] == "county_survey")]
    assert cell["status"].tolist() == ["late"]


def test_what_was_read_otherwise_is_listed(open_app):
    row = good("survey_p2p", people_cnt="三十", est_date="2014.5.1")
    app = submit(open_app("2016-07-20"), filled("survey_p2p", row))
    listed = [table.value["怎么改的"].tolist() for table in app.table if "怎么改的" in table.value]
    assert listed == [["已统一日期写法"]]
    assert "未能检查" in app.expander[1].label


def test_the_same_workbook_twice_has_one_receipt(open_app):
    same = filled("survey_p2p", good("survey_p2p"))
    app = submit(submit(open_app("2016-07-20"), same), same)
    assert "此前已收到" in read(app)


def test_a_unit_sees_its_duties_and_gets_its_template(open_app):
    app = right(open_app().switch_page(SUBMIT).run())
    app.selectbox[0].set_value("652325").run()
    assert "奇台县的应报事项" in read(right(app))
    app.selectbox[1].set_value("county_survey").run()
    assert "下载本单位本事项模板" in [button.label for button in right(app).download_button]


def test_markup_in_a_cell_stays_text(open_app):
    row = good("survey_p2p", risk_level="[点我](http://example.com) :red[x] $a$")
    app = submit(open_app("2016-07-20"), filled("survey_p2p", row))
    assert "\\[点我\\]" in app.table[0].value["现值"].iloc[0]


def test_a_real_campaign_keeps_within_the_days_of_the_plan(open_app, tmp_path):
    app = open_app()
    assert app.date_input[0].value == frame.today()
    assert PLAN.campaign.starts_on <= frame.today() <= PLAN.campaign.dates_until


def test_a_busy_store_is_said_in_a_sentence(open_app, monkeypatch):
    def busy(home):
        raise warehouse.Busy(home)

    with monkeypatch.context() as patch:
        patch.setattr(intake, "open_store", busy)
        app = open_app()
    assert "另一个程序" in app.error[0].value


def test_a_template_brings_back_what_was_accepted(open_app):
    submit(open_app("2016-07-20"), filled("survey_p2p", good("survey_p2p")))
    content = sending.template(frame.cursor(), "652301", "county_survey", frame.today())
    cells = [value for line in load_workbook(BytesIO(content))[sheet_of("survey_p2p")].values for value in line]
    assert good("survey_p2p")["entity_name"] in cells


def test_without_a_name_nothing_is_sent_and_that_is_said(open_app):
    app = submit(open_app(), b"x", name="")
    assert [each.value for each in app.warning] == ["请先填写报送人。"]
    assert intake.receipts(frame.store().archive) == []
