"""The screens, opened from the script behind the door, on small campaigns of their own and on the
demonstration.
"""

import datetime as dt
import re
import shutil
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

import views
from door import downloads, files
from pipelines import intake
from pipelines.keeping import adopted, opening, place, warehouse
from pipelines.keeping.archive import Archive
from pipelines.keeping.postgres import Away
from pipelines.keeping.receipts import listed
from pipelines.writing import listing
from schemas import access
from schemas import plan as plans
from schemas.access import Reach
from schemas.plan import PLAN
from tests import signed, test_beside
from tests.app import errors, metrics, press, read, right, submit, tables_told, turn
from tests.build import IDS, filled, good, sheet_of
from ui import data, plan_changes, receipts, tables
from views import Scope
from views.answers import ledger, matrix
from views.charts import pace
from views.charts.picture import Look
from views.figures import headline, owed, progress
from views.figures.filters import Filters
from views.figures.words import clause

ROOT = Path(__file__).parent.parent
ROLES = [role for role in access.ROLES if role != "unit"]
DESKS = ["652301", "FIN", "LG", "PSB"]


def test_the_rates_have_their_bases(look):
    app = look()
    assert metrics(app)["已报率"] == "0.0%"
    assert re.search(r"方案 0/\d+＋内部 0/\d+ 项", read(app))
    assert "示例数据" in read(app)


def test_nothing_due_is_never_a_percentage(look):
    app = look("2016-06-24")
    assert metrics(app)["按时率"] == "—"
    assert "尚无到期事项" in read(app)
    assert "临近截止" in read(app)


def test_a_phase_narrows_everything_and_stands_in_the_address(look):
    app = look()
    app.button_group[0].set_value("survey").run()
    assert metrics(right(app))["应报"] == "73 项"
    assert app.query_params["phase"] == "survey"


def test_an_address_restores_phase_day_and_filters(look):
    app = look(phase="survey", as_of="2016-07-09", territory="652301", field="A")
    assert app.date_input[0].value.isoformat() == "2016-07-09"
    assert app.button_group[0].value == "survey"
    assert {"县市（园区）=昌吉市 ✕", "领域=P2P网络借贷 ✕", "清除全部"} <= {b.label for b in app.button}
    next(b for b in app.button if b.label.startswith("领域=")).click().run()
    assert "field" not in right(app).query_params
    next(b for b in app.button if b.label == "清除全部").click().run()
    assert "territory" not in right(app).query_params


def test_words_in_the_address_that_mean_nothing_do_no_harm(look):
    app = look(phase="x", as_of="昨天", territory="巴黎", field="Z", risk_level="很高", cell="a.b", rows="?")
    assert app.date_input[0].value == data.today()
    assert not [b for b in app.button if "✕" in b.label]
    assert app.button_group[0].value == progress.EVERY_PHASE


@pytest.mark.parametrize(
    ("name", "address"),
    [("deadline", {"part": part}) for part in ("grid", "late", "all")]
    + [("about", {"of": part}) for part in ("measures", "lights", "matters")],
)
def test_every_part_of_a_page_stands_in_the_address(look, name, address):
    app = look(**address, page=name)
    ((key, part),) = address.items()
    assert part in {group.value for group in app.button_group}
    assert app.query_params[key] == part
    assert not app.error


def test_the_page_before_the_meeting_says_who_is_late_and_why_and_holds_counties_together(begin, open_app):
    begin("2016-07-20")
    bad = filled("survey_p2p", good("survey_p2p", risk_level="很高"))
    intake.receive(data.store(), bad, "县.xlsx", "示例甲")
    app = open_app("2016-07-20", **{"as": "leader"}, page="meeting")
    late = next(table for table in tables_told(app) if "原因" in table)
    mine = late[late["单位"] == "昌吉市"]["原因"]
    assert mine.str.contains("退回修改，须改正 1 处").any()
    assert (late[late["单位"] == "阜康市"]["原因"] == "尚未收到报送。").all()
    assert "上次例会" in read(app)
    first, second = (s for s in app.selectbox if s.label in {"第一个", "第二个"})
    second.set_value("全州合计").run()
    assert list(tables_told(right(app))[-1].columns) == ["指标", first.value, "全州合计"]


def test_an_order_stands_in_the_address_and_blanks_are_last(look):
    app = look(part="all", order="days", page="deadline")
    days = list(app.dataframe[0].value["days"])
    known = [day for day in days if day == day and day is not None]
    assert known == sorted(known, reverse=True)
    assert days[: len(known)] == known
    chosen = next(s for s in app.selectbox if s.label == "排序")
    assert chosen.value == "days"
    chosen.set_value("latest").run()
    assert right(app).query_params["order"] == "latest"
    assert app.dataframe[0].value["due"].is_monotonic_decreasing
    next(s for s in app.selectbox if s.label == "排序").set_value("due").run()
    assert "order" not in right(app).query_params


def test_the_last_figure_of_the_list_is_the_one_it_is_ordered_by(begin, open_app):
    begin("2016-07-20")
    rows = [
        good("survey_p2p", entity_name=f"示例{name}公司", id_no=no, people_cnt=count)
        for name, no, count in (("少", IDS[0], 3), ("多", IDS[1], 400))
    ]
    intake.receive(data.store(), filled("survey_p2p", *rows), "县.xlsx", "示例甲")
    address = {"as": "inspector", "order": "people"}
    app = open_app("2016-07-20", **address, page="inspection")
    listed = next(frame.value for frame in app.dataframe if "entity_name" in frame.value)
    assert list(listed.columns)[-1] == "people_cnt"
    assert list(listed["entity_name"]) == ["示例多公司", "示例少公司"]


def test_files_that_a_restart_lost_are_to_be_chosen_again(look, monkeypatch):
    app = look(**{"as": "office"}, page="submit")
    app.file_uploader[0].set_value([("县.xlsx", b"x", listing.MIME)])
    assert not right(app.run()).warning
    monkeypatch.setattr(MemoryUploadedFileManager, "get_files", lambda *_given, **_named: [])
    assert "请重新选择文件" in read(right(app.run()))
    assert next(b for b in app.button if b.label == "报送").disabled


def test_what_an_address_says_wrongly_is_told_and_taken_out(look):
    app = look(as_of="2016-02-30", phase="xyz", territory="652301")
    told = app.toast[0].value.replace("\\", "")
    assert told == "网址中的截至日期“2016-02-30”、阶段“xyz”无法识别或不在方案之内，已略去，其余照常。"
    assert {*app.query_params} == {"territory"}


def test_an_opened_cell_says_why_a_duty_is_not_met_and_whom_to_ask(begin, open_app):
    begin("2016-07-20")
    bad = filled("survey_p2p", good("survey_p2p", risk_level="很高"))
    intake.receive(data.store(), bad, "县.xlsx", "示例甲")
    cell = "652301.county_survey"
    text = read(open_app("2016-07-20", cell=cell)).replace("\\", "")
    assert "未报齐的原因" in text
    assert "已逾期 8 个工作日" in text
    assert "退回修改，须改正 1 处，第一处 P2P网络借贷!" in text
    intake.receive(data.store(), filled("survey_p2p", good("survey_p2p")), "县.xlsx", "示例甲")
    assert "未报齐的原因" not in read(open_app("2016-07-20", cell=cell))


def test_a_chosen_cell_is_opened_over_the_page(look):
    for cell in ("652301.county_survey", "D.field_plan"):
        text = read(look(cell=cell))
        assert PLAN.obligations[cell.partition(".")[2]].quote in text
        assert "尚未收到报送" in text
    assert "任一牵头单位" in text


@pytest.mark.parametrize("phase", PLAN.phases)
def test_every_phase_has_its_page(look, phase):
    app = look(phase=phase, page="phase")
    assert clause(PLAN.phases[phase].clause) in read(app)
    assert not app.error


@pytest.mark.parametrize("role", [*ROLES, "652301"])
def test_a_menu_holds_only_what_is_theirs(look, role):
    look(**{"as": role})
    account = who_is(role)
    theirs = {name for name in access.TITLES if access.rights(account, name)}
    assert set(access.menu(account)) <= theirs < set(access.TITLES)


def who_is(role):
    """The sample account of a role or a unit, as the page finds it."""
    return data.people().account(signed.account_of(data.people(), role))


def test_a_newer_return_is_announced_and_changes_nothing_until_asked(open_app):
    app = open_app("2016-07-20")
    store = data.store()
    intake.receive(store, filled("survey_p2p", good("survey_p2p")), "县.xlsx", "示例甲")
    app.run()
    assert "排查 0，" in read(right(app))
    news = next(b for b in app.button if "新受理" in b.label)
    assert "有 1 份" in news.label
    news.click().run()
    assert "排查 1，" in read(right(app))
    assert not [b for b in app.button if "新受理" in b.label]


def test_a_chart_that_fails_is_told_in_its_place_and_the_others_stay(open_app, monkeypatch):
    def broken(answer, look):
        raise ZeroDivisionError

    monkeypatch.setattr(pace, "_figure", broken)
    app = open_app()
    assert [e.proto.title for e in app.error] == ["此图未能生成，是系统的问题，不是您的操作有误"]
    assert "高风险机构分布" in read(app)


def test_a_faulty_workbook_is_answered_cell_by_cell(open_app):
    app = submit(
        open_app("2016-07-20", **{"as": "office"}),
        filled("survey_p2p", good("survey_p2p", risk_level="很高")),
    )
    assert "退回修改" in read(app)
    problems = tables_told(app)[0]
    assert problems["现值"].tolist() == ["很高"]
    assert problems["位置"].iloc[0].startswith(f"{sheet_of('survey_p2p')}!")
    assert not app.file_uploader[0].value
    assert turn(app, "deadline")


def test_a_workbook_is_looked_at_first_and_nothing_of_it_is_kept(open_app):
    workbook = filled("survey_p2p", good("survey_p2p", risk_level="很高"))
    app = submit(open_app("2016-07-20", page="submit", **{"as": "office"}), workbook, button="先检查")
    assert "尚未报送" in read(app)
    assert "回执号" not in read(app)
    assert tables_told(app)[0]["现值"].tolist() == ["很高"]
    (order,) = [o for _, o in downloads.ORDERS._held.values() if o.what == "先检查"]
    assert "问题清单" in load_workbook(BytesIO(order.make())).sheetnames
    assert "尚未报送" not in read(press(app, "报送"))


def test_a_good_workbook_lights_the_matrix(open_app):
    app = submit(
        open_app("2016-07-20", **{"as": "office"}),
        filled("survey_p2p", good("survey_p2p")),
        b"not a workbook",
    )
    assert "✓ 已受理" in read(app)
    assert "无法读取" in read(app)
    rows = matrix.fetch(data.store().con.cursor(), Scope(None, data.today(), None))
    cell = rows[(rows["subject"] == "652301") & (rows["obligation"] == "county_survey")]
    assert cell["status"].tolist() == ["late"]


def test_what_was_read_otherwise_is_listed(open_app):
    row = good("survey_p2p", people_cnt="三十", est_date="2014.5.1")
    app = submit(open_app("2016-07-20", page="submit", **{"as": "652301"}), filled("survey_p2p", row))
    listed = [table["怎么改的"].tolist() for table in tables_told(app) if "怎么改的" in table]
    assert listed == [["已统一日期写法"]]
    (read_as,) = [each.label for each in app.expander if each.label.startswith("怎样读的")]
    assert "修正 1 处，暂未检查" in read_as


def test_the_same_workbook_twice_has_one_receipt(open_app):
    same = filled("survey_p2p", good("survey_p2p"))
    app = submit(
        open_app("2016-07-20", **{"as": "652301"}, page="submit"), same, same
    )  # chosen twice in one go
    assert len(data.store().archive.numbers()) == 1
    assert read(app).count("回执号") == 1
    assert "此前已收到" in read(submit(app, same))


def test_a_unit_sees_what_it_owes_and_gets_its_template(look):
    app = look(**{"as": "652325"})
    assert "奇台县的待办" in read(app)
    next(b for b in app.button if b.key == "go_county_survey").click().run()
    assert "下载本单位本事项模板" in [link.proto.label for link in right(app).get("link_button")]
    assert "报送单位　**奇台县**" in read(app)


def test_the_office_chooses_any_unit(look):
    app = look(**{"as": "office"}, page="submit")
    unit = next(s for s in app.selectbox if s.label == "报送单位")
    unit.set_value("652325").run()
    assert "奇台县的应报事项" in read(right(app))


def test_an_inspector_is_offered_the_checklists_alone(look):
    app = look(**{"as": "inspector"}, page="submit")
    unit, duty = (next(s for s in app.selectbox if s.label == name) for name in ("报送单位", "应报事项"))
    assert unit.options == [PLAN.units["LG"].title]
    assert [words.split("　")[1] for words in duty.options] == [PLAN.obligations["inspection_record"].title]


def test_a_unit_sees_what_others_did_with_its_sendings_and_nothing_of_the_rest(open_app):
    app = submit(
        open_app("2016-07-20", **{"as": "652301"}, page="submit"), filled("survey_p2p", good("survey_p2p"))
    )
    (row,) = listed(data.store().archive)
    trail = data.people().trail
    trail.write("exported", "示例办公室", unit="OF", subject=f"原件_{row.receipt.no}.xlsx")
    trail.write("exported", "示例办公室", unit="OF", subject="原件_20160720-99999.xlsx")
    app = turn(app, "own")
    theirs, mine = (each.value for each in app.dataframe)
    assert theirs[["单位", "操作"]].to_numpy().tolist() == [["领导小组办公室", "导出"]]
    assert list(mine["操作"]) == ["上传"]


def test_the_administrator_sees_the_whole_trail_and_that_it_holds(open_app):
    app = open_app("2016-07-20", **{"as": "administrator"})
    data.people().trail.write("signed_in", "示例木垒", unit="652328", address="10.0.0.1")
    app = turn(app, "trail")
    assert [each.proto.title for each in app.success] == ["✓ 链条完整"]
    assert app.dataframe[0].value["账户"].tolist() == ["示例木垒"]


def test_an_account_is_disabled_with_a_reason_and_reset_with_a_code_that_is_shown_once(open_app):
    app = open_app("2016-07-20", **{"as": "administrator"})
    known, first = data.people(), "示例领导"
    known.secrets.begin(first, "10.0.0.1")

    def press(key):
        return right(next(b for b in app.button if b.key == f"{key}_{first}").click().run())

    assert "请先填写变更理由。" in [e.value for e in press("off").error]
    assert known.account(first)
    press("reset")
    code = re.search(r"\*\*([a-z2-9-]{14})\*\*", app.info[0].value)[1]
    assert known.secrets.is_password(first, code)
    assert first not in [each.account for each in known.secrets.sessions()]
    assert not right(app.run()).info
    next(t for t in app.text_input if t.key == f"reason_{first}").set_value("离岗").run()
    press("off")
    assert known.account(first) is None
    assert [entry.facts["reason"] for entry in known.archive.entries("account")][-1] == "离岗"


def test_markup_in_a_cell_stays_text(open_app):
    typed = "[点我](http://example.com) :red[x] $a$ <img src=x onerror=alert(1)> <b>&amp;"
    row = good("survey_p2p", risk_level=typed)
    app = submit(open_app("2016-07-20", page="submit", **{"as": "652301"}), filled("survey_p2p", row))
    assert tables_told(app)[0]["现值"].tolist() == [typed]
    assert not any("<img" in each.value or "<b>" in each.value for each in app.html)


def test_a_real_campaign_keeps_within_the_days_of_the_plan(look):
    app = look()
    assert app.date_input[0].value == data.today()
    assert PLAN.campaign.starts_on <= data.today() <= PLAN.campaign.dates_until


def test_a_busy_store_is_said_in_a_sentence(open_app, monkeypatch):
    def busy(home):
        raise warehouse.Busy(home)

    with monkeypatch.context() as patch:
        patch.setattr(intake, "open_store", busy)
        app = open_app()
    assert "另一个程序" in app.error[0].value


def test_a_template_brings_back_what_was_accepted(open_app):
    submit(
        open_app("2016-07-20", **{"as": "652301"}, page="submit"), filled("survey_p2p", good("survey_p2p"))
    )
    con = data.store().con.cursor()
    content = files.prefilled(lambda: con, Scope(None, data.today(), None), "652301", "county_survey")
    cells = [
        value for line in load_workbook(BytesIO(content))[sheet_of("survey_p2p")].values for value in line
    ]
    assert good("survey_p2p")["entity_name"] in cells


def test_every_receipt_of_a_unit_can_be_opened_again(open_app, monkeypatch):
    app = submit(
        open_app("2016-07-20", **{"as": "652301"}, page="submit"), filled("survey_p2p", good("survey_p2p"))
    )
    row = listed(data.store().archive)[0]
    many = [replace(row, receipt=replace(row.receipt, no=f"20160720-{n:05d}")) for n in range(100, 140)]
    monkeypatch.setattr(receipts, "listed", lambda archive, unit, day: [*many, row])
    again = right(app.run()).selectbox(key="again")
    assert len(again.options) == 42
    shown = right(again.select(row.receipt.no).run())
    assert row.receipt.no in read(shown)


def test_a_moved_due_day_shows_both_days_with_the_reason(open_app, tmp_path, monkeypatch):
    shutil.copytree(plans.HOME, tmp_path / "plan")
    monkeypatch.setattr(plans, "HOME", tmp_path / "plan")
    path_of = tmp_path / "plan" / "obligation.csv"
    now = path_of.read_text(encoding="utf-8")
    lines = now.split("\n")
    first = [x.replace("2016-07-08", "2016-07-04") if x.startswith("county_survey,") else x for x in lines]
    path_of.write_text("\n".join(first), encoding="utf-8")
    intake.begin_demo(tmp_path / "home", dt.date(2016, 7, 20))
    archive = opening.archive(place.of(tmp_path / "home"))
    adopted.hold(archive, plans.HOME)
    path_of.write_text(now, encoding="utf-8")
    stopped = open_app("2016-07-20", **{"as": "office"})
    assert "plan adopt" in " ".join(each.value for each in stopped.error)
    adopted.adopt(archive, plans.HOME, "州办通知延期")
    app = open_app("2016-07-20", of="changes", **{"as": "office"}, page="about")
    (changes,) = app.dataframe
    (told,) = changes.value[["原", "现", "理由"]].to_numpy().tolist()
    assert told == ["2016-07-04", "2016-07-08", "州办通知延期"]
    moved = "原定 2016-07-04，改为 2016-07-08，理由：州办通知延期"
    assert plan_changes.moves("county_survey") == moved
    seen = {"as": "leader", "as_of": "2016-07-06", "cell": "652301.county_survey", "part": "all"}
    app = open_app("2016-07-20", **seen)
    shown = read(app).replace("\\", "")
    assert f"（07-08，{moved}）" in shown  # 今日督办重点
    assert f"星期五**（{moved}）" in shown.replace("　", "")  # the cell that was opened
    (listed,) = turn(app, "deadline").dataframe[:1]
    assert set(listed.value["moved_words"]) == {"", moved}


def test_what_a_lead_tells_stands_beside_what_its_territory_tells(open_app, tmp_path):
    intake.begin_demo(tmp_path / "home", dt.date(2016, 7, 20))
    store = intake.open_store(tmp_path / "home")
    one, other = test_beside.row(), test_beside.row("示例丙公司", IDS[2])
    test_beside.county(store, one, other)
    test_beside.lead(store, {**one, "stock_scale": 700}, {**other, "entity_name": "示例乙公司"})
    store.con.close()
    survey = open_app("2016-07-20", phase="survey", page="phase")
    assert "需核实 2 处" in read(survey)
    rows = data.answer(ledger.fetch, Scope(None, dt.date(2016, 7, 20), None)).set_index("entity_name")
    for name, words in (("示例甲公司", "另报存量"), ("示例乙公司", "疑似同一机构")):
        page = open_app("2016-07-20", entity=f"{rows.entity[name]}", page="entity")
        assert words in read(page)


def test_the_office_sends_in_the_place_of_a_unit_and_that_is_said(open_app):
    submit(
        open_app("2016-07-20", **{"as": "office"}, page="submit"), filled("survey_p2p", good("survey_p2p"))
    )
    (row,) = listed(data.store().archive)
    assert row.receipt.sent_by == "示例办公室（代报）"
    (sent,) = [deed for deed in data.people().trail.deeds() if deed.kind == "sent"]
    assert (sent.account, sent.subject) == ("示例办公室", f"回执 {row.receipt.no}")


def test_facets_narrow_the_ledger_and_an_empty_answer_says_which_hide_most(open_app):
    def inspecting(**facets):
        return right(open_app("2016-07-20", **{"as": "inspector", **facets}, page="inspection"))

    assert "符合条件 0 家" in read(inspecting())
    grave = good("survey_p2p", risk_level="高", risk_desc="风险表现写满了十个字以上", is_key="重点对象")
    intake.receive(data.store(), filled("survey_p2p", grave), "县.xlsx", "示例甲")
    assert "符合条件 1 家" in read(inspecting(q_risk_level="高"))
    nothing = inspecting(q_risk_level="低", q_words="示例甲")
    assert "没有符合全部条件的机构" in read(nothing)
    assert any("去掉“风险程度 低” → 1 家" in b.label for b in nothing.button)
    next(b for b in nothing.button if b.label.startswith("去掉“风险程度")).click().run()
    assert "符合条件 1 家" in read(right(nothing))
    assert ledger.Facets(risk_level=("低",), words="示例甲").in_words() == "风险程度：低；名称含：示例甲"


def test_a_lead_sees_the_institutions_of_its_own_fields_and_no_others(open_app):
    def looking(role, page="inspection", **facets):
        app = open_app("2016-07-20", **{"as": role, **facets}, page=page)
        return app, read(app)

    looking("PBC")
    grave = good("survey_p2p", risk_level="高", risk_desc="风险表现写满了十个字以上", is_key="重点对象")
    intake.receive(data.store(), filled("survey_p2p", grave), "县.xlsx", "示例甲")
    data.show_newest()
    (entity,) = data.answer(ledger.fetch, Scope(None, dt.date(2016, 7, 20), None))["entity"]
    for role, hits in (("PBC", 0), ("CBRC", 1), ("office", 1)):
        assert f"符合条件 {hits} 家**　共 {hits} 家" in looking(role)[1]
        app, words = looking(role, "entity", entity=f"{entity}")
        assert ("没有这家机构" in words) is not hits
        assert ("示例甲网络科技有限公司" in words) is bool(hits)
        originals = [b for b in app.get("link_button") if b.proto.label.startswith("下载原件")]
        assert len(originals) == (role == "office")  # the county's workbook tells of other fields too


@pytest.mark.parametrize(("role", "is_told"), [("leader", False), ("office", True)])
def test_a_leader_sees_no_telephone_and_no_legal_person_on_the_screen_nor_in_the_export(
    begin, open_app, monkeypatch, role, is_told
):
    left = []
    monkeypatch.setattr(tables, "download", lambda rows, title, *more: left.append(rows))
    begin("2016-07-20")
    person = good("survey_p2p", contact_phone="13900000001", actual_controller="示例丁")
    intake.receive(data.store(), filled("survey_p2p", person), "县.xlsx", "示例甲")
    (entity,) = ledger.fetch(data.store().con.cursor(), Scope(None, dt.date(2016, 7, 20), None))["entity"]
    app = open_app("2016-07-20", entity=f"{entity}", **{"as": role}, page="entity")
    shown = {title for frame in app.dataframe for title in frame.value.get("title", [])}
    exported = {title for rows in left if "项目" in rows for title in rows["项目"]}
    for titles in (shown, exported):
        assert titles
        assert ({"联系电话", "法定代表人", "实际控制人"} <= titles) is is_told
        assert bool({"联系电话", "法定代表人", "实际控制人"} & titles) is is_told


def test_no_reader_is_given_what_was_answered_to_another(begin):
    begin("2016-07-20")
    intake.receive(data.store(), filled("survey_p2p", good("survey_p2p")), "县.xlsx", "示例甲")
    data.show_newest()
    whole = Scope(None, dt.date(2016, 7, 20), None)
    for whose, firms in (
        (None, 1),
        (Reach(("652302",)), 0),
        (Reach(("652301",)), 1),
        (Reach(), 0),
        (None, 1),
    ):
        scope = replace(whole, reach=whose)
        assert len(data.answer(ledger.fetch, scope)) == firms
        assert data.answer(ledger.hits, scope, ledger.EVERYTHING).of == firms
        assert data.made(headline.measured, scope, Filters())["found"].sum() == firms
        assert data.made(_firms, Look(scope, Filters())) == firms
    people = [data._question(ledger.fetch, (replace(whole, people=p),), {}) for p in (views.NOBODY, None)]
    assert people[0] != people[1]
    assert repr(people[0]) != repr(people[1])  # which is the key


def _firms(ask, look):
    return len(ask(ledger.fetch, look.scope))


def test_what_is_asked_without_a_scope_is_refused(look):
    look()
    with pytest.raises(views.Undeclared, match="phase_label"):
        data.made(progress.phase_label, "survey", data.today())


@pytest.mark.parametrize("role", [*ROLES, *DESKS])
def test_every_page_of_every_role_opens_on_an_empty_campaign_and_asks_within_its_reach(
    look, monkeypatch, role
):
    asked = []
    question = data._question
    monkeypatch.setattr(data, "_question", lambda *of: asked.append(made := question(*of)) or made)
    app = look(**{"as": role})
    account = who_is(role)
    for name in access.menu(account):
        asked.clear()
        turn(app, name)
        assert not app.error, (name, app.error[0].value)
        assert {each.scope.reach for each in asked} <= {access.reach(account, name)}, name


def test_what_a_unit_told_of_its_own_part_stands_on_the_phase_page(open_app):
    app = open_app("2016-07-20")
    workbook = filled("work_record", good("work_record"))
    intake.receive(data.store(), workbook, "公安.xlsx", "示例甲", unit="PSB", obligation="case_work")
    app = open_app("2016-07-20", phase="survey", page="phase")
    assert "各单位常设事项" in read(app)
    figures = next(table for table in tables_told(app) if "口径" in table).set_index("指标")["数"]
    assert (figures["立案"], figures["移送"], figures["检查户数"]) == ("1 件", "0 件", "0 户")
    told = next(table for table in tables_told(app) if "事项类别" in table)
    assert told[["单位", "事项类别", "件数"]].to_numpy().tolist() == [["州公安局", "立案查处", "1"]]


def test_an_exported_table_says_what_it_is_and_runs_nothing():
    import pandas as pd

    rows = pd.DataFrame({"名称": ["=1+1", "+86", "@x", "-5"], "数": [1, 2.5, None, 4]})
    made = listing.workbook("符合条件机构名单", ["截至 2016-11-18", "筛选：无", "来源：示例"], rows)
    sheet = load_workbook(BytesIO(made)).worksheets[0]
    assert [sheet.cell(n, 1).value for n in range(1, 5)] == [
        "符合条件机构名单",
        "截至 2016-11-18",
        "筛选：无",
        "来源：示例",
    ]
    assert [c.value for c in sheet[6]] == ["名称", "数"]
    assert [sheet.cell(n, 1).data_type for n in range(7, 11)] == ["s"] * 4
    assert all(sheet.cell(n, 1).quotePrefix for n in range(7, 11))
    assert [sheet.cell(n, 2).value for n in range(7, 11)] == [1, 2.5, None, 4]


@pytest.mark.parametrize("which", owed.PARTS)
def test_a_part_of_what_is_owed_is_counted_and_listed_alike(look, which):
    app = look(part="all", which=which, territory="652301", page="deadline")
    (chosen,) = [group for group in app.button_group if group.key.startswith("at_which@")]
    (listed,) = app.dataframe
    said = next(words for words in chosen.options if words.startswith(owed.PARTS[which][0]))
    assert said == f"{owed.PARTS[which][0]} {len(listed.value)}"
    assert set(listed.value["unit_title"]) <= {"昌吉市"}


def gone(*_given, **_named):
    raise Away("server closed the connection")


def test_where_the_shared_store_is_gone_the_page_says_so_and_keeps_what_was_read(open_app):
    app = open_app("2016-11-18", phase="survey")
    before = (metrics(app), [table.value for table in app.dataframe])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(data.store().gate, "newest", gone)
        right(app.run())
    assert [words for words in errors(app) if words.startswith("暂时打不开数据")] == errors(app) != []
    after = (metrics(app), [table.value for table in app.dataframe])
    assert (before[0], len(before[1])) == (after[0], len(after[1]))
    assert all(old.equals(new) for old, new in zip(before[1], after[1], strict=True))
    assert errors(right(app.run())) == []


def test_an_upload_that_cannot_be_kept_gets_no_receipt_and_says_so(open_app):
    app = open_app("2016-07-20", **{"as": "office"})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Archive, "receive", gone)
        submit(app, filled("survey_p2p", good("survey_p2p")))
    assert errors(app) == ["没有收到 第1份\\.xlsx　没有存盘，也没有回执。请稍后再报。"]
    assert "回执号" not in read(app)
    assert data.store().archive.numbers() == []
    submit(app, filled("survey_p2p", good("survey_p2p")))
    assert errors(app) == []
    assert "回执号" in read(app)
    assert len(data.store().archive.numbers()) == 1


def test_a_unit_sees_the_median_of_its_like_beside_its_own_figures(look):
    app = look("2016-07-20", **{"as": "652328"}, page="mine")
    (on_time,) = [metric for metric in app.metric if metric.label == "按时率"]
    assert on_time.delta.endswith("　中位数 0.0%")
